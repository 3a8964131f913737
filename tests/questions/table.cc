// SPDX-License-Identifier: Apache-2.0
#include "questions/table.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>

namespace twofold::questions {
namespace {

std::string shown(double number, const std::string& unit) {
    if (unit == "share") return fmt::format("{:.1f}%", number * 100);
    if (number == std::trunc(number)) return fmt::format("{:.0f}", number);
    std::string text = fmt::format("{:.4f}", number);
    text.erase(text.find_last_not_of('0') + 1);
    return text;
}

std::string text_of(const ask::Cell& cell, const std::string& unit, Digits digits) {
    return std::visit(
        [&](const auto& value) -> std::string {
            using Value = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<Value, std::monostate>) {
                return "-";
            } else if constexpr (std::is_same_v<Value, bool>) {
                return value ? "true" : "false";
            } else if constexpr (std::is_same_v<Value, double>) {
                return digits == Digits::kShown ? shown(value, unit)
                                                : fmt::format("{:.15g}", value);
            } else if constexpr (std::is_same_v<Value, std::string>) {
                return value.empty() ? "\"\"" : value;
            } else if constexpr (std::is_same_v<Value, ask::TimeLabel>) {
                return value.text;
            } else if constexpr (std::is_same_v<Value, ask::Money>) {
                return ask::format_amount(value) +
                       (value.currency.empty() ? "" : ' ' + value.currency);
            } else {
                return std::to_string(value);
            }
        },
        cell);
}

std::optional<double> as_number(const std::string& text) {
    if (text.empty()) return std::nullopt;
    char* end = nullptr;
    const double number = std::strtod(text.c_str(), &end);
    return *end == '\0' ? std::optional(number) : std::nullopt;
}

bool comes_before(const std::vector<std::string>& left, const std::vector<std::string>& right) {
    for (std::size_t i = 0; i < std::min(left.size(), right.size()); ++i) {
        if (left[i] == right[i]) continue;
        const auto a = as_number(left[i]);
        const auto b = as_number(right[i]);
        if (a && b && *a != *b) return *a < *b;
        return left[i] < right[i];
    }
    return left.size() < right.size();
}

bool has_fixed_order(const ask::Question& question) {
    const auto* list = std::get_if<ask::List>(&question.kind);
    return list != nullptr ? !list->sort.empty() : !question.by;
}

/// The columns of a list that names none are the page's business; what it means is who is in it.
bool shows_defaults(const ask::Question& question) {
    const auto* list = std::get_if<ask::List>(&question.kind);
    return list != nullptr && list->show.empty();
}

void cut_to_first_column(Table& table) {
    const auto cut = [](std::vector<std::string>& cells) {
        if (cells.size() > 1) cells.resize(1);
    };
    cut(table.columns);
    std::ranges::for_each(table.rows, cut);
}

std::vector<std::string> split(std::string_view line) {
    std::vector<std::string> cells;
    std::size_t at = line.find_first_not_of(' ');
    while (at != std::string_view::npos) {
        std::size_t end = line.find("  ", at);
        if (end == std::string_view::npos) end = line.size();
        cells.emplace_back(line.substr(at, end - at));
        at = line.find_first_not_of(' ', end);
    }
    if (!cells.empty() && cells.back().ends_with(' ')) cells.back().pop_back();
    return cells;
}

bool same_cell(const std::string& left, const std::string& right) {
    if (left == right) return true;
    // No money is no money in any currency.
    const auto is_nothing = [](const std::string& text) { return text == "0" || text == "0.00"; };
    if (is_nothing(left)) return is_nothing(right) || right.starts_with("0.00 ");
    if (is_nothing(right)) return left.starts_with("0.00 ");
    const auto a = as_number(left);
    const auto b = as_number(right);
    return a && b && std::abs(*a - *b) <= 1e-9 * std::max({1.0, std::abs(*a), std::abs(*b)});
}

}  // namespace

Table table_of(const ask::Answer& answer, const ask::Question& question, Digits digits) {
    Table table;
    for (const ask::AnswerColumn& column : answer.columns)
        table.columns.push_back(column.name);
    const auto texts = [&](const std::vector<ask::Cell>& cells) {
        std::vector<std::string> row;
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const bool named = i < answer.columns.size();
            row.push_back(text_of(cells[i], named ? answer.columns[i].unit : "", digits));
        }
        return row;
    };
    for (const auto& row : answer.rows)
        table.rows.push_back(texts(row));
    if (shows_defaults(question)) cut_to_first_column(table);
    if (!has_fixed_order(question)) std::ranges::stable_sort(table.rows, comes_before);
    if (!answer.totals.empty() && std::holds_alternative<std::monostate>(answer.totals.front())) {
        table.totals = texts(answer.totals);
        table.totals.front() = "total";
    }
    return table;
}

std::string print(const Table& table, std::string_view indent) {
    std::vector<std::vector<std::string>> lines = {table.columns};
    lines.insert(lines.end(), table.rows.begin(), table.rows.end());
    if (!table.totals.empty()) lines.push_back(table.totals);
    std::vector<std::size_t> widths(table.columns.size());
    for (const auto& line : lines) {
        for (std::size_t i = 0; i < std::min(line.size(), widths.size()); ++i)
            widths[i] = std::max(widths[i], line[i].size());
    }
    std::string result;
    for (const auto& line : lines) {
        std::string written(indent);
        for (std::size_t i = 0; i < std::min(line.size(), widths.size()); ++i) {
            written += fmt::format("{:<{}}  ", line[i], widths[i]);
        }
        written.erase(written.find_last_not_of(' ') + 1);
        result += written + '\n';
    }
    return result;
}

Table read_table(const std::vector<std::string>& lines) {
    Table table;
    for (const std::string& line : lines) {
        auto cells = split(line);
        if (table.columns.empty()) {
            table.columns = std::move(cells);
        } else if (cells.front() == "total") {
            table.totals = std::move(cells);
        } else {
            table.rows.push_back(std::move(cells));
        }
    }
    return table;
}

bool same_cells(const Table& left, const Table& right) {
    const auto same_row = [](const std::vector<std::string>& a, const std::vector<std::string>& b) {
        return std::ranges::equal(a, b, same_cell);
    };
    const bool totals =
        left.totals.empty() || right.totals.empty() || same_row(left.totals, right.totals);
    return totals && std::ranges::equal(left.rows, right.rows, same_row);
}

}  // namespace twofold::questions
