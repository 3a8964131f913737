// SPDX-License-Identifier: Apache-2.0
#include "engine/point_condition.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "base/check.h"
#include "engine/judge.h"
#include "engine/value_math.h"

namespace twofold::engine {
namespace {

using model::Value;

bool near_holds(const FactReader& facts, const plan::NearMoment& near, const At& at) {
    const Value value = facts_value(facts, near.left, at);
    const TimeMs moment = at.moment.nominal;
    const plan::ValueTest test =
        near.next ? plan::ValueTest::time_within(moment, moment + near.duration)
                  : plan::ValueTest::time_within(moment - near.duration, at.moment.before);
    return test.accepts(value);
}

bool role_holds(const frame::Snapshot& frames, const plan::HasRole& wanted, const At& at) {
    if (at.relation == nullptr || at.relation->role == frame::kNoRole) return false;
    return std::ranges::find(wanted.roles, frames.roles()[at.relation->role].name) !=
           wanted.roles.end();
}

bool related_holds(const FactReader& facts, const plan::RelatedTo& wanted, const At& at) {
    const auto customer = facts.frames().directory().find_customer(wanted.customer_id);
    return customer && at.user != kNobody &&
           facts.inside(at.user, model::index(*customer), at.moment);
}

bool is_fact_test(const plan::Condition& condition) {
    return std::holds_alternative<plan::FactTest>(condition.node) ||
           std::holds_alternative<plan::Compare>(condition.node) ||
           std::holds_alternative<plan::NearMoment>(condition.node) ||
           std::holds_alternative<plan::HasRole>(condition.node) ||
           std::holds_alternative<plan::RelatedTo>(condition.node);
}

/// Of whom the numbers and behaviour in a condition are taken: one side, or nothing.
void collect_sides(const plan::Expression& expression, bool& user, bool& other) {
    if (const auto* fact = std::get_if<plan::Fact>(&expression.node)) {
        (fact->about == plan::About::kUser ? user : other) = true;
    } else if (const auto* measure = std::get_if<plan::Measure>(&expression.node)) {
        (measure->about == plan::About::kUser ? user : other) = true;
    } else if (const auto* node = std::get_if<plan::Arithmetic>(&expression.node)) {
        collect_sides(*node->left, user, other);
        collect_sides(*node->right, user, other);
    }
}

/// The side on which a condition that is judged once can be looked up; nothing when it needs both.
std::optional<Points::Side> side_of(const plan::Condition& condition) {
    bool user = false;
    bool other = false;
    const auto about = [&](plan::About who) { (who == plan::About::kUser ? user : other) = true; };
    if (const auto* test = std::get_if<plan::FactTest>(&condition.node)) {
        collect_sides(test->left, user, other);
    } else if (const auto* compare = std::get_if<plan::Compare>(&condition.node)) {
        collect_sides(compare->left, user, other);
        collect_sides(compare->right, user, other);
    } else if (const auto* near = std::get_if<plan::NearMoment>(&condition.node)) {
        collect_sides(near->left, user, other);
    } else if (const auto* did = std::get_if<plan::Did>(&condition.node)) {
        about(did->about);
    } else if (const auto* chain = std::get_if<plan::Chain>(&condition.node)) {
        about(chain->about);
    } else {
        other = true;  // a lift
    }
    if (user == other) return std::nullopt;
    return user ? Points::Side::kUsers : Points::Side::kCustomers;
}

}  // namespace

Value facts_value(const FactReader& facts, const plan::Expression& expression, const At& at) {
    if (const auto* constant = std::get_if<model::OwnedValue>(&expression.node)) {
        return constant->view();
    }
    if (const auto* fact = std::get_if<plan::Fact>(&expression.node)) {
        return facts.value(*fact, at);
    }
    const auto* node = std::get_if<plan::Arithmetic>(&expression.node);
    TF_CHECK(node != nullptr);
    return arithmetic(node->op, facts_value(facts, *node->left, at), node->left->meaning(),
                      facts_value(facts, *node->right, at), node->right->meaning(),
                      facts.money_scale());
}

bool facts_hold(const FactReader& facts, const plan::Condition& condition, const At& at) {
    const auto value = [&](const plan::Expression& expression) {
        return comparable(facts_value(facts, expression, at), expression.meaning(),
                          facts.money_scale());
    };
    if (const auto* test = std::get_if<plan::FactTest>(&condition.node)) {
        return test->test.accepts(value(test->left));
    }
    if (const auto* compare = std::get_if<plan::Compare>(&condition.node)) {
        return plan::compare_values(value(compare->left), compare->op, value(compare->right));
    }
    if (const auto* near = std::get_if<plan::NearMoment>(&condition.node)) {
        return near_holds(facts, *near, at);
    }
    if (const auto* role = std::get_if<plan::HasRole>(&condition.node)) {
        return role_holds(facts.frames(), *role, at);
    }
    return related_holds(facts, std::get<plan::RelatedTo>(condition.node), at);
}

bool speaks_of_relation(const plan::Expression& expression) {
    if (const auto* fact = std::get_if<plan::Fact>(&expression.node)) {
        return fact->about == plan::About::kPair;
    }
    const auto* node = std::get_if<plan::Arithmetic>(&expression.node);
    return node != nullptr && (speaks_of_relation(*node->left) || speaks_of_relation(*node->right));
}

bool speaks_of_relation(const plan::Condition& condition) {
    const auto any = [](const std::vector<plan::Condition>& parts) {
        return std::ranges::any_of(
            parts, [](const plan::Condition& part) { return speaks_of_relation(part); });
    };
    if (const auto* all = std::get_if<plan::All>(&condition.node)) return any(all->parts);
    if (const auto* either = std::get_if<plan::Any>(&condition.node)) return any(either->parts);
    if (const auto* inverted = std::get_if<plan::Not>(&condition.node)) {
        return speaks_of_relation(*inverted->part);
    }
    if (const auto* test = std::get_if<plan::FactTest>(&condition.node)) {
        return speaks_of_relation(test->left);
    }
    if (const auto* compare = std::get_if<plan::Compare>(&condition.node)) {
        return speaks_of_relation(compare->left) || speaks_of_relation(compare->right);
    }
    if (const auto* near = std::get_if<plan::NearMoment>(&condition.node)) {
        return speaks_of_relation(near->left);
    }
    return std::holds_alternative<plan::HasRole>(condition.node);
}

bool speaks_of_customer(const plan::Expression& expression) {
    if (const auto* fact = std::get_if<plan::Fact>(&expression.node)) {
        return fact->about == plan::About::kCustomer || fact->about == plan::About::kPair;
    }
    const auto* node = std::get_if<plan::Arithmetic>(&expression.node);
    return node != nullptr && (speaks_of_customer(*node->left) || speaks_of_customer(*node->right));
}

bool speaks_of_customer(const plan::Condition& leaf) {
    if (const auto* test = std::get_if<plan::FactTest>(&leaf.node)) {
        return speaks_of_customer(test->left);
    }
    if (const auto* compare = std::get_if<plan::Compare>(&leaf.node)) {
        return speaks_of_customer(compare->left) || speaks_of_customer(compare->right);
    }
    if (const auto* near = std::get_if<plan::NearMoment>(&leaf.node)) {
        return speaks_of_customer(near->left);
    }
    return std::holds_alternative<plan::HasRole>(leaf.node) ||
           std::holds_alternative<plan::Lift>(leaf.node);
}

std::vector<std::string> named_roles(const plan::Condition& condition) {
    std::vector<std::string> roles;
    const auto add = [&roles](const plan::Condition& part) {
        std::ranges::copy(named_roles(part), std::back_inserter(roles));
    };
    if (const auto* all = std::get_if<plan::All>(&condition.node)) {
        std::ranges::for_each(all->parts, add);
    } else if (const auto* either = std::get_if<plan::Any>(&condition.node)) {
        std::ranges::for_each(either->parts, add);
    } else if (const auto* inverted = std::get_if<plan::Not>(&condition.node)) {
        add(*inverted->part);
    } else if (const auto* role = std::get_if<plan::HasRole>(&condition.node)) {
        roles = role->roles;
    } else if (const auto* test = std::get_if<plan::FactTest>(&condition.node)) {
        const auto* fact = std::get_if<plan::Fact>(&test->left.node);
        const bool of_role = fact != nullptr && fact->kind == plan::FactKind::kRelationRole;
        if (of_role) roles = test->test.texts_named();
    }
    return roles;
}

Result<PointCondition> PointCondition::compile(const plan::Condition& condition, Run& run,
                                               Judge& judge) {
    return compile(condition, run, judge, {});
}

Result<PointCondition> PointCondition::compile(const plan::Condition& condition, Run& run,
                                               Judge& judge, EventBits bits_of) {
    PointCondition compiled(run);
    compiled.event_bits_ = std::move(bits_of);
    TF_ASSIGN(compiled.root_, compiled.compile_node(condition, run, judge));
    compiled.event_bits_ = {};
    return compiled;
}

/// Parts that `and` joins and that speak of the relation speak of the same one.
Result<PointCondition::Node> PointCondition::compile_parts(
    Node::Kind kind, const std::vector<plan::Condition>& parts, Run& run, Judge& judge) {
    Node node;
    node.kind = kind;
    Node related;
    related.kind = Node::Kind::kRelated;
    bool speaks = false;
    for (const plan::Condition& part : parts) {
        const bool bare = kind == Node::Kind::kAll && !in_lower_ && is_fact_test(part) &&
                          speaks_of_customer(part) && !plan::mentions(part).event &&
                          !plan::mentions(part).behaviour;
        if (!bare) {
            TF_ASSIGN(Node compiled, compile_node(part, run, judge));
            node.parts.push_back(std::move(compiled));
            continue;
        }
        speaks |= speaks_of_relation(part);
        TF_ASSIGN(Node leaf, compile_leaf(part, run, judge));
        related.parts.push_back(std::move(leaf));
        std::ranges::copy(named_roles(part), std::back_inserter(related.roles.named));
    }
    if (!related.parts.empty()) {
        if (!speaks) related.kind = Node::Kind::kAll;
        node.parts.push_back(std::move(related));
    }
    return node;
}

Result<PointCondition::Node> PointCondition::compile_node(const plan::Condition& condition,
                                                          Run& run, Judge& judge) {
    return !in_truth_ && CustomerTruth::serves(condition) ? compile_truth(condition, run, judge)
                                                          : compile_kind(condition, run, judge);
}

/// What only a customer's own facts decide is judged now, once for each of their changes.
Result<PointCondition::Node> PointCondition::compile_truth(const plan::Condition& condition,
                                                           Run& run, Judge& judge) {
    in_truth_ = true;
    Result<Node> judged = compile_kind(condition, run, judge);
    in_truth_ = false;
    if (!judged) return judged;
    Node node;
    node.leaf = &condition;
    node.kind = Node::Kind::kTruth;
    TF_ASSIGN(CustomerTruth truth,
              CustomerTruth::judge(run, [&](std::uint32_t customer, TimeMs instant) {
                  At at;
                  at.customer = customer;
                  at.moment = plan::Moment::including(instant);
                  return node_holds(*judged, at, kNobody);
              }));
    node.truth = std::make_shared<const CustomerTruth>(std::move(truth));
    return node;
}

Result<PointCondition::Node> PointCondition::compile_kind(const plan::Condition& condition,
                                                          Run& run, Judge& judge) {
    if (const auto* all = std::get_if<plan::All>(&condition.node)) {
        return compile_parts(Node::Kind::kAll, all->parts, run, judge);
    }
    if (const auto* either = std::get_if<plan::Any>(&condition.node)) {
        return compile_parts(Node::Kind::kAny, either->parts, run, judge);
    }
    if (const auto* inverted = std::get_if<plan::Not>(&condition.node)) {
        Node node;
        node.leaf = &condition;
        TF_ASSIGN(Node part, compile_node(*inverted->part, run, judge));
        node.kind = Node::Kind::kNot;
        node.parts.push_back(std::move(part));
        return node;
    }
    if (std::holds_alternative<plan::Lower>(condition.node)) {
        return compile_lower(condition, run, judge);
    }
    TF_ASSIGN(Node leaf, compile_leaf(condition, run, judge));
    if (in_lower_ || leaf.kind != Node::Kind::kFacts || !speaks_of_relation(condition)) return leaf;
    Node related;
    related.kind = Node::Kind::kRelated;
    related.roles.named = named_roles(condition);
    related.parts.push_back(std::move(leaf));
    return related;
}

Result<PointCondition::Node> PointCondition::compile_lower(const plan::Condition& condition,
                                                           Run& run, Judge& judge) {
    const auto& lower = std::get<plan::Lower>(condition.node);
    Node node;
    node.leaf = &condition;
    node.kind = Node::Kind::kLower;
    node.speaks_of_relation = !lower.roles.empty();
    node.roles.only = lower.roles;
    needs_acting_ = true;
    if (!lower.condition) return node;
    if (lower.bare) node.roles.named = named_roles(*lower.condition);
    node.speaks_of_relation |= speaks_of_relation(*lower.condition);
    const bool before = std::exchange(in_lower_, true);
    TF_ASSIGN(Node part, compile_node(*lower.condition, run, judge));
    in_lower_ = before;
    const bool of_some =
        lower.quantifier == ask::Quantifier::kAny || lower.quantifier == ask::Quantifier::kNo;
    const bool needs_some = !lower.bare || (part.truth && !part.truth->holds(kNobody, 0));
    if (part.kind == Node::Kind::kTruth && of_some && needs_some && !node.speaks_of_relation) {
        TF_ASSIGN(SpanLists by_user, part.truth->by_user(run));
        node.by_user = std::make_shared<const SpanLists>(std::move(by_user));
    }
    node.parts.push_back(std::move(part));
    return node;
}

Result<PointCondition::Node> PointCondition::compile_leaf(const plan::Condition& condition,
                                                          Run& run, Judge& judge) {
    if (!in_truth_ && CustomerTruth::serves(condition)) return compile_truth(condition, run, judge);
    Node node;
    node.leaf = &condition;
    const plan::Mentions found = plan::mentions(condition);
    if (found.event && event_bits_) {
        node.kind = Node::Kind::kRowBits;
        TF_ASSIGN(node.row_bits, event_bits_(condition));
        return node;
    }
    if (found.event) {
        return fail(ErrorCode::kInvalid,
                    "this version does not answer: a property of the event beside one of its "
                    "customer: " +
                        condition.text);
    }
    if (!found.behaviour && !found.lift && is_fact_test(condition)) {
        node.kind = Node::Kind::kFacts;
        return node;
    }
    const std::optional<Points::Side> side = side_of(condition);
    if (!side) {
        return fail(ErrorCode::kInvalid,
                    "this version does not answer: a number of a user beside a fact of its "
                    "customer, event by event: " +
                        condition.text);
    }
    node.kind = *side == Points::Side::kUsers ? Node::Kind::kUserBit : Node::Kind::kCustomerBit;
    TF_ASSIGN(node.bits, judge.everyone(condition, *side));
    return node;
}

std::optional<RowSpans> PointCondition::spans() const {
    if (root_.kind != Node::Kind::kLower || root_.by_user == nullptr) return std::nullopt;
    const std::shared_ptr<const CustomerTruth>& truth = root_.parts[0].truth;
    const auto& lower = std::get<plan::Lower>(root_.leaf->node);
    return RowSpans{root_.by_user, std::shared_ptr<const SpanLists>(truth, &truth->customers()),
                    lower.quantifier != ask::Quantifier::kNo};
}

bool PointCondition::holds(const At& at, std::uint32_t acting) const {
    return node_holds(root_, at, acting);
}

bool PointCondition::related_holds_of(const Node& node, const At& at, std::uint32_t acting) const {
    const auto all_hold = [&](const At& bound) {
        return std::ranges::all_of(
            node.parts, [&](const Node& part) { return node_holds(part, bound, acting); });
    };
    if (at.user == kNobody || at.customer == kNobody) return all_hold(at);
    std::vector<frame::RelationInterval> relations;
    facts_.relations(at.user, at.customer, at.moment, node.roles, relations);
    if (relations.empty()) return all_hold(at);
    At related = at;
    return std::ranges::any_of(relations, [&](const frame::RelationInterval& relation) {
        related.relation = &relation;
        return all_hold(related);
    });
}

bool PointCondition::node_holds(const Node& node, const At& at, std::uint32_t acting) const {
    const auto part_holds = [&](const Node& part) { return node_holds(part, at, acting); };
    switch (node.kind) {
        case Node::Kind::kAll:
            return std::ranges::all_of(node.parts, part_holds);
        case Node::Kind::kAny:
            return std::ranges::any_of(node.parts, part_holds);
        case Node::Kind::kNot:
            return !part_holds(node.parts[0]);
        case Node::Kind::kFacts:
            return facts_hold(facts_, *node.leaf, at);
        case Node::Kind::kUserBit:
            return at.user != kNobody && node.bits->test(at.user);
        case Node::Kind::kCustomerBit:
            return at.customer != kNobody && node.bits->test(at.customer);
        case Node::Kind::kRowBits:
            return (at.row_mask & node.row_bits) != 0;
        case Node::Kind::kRelated:
            return related_holds_of(node, at, acting);
        case Node::Kind::kLower:
            return lower_holds(node, at, acting);
        case Node::Kind::kTruth:
            return node.truth->holds(at.customer, at.moment.instant());
    }
    return false;
}

bool PointCondition::customer_holds(const Node& node, const plan::Lower& lower, const At& at,
                                    std::uint32_t customer) const {
    At pair = at;
    pair.customer = customer;
    if (!node.speaks_of_relation) {
        return node.parts.empty() || node_holds(node.parts[0], pair, kNobody);
    }
    std::vector<frame::RelationInterval> relations;
    facts_.relations(at.user, customer, at.moment, node.roles, relations);
    if (relations.empty()) {
        return lower.roles.empty() && !node.parts.empty() &&
               node_holds(node.parts[0], pair, kNobody);
    }
    return std::ranges::any_of(relations, [&](const frame::RelationInterval& relation) {
        pair.relation = &relation;
        return node.parts.empty() || node_holds(node.parts[0], pair, kNobody);
    });
}

bool PointCondition::lower_holds(const Node& node, const At& at, std::uint32_t acting) const {
    const auto& lower = std::get<plan::Lower>(node.leaf->node);
    if (node.by_user != nullptr) {
        const TimeMs instant = at.moment.instant();
        const bool some = acting != kNobody ? node.parts[0].truth->holds(acting, instant)
                                            : node.by_user->holds(at.user, instant);
        return some != (lower.quantifier == ask::Quantifier::kNo);
    }
    thread_local std::vector<std::uint32_t> scratch;
    std::vector<std::uint32_t> customers;
    customers.swap(scratch);  // conditions may be nested
    customers_.of(at.user, acting, at.moment.instant(), customers);
    if (!lower.roles.empty()) {
        std::vector<frame::RelationInterval> relations;
        std::erase_if(customers, [&](std::uint32_t customer) {
            facts_.relations(at.user, customer, at.moment, node.roles, relations);
            return relations.empty();
        });
    }
    const auto holds = [&](std::uint32_t customer) {
        return customer_holds(node, lower, at, customer);
    };
    bool result = false;
    if (customers.empty() && lower.bare) {
        At nobody = at;
        nobody.customer = kNobody;
        nobody.relation = nullptr;
        result = node_holds(node.parts[0], nobody, kNobody);
    } else if (lower.quantifier == ask::Quantifier::kEvery) {
        result = !customers.empty() && std::ranges::all_of(customers, holds);
    } else {
        const bool any = std::ranges::any_of(customers, holds);
        result = lower.quantifier == ask::Quantifier::kNo ? !any : any;
    }
    customers.clear();
    scratch.swap(customers);
    return result;
}

}  // namespace twofold::engine
