// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/calendar.h"
#include "base/time.h"
#include "intake/json_value.h"
#include "intake/refusal.h"

/// Single values as the wire has them: ids, times, amounts. Each reader takes what may be missing
/// and names the member in its refusal. Null and missing are the same; texts are borrowed from the
/// JsonValue unless said otherwise.
namespace twofold::intake {

/// Texts of numeric ids of one record. Reused after clear().
class NumberTexts {
public:
    void clear() noexcept { used_ = 0; }
    std::string_view add(std::int64_t value) noexcept;
    std::string_view add_unsigned(std::uint64_t value) noexcept;

private:
    static constexpr std::size_t kDigits = 24;
    static constexpr std::size_t kCount = 16;  // more than any record has ids
    std::array<std::array<char, kDigits>, kCount> texts_{};
    std::size_t used_ = 0;
};

/// Text, or an integer as its digits (in `numbers`); empty when missing, null or "".
/// Refusals: kBadId, kIdTooLong.
Checked<std::string_view> read_id(JsonValue value, std::string_view name, NumberTexts& numbers);

/// A text of at most kNameBytesMax; nothing when missing, null or "".
/// Refusals: `code` when it is no text, kNameTooLong.
Checked<std::optional<std::string_view>> read_name(JsonValue value, std::string_view name,
                                                   RejectionCode code = RejectionCode::kBadField);

/// RFC 3339 (without an offset: UTC), a bare date (its start in `zone`), or an integer of ms since
/// 1970. Nothing when missing, null or "". No check of range. Refusals: kBadTime; kTimeOutOfRange
/// for years of five digits.
Checked<std::optional<TimeMs>> read_time(JsonValue value, std::string_view name, const Zone& zone);

/// As read_time, for the dates of relations and money, between 1970 and 2200. Refusals: kBadDate.
Checked<std::optional<TimeMs>> read_date(JsonValue value, std::string_view name, const Zone& zone);

/// True, false, or false when missing. Refusals: kBadField.
Checked<bool> read_flag(JsonValue value, std::string_view name);

/// An integer from 0 to kAmountMax, in minor units; nothing when missing. Refusals: kBadAmount.
Checked<std::optional<std::int64_t>> read_amount(JsonValue value, std::string_view name);

/// An integer from 0 to `most`; nothing when missing. Refusals: kBadQuantity.
Checked<std::optional<std::int64_t>> read_quantity(JsonValue value, std::int64_t most);

/// From 0 to 100, integer or not; nothing when missing. Refusals: kBadAmount.
Checked<std::optional<double>> read_percent(JsonValue value, std::string_view name);

/// Three letters, given back in capitals. Refusals: kBadCurrency, also when missing.
Checked<std::array<char, 3>> read_currency(JsonValue value);

/// "month", "year", "quarter", "week", "day", "once", or {"months": 6} (or years, weeks, days).
struct Period {
    enum class Unit : std::uint8_t { kMonths, kDays, kOnce };
    Unit unit = Unit::kMonths;
    std::int64_t count = 1;
};
/// Nothing when missing. Refusals: kBadInterval.
Checked<std::optional<Period>> read_period(JsonValue value, std::string_view name);

}  // namespace twofold::intake
