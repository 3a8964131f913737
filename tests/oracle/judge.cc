// SPDX-License-Identifier: Apache-2.0
#include "oracle/judge.h"

#include <algorithm>
#include <re2/re2.h>
#include <set>
#include <tuple>

#include "base/check.h"
#include "oracle/funnel.h"
#include "oracle/money.h"

namespace twofold::oracle {
namespace {

using ask::Predicate;

bool is_dated(const ask::Property& property) {
    return property.owner == ask::Owner::kCustomer || property.owner == ask::Owner::kRelation;
}

/// Whether a value speaks of a customer or a relation, without saying which.
bool speaks_bare(const ask::Expression& expression) {
    if (const auto* property = std::get_if<ask::Property>(&expression.node)) {
        return is_dated(*property);
    }
    if (const auto* both = std::get_if<ask::Arithmetic>(&expression.node)) {
        return speaks_bare(*both->left) || speaks_bare(*both->right);
    }
    return false;
}

bool speaks_bare(const Predicate& predicate) {
    return std::visit(
        [](const auto& node) {
            using Node = std::decay_t<decltype(node)>;
            if constexpr (std::is_same_v<Node, ask::Comparison>) {
                return speaks_bare(node.left) || speaks_bare(node.right);
            } else if constexpr (std::is_same_v<Node, ask::InList> ||
                                 std::is_same_v<Node, ask::TextTest> ||
                                 std::is_same_v<Node, ask::IsSet> ||
                                 std::is_same_v<Node, ask::DateWithin> ||
                                 std::is_same_v<Node, ask::DateSide>) {
                return speaks_bare(node.left);
            } else if constexpr (std::is_same_v<Node, ask::IsTrue>) {
                return is_dated(node.property);
            } else {
                return std::is_same_v<Node, ask::RoleIs>;
            }
        },
        predicate.node);
}

/// The roles that a condition names: `role is guest`, `role = "guest"`.
void name_roles(const Predicate& predicate, bool& speaks_of_relation,
                std::vector<std::string>& named) {
    if (const auto* is = std::get_if<ask::RoleIs>(&predicate.node)) {
        speaks_of_relation = true;
        named.push_back(is->role);
        return;
    }
    const ask::Expression* left = nullptr;
    if (const auto* comparison = std::get_if<ask::Comparison>(&predicate.node)) {
        left = &comparison->left;
        const auto* right = std::get_if<ask::Literal>(&comparison->right.node);
        const bool is_role = right != nullptr && comparison->op == ask::CompareOp::kEqual &&
                             std::holds_alternative<std::string>(right->value);
        if (is_role) named.push_back(std::get<std::string>(right->value));
    }
    if (const auto* list = std::get_if<ask::InList>(&predicate.node)) left = &list->left;
    if (const auto* set = std::get_if<ask::IsSet>(&predicate.node)) left = &set->left;
    const auto* property = left == nullptr ? nullptr : std::get_if<ask::Property>(&left->node);
    if (property != nullptr && property->owner == ask::Owner::kRelation) speaks_of_relation = true;
}

bool passes(const ask::TextTest& test, const std::string& text) {
    switch (test.op) {
        case ask::TextOp::kContains:
            return text.find(test.pattern) != std::string::npos;
        case ask::TextOp::kStartsWith:
            return text.starts_with(test.pattern);
        case ask::TextOp::kEndsWith:
            return text.ends_with(test.pattern);
        case ask::TextOp::kMatches:
            return RE2::PartialMatch(text, RE2(test.pattern));
    }
    return false;
}

bool compare(const Value& left, ask::CompareOp op, const Value& right) {
    switch (op) {
        case ask::CompareOp::kEqual:
            return equal(left, right);
        case ask::CompareOp::kNotEqual:
            return !equal(left, right);
        case ask::CompareOp::kLess:
            return ordered(left, Order::kLess, right);
        case ask::CompareOp::kLessEqual:
            return ordered(left, Order::kLessEqual, right);
        case ask::CompareOp::kGreater:
            return ordered(left, Order::kGreater, right);
        case ask::CompareOp::kGreaterEqual:
            return ordered(left, Order::kGreaterEqual, right);
    }
    return false;
}

bool times_hold(const std::optional<ask::Times>& times, std::int64_t count) {
    if (!times) return count >= 1;
    switch (times->op) {
        case ask::TimesOp::kAtLeast:
            return count >= times->count;
        case ask::TimesOp::kAtMost:
            return count <= times->count;
        case ask::TimesOp::kExactly:
            return count == times->count;
    }
    return false;
}

}  // namespace

std::vector<const Predicate*> parts_of(const Predicate& predicate) {
    std::vector<const Predicate*> parts;
    if (const auto* both = std::get_if<ask::And>(&predicate.node)) {
        for (const Predicate& part : both->parts)
            parts.push_back(&part);
    } else {
        parts.push_back(&predicate);
    }
    return parts;
}

Judge::Judge(const World& all, const ask::Question& question)
    : world(all),
      mode(question.relations.value_or(ask::RelationsAsOf::kEvent)),
      facts(question.facts.value_or(ask::FactsAsOf::kEvent)),
      zone(*Zone::find(question.zone.empty() ? all.settings.zone : question.zone)) {}

Looking Judge::looking(const Subject& subject) const {
    switch (mode) {
        case ask::RelationsAsOf::kEvent:
            return {subject.dated, false};
        case ask::RelationsAsOf::kNow:
            return {world.at, false};
        case ask::RelationsAsOf::kEver:
            return {world.at, true};
    }
    return {};
}

bool Judge::holds(const Predicate& predicate, const Subject& subject) const {
    if (std::holds_alternative<ask::And>(predicate.node)) {
        return all_of(parts_of(predicate), subject);
    }
    if (speaks_bare(predicate) && !subject.bound) return bare({&predicate}, subject);
    return std::visit(
        [&](const auto& node) -> bool {
            using Node = std::decay_t<decltype(node)>;
            if constexpr (std::is_same_v<Node, ask::And>) {
                return all_of(parts_of(predicate), subject);
            } else if constexpr (std::is_same_v<Node, ask::Or>) {
                return std::ranges::any_of(
                    node.parts, [&](const Predicate& part) { return holds(part, subject); });
            } else if constexpr (std::is_same_v<Node, ask::Not>) {
                return !holds(*node.part, subject);
            } else if constexpr (std::is_same_v<Node, ask::Comparison>) {
                return compare(value(node.left, subject), node.op, value(node.right, subject));
            } else if constexpr (std::is_same_v<Node, ask::InList>) {
                const Value left = value(node.left, subject);
                const bool found = std::ranges::any_of(node.values, [&](const ask::Literal& one) {
                    return equal(left, literal(one));
                });
                return found != node.negated;
            } else if constexpr (std::is_same_v<Node, ask::TextTest>) {
                return any_text(value(node.left, subject),
                                [&](const std::string& one) { return passes(node, one); });
            } else if constexpr (std::is_same_v<Node, ask::IsSet>) {
                return missing(value(node.left, subject)) == node.negated;
            } else if constexpr (std::is_same_v<Node, ask::IsTrue>) {
                return equal(property(node.property, subject), {true});
            } else if constexpr (std::is_same_v<Node, ask::DateWithin>) {
                const Value left = value(node.left, subject);
                const auto* time = std::get_if<Instant>(&left.is);
                if (time == nullptr) return false;
                const DurationMs length = node.duration.ms();
                return node.next
                           ? time->ms >= subject.judged && time->ms < subject.judged + length
                           : time->ms >= subject.judged - length && time->ms <= subject.judged;
            } else if constexpr (std::is_same_v<Node, ask::DateSide>) {
                const Value left = value(node.left, subject);
                const auto* time = std::get_if<Instant>(&left.is);
                if (time == nullptr) return false;
                return node.after ? time->ms >= moment(node.when, true)
                                  : time->ms < moment(node.when, false);
            } else if constexpr (std::is_same_v<Node, ask::RoleIs>) {
                return subject.relation != nullptr && subject.relation->role == node.role;
            } else if constexpr (std::is_same_v<Node, ask::RelatedTo>) {
                return related_to(node.customer_id, subject);
            } else if constexpr (std::is_same_v<Node, ask::Did>) {
                return did(node, subject);
            } else if constexpr (std::is_same_v<Node, ask::Lift>) {
                return lift(node, subject);
            } else if constexpr (std::is_same_v<Node, ask::Lower>) {
                return lower(node, subject);
            } else {
                TF_CHECK(false);  // Segments and surveys do not exist yet.
                return false;
            }
        },
        predicate.node);
}

/// What speaks of a customer without saying which is one `any customer (…)`: the same customer and
/// the same relation for all of it.
bool Judge::all_of(const std::vector<const Predicate*>& parts, const Subject& subject) const {
    std::vector<const Predicate*> together;
    for (const Predicate* part : parts) {
        if (speaks_bare(*part) && !subject.bound) {
            together.push_back(part);
        } else if (!holds(*part, subject)) {
            return false;
        }
    }
    return together.empty() || bare(together, subject);
}

bool Judge::bare(const std::vector<const Predicate*>& parts, const Subject& subject) const {
    bool of_relation = false;
    std::vector<std::string> named;
    for (const Predicate* part : parts)
        name_roles(*part, of_relation, named);
    return std::ranges::any_of(bindings(subject, of_relation, named), [&](const Subject& bound) {
        return std::ranges::all_of(parts,
                                   [&](const Predicate* part) { return holds(*part, bound); });
    });
}

std::vector<Subject> Judge::bindings(const Subject& subject, bool with_relation,
                                     const std::vector<std::string>& named_roles) const {
    const int user = subject.user >= 0        ? subject.user
                     : subject.row != nullptr ? subject.row->person
                                              : -1;
    const auto counts = [&](const Relation& relation) {
        const bool named = std::ranges::count(named_roles, relation.role) > 0;
        return relation.person == user && (relation.inside || named) &&
               world.holds(relation, looking(subject));
    };
    std::set<int> customers;
    if (subject.customer >= 0) {
        customers = {subject.customer};
    } else if (subject.row != nullptr) {
        customers = world.customers_of(*subject.row, mode);
    } else {
        for (const Relation& relation : world.relations) {
            if (counts(relation)) customers.insert(relation.customer);
        }
    }
    if (customers.empty()) customers = {-1};
    std::vector<Subject> bound;
    for (const int customer : customers) {
        Subject one = subject;
        one.customer = customer;
        one.bound = true;
        const std::size_t before = bound.size();
        for (const Relation& relation : world.relations) {
            if (!with_relation || relation.customer != customer || !counts(relation)) continue;
            one.relation = &relation;
            bound.push_back(one);
        }
        one.relation = nullptr;
        if (bound.size() == before) bound.push_back(one);
    }
    return bound;
}

bool Judge::related_to(const std::string& customer, const Subject& subject) const {
    const int user = subject.user >= 0        ? subject.user
                     : subject.row != nullptr ? subject.row->person
                                              : -1;
    return std::ranges::any_of(world.relations, [&](const Relation& relation) {
        return relation.person == user && relation.inside &&
               world.customers[static_cast<std::size_t>(relation.customer)].id == customer &&
               world.holds(relation, looking(subject));
    });
}

bool Judge::lift(const ask::Lift& lift, const Subject& subject) const {
    if (subject.customer < 0) return false;
    // At the end of a period what ends with it still holds.
    const TimeMs seen = subject.judged_included ? subject.judged : subject.judged - 1;
    const Looking when{seen, mode == ask::RelationsAsOf::kEver};
    std::map<int, const Relation*> users;
    for (const Relation& relation : world.relations) {
        const bool role = lift.roles.empty() ? relation.inside
                                             : std::ranges::count(lift.roles, relation.role) > 0;
        const bool by_then = relation.from <= seen;
        if (relation.customer == subject.customer && role &&
            (lift.ever_related ? by_then : world.holds(relation, when))) {
            users.try_emplace(relation.person, &relation);
        }
    }
    std::int64_t yes = 0;
    for (const auto& [user, relation] : users) {
        Subject one = subject;
        one.user = user;
        one.row = nullptr;
        one.dated = seen;
        one.bound = false;
        if (!lift.condition || holds(*lift.condition, one)) ++yes;
    }
    const auto all = static_cast<std::int64_t>(users.size());
    switch (lift.quantifier) {
        case ask::Quantifier::kAny:
            return yes > 0;
        case ask::Quantifier::kEvery:
            return all > 0 && yes == all;
        case ask::Quantifier::kNo:
            return yes == 0;
        case ask::Quantifier::kAtLeastCount:
            return yes >= lift.count;
        case ask::Quantifier::kAtLeastShare:
            return all > 0 &&
                   static_cast<double>(yes) * 100 >= lift.percent * static_cast<double>(all) - 1e-9;
    }
    return false;
}

bool Judge::lower(const ask::Lower& lower, const Subject& subject) const {
    std::vector<Subject> ways = bindings(subject, true, lower.roles);
    std::map<int, bool> customers;
    for (const Subject& bound : ways) {
        if (bound.customer < 0) continue;
        const bool role =
            lower.roles.empty() || (bound.relation != nullptr &&
                                    std::ranges::count(lower.roles, bound.relation->role) > 0);
        if (!role) continue;
        const bool fits = !lower.condition || holds(*lower.condition, bound);
        customers[bound.customer] = customers[bound.customer] || fits;
    }
    const auto fits = [](const auto& entry) { return entry.second; };
    switch (lower.quantifier) {
        case ask::Quantifier::kEvery:
            return !customers.empty() && std::ranges::all_of(customers, fits);
        case ask::Quantifier::kNo:
            return std::ranges::none_of(customers, fits);
        case ask::Quantifier::kAny:
        case ask::Quantifier::kAtLeastCount:
        case ask::Quantifier::kAtLeastShare:
            break;
    }
    return std::ranges::any_of(customers, fits);
}

bool Judge::did(const ask::Did& did, const Subject& subject) const {
    const auto all = rows_of(subject.user, subject.customer);
    const auto rows = framed(did.frame, subject, all);
    if (did.steps.size() > 1) {
        FunnelRule rule;
        rule.window = did.within ? did.within->ms() : ask::kFunnelWindowDefault.ms();
        for (const ask::Selector& step : did.steps) {
            rule.steps.emplace_back([&, this](const Event& event, const Event&) {
                return matches(step, event, all, subject.customer);
            });
        }
        const std::size_t depth = best_walk(rows, rule).times.size();
        return (depth == did.steps.size()) != did.negated;
    }
    const auto count = std::ranges::count_if(rows, [&](const Event* event) {
        return matches(did.steps.front(), *event, all, subject.customer);
    });
    return times_hold(did.times, count) != did.negated;
}

std::vector<const Event*> Judge::rows_of(int user, int customer) const {
    std::vector<const Event*> rows;
    for (const Event& event : world.events) {
        if (customer >= 0) {
            const bool theirs = user < 0 || event.person == user;
            if (theirs && world.customers_of(event, mode).contains(customer)) {
                rows.push_back(&event);
            }
            continue;
        }
        // Everyone inside a customer at that moment does what it does.
        const bool does = event.fact ? world.inside(user, event.named, {event.time, false})
                                     : event.person == user;
        if (does) rows.push_back(&event);
    }
    if (customer >= 0) {
        std::ranges::stable_sort(rows, {}, [](const Event* event) {
            return std::tuple(event->time, event->fact, event->person);
        });
    }
    return rows;
}

bool Judge::matches(const ask::Selector& selector, const Event& event,
                    const std::vector<const Event*>& rows, int customer) const {
    if (selector.first != ask::Selector::First::kNo) {
        ask::Selector each = selector;
        each.first = ask::Selector::First::kNo;
        ask::Selector ever = each;
        if (selector.first == ask::Selector::First::kFirst) ever.where = {};
        for (const Event* row : rows) {
            if (!matches(ever, *row, rows, customer)) continue;
            return row == &event && matches(each, event, rows, customer);
        }
        return false;
    }
    bool is = false;
    switch (selector.kind) {
        case ask::Selector::Kind::kAnything:
            is = !event.fact;
            break;
        case ask::Selector::Kind::kUse:
            is = !event.fact && !event.automatic;
            break;
        case ask::Selector::Kind::kNamed:
            is = !event.fact && event.name == selector.name;
            break;
        case ask::Selector::Kind::kFact:
            is = event.fact && event.name == selector.name;
            break;
        case ask::Selector::Kind::kEither:
            is = std::ranges::any_of(selector.either, [&](const ask::Selector& one) {
                return matches(one, event, rows, customer);
            });
            break;
    }
    if (!is || !selector.where) return is;
    Subject subject;
    subject.user = event.person;
    subject.customer = customer;
    subject.event = &event;
    subject.row = &event;
    subject.dated = event.time;
    subject.judged = world.at;
    return holds(*selector.where, subject);
}

std::vector<std::vector<std::string>> Judge::cells(const ask::By& by,
                                                   const Subject& subject) const {
    bool of_customer = false;
    bool of_relation = false;
    for (const ask::Breakdown& item : by.items) {
        if (const auto* whole = std::get_if<ask::Breakdown::Whole>(&item.value)) {
            of_customer = of_customer || *whole == ask::Breakdown::Whole::kCustomer;
        }
        const auto* expression = std::get_if<ask::Expression>(&item.value);
        if (expression == nullptr || !speaks_bare(*expression)) continue;
        of_customer = true;
        const auto* one = std::get_if<ask::Property>(&expression->node);
        of_relation = of_relation || (one != nullptr && one->owner == ask::Owner::kRelation);
    }
    std::vector<Subject> ways = {subject};
    if (of_customer) ways = bindings(subject, of_relation, {});
    std::set<std::vector<std::string>> found;
    for (const Subject& way : ways) {
        std::vector<std::string> cell;
        for (const ask::Breakdown& item : by.items) {
            if (const auto* condition = std::get_if<Predicate>(&item.value)) {
                cell.emplace_back(holds(*condition, subject) ? "yes" : "no");
            } else if (const auto* whole = std::get_if<ask::Breakdown::Whole>(&item.value)) {
                const bool customer = *whole == ask::Breakdown::Whole::kCustomer;
                const int id = customer ? way.customer : way.user;
                cell.push_back(id < 0     ? "(none)"
                               : customer ? world.customers[static_cast<std::size_t>(id)].id
                                          : world.people[static_cast<std::size_t>(id)].id);
            } else {
                cell.push_back(text(value(std::get<ask::Expression>(item.value), way)));
            }
        }
        found.insert(cell);
    }
    return {found.begin(), found.end()};
}

}  // namespace twofold::oracle
