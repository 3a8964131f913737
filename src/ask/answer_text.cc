// SPDX-License-Identifier: Apache-2.0
#include "ask/answer_text.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "base/text.h"

// What people read. Names come from outside: no byte of theirs may steer a terminal or break out
// of a table.

namespace twofold::ask {
namespace {

constexpr std::string_view kDash = "-";

using Texts = std::vector<std::string>;

/// Without control characters, C1 included, which terminals obey too.
std::string one_line(std::string_view text) {
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        const bool c1 =
            byte == 0xC2 && i + 1 < text.size() && static_cast<unsigned char>(text[i + 1]) < 0xA0;
        if (c1) {
            ++i;
        }
        result += byte < 0x20 || byte == 0x7F || c1 ? ' ' : text[i];
    }
    return result;
}

std::string readable(double value, const AnswerColumn& column) {
    if (!std::isfinite(value)) {
        return std::string(kDash);
    }
    if (column.unit == "share") {
        return fmt::format("{:.1f}%", value * 100);
    }
    if (value == std::trunc(value) && std::abs(value) < 1e15) {
        return fmt::format("{:.0f}", value);
    }
    return std::abs(value) >= 1 ? fmt::format("{:.2f}", value) : fmt::format("{:.4g}", value);
}

std::string readable(const Cell& cell, const AnswerColumn& column) {
    return std::visit(
        [&column](const auto& value) -> std::string {
            using Value = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<Value, std::monostate>) {
                return std::string(kDash);
            } else if constexpr (std::is_same_v<Value, bool>) {
                return value ? "yes" : "no";
            } else if constexpr (std::is_same_v<Value, std::int64_t>) {
                return std::to_string(value);
            } else if constexpr (std::is_same_v<Value, double>) {
                return readable(value, column);
            } else if constexpr (std::is_same_v<Value, std::string>) {
                return one_line(value);
            } else if constexpr (std::is_same_v<Value, TimeLabel>) {
                return one_line(value.text);
            } else {
                return format_amount(value) +
                       (value.currency == column.unit ? "" : ' ' + one_line(value.currency));
            }
        },
        cell);
}

bool is_number(const AnswerColumn& column) {
    return column.type == CellType::kInteger || column.type == CellType::kNumber ||
           column.type == CellType::kMoney;
}

std::string heading(const AnswerColumn& column) {
    const std::string unit = column.type == CellType::kMoney ? " " + one_line(column.unit) : "";
    return one_line(column.name) + (unit == " " ? "" : unit);
}

Texts readable_row(const std::vector<Cell>& row, const std::vector<AnswerColumn>& columns) {
    Texts result;
    for (std::size_t i = 0; i < row.size(); ++i) {
        result.push_back(readable(row[i], columns[i]));
    }
    return result;
}

Texts totals_row(const Answer& answer) {
    Texts result = readable_row(answer.totals, answer.columns);
    for (std::size_t i = 0; i < result.size(); ++i) {
        if (!is_number(answer.columns[i])) {
            result[i] = i == 0 ? "total" : "";
        }
    }
    return result;
}

/// Rule, range, notes and cost, one a line.
Texts footer(const Answer& answer) {
    Texts lines;
    const auto rows = std::max<std::uint64_t>(answer.row_count, answer.rows.size());
    if (rows > answer.rows.size()) {
        lines.push_back(fmt::format("{} of {} rows.", answer.rows.size(), rows));
    }
    if (!answer.rule.empty()) {
        lines.push_back(one_line(answer.rule));
    }
    const std::string from = local_time(answer.range.from, answer.range);
    const std::string to = local_time(answer.range.to, answer.range);
    if (!to.empty() && answer.range.to > answer.range.from) {
        lines.push_back((from.empty() ? "Until " : "From " + from + " until ") + to + ", " +
                        one_line(answer.range.zone) + '.');
    }
    for (const std::string& note : answer.notes) {
        lines.push_back("Note: " + one_line(note));
    }
    std::string cost = fmt::format("{:.3f} s, {} events and {} users read", answer.cost.seconds,
                                   answer.cost.events_read, answer.cost.users_read);
    if (answer.cost.unattached_events > 0) {
        cost +=
            fmt::format(", {} events without a customer left out", answer.cost.unattached_events);
    }
    lines.push_back(cost + fmt::format(", position {}.", answer.position));
    return lines;
}

class Table {
public:
    explicit Table(const Answer& answer) : answer_(answer) {
        for (const AnswerColumn& column : answer.columns) {
            widths_.push_back(character_count(heading(column)));
        }
        for (const auto& row : answer.rows) {
            rows_.push_back(readable_row(row, answer.columns));
            widen(rows_.back());
        }
        if (!answer.totals.empty()) {
            totals_ = totals_row(answer);
            widen(totals_);
        }
    }

    std::string print() const {
        Texts headings;
        for (const AnswerColumn& column : answer_.columns) {
            headings.push_back(heading(column));
        }
        std::string result = line(headings) + rule();
        for (const Texts& row : rows_) {
            result += line(row);
        }
        if (!totals_.empty()) {
            result += rule() + line(totals_);
        }
        return result;
    }

private:
    void widen(const Texts& row) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths_[i] = std::max(widths_[i], character_count(row[i]));
        }
    }
    std::string line(const Texts& row) const {
        std::string result;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const std::string space(widths_[i] - character_count(row[i]), ' ');
            result += i == 0 ? "" : "  ";
            result += is_number(answer_.columns[i]) ? space + row[i] : row[i] + space;
        }
        result.erase(result.find_last_not_of(' ') + 1);
        return result + '\n';
    }
    std::string rule() const {
        std::string result;
        for (std::size_t i = 0; i < widths_.size(); ++i) {
            result += (i == 0 ? "" : "  ") + std::string(widths_[i], '-');
        }
        return result + '\n';
    }

    const Answer& answer_;
    std::vector<std::size_t> widths_;
    std::vector<Texts> rows_;
    Texts totals_;
};

std::string markdown_text(const std::string& text) {
    std::string result;
    for (const char c : text) {
        if (std::string_view("|\\`*_<>[]&").find(c) != std::string_view::npos) {
            result += '\\';
        }
        result += c;
    }
    return result;
}

std::string markdown_line(const Texts& row) {
    std::string result = "|";
    for (const std::string& text : row) {
        result += ' ' + markdown_text(text) + " |";
    }
    return result + '\n';
}

}  // namespace

std::string terminal_table(const Answer& answer) {
    std::string result = Table(answer).print() + '\n';
    for (const std::string& line : footer(answer)) {
        result += line + '\n';
    }
    return result;
}

std::string markdown_table(const Answer& answer) {
    Texts headings;
    std::string rule = "|";
    for (const AnswerColumn& column : answer.columns) {
        headings.push_back(heading(column));
        rule += is_number(column) ? " ---: |" : " --- |";
    }
    std::string result = markdown_line(headings) + rule + '\n';
    for (const auto& row : answer.rows) {
        result += markdown_line(readable_row(row, answer.columns));
    }
    if (!answer.totals.empty()) {
        result += markdown_line(totals_row(answer));
    }
    for (const std::string& line : footer(answer)) {
        result += '\n' + markdown_text(line) + '\n';
    }
    return result;
}

}  // namespace twofold::ask
