// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "engine/small_world.h"

namespace twofold::engine {
namespace {

using model::Value;

class Funnels : public ::testing::Test {
protected:
    SmallWorld::Properties plan(const char* name) const {
        return {{"plan", Value::of_string(name)}};
    }
    /// The row of the second step.
    std::string second_row(const std::string& question) {
        const std::string rows = world_.rows(question);
        return rows.substr(rows.find('\n') + 1);
    }
    static std::string in_march(const std::string& question) {
        return question + " from 2026-03-01 to 2026-03-31";
    }
    SmallWorld world_;
};

TEST_F(Funnels, TheWindowOpensAtTheFirstStepAndItsBoundCounts) {
    world_.track("ana", "2026-03-01T09:00", "visit");
    world_.track("ana", "2026-03-01T09:10", "signup");
    world_.track("ana", "2026-03-01T10:00", "pay");
    world_.track("bo", "2026-03-01T09:00", "visit");
    world_.track("bo", "2026-03-01T09:05", "signup");
    world_.track("bo", "2026-03-01T10:01", "pay");
    world_.track("bo", "2026-03-01T11:00", "visit");
    world_.track("bo", "2026-03-01T11:30", "signup");
    world_.track("cy", "2026-03-01T09:00", "signup");
    EXPECT_EQ(world_.rows(in_march("funnel \"visit\" > \"signup\" > \"pay\" within 1 hour")),
              "1 | visit | 2 | 1 | - | - | -\n"
              "2 | signup | 2 | 1 | 1 | 450 | 450\n"
              "3 | pay | 1 | 0.5 | 0.5 | 3000 | 3000\n");
}

TEST_F(Funnels, ZeroRowsAreShown) {
    world_.track("ana", "2026-03-01T09:00", "visit");
    world_.track("ana", "2026-02-01T09:00", "pay");
    EXPECT_EQ(world_.rows(in_march("funnel \"visit\" > \"pay\"")),
              "1 | visit | 1 | 1 | - | - | -\n2 | pay | 0 | 0 | 0 | - | -\n");
}

TEST_F(Funnels, EntriesOnlyBindsTheRangeToTheFirstStep) {
    world_.track("ana", "2026-03-31T09:00", "visit");
    world_.settings.now = *parse_instant("2026-04-20T00:00:00Z");
    world_.track("ana", "2026-04-02T09:00", "pay");
    const std::string question = in_march("funnel \"visit\" > \"pay\" within 7 days");
    EXPECT_EQ(second_row(question + " entries only"), "2 | pay | 1 | 1 | 1 | 172800 | 172800\n");
    EXPECT_EQ(second_row(question), "2 | pay | 0 | 0 | 0 | - | -\n");
}

TEST_F(Funnels, CustomersAreCarriedByAllTheirPeople) {
    world_.relation("ana", "acme", "user", "2026-01-01");
    world_.relation("bo", "acme", "user", "2026-01-01");
    world_.relation("cy", "beta", "user", "2026-01-01", "2026-03-02");
    world_.track("ana", "2026-03-01T09:00", "visit");
    world_.track("bo", "2026-03-02T09:00", "pay");
    world_.track("cy", "2026-03-01T09:00", "visit");
    world_.track("cy", "2026-03-03T09:00", "pay");  // not related any more
    const std::string question = in_march("funnel \"visit\" > \"pay\" for customers");
    EXPECT_EQ(world_.rows(question),
              "1 | visit | 2 | 1 | - | - | -\n2 | pay | 1 | 0.5 | 0.5 | 86400 | 86400\n");
    EXPECT_EQ(world_.ask(question).cost.unattached_events, 1U);
    EXPECT_EQ(world_.names(question, R"({"step":2})"), "acme");
    EXPECT_EQ(world_.names(question, R"({"step":2,"dropped":true})"), "beta");
    EXPECT_EQ(second_row(question + " relations as of ever"),
              "2 | pay | 2 | 1 | 1 | 129600 | 129600\n");
}

TEST_F(Funnels, ConditionsAreJudgedAtTheEntry) {
    world_.relation("ana", "acme", "user", "2026-01-01");
    world_.subscription("acme", "s1", 1'000, "2026-03-10");
    world_.track("ana", "2026-03-05T09:00", "visit");
    world_.track("ana", "2026-03-05T10:00", "pay");
    world_.track("ana", "2026-03-15T09:00", "visit");
    EXPECT_EQ(world_.rows(in_march("funnel \"visit\" > \"pay\" where paying")),
              "1 | visit | 1 | 1 | - | - | -\n2 | pay | 0 | 0 | 0 | - | -\n");
    EXPECT_EQ(second_row(in_march("funnel \"visit\" > \"pay\" where not paying")),
              "2 | pay | 1 | 1 | 1 | 3600 | 3600\n");
    EXPECT_EQ(world_.rows(in_march("funnel \"visit\" > \"pay\" where did \"visit\" exactly 2 "
                                   "times")),
              "1 | visit | 1 | 1 | - | - | -\n2 | pay | 0 | 0 | 0 | - | -\n");
    EXPECT_EQ(world_.rows(in_march("funnel \"visit\" > \"pay\" for customers by paying")),
              "1 | visit | false | 1 | 1 | - | - | -\n2 | pay | false | 1 | 1 | 1 | 3600 | 3600\n");
    EXPECT_EQ(world_
                  .rows(in_march("funnel \"visit\" > \"pay\" for customers by any user did "
                                 "\"pay\" in the last 30 days judged now"))
                  .substr(0, 18),
              "1 | visit | yes | ");
}

TEST_F(Funnels, TouchChoosesTheValueOfABreakdown) {
    world_.track("ana", "2026-03-01T09:00", "visit", plan("basic"));
    world_.track("ana", "2026-03-01T10:00", "pay", plan("pro"));
    world_.track("bo", "2026-03-01T09:00", "visit", plan("pro"));
    const std::string question = "funnel \"visit\" > \"pay\" by event.plan";
    EXPECT_EQ(world_.rows(in_march(question)),
              "1 | visit | basic | 1 | 1 | - | - | -\n1 | visit | pro | 1 | 1 | - | - | -\n"
              "2 | pay | basic | 1 | 1 | 1 | 3600 | 3600\n2 | pay | pro | 0 | 0 | 0 | - | -\n");
    EXPECT_EQ(world_.rows(in_march(question + " last touch")),
              "1 | visit | pro | 2 | 1 | - | - | -\n2 | pay | pro | 1 | 0.5 | 0.5 | 3600 | 3600\n");
    EXPECT_EQ(world_.names(in_march(question), R"({"step":1,"by":["pro"]})"), "bo");
}

TEST_F(Funnels, StrictAnyOrderExcludingAndHolding) {
    world_.track("ana", "2026-03-01T09:00", "visit", plan("a"));
    world_.track("ana", "2026-03-01T09:30", "other");
    world_.track("ana", "2026-03-01T10:00", "pay", plan("b"));
    world_.track("bo", "2026-03-01T09:00", "pay", plan("a"));
    world_.track("bo", "2026-03-01T10:00", "visit", plan("a"));
    const auto second = [&](const std::string& options) {
        const auto answer = world_.ask(in_march("funnel \"visit\" > \"pay\" " + options));
        return std::get<std::int64_t>(answer.rows.at(1).at(2));
    };
    EXPECT_EQ(second(""), 1);
    EXPECT_EQ(second("strict"), 0);
    EXPECT_EQ(second("in any order"), 2);
    EXPECT_EQ(second("excluding \"other\""), 0);
    EXPECT_EQ(second("holding event.plan"), 0);
    EXPECT_EQ(second("holding event.plan in any order"), 1);
}

TEST_F(Funnels, MoneyIsAStep) {
    world_.relation("ana", "acme", "user", "2026-03-01");
    world_.relation("bo", "acme", "champion", "2026-01-01", "2026-03-12");
    world_.subscription("acme", "s1", 1'000, "2026-03-10", "2026-03-20");
    world_.track("ana", "2026-03-05T09:00", "visit");
    EXPECT_EQ(second_row(in_march("funnel \"visit\" > money.started for customers")),
              "2 | money.started | 1 | 1 | 1 | 399600 | 399600\n");
    EXPECT_EQ(world_.rows(in_march("funnel relation.ended[role = \"champion\"] > money.churned "
                                   "within 90 days for customers entries only")),
              "1 | relation.ended[role = \"champion\"] | 1 | 1 | - | - | -\n"
              "2 | money.churned | 1 | 1 | 1 | 691200 | 691200\n");
    const ask::Answer derived = world_.ask(in_march("funnel \"visit\" > money.started"));
    EXPECT_EQ(std::get<std::int64_t>(derived.rows[1][2]), 1);
    ASSERT_FALSE(derived.notes.empty());
    EXPECT_NE(derived.notes[0].find("derived"), std::string::npos);
}

TEST_F(Funnels, EnteringShowsThePeriodsOfEntry) {
    world_.track("ana", "2026-03-02T09:00", "visit");
    world_.track("ana", "2026-03-09T09:00", "pay");
    world_.track("bo", "2026-03-10T09:00", "visit");
    EXPECT_EQ(world_.rows("funnel \"visit\" > \"pay\" entering every week from 2026-03-02 to "
                          "2026-03-15"),
              "2026-03-02 | 1 | 1\n2026-03-09 | 1 | 0\n");
}

}  // namespace
}  // namespace twofold::engine
