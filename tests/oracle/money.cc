// SPDX-License-Identifier: Apache-2.0
#include "oracle/money.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "base/currency.h"
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

bool paid_once(const Customer& customer, TimeMs moment) {
    const bool subscribed = std::ranges::any_of(customer.segments, [&](const Segment& segment) {
        const TimeMs begins = std::max(segment.from, segment.trial_until);
        return segment.monthly > 0 && begins < segment.until && begins <= moment;
    });
    return subscribed || std::ranges::any_of(customer.payments, [&](const Payment& one) {
               return brings_money(one) && one.time <= moment;
           });
}

double own_mrr_at(const Customer& customer, TimeMs moment) {
    double mrr = 0;
    for (const Segment& segment : customer.segments) {
        if (runs(segment, moment) && !on_trial(segment, moment)) mrr += segment.monthly;
    }
    return mrr;
}

bool own_paying_at(const Customer& customer, TimeMs moment, int payment_days) {
    if (own_mrr_at(customer, moment) > 0) return true;
    if (had_subscription(customer, moment)) return false;
    return std::ranges::any_of(customer.payments, [&](const Payment& payment) {
        return brings_money(payment) && payment.time <= moment &&
               payment.time >= moment - payment_days * kDayMs;
    });
}

Value own_plan_at(const Customer& customer, TimeMs moment) {
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

Value own_seats_at(const Customer& customer, TimeMs moment) {
    std::int64_t seats = 0;
    for (const Segment& segment : customer.segments) {
        if (runs(segment, moment)) seats += segment.quantity;
    }
    return had_subscription(customer, moment) ? Value{seats} : Value{};
}

Value own_status_at(const Customer& customer, TimeMs moment, int payment_days) {
    if (own_paying_at(customer, moment, payment_days)) return {std::string("paying")};
    const bool trial = std::ranges::any_of(customer.segments, [&](const Segment& segment) {
        return runs(segment, moment) && on_trial(segment, moment);
    });
    if (trial) return {std::string("trial")};
    if (paid_once(customer, moment)) return {std::string("past")};
    // Free or prospect: ask.md names both and does not say where the line is.
    return {std::string("free or prospect")};
}

void add_movements(const Customer& customer, TimeMs at, TimeMs first_payment,
                   std::vector<MoneyFact>& facts) {
    bool started = false;
    double before = 0;
    for (const TimeMs time : changes_of(customer)) {
        const double after = own_mrr_at(customer, time);
        if (time > at || std::abs(after - before) < 1e-9) continue;
        std::string name = after > before ? "money.expanded" : "money.contracted";
        if (after <= 0) name = "money.churned";
        if (before <= 0) name = started ? "money.reactivated" : "money.started";
        const bool paid_before = name == "money.started" && first_payment < time;
        if (!paid_before) facts.push_back({time, name, {{"amount", {std::abs(after - before)}}}});
        started = true;
        before = after;
    }
    if (!started && first_payment <= at) {
        facts.push_back({first_payment, "money.started", {{"amount", {0.0}}}});
    }
}

std::vector<MoneyFact> own_money_facts(const Customer& customer, TimeMs at) {
    std::vector<MoneyFact> facts;
    TimeMs first_payment = kEndOfTime;
    for (const Payment& payment : customer.payments) {
        const std::string name = brings_money(payment)      ? "money.paid"
                                 : payment.kind == "refund" ? "money.refunded"
                                                            : "";
        if (name.empty() || payment.time > at) continue;
        const double amount =
            static_cast<double>(payment.amount) / std::pow(10.0, minor_digits(payment.currency));
        facts.push_back({payment.time, name, {{"kind", {payment.kind}}, {"amount", {amount}}}});
        if (name == "money.paid") first_payment = std::min(first_payment, payment.time);
    }
    add_movements(customer, at, first_payment, facts);
    std::ranges::stable_sort(facts, {}, &MoneyFact::time);
    return facts;
}

/// The customers that it is at the moment: itself, unless it is made of others.
std::vector<const Customer*> parts_at(const Customer& customer, TimeMs moment) {
    if (!customer.rolled_up) return {&customer};
    std::vector<const Customer*> parts;
    for (const Part& part : customer.parts) {
        if (part.from <= moment && moment < part.until) parts.push_back(part.customer);
    }
    return parts;
}

bool any_is(const Customer& customer, TimeMs moment, int payment_days, const char* status) {
    return std::ranges::any_of(parts_at(customer, moment), [&](const Customer* part) {
        return own_status_at(*part, moment, payment_days) == Value{std::string(status)};
    });
}

bool has_paid(const Customer& customer, TimeMs moment, int payment_days) {
    return any_is(customer, moment, payment_days, "paying") ||
           any_is(customer, moment, payment_days, "past") ||
           // On a trial again.
           std::ranges::any_of(parts_at(customer, moment),
                               [&](const Customer* part) { return paid_once(*part, moment); });
}

/// When anything about the money of its parts may change.
std::set<TimeMs> changes_of_parts(const Customer& customer, int payment_days) {
    std::set<TimeMs> times;
    for (const Part& part : customer.parts) {
        times.insert({part.from, part.until});
        times.merge(changes_of(*part.customer));
        for (const Payment& payment : part.customer->payments)
            times.insert({payment.time, payment.time + payment_days * kDayMs + 1});
    }
    return times;
}

/// What happens to the whole: payments are their part's of that time, the rest is of the sums.
std::vector<MoneyFact> facts_of_parts(const Customer& customer, TimeMs at, int payment_days) {
    std::vector<MoneyFact> facts;
    for (const Part& part : customer.parts) {
        for (MoneyFact& fact : own_money_facts(*part.customer, at)) {
            const bool payment = fact.name == "money.paid" || fact.name == "money.refunded";
            const bool then = part.from <= fact.time && fact.time < part.until;
            if (payment && then) facts.push_back(std::move(fact));
        }
    }
    double before = 0;
    bool paid = false;
    bool paid_before = false;
    for (const TimeMs time : changes_of_parts(customer, payment_days)) {
        if (time > at) break;
        const double mrr = mrr_at(customer, time);
        const bool pays = paying_at(customer, time, payment_days);
        std::string name;
        if (pays && !paid) name = paid_before ? "money.reactivated" : "money.started";
        if (!pays && paid) name = "money.churned";
        if (name.empty() && mrr > before + 1e-9) name = "money.expanded";
        if (name.empty() && mrr < before - 1e-9) name = "money.contracted";
        // What it rose or fell by; of an end what it was.
        const double amount = std::abs(mrr - before);
        if (!name.empty()) facts.push_back({time, name, {{"amount", {amount}}}});
        before = mrr;
        paid = pays;
        paid_before = has_paid(customer, time, payment_days);
    }
    std::ranges::stable_sort(facts, {}, &MoneyFact::time);
    return facts;
}

}  // namespace

double mrr_at(const Customer& customer, TimeMs moment) {
    double mrr = 0;
    for (const Customer* part : parts_at(customer, moment))
        mrr += own_mrr_at(*part, moment);
    return mrr;
}

bool paying_at(const Customer& customer, TimeMs moment, int payment_days) {
    return any_is(customer, moment, payment_days, "paying");
}

Value plan_at(const Customer& customer, TimeMs moment) {
    if (!customer.rolled_up) return own_plan_at(customer, moment);
    const Customer* best = nullptr;
    bool subscribed = false;
    for (const Customer* part : parts_at(customer, moment)) {
        if (!had_subscription(*part, moment)) continue;
        subscribed = true;
        if (missing(own_plan_at(*part, moment))) continue;
        const double mrr = own_mrr_at(*part, moment);
        const bool better = best == nullptr || mrr > own_mrr_at(*best, moment) ||
                            (mrr == own_mrr_at(*best, moment) && part->id < best->id);
        if (better) best = part;
    }
    if (!subscribed) return trait_at(customer, "plan", moment);
    return best == nullptr ? Value{} : own_plan_at(*best, moment);
}

Value seats_at(const Customer& customer, TimeMs moment) {
    std::int64_t seats = 0;
    bool any = false;
    for (const Customer* part : parts_at(customer, moment)) {
        const Value own = own_seats_at(*part, moment);
        any = any || !missing(own);
        if (!missing(own)) seats += std::get<std::int64_t>(own.is);
    }
    return any ? Value{seats} : Value{};
}

Value status_at(const Customer& customer, TimeMs moment, int payment_days) {
    for (const char* status : {"paying", "trial", "past"}) {
        if (any_is(customer, moment, payment_days, status)) return {std::string(status)};
    }
    return {std::string(customer.free_from <= moment ? "free" : "prospect")};
}

Value trait_at(const Customer& customer, const std::string& name, TimeMs moment) {
    const auto history = customer.traits.find(name);
    if (history == customer.traits.end()) return {};
    const auto later = history->second.upper_bound(moment);
    return later == history->second.begin() ? Value{} : std::prev(later)->second;
}

std::vector<MoneyFact> money_facts(const Customer& customer, TimeMs at, int payment_days) {
    if (customer.rolled_up) return facts_of_parts(customer, at, payment_days);
    return own_money_facts(customer, at);
}

std::string currency_of(const Customer& customer) {
    if (!customer.segments.empty()) return customer.segments.front().currency;
    for (const Part& part : customer.parts) {
        if (!part.customer->segments.empty()) return part.customer->segments.front().currency;
    }
    return "";
}

}  // namespace twofold::oracle
