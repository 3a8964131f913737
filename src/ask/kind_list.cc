// SPDX-License-Identifier: Apache-2.0
// list: units, relations or events, one a row.
#include <algorithm>
#include <fmt/format.h>

#include "ask/builtin.h"
#include "ask/checker.h"
#include "ask/lexer.h"
#include "ask/parser.h"
#include "ask/question_text.h"
#include "base/text.h"

namespace twofold::ask {
namespace {

std::string print_column_name(const std::string& name) {
    return is_plain_word(name) && can_be_column(name) ? name : quote(name);
}

}  // namespace

void Parser::head(List& list) {
    const auto counted = take_one_of({"users", "customers", "sessions", "relations", "events"});
    if (!counted) {
        fail_expected();
    }
    list.counted = static_cast<Counted>(counted.value_or(0));
}

bool Parser::clause(List& list) {
    if (take_clause("show", !list.show.empty())) {
        do {
            list.show.push_back(column());
            bound(list.show.size(), kColumnsMax, "columns");
        } while (take_symbol(","));
    } else if (take_clause("sort by", !list.sort.empty())) {
        do {
            list.sort.push_back(sort_key());
            bound(list.sort.size(), kSortKeysMax, "keys to sort by");
        } while (take_symbol(","));
    } else if (take_clause("limit", list.limit.has_value())) {
        list.limit = integer(1, kLimitMax, "a limit");
    } else {
        return false;
    }
    return true;
}

Column Parser::column() {
    Column result;
    result.value = expression();
    if (take_word("as")) {
        const Token& first = token();
        result.name = word_or_string(Expected::Kind::kOther, "a name for the column");
        if (!failed() && result.name.empty()) {
            refuse(first.span, "a column has a name: \"\"");
        }
    }
    return result;
}

SortKey Parser::sort_key() {
    SortKey result;
    const Token& first = token();
    const bool word = first.kind == Token::Kind::kWord && can_be_column(first.text) &&
                      !token(1).is_symbol(".") && !at_measure();
    if (word || first.kind == Token::Kind::kString) {
        result.by = word_or_string(Expected::Kind::kOther, "the name of a column");
    } else {
        note({Expected::Kind::kOther, "the name of a column"});
        result.by = expression();
    }
    result.descending = take_one_of({"descending", "desc"}).has_value();
    if (!result.descending) {
        take_one_of({"ascending", "asc"});
    }
    result.span = since(first);
    return result;
}

void write_head(QuestionText& text, const List& list) {
    text.add(print(list.counted));
}

void write_tail(QuestionText& text, const List& list) {
    if (!list.show.empty()) {
        text.add("show");
        text.add_list(list.show, [](const Column& column) {
            return print(column.value) +
                   (column.name.empty() ? "" : " as " + print_column_name(column.name));
        });
    }
    if (!list.sort.empty()) {
        text.add("sort by");
        text.add_list(list.sort, [](const SortKey& key) {
            const auto* name = std::get_if<std::string>(&key.by);
            return (name != nullptr ? print_column_name(*name)
                                    : print(std::get<Expression>(key.by))) +
                   (key.descending ? " descending" : "");
        });
    }
    if (list.limit) {
        text.add(fmt::format("limit {}", *list.limit));
    }
}

void Checker::kind(const List& list) {
    for (const Column& column : list.show) {
        expression(column.value, about_unit());
        const auto same = std::ranges::count_if(list.show, [&column](const Column& other) {
            return !column.name.empty() && other.name == column.name;
        });
        if (same > 1) {
            refuse(column.value.span, "two columns have one name: " + quoted(column.name));
        }
    }
    sort_keys(list);
    if (question_.against && !std::holds_alternative<When>(question_.against->value)) {
        refuse(question_.against->span,
               "a list is compared with a moment, such as against "
               "2026-01-01");
    }
}

void Checker::sort_keys(const List& list) {
    for (const SortKey& key : list.sort) {
        if (const auto* by = std::get_if<Expression>(&key.by)) {
            expression(*by, about_unit());
            continue;
        }
        const std::string& name = std::get<std::string>(key.by);
        std::vector<std::string> known;
        for (const Column& column : list.show) {
            known.push_back(column.name);
        }
        if (std::ranges::find(known, name) != known.end()) {
            continue;
        }
        const Owner owner = list.counted == Counted::kCustomers   ? Owner::kCustomer
                            : list.counted == Counted::kRelations ? Owner::kRelation
                            : list.counted == Counted::kUsers     ? Owner::kUser
                                                                  : Owner::kEvent;
        const Property property{owner, name, false, {}};
        if (find_built_in(property) != nullptr ||
            (owner != Owner::kRelation && names_.find_property(owner, name))) {
            refuse(key.span,
                   "no column " + quoted(name) + "; did you mean " + print(property) + '?',
                   print(property));
        } else {
            unknown("column", name, key.span, known);
        }
    }
}

}  // namespace twofold::ask
