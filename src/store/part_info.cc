// SPDX-License-Identifier: Apache-2.0
#include "store/part_info.h"

#include <fmt/core.h>

namespace twofold::store {
namespace {

// Days since 1970 of the first day of a month, by the proleptic Gregorian calendar. Counting years
// from March puts the leap day last, so that no table is needed.
std::int64_t days_before(Month month) noexcept {
    const std::int64_t since_march = std::int64_t{month} + 2000 * 12 - 2;
    const std::int64_t year = since_march / 12;
    const std::int64_t month_of_year = since_march % 12;
    return year * 365 + year / 4 - year / 100 + year / 400 + (month_of_year * 153 + 2) / 5 -
           719'468;
}

}  // namespace

TimeMs month_start(Month month) noexcept {
    return days_before(month) * kDayMs;
}

Month month_of(TimeMs time) noexcept {
    constexpr double kMonthMs = 30.436875 * static_cast<double>(kDayMs);
    auto month = static_cast<Month>(static_cast<double>(time - kYear2000Ms) / kMonthMs);
    while (month_start(month) > time)
        --month;
    while (month_start(month + 1) <= time)
        ++month;
    return month;
}

std::string part_file_name(std::uint64_t id) {
    return fmt::format("{:016}.part", id);
}

}  // namespace twofold::store
