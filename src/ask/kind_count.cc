// SPDX-License-Identifier: Apache-2.0
// count: how many units, with numbers over them.
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <utility>

#include "ask/builtin.h"
#include "ask/checker.h"
#include "ask/parser.h"
#include "ask/question_text.h"
#include "base/text.h"

namespace twofold::ask {
namespace {

constexpr std::array<std::string_view, 5> kCounted = {"users", "customers", "sessions", "relations",
                                                      "events"};

/// Whether a condition speaks of users, so that a question about customers must lift it.
bool speaks_of_customer(const Predicate& predicate) {
    const auto customer = [](const Expression& expression) {
        const auto* property = std::get_if<Property>(&expression.node);
        return property != nullptr && property->owner == Owner::kCustomer;
    };
    if (const auto* comparison = std::get_if<Comparison>(&predicate.node)) {
        return customer(comparison->left) || customer(comparison->right);
    }
    if (const auto* list = std::get_if<InList>(&predicate.node)) {
        return customer(list->left);
    }
    if (const auto* alone = std::get_if<IsTrue>(&predicate.node)) {
        return alone->property.owner == Owner::kCustomer;
    }
    return false;
}

/// The same condition on users, asked of customers.
std::optional<Predicate> lifted(const std::optional<Predicate>& where) {
    if (!where) {
        return std::nullopt;
    }
    std::vector<Predicate> of_customer;
    std::vector<Predicate> of_user;
    const auto* joined = std::get_if<And>(&where->node);
    for (const Predicate& part : joined != nullptr ? joined->parts : std::vector{*where}) {
        (speaks_of_customer(part) ? of_customer : of_user).push_back(part);
    }
    if (!of_user.empty()) {
        Predicate condition = of_user.size() == 1 ? of_user[0] : Predicate{And{of_user}, {}};
        of_customer.push_back({Lift{Quantifier::kAny, 0, 0, false, {}, std::move(condition)}, {}});
    }
    return of_customer.size() == 1 ? of_customer[0] : Predicate{And{std::move(of_customer)}, {}};
}

/// A property of customers that a number reads, if any.
const Property* customer_property(const Expression& expression) {
    if (const auto* property = std::get_if<Property>(&expression.node)) {
        return property->owner == Owner::kCustomer ? property : nullptr;
    }
    if (const auto* arithmetic = std::get_if<Arithmetic>(&expression.node)) {
        const Property* left = customer_property(*arithmetic->left);
        return left != nullptr ? left : customer_property(*arithmetic->right);
    }
    return nullptr;
}

}  // namespace

void Parser::head(Count& count) {
    const auto counted = take_one_of({"users", "customers", "sessions"});
    if (!counted) {
        fail_expected();
    }
    count.counted = static_cast<Counted>(counted.value_or(0));
    while (take_symbol(",")) {
        count.aggregates.push_back(unit_aggregate());
        bound(count.aggregates.size(), kMeasuresMax, "aggregates in a count");
    }
}

UnitAggregate Parser::unit_aggregate() {
    UnitAggregate result;
    const Token& first = token();
    const auto which = take_one_of({"sum", "average", "median", "min", "max", "p90"});
    if (!which) {
        fail_expected();
    }
    result.aggregate =
        static_cast<Aggregate>(std::to_underlying(Aggregate::kSum) + which.value_or(0));
    expect_symbol("(");
    result.number = expression();
    expect_symbol(")");
    result.span = since(first);
    return result;
}

bool Parser::clause(Count& count) {
    const Token& first = token();
    if (!take_clause("among", count.among.has_value())) {
        return false;
    }
    count.among = among(count.counted);
    count.among->span = since(first);
    return true;
}

Among Parser::among(Counted counted) {
    Among result;
    const Token& first = token();
    const std::string_view unit = kCounted[std::to_underlying(counted)];
    for (const std::string_view word : kCounted) {
        if (first.is_word(word) && word != unit && !token(1).is_word("of")) {
            refuse(first.span,
                   "a share of " + std::string(unit) + " is among " + std::string(unit) +
                       ": found " + quoted(word),
                   std::string(unit));
        }
    }
    // `among users where P` and, shorter, `among P`.
    if (!token(1).is_word("of") && take_word(unit)) {
        if (take_word("where")) {
            result.where = predicate();
        }
        return result;
    }
    result.where = predicate();
    return result;
}

void write_head(QuestionText& text, const Count& count) {
    text.add(print(count.counted));
    for (const UnitAggregate& aggregate : count.aggregates) {
        text.add_joined(", " + print(aggregate));
    }
}

void write_tail(QuestionText& text, const Count& count) {
    if (!count.among) {
        return;
    }
    text.add("among " + std::string(print(count.counted)));
    if (count.among->where) {
        text.add("where " + print(*count.among->where));
    }
}

std::string print(const UnitAggregate& aggregate) {
    return fmt::format("{}({})", print(aggregate.aggregate), print(aggregate.number));
}

void Checker::kind(const Count& count) {
    money_over_users(count);
    for (const UnitAggregate& aggregate : count.aggregates) {
        number(aggregate.number, about_unit());
    }
    if (count.among && count.among->where) {
        predicate(*count.among->where, about_unit());
    }
}

void Checker::money_over_users(const Count& count) {
    if (count.counted == Counted::kCustomers) {
        return;
    }
    const UnitAggregate* wrong = nullptr;
    Count instead;
    instead.counted = Counted::kCustomers;
    for (const UnitAggregate& aggregate : count.aggregates) {
        if (customer_property(aggregate.number) != nullptr) {
            wrong = wrong == nullptr ? &aggregate : wrong;
            instead.aggregates.push_back(aggregate);
        }
    }
    if (wrong == nullptr) {
        return;
    }
    Question question = question_;
    instead.among = count.among;
    if (instead.among && instead.among->where) {
        instead.among->where = *lifted(*count.among->where);
    }
    question.kind = std::move(instead);
    question.where = lifted(question.where);
    const Property& of = *customer_property(wrong->number);
    const BuiltIn* built_in = find_built_in(of);
    const bool money = built_in != nullptr && built_in->kinds.money;
    refuse(of.span,
           std::string(money ? "money belongs to customers" : "this belongs to customers") +
               ", and one with many " + std::string(print(count.counted)) +
               " would be added up many times: " + print(*wrong),
           print(question));
}

}  // namespace twofold::ask
