// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <string>

#include "ask/parse.h"
#include "plan/fake_catalog.h"
#include "plan/plan.h"

namespace twofold::plan {
namespace {

class BindTest : public ::testing::Test {
protected:
    BindTest() {
        catalog_.known_events = {
            {"Signed Up", false}, {"Exported", false}, {"Digest Sent", true}, {"Exported", true}};
        catalog_.columns["plan"] = {{7, model::ValueType::kString}};
        catalog_.columns["amount"] = {{8, model::ValueType::kInt}, {9, model::ValueType::kDouble}};
        settings_.zone = *Zone::find("Europe/Oslo");
    }

    Result<Plan> try_bind(const std::string& text) const {
        TF_ASSIGN(const ask::Question question, ask::parse(text));
        return bind(question, catalog_, settings_, *parse_instant("2026-03-10T12:00:00Z"));
    }
    Plan must_bind(const std::string& text) const {
        auto plan = try_bind(text);
        EXPECT_TRUE(plan) << text << ": " << (plan ? "" : plan.error().message);
        return *std::move(plan);
    }
    std::string error_of(const std::string& text) const {
        const auto plan = try_bind(text);
        return plan ? "no error" : plan.error().message;
    }

    FakeCatalog catalog_;
    Settings settings_;
};

TEST_F(BindTest, BareCustomerFactsJoinedByAndSpeakOfTheSameCustomer) {
    const Plan plan = must_bind(
        "list users where role is admin and user.country = \"NO\" and customer.plan = \"pro\"");
    const auto& where = std::get<ListPlan>(plan.kind).where;
    ASSERT_TRUE(where);
    const auto& all = std::get<All>(where->node);
    ASSERT_EQ(all.parts.size(), 2U);
    const auto& lower = std::get<Lower>(all.parts[0].node);
    EXPECT_TRUE(lower.bare);
    EXPECT_EQ(lower.quantifier, ask::Quantifier::kAny);
    EXPECT_EQ(std::get<All>(lower.condition->node).parts.size(), 2U);
    EXPECT_EQ(std::get<Fact>(std::get<FactTest>(all.parts[1].node).left.node).about, About::kUser);
}

TEST_F(BindTest, NotPayingIsNoCustomerPaying) {
    const Plan plan = must_bind("list users where not paying and customer.plan = \"pro\"");
    const auto& where = std::get<ListPlan>(plan.kind).where;
    const auto& all = std::get<All>(where->node);
    ASSERT_EQ(all.parts.size(), 2U);
    EXPECT_TRUE(std::holds_alternative<Lower>(all.parts[0].node));
    const auto& inverted = std::get<Not>(all.parts[1].node);
    EXPECT_TRUE(std::get<Lower>(inverted.part->node).bare);
}

TEST_F(BindTest, InQuestionsAboutCustomersFactsSpeakOfTheCountedOne) {
    const Plan plan = must_bind(
        "count customers where paying and no user (did anything in the last 30 days and paying)");
    const auto& where = std::get<CountPlan>(plan.kind).where;
    const auto& all = std::get<All>(where->node);
    ASSERT_EQ(all.parts.size(), 2U);
    const auto& paying = std::get<FactTest>(all.parts[0].node);
    EXPECT_EQ(std::get<Fact>(paying.left.node).about, About::kCustomer);
    const auto& lift = std::get<Lift>(all.parts[1].node);
    const auto& inside = std::get<All>(lift.condition->node);
    EXPECT_EQ(std::get<Did>(inside.parts[0].node).about, About::kPair);
    EXPECT_EQ(std::get<Fact>(std::get<FactTest>(inside.parts[1].node).left.node).about,
              About::kCustomer);
}

TEST_F(BindTest, BehaviourInACustomersQuestionIsOfTheCustomer) {
    const Plan plan = must_bind("count customers where did \"Exported\" at most 3 times");
    const auto& did = std::get<Did>(std::get<CountPlan>(plan.kind).where->node);
    EXPECT_EQ(did.about, About::kCustomer);
    EXPECT_EQ(did.at_least, 0);
    EXPECT_EQ(did.at_most, 3);
    EXPECT_EQ(did.selector.parts.at(0).codes, (std::vector<model::NameCode>{1, 3}));
}

TEST_F(BindTest, UseLeavesOutWhatIsAutomaticByFlagOrByName) {
    settings_.automatic_events = {"Signed Up"};
    const Plan plan = must_bind("trend events of use");
    const auto& trend = std::get<TrendPlan>(plan.kind);
    EXPECT_EQ(trend.columns.at(0).measure.selector.parts.at(0).codes,
              (std::vector<model::NameCode>{1}));
}

TEST_F(BindTest, WhereOfATrendIsSplitIntoRowsAndUnits) {
    const Plan plan = must_bind(
        "trend users of use where event.plan = \"x\" and did \"Exported\" in the last 7 days");
    const auto& trend = std::get<TrendPlan>(plan.kind);
    EXPECT_EQ(trend.where_of_users.of_events.size(), 1U);
    EXPECT_EQ(trend.where_of_users.of_units.size(), 1U);
    EXPECT_EQ(plan.moment.nominal, *parse_instant("2026-03-10T12:00:00Z"));
    EXPECT_FALSE(plan.notes.empty()) << "behaviour judged after what it explains";
}

TEST_F(BindTest, ADateIsItsWholeDayInTheZone) {
    const Plan plan = must_bind("count customers where customer.paying_since <= 2026-03-01");
    const auto& test = std::get<FactTest>(std::get<CountPlan>(plan.kind).where->node).test;
    EXPECT_TRUE(test.accepts(model::Value::of_int(*parse_instant("2026-03-01T22:59:00Z"))));
    EXPECT_FALSE(test.accepts(model::Value::of_int(*parse_instant("2026-03-01T23:00:00Z"))));
}

TEST_F(BindTest, TheQuestionsOwnMomentWins) {
    settings_.now = *parse_instant("2026-01-01T00:00:00Z");
    const Plan plan = must_bind("count customers at 2026-02-01");
    EXPECT_EQ(plan.at, *parse_instant("2026-01-31T23:00:00Z"));
    EXPECT_EQ(plan.moment, Moment::including(plan.at));
}

TEST_F(BindTest, UsersAreKnownOnesUnlessTheQuestionSpeaksOfIt) {
    EXPECT_TRUE(std::get<CountPlan>(must_bind("count users").kind).known_only);
    EXPECT_FALSE(
        std::get<CountPlan>(must_bind("count users where user.known = false").kind).known_only);
}

TEST_F(BindTest, MoneyIsNotSummedOverUsers) {
    EXPECT_NE(error_of("count users, sum(customer.mrr)").find("ask for customers instead"),
              std::string::npos);
}

TEST_F(BindTest, WhatIsNotAnsweredIsNamed) {
    EXPECT_NE(error_of("count sessions").find("does not answer: count sessions"),
              std::string::npos);
    EXPECT_NE(error_of("count customers where customer.term = 12").find("customer.term"),
              std::string::npos);
    EXPECT_NE(error_of("count users against the previous period").find("against"),
              std::string::npos);
}

TEST_F(BindTest, AFunnelTakesItsDefaultsAndSplitsWhere) {
    const Plan plan = must_bind(
        "funnel \"Signed Up\" > \"Exported\"[amount > 3] for customers where paying and "
        "event.plan = \"x\"");
    const auto& funnel = std::get<FunnelPlan>(plan.kind);
    EXPECT_EQ(funnel.within, 14 * kDayMs);
    EXPECT_EQ(funnel.where.of_events.size(), 1U);
    EXPECT_EQ(funnel.where.of_units.size(), 1U);
    EXPECT_EQ(plan.unit, Unit::kCustomers);
    ASSERT_TRUE(funnel.steps.at(1).parts.at(0).where);
    const auto& test = std::get<FactTest>(funnel.steps.at(1).parts.at(0).where->node);
    EXPECT_EQ(std::get<Fact>(test.left.node).columns, (std::vector<model::ColumnCode>{8, 9}));
    EXPECT_NE(plan.rule.find("within 14 days"), std::string::npos);
}

TEST_F(BindTest, AListShowsWhoBesideWhatIsAskedFor) {
    const Plan plan = must_bind("list customers show users of use in the last 30 days as active");
    const auto& list = std::get<ListPlan>(plan.kind);
    ASSERT_EQ(list.columns.size(), 2U);
    EXPECT_EQ(list.columns[0].name, "customer");
    EXPECT_EQ(list.columns[1].name, "active");
}

}  // namespace
}  // namespace twofold::plan
