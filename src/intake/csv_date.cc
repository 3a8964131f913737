// SPDX-License-Identifier: Apache-2.0
#include "intake/csv_date.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <ctime>
#include <fmt/format.h>

#include "base/text.h"

namespace twofold::intake {

namespace {

constexpr std::string_view kDirectives = "YymdbHIMSpz";
constexpr std::int64_t kMsPerSecond = 1000;
// Beyond what any record may have, and far within 64 bits as milliseconds.
constexpr std::int64_t kUnixSecondsMax = 253'402'300'799;

bool has_any(std::string_view used, std::string_view wanted) {
    return used.find_first_of(wanted) != used.npos;
}

// The directives of a format, each once. Errors as CsvDate::parse.
Result<std::string> directives_in(std::string_view format) {
    std::string used;
    for (std::size_t i = 0; i < format.size(); ++i) {
        if (format[i] != '%') continue;
        const char directive = i + 1 < format.size() ? format[++i] : ' ';
        if (directive == '%') continue;
        if (kDirectives.find(directive) == kDirectives.npos) {
            return fail(ErrorCode::kInvalid,
                        fmt::format("a date has %Y %y %m %d %b %H %I %M %S %p %z, and no %{}: {}",
                                    directive, quoted(format)));
        }
        if (used.find(directive) != used.npos) {
            return fail(ErrorCode::kInvalid,
                        fmt::format("%{} comes twice: {}", directive, quoted(format)));
        }
        used += directive;
    }
    if (!has_any(used, "Yy") || !has_any(used, "mb") || !has_any(used, "d")) {
        return fail(ErrorCode::kInvalid,
                    fmt::format("a date has a year (%Y), a month (%m) and a day (%d), like "
                                "date(%d.%m.%Y): {}",
                                quoted(format)));
    }
    return used;
}

}  // namespace

Result<CsvDate> CsvDate::parse(std::string_view text) {
    CsvDate made;
    made.text_ = text;
    if (text == "unix" || text == "unix_ms") {
        made.unix_per_second_ = text == "unix" ? 1 : kMsPerSecond;
        return made;
    }
    const std::size_t at = text.rfind('@');
    made.format_ = text.substr(0, at);
    TF_ASSIGN(const std::string used, directives_in(made.format_));
    made.has_time_ = has_any(used, "HIMSp");
    made.has_offset_ = has_any(used, "z");
    if (at != text.npos) {
        TF_ASSIGN(made.zone_, Zone::find(text.substr(at + 1)));
    }
    return made;
}

std::optional<std::string> CsvDate::read_seconds(std::string_view cell) const {
    std::int64_t count = 0;
    const auto [end, fault] = std::from_chars(cell.begin(), cell.end(), count);
    if (fault != std::errc() || end != cell.end()) return std::nullopt;
    const std::int64_t most = kUnixSecondsMax * unix_per_second_;
    if (count < -most || count > most) return std::nullopt;
    return format_utc(count * (kMsPerSecond / unix_per_second_));
}

std::optional<std::string> CsvDate::read(std::string_view cell) const {
    if (unix_per_second_ != 0) return read_seconds(cell);
    const std::string text(cell);
    std::tm parts{};
    // The process keeps the "C" locale, so the names of months are English.
    const char* end = strptime(text.c_str(), format_.c_str(), &parts);
    if (end != text.c_str() + text.size()) return std::nullopt;
    // It takes the 31st of every month, and years of fewer digits than four.
    constexpr int kYearBase = 1900;
    constexpr int kFirstYear = 1000;
    const int year = parts.tm_year + kYearBase;
    const std::chrono::year_month_day day{
        std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(parts.tm_mon) + 1},
        std::chrono::day{static_cast<unsigned>(parts.tm_mday)}};
    if (!day.ok() || year < kFirstYear || year > 9999) return std::nullopt;
    const Date date{year, static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day())};
    // A leap second is the last second of its minute.
    const DurationMs time = parts.tm_hour * kHourMs + parts.tm_min * kMinuteMs +
                            std::min(parts.tm_sec, 59) * kMsPerSecond;
    if (has_offset_) {
        const auto utc = Zone::utc().instant(date, time);
        return format_utc(utc - parts.tm_gmtoff * kMsPerSecond);
    }
    if (zone_) return format_utc(zone_->instant(date, time));
    if (has_time_) return format_utc(Zone::utc().instant(date, time));
    return fmt::format("{:04}-{:02}-{:02}", date.year, date.month, date.day);
}

}  // namespace twofold::intake
