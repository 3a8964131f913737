// SPDX-License-Identifier: Apache-2.0
#include "engine/facts.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"
#include "base/currency.h"
#include "money/mrr.h"

namespace twofold::engine {
namespace {

using model::Value;
using plan::FactKind;

/// Times that are open or in the hidden future are missing.
Value time_if_known(TimeMs time) {
    return time == kEndOfTime || time == kBeginningOfTime ? Value::null() : Value::of_int(time);
}

}  // namespace

Value text_or_null(std::string_view text) {
    return text.empty() ? Value::null() : Value::of_string(text);
}

FactReader::FactReader(const Run& run)
    : run_(run),
      frames_(run.frames()),
      money_scale_(static_cast<double>(money::kMrrScale) *
                   std::pow(10.0, minor_digits(frames_.currency()))) {}

Value FactReader::value(const plan::Fact& fact, const At& at) const {
    switch (fact.about) {
        case plan::About::kUser:
            if (at.user == kNobody) return Value::null();
            return of_user(fact, model::UserOrdinal{at.user}, at.moment);
        case plan::About::kCustomer: {
            if (at.customer == kNobody) return Value::null();
            if (fact.kind != FactKind::kCustomerUsers) {
                const TimeMs instant = run_.plan().facts_now ? run_.plan().at : at.moment.instant();
                return of_customer(fact, model::CustomerOrdinal{at.customer}, instant);
            }
            const auto edges = frames_.edges_of(model::CustomerOrdinal{at.customer});
            std::int64_t count = 0;
            for (std::uint32_t i = 0; i < edges.size(); ++i)
                count += inside(edges, i, at.moment) ? 1 : 0;
            return Value::of_int(count);
        }
        case plan::About::kPair:
            if (at.relation == nullptr || at.relation->role == frame::kNoRole) {
                return Value::null();
            }
            return of_relation(fact, *at.relation);
        case plan::About::kEvent:
            return Value::null();
    }
    return Value::null();
}

Value FactReader::of_user(const plan::Fact& fact, model::UserOrdinal user,
                          const plan::Moment& moment) const {
    const auto& directory = frames_.directory();
    if (fact.kind == FactKind::kSent) {
        const frame::TraitColumn* column = frames_.user_trait(fact.name);
        // The latest, whenever it is asked about; but what is dated after `at` is hidden.
        const std::uint32_t code = column == nullptr ? 0 : column->code_at(user, run_.plan().at);
        return code == 0 ? Value::null() : column->value(code);
    }
    if (fact.kind == FactKind::kUserId) return text_or_null(directory.id(user));
    if (fact.kind == FactKind::kUserKnown) return Value::of_bool(directory.known(user));
    if (fact.kind == FactKind::kUserFirstSeen) {
        const TimeMs first = directory.seen(user).first_use;
        return first < moment.before ? time_if_known(first) : Value::null();
    }
    if (fact.kind == FactKind::kUserLastSeen) {
        const TimeMs last = directory.seen(user).last_use;
        return last < moment.before ? time_if_known(last) : Value::null();
    }
    TF_CHECK(fact.kind == FactKind::kUserCustomers);
    const auto edges = frames_.edges_of(user);
    std::int64_t count = 0;
    for (std::uint32_t i = 0; i < edges.size(); ++i)
        count += inside(model::index(user), model::index(edges.customer(i)), moment) ? 1 : 0;
    return Value::of_int(count);
}

Value FactReader::of_customer(const plan::Fact& fact, model::CustomerOrdinal customer,
                              TimeMs instant) const {
    if (fact.kind == FactKind::kSent) {
        const auto code = frames_.customer_trait(fact.name);
        return code ? frames_.trait(customer, *code, instant) : Value::null();
    }
    if (fact.kind == FactKind::kCustomerId) return text_or_null(frames_.directory().id(customer));
    if (fact.kind == FactKind::kCustomerName) return text_or_null(frames_.name(customer, instant));
    if (fact.kind == FactKind::kCustomerKind) return text_or_null(frames_.kind(customer, instant));
    if (fact.kind == FactKind::kCustomerPlan) return text_or_null(frames_.plan(customer, instant));
    if (fact.kind == FactKind::kCustomerOwner) {
        return text_or_null(frames_.owner(customer, instant));
    }
    if (fact.kind == FactKind::kCustomerStatus) {
        return Value::of_string(money::status_name(frames_.status(customer, instant)));
    }
    if (fact.kind == FactKind::kCustomerParent) {
        const auto parent = frames_.parent(customer, instant);
        return parent ? text_or_null(frames_.directory().id(frames_.canonical(*parent)))
                      : Value::null();
    }
    return of_money(fact, customer, instant);
}

Value FactReader::of_money(const plan::Fact& fact, model::CustomerOrdinal customer,
                           TimeMs instant) const {
    const money::CustomerMoney& money = frames_.money(customer);
    const money::Step& step = money.at(instant);
    if (fact.kind == FactKind::kCustomerMrr) return Value::of_int(step.mrr);
    if (fact.kind == FactKind::kCustomerPaying) return Value::of_bool(step.paying);
    if (fact.kind == FactKind::kCustomerPayingSince) {
        return step.paying ? time_if_known(money.paying_since(instant)) : Value::null();
    }
    if (fact.kind == FactKind::kCustomerLifetimeRevenue) {
        return Value::of_int(money.revenue_at(instant) * money::kMrrScale);
    }
    if (fact.kind == FactKind::kCustomerSeats) {
        return step.subscribed ? Value::of_int(step.seats) : Value::null();
    }
    TF_CHECK(fact.kind == FactKind::kCustomerTrialUntil);
    return trial_until(customer, instant);
}

Value FactReader::trial_until(model::CustomerOrdinal customer, TimeMs instant) const {
    const auto& steps = frames_.money(customer).steps;
    if (!frames_.money(customer).at(instant).in_trial) return Value::null();
    // The trial's end was agreed when it began: it is known though it lies ahead.
    for (const money::Step& step : steps) {
        if (step.from > instant && !step.in_trial) return Value::of_int(step.from);
    }
    return Value::null();
}

Value FactReader::of_relation(const plan::Fact& fact,
                              const frame::RelationInterval& relation) const {
    if (fact.kind == FactKind::kRelationRole) {
        return Value::of_string(frames_.roles()[relation.role].name);
    }
    if (fact.kind == FactKind::kRelationSince) return time_if_known(relation.since);
    if (fact.kind == FactKind::kRelationUntil) return time_if_known(relation.until);
    TF_CHECK(fact.kind == FactKind::kRelationSource);
    return Value::of_string(frames_.source_of(relation));
}

bool Roles::take(const frame::Role& role) const {
    const auto in = [&](const std::vector<std::string>& names) {
        return std::ranges::find(names, role.name) != names.end();
    };
    if (every) return true;
    if (!only.empty()) return in(only);
    return !role.outside || in(named);
}

ask::RelationsAsOf FactReader::mode(Look look) const {
    const ask::RelationsAsOf asked = run_.plan().relations;
    const bool at_the_moment = look == Look::kAtTheMoment && asked == ask::RelationsAsOf::kNow;
    return at_the_moment ? ask::RelationsAsOf::kEvent : asked;
}

bool FactReader::inside(const frame::CustomerEdges& edges, std::uint32_t i,
                        const plan::Moment& moment, Look look) const {
    switch (mode(look)) {
        case ask::RelationsAsOf::kEvent:
            return run_.belonging().is_inside(edges, i, moment.instant());
        case ask::RelationsAsOf::kNow:
            return run_.belonging().is_inside(edges, i, run_.plan().at);
        case ask::RelationsAsOf::kEver:
            return ever_inside(edges, i, plan::Moment::including(run_.plan().at));
    }
    return false;
}

bool FactReader::ever_inside(const frame::CustomerEdges& edges, std::uint32_t i,
                             const plan::Moment& moment) const {
    const auto spans = run_.belonging().inside(edges, i);
    return std::ranges::any_of(spans,
                               [&](const frame::Span& span) { return span.from < moment.before; });
}

bool FactReader::inside(std::uint32_t user, std::uint32_t customer, const plan::Moment& moment,
                        Look look) const {
    const auto edges = frames_.edges_of(model::CustomerOrdinal{customer});
    const std::uint32_t i = edges.find(model::UserOrdinal{user});
    return i < edges.size() && inside(edges, i, moment, look);
}

bool FactReader::counts(const frame::RelationInterval& relation, const plan::Moment& moment,
                        Look look) const {
    switch (mode(look)) {
        case ask::RelationsAsOf::kEvent:
            return relation.holds(moment.instant());
        case ask::RelationsAsOf::kNow:
            return relation.holds(run_.plan().at);
        case ask::RelationsAsOf::kEver:
            return relation.since <= run_.plan().at;
    }
    return false;
}

void FactReader::relations(std::uint32_t user, std::uint32_t customer, const plan::Moment& moment,
                           const Roles& roles, std::vector<frame::RelationInterval>& out,
                           Look look) const {
    out.clear();
    const auto edges = frames_.edges_of(model::UserOrdinal{user});
    for (std::uint32_t i = 0; i < edges.size(); ++i) {
        if (model::index(edges.customer(i)) != customer) continue;
        std::vector<frame::RelationInterval> scratch;
        const auto known = frames_.relations(model::UserOrdinal{user}, i, run_.plan().at, scratch);
        TimeMs first_inside = kEndOfTime;
        bool is_inside = false;
        for (const frame::RelationInterval& relation : known) {
            const bool outside = frames_.roles()[relation.role].outside;
            if (!outside) first_inside = std::min(first_inside, relation.since);
            if (!counts(relation, moment, look)) continue;
            is_inside |= !outside;
            out.push_back(relation);
        }
        if (is_inside || !inside(user, customer, moment, look)) continue;
        // All that start with the first one reach back with it.
        for (const frame::RelationInterval& relation : known) {
            const bool outside = frames_.roles()[relation.role].outside;
            if (!outside && relation.since == first_inside) out.push_back(relation);
        }
    }
    std::erase_if(out, [&](const frame::RelationInterval& relation) {
        return !roles.take(frames_.roles()[relation.role]);
    });
}

Result<std::vector<std::uint32_t>> users_existing(const Run& run, TimeMs instant, bool known_only) {
    const frame::Snapshot& frames = run.frames();
    std::vector<std::uint32_t> users;
    TF_TRY(run.for_each(frames.user_count(), [&](std::size_t i) {
        const model::UserOrdinal user{static_cast<std::uint32_t>(i)};
        if (frames.canonical(user) != user || frames.exists_from(user) > instant) return;
        if (!known_only || frames.directory().known(user)) users.push_back(model::index(user));
    }));
    return users;
}

Result<std::vector<std::uint32_t>> customers_existed(const Run& run, TimeMs instant) {
    const frame::Snapshot& frames = run.frames();
    std::vector<std::uint32_t> customers;
    TF_TRY(run.for_each(frames.customer_count(), [&](std::size_t i) {
        const model::CustomerOrdinal customer{static_cast<std::uint32_t>(i)};
        if (frames.canonical(customer) != customer) return;
        if (run.belonging().exists_from(customer) <= instant)
            customers.push_back(model::index(customer));
    }));
    return customers;
}

Result<std::vector<std::uint32_t>> customers_existing(const Run& run, TimeMs instant) {
    TF_ASSIGN(std::vector<std::uint32_t> customers, customers_existed(run, instant));
    if (run.frames().rolled_up() == nullptr) return customers;
    std::erase_if(customers, [&](std::uint32_t one) {
        const model::CustomerOrdinal customer{one};
        return run.frames().root(customer, instant) != customer;
    });
    return customers;
}

}  // namespace twofold::engine
