// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace twofold {

enum class Interval : std::uint8_t { kHour, kDay, kWeek, kMonth, kQuarter, kYear };
enum class WeekStart : std::uint8_t { kMonday, kSunday };

/// A calendar date without a zone.
struct Date {
    int year = 1970;
    unsigned month = 1;  ///< 1 to 12
    unsigned day = 1;    ///< 1 to 31
    auto operator<=>(const Date&) const = default;
};

/// A time zone of the tz database. Cheap to copy; immutable; any thread.
class Zone {
public:
    /// "UTC", "Europe/Oslo". Errors: kInvalid for a name the tz database does not know.
    static Result<Zone> find(std::string_view name);
    static Zone utc();

    const std::string& name() const noexcept { return name_; }

    /// Start of the local day. A day whose midnight does not exist starts at its first instant;
    /// of a midnight that comes twice, the first.
    TimeMs day_start(Date date) const;
    Date date_of(TimeMs time) const;

    /// Start of the calendar interval that holds `time`, local.
    TimeMs floor(Interval interval, TimeMs time, WeekStart week_start = WeekStart::kMonday) const;
    /// Start of the interval `count` intervals after the one that starts at `start` (negative:
    /// before). REQUIRES: `start` is a start of such an interval.
    TimeMs advance(Interval interval, TimeMs start, int count) const;

    /// Local "2026-01-31", and with "T06:00" where the interval is an hour.
    std::string label(Interval interval, TimeMs start) const;
    /// Local "2026-01-31T06:00:00.123+01:00".
    std::string format(TimeMs time) const;

private:
    Zone(std::string name, const void* tz) : name_(std::move(name)), tz_(tz) {}
    std::string name_;
    const void* tz_;  // date::time_zone of the process-wide database; never freed
};

/// "2026-03-01T10:00:00.123Z", RFC 3339 with any offset, seconds and fraction optional; fraction
/// beyond milliseconds is cut. Errors: kInvalid with the text at its end.
Result<TimeMs> parse_instant(std::string_view text);
/// "2026-03-01". Errors: kInvalid.
Result<Date> parse_date(std::string_view text);
/// "2026-03-01T10:00:00.123Z".
std::string format_utc(TimeMs time);

}  // namespace twofold
