// SPDX-License-Identifier: Apache-2.0
#include "ask/answer_print.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <nlohmann/json.hpp>

#include "ask/answer_text.h"
#include "base/calendar.h"

// What programs read: JSON, CSV, NDJSON. The JSON is written here and not by the library, which
// would hold all rows a second time and knows no decimals: an amount would pass through a double.

namespace twofold::ask {
namespace {

std::string json_string(std::string_view text) {
    return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string json_number(double value) {
    return std::isfinite(value) ? nlohmann::json(value).dump() : "null";
}

std::string json_money(const Money& money, const AnswerColumn& column) {
    const std::string amount = format_amount(money);
    if (money.currency == column.unit) {
        return amount;
    }
    return fmt::format(R"({{"amount":{},"currency":{}}})", amount, json_string(money.currency));
}

std::string json_cell(const Cell& cell, const AnswerColumn& column) {
    return std::visit(
        [&column](const auto& value) -> std::string {
            using Value = std::decay_t<decltype(value)>;
            if constexpr (std::is_same_v<Value, std::monostate>) {
                return "null";
            } else if constexpr (std::is_same_v<Value, bool>) {
                return value ? "true" : "false";
            } else if constexpr (std::is_same_v<Value, std::int64_t>) {
                return std::to_string(value);
            } else if constexpr (std::is_same_v<Value, double>) {
                return json_number(value);
            } else if constexpr (std::is_same_v<Value, std::string>) {
                return json_string(value);
            } else if constexpr (std::is_same_v<Value, TimeLabel>) {
                return json_string(value.text);
            } else {
                return json_money(value, column);
            }
        },
        cell);
}

std::string json_row(const std::vector<Cell>& row, const std::vector<AnswerColumn>& columns) {
    std::string result = "[";
    for (std::size_t i = 0; i < row.size(); ++i) {
        result += (i == 0 ? "" : ",") + json_cell(row[i], columns[i]);
    }
    return result + ']';
}

std::string json_columns(const std::vector<AnswerColumn>& columns) {
    std::string result = "[";
    for (const AnswerColumn& column : columns) {
        result += fmt::format(R"({}{{"name":{},"type":"{}","unit":{}}})",
                              result.size() == 1 ? "" : ",", json_string(column.name),
                              cell_type_name(column.type), json_string(column.unit));
    }
    return result + ']';
}

std::string json_cost(const Cost& cost) {
    return fmt::format(
        R"({{"seconds":{},"events_read":{},"users_read":{},"bytes_read":{},"unattached_events":{}}})",
        json_number(cost.seconds), cost.events_read, cost.users_read, cost.bytes_read,
        cost.unattached_events);
}

std::string json(const Answer& answer) {
    std::string result = fmt::format(R"({{"kind":{},"columns":{},"rows":[)",
                                     json_string(answer.kind), json_columns(answer.columns));
    for (std::size_t i = 0; i < answer.rows.size(); ++i) {
        result += (i == 0 ? "" : ",") + json_row(answer.rows[i], answer.columns);
    }
    result += "],\"totals\":" +
              (answer.totals.empty() ? "null" : json_row(answer.totals, answer.columns));
    fmt::format_to(
        std::back_inserter(result),
        R"(,"rule":{},"range":{{"from":{},"to":{},"zone":{}}},"mode":{},"unit":{})",
        json_string(answer.rule), json_string(local_time(answer.range.from, answer.range)),
        json_string(local_time(answer.range.to, answer.range)), json_string(answer.range.zone),
        json_string(answer.mode), json_string(answer.unit));
    result += ",\"notes\":[";
    for (std::size_t i = 0; i < answer.notes.size(); ++i) {
        result += (i == 0 ? "" : ",") + json_string(answer.notes[i]);
    }
    fmt::format_to(std::back_inserter(result), R"(],"cost":{},"position":{},"row_count":{}}})",
                   json_cost(answer.cost), answer.position,
                   std::max<std::uint64_t>(answer.row_count, answer.rows.size()));
    return result;
}

std::string ndjson(const Answer& answer) {
    std::vector<std::string> names;
    for (const AnswerColumn& column : answer.columns) {
        names.push_back(json_string(column.name) + ':');
    }
    std::string result;
    for (const auto& row : answer.rows) {
        result += '{';
        for (std::size_t i = 0; i < row.size(); ++i) {
            result += (i == 0 ? "" : ",") + names[i] + json_cell(row[i], answer.columns[i]);
        }
        result += "}\n";
    }
    return result;
}

/// A spreadsheet takes a text that begins like this for a formula and runs it.
bool looks_like_formula(std::string_view text) {
    return !text.empty() && std::string_view("=+-@\t\r").find(text[0]) != std::string_view::npos;
}

std::string csv_text(std::string_view text) {
    const std::string safe = (looks_like_formula(text) ? "'" : "") + std::string(text);
    if (safe.find_first_of(",\"\r\n") == std::string::npos) {
        return safe;
    }
    std::string result = "\"";
    for (const char c : safe) {
        result += c;
        if (c == '"') {
            result += '"';
        }
    }
    return result + '"';
}

std::string csv_cell(const Cell& cell, const AnswerColumn& column) {
    if (std::holds_alternative<std::monostate>(cell)) {
        return {};
    }
    if (const auto* text = std::get_if<std::string>(&cell)) {
        return csv_text(*text);
    }
    if (const auto* label = std::get_if<TimeLabel>(&cell)) {
        return csv_text(label->text);
    }
    if (const auto* number = std::get_if<double>(&cell)) {
        return std::isfinite(*number) ? json_number(*number) : "";
    }
    if (const auto* money = std::get_if<Money>(&cell)) {
        return format_amount(*money) +
               (money->currency == column.unit ? "" : ' ' + money->currency);
    }
    return json_cell(cell, column);
}

std::string csv(const Answer& answer) {
    std::string result;
    for (std::size_t i = 0; i < answer.columns.size(); ++i) {
        result += (i == 0 ? "" : ",") + csv_text(answer.columns[i].name);
    }
    result += "\r\n";
    for (const auto& row : answer.rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            result += (i == 0 ? "" : ",") + csv_cell(row[i], answer.columns[i]);
        }
        result += "\r\n";
    }
    return result;
}

}  // namespace

std::string_view cell_type_name(CellType type) noexcept {
    switch (type) {
        case CellType::kText:
            return "text";
        case CellType::kInteger:
            return "integer";
        case CellType::kNumber:
            return "number";
        case CellType::kBoolean:
            return "boolean";
        case CellType::kTime:
            return "time";
        case CellType::kMoney:
            return "money";
    }
    return {};
}

std::string local_time(TimeMs time, const AnswerRange& range) {
    if (time == kBeginningOfTime || time == kEndOfTime) {
        return {};
    }
    const auto zone = Zone::find(range.zone);
    return zone ? zone->format(time) : format_utc(time);
}

std::string format_answer(const Answer& answer, AnswerFormat format) {
    switch (format) {
        case AnswerFormat::kJson:
            return json(answer);
        case AnswerFormat::kCsv:
            return csv(answer);
        case AnswerFormat::kNdjson:
            return ndjson(answer);
        case AnswerFormat::kTable:
            return terminal_table(answer);
        case AnswerFormat::kMarkdown:
            return markdown_table(answer);
    }
    return {};
}

std::string problem_json(const Error& error) {
    const ErrorInfo& info = error_info(error.code);
    std::string result = fmt::format(
        R"({{"error":{{"code":"{}","message":{})", info.name,
        json_string(info.public_ ? std::string_view(error.message)
                                 : "this could not be done; the server's log says why"));
    if (error.at) {
        fmt::format_to(std::back_inserter(result), R"(,"at":{{"line":{},"column":{}}})",
                       error.at->line, error.at->column);
    }
    if (!error.suggestion.empty()) {
        result += ",\"suggestion\":" + json_string(error.suggestion);
    }
    return result + "}}";
}

}  // namespace twofold::ask
