// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/time.h"

namespace twofold::ask {

/// An amount: minor units of a currency. Printed in major units.
struct Money {
    std::int64_t minor = 0;
    std::string currency;  ///< ISO 4217.
    bool operator==(const Money&) const = default;
};
/// "14820.00", "-0.05", "1200" (JPY).
std::string format_amount(const Money& money);

/// A local time as it is to be shown: "2026-01-05", "2026-01-31T06:00:00+01:00".
struct TimeLabel {
    std::string text;
    bool operator==(const TimeLabel&) const = default;
};

/// monostate: there is no such number (shown as a dash, `null` in JSON); never the same as 0.
using Cell =
    std::variant<std::monostate, bool, std::int64_t, double, std::string, TimeLabel, Money>;

enum class CellType : std::uint8_t { kText, kInteger, kNumber, kBoolean, kTime, kMoney };

/// `unit` says what the numbers are: "users", "customers", "events", "seconds", "share" (0 to 1),
/// a currency for kMoney; empty when there is nothing to say.
struct AnswerColumn {
    std::string name;
    CellType type = CellType::kText;
    std::string unit;
    bool operator==(const AnswerColumn&) const = default;
};

struct AnswerRange {
    TimeMs from = 0;  ///< [from, to)
    TimeMs to = 0;
    std::string zone;
    bool operator==(const AnswerRange&) const = default;
};

/// What it took.
struct Cost {
    double seconds = 0;
    std::uint64_t events_read = 0;
    std::uint64_t users_read = 0;
    std::uint64_t bytes_read = 0;
    std::uint64_t unattached_events = 0;  ///< Left out of customer units: no customer to belong to.
    bool operator==(const Cost&) const = default;
};

/// Every result: a typed table, the rule in a sentence, the range, the cost, and the position of
/// the log that it saw.
struct Answer {
    std::string kind;  ///< As kind_name(); "list" for an opened number.
    std::vector<AnswerColumn> columns;
    std::vector<std::vector<Cell>> rows;  ///< Each as wide as `columns`.
    std::vector<Cell> totals;             ///< As wide as `columns`, or empty: no totals.
    std::string rule;
    AnswerRange range;
    std::string mode;  ///< Relations as of: "event", "now" or "ever".
    std::string unit;  ///< What is counted: "users", "customers", …
    std::vector<std::string> notes;
    Cost cost;
    std::uint64_t position = 0;
    /// Of a list: how many rows there are in all, of which `rows` may be a page. Else rows.size().
    std::uint64_t row_count = 0;
    bool operator==(const Answer&) const = default;
};

}  // namespace twofold::ask
