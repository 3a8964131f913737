// SPDX-License-Identifier: Apache-2.0
#include "store/part_info.h"

#include <gtest/gtest.h>

#include "base/calendar.h"

namespace twofold::store {
namespace {

TEST(PartInfo, MonthsAreThoseOfTheUtcCalendar) {
    const Zone utc = Zone::utc();
    for (Month month = 0; month < 136 * 12; ++month) {
        const Date first{2000 + month / 12, static_cast<unsigned>(month % 12) + 1, 1};
        const TimeMs start = utc.day_start(first);
        ASSERT_EQ(month_start(month), start) << month;
        ASSERT_EQ(month_of(start), month);
        ASSERT_EQ(month_of(start - 1), month - 1);
        ASSERT_EQ(month_of(start + 27 * kDayMs), month);
    }
}

TEST(PartInfo, FileNamesSortAsIdsDo) {
    EXPECT_EQ(part_file_name(12), "0000000000000012.part");
    EXPECT_LT(part_file_name(9), part_file_name(10));
}

}  // namespace
}  // namespace twofold::store
