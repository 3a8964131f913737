// SPDX-License-Identifier: Apache-2.0
#include "engine/answer_cells.h"

#include <cmath>
#include <fmt/format.h>

#include "ask/builtin.h"
#include "money/mrr.h"

namespace twofold::engine {

using model::ValueType;

ask::CellType cell_type(const plan::Expression& expression) {
    switch (expression.meaning()) {
        case plan::Meaning::kTime:
            return ask::CellType::kTime;
        case plan::Meaning::kMoney:
            return ask::CellType::kMoney;
        case plan::Meaning::kPlain:
            break;
    }
    if (const auto* measure = std::get_if<plan::Measure>(&expression.node)) {
        switch (measure->aggregate) {
            case ask::Aggregate::kEvents:
            case ask::Aggregate::kUsers:
            case ask::Aggregate::kCustomers:
            case ask::Aggregate::kSessions:
            case ask::Aggregate::kDays:
            case ask::Aggregate::kDistinct:
                return ask::CellType::kInteger;
            case ask::Aggregate::kSum:
            case ask::Aggregate::kAverage:
            case ask::Aggregate::kMedian:
            case ask::Aggregate::kMin:
            case ask::Aggregate::kMax:
            case ask::Aggregate::kP90:
                return ask::CellType::kNumber;
            case ask::Aggregate::kFirst:
            case ask::Aggregate::kLast:
            case ask::Aggregate::kFirstTime:
            case ask::Aggregate::kLastTime:
                return ask::CellType::kText;
        }
    }
    const auto* fact = std::get_if<plan::Fact>(&expression.node);
    if (fact == nullptr) return ask::CellType::kNumber;
    const bool whole = fact->kind == plan::FactKind::kUserCustomers ||
                       fact->kind == plan::FactKind::kCustomerUsers ||
                       fact->kind == plan::FactKind::kCustomerSeats;
    if (whole) return ask::CellType::kInteger;
    const bool boolean =
        fact->kind == plan::FactKind::kUserKnown || fact->kind == plan::FactKind::kCustomerPaying;
    return boolean ? ask::CellType::kBoolean : ask::CellType::kText;
}

ask::Cell money_cell(double fine, const std::string& currency) {
    return ask::Money{std::llround(fine / static_cast<double>(money::kMrrScale)), currency};
}

ask::Cell money_cell(std::int64_t fine, const std::string& currency) {
    return ask::Money{money::to_minor_units(fine), currency};
}

ask::TimeLabel time_label(const Zone& zone, TimeMs time) {
    std::string text = zone.format(time);
    // "2026-01-31T06:00:00.123+01:00": nobody looks for the fraction.
    const std::size_t point = text.find('.');
    if (point != std::string::npos) text.erase(point, 4);
    return {std::move(text)};
}

ask::Cell value_cell(const model::Value& value, plan::Meaning meaning, const Zone& zone,
                     const std::string& currency) {
    switch (value.type) {
        case ValueType::kNull:
            return std::monostate();
        case ValueType::kBool:
            return value.boolean();
        case ValueType::kInt:
            if (meaning == plan::Meaning::kTime) return time_label(zone, value.integer);
            if (meaning == plan::Meaning::kMoney) return money_cell(value.integer, currency);
            return value.integer;
        case ValueType::kDouble:
            if (meaning == plan::Meaning::kMoney) return money_cell(value.real, currency);
            return value.real;
        case ValueType::kString:
        case ValueType::kList:
            return std::string(value.text);
    }
    return std::monostate();
}

void note_foreign_money(const frame::Snapshot& frames, std::vector<std::string>& notes) {
    if (!frames.has_foreign_money()) return;
    notes.push_back(fmt::format("Money in other currencies than {} is left out.",
                                frames.currency().empty() ? "the project's" : frames.currency()));
}

}  // namespace twofold::engine
