// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "engine/small_world.h"

namespace twofold::engine {
namespace {

using model::Value;

/// Acme pays, and ana uses it. Beta pays, and bo was last there in January. Cargo never pays; dora
/// is busy there, and belongs to Delta too, which pays: at Delta nobody does anything. Echo pays
/// and never had a user.
class Conditions : public ::testing::Test {
protected:
    Conditions() {
        world_.relation("ana", "acme", "user", "2026-01-01");
        world_.relation("bo", "beta", "admin", "2026-01-01");
        world_.relation("dora", "cargo", "user", "2026-01-01");
        world_.relation("dora", "delta", "admin", "2026-01-01");
        world_.customer("echo", "2026-01-01");
        world_.subscription("acme", "s1", 10'000, "2026-01-10");
        world_.subscription("beta", "s2", 5'050, "2026-01-10", "", "Basic");
        world_.subscription("delta", "s3", 2'500, "2026-02-01");
        world_.subscription("echo", "s4", 1'000, "2026-02-01");
        world_.track("ana", "2026-03-20T10:00", "Exported", {{"n", Value::of_int(3)}});
        world_.track("ana", "2026-03-21T10:00", "Exported", {{"n", Value::of_int(4)}});
        world_.track("bo", "2026-01-20T10:00", "Exported");
        world_.track("dora", "2026-03-25T10:00", "Opened", {}, "cargo");
    }
    SmallWorld world_;
};

TEST_F(Conditions, TheSilentListHoldsWhoPaysAndIsNotUsed) {
    EXPECT_EQ(world_.names("list customers where paying and no user did anything in the last 30 "
                           "days"),
              "beta delta echo");
    EXPECT_EQ(world_.rows("count customers, sum(customer.mrr) where paying and no user did "
                          "anything in the last 30 days"),
              "3 | 85.50 USD\n");
}

TEST_F(Conditions, AutomaticMailIsNoUse) {
    world_.automatic("bo", "2026-03-28T10:00", "Digest Sent");
    EXPECT_EQ(world_.names("list customers where paying and no user did anything in the last 30 "
                           "days"),
              "delta echo");
    EXPECT_EQ(world_.names("list customers where paying and no user did use in the last 30 days"),
              "beta delta echo");
    world_.settings.automatic_events = {"Exported"};
    EXPECT_EQ(world_.names("list customers where paying and no user did use in the last 30 days"),
              "acme beta delta echo");
}

TEST_F(Conditions, SomebodyBusyElsewhereDoesNotWakeACustomer) {
    // Unnamed events belong to every customer the user is related to.
    world_.track("dora", "2026-03-26T10:00", "Opened");
    EXPECT_EQ(world_.names("list customers where paying and no user did anything in the last 30 "
                           "days"),
              "beta echo");
    EXPECT_EQ(world_.names("list customers where any user did \"Opened\""), "cargo delta");
    EXPECT_EQ(world_.names("list customers where any user did \"Opened\" at least 2 times"),
              "cargo");
}

TEST_F(Conditions, ForACustomerWithoutUsersOnlyNoUserIsTrue) {
    EXPECT_EQ(world_.names("list customers where no user did \"Exported\" and customer.id = "
                           "\"echo\""),
              "echo");
    for (const char* lift : {"any user", "every user", "at least 1 user", "at least 1% of users"}) {
        EXPECT_EQ(world_.names(std::string("list customers where customer.id = \"echo\" and ") +
                               lift + " did not \"Exported\""),
                  "")
            << lift;
    }
    EXPECT_EQ(world_.names("list customers where no user and customer.status = \"paying\""),
              "echo");
}

TEST_F(Conditions, QuantifiersCountTheUsersInside) {
    world_.relation("al", "acme", "user", "2026-02-01");
    world_.relation("gone", "acme", "user", "2026-01-01", "2026-03-01");
    world_.relation("visitor", "acme", "guest", "2026-01-01");
    EXPECT_EQ(world_.rows("count customers where customer.users = 2"), "1\n");
    EXPECT_EQ(world_.names("list customers where at least 50% of users did \"Exported\" and "
                           "customer.id = \"acme\""),
              "acme");
    EXPECT_EQ(world_.names("list customers where at least 51% of users did \"Exported\" and "
                           "customer.id = \"acme\""),
              "");
    EXPECT_EQ(world_.names("list customers where every user did \"Exported\" and customer.id = "
                           "\"acme\""),
              "");
    EXPECT_EQ(world_.names("list customers where every user with role admin did \"Exported\""),
              "beta");
    EXPECT_EQ(world_.names("list customers where any user with role guest"), "acme");
    EXPECT_EQ(world_.names("list customers where any user ever related user.id = \"gone\""),
              "acme");
    EXPECT_EQ(world_.names("list customers where any user user.id = \"gone\""), "");
}

TEST_F(Conditions, LowersSpeakOfOneCustomerAndOneRelation) {
    EXPECT_EQ(world_.names("list users where paying"), "ana bo dora");
    EXPECT_EQ(world_.names("list users where not paying"), "");
    EXPECT_EQ(world_.names("list users where no customer paying"), "");
    EXPECT_EQ(world_.names("list users where any customer (not paying)"), "dora");
    EXPECT_EQ(world_.names("list users where every customer paying"), "ana bo");
    // dora is admin of delta (Pro) and user of cargo, which has no plan.
    EXPECT_EQ(world_.names("list users where role is admin and customer.plan = \"Pro\""), "dora");
    EXPECT_EQ(world_.names("list users where role is user and customer.plan = \"Pro\""), "ana");
    EXPECT_EQ(world_.names("list users where role is admin and customer.id = \"cargo\""), "");
    EXPECT_EQ(world_.names("list users where any customer with role admin (customer.mrr < 30)"),
              "dora");
    EXPECT_EQ(world_.names("list users where related to customer \"delta\""), "dora");
}

TEST_F(Conditions, WithoutCustomersEveryCustomerFactIsMissing) {
    world_.identify("zed", "2026-03-01", {});
    EXPECT_EQ(world_.names("list users where customer.plan is not set"), "dora zed");
    EXPECT_EQ(world_.names("list users where customer.plan != \"Pro\""), "bo dora zed");
    EXPECT_EQ(world_.names("list users where not paying"), "zed");
    EXPECT_EQ(world_.names("list users where any customer (customer.plan != \"Pro\")"), "bo dora");
}

TEST_F(Conditions, TraitsCompareAsTheyWereSent) {
    world_.identify("ana", "2026-03-01", {{"level", Value::of_int(5)}});
    world_.identify("bo", "2026-03-01", {{"level", Value::of_string("5")}});
    world_.identify("dora", "2026-03-01", {{"tags", Value::of_list("[\"a\",\"b\"]")}});
    EXPECT_EQ(world_.names("list users where user.level = 5"), "ana bo");
    EXPECT_EQ(world_.names("list users where user.level != 5"), "dora");
    EXPECT_EQ(world_.names("list users where user.level > 4"), "ana");
    EXPECT_EQ(world_.names("list users where user.tags = \"b\""), "dora");
    EXPECT_EQ(world_.names("list users where user.level is set and not user.level > 4"), "bo");
}

TEST_F(Conditions, BehaviourHasFramesAndNumbers) {
    const auto users = [this](const std::string& where) {
        return world_.names("list users where " + where);
    };
    EXPECT_EQ(users("did \"Exported\" exactly 2 times"), "ana");
    EXPECT_EQ(users("did \"Exported\"[n > 3]"), "ana");
    EXPECT_EQ(users("did not \"Exported\""), "dora");
    EXPECT_EQ(users("did \"Exported\" in the last 12 days"), "ana");
    EXPECT_EQ(users("did \"Exported\" exactly 1 time in the 1 day before the last 11 days"), "ana");
    EXPECT_EQ(users("did \"Exported\" from 2026-01-20 to 2026-01-20"), "bo");
    EXPECT_EQ(users("did \"Exported\" exactly 1 time in the first 12 hours"), "ana bo");
    EXPECT_EQ(users("events of \"Exported\" = 2"), "ana");
    EXPECT_EQ(users("sum(event.n) of \"Exported\" = 7"), "ana");
    EXPECT_EQ(users("average(event.n) of \"Exported\" = 3.5"), "ana");
    EXPECT_EQ(users("average(event.n) of \"Exported\" != 3.5"), "bo dora");
    EXPECT_EQ(users("days of \"Exported\" >= 2"), "ana");
    EXPECT_EQ(users("last(event.n) of \"Exported\" = 4"), "ana");
    EXPECT_EQ(users("first time of anything before 2026-02-01"), "bo");
    EXPECT_EQ(users("events of \"Exported\" / events of \"Opened\" is set"), "dora");
    EXPECT_EQ(users("customers of \"Opened\" = 1"), "dora");
    EXPECT_EQ(users("did \"Exported\" > \"Exported\" within 1 day"), "ana");
    EXPECT_EQ(users("did \"Exported\" > \"Exported\" within 23 hours"), "");
    EXPECT_EQ(users("did \"Exported\" within 1 day after \"Exported\""), "ana");
    EXPECT_EQ(users("did first \"Exported\" in the last 12 days"), "ana");
    EXPECT_EQ(users("did first \"Exported\"[n = 4]"), "");
    EXPECT_EQ(users("did first matching \"Exported\"[n = 4]"), "ana");
}

TEST_F(Conditions, NumbersOfCustomersCountWhatBelongsToThem) {
    world_.relation("al", "acme", "user", "2026-02-01");
    world_.track("al", "2026-03-21T11:00", "Exported");
    EXPECT_EQ(world_.rows("list customers show users of use in the last 30 days as active, events "
                          "of \"Exported\" as exports where paying"),
              "acme | 2 | 3\n"
              "beta | 0 | 1\n"
              "delta | 0 | 0\n"
              "echo | 0 | 0\n");
    EXPECT_EQ(world_.names("list customers where users of use in the last 30 days >= 0.5 * "
                           "customer.users and customer.users > 0"),
              "acme cargo");
}

TEST_F(Conditions, WhatIsDatedLaterIsHidden) {
    EXPECT_EQ(world_.names("list customers where paying at 2026-01-15"), "acme beta");
    EXPECT_EQ(world_.names("list users where did \"Exported\" at 2026-01-21"), "bo");
    EXPECT_EQ(world_.names("list users where did \"Exported\" at 2026-01-20T10:00Z"), "bo");
    EXPECT_EQ(world_.names("list users where did \"Exported\" at 2026-01-20T09:59Z"), "");
}

TEST_F(Conditions, MoneyComparesInMajorUnits) {
    EXPECT_EQ(world_.names("list customers where customer.mrr = 50.5"), "beta");
    EXPECT_EQ(world_.names("list customers where customer.mrr / 2 > 25.25"), "acme");
    EXPECT_EQ(world_.names("list customers where customer.mrr + 1 <= 26 and paying"), "delta echo");
}

TEST_F(Conditions, DatesOfFactsCompareWithDaysAndMoments) {
    EXPECT_EQ(world_.names("list customers where customer.paying_since = 2026-02-01"),
              "delta echo");
    EXPECT_EQ(world_.names("list customers where customer.paying_since after 2026-01-10"),
              "delta echo");
    EXPECT_EQ(world_.names("list customers where customer.paying_since in the last 60 days"),
              "delta echo");
    EXPECT_EQ(world_.names("list customers where customer.last_seen in the last 30 days"),
              "acme cargo");
}

}  // namespace
}  // namespace twofold::engine
