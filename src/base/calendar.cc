// SPDX-License-Identifier: Apache-2.0
#include "base/calendar.h"

#include <algorithm>
#include <chrono>
#include <date/tz.h>
#include <exception>
#include <fmt/format.h>
#include <map>
#include <memory>
#include <vector>

#include "base/check.h"
#include "base/locked.h"
#include "base/text.h"

namespace twofold {

namespace {

/// A span of time in which the zone's offset does not change: [begin, end).
struct OffsetRun {
    TimeMs begin;
    TimeMs end;
    DurationMs offset;  // local = UTC + offset
};

constexpr TimeMs kYear1Ms = -62'135'596'800'000;
constexpr TimeMs kLastMs = 253'402'300'799'999;  // 9999-12-31T23:59:59.999Z

TimeMs clamp_time(TimeMs time) {
    return std::clamp(time, kYear1Ms, kLastMs);
}

/// A day as a number: days since 1970-01-01, without a zone.
using Day = std::int64_t;

Day to_day(Date date) {
    // day 0 of the month plus days: a day beyond the month's end counts on.
    const std::chrono::year_month_day first{std::chrono::year{date.year},
                                            std::chrono::month{date.month}, std::chrono::day{1}};
    return std::chrono::sys_days{first}.time_since_epoch().count() + date.day - 1;
}

Date to_date(Day day) {
    const std::chrono::year_month_day parts{std::chrono::sys_days{std::chrono::days{day}}};
    return {static_cast<int>(parts.year()), static_cast<unsigned>(parts.month()),
            static_cast<unsigned>(parts.day())};
}

constexpr std::int64_t floor_divide(std::int64_t a, std::int64_t b) {
    return a / b - (a % b < 0 ? 1 : 0);
}

Day day_of_local(TimeMs local) {
    return floor_divide(local, kDayMs);
}

/// Months since year 0, and back.
std::int64_t month_number(Date date) {
    return std::int64_t{date.year} * 12 + date.month - 1;
}
Day first_of_month(std::int64_t number) {
    // Far beyond what Date holds, and far within what std::chrono does.
    number = std::clamp<std::int64_t>(number, 0, 12 * 20'000);
    const std::int64_t year = floor_divide(number, 12);
    return to_day({static_cast<int>(year), static_cast<unsigned>(number - year * 12) + 1, 1});
}

int months_in(Interval interval) {
    switch (interval) {
        case Interval::kHour:
        case Interval::kDay:
        case Interval::kWeek:
            return 0;
        case Interval::kMonth:
            return 1;
        case Interval::kQuarter:
            return 3;
        case Interval::kYear:
            return 12;
    }
    return 0;
}

/// First day of the interval that holds `day`. Not for hours.
Day first_day(Interval interval, Day day, WeekStart week_start) {
    if (interval == Interval::kDay) return day;
    if (interval == Interval::kWeek) {
        // 1970-01-01 was a Thursday: three days after a Monday, four after a Sunday.
        const Day shift = week_start == WeekStart::kMonday ? 3 : 4;
        return floor_divide(day + shift, 7) * 7 - shift;
    }
    const int months = months_in(interval);
    return first_of_month(floor_divide(month_number(to_date(day)), months) * months);
}

/// First day of the interval `count` after the one that begins on `day`. Not for hours.
Day advance_day(Interval interval, Day day, int count) {
    if (interval == Interval::kDay) return day + count;
    if (interval == Interval::kWeek) return day + Day{count} * 7;
    return first_of_month(month_number(to_date(day)) + std::int64_t{count} * months_in(interval));
}

}  // namespace

struct ZoneTable {
    std::string name;
    std::vector<OffsetRun> runs;  // Without gaps, from the beginning to the end of time.

    const OffsetRun& at(TimeMs time) const {
        const auto after =
            std::upper_bound(runs.begin() + 1, runs.end(), time,
                             [](TimeMs t, const OffsetRun& r) { return t < r.begin; });
        return *(after - 1);
    }

    /// The first instant at which clocks show `local` or later.
    TimeMs first_instant(TimeMs local) const {
        // Offsets lie within a day, so no earlier run can reach this far.
        const OffsetRun* run = &at(local - 2 * kDayMs);
        // A run that ends before it shows `local` is passed by; in a gap the next run begins with
        // a later reading already.
        while (run->end != kEndOfTime && run->end + run->offset <= local)
            ++run;
        return std::max(run->begin, local - run->offset);
    }
    TimeMs start_of(Day day) const { return first_instant(day * kDayMs); }
};

namespace {

Result<const date::time_zone*> locate(std::string_view name) {
    try {
        const auto& zones = date::get_tzdb().zones;
        const auto found = std::find_if(zones.begin(), zones.end(),
                                        [&](const auto& zone) { return zone.name() == name; });
        if (found == zones.end()) {
            return fail(
                ErrorCode::kInvalid,
                fmt::format("no such time zone; give one like Europe/Oslo: {}", quoted(name)));
        }
        return &*found;
    } catch (const std::exception& error) {
        return fail(ErrorCode::kIo,
                    fmt::format("the time zone database cannot be read: {}", error.what()));
    }
}

TimeMs to_ms(date::sys_seconds time) {
    return clamp_time(time.time_since_epoch().count() * 1000);
}

/// Continues the runs up to `end`. Changes of a zone's abbreviation alone do not begin a new run.
void add_run(std::vector<OffsetRun>& runs, TimeMs end, DurationMs offset) {
    if (!runs.empty() && runs.back().offset == offset) {
        runs.back().end = end;
    } else {
        runs.push_back({runs.empty() ? kBeginningOfTime : runs.back().end, end, offset});
    }
}

/// Walks the zone's offsets once, so that later look-ups are a search in a short array: the
/// library's own look-up takes a lock and makes a string each time.
Result<std::unique_ptr<ZoneTable>> read_table(std::string_view name) {
    TF_ASSIGN(const date::time_zone* zone, locate(name));
    auto table = std::make_unique<ZoneTable>();
    table->name = name;
    try {
        date::sys_seconds at{std::chrono::seconds{kYear1Ms / 1000}};
        for (;;) {
            const date::sys_info info = zone->get_info(at);
            add_run(table->runs, to_ms(info.end), info.offset.count() * 1000);
            if (to_ms(info.end) >= kLastMs) break;
            at = info.end;
        }
    } catch (const std::exception& error) {
        return fail(ErrorCode::kIo,
                    fmt::format("the time zone {} cannot be read: {}", name, error.what()));
    }
    table->runs.back().end = kEndOfTime;
    return table;
}

/// All zones used so far; as many as the database has at most.
Locked<std::map<std::string, std::unique_ptr<ZoneTable>, std::less<>>>& tables() {
    static auto* all = new Locked<std::map<std::string, std::unique_ptr<ZoneTable>, std::less<>>>;
    return *all;  // Never destroyed: threads may still ask while the process ends.
}

const ZoneTable* utc_table() {
    static const auto* table = new ZoneTable{"UTC", {{kBeginningOfTime, kEndOfTime, 0}}};
    return table;
}

}  // namespace

Result<Zone> Zone::find(std::string_view name) {
    if (name == "UTC") return utc();
    return tables().with([&](auto& all) -> Result<Zone> {
        auto found = all.find(name);
        if (found == all.end()) {
            TF_ASSIGN(auto table, read_table(name));
            found = all.emplace(std::string(name), std::move(table)).first;
        }
        return Zone(found->second.get());
    });
}

Zone Zone::utc() {
    return Zone(utc_table());
}

const std::string& Zone::name() const noexcept {
    return table_->name;
}

TimeMs Zone::day_start(Date date) const {
    TF_CHECK(date.year >= 1 && date.year <= 9999 && date.month >= 1 && date.month <= 12);
    return table_->start_of(to_day(date));
}

TimeMs Zone::instant(Date date, DurationMs time_of_day) const {
    TF_CHECK(date.year >= 1 && date.year <= 9999 && date.month >= 1 && date.month <= 12);
    return table_->first_instant(to_day(date) * kDayMs + time_of_day);
}

Date Zone::date_of(TimeMs time) const {
    time = clamp_time(time);
    return to_date(day_of_local(time + table_->at(time).offset));
}

namespace {

/// Hours are cut where the wall shows a full hour. Clocks that are moved by whole hours do not move
/// these cuts; where they are moved by a part (Lord Howe), an hour is cut short there.
TimeMs floor_hour(const ZoneTable& table, TimeMs time) {
    const OffsetRun& run = table.at(time);
    const TimeMs start = floor_divide(time + run.offset, kHourMs) * kHourMs - run.offset;
    if (start >= run.begin) return start;
    const DurationMs before = table.at(run.begin - 1).offset;
    return (run.offset - before) % kHourMs == 0 ? start : run.begin;
}

TimeMs next_hour(const ZoneTable& table, TimeMs start) {
    const TimeMs full = start + kHourMs;
    const TimeMs run_end = table.at(start).end;
    // An hour is shorter where a run cuts it at either end.
    if (run_end < full && floor_hour(table, run_end) == run_end) return run_end;
    return std::min(full, floor_hour(table, full));
}

TimeMs advance_hours(const ZoneTable& table, TimeMs start, int count) {
    const TimeMs straight = start + count * kHourMs;
    const OffsetRun* run = &table.at(std::min(start, straight));
    const OffsetRun* last = &table.at(std::max(start, straight));
    // In whole hours all the way, as in nearly every zone, there is nothing to walk.
    bool whole = true;
    for (; run <= last; ++run)
        whole = whole && (start + run->offset) % kHourMs == 0;
    if (whole) return straight;
    TimeMs at = start;
    for (int i = 0; i < count; ++i)
        at = next_hour(table, at);
    for (int i = 0; i > count; --i)
        at = floor_hour(table, at - 1);
    return at;
}

}  // namespace

TimeMs Zone::floor(Interval interval, TimeMs time, WeekStart week_start) const {
    time = clamp_time(time);
    if (interval == Interval::kHour) return floor_hour(*table_, time);

    const OffsetRun& run = table_->at(time);
    const Day first = first_day(interval, day_of_local(time + run.offset), week_start);
    const Day next = advance_day(interval, first, 1);
    // Nearly always both ends lie in the same run and need no search. The day between keeps clear
    // of midnights that an earlier run has shown before.
    const TimeMs start = first * kDayMs - run.offset;
    if (start - kDayMs > run.begin && next * kDayMs - run.offset <= run.end) return start;

    // Clocks set back over midnight show a date again whose next day has already begun.
    if (time >= table_->start_of(next)) return table_->start_of(next);
    return table_->start_of(first);
}

TimeMs Zone::advance(Interval interval, TimeMs start, int count) const {
    start = clamp_time(start);
    if (interval == Interval::kHour) return advance_hours(*table_, start, count);
    const Day day = day_of_local(start + table_->at(start).offset);
    return table_->start_of(advance_day(interval, day, count));
}

namespace {

/// Local date and time of day.
struct WallTime {
    Date date;
    DurationMs time_ms;
    DurationMs offset;
};

WallTime wall_time(const ZoneTable& table, TimeMs time) {
    time = clamp_time(time);
    const DurationMs offset = table.at(time).offset;
    const Day day = day_of_local(time + offset);
    return {to_date(day), time + offset - day * kDayMs, offset};
}

std::string format_wall(const WallTime& wall) {
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}", wall.date.year, wall.date.month,
                       wall.date.day, wall.time_ms / kHourMs, wall.time_ms / kMinuteMs % 60,
                       wall.time_ms / kSecondMs % 60, wall.time_ms % 1000);
}

}  // namespace

std::string Zone::label(Interval interval, TimeMs start) const {
    const WallTime wall = wall_time(*table_, start);
    std::string text =
        fmt::format("{:04}-{:02}-{:02}", wall.date.year, wall.date.month, wall.date.day);
    if (interval == Interval::kHour) {
        text += fmt::format("T{:02}:{:02}", wall.time_ms / kHourMs, wall.time_ms / kMinuteMs % 60);
    }
    return text;
}

std::string Zone::format(TimeMs time) const {
    const WallTime wall = wall_time(*table_, time);
    const DurationMs offset = std::abs(wall.offset);
    return fmt::format("{}{}{:02}:{:02}", format_wall(wall), wall.offset < 0 ? '-' : '+',
                       offset / kHourMs, offset / kMinuteMs % 60);
}

std::string format_utc(TimeMs time) {
    return format_wall(wall_time(*utc_table(), time)) + "Z";
}

}  // namespace twofold
