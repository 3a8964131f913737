// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "base/calendar.h"
#include "base/result.h"
#include "base/time.h"

namespace twofold::demo {

/// Days are numbered: 0 is the first of the year, kLastDay is D, those before the year negative.
inline constexpr int kLastDay = 364;
inline constexpr int kFirstDayKnown = -1'500;
/// In place of a day: it does not happen.
inline constexpr int kNever = 1'000'000;

/// The days of the demo's calendar, in its zone. Immutable, any thread.
class Year {
public:
    /// Errors: kInvalid for a date outside 2005 to 2100, or without time zone data.
    static Result<Year> make(Date until);

    /// Local midnight. REQUIRES: kFirstDayKnown <= day <= kLastDay + 400.
    TimeMs start(int day) const;
    TimeMs at(int day, DurationMs since_midnight) const { return start(day) + since_midnight; }
    /// The last millisecond of D.
    TimeMs now() const { return start(kLastDay + 1) - 1; }
    Date date(int day) const;
    int day_of(Date date) const;
    /// The day that `time` is in, for times from start(kFirstDayKnown) on.
    int day_of(TimeMs time) const;
    /// 0 is Monday.
    int weekday(int day) const;
    /// The same day `months` later (earlier: negative); the month's last day where it is shorter.
    int months_later(int day, int months) const;

    /// First days of the month that D is in and of the month before.
    int month() const { return months_[1]; }
    int month_before() const { return months_[0]; }
    /// Monday of the week that holds D-100.
    int week() const { return week_; }
    bool in_week(int day) const { return day >= week_ && day < week_ + 7; }

    /// How likely people work on that day, of 1,000: weekends, holidays, the summer, an outage.
    int work(int day) const;

private:
    Year() = default;
    long last_ = 0;               // days since 1970 of D
    std::vector<TimeMs> starts_;  // from kFirstDayKnown
    int months_[2] = {0, 0};
    int week_ = 0;
};

/// The days on which half of the product was down.
inline constexpr int kOutageFirstDay = kLastDay - 77;
inline constexpr int kOutageLastDay = kLastDay - 73;
/// From this day on prices are higher.
inline constexpr int kPriceRiseDay = kLastDay - 150;

}  // namespace twofold::demo
