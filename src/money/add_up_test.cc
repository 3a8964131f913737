// SPDX-License-Identifier: Apache-2.0
#include "money/add_up.h"

#include <gtest/gtest.h>
#include <string>

namespace twofold::money {
namespace {

constexpr TimeMs at_day(int number) {
    return number * kDayMs;
}

CustomerMoney subscribed(std::string_view plan, Amount amount, TimeMs from,
                         TimeMs until = kEndOfTime, TimeMs trial_until = kBeginningOfTime) {
    Segment segment;
    segment.id = "s";
    segment.plan = plan;
    segment.currency = "USD";
    segment.amount = amount;
    segment.from = from;
    segment.until = until;
    segment.trial_until = trial_until;
    segment.end_reason = "price";
    return derive(std::span(&segment, 1), {}, {});
}

CustomerMoney paid(Amount amount, TimeMs time) {
    Payment payment;
    payment.id = "p";
    payment.currency = "USD";
    payment.amount = amount;
    payment.time = time;
    payment.kind = PaymentKind::kOneOff;
    return derive({}, std::span(&payment, 1), {});
}

std::string told(const CustomerMoney& money) {
    std::string text;
    for (const Fact& fact : money.facts) {
        text += std::string(fact_name(fact.kind)) + ' ' + std::to_string(fact.time / kDayMs) + ' ' +
                std::to_string(fact.amount / kMrrScale) + '\n';
    }
    return text;
}

TEST(AddUp, OfNobodyThereIsNothing) {
    EXPECT_TRUE(add_up({}).steps.empty());
    EXPECT_EQ(add_up({}).first_fact, kEndOfTime);
}

TEST(AddUp, OneThatIsAlwaysPartIsTheWhole) {
    const CustomerMoney one = subscribed("Pro", 900, at_day(3), at_day(40), at_day(10));
    const Part part{"a", &one};
    const CustomerMoney whole = add_up(std::span(&part, 1));
    ASSERT_EQ(whole.steps.size(), one.steps.size());
    for (std::size_t i = 0; i < one.steps.size(); ++i) {
        EXPECT_EQ(whole.steps[i].from, one.steps[i].from);
        EXPECT_EQ(whole.steps[i].mrr, one.steps[i].mrr);
        EXPECT_EQ(whole.steps[i].in_trial, one.steps[i].in_trial);
        EXPECT_EQ(whole.text(whole.steps[i].plan), one.text(one.steps[i].plan));
    }
    EXPECT_EQ(told(whole), told(one));
    EXPECT_EQ(whole.first_fact, one.first_fact);
}

TEST(AddUp, SumsMrrAndTakesThePlanOfTheLargest) {
    const CustomerMoney small = subscribed("Team", 500, at_day(1));
    const CustomerMoney large = subscribed("Pro", 900, at_day(5), at_day(9));
    const Part parts[] = {{"a", &small}, {"b", &large}};
    const CustomerMoney whole = add_up(parts);
    EXPECT_EQ(whole.at(at_day(6)).mrr, 1400 * kMrrScale);
    EXPECT_EQ(whole.at(at_day(6)).seats, 2);
    EXPECT_EQ(whole.text(whole.at(at_day(6)).plan), "Pro");
    EXPECT_EQ(whole.text(whole.at(at_day(9)).plan), "Team");
    // Who begins and ends beside others that pay raises and lowers what is paid.
    EXPECT_EQ(told(whole), "money.started 1 500\nmoney.expanded 5 900\nmoney.contracted 9 900\n");
}

TEST(AddUp, OfEqualOnesThePlanOfTheFirstById) {
    const CustomerMoney one = subscribed("Zeta", 500, at_day(1));
    const CustomerMoney other = subscribed("Alpha", 500, at_day(1));
    const Part parts[] = {{"b", &other}, {"a", &one}};
    const CustomerMoney whole = add_up(parts);
    EXPECT_EQ(whole.text(whole.at(at_day(2)).plan), "Zeta");
}

TEST(AddUp, CountsAPartWhileItIsOne) {
    const CustomerMoney own = subscribed("Team", 500, at_day(1));
    const CustomerMoney joins = subscribed("Pro", 900, at_day(2));
    const Part parts[] = {{"a", &own}, {"b", &joins, at_day(10), at_day(20)}};
    const CustomerMoney whole = add_up(parts);
    EXPECT_EQ(whole.at(at_day(9)).mrr, 500 * kMrrScale);
    EXPECT_EQ(whole.at(at_day(10)).mrr, 1400 * kMrrScale);
    EXPECT_EQ(whole.at(at_day(20)).mrr, 500 * kMrrScale);
    EXPECT_EQ(told(whole), "money.started 1 500\nmoney.expanded 10 900\nmoney.contracted 20 900\n");
}

TEST(AddUp, WhatWasPaidBeforeComesAlong) {
    const CustomerMoney early = paid(700, at_day(1));
    const Part part{"a", &early, at_day(5), kEndOfTime};
    const CustomerMoney whole = add_up(std::span(&part, 1));
    EXPECT_EQ(whole.revenue_at(at_day(4)), 0);
    EXPECT_EQ(whole.revenue_at(at_day(5)), 700);
    EXPECT_TRUE(whole.at(at_day(5)).paying);
    // The payment itself was not the whole's.
    EXPECT_EQ(told(whole), "money.started 5 0\nmoney.churned 91 0\n");
    EXPECT_EQ(whole.first_fact, at_day(5));
}

TEST(AddUp, SaysWhyTheLargestEnded) {
    const CustomerMoney one = subscribed("Pro", 900, at_day(2), at_day(8));
    const Part part{"a", &one};
    const CustomerMoney whole = add_up(std::span(&part, 1));
    ASSERT_EQ(whole.facts.back().kind, FactKind::kChurned);
    EXPECT_EQ(whole.text(whole.facts.back().reason), "price");
}

}  // namespace
}  // namespace twofold::money
