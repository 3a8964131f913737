// SPDX-License-Identifier: Apache-2.0
#include "ask/list_parts.h"

#include <algorithm>
#include <variant>

#include "ask/print.h"

namespace twofold::ask {
namespace {

/// An expression, also where the key names a column: the column may be taken away.
std::string key_text(const SortKey& key, const List& list) {
    if (const auto* value = std::get_if<Expression>(&key.by)) {
        return print(*value);
    }
    const std::string& name = std::get<std::string>(key.by);
    const auto column = std::ranges::find(list.show, name, &Column::name);
    return column == list.show.end() ? quote(name) : print(column->value);
}

}  // namespace

std::optional<ListParts> list_parts(const Question& question) {
    const auto* list = std::get_if<List>(&question.kind);
    if (list == nullptr) {
        return std::nullopt;
    }
    ListParts parts;
    for (const Column& column : list->show) {
        parts.show.push_back({print(column.value), column.name});
    }
    if (question.where) {
        parts.where = print_parts(*question.where);
    }
    for (const SortKey& key : list->sort) {
        parts.sort.push_back({key_text(key, *list), key.descending});
    }
    Question head = question;
    head.where.reset();
    auto& bare = std::get<List>(head.kind);
    bare.show.clear();
    bare.sort.clear();
    parts.head = print(head);
    return parts;
}

}  // namespace twofold::ask
