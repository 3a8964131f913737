// SPDX-License-Identifier: Apache-2.0
#include "intake/wire_value.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "intake/decode.h"

namespace twofold::intake {

namespace {

constexpr TimeMs kDateMin = 0;
constexpr TimeMs kDateMax = 7'258'118'400'000;  // 2200-01-01
constexpr std::int64_t kPeriodCountMax = 1'200;

// What a value is, for the end of a message.
std::string shown(JsonValue value) {
    switch (value.type()) {
        case JsonType::kMissing:
            return "nothing";
        case JsonType::kObject:
            return "an object";
        case JsonType::kArray:
            return "an array";
        case JsonType::kString:
            return quoted(value.text());
        case JsonType::kInt:
            return fmt::format("{}", value.integer());
        case JsonType::kUnsigned:
            return fmt::format("{}", value.unsigned_integer());
        case JsonType::kDouble:
            return fmt::format("{}", value.real());
        case JsonType::kTrue:
            return "true";
        case JsonType::kFalse:
            return "false";
        case JsonType::kNull:
            return "null";
    }
    return "nothing";
}

std::unexpected<Refusal> bad(RejectionCode code, std::string_view name, std::string_view wanted,
                             JsonValue value) {
    return refuse(code, fmt::format("{} is not {}: {}", name, wanted, shown(value)));
}

bool is_empty(JsonValue value) noexcept {
    return value.is_absent() || (value.is(JsonType::kString) && value.text().empty());
}

// "+012345-01-01T…" and "12345-01-01": a time for sure, of no calendar of ours.
bool has_long_year(std::string_view text) noexcept {
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    const auto digits =
        std::find_if(text.begin(), text.end(), [](char c) { return c < '0' || c > '9'; }) -
        text.begin();
    return digits >= 5 && static_cast<std::size_t>(digits) < text.size() &&
           text[static_cast<std::size_t>(digits)] == '-';
}

constexpr std::size_t kBareDateLength = 10;  // 2026-03-01

std::optional<TimeMs> parse_time(std::string_view text, const Zone& zone) {
    if (text.size() == kBareDateLength) {
        const auto date = parse_date(text);
        if (!date) return std::nullopt;
        return zone.day_start(*date);
    }
    const auto time = parse_instant(text);
    if (!time) return std::nullopt;
    return *time;
}

Checked<std::int64_t> read_count(JsonValue value, std::string_view name) {
    if (value.is(JsonType::kInt) && value.integer() >= 1 && value.integer() <= kPeriodCountMax) {
        return value.integer();
    }
    return bad(RejectionCode::kBadInterval, name, "a number from 1 to 1,200", value);
}

struct NamedPeriod {
    std::string_view name;  // "every": "month"
    std::string_view unit;  // "every": {"months": 6}; empty: has none
    Period period;
};
constexpr std::array<NamedPeriod, 6> kPeriods{{
    {"month", "months", {Period::Unit::kMonths, 1}},
    {"year", "years", {Period::Unit::kMonths, 12}},
    {"quarter", "quarters", {Period::Unit::kMonths, 3}},
    {"week", "weeks", {Period::Unit::kDays, 7}},
    {"day", "days", {Period::Unit::kDays, 1}},
    {"once", "", {Period::Unit::kOnce, 1}},
}};

}  // namespace

std::string_view NumberTexts::add(std::int64_t value) noexcept {
    TF_CHECK(used_ < kCount);
    auto& text = texts_[used_++];
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

std::string_view NumberTexts::add_unsigned(std::uint64_t value) noexcept {
    TF_CHECK(used_ < kCount);
    auto& text = texts_[used_++];
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    return {text.data(), end};
}

Checked<std::string_view> read_id(JsonValue value, std::string_view name, NumberTexts& numbers) {
    if (value.is_absent()) return std::string_view{};
    if (value.is(JsonType::kInt)) return numbers.add(value.integer());
    if (value.is(JsonType::kUnsigned)) return numbers.add_unsigned(value.unsigned_integer());
    if (!value.is(JsonType::kString)) {
        return bad(RejectionCode::kBadId, name, "a text or an integer", value);
    }
    if (value.text().size() > kIdBytesMax) {
        return refuse(RejectionCode::kIdTooLong, fmt::format("{} has more than {} bytes: {}", name,
                                                             kIdBytesMax, quoted(value.text())));
    }
    return value.text();
}

Checked<std::optional<std::string_view>> read_name(JsonValue value, std::string_view name,
                                                   RejectionCode code) {
    if (is_empty(value)) return std::nullopt;
    if (!value.is(JsonType::kString)) return bad(code, name, "a text", value);
    if (value.text().size() > kNameBytesMax) {
        return refuse(RejectionCode::kNameTooLong,
                      fmt::format("{} has more than {} bytes: {}", name, kNameBytesMax,
                                  quoted(value.text())));
    }
    return value.text();
}

Checked<std::optional<TimeMs>> read_time(JsonValue value, std::string_view name, const Zone& zone) {
    if (is_empty(value)) return std::nullopt;
    if (value.is(JsonType::kInt)) return value.integer();
    if (value.is(JsonType::kString)) {
        if (const auto time = parse_time(value.text(), zone)) return time;
        if (has_long_year(value.text())) {
            return refuse(RejectionCode::kTimeOutOfRange,
                          fmt::format("{} is of an impossible year: {}", name, shown(value)));
        }
    }
    return bad(RejectionCode::kBadTime, name, "a time like 2026-03-01T10:00:00Z", value);
}

Checked<std::optional<TimeMs>> read_date(JsonValue value, std::string_view name, const Zone& zone) {
    const auto time = read_time(value, name, zone);
    const bool inside = time && (!*time || (**time >= kDateMin && **time < kDateMax));
    if (inside) return *time;
    return bad(RejectionCode::kBadDate, name, "a date like 2026-03-01 from 1970 to 2199", value);
}

Checked<bool> read_flag(JsonValue value, std::string_view name) {
    if (value.is_absent() || value.is(JsonType::kFalse)) return false;
    if (value.is(JsonType::kTrue)) return true;
    return bad(RejectionCode::kBadField, name, "true or false", value);
}

Checked<std::optional<std::int64_t>> read_amount(JsonValue value, std::string_view name) {
    if (value.is_absent()) return std::nullopt;
    if (value.is(JsonType::kInt) && value.integer() >= 0 && value.integer() <= kAmountMax) {
        return value.integer();
    }
    return bad(RejectionCode::kBadAmount, name,
               "an integer in minor units, from 0 to 10,000,000,000,000", value);
}

Checked<std::optional<std::int64_t>> read_quantity(JsonValue value, std::int64_t most) {
    if (value.is_absent()) return std::nullopt;
    if (value.is(JsonType::kInt) && value.integer() >= 0 && value.integer() <= most) {
        return value.integer();
    }
    return bad(RejectionCode::kBadQuantity, "quantity",
               fmt::format("an integer from 0 to {}", most), value);
}

Checked<std::optional<double>> read_percent(JsonValue value, std::string_view name) {
    if (value.is_absent()) return std::nullopt;
    const double percent = value.is(JsonType::kInt)      ? static_cast<double>(value.integer())
                           : value.is(JsonType::kDouble) ? value.real()
                                                         : -1;
    if (percent >= 0 && percent <= 100) return percent;
    return bad(RejectionCode::kBadAmount, name, "a number from 0 to 100", value);
}

Checked<std::array<char, 3>> read_currency(JsonValue value) {
    std::array<char, 3> code{};
    const std::string_view text = value.is(JsonType::kString) ? value.text() : "";
    bool sound = text.size() == code.size();
    for (std::size_t i = 0; sound && i < code.size(); ++i) {
        const char c = text[i];
        code[i] = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        sound = code[i] >= 'A' && code[i] <= 'Z';
    }
    if (sound) return code;
    return bad(RejectionCode::kBadCurrency, "currency", "three letters like USD", value);
}

Checked<std::optional<Period>> read_period(JsonValue value, std::string_view name) {
    if (value.is_absent()) return std::nullopt;
    std::size_t members = 0;
    if (value.is(JsonType::kString)) {
        for (const NamedPeriod& known : kPeriods) {
            if (known.name == value.text()) return known.period;
        }
    } else if (value.is(JsonType::kObject)) {
        each_member(value, [&](std::string_view, JsonValue) { ++members; });
        for (const NamedPeriod& known : kPeriods) {
            const JsonValue count = known.unit.empty() ? JsonValue() : value.member(known.unit);
            if (members != 1 || count.is_absent()) continue;
            TF_ASSIGN(const std::int64_t times, read_count(count, known.unit));
            return Period{known.period.unit, known.period.count * times};
        }
    }
    return bad(RejectionCode::kBadInterval, name,
               R"(month, year, quarter, week, day, once or {"months": 6})", value);
}

}  // namespace twofold::intake
