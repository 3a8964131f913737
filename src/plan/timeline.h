// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "ask/question.h"
#include "base/calendar.h"
#include "base/result.h"
#include "base/time.h"
#include "plan/catalog.h"

namespace twofold::plan {

/// The most buckets of time in one question.
inline constexpr std::size_t kBucketsMax = 100'000;

/// When a condition is judged, and what is visible then.
///
///   at T, an entry at T   sees what is dated up to and including T
///   the end of a period   sees what is dated before it
struct Moment {
    TimeMs nominal = 0;  ///< "in the last 30 days" reaches back from here.
    TimeMs before = 0;   ///< Only what is dated before this is seen. nominal or nominal + 1.

    static Moment including(TimeMs time) { return {time, time + 1}; }
    static Moment end_of_period(TimeMs end) { return {end, end}; }
    /// The instant whose states (paying, plan, relations) count.
    TimeMs instant() const { return before - 1; }
    bool operator==(const Moment&) const = default;
};

/// The range of a question, cut into the buckets of its calendar.
///
/// A partial first bucket carries the label of the whole one and holds what lies in the range. Days
/// follow the zone: they may have 23 or 25 hours.
struct Timeline {
    TimeMs from = 0;  ///< [from, to)
    TimeMs to = 0;
    /// Of the buckets; absent: one bucket, the whole range (`in total`, or a kind without `every`).
    std::optional<Interval> every;
    std::vector<TimeMs> bounds;       ///< buckets + 1, rising; first = from.
    std::vector<std::string> labels;  ///< One per bucket; local date, or date and hour.

    std::size_t buckets() const { return bounds.size() - 1; }
};

/// The calendar of one question: where dates begin and which moment is now.
class Calendar {
public:
    Calendar(Zone zone, WeekStart week_start, TimeMs at)
        : zone_(zone), week_start_(week_start), at_(at) {}

    const Zone& zone() const { return zone_; }
    WeekStart week_start() const { return week_start_; }
    /// The moment that counts as now.
    TimeMs at() const { return at_; }

    /// The first instant that `when` means: of a date (and a release's date) the start of the day.
    /// Errors: kInvalid for an unknown release.
    Result<TimeMs> begin_of(const ask::When& when, const Catalog& catalog) const;
    /// The first instant after it: of a date the start of the next day, of an instant itself, so
    /// that a range from date to date holds both days and one of instants is half-open.
    Result<TimeMs> end_of(const ask::When& when, const Catalog& catalog) const;

    /// Errors: kInvalid when the range is empty, kTooLarge beyond kBucketsMax.
    Result<Timeline> timeline(const ask::Range& range, std::optional<Interval> every,
                              const Catalog& catalog) const;

private:
    struct Bounds {
        TimeMs from = 0;
        TimeMs to = 0;
        bool relative = false;
    };
    Result<Bounds> bounds(const ask::Range& range, const Catalog& catalog) const;

    Zone zone_;
    WeekStart week_start_;
    TimeMs at_;
};

}  // namespace twofold::plan
