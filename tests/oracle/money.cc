// SPDX-License-Identifier: Apache-2.0
#include "oracle/money.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "oracle/world.h"

namespace twofold::oracle {
namespace {

bool runs(const Segment& segment, TimeMs moment) {
    return segment.from <= moment && moment < segment.until;
}

bool on_trial(const Segment& segment, TimeMs moment) {
    return moment < segment.trial_until;
}

/// Whether there ever was one, as of the moment.
bool had_subscription(const Customer& customer, TimeMs moment) {
    return std::ranges::any_of(customer.segments,
                               [&](const Segment& segment) { return segment.from <= moment; });
}

bool brings_money(const Payment& payment) {
    return payment.kind == "recurring" || payment.kind == "one_off";
}

/// When anything about the customer's subscriptions changes.
std::set<TimeMs> changes_of(const Customer& customer) {
    std::set<TimeMs> changes;
    for (const Segment& segment : customer.segments) {
        changes.insert({segment.from, segment.until});
        if (segment.trial_until > segment.from) changes.insert(segment.trial_until);
    }
    return changes;
}

void add_movements(const Customer& customer, TimeMs at, TimeMs first_payment,
                   std::vector<MoneyFact>& facts) {
    bool started = false;
    double before = 0;
    for (const TimeMs time : changes_of(customer)) {
        const double after = mrr_at(customer, time);
        if (time > at || std::abs(after - before) < 1e-9) continue;
        std::string name = after > before ? "money.expanded" : "money.contracted";
        if (after <= 0) name = "money.churned";
        if (before <= 0) name = started ? "money.reactivated" : "money.started";
        const bool paid_before = name == "money.started" && first_payment < time;
        if (!paid_before) facts.push_back({time, name, {}});
        started = true;
        before = after;
    }
    if (!started && first_payment <= at) facts.push_back({first_payment, "money.started", {}});
}

}  // namespace

double mrr_at(const Customer& customer, TimeMs moment) {
    double mrr = 0;
    for (const Segment& segment : customer.segments) {
        if (runs(segment, moment) && !on_trial(segment, moment)) mrr += segment.monthly;
    }
    return mrr;
}

bool paying_at(const Customer& customer, TimeMs moment, int payment_days) {
    if (mrr_at(customer, moment) > 0) return true;
    if (had_subscription(customer, moment)) return false;
    return std::ranges::any_of(customer.payments, [&](const Payment& payment) {
        return brings_money(payment) && payment.time <= moment &&
               payment.time >= moment - payment_days * kDayMs;
    });
}

Value plan_at(const Customer& customer, TimeMs moment) {
    if (!had_subscription(customer, moment)) return trait_at(customer, "plan", moment);
    const auto mrr_of = [moment](const Segment& segment) {
        return on_trial(segment, moment) ? 0 : segment.monthly;
    };
    const Segment* best = nullptr;
    for (const Segment& segment : customer.segments) {
        if (!runs(segment, moment)) continue;
        const bool better = best == nullptr || mrr_of(segment) > mrr_of(*best) ||
                            (mrr_of(segment) == mrr_of(*best) && segment.id < best->id);
        if (better) best = &segment;
    }
    return best == nullptr || best->plan.empty() ? Value{} : Value{best->plan};
}

Value seats_at(const Customer& customer, TimeMs moment) {
    std::int64_t seats = 0;
    bool any = false;
    for (const Segment& segment : customer.segments) {
        if (!runs(segment, moment)) continue;
        seats += segment.quantity;
        any = true;
    }
    return any ? Value{seats} : Value{};
}

Value status_at(const Customer& customer, TimeMs moment, int payment_days) {
    if (paying_at(customer, moment, payment_days)) return {std::string("paying")};
    const bool trial = std::ranges::any_of(customer.segments, [&](const Segment& segment) {
        return runs(segment, moment) && on_trial(segment, moment);
    });
    if (trial) return {std::string("trial")};
    const bool paid_once = std::ranges::any_of(customer.segments, [&](const Segment& segment) {
        const TimeMs begins = std::max(segment.from, segment.trial_until);
        return segment.monthly > 0 && begins < segment.until && begins <= moment;
    });
    const bool payment_once = std::ranges::any_of(customer.payments, [&](const Payment& one) {
        return brings_money(one) && one.time <= moment;
    });
    if (paid_once || payment_once) return {std::string("past")};
    // Free or prospect: ask.md names both and does not say where the line is.
    return {std::string("free or prospect")};
}

Value trait_at(const Customer& customer, const std::string& name, TimeMs moment) {
    const auto history = customer.traits.find(name);
    if (history == customer.traits.end()) return {};
    const auto later = history->second.upper_bound(moment);
    return later == history->second.begin() ? Value{} : std::prev(later)->second;
}

std::vector<MoneyFact> money_facts(const Customer& customer, TimeMs at) {
    std::vector<MoneyFact> facts;
    TimeMs first_payment = kEndOfTime;
    for (const Payment& payment : customer.payments) {
        const std::string name = brings_money(payment)      ? "money.paid"
                                 : payment.kind == "refund" ? "money.refunded"
                                                            : "";
        if (name.empty() || payment.time > at) continue;
        facts.push_back({payment.time, name, {{"kind", {payment.kind}}}});
        if (name == "money.paid") first_payment = std::min(first_payment, payment.time);
    }
    add_movements(customer, at, first_payment, facts);
    std::ranges::stable_sort(facts, {}, &MoneyFact::time);
    return facts;
}

}  // namespace twofold::oracle
