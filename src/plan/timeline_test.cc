// SPDX-License-Identifier: Apache-2.0
#include "plan/timeline.h"

#include <gtest/gtest.h>

#include "plan/fake_catalog.h"

namespace twofold::plan {
namespace {

TimeMs instant(const char* text) {
    return *parse_instant(text);
}

class TimelineTest : public ::testing::Test {
protected:
    Calendar calendar(const char* zone, const char* at,
                      WeekStart week_start = WeekStart::kMonday) const {
        return {*Zone::find(zone), week_start, instant(at)};
    }
    static ask::Range last(std::int64_t count, Interval interval) {
        return {ask::LastIntervals{count, interval}, {}};
    }
    static ask::Range between(Date from, Date to) {
        return {ask::FromTo{{from, {}}, {to, {}}}, {}};
    }
    FakeCatalog catalog_;
};

TEST_F(TimelineTest, TheLastDaysEndWithTheCurrentOneOfTheZone) {
    const Calendar oslo = calendar("Europe/Oslo", "2026-03-10T23:30:00Z");
    const auto days = oslo.timeline(last(3, Interval::kDay), Interval::kDay, catalog_);
    ASSERT_TRUE(days);
    EXPECT_EQ(days->labels, (std::vector<std::string>{"2026-03-09", "2026-03-10", "2026-03-11"}));
    EXPECT_EQ(days->from, instant("2026-03-08T23:00:00Z"));
    EXPECT_EQ(days->to, instant("2026-03-11T23:00:00Z"));
}

TEST_F(TimelineTest, DaysFollowTheClocksOfTheZone) {
    const Calendar oslo = calendar("Europe/Oslo", "2026-04-01T00:00:00Z");
    const auto days =
        oslo.timeline(between({2026, 3, 28}, {2026, 3, 30}), Interval::kDay, catalog_);
    ASSERT_TRUE(days);
    ASSERT_EQ(days->bounds.size(), 4U);
    EXPECT_EQ(days->bounds[1] - days->bounds[0], 24 * kHourMs);
    EXPECT_EQ(days->bounds[2] - days->bounds[1], 23 * kHourMs);
}

TEST_F(TimelineTest, APartialFirstWeekIsLabelledByTheWholeAndClipped) {
    const Calendar utc = calendar("UTC", "2026-04-01T00:00:00Z");
    // 2026-03-05 is a Thursday.
    const auto weeks =
        utc.timeline(between({2026, 3, 5}, {2026, 3, 17}), Interval::kWeek, catalog_);
    ASSERT_TRUE(weeks);
    EXPECT_EQ(weeks->labels, (std::vector<std::string>{"2026-03-02", "2026-03-09", "2026-03-16"}));
    EXPECT_EQ(weeks->bounds.front(), instant("2026-03-05T00:00:00Z"));
    EXPECT_EQ(weeks->bounds.back(), instant("2026-03-18T00:00:00Z"));
}

TEST_F(TimelineTest, WeeksMayBeginOnSunday) {
    const Calendar utc = calendar("UTC", "2026-03-10T00:00:00Z", WeekStart::kSunday);
    const auto weeks = utc.timeline(last(2, Interval::kWeek), Interval::kWeek, catalog_);
    ASSERT_TRUE(weeks);
    EXPECT_EQ(weeks->labels, (std::vector<std::string>{"2026-03-01", "2026-03-08"}));
}

TEST_F(TimelineTest, InstantsAreHalfOpenAndDatesHoldTheirDay) {
    const Calendar utc = calendar("UTC", "2026-04-01T00:00:00Z");
    const ask::Range instants{
        ask::FromTo{{instant("2026-03-01T06:00:00Z"), {}}, {instant("2026-03-01T09:00:00Z"), {}}},
        {}};
    const auto hours = utc.timeline(instants, Interval::kHour, catalog_);
    ASSERT_TRUE(hours);
    EXPECT_EQ(hours->labels.size(), 3U);
    const auto day = utc.timeline(between({2026, 3, 1}, {2026, 3, 1}), std::nullopt, catalog_);
    ASSERT_TRUE(day);
    EXPECT_EQ(day->to - day->from, kDayMs);
    EXPECT_EQ(day->buckets(), 1U);
}

TEST_F(TimelineTest, WhatHasNotBegunHasNoRowUnlessItsDatesWereAskedFor) {
    const Calendar utc = calendar("UTC", "2026-03-01T10:30:00Z");
    const auto relative = utc.timeline(last(1, Interval::kDay), Interval::kHour, catalog_);
    ASSERT_TRUE(relative);
    EXPECT_EQ(relative->labels.size(), 11U);
    const auto absolute =
        utc.timeline(between({2026, 3, 1}, {2026, 3, 1}), Interval::kHour, catalog_);
    ASSERT_TRUE(absolute);
    EXPECT_EQ(absolute->labels.size(), 24U);
}

TEST_F(TimelineTest, AllTimeBeginsWithTheFirstThingKnown) {
    catalog_.first = instant("2026-02-27T15:00:00Z");
    const Calendar utc = calendar("UTC", "2026-03-01T10:30:00Z");
    const auto days = utc.timeline({ask::AllTime{}, {}}, Interval::kDay, catalog_);
    ASSERT_TRUE(days);
    EXPECT_EQ(days->labels, (std::vector<std::string>{"2026-02-27", "2026-02-28", "2026-03-01"}));
    EXPECT_EQ(days->to, utc.at() + 1);
}

TEST_F(TimelineTest, EmptyAndEndlessRangesAreRefused) {
    const Calendar utc = calendar("UTC", "2026-03-01T10:30:00Z");
    const auto empty = utc.timeline(between({2026, 3, 2}, {2026, 3, 1}), Interval::kDay, catalog_);
    ASSERT_FALSE(empty);
    EXPECT_EQ(empty.error().code, ErrorCode::kInvalid);
    const auto endless =
        utc.timeline(between({2000, 1, 1}, {2026, 1, 1}), Interval::kHour, catalog_);
    ASSERT_FALSE(endless);
    EXPECT_EQ(endless.error().code, ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace twofold::plan
