// SPDX-License-Identifier: Apache-2.0
#include <utility>
#include <variant>

#include "ask/print.h"
#include "plan/binder.h"

namespace twofold::plan {
namespace {

/// Named segments may name segments; one that names itself would never end.
constexpr int kSegmentDepthMax = 10;

bool speaks_of_customer(const ask::Expression& expression) {
    if (const auto* property = std::get_if<ask::Property>(&expression.node)) {
        return property->owner == ask::Owner::kCustomer || property->owner == ask::Owner::kRelation;
    }
    if (const auto* arithmetic = std::get_if<ask::Arithmetic>(&expression.node)) {
        return speaks_of_customer(*arithmetic->left) || speaks_of_customer(*arithmetic->right);
    }
    return false;
}

/// Bare `customer.x`, `paying`, `role is R`, and lifts: in a question about users they speak of a
/// customer of the user, and joined by `and` of the same one.
bool is_bare(const ask::Predicate& predicate) {
    const auto& node = predicate.node;
    if (const auto* comparison = std::get_if<ask::Comparison>(&node)) {
        return speaks_of_customer(comparison->left) || speaks_of_customer(comparison->right);
    }
    if (const auto* in = std::get_if<ask::InList>(&node)) return speaks_of_customer(in->left);
    if (const auto* text = std::get_if<ask::TextTest>(&node)) return speaks_of_customer(text->left);
    if (const auto* set = std::get_if<ask::IsSet>(&node)) return speaks_of_customer(set->left);
    if (const auto* within = std::get_if<ask::DateWithin>(&node)) {
        return speaks_of_customer(within->left);
    }
    if (const auto* side = std::get_if<ask::DateSide>(&node)) return speaks_of_customer(side->left);
    if (const auto* is_true = std::get_if<ask::IsTrue>(&node)) {
        return is_true->property.owner == ask::Owner::kCustomer;
    }
    return std::holds_alternative<ask::RoleIs>(node) || std::holds_alternative<ask::Lift>(node);
}

void flatten(const ask::Predicate& predicate, std::vector<const ask::Predicate*>& parts) {
    if (const auto* both = std::get_if<ask::And>(&predicate.node)) {
        for (const ask::Predicate& part : both->parts)
            flatten(part, parts);
    } else {
        parts.push_back(&predicate);
    }
}

Condition negated(Condition condition) {
    return Condition{Not{std::move(condition)}, {}};
}

const ask::Literal* literal_of(const ask::Expression& expression) {
    return std::get_if<ask::Literal>(&expression.node);
}

ask::CompareOp flipped(ask::CompareOp op) {
    switch (op) {
        case ask::CompareOp::kLess:
            return ask::CompareOp::kGreater;
        case ask::CompareOp::kLessEqual:
            return ask::CompareOp::kGreaterEqual;
        case ask::CompareOp::kGreater:
            return ask::CompareOp::kLess;
        case ask::CompareOp::kGreaterEqual:
            return ask::CompareOp::kLessEqual;
        case ask::CompareOp::kEqual:
        case ask::CompareOp::kNotEqual:
            return op;
    }
    return op;
}

}  // namespace

Result<Condition> Binder::condition(const ask::Predicate& predicate, Scope scope) const {
    TF_ASSIGN(Condition bound, conjunction(predicate, scope));
    bound.text = ask::print(predicate);
    return bound;
}

Result<Condition> Binder::conjunction(const ask::Predicate& predicate, Scope scope) const {
    std::vector<const ask::Predicate*> parts;
    flatten(predicate, parts);
    std::vector<const ask::Predicate*> bare;
    if (scope.who == Scope::Who::kUser) {
        for (const ask::Predicate* part : parts)
            if (is_bare(*part)) bare.push_back(part);
    }
    All all;
    if (!bare.empty()) {
        TF_ASSIGN(Condition group, lowered(bare, scope));
        all.parts.push_back(std::move(group));
    }
    for (const ask::Predicate* part : parts) {
        if (scope.who == Scope::Who::kUser && is_bare(*part)) continue;
        TF_ASSIGN(Condition bound, leaf(*part, scope));
        bound.text = ask::print(*part);
        all.parts.push_back(std::move(bound));
    }
    if (all.parts.size() == 1) return std::move(all.parts.front());
    return Condition{std::move(all), {}};
}

Result<Condition> Binder::lowered(const std::vector<const ask::Predicate*>& bare,
                                  Scope scope) const {
    All all;
    std::string text;
    for (const ask::Predicate* part : bare) {
        TF_ASSIGN(Condition bound, leaf(*part, scope.with(Scope::Who::kBare)));
        bound.text = ask::print(*part);
        text += (text.empty() ? "" : " and ") + bound.text;
        all.parts.push_back(std::move(bound));
    }
    Lower lower;
    lower.bare = true;
    lower.condition =
        all.parts.size() == 1 ? std::move(all.parts.front()) : Condition{std::move(all), text};
    return Condition{std::move(lower), std::move(text)};
}

Result<Condition> Binder::disjunction(const ask::Or& either, Scope scope) const {
    Any any;
    for (const ask::Predicate& part : either.parts) {
        TF_ASSIGN(Condition bound, condition(part, scope));
        any.parts.push_back(std::move(bound));
    }
    return Condition{std::move(any), {}};
}

Result<Condition> Binder::leaf(const ask::Predicate& predicate, Scope scope) const {
    const auto& node = predicate.node;
    if (std::holds_alternative<ask::And>(node)) return conjunction(predicate, scope);
    if (const auto* either = std::get_if<ask::Or>(&node)) return disjunction(*either, scope);
    if (const auto* inverted = std::get_if<ask::Not>(&node)) {
        TF_ASSIGN(Condition part, condition(*inverted->part, scope));
        return negated(std::move(part));
    }
    if (const auto* compared = std::get_if<ask::Comparison>(&node)) {
        return comparison(*compared, scope);
    }
    if (const auto* in = std::get_if<ask::InList>(&node)) return in_list(*in, scope);
    if (const auto* text = std::get_if<ask::TextTest>(&node)) {
        TF_ASSIGN(Expression left, expression(text->left, scope));
        auto test = ValueTest::text(text->op, text->pattern);
        if (!test) return refuse(predicate.span, test.error().message);
        return Condition{FactTest{std::move(left), *std::move(test)}, {}};
    }
    if (const auto* set = std::get_if<ask::IsSet>(&node)) {
        TF_ASSIGN(Expression left, expression(set->left, scope));
        return Condition{FactTest{std::move(left), ValueTest::is_set(set->negated)}, {}};
    }
    if (const auto* is_true = std::get_if<ask::IsTrue>(&node)) {
        TF_ASSIGN(Fact held, fact(is_true->property, scope));
        return Condition{
            FactTest{{std::move(held), ask::print(is_true->property)}, ValueTest::is_true()}, {}};
    }
    if (const auto* within = std::get_if<ask::DateWithin>(&node)) {
        TF_ASSIGN(Expression left, expression(within->left, scope));
        return Condition{NearMoment{std::move(left), within->next, within->duration.ms()}, {}};
    }
    if (const auto* side = std::get_if<ask::DateSide>(&node)) {
        TF_ASSIGN(Expression left, expression(side->left, scope));
        return against_time(std::move(left),
                            side->after ? ask::CompareOp::kGreater : ask::CompareOp::kLess,
                            side->when);
    }
    if (const auto* in = std::get_if<ask::InSegment>(&node)) {
        return segment(*in, scope, predicate.span);
    }
    if (const auto* role = std::get_if<ask::RoleIs>(&node)) {
        if (!scope.pair_at_hand()) {
            return refuse(predicate.span, "a role is of one user at one customer: " + role->role,
                          "any user with role " + role->role);
        }
        return Condition{HasRole{{role->role}}, {}};
    }
    if (const auto* related = std::get_if<ask::RelatedTo>(&node)) {
        if (!scope.user_at_hand()) {
            return refuse(predicate.span, "users are related to customers; say which users",
                          "any user related to customer " + ask::quote(related->customer_id));
        }
        return Condition{RelatedTo{related->customer_id}, {}};
    }
    if (std::holds_alternative<ask::Answered>(node)) {
        return not_answered(predicate.span, "answers to surveys");
    }
    if (const auto* done = std::get_if<ask::Did>(&node)) return did(*done, scope, predicate.span);
    if (const auto* up = std::get_if<ask::Lift>(&node)) return lift(*up, scope, predicate.span);
    return lower(std::get<ask::Lower>(node), scope, predicate.span);
}

Result<Condition> Binder::comparison(const ask::Comparison& node, Scope scope) const {
    if (const ask::Literal* literal = literal_of(node.right)) {
        TF_ASSIGN(Expression left, expression(node.left, scope));
        return against_literal(std::move(left), node.op, *literal);
    }
    if (const ask::Literal* literal = literal_of(node.left)) {
        TF_ASSIGN(Expression right, expression(node.right, scope));
        return against_literal(std::move(right), flipped(node.op), *literal);
    }
    TF_ASSIGN(Expression left, expression(node.left, scope));
    TF_ASSIGN(Expression right, expression(node.right, scope));
    return Condition{Compare{std::move(left), node.op, std::move(right)}, {}};
}

Result<Condition> Binder::against_literal(Expression left, ask::CompareOp op,
                                          const ask::Literal& literal) const {
    if (const auto* when = std::get_if<ask::When>(&literal.value)) {
        return against_time(std::move(left), op, *when);
    }
    ask::Expression written;
    written.node = literal;
    TF_ASSIGN(const Expression right, expression(written, {}));
    return Condition{
        FactTest{std::move(left), ValueTest::compare(op, std::get<model::OwnedValue>(right.node))},
        {}};
}

Result<Condition> Binder::against_time(Expression left, ask::CompareOp op,
                                       const ask::When& when) const {
    // A date is its whole day: "after 2026-03-01" begins with the 2nd, "<= 2026-03-01" holds all of
    // the 1st. An instant is one millisecond.
    TF_ASSIGN(const TimeMs begin, calendar_.begin_of(when, catalog_));
    TF_ASSIGN(TimeMs end, calendar_.end_of(when, catalog_));
    if (end == begin) ++end;
    const auto within = [&](TimeMs from, TimeMs to) {
        return Condition{FactTest{std::move(left), ValueTest::time_within(from, to)}, {}};
    };
    switch (op) {
        case ask::CompareOp::kEqual:
            return within(begin, end);
        case ask::CompareOp::kNotEqual:
            return negated(within(begin, end));
        case ask::CompareOp::kLess:
            return within(kBeginningOfTime, begin);
        case ask::CompareOp::kLessEqual:
            return within(kBeginningOfTime, end);
        case ask::CompareOp::kGreater:
            return within(end, kEndOfTime);
        case ask::CompareOp::kGreaterEqual:
            return within(begin, kEndOfTime);
    }
    return within(begin, end);
}

Result<Condition> Binder::in_list(const ask::InList& node, Scope scope) const {
    TF_ASSIGN(Expression left, expression(node.left, scope));
    Any any;
    std::vector<model::OwnedValue> values;
    for (const ask::Literal& literal : node.values) {
        if (const auto* when = std::get_if<ask::When>(&literal.value)) {
            TF_ASSIGN(Condition one, against_time(left, ask::CompareOp::kEqual, *when));
            any.parts.push_back(std::move(one));
            continue;
        }
        ask::Expression written;
        written.node = literal;
        TF_ASSIGN(const Expression value, expression(written, {}));
        values.push_back(std::get<model::OwnedValue>(value.node));
    }
    if (any.parts.empty()) {
        return Condition{FactTest{std::move(left), ValueTest::in(std::move(values), node.negated)},
                         {}};
    }
    if (!values.empty()) {
        any.parts.push_back(
            Condition{FactTest{std::move(left), ValueTest::in(std::move(values), false)}, {}});
    }
    Condition either{std::move(any), {}};
    return node.negated ? negated(std::move(either)) : std::move(either);
}

Result<Condition> Binder::did(const ask::Did& node, Scope scope, const ask::Span& span) const {
    TF_ASSIGN(const About about, behaviour_of(scope, span));
    TF_ASSIGN(Window frame, window(node.frame, scope));
    if (node.steps.size() > 1) {
        Chain chain{
            about, {}, node.within.value_or(ask::kFunnelWindowDefault).ms(), std::move(frame)};
        for (const ask::Selector& step : node.steps) {
            if (step.first != ask::Selector::First::kNo) {
                return not_answered(step.span, "first inside a chain");
            }
            TF_ASSIGN(Selector bound, selector(step, scope));
            chain.steps.push_back(std::move(bound));
        }
        Condition done{std::move(chain), {}};
        return node.negated ? negated(std::move(done)) : std::move(done);
    }
    Did bound;
    bound.about = about;
    TF_ASSIGN(bound.selector, selector(node.steps.front(), scope));
    bound.window = std::move(frame);
    if (node.times) {
        const std::int64_t count = node.times->count;
        bound.at_least = node.times->op == ask::TimesOp::kAtMost ? 0 : count;
        if (node.times->op != ask::TimesOp::kAtLeast) bound.at_most = count;
    }
    Condition done{std::move(bound), {}};
    return node.negated ? negated(std::move(done)) : std::move(done);
}

Result<Condition> Binder::lift(const ask::Lift& node, Scope scope, const ask::Span& span) const {
    if (scope.who == Scope::Who::kLifted) {
        return refuse(span,
                      "users of users make no sense here: " + ask::print(ask::Predicate{node, {}}));
    }
    if (scope.brackets) {
        return refuse(span, "a condition on a customer's users cannot stand inside brackets",
                      "where " + ask::print(ask::Predicate{node, {}}));
    }
    Lift bound;
    bound.quantifier = node.quantifier;
    bound.count = node.count;
    bound.percent = node.percent;
    bound.ever_related = node.ever_related;
    bound.roles = node.roles;
    if (node.condition) {
        Scope inner = scope.with(Scope::Who::kLifted);
        inner.row = false;
        TF_ASSIGN(Condition inside, condition(*node.condition, inner));
        bound.condition = std::move(inside);
    }
    return Condition{std::move(bound), {}};
}

Result<Condition> Binder::lower(const ask::Lower& node, Scope scope, const ask::Span& span) const {
    if (!scope.user_at_hand() || scope.who == Scope::Who::kBare ||
        scope.who == Scope::Who::kLowered) {
        return refuse(span, "customers of a customer make no sense here: " +
                                ask::print(ask::Predicate{node, {}}));
    }
    Lower bound;
    bound.quantifier = node.quantifier;
    bound.roles = node.roles;
    if (node.condition) {
        TF_ASSIGN(Condition inside, condition(*node.condition, scope.with(Scope::Who::kLowered)));
        bound.condition = std::move(inside);
    }
    return Condition{std::move(bound), {}};
}

Result<Condition> Binder::segment(const ask::InSegment& node, Scope scope,
                                  const ask::Span& span) const {
    for (const Settings::NamedSegment& known : settings_.segments) {
        if (known.name != node.name) continue;
        if (segment_depth_ >= kSegmentDepthMax) {
            return refuse(span, "this segment is made of itself: " + node.name);
        }
        ++segment_depth_;
        auto bound = condition(known.condition, scope);
        --segment_depth_;
        return bound;
    }
    return refuse(span, "no segment is called: " + node.name);
}

}  // namespace twofold::plan
