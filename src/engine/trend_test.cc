// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/sanitized.h"
#include "engine/scan_world.h"
#include "engine/small_world.h"
#include "engine/trend_sink.h"

namespace twofold::engine {
namespace {

using model::Value;

class Trends : public ::testing::Test {
protected:
    SmallWorld::Properties country(const char* code) const {
        return {{"country", Value::of_string(code)}};
    }
    SmallWorld world_;
};

TEST_F(Trends, CountEventsUsersAndCustomersPerBucket) {
    world_.relation("ana", "acme", "user", "2026-01-01");
    world_.relation("bo", "acme", "user", "2026-01-01");
    world_.track("ana", "2026-03-01T10:00", "Exported");
    world_.track("ana", "2026-03-01T11:00", "Exported");
    world_.track("bo", "2026-03-03T00:00", "Exported");
    world_.track("bo", "2026-03-04T00:00", "Exported");
    const std::string range = " from 2026-03-01 to 2026-03-03";
    EXPECT_EQ(world_.rows("trend events of \"Exported\"" + range),
              "2026-03-01 | 2\n2026-03-02 | 0\n2026-03-03 | 1\n");
    EXPECT_EQ(world_.rows("trend users of \"Exported\"" + range),
              "2026-03-01 | 1\n2026-03-02 | 0\n2026-03-03 | 1\n");
    EXPECT_EQ(
        world_.rows("trend customers of \"Exported\", users of \"Exported\" in total" + range),
        "1 | 2\n");
    const ask::Answer answer = world_.ask("trend users of \"Exported\"" + range);
    EXPECT_EQ(answer.totals, (std::vector<ask::Cell>{{}, std::int64_t{2}}));
    EXPECT_EQ(answer.columns.back().name, "value");
}

TEST_F(Trends, AnEventOfSeveralCustomersCountsForEachAndOnceInTotals) {
    world_.relation("ana", "acme", "user", "2026-01-01");
    world_.relation("ana", "beta", "user", "2026-01-01");
    world_.track("ana", "2026-03-01T10:00", "Exported");
    world_.track("ana", "2026-03-01T12:00", "Exported", {}, "acme");
    const std::string range = " in total from 2026-03-01 to 2026-03-01";
    EXPECT_EQ(world_.rows("trend events of \"Exported\" by customer" + range),
              "acme | 2\nbeta | 1\n");
    const ask::Answer answer = world_.ask("trend events of \"Exported\" by customer" + range);
    EXPECT_EQ(answer.totals.back(), ask::Cell(std::int64_t{2}));
    ASSERT_FALSE(answer.notes.empty());
    EXPECT_NE(answer.notes[0].find("1 more by adding up the rows: an event of several customers"),
              std::string::npos);
    const ask::Answer customers = world_.ask("trend customers of \"Exported\"" + range);
    EXPECT_EQ(customers.rows[0].back(), ask::Cell(std::int64_t{2}));
    ASSERT_EQ(customers.notes.size(), 1U);
    EXPECT_EQ(customers.notes[0].substr(0, 30), "1 more by adding up customers:");
}

TEST_F(Trends, UnattachedEventsAreLeftOutOfCustomersAndCounted) {
    world_.relation("ana", "acme", "user", "2026-01-01");
    world_.track("ana", "2026-03-01T10:00", "Exported");
    world_.track("loner", "2026-03-01T10:00", "Exported");
    const ask::Answer answer =
        world_.ask("trend customers of \"Exported\" from 2026-03-01 to 2026-03-01");
    EXPECT_EQ(answer.rows[0][1], ask::Cell(std::int64_t{1}));
    EXPECT_EQ(answer.cost.unattached_events, 1U);
}

TEST_F(Trends, ARelationLoadedLaterAnswersThePastAnew) {
    world_.track("ana", "2026-02-10T10:00", "Exported");
    world_.customer("acme", "2026-01-01");
    const std::string question =
        "trend customers of \"Exported\" from 2026-02-10 to 2026-02-10 in total";
    EXPECT_EQ(world_.rows(question), "0\n");
    world_.relation("ana", "acme", "user", "2026-01-01");
    EXPECT_EQ(world_.rows(question), "1\n");
}

TEST_F(Trends, PropertiesAreSummedAveragedAndRanked) {
    const auto order = [&](const char* time, const char* where, std::int64_t amount) {
        world_.track("ana", time, "Ordered",
                     {{"country", Value::of_string(where)}, {"amount", Value::of_int(amount)}});
    };
    order("2026-03-01T10:00", "NO", 10);
    order("2026-03-01T11:00", "SE", 5);
    order("2026-03-02T10:00", "SE", 7);
    order("2026-03-02T11:00", "DK", 1);
    world_.track("ana", "2026-03-02T12:00", "Ordered", {{"amount", Value::of_double(0.5)}});
    world_.track("ana", "2026-03-02T13:00", "Ordered", country("FI"));
    const std::string range = " in total from 2026-03-01 to 2026-03-02";
    EXPECT_EQ(world_.rows("trend sum(event.amount) of \"Ordered\"" + range), "23.5\n");
    EXPECT_EQ(world_.rows("trend average(event.amount) of \"Ordered\", median(event.amount) of "
                          "\"Ordered\", min(event.amount) of \"Ordered\", max(event.amount) of "
                          "\"Ordered\"" +
                          range),
              "4.7 | 5 | 0.5 | 10\n");
    EXPECT_EQ(world_.rows("trend sum(event.amount) of \"Ordered\" by event.country top 2" + range),
              "SE | 12\nNO | 10\n(other) | 1.5\n");
    EXPECT_EQ(world_.rows("trend events of \"Ordered\" by event.country" + range),
              "SE | 2\n(none) | 1\nDK | 1\n"
              "FI | 1\nNO | 1\n");
    EXPECT_EQ(world_.rows("trend events of \"Ordered\" by event.amount in bins of 5" + range),
              "0 | 2\n5 | 2\n(none) | 1\n"
              "10 | 1\n");
    EXPECT_EQ(world_.rows("trend events of \"Ordered\" / users of \"Ordered\"" + range), "6\n");
    EXPECT_EQ(world_.rows("trend average(event.amount) of \"Ordered\"[country = \"FI\"]" + range),
              "-\n");
    EXPECT_EQ(world_.rows("trend sum(event.amount) of \"Ordered\"[country = \"FI\"]" + range),
              "0\n");
}

/// What an amount may be, by the kind of world: decimals, whole numbers, numbers far apart, all of
/// them and what is no number.
Value random_amount(Random& random, std::uint32_t kind) {
    static constexpr double kFar[] = {1e300, -1e300, 1e-300, 0.1, -0.0, 3e15};
    switch (kind == 3 ? random() % 4 : kind) {
        case 0:
            return Value::of_double(static_cast<double>(static_cast<int>(random() % 20'000) - 300) /
                                    100);
        case 1:
            return Value::of_int(static_cast<std::int64_t>(random() % 1'000) - 20);
        case 2:
            return Value::of_double(kFar[random() % 6]);
        default:
            return random() % 2 == 0 ? Value::of_string("12") : Value::of_bool(true);
    }
}

void tell_orders(SmallWorld& world, std::uint32_t seed) {
    Random random(seed);
    const std::string countries[] = {"NO", "SE", "DK", "FI", "DE"};
    for (int c = 0; c < 4; ++c) {
        const std::string customer = fmt::format("c{}", c);
        world.customer(customer, "2026-01-01");
        if (c % 2 == 0) world.subscription(customer, "s", 1'000, "2026-02-20", "2026-03-15");
        for (int u = 0; u < 4; ++u) {
            const std::string user = fmt::format("u{}", random() % 14);
            world.relation(user, customer, "user", fmt::format("2026-02-{:02}", 1 + random() % 28),
                           random() % 2 == 0 ? "" : "2026-03-10");
        }
    }
    for (int i = 0; i < 5'500; ++i) {
        SmallWorld::Properties properties;
        const std::uint32_t person = random() % 14;
        if (random() % 20 != 0) {
            const bool odd = seed % 2 == 1 && random() % 30 == 0;
            properties.emplace_back(
                "country", odd ? Value::of_int(7) : Value::of_string(countries[person % 5]));
        }
        const std::string path = fmt::format("/{}", random() % 300);
        properties.emplace_back("path", Value::of_string(path));
        if (random() % 10 != 0) properties.emplace_back("amount", random_amount(random, seed % 4));
        if (random() % 90 == 0) properties.emplace_back("coupon", Value::of_string("W-7"));
        const std::string time = fmt::format("2026-{:02}-{:02}T{:02}:{:02}", 2 + random() % 2,
                                             1 + random() % 28, random() % 24, random() % 60);
        const std::string acting = random() % 25 == 0 ? fmt::format("c{}", random() % 4) : "";
        const std::string name = random() % 3 == 0 ? "Seen" : "Ordered";
        if (person % 5 == 0 && random() % 2 == 0) {
            world.anonymous(fmt::format("a{}", person), time, name);
        } else {
            world.track(fmt::format("u{}", person), time, name, properties, acting);
        }
        if (i == 4'900 || (i == 5'300 && seed % 3 == 0)) world.seal();
        if (i == 3'000) world.claim("u5", "a5", "2026-03-01");
    }
}

// Facts of the hour are told row by row: what they leave out is nothing, but no column comes alone.
TEST(TrendsByColumn, AreThoseByRow) {
    const std::string of[] = {"sum(event.amount) of \"Ordered\"",
                              "average(event.amount) of anything", "events of \"Ordered\"",
                              "events of anything", "users of \"Ordered\""};
    const std::string by[] = {"", " by event.country", " by event.path top 3", " by event.amount"};
    const std::string where[] = {"",
                                 "event.country = \"NO\"",
                                 "event.coupon = \"W-7\"",
                                 "not event.coupon = \"W-7\" and paying",
                                 "paying",
                                 "not paying",
                                 "event.path contains \"1\" and event.country in (\"SE\", \"DK\")",
                                 "event.coupon is not set",
                                 "event.amount > 50",
                                 "event.amount <= 7.5"};
    const std::string range[] = {" in total over all time",
                                 " every day from 2026-02-10 to 2026-03-20",
                                 " every week from 2026-01-01 to 2026-03-31"};
    for (std::uint32_t seed = 0; seed < (kSanitized ? 2U : 6U) && !testing::Test::HasFailure();
         ++seed) {
        SmallWorld world;
        tell_orders(world, seed);
        Random random(seed);
        for (int i = 0; i < 60 && !testing::Test::HasFailure(); ++i) {
            const std::string head =
                "trend " + of[random() % 5] + by[random() % 4] + range[random() % 3];
            const std::string& condition = where[random() % 10];
            const std::string fast = head + (condition.empty() ? "" : " where " + condition);
            const std::string slow =
                head + " where event.hour >= 0" + (condition.empty() ? "" : " and " + condition);
            const ask::Answer by_column = world.ask(fast);
            const ask::Answer by_row = world.ask(slow);
            EXPECT_EQ(by_column.rows, by_row.rows) << "seed " << seed << ": " << fast;
            EXPECT_EQ(by_column.totals, by_row.totals) << "seed " << seed << ": " << fast;
        }
    }
}

TEST_F(Trends, UsersInTheRestAreCountedOnce) {
    world_.track("ana", "2026-03-01T10:00", "Seen", country("NO"));
    world_.track("bo", "2026-03-01T10:00", "Seen", country("NO"));
    world_.track("ana", "2026-03-01T10:00", "Seen", country("SE"));
    world_.track("ana", "2026-03-01T10:00", "Seen", country("DK"));
    world_.track("cy", "2026-03-01T10:00", "Seen", country("FI"));
    EXPECT_EQ(world_.rows("trend users of \"Seen\" by event.country top 1 from 2026-03-01 to "
                          "2026-03-01"),
              "2026-03-01 | NO | 2\n2026-03-01 | (other) | 2\n");
}

TEST_F(Trends, RollingReachesBeforeTheRangeAndCumulativeDoesNot) {
    world_.track("old", "2026-02-20T10:00", "Seen");
    world_.track("ana", "2026-02-27T10:00", "Seen");
    world_.track("bo", "2026-03-01T10:00", "Seen");
    world_.track("bo", "2026-03-03T10:00", "Seen");
    const std::string range = " from 2026-03-01 to 2026-03-03";
    EXPECT_EQ(world_.rows("trend users of \"Seen\" rolling 3 days" + range),
              "2026-03-01 | 2\n2026-03-02 | 1\n2026-03-03 | 1\n");
    EXPECT_EQ(world_.rows("trend events of \"Seen\" rolling 3 days" + range),
              "2026-03-01 | 2\n2026-03-02 | 1\n2026-03-03 | 2\n");
    EXPECT_EQ(world_.rows("trend users of \"Seen\" cumulative" + range),
              "2026-03-01 | 1\n2026-03-02 | 1\n2026-03-03 | 1\n");
    EXPECT_EQ(world_.rows("trend events of \"Seen\" cumulative" + range),
              "2026-03-01 | 1\n2026-03-02 | 1\n2026-03-03 | 2\n");
}

TEST_F(Trends, DatedFactsAreJudgedAtTheEvent) {
    world_.relation("ana", "acme", "user", "2026-01-01");
    world_.relation("bo", "acme", "admin", "2026-03-03", "2026-03-05");
    world_.subscription("acme", "s1", 1'000, "2026-03-03");
    for (const char* day : {"2026-03-02T10:00", "2026-03-04T10:00", "2026-03-06T10:00"}) {
        world_.track("ana", day, "Seen");
        world_.track("bo", day, "Seen");
    }
    const std::string range = " from 2026-03-01 to 2026-03-07 in total";
    EXPECT_EQ(world_.rows("trend events of \"Seen\" where paying" + range), "3\n");
    EXPECT_EQ(world_.rows("trend events of \"Seen\" where not paying" + range), "3\n");
    EXPECT_EQ(world_.rows("trend events of \"Seen\" where paying facts as of now" + range), "5\n")
        << "bo's first relation reaches back to his first event";
    EXPECT_EQ(world_.rows("trend events of \"Seen\" where paying judged now" + range), "3\n");
    EXPECT_EQ(world_.rows("trend customers of \"Seen\" where paying every day from 2026-03-02 to "
                          "2026-03-04"),
              "2026-03-02 | 0\n2026-03-03 | 0\n2026-03-04 | 1\n");
    EXPECT_EQ(world_.rows("trend events of \"Seen\" by role" + range),
              "user | 3\nadmin | 2\n(none) | 1\n");
    EXPECT_EQ(world_.rows("trend users of \"Seen\" where role is admin" + range), "1\n");
    EXPECT_EQ(world_.rows("trend events of \"Seen\" by customer.plan" + range),
              "(none) | 3\nPro | 3\n");
}

TEST_F(Trends, BehaviourIsJudgedAtTheMomentOfTheQuestion) {
    world_.track("ana", "2026-03-01T10:00", "Seen");
    world_.track("bo", "2026-03-01T10:00", "Seen");
    world_.track("bo", "2026-03-20T10:00", "Exported");
    const std::string range = " from 2026-03-01 to 2026-03-01 ";
    EXPECT_EQ(world_.rows("trend users of \"Seen\"" + range + "where did \"Exported\""),
              "2026-03-01 | 1\n");
    EXPECT_EQ(
        world_.rows("trend users of \"Seen\"" + range + "where did \"Exported\" at 2026-03-10"),
        "2026-03-01 | 0\n");
    EXPECT_EQ(world_.rows("trend events of \"Seen\"" + range + "by did \"Exported\""),
              "2026-03-01 | no | 1\n2026-03-01 | yes | 1\n");
    EXPECT_EQ(world_.rows("trend events of \"Seen\"" + range + "by user.id"),
              "2026-03-01 | ana | 1\n2026-03-01 | bo | 1\n");
}

TEST_F(Trends, LiftsChooseTheCustomers) {
    world_.relation("ana", "acme", "user", "2026-01-01");
    world_.relation("bo", "beta", "user", "2026-01-01");
    world_.track("ana", "2026-03-01T10:00", "Seen");
    world_.track("bo", "2026-03-01T10:00", "Seen");
    world_.track("bo", "2026-03-02T10:00", "Exported");
    EXPECT_EQ(world_.rows("trend customers of \"Seen\" from 2026-03-01 to 2026-03-01 where "
                          "any user did \"Exported\""),
              "2026-03-01 | 1\n");
    EXPECT_EQ(world_.rows("trend customers of \"Seen\" where user.id = \"ana\" from "
                          "2026-03-01 to 2026-03-01"),
              "2026-03-01 | 1\n");
}

TEST_F(Trends, ARoleIsThatOfThePersonAtTheCountedCustomer) {
    world_.relation("ana", "acme", "admin", "2026-01-01");
    world_.relation("ana", "beta", "user", "2026-01-01");
    world_.track("ana", "2026-03-01T10:00", "Seen");
    const std::string range = " from 2026-03-01 to 2026-03-01";
    EXPECT_EQ(world_.rows("trend customers of \"Seen\" where role is admin" + range),
              "2026-03-01 | 1\n");
    EXPECT_EQ(world_.names("trend customers of \"Seen\" where role is admin" + range, "{}"),
              "acme");
    EXPECT_EQ(world_.rows("trend users of \"Seen\" where role is admin and customer.id = "
                          "\"beta\"" +
                          range),
              "2026-03-01 | 0\n");
    EXPECT_EQ(world_.rows("trend customers of \"Seen\" by role" + range),
              "2026-03-01 | admin | 1\n2026-03-01 | user | 1\n");
}

TEST_F(Trends, FirstIsTheFirstEver) {
    world_.track("ana", "2026-02-01T10:00", "Ordered", country("NO"));
    world_.track("ana", "2026-03-01T10:00", "Ordered", country("SE"));
    world_.track("bo", "2026-03-01T10:00", "Ordered", country("SE"));
    const std::string range = " from 2026-03-01 to 2026-03-01";
    EXPECT_EQ(world_.rows("trend users of first \"Ordered\"" + range), "2026-03-01 | 1\n");
    EXPECT_EQ(world_.rows("trend users of first \"Ordered\"[country = \"SE\"]" + range),
              "2026-03-01 | 1\n");
    EXPECT_EQ(world_.rows("trend events of first matching \"Ordered\"[country = \"SE\"]" + range),
              "2026-03-01 | 2\n");
}

TEST_F(Trends, MoneyAndRelationsAreEventsToo) {
    world_.relation("ana", "acme", "user", "2026-01-01");
    world_.relation("bo", "acme", "champion", "2026-01-01", "2026-03-02");
    world_.subscription("acme", "s1", 1'000, "2026-03-01", "2026-03-05");
    world_.customer("beta", "2026-01-01");
    world_.subscription("beta", "s2", 4'000, "2026-03-01", "", "Big");
    const std::string range = " in total from 2026-03-01 to 2026-03-31";
    EXPECT_EQ(world_.rows("trend events of money.started" + range), "2\n");
    EXPECT_EQ(world_.rows("trend events of money.started[plan = \"Big\"]" + range), "1\n");
    EXPECT_EQ(world_.rows("trend sum(event.amount) of money.started" + range), "50\n");
    EXPECT_EQ(world_.rows("trend customers of money.churned" + range), "1\n");
    EXPECT_EQ(world_.rows("trend users of money.started" + range), "2\n");
    EXPECT_EQ(world_.rows("trend users of relation.ended[role = \"champion\"]" + range), "1\n");
    EXPECT_EQ(world_.rows("trend events of money.started by event.plan" + range),
              "Big | 1\nPro | 1\n");
    EXPECT_EQ(world_.names("list customers where did relation.ended[role = \"champion\"] in the "
                           "last 60 days and no user with role champion"),
              "acme");
    EXPECT_NE(world_.error("trend events of money.renewed").find("money.renewed"),
              std::string::npos);
}

TEST_F(Trends, EventsHaveAnHourAWeekdayAndAName) {
    world_.settings.zone = *Zone::find("Europe/Oslo");
    world_.track("ana", "2026-03-01T23:30", "Seen");  // Monday 00:30 in Oslo
    world_.track("ana", "2026-03-02T09:00", "Exported");
    const std::string range = " in total from 2026-03-01 to 2026-03-03";
    EXPECT_EQ(world_.rows("trend events of anything where event.hour < 6" + range), "1\n");
    EXPECT_EQ(world_.rows("trend events of anything by event.weekday" + range), "monday | 2\n");
    EXPECT_EQ(world_.rows("trend events of anything by event.name" + range),
              "Exported | 1\nSeen | 1\n");
}

TEST_F(Trends, JoinedPersonsAreOne) {
    world_.anonymous("a-1", "2026-03-01T09:00", "Seen");
    world_.track("ana", "2026-03-01T08:00", "Seen");
    world_.claim("ana", "a-1", "2026-03-01T10:00");
    world_.anonymous("a-2", "2026-03-01T09:00", "Seen");
    const ask::Answer answer = world_.ask("trend users of \"Seen\" from 2026-03-01 to 2026-03-01");
    EXPECT_EQ(answer.rows[0][1], ask::Cell(std::int64_t{2}));
    ASSERT_EQ(answer.notes.size(), 1U);
    EXPECT_EQ(answer.notes[0], "1 of 2 users (50.0 %) are not known by a user id.");
}

TEST_F(Trends, EveryCellOpensToItsUnits) {
    world_.relation("ana", "acme", "user", "2026-01-01");
    world_.track("ana", "2026-03-01T10:00", "Seen", country("NO"));
    world_.track("bo", "2026-03-01T10:00", "Seen", country("SE"));
    world_.track("bo", "2026-03-02T10:00", "Seen", country("SE"));
    const std::string question =
        "trend users of \"Seen\" by event.country from 2026-03-01 to 2026-03-02";
    EXPECT_EQ(world_.names(question, R"({"time":"2026-03-01","by":["SE"]})"), "bo");
    EXPECT_EQ(world_.names(question, R"({"time":"2026-03-01"})"), "ana bo");
    EXPECT_EQ(world_.names(question, R"({"by":"SE"})"), "bo");
    EXPECT_EQ(world_.names("trend customers of \"Seen\" from 2026-03-01 to 2026-03-02",
                           R"({"time":"2026-03-01"})"),
              "acme");
    EXPECT_EQ(world_.ask(question, "{}").kind, "list");
    EXPECT_NE(world_.error(question, R"({"time":"2026-03-09"})").find("no such time"),
              std::string::npos);
    EXPECT_NE(world_.error(question, "step 2").find("opens no cell"), std::string::npos);
}

TEST_F(Trends, SealedAndFreshRowsAreOneStory) {
    world_.track("ana", "2026-03-01T10:00", "Seen");
    world_.track("bo", "2026-02-01T10:00", "Seen");
    world_.rows("count users");
    world_.seal();
    world_.track("ana", "2026-03-01T09:00", "Seen");
    world_.track("bo", "2026-03-01T09:00", "Seen");
    EXPECT_EQ(world_.rows("trend events of \"Seen\", users of \"Seen\", users of first \"Seen\" "
                          "from 2026-03-01 to 2026-03-01"),
              "2026-03-01 | 3 | 2 | 1\n");
}

/// Two cells over three buckets.
TrendCounts ranked_cells() {
    TrendCounts counts;
    counts.buckets = 3;
    counts.kept_buckets = true;
    counts.counts = {1, 2, 3, 10, 20};  // the last bucket of the last cell was never met
    counts.rows = counts.total = 36;
    return counts;
}

TEST(TrendCounts, CellsCountedByBucketAreRankedAndGrouped) {
    const TrendCounts ranked = ranked_cells();
    TrendCounts sizes = ranked;
    sizes.forget_buckets();
    EXPECT_EQ(sizes.counts, (std::vector<std::uint64_t>{6, 30}));
    const TrendCounts grouped = ranked.by_group({1}, 2, false);  // the second cell is in the rest
    EXPECT_EQ(grouped.counts, (std::vector<std::uint64_t>{0, 0, 0, 11, 22, 3}));
    EXPECT_EQ(grouped.total, 36U);
}

TEST(TrendCounts, AThreadThatGaveBucketsUpMakesTheOthersDoSo) {
    for (const bool first : {true, false}) {
        TrendCounts given_up = ranked_cells();
        given_up.forget_buckets();
        TrendCounts all;  // as it begins
        all.merge(first ? given_up : ranked_cells());
        all.merge(TrendCounts());  // a thread that met nothing
        all.merge(first ? ranked_cells() : given_up);
        EXPECT_FALSE(all.kept_buckets);
        EXPECT_EQ(all.counts, (std::vector<std::uint64_t>{12, 60}));
        EXPECT_EQ(all.rows, 72U);
    }
    TrendCounts both;
    both.merge(ranked_cells());
    both.merge(ranked_cells());
    EXPECT_TRUE(both.kept_buckets);
    EXPECT_EQ(both.counts, (std::vector<std::uint64_t>{2, 4, 6, 20, 40}));
}

}  // namespace
}  // namespace twofold::engine
