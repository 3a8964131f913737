// SPDX-License-Identifier: Apache-2.0
//
// What Twofold promises about the two sides, whatever is asked (mission.md). The same promises are
// held on random worlds by tests/oracle; here each stands with the smallest world that can break
// it.
#include <gtest/gtest.h>

#include "engine/small_world.h"

namespace twofold::engine {
namespace {

std::string in_march(const std::string& question) {
    return question + " in total from 2026-03-01 to 2026-03-31";
}

TEST(Invariants, AJoinNeverMultipliesMoney) {
    SmallWorld world;
    world.subscription("acme", "s1", 10'000, "2026-01-01");
    for (int i = 0; i < 40; ++i)
        world.relation("u" + std::to_string(i), "acme", "user", "2026-01-01");
    EXPECT_EQ(world.rows("count customers, sum(customer.mrr) where any user"), "1 | 100.00 USD\n");
    EXPECT_EQ(world.rows("count customers, sum(customer.mrr) by customer.status"),
              "paying | 1 | 100.00 USD\n");
    EXPECT_NE(world.error("count users, sum(customer.mrr)"), "no error");
}

TEST(Invariants, AnEventOfSeveralCustomersCountsForEachAndOnceInTheTotal) {
    SmallWorld world;
    world.relation("ana", "acme", "user", "2026-01-01");
    world.relation("ana", "beta", "user", "2026-01-01");
    world.track("ana", "2026-03-01T10:00", "Seen");
    const ask::Answer answer = world.ask(in_march("trend events of \"Seen\" by customer"));
    ASSERT_EQ(answer.rows.size(), 2U);
    EXPECT_EQ(answer.rows[0].back(), ask::Cell(std::int64_t{1}));
    EXPECT_EQ(answer.rows[1].back(), ask::Cell(std::int64_t{1}));
    EXPECT_EQ(answer.totals.back(), ask::Cell(std::int64_t{1}));
    EXPECT_EQ(answer.notes.size(), 1U) << "the overlap";
}

TEST(Invariants, ACustomerWithoutUsersStaysInEveryDenominator) {
    SmallWorld world;
    world.relation("ana", "acme", "user", "2026-01-01");
    world.track("ana", "2026-03-01T10:00", "Seen");
    world.subscription("shelf", "s1", 1'000, "2026-01-01");
    EXPECT_EQ(world.rows("count customers"), "2\n");
    EXPECT_EQ(
        world.rows("count customers where any user did \"Seen\" among customers").substr(0, 11),
        "1 | 2 | 0.5");
    EXPECT_EQ(world.names("list customers where no user did \"Seen\""), "shelf");
}

TEST(Invariants, ANamedEventBelongsToThatCustomerAlone) {
    SmallWorld world;
    world.relation("ana", "acme", "user", "2026-01-01");
    world.relation("ana", "beta", "user", "2026-01-01");
    world.track("ana", "2026-03-01T10:00", "Seen", {}, "acme");
    for (const char* mode : {"event", "now", "ever"}) {
        EXPECT_EQ(
            world.names("list customers where did \"Seen\" relations as of " + std::string(mode)),
            "acme")
            << mode;
    }
}

TEST(Invariants, AChoiceDecidesAsOfEventAndRelationsAloneNowAndEver) {
    SmallWorld world;
    world.relation("ana", "acme", "user", "2026-01-01");
    world.group("ana", "beta", "2026-02-01");
    world.track("ana", "2026-03-01T10:00", "Seen");
    EXPECT_EQ(world.names("list customers where did \"Seen\""), "beta");
    EXPECT_EQ(world.names("list customers where did \"Seen\" relations as of now"), "acme beta");
    EXPECT_EQ(world.names("list customers where did \"Seen\" relations as of ever"), "acme beta");
}

TEST(Invariants, OneHumanOnBothSidesIsOnePerson) {
    SmallWorld world;
    world.relation("ana", "ana-as-customer", "self", "2026-01-01");
    world.relation("ana", "acme", "user", "2026-01-01");
    world.anonymous("a-1", "2026-03-01T09:00", "Seen");
    world.track("ana", "2026-03-01T10:00", "Seen");
    world.claim("ana", "a-1", "2026-03-01T11:00");
    EXPECT_EQ(world.rows(in_march("trend users of \"Seen\"")), "1\n");
    EXPECT_EQ(world.rows("count users where role is self"), "1\n");
    EXPECT_EQ(world.rows("count users"), "1\n");
}

TEST(Invariants, EveryNumberOpensToExactlyTheUnitsItCounted) {
    SmallWorld world;
    for (int i = 0; i < 20; ++i) {
        const std::string user = "u" + std::to_string(i);
        world.relation(user, "c" + std::to_string(i % 3), "user", "2026-01-01");
        world.track(user, "2026-03-01T10:00", "Seen");
        if (i % 2 == 0) world.track(user, "2026-03-02T10:00", "Paid");
    }
    const auto opened = [&](const std::string& question, const std::string& open) {
        return world.ask(question, open).row_count;
    };
    const std::string funnel = "funnel \"Seen\" > \"Paid\" from 2026-03-01 to 2026-03-31";
    EXPECT_EQ(opened(funnel, R"({"step":1})"), 20U);
    EXPECT_EQ(opened(funnel, R"({"step":2})"), 10U);
    EXPECT_EQ(opened(funnel, R"({"step":2,"dropped":true})"), 10U);
    EXPECT_EQ(opened(in_march("trend users of \"Paid\""), "{}"), 10U);
    EXPECT_EQ(opened("count users where did \"Paid\"", "{}"), 10U);
}

}  // namespace
}  // namespace twofold::engine
