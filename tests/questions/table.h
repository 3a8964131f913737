// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ask/answer.h"
#include "ask/question.h"

namespace twofold::questions {

/// An answer as text, to be written down and compared.
struct Table {
    std::vector<std::string> columns;
    std::vector<std::vector<std::string>> rows;
    std::vector<std::string> totals;  ///< Empty: none; the first cell says "total".
    bool operator==(const Table&) const = default;
};

/// How numbers are written: as people check them, or so that nothing is lost.
enum class Digits : std::uint8_t { kShown, kExact };

/// Rows whose order the language does not fix (lists without `sort by`, breakdowns) are sorted, so
/// that equal answers are equal tables.
Table table_of(const ask::Answer& answer, const ask::Question& question, Digits digits);

/// Aligned, two blanks or more between columns, each line behind `indent`.
std::string print(const Table& table, std::string_view indent);
/// Reads what print() writes: cells are two blanks or more apart.
Table read_table(const std::vector<std::string>& lines);

/// Whether the cells are the same; numbers may differ in the tenth digit.
bool same_cells(const Table& left, const Table& right);

}  // namespace twofold::questions
