// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "ask/builtin.h"
#include "ask/print.h"
#include "plan/binder.h"

namespace twofold::plan {
namespace {

struct Known {
    ask::Owner owner;
    std::string_view name;
    FactKind kind;
};

constexpr std::array kKnown = {
    Known{ask::Owner::kEvent, "name", FactKind::kEventName},
    Known{ask::Owner::kEvent, "time", FactKind::kEventTime},
    Known{ask::Owner::kEvent, "hour", FactKind::kEventHour},
    Known{ask::Owner::kEvent, "weekday", FactKind::kEventWeekday},
    Known{ask::Owner::kEvent, "acting", FactKind::kEventActing},
    Known{ask::Owner::kUser, "id", FactKind::kUserId},
    Known{ask::Owner::kUser, "known", FactKind::kUserKnown},
    Known{ask::Owner::kUser, "first_seen", FactKind::kUserFirstSeen},
    Known{ask::Owner::kUser, "last_seen", FactKind::kUserLastSeen},
    Known{ask::Owner::kUser, "customers", FactKind::kUserCustomers},
    Known{ask::Owner::kCustomer, "id", FactKind::kCustomerId},
    Known{ask::Owner::kCustomer, "name", FactKind::kCustomerName},
    Known{ask::Owner::kCustomer, "kind", FactKind::kCustomerKind},
    Known{ask::Owner::kCustomer, "status", FactKind::kCustomerStatus},
    Known{ask::Owner::kCustomer, "plan", FactKind::kCustomerPlan},
    Known{ask::Owner::kCustomer, "mrr", FactKind::kCustomerMrr},
    Known{ask::Owner::kCustomer, "paying", FactKind::kCustomerPaying},
    Known{ask::Owner::kCustomer, "paying_since", FactKind::kCustomerPayingSince},
    Known{ask::Owner::kCustomer, "lifetime_revenue", FactKind::kCustomerLifetimeRevenue},
    Known{ask::Owner::kCustomer, "seats", FactKind::kCustomerSeats},
    Known{ask::Owner::kCustomer, "trial_until", FactKind::kCustomerTrialUntil},
    Known{ask::Owner::kCustomer, "users", FactKind::kCustomerUsers},
    Known{ask::Owner::kCustomer, "first_seen", FactKind::kCustomerFirstSeen},
    Known{ask::Owner::kCustomer, "last_seen", FactKind::kCustomerLastSeen},
    Known{ask::Owner::kCustomer, "owner", FactKind::kCustomerOwner},
    Known{ask::Owner::kCustomer, "parent", FactKind::kCustomerParent},
    Known{ask::Owner::kRelation, "role", FactKind::kRelationRole},
    Known{ask::Owner::kRelation, "since", FactKind::kRelationSince},
    Known{ask::Owner::kRelation, "until", FactKind::kRelationUntil},
    Known{ask::Owner::kRelation, "source", FactKind::kRelationSource},
};

model::OwnedValue value_of(const ask::Literal& literal) {
    if (const auto* boolean = std::get_if<bool>(&literal.value)) {
        return model::OwnedValue(model::Value::of_bool(*boolean));
    }
    if (const auto* whole = std::get_if<std::int64_t>(&literal.value)) {
        return model::OwnedValue(model::Value::of_int(*whole));
    }
    if (const auto* real = std::get_if<double>(&literal.value)) {
        return model::OwnedValue(model::Value::of_double(*real));
    }
    if (const auto* text = std::get_if<std::string>(&literal.value)) {
        return model::OwnedValue(model::Value::of_string(*text));
    }
    return {};
}

}  // namespace

std::unexpected<Error> refuse(const ask::Span& span, std::string message, std::string suggestion) {
    Error error{ErrorCode::kInvalid, std::move(message), std::nullopt, std::move(suggestion)};
    if (!span.absent()) error.at = span.at;
    return std::unexpected(std::move(error));
}

std::unexpected<Error> not_answered(const ask::Span& span, std::string_view what) {
    return refuse(span, "this version does not answer: " + std::string(what));
}

Result<About> Binder::about_of(const ask::Property& property, Scope scope) const {
    switch (property.owner) {
        case ask::Owner::kEvent:
            if (scope.row) return About::kEvent;
            return refuse(property.span,
                          "no event is at hand here to take a property of: " + ask::print(property),
                          "did \"…\"[" + property.name + " = …]");
        case ask::Owner::kUser:
            if (scope.user_at_hand()) return About::kUser;
            return refuse(property.span,
                          "a customer has many users; say which: " + ask::print(property),
                          "any user " + ask::print(property) + " …");
        case ask::Owner::kCustomer:
            // conjunction() and the breakdowns lead here only with a customer at hand, but an
            // expression of a list of users may ask for one.
            if (scope.customer_at_hand()) return About::kCustomer;
            return refuse(property.span,
                          "a user may have several customers; ask for customers instead of: " +
                              ask::print(property),
                          "list customers show " + ask::print(property));
        case ask::Owner::kRelation:
            if (scope.pair_at_hand()) return About::kPair;
            return refuse(property.span,
                          "a role is of one user at one customer: " + ask::print(property),
                          "any user with role …");
    }
    return About::kUser;
}

Result<Fact> Binder::sent_fact(const ask::Property& property, Scope scope) const {
    TF_ASSIGN(const About about, about_of(property, scope));
    Fact fact{about, FactKind::kSent, property.name, {}};
    if (about == About::kEvent) {
        for (const Catalog::Column& column : catalog_.event_columns(property.name))
            fact.columns.push_back(column.code);
    }
    return fact;
}

Result<Fact> Binder::fact(const ask::Property& property, Scope scope) const {
    const bool built_in = !property.sent && ask::find_built_in(property) != nullptr;
    if (!built_in) return sent_fact(property, scope);
    const auto* known = std::ranges::find_if(kKnown, [&](const Known& one) {
        return one.owner == property.owner && one.name == property.name;
    });
    if (known == kKnown.end()) return not_answered(property.span, ask::print(property));
    TF_ASSIGN(const About about, about_of(property, scope));
    return Fact{about, known->kind, std::string(known->name), {}};
}

Result<About> Binder::behaviour_of(Scope scope, const ask::Span& span) const {
    if (scope.brackets) {
        return refuse(span, "what somebody did cannot stand inside the brackets of an event",
                      "where did …");
    }
    switch (scope.who) {
        case Scope::Who::kUser:
        case Scope::Who::kBare:
            return About::kUser;
        case Scope::Who::kCustomer:
        case Scope::Who::kLowered:
            return About::kCustomer;
        case Scope::Who::kLifted:
            return About::kPair;
    }
    return About::kUser;
}

Result<Measure> Binder::measure(const ask::Measure& measure, Scope scope) const {
    if (measure.aggregate == ask::Aggregate::kSessions) {
        return not_answered(measure.span, "sessions of …");
    }
    Measure bound;
    bound.aggregate = measure.aggregate;
    TF_ASSIGN(bound.about, behaviour_of(scope, measure.span));
    if (measure.property) {
        Scope row = scope;
        row.row = true;
        TF_ASSIGN(Fact property, fact(*measure.property, row));
        if (property.about != About::kEvent) {
            return refuse(measure.property->span, "this adds up a property of events, not: " +
                                                      ask::print(*measure.property));
        }
        if (property.kind != FactKind::kSent) {
            return not_answered(measure.property->span, ask::print(measure));
        }
        bound.property = std::move(property);
    }
    TF_ASSIGN(bound.selector, selector(measure.selector, scope));
    TF_ASSIGN(bound.window, window(measure.frame, scope));
    return bound;
}

Result<Expression> Binder::expression(const ask::Expression& written, Scope scope) const {
    Expression bound;
    bound.text = ask::print(written);
    if (const auto* literal = std::get_if<ask::Literal>(&written.node)) {
        if (const auto* when = std::get_if<ask::When>(&literal->value)) {
            TF_ASSIGN(const TimeMs time, calendar_.begin_of(*when, catalog_));
            bound.node = model::OwnedValue(model::Value::of_int(time));
        } else {
            bound.node = value_of(*literal);
        }
    } else if (const auto* property = std::get_if<ask::Property>(&written.node)) {
        TF_ASSIGN(bound.node, fact(*property, scope));
    } else if (const auto* number = std::get_if<ask::Measure>(&written.node)) {
        TF_ASSIGN(bound.node, measure(*number, scope));
    } else {
        const auto& arithmetic = std::get<ask::Arithmetic>(written.node);
        TF_ASSIGN(Expression left, expression(*arithmetic.left, scope));
        TF_ASSIGN(Expression right, expression(*arithmetic.right, scope));
        bound.node = Arithmetic{arithmetic.op, std::move(left), std::move(right)};
    }
    return bound;
}

}  // namespace twofold::plan
