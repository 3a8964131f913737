// SPDX-License-Identifier: Apache-2.0
#include "money/timeline.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

namespace twofold::money {
namespace {

constexpr TimeMs day(int number) {
    return number * kDayMs;
}

Segment segment(std::string_view id, std::string_view plan, Amount amount, TimeMs from,
                TimeMs until = kEndOfTime) {
    Segment made;
    made.id = id;
    made.item = "default";
    made.plan = plan;
    made.currency = "USD";
    made.amount = amount;
    made.from = from;
    made.until = until;
    return made;
}

Payment payment(std::string_view id, Amount amount, TimeMs time,
                PaymentKind kind = PaymentKind::kOneOff) {
    Payment made;
    made.id = id;
    made.currency = "USD";
    made.amount = amount;
    made.time = time;
    made.kind = kind;
    return made;
}

CustomerMoney money_of(std::vector<Segment> segments, std::vector<Payment> payments = {},
                       Rules rules = {}) {
    return derive(segments, payments, rules);
}

std::vector<std::pair<FactKind, TimeMs>> kinds(const CustomerMoney& money) {
    std::vector<std::pair<FactKind, TimeMs>> result;
    for (const Fact& fact : money.facts)
        result.emplace_back(fact.kind, fact.time);
    return result;
}

using Kinds = std::vector<std::pair<FactKind, TimeMs>>;

TEST(Timeline, ACustomerWithoutMoneyHasNothing) {
    const CustomerMoney money = money_of({});
    EXPECT_EQ(money.at(day(1)), Step{});
    EXPECT_EQ(money.revenue_at(day(1)), 0);
    EXPECT_EQ(money.paying_since(day(1)), kEndOfTime);
    EXPECT_EQ(money.first_fact, kEndOfTime);
    EXPECT_EQ(status_at(money, kEndOfTime, day(1)), Status::kProspect);
    EXPECT_EQ(status_at(money, day(1), day(1)), Status::kFree);
    EXPECT_EQ(status_at(money, day(1), day(1) - 1), Status::kProspect);
}

TEST(Timeline, APlanChangeEndsTheSegmentBefore) {
    const CustomerMoney money =
        money_of({segment("s", "pro", 9'900, day(40)), segment("s", "basic", 2'900, day(10))});
    EXPECT_FALSE(money.at(day(10) - 1).paying);
    EXPECT_EQ(money.at(day(10)).mrr, 2'900 * kMrrScale);
    EXPECT_EQ(money.at(day(40) - 1).mrr, 2'900 * kMrrScale);
    EXPECT_EQ(money.at(day(40)).mrr, 9'900 * kMrrScale);
    EXPECT_EQ(money.text(money.at(day(39)).plan), "basic");
    EXPECT_EQ(money.text(money.at(day(40)).plan), "pro");
    EXPECT_EQ(money.paying_since(day(50)), day(10));
    EXPECT_EQ(kinds(money), (Kinds{{FactKind::kStarted, day(10)}, {FactKind::kExpanded, day(40)}}));
    EXPECT_EQ(money.facts[1].amount, 7'000 * kMrrScale);
    EXPECT_EQ(money.text(money.facts[1].plan_before), "basic");
}

TEST(Timeline, LeavingAndComingBack) {
    Segment first = segment("s", "pro", 9'900, day(10), day(20));
    first.end_reason = "too expensive";
    const CustomerMoney money = money_of({first, segment("t", "pro", 5'000, day(30))});
    EXPECT_EQ(kinds(money), (Kinds{{FactKind::kStarted, day(10)},
                                   {FactKind::kChurned, day(20)},
                                   {FactKind::kReactivated, day(30)}}));
    EXPECT_EQ(money.text(money.facts[1].reason), "too expensive");
    EXPECT_EQ(money.facts[1].amount, 9'900 * kMrrScale);
    EXPECT_EQ(status_at(money, kEndOfTime, day(9)), Status::kProspect);
    EXPECT_EQ(status_at(money, kEndOfTime, day(20) - 1), Status::kPaying);
    EXPECT_EQ(status_at(money, kEndOfTime, day(20)), Status::kPast);
    EXPECT_EQ(status_at(money, kEndOfTime, day(30)), Status::kPaying);
    EXPECT_EQ(money.at(day(25)).plan, kNoText);
    EXPECT_TRUE(money.at(day(25)).subscribed);
    EXPECT_EQ(money.paying_since(day(25)), day(10));
    EXPECT_EQ(money.paying_since(day(35)), day(30));
}

TEST(Timeline, WhatEndsASegmentByItsStatusMayGiveTheReason) {
    const auto reason = [](std::string_view status, std::string_view said) {
        Segment first = segment("s", "Pro", 100, day(1));
        first.end_reason = "said before";
        Segment last = segment("s", "Pro", 100, day(5));
        last.status = status;
        last.end_reason = said;
        const CustomerMoney money = money_of({last, first});
        EXPECT_EQ(money.facts.back().kind, FactKind::kChurned);
        EXPECT_EQ(money.facts.back().time, day(5));
        return std::string(money.text(money.facts.back().reason));
    };
    EXPECT_EQ(reason("canceled", "too_expensive"), "too_expensive");
    EXPECT_EQ(reason("canceled", ""), "said before");
    // Who is paused or unpaid has not ended yet.
    EXPECT_EQ(reason("unpaid", "too_expensive"), "said before");
}

TEST(Timeline, NothingIsOwedInATrial) {
    Segment trial = segment("s", "pro", 9'900, day(10));
    trial.trial_until = day(24);
    const CustomerMoney money = money_of({trial});
    EXPECT_EQ(status_at(money, kEndOfTime, day(10)), Status::kTrial);
    EXPECT_EQ(money.at(day(23)).mrr, 0);
    EXPECT_FALSE(money.at(day(23)).paying);
    EXPECT_EQ(money.text(money.at(day(23)).plan), "pro");
    EXPECT_EQ(money.at(day(24)).mrr, 9'900 * kMrrScale);
    EXPECT_EQ(kinds(money), (Kinds{{FactKind::kTrialStarted, day(10)},
                                   {FactKind::kStarted, day(24)},
                                   {FactKind::kTrialEnded, day(24)}}));

    Segment lost = trial;
    lost.until = day(24);
    const CustomerMoney never = money_of({lost});
    EXPECT_EQ(status_at(never, kEndOfTime, day(24)), Status::kFree);
    EXPECT_EQ(kinds(never),
              (Kinds{{FactKind::kTrialStarted, day(10)}, {FactKind::kTrialEnded, day(24)}}));
}

TEST(Timeline, APaymentCountsForNinetyDaysUntilThereIsASubscription) {
    const CustomerMoney once = money_of({}, {payment("p", 500, day(10))});
    EXPECT_FALSE(once.at(day(10) - 1).paying);
    EXPECT_TRUE(once.at(day(10)).paying);
    EXPECT_TRUE(once.at(day(100)).paying);
    EXPECT_FALSE(once.at(day(100) + 1).paying);
    EXPECT_EQ(once.at(day(50)).mrr, 0);

    const CustomerMoney both =
        money_of({segment("s", "pro", 9'900, day(50), day(60))}, {payment("p", 500, day(10))});
    EXPECT_TRUE(both.at(day(55)).paying);
    EXPECT_FALSE(both.at(day(60)).paying) << "who had a subscription pays by it alone";

    // A free subscription is none that pays: purchases still make a customer of its owner.
    const CustomerMoney freemium =
        money_of({segment("s", "free", 0, day(1))}, {payment("p", 500, day(10))});
    EXPECT_EQ(status_at(freemium, kEndOfTime, day(5)), Status::kFree);
    EXPECT_EQ(status_at(freemium, kEndOfTime, day(11)), Status::kPaying);

    const CustomerMoney refund = money_of({}, {payment("p", 500, day(10), PaymentKind::kRefund)});
    EXPECT_FALSE(refund.at(day(11)).paying);
}

TEST(Timeline, ThePlanIsTheLargestThenTheSmallestId) {
    const CustomerMoney money =
        money_of({segment("b", "team", 5'000, day(1)), segment("a", "solo", 5'000, day(1)),
                  segment("c", "extra", 100, day(1))});
    EXPECT_EQ(money.text(money.at(day(2)).plan), "solo");
    const CustomerMoney larger =
        money_of({segment("b", "team", 5'001, day(1)), segment("a", "solo", 5'000, day(1))});
    EXPECT_EQ(larger.text(larger.at(day(2)).plan), "team");
}

TEST(Timeline, SeatsAreThoseOfSeatItemsWhereThereAreAny) {
    Segment seats = segment("s", "pro", 100, day(1));
    seats.quantity = 7;
    Segment storage = segment("s", "pro", 1, day(1));
    storage.item = "storage";
    storage.quantity = 500;
    EXPECT_EQ(money_of({seats}).at(day(2)).seats, 7);
    EXPECT_EQ(money_of({seats, storage}).at(day(2)).seats, 507);
    seats.item = "seat";
    EXPECT_EQ(money_of({seats, storage}).at(day(2)).seats, 7);
    seats.metered = true;
    EXPECT_EQ(money_of({seats}).at(day(2)).seats, 0);
}

TEST(Timeline, OtherCurrenciesMakeACustomerPayingButStayOutOfSums) {
    Segment euro = segment("s", "pro", 9'900, day(10));
    euro.currency = "EUR";
    const CustomerMoney money = money_of({euro}, {payment("p", 300, day(20))}, {.currency = "USD"});
    EXPECT_TRUE(money.foreign);
    EXPECT_TRUE(money.at(day(10)).paying);
    EXPECT_EQ(money.at(day(10)).mrr, 0);
    EXPECT_EQ(money.revenue_at(day(20)), 300);
    EXPECT_FALSE(money_of({segment("s", "pro", 9'900, day(10))}, {}, {.currency = "USD"}).foreign);
}

TEST(Timeline, RevenueIsPaymentsLessWhatWentBack) {
    const CustomerMoney money =
        money_of({}, {payment("c", 100, day(3), PaymentKind::kRefund), payment("a", 500, day(1)),
                      payment("b", 700, day(2)), payment("d", 50, day(3), PaymentKind::kDispute)});
    EXPECT_EQ(money.revenue_at(day(1) - 1), 0);
    EXPECT_EQ(money.revenue_at(day(1)), 500);
    EXPECT_EQ(money.revenue_at(day(2)), 1'200);
    EXPECT_EQ(money.revenue_at(day(3)), 1'050);
}

// The definition read off moment by moment, against the sweep.
Step brute_force(const std::vector<Segment>& segments, const std::vector<Payment>& payments,
                 const Rules& rules, TimeMs time) {
    const auto until = [&](const Segment& one) {
        TimeMs end = one.until;
        for (const Segment& other : segments) {
            const bool next = other.id == one.id && other.item == one.item;
            if (next && other.from > one.from) end = std::min(end, other.from);
        }
        return end;
    };
    const auto pays = [&](const Segment& one, TimeMs at) {
        return one.from <= at && at < until(one) && at >= one.trial_until && mrr_of(one) > 0;
    };
    Step step;
    bool ever = false;
    for (const Segment& one : segments) {
        if (one.from <= time && time < until(one)) {
            step.in_trial = step.in_trial || time < one.trial_until;
            step.seats += one.quantity;
            if (pays(one, time)) step.mrr += mrr_of(one);
        }
        // It began to pay at the later of its start and its trial's end.
        const TimeMs begins = std::max(one.from, one.trial_until);
        if (begins <= time && pays(one, begins)) ever = true;
    }
    step.paying = step.mrr > 0;
    if (!ever) {
        for (const Payment& one : payments) {
            const bool back = one.kind == PaymentKind::kRefund;
            if (!back && one.time <= time && time - one.time <= rules.payment_counts_ms) {
                step.paying = true;
            }
        }
    }
    return step;
}

TEST(Timeline, AgreesWithTheDefinitionReadOffMomentByMoment) {
    for (unsigned seed = 0; seed < 400; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random(seed);
        const auto pick = [&](int low, int high) {
            return static_cast<int>(random() % static_cast<unsigned>(high - low + 1)) + low;
        };
        const Rules rules{.currency = "", .payment_counts_ms = day(5)};
        const char* const ids[] = {"a", "b"};
        std::vector<Segment> segments;
        for (int i = pick(0, 5); i > 0; --i) {
            const TimeMs from = day(pick(0, 30));
            Segment made = segment(ids[pick(0, 1)], "p", pick(0, 2) * 100, from,
                                   pick(0, 1) == 0 ? kEndOfTime : from + day(pick(0, 12)));
            if (pick(0, 2) == 0) made.trial_until = from + day(pick(0, 8));
            made.quantity = pick(1, 3);
            const bool taken = std::ranges::any_of(segments, [&](const Segment& other) {
                return other.id == made.id && other.from == made.from;
            });
            if (!taken) segments.push_back(made);
        }
        std::vector<Payment> payments;
        for (int i = pick(0, 4); i > 0; --i) {
            payments.push_back(
                payment("p", 100, day(pick(0, 40)),
                        pick(0, 3) == 0 ? PaymentKind::kRefund : PaymentKind::kOneOff));
        }
        const CustomerMoney money = derive(segments, payments, rules);
        Mrr balance = 0;
        std::size_t next_fact = 0;
        for (TimeMs time = -kDayMs; time <= day(60); time += kDayMs / 2) {
            const Step want = brute_force(segments, payments, rules, time);
            const Step& got = money.at(time);
            ASSERT_EQ(got.mrr, want.mrr) << time / kDayMs;
            ASSERT_EQ(got.paying, want.paying) << time / kDayMs;
            ASSERT_EQ(got.in_trial, want.in_trial) << time / kDayMs;
            ASSERT_EQ(got.seats, want.seats) << time / kDayMs;
            // The movements up to here add up to what is paid here.
            for (; next_fact < money.facts.size() && money.facts[next_fact].time <= time;
                 ++next_fact) {
                const Fact& fact = money.facts[next_fact];
                if (fact.kind == FactKind::kStarted || fact.kind == FactKind::kExpanded ||
                    fact.kind == FactKind::kReactivated) {
                    balance += fact.amount;
                } else if (fact.kind == FactKind::kContracted || fact.kind == FactKind::kChurned) {
                    balance -= fact.amount;
                }
            }
            ASSERT_EQ(balance, got.mrr) << time / kDayMs;
        }
    }
}

}  // namespace
}  // namespace twofold::money
