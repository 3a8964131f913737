// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"

namespace twofold {

enum class Interval : std::uint8_t { kHour, kDay, kWeek, kMonth, kQuarter, kYear };
enum class WeekStart : std::uint8_t { kMonday, kSunday };

/// A calendar date without a zone, proleptic Gregorian.
struct Date {
    int year = 1970;
    unsigned month = 1;  ///< 1 to 12
    unsigned day = 1;    ///< 1 to 31
    auto operator<=>(const Date&) const = default;
};

struct ZoneTable;  // Offsets of one zone over time; made once per zone and never freed.

/// A time zone of the tz database. Cheap to copy; immutable; any thread.
///
/// Local intervals are cut where their names change on the wall: a day has 23 or 25 hours where
/// clocks are moved, an hour that comes twice is two hours of the same label. Every instant lies in
/// exactly one interval: floor(t) <= t < advance(floor(t), 1).
/// Times before year 1 and after year 9999 count as the ends of those years. Debian's database
/// knows no daylight saving after 2037.
/// Cost: floor, advance and date_of some tens of nanoseconds.
class Zone {
public:
    /// "UTC", "Europe/Oslo". The first use of a zone reads its file.
    /// Errors: kInvalid for a name the tz database does not know; kIo if it cannot be read.
    static Result<Zone> find(std::string_view name);
    static Zone utc();

    const std::string& name() const noexcept;
    bool operator==(const Zone&) const = default;

    /// Start of the local day. A day whose midnight does not exist starts at its first instant;
    /// of a midnight that comes twice, the first. The few days that a zone left out altogether
    /// (Samoa, 2011-12-30) are empty: they start where the next one does.
    /// REQUIRES: year 1 to 9999; a day beyond the month's end counts on into the next.
    TimeMs day_start(Date date) const;
    /// The first instant at which clocks show this time of that day, or later where they leave it
    /// out. REQUIRES: as day_start; from 0 to a day.
    TimeMs instant(Date date, DurationMs time_of_day) const;
    /// What the calendar on the wall shows.
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
    explicit Zone(const ZoneTable* table) : table_(table) {}
    const ZoneTable* table_;
};

/// "2026-03-01T10:00:00.123Z", RFC 3339 with any offset ("+01:00", "+0100", "+01", "Z"); seconds
/// and fraction may be left out; fraction beyond milliseconds is cut. Without an offset it is UTC,
/// as the SDKs that leave it out mean it. A blank may stand for the T. A leap second ("…:59:60") is
/// the last millisecond of its minute, so that it stays in its day. Years 0001 to 9999.
/// Errors: kInvalid with the text at its end, also for a date alone: that needs a zone.
Result<TimeMs> parse_instant(std::string_view text);
/// "2026-03-01". Errors: kInvalid, also for days that no month has.
Result<Date> parse_date(std::string_view text);
/// "2026-03-01T10:00:00.123Z". parse_instant gives back the same time for years 1 to 9999.
std::string format_utc(TimeMs time);

}  // namespace twofold
