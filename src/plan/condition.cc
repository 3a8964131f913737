// SPDX-License-Identifier: Apache-2.0
#include "plan/condition.h"

#include <variant>

namespace twofold::plan {
namespace {

template <typename... Functions>
struct Overloaded : Functions... {
    using Functions::operator()...;
};

void collect(const Condition& condition, Mentions& found);

void collect(const Expression& expression, Mentions& found) {
    std::visit(Overloaded{[](const model::OwnedValue&) {},
                          [&](const Fact& fact) {
                              found.event |= fact.about == About::kEvent;
                              found.dated |= fact.dated();
                              found.known |= fact.kind == FactKind::kUserKnown;
                              found.behaviour |= fact.needs_events();
                              found.person |=
                                  fact.about == About::kUser || fact.about == About::kPair;
                          },
                          [&](const Measure&) { found.behaviour = true; },
                          [&](const Arithmetic& node) {
                              collect(*node.left, found);
                              collect(*node.right, found);
                          }},
               expression.node);
}

void collect(const std::vector<Condition>& parts, Mentions& found) {
    for (const Condition& part : parts)
        collect(part, found);
}

void collect(const Condition& condition, Mentions& found) {
    std::visit(Overloaded{[&](const All& node) { collect(node.parts, found); },
                          [&](const Any& node) { collect(node.parts, found); },
                          [&](const Not& node) { collect(*node.part, found); },
                          [&](const FactTest& node) { collect(node.left, found); },
                          [&](const Compare& node) {
                              collect(node.left, found);
                              collect(node.right, found);
                          },
                          [&](const NearMoment& node) { collect(node.left, found); },
                          [&](const HasRole&) { found.dated = found.person = true; },
                          [&](const RelatedTo&) { found.dated = found.person = true; },
                          [&](const Did&) { found.behaviour = true; },
                          [&](const Chain&) { found.behaviour = true; },
                          [&](const Lift& node) {
                              found.lift = true;
                              if (!node.condition) return;
                              // Its users are its own, not the person at hand.
                              const bool person = found.person;
                              collect(*node.condition, found);
                              found.person = person;
                          },
                          [&](const Lower& node) {
                              found.lower = true;
                              found.dated = found.person = true;
                              if (node.condition) collect(*node.condition, found);
                          }},
               condition.node);
}

}  // namespace

Meaning Fact::meaning() const noexcept {
    switch (kind) {
        case FactKind::kEventTime:
        case FactKind::kUserFirstSeen:
        case FactKind::kUserLastSeen:
        case FactKind::kCustomerPayingSince:
        case FactKind::kCustomerTrialUntil:
        case FactKind::kCustomerFirstSeen:
        case FactKind::kCustomerLastSeen:
        case FactKind::kRelationSince:
        case FactKind::kRelationUntil:
            return Meaning::kTime;
        case FactKind::kCustomerMrr:
        case FactKind::kCustomerLifetimeRevenue:
            return Meaning::kMoney;
        case FactKind::kSent:
        case FactKind::kEventName:
        case FactKind::kEventHour:
        case FactKind::kEventWeekday:
        case FactKind::kEventActing:
        case FactKind::kUserId:
        case FactKind::kUserKnown:
        case FactKind::kUserCustomers:
        case FactKind::kCustomerId:
        case FactKind::kCustomerName:
        case FactKind::kCustomerKind:
        case FactKind::kCustomerStatus:
        case FactKind::kCustomerPlan:
        case FactKind::kCustomerPaying:
        case FactKind::kCustomerSeats:
        case FactKind::kCustomerUsers:
        case FactKind::kCustomerOwner:
        case FactKind::kCustomerParent:
        case FactKind::kRelationRole:
        case FactKind::kRelationSource:
            return Meaning::kPlain;
    }
    return Meaning::kPlain;
}

bool Fact::dated() const noexcept {
    return about == About::kCustomer || about == About::kPair || kind == FactKind::kUserCustomers;
}

bool Fact::needs_events() const noexcept {
    return kind == FactKind::kCustomerFirstSeen || kind == FactKind::kCustomerLastSeen;
}

Meaning Expression::meaning() const noexcept {
    if (const auto* fact = std::get_if<Fact>(&node)) return fact->meaning();
    if (const auto* measure = std::get_if<Measure>(&node)) {
        const bool time = measure->aggregate == ask::Aggregate::kFirstTime ||
                          measure->aggregate == ask::Aggregate::kLastTime;
        return time ? Meaning::kTime : Meaning::kPlain;
    }
    const auto* arithmetic = std::get_if<Arithmetic>(&node);
    if (arithmetic == nullptr) return Meaning::kPlain;
    const Meaning left = arithmetic->left->meaning();
    const Meaning right = arithmetic->right->meaning();
    const bool left_money = left == Meaning::kMoney;
    const bool right_money = right == Meaning::kMoney;
    switch (arithmetic->op) {
        case ask::ArithmeticOp::kAdd:
        case ask::ArithmeticOp::kSubtract:
            return left_money || right_money ? Meaning::kMoney : Meaning::kPlain;
        case ask::ArithmeticOp::kMultiply:
            return left_money != right_money ? Meaning::kMoney : Meaning::kPlain;
        case ask::ArithmeticOp::kDivide:
            return left_money && !right_money ? Meaning::kMoney : Meaning::kPlain;
    }
    return Meaning::kPlain;
}

Mentions mentions(const Condition& condition) {
    Mentions found;
    collect(condition, found);
    return found;
}

Mentions mentions(const Expression& expression) {
    Mentions found;
    collect(expression, found);
    return found;
}

}  // namespace twofold::plan
