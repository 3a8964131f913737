// SPDX-License-Identifier: Apache-2.0
#include "plan/timeline.h"

#include <algorithm>
#include <utility>

namespace twofold::plan {
namespace {

/// The date of a When that is one, or of the release it names.
Result<std::variant<Date, TimeMs>> resolve(const ask::When& when, const Zone& zone,
                                           const Catalog& catalog) {
    if (const auto* date = std::get_if<Date>(&when.value)) return *date;
    if (const auto* instant = std::get_if<TimeMs>(&when.value)) return *instant;
    const auto& release = std::get<ask::When::Release>(when.value);
    const std::optional<TimeMs> time = catalog.release_time(release.name);
    if (!time) return fail(ErrorCode::kInvalid, "no release is called: " + release.name);
    return zone.date_of(*time);
}

TimeMs next_day(const Zone& zone, Date date) {
    return zone.advance(Interval::kDay, zone.day_start(date), 1);
}

Error too_many_buckets(Interval every) {
    const char* wider = every == Interval::kHour ? "every day" : "every month";
    return {ErrorCode::kTooLarge,
            "the range has more than " + std::to_string(kBucketsMax) + " intervals", std::nullopt,
            wider};
}

}  // namespace

Result<TimeMs> Calendar::begin_of(const ask::When& when, const Catalog& catalog) const {
    TF_ASSIGN(const auto value, resolve(when, zone_, catalog));
    if (const auto* date = std::get_if<Date>(&value)) return zone_.day_start(*date);
    return std::get<TimeMs>(value);
}

Result<TimeMs> Calendar::end_of(const ask::When& when, const Catalog& catalog) const {
    TF_ASSIGN(const auto value, resolve(when, zone_, catalog));
    if (const auto* date = std::get_if<Date>(&value)) return next_day(zone_, *date);
    return std::get<TimeMs>(value);
}

Result<Calendar::Bounds> Calendar::bounds(const ask::Range& range, const Catalog& catalog) const {
    if (const auto* last = std::get_if<ask::LastIntervals>(&range.value)) {
        const TimeMs current = zone_.floor(last->interval, at_, week_start_);
        const auto back = static_cast<int>(std::min<std::int64_t>(last->count, ask::kIntervalsMax));
        return Bounds{zone_.advance(last->interval, current, 1 - back),
                      zone_.advance(last->interval, current, 1), true};
    }
    if (const auto* between = std::get_if<ask::FromTo>(&range.value)) {
        TF_ASSIGN(const TimeMs from, begin_of(between->from, catalog));
        TF_ASSIGN(const TimeMs to, end_of(between->to, catalog));
        return Bounds{from, to, false};
    }
    // What is dated at the moment itself is seen, so these end just after it.
    if (const auto* since = std::get_if<ask::Since>(&range.value)) {
        TF_ASSIGN(const TimeMs from, begin_of(since->from, catalog));
        return Bounds{from, at_ + 1, true};
    }
    const TimeMs first = std::min(catalog.first_time().value_or(at_), at_);
    return Bounds{zone_.floor(Interval::kDay, first, week_start_), at_ + 1, true};
}

Result<Timeline> Calendar::timeline(const ask::Range& range, std::optional<Interval> every,
                                    const Catalog& catalog) const {
    TF_ASSIGN(const Bounds ends, bounds(range, catalog));
    if (ends.from >= ends.to) {
        Error error{ErrorCode::kInvalid, "the range ends before it begins", std::nullopt, {}};
        if (!range.span.absent()) error.at = range.span.at;
        return std::unexpected(std::move(error));
    }
    Timeline timeline;
    timeline.from = ends.from;
    timeline.to = ends.to;
    timeline.every = every;
    if (!every) {
        timeline.bounds = {ends.from, ends.to};
        timeline.labels = {zone_.label(Interval::kDay, ends.from)};
        return timeline;
    }
    // Intervals that have not begun by now are left out of ranges that end with now: there is no
    // number for them yet. In a range from date to date they are asked for, and are zero.
    TimeMs start = zone_.floor(*every, ends.from, week_start_);
    while (start < ends.to && !(ends.relative && start > at_)) {
        if (timeline.labels.size() >= kBucketsMax) {
            return std::unexpected(too_many_buckets(*every));
        }
        timeline.bounds.push_back(std::max(start, ends.from));
        timeline.labels.push_back(zone_.label(*every, start));
        start = zone_.advance(*every, start, 1);
    }
    timeline.bounds.push_back(std::min(start, ends.to));
    timeline.to = timeline.bounds.back();
    return timeline;
}

}  // namespace twofold::plan
