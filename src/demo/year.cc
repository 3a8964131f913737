// SPDX-License-Identifier: Apache-2.0
#include "demo/year.h"

#include <algorithm>
#include <chrono>

#include "base/check.h"
#include "demo/constants.h"

namespace twofold::demo {
namespace {

constexpr int kDaysAhead = 400;
constexpr int kFirstYear = 2005;
constexpr int kLastYear = 2100;

std::chrono::sys_days to_days(Date date) {
    return std::chrono::sys_days(std::chrono::year_month_day(
        std::chrono::year(date.year), std::chrono::month(date.month), std::chrono::day(date.day)));
}

Date to_date(long days) {
    const std::chrono::year_month_day ymd{std::chrono::sys_days(std::chrono::days(days))};
    return Date{static_cast<int>(ymd.year()), static_cast<unsigned>(ymd.month()),
                static_cast<unsigned>(ymd.day())};
}

bool is_holiday(const Date& date) {
    return (date.month == 12 && date.day >= 23) || (date.month == 1 && date.day == 1) ||
           (date.month == 5 && (date.day == 1 || date.day == 17));
}

}  // namespace

Result<Year> Year::make(Date until) {
    if (until.year < kFirstYear || until.year > kLastYear || until.month < 1 || until.month > 12 ||
        until.day < 1 || to_date(to_days(until).time_since_epoch().count()) != until) {
        return fail(ErrorCode::kInvalid, "the demo's last day must be a date from 2005 to 2100");
    }
    TF_ASSIGN(const Zone zone, Zone::find(kZoneName));
    Year year;
    year.last_ = to_days(until).time_since_epoch().count();
    for (int day = kFirstDayKnown; day <= kLastDay + kDaysAhead; ++day) {
        year.starts_.push_back(zone.day_start(year.date(day)));
    }
    year.months_[1] = kLastDay + 1 - static_cast<int>(until.day);
    year.months_[0] = year.months_later(year.months_[1], -1);
    year.week_ = kLastDay - 100 - year.weekday(kLastDay - 100);
    return year;
}

TimeMs Year::start(int day) const {
    TF_CHECK(day >= kFirstDayKnown && day <= kLastDay + kDaysAhead);
    return starts_[static_cast<std::size_t>(day - kFirstDayKnown)];
}

Date Year::date(int day) const {
    return to_date(last_ - kLastDay + day);
}

int Year::day_of(Date date) const {
    return static_cast<int>(to_days(date).time_since_epoch().count() - last_ + kLastDay);
}

int Year::day_of(TimeMs time) const {
    const auto after = std::upper_bound(starts_.begin(), starts_.end(), time);
    return kFirstDayKnown + static_cast<int>(after - starts_.begin()) - 1;
}

int Year::weekday(int day) const {
    // 1970-01-01 was a Thursday.
    const long days = last_ - kLastDay + day + 3;
    return static_cast<int>(((days % 7) + 7) % 7);
}

int Year::months_later(int day, int months) const {
    const Date from = date(day);
    const int month = from.year * 12 + static_cast<int>(from.month) - 1 + months;
    const std::chrono::year y(month / 12);
    const std::chrono::month m(static_cast<unsigned>(month % 12) + 1);
    const auto last = static_cast<unsigned>((y / m / std::chrono::last).day());
    return day_of(Date{static_cast<int>(y), static_cast<unsigned>(m), std::min(from.day, last)});
}

int Year::work(int day) const {
    if (weekday(day) >= 5) return 120;
    const Date date = this->date(day);
    if (is_holiday(date)) return 100;
    if (day >= kOutageFirstDay && day <= kOutageLastDay) return 250;
    if (date.month == 7) return 550;
    return 1'000;
}

}  // namespace twofold::demo
