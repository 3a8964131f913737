// SPDX-License-Identifier: Apache-2.0
#include "plan/crossing.h"

#include <gtest/gtest.h>
#include <string>

#include "ask/parse.h"
#include "plan/fake_catalog.h"

namespace twofold::plan {
namespace {

bool crosses(const std::string& text) {
    FakeCatalog catalog;
    catalog.known_events = {{"Signed Up", false}, {"Exported", false}};
    const auto question = ask::parse(text);
    EXPECT_TRUE(question) << text;
    const auto plan = bind(*question, catalog, Settings(), *parse_instant("2026-03-10T12:00:00Z"));
    EXPECT_TRUE(plan) << text << ": " << (plan ? "" : plan.error().message);
    return plan && crosses_sides(*plan);
}

TEST(CrossingTest, OneSideByItselfDoesNotCross) {
    for (const char* text : {
             "trend users of use every week",
             "trend events of \"Exported\" by user.country",
             "funnel \"Signed Up\" > \"Exported\"",
             "retention \"Signed Up\" then \"Exported\" every week for 3 weeks",
             "count users where did \"Exported\" and user.country = \"NO\"",
             "list users show user.country",
             "count customers, sum(customer.mrr) by customer.plan where paying",
             "list customers show customer.mrr, customer.traits.industry where paying",
             "trend events of money.paid, sum(event.amount) of money.paid every month",
             "trend customers of money.started every month by customer.plan",
             "funnel money.trial_started > money.started for customers",
             "count customers where did money.churned in the last 30 days",
         }) {
        EXPECT_FALSE(crosses(text)) << text;
    }
}

TEST(CrossingTest, OneSideToldByTheOtherCrosses) {
    for (const char* text : {
             "sides every month over the last 6 months",
             "trend customers of use every week",
             "trend users of use by customer.plan",
             "trend events of \"Exported\" by customer",
             "trend users of use, customers of use every week",
             "trend users of use where paying",
             "trend users of money.started",
             "funnel \"Signed Up\" > money.started",
             "funnel \"Signed Up\" > \"Exported\" for customers",
             "funnel relation.ended > money.churned for customers",
             "retention \"Signed Up\" then \"Exported\" every week for 3 weeks for customers",
             "count users where role is admin",
             "count users where paying",
             "count users by user.customers",
             "count customers where no user did \"Exported\"",
             "count customers where did \"Exported\"",
             "list customers",
             "list customers show customer.users",
             "list customers show users of use in the last 30 days as active",
             "list customers show customer.last_seen",
             "list relations",
         }) {
        EXPECT_TRUE(crosses(text)) << text;
    }
}

}  // namespace
}  // namespace twofold::plan
