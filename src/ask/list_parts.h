// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ask/question.h"

namespace twofold::ask {

/// A list taken apart into the texts that it is made of, to be put together again with others. Any
/// question `head`, then ` show ` and columns with commas between, ` where ` and conditions with
/// ` and ` between, ` sort by ` and keys with commas between, is a list again; with the parts as
/// they came it is the same question.
struct ListParts {
    struct Column {
        std::string text;
        std::string name;  ///< What follows `as`; empty: the column is called by its text.
    };
    struct Key {
        std::string text;  ///< An expression, also where the question named one of `show`.
        bool descending = false;
    };
    std::string head;  ///< "list customers at 2026-01-31": the question without the rest of these.
    std::vector<Column> show;
    std::vector<std::string> where;  ///< The conditions that the outermost `and` joins.
    std::vector<Key> sort;
};

/// The parts of an `and`, or the one there is, each as it stands in an `and`.
std::vector<std::string> print_parts(const Predicate& predicate);

/// Nothing of questions that are no lists.
std::optional<ListParts> list_parts(const Question& question);

}  // namespace twofold::ask
