// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "engine/small_world.h"

namespace twofold::engine {
namespace {

using model::Value;

class Counts : public ::testing::Test {
protected:
    Counts() {
        world_.relation("ana", "acme", "user", "2026-01-01");
        world_.relation("ana", "beta", "admin", "2026-02-01");
        world_.relation("bo", "acme", "user", "2026-02-01");
        world_.customer("idle", "2026-02-01");
        world_.subscription("acme", "s1", 10'000, "2026-01-10", "", "Pro");
        world_.subscription("beta", "s2", 5'000, "2026-02-10", "2026-03-15", "Pro");
        world_.track("ana", "2026-03-20T10:00", "Exported");
        world_.anonymous("a-1", "2026-03-20T10:00", "Seen");
    }
    SmallWorld world_;
};

TEST_F(Counts, UsersAreKnownOnes) {
    EXPECT_EQ(world_.rows("count users"), "2\n");
    EXPECT_EQ(world_.rows("count users where user.known = false"), "1\n");
    EXPECT_EQ(world_.rows("count users by user.known"), "true | 2\nfalse | 1\n");
}

TEST_F(Counts, ACustomerIsCountedOnceHoweverManyUsersItHas) {
    EXPECT_EQ(world_.rows("count customers, sum(customer.mrr), average(customer.mrr) where paying"),
              "1 | 100.00 USD | 100.00 USD\n");
    EXPECT_EQ(world_.rows("count customers, sum(customer.mrr), max(customer.users), "
                          "median(customer.users) by customer.status"),
              "past | 1 | 0.00 USD | 1 | 1\n"
              "paying | 1 | 100.00 USD | 2 | 2\n"
              "prospect | 1 | 0.00 USD | 0 | 0\n");
}

TEST_F(Counts, SharesComeWithTheirCountsAndInterval) {
    EXPECT_EQ(world_.rows("count customers where paying among customers"),
              "1 | 3 | 0.333333 | 0.0614919 | 0.79234\n");
    EXPECT_EQ(world_.rows("count customers where paying among customers where customer.users > 0"),
              "1 | 2 | 0.5 | 0.0945312 | 0.905469\n");
    EXPECT_EQ(world_.rows("count customers where paying among customers where customer.users > 9"),
              "0 | 0 | - | - | -\n");
}

TEST_F(Counts, EveryPeriodIsJudgedAtItsEndOrNow) {
    EXPECT_EQ(world_.rows("count customers, sum(customer.mrr) where paying every month over the "
                          "last 4 months"),
              "2026-01-01 | 1 | 100.00 USD\n"
              "2026-02-01 | 2 | 150.00 USD\n"
              "2026-03-01 | 1 | 100.00 USD\n"
              "2026-04-01 | 1 | 100.00 USD\n");
    EXPECT_EQ(world_.rows("count customers every month from 2025-12-01 to 2026-02-28"),
              "2025-12-01 | 0\n2026-01-01 | 1\n2026-02-01 | 3\n");
}

TEST_F(Counts, AUserOfTwoCustomersFallsIntoTwoCells) {
    const ask::Answer answer = world_.ask("count users by customer.id");
    ASSERT_EQ(answer.rows.size(), 2U);
    EXPECT_EQ(world_.rows("count users by customer.id"), "acme | 2\nbeta | 1\n");
    EXPECT_EQ(answer.totals.back(), ask::Cell(std::int64_t{2}));
    EXPECT_FALSE(answer.notes.empty());
    EXPECT_EQ(world_.rows("count users by role"), "user | 2\nadmin | 1\n");
}

TEST_F(Counts, MoneyOverUsersIsRefused) {
    EXPECT_NE(world_.error("count users, sum(customer.mrr)"), "no error");
}

TEST_F(Counts, CountsOpenToWhomTheyCounted) {
    EXPECT_EQ(world_.names("count customers where paying", "{}"), "acme");
    EXPECT_EQ(world_.names("count customers by customer.status", R"({"by":["past"]})"), "beta");
    EXPECT_EQ(world_.names("count customers where paying every month over the last 3 months",
                           R"({"time":"2026-02-01"})"),
              "acme beta");
    EXPECT_EQ(world_.names("count users by customer.id", R"({"by":["acme"]})"), "ana bo");
}

TEST_F(Counts, AnswersStateTheirRuleRangeAndPosition) {
    const ask::Answer answer =
        world_.ask("count customers where paying and no user did use in the last 30 days");
    EXPECT_EQ(answer.kind, "count");
    EXPECT_EQ(answer.unit, "customers");
    EXPECT_EQ(answer.mode, "event");
    EXPECT_EQ(answer.range.zone, "UTC");
    EXPECT_GT(answer.position, 0U);
    EXPECT_EQ(answer.rule,
              "Customers; where paying and no user did use in the last 30 days; judged at "
              "2026-04-01; relations as of the event.");
}

class Lists : public Counts {};

TEST_F(Lists, CustomersHaveSensibleColumns) {
    EXPECT_EQ(world_.rows("list customers where paying"),
              "acme | acme | paying | Pro | 100.00 USD | 2026-01-10T00:00:00+00:00 | 2 | "
              "2026-03-20T10:00:00+00:00\n");
}

TEST_F(Lists, SortLimitAndPages) {
    EXPECT_EQ(world_.names("list customers sort by customer.users desc"), "acme beta idle");
    EXPECT_EQ(world_.names("list customers sort by customer.users"), "idle beta acme");
    EXPECT_EQ(world_.names("list customers show customer.mrr as mrr sort by mrr desc limit 2"),
              "acme beta");
    // What is missing comes last whichever way.
    EXPECT_EQ(world_.names("list customers sort by customer.paying_since"), "acme beta idle");
    EXPECT_EQ(world_.names("list customers sort by customer.paying_since desc"), "acme beta idle");
}

TEST_F(Lists, RelationsAreListedWithTheirDates) {
    EXPECT_EQ(world_.rows("list relations"),
              "ana | acme | user | 2026-01-01T00:00:00+00:00 | - | stated\n"
              "ana | beta | admin | 2026-02-01T00:00:00+00:00 | - | stated\n"
              "bo | acme | user | 2026-02-01T00:00:00+00:00 | - | stated\n");
    EXPECT_EQ(world_.names("list relations where relation.role = \"admin\""), "ana");
    EXPECT_EQ(world_.names("list relations at 2026-01-15"), "ana");
}

TEST_F(Lists, RelationsNowAndEverChooseWhoIsInside) {
    world_.relation("cy", "idle", "user", "2026-02-01", "2026-02-20");
    world_.track("cy", "2026-02-10T10:00", "Exported");
    EXPECT_EQ(world_.names("list customers where any user did \"Exported\""), "acme beta");
    EXPECT_EQ(world_.names("list customers where any user did \"Exported\" relations as of ever"),
              "acme beta idle");
    EXPECT_EQ(world_.names("list customers where did \"Exported\" relations as of now"),
              "acme beta");
    EXPECT_EQ(world_.names("list customers where did \"Exported\""), "acme beta idle");
}

}  // namespace
}  // namespace twofold::engine
