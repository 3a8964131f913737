// SPDX-License-Identifier: Apache-2.0
#include "base/calendar.h"

#include <array>
#include <gtest/gtest.h>
#include <random>

namespace twofold {
namespace {

Zone zone(std::string_view name) {
    auto found = Zone::find(name);
    EXPECT_TRUE(found) << name;
    return *found;
}

TimeMs at(std::string_view text) {
    const auto time = parse_instant(text);
    EXPECT_TRUE(time) << text;
    return time.value_or(0);
}

constexpr std::array kIntervals{Interval::kHour,  Interval::kDay,     Interval::kWeek,
                                Interval::kMonth, Interval::kQuarter, Interval::kYear};

TEST(Zone, IsFoundByNameAndRefusedByName) {
    EXPECT_EQ(zone("UTC").name(), "UTC");
    EXPECT_EQ(zone("Europe/Oslo").name(), "Europe/Oslo");
    EXPECT_EQ(zone("Europe/Oslo"), zone("Europe/Oslo"));
    for (const char* name : {"Europe/Olso", "", "../../etc/passwd", "europe/oslo"}) {
        const auto found = Zone::find(name);
        ASSERT_FALSE(found) << name;
        EXPECT_EQ(found.error().code, ErrorCode::kInvalid);
        EXPECT_TRUE(found.error().message.ends_with("\"" + std::string(name) + "\""));
    }
}

TEST(Zone, DaysOfOsloHave23And25HoursWhereClocksAreMoved) {
    const Zone oslo = zone("Europe/Oslo");
    const auto hours = [&](Date date) {
        const TimeMs start = oslo.day_start(date);
        return (oslo.advance(Interval::kDay, start, 1) - start) / kHourMs;
    };
    EXPECT_EQ(hours({2026, 3, 28}), 24);
    EXPECT_EQ(hours({2026, 3, 29}), 23);
    EXPECT_EQ(hours({2026, 3, 30}), 24);
    EXPECT_EQ(hours({2026, 10, 24}), 24);
    EXPECT_EQ(hours({2026, 10, 25}), 25);
    EXPECT_EQ(oslo.day_start({2026, 3, 29}), at("2026-03-28T23:00:00Z"));
    EXPECT_EQ(oslo.day_start({2026, 3, 30}), at("2026-03-29T22:00:00Z"));
    EXPECT_EQ(oslo.day_start({2026, 10, 26}), at("2026-10-25T23:00:00Z"));
}

TEST(Zone, ATimeOnTheWallIsTheFirstInstantThatShowsIt) {
    const Zone oslo = zone("Europe/Oslo");
    EXPECT_EQ(oslo.instant({2026, 1, 31}, 10 * kHourMs), at("2026-01-31T09:00:00Z"));
    EXPECT_EQ(oslo.instant({2026, 7, 31}, 0), oslo.day_start({2026, 7, 31}));
    EXPECT_EQ(oslo.instant({2026, 3, 29}, 2 * kHourMs + 30 * kMinuteMs), at("2026-03-29T01:00:00Z"))
        << "left out: the next that there is";
    EXPECT_EQ(oslo.instant({2026, 10, 25}, 2 * kHourMs + 30 * kMinuteMs),
              at("2026-10-25T00:30:00Z"))
        << "comes twice";
    EXPECT_EQ(Zone::utc().instant({1970, 1, 1}, kHourMs), kHourMs);
}

TEST(Zone, FloorsToLocalIntervals) {
    const Zone oslo = zone("Europe/Oslo");
    const TimeMs time = at("2026-05-20T22:30:15.5Z");  // 00:30 on Thursday the 21st in Oslo.
    EXPECT_EQ(oslo.floor(Interval::kHour, time), at("2026-05-20T22:00Z"));
    EXPECT_EQ(oslo.floor(Interval::kDay, time), at("2026-05-20T22:00Z"));
    EXPECT_EQ(oslo.floor(Interval::kWeek, time), at("2026-05-17T22:00Z"));
    EXPECT_EQ(oslo.floor(Interval::kWeek, time, WeekStart::kSunday), at("2026-05-16T22:00Z"));
    EXPECT_EQ(oslo.floor(Interval::kMonth, time), at("2026-04-30T22:00Z"));
    EXPECT_EQ(oslo.floor(Interval::kQuarter, time), at("2026-03-31T22:00Z"));
    EXPECT_EQ(oslo.floor(Interval::kYear, time), at("2025-12-31T23:00Z"));  // Winter time.
}

TEST(Zone, WeeksBeginOnTheChosenDay) {
    const Zone utc = Zone::utc();
    const TimeMs sunday = at("2026-03-01T12:00Z");
    EXPECT_EQ(utc.floor(Interval::kWeek, sunday), at("2026-02-23T00:00Z"));
    EXPECT_EQ(utc.floor(Interval::kWeek, sunday, WeekStart::kSunday), at("2026-03-01T00:00Z"));
    const TimeMs monday = at("2026-03-02T00:00Z");
    EXPECT_EQ(utc.floor(Interval::kWeek, monday), monday);
    EXPECT_EQ(utc.floor(Interval::kWeek, monday - 1), at("2026-02-23T00:00Z"));
    // Before 1970 too.
    EXPECT_EQ(utc.floor(Interval::kWeek, at("1969-12-31T00:00Z")), at("1969-12-29T00:00Z"));
}

TEST(Zone, AdvancesByCalendarAndNotByElapsedTime) {
    const Zone oslo = zone("Europe/Oslo");
    const TimeMs january = oslo.day_start({2026, 1, 1});
    EXPECT_EQ(oslo.advance(Interval::kMonth, january, 6), oslo.day_start({2026, 7, 1}));
    EXPECT_EQ(oslo.advance(Interval::kMonth, january, -1), oslo.day_start({2025, 12, 1}));
    EXPECT_EQ(oslo.advance(Interval::kMonth, january, -13), oslo.day_start({2024, 12, 1}));
    EXPECT_EQ(oslo.advance(Interval::kQuarter, january, 5), oslo.day_start({2027, 4, 1}));
    EXPECT_EQ(oslo.advance(Interval::kYear, january, -26), oslo.day_start({2000, 1, 1}));
    EXPECT_EQ(oslo.advance(Interval::kDay, january, 365), oslo.day_start({2027, 1, 1}));
    EXPECT_EQ(oslo.advance(Interval::kWeek, oslo.day_start({2026, 3, 23}), 1),
              oslo.day_start({2026, 3, 30}));
    EXPECT_EQ(oslo.advance(Interval::kMonth, january, 0), january);
}

TEST(Zone, AnHourThatComesTwiceIsTwoHours) {
    const Zone oslo = zone("Europe/Oslo");
    const TimeMs first = at("2026-10-25T00:00Z");   // 02:00 summer time.
    const TimeMs second = at("2026-10-25T01:00Z");  // 02:00 winter time.
    EXPECT_EQ(oslo.floor(Interval::kHour, first + 59 * kMinuteMs), first);
    EXPECT_EQ(oslo.floor(Interval::kHour, second + 59 * kMinuteMs), second);
    EXPECT_EQ(oslo.advance(Interval::kHour, first, 1), second);
    EXPECT_EQ(oslo.label(Interval::kHour, first), "2026-10-25T02:00");
    EXPECT_EQ(oslo.label(Interval::kHour, second), "2026-10-25T02:00");
    EXPECT_EQ(oslo.format(first), "2026-10-25T02:00:00.000+02:00");
    EXPECT_EQ(oslo.format(second), "2026-10-25T02:00:00.000+01:00");
}

TEST(Zone, ADayWithoutMidnightStartsAtItsFirstInstant) {
    // Clocks went from 00:00 to 01:00.
    const Zone sao_paulo = zone("America/Sao_Paulo");
    const TimeMs start = sao_paulo.day_start({2018, 11, 4});
    EXPECT_EQ(start, at("2018-11-04T01:00:00-02:00"));
    EXPECT_EQ(sao_paulo.format(start), "2018-11-04T01:00:00.000-02:00");
    EXPECT_EQ(sao_paulo.floor(Interval::kDay, start), start);
    EXPECT_EQ(sao_paulo.advance(Interval::kDay, start, 1), sao_paulo.day_start({2018, 11, 5}));
}

TEST(Zone, OfAMidnightThatComesTwiceADayTakesTheFirst) {
    // Clocks went from 01:00 back to 00:00.
    const Zone havana = zone("America/Havana");
    const TimeMs start = havana.day_start({2023, 11, 5});
    EXPECT_EQ(havana.format(start), "2023-11-05T00:00:00.000-04:00");
    EXPECT_EQ(havana.floor(Interval::kDay, start + kHourMs), start);  // The second midnight.
    EXPECT_EQ(havana.advance(Interval::kDay, start, 1) - start, 25 * kHourMs);
}

TEST(Zone, ClocksSetBackOverMidnightDoNotReopenTheDayBefore) {
    // At 00:01 clocks went back to 23:01 of the day before.
    const Zone st_johns = zone("America/St_Johns");
    const TimeMs start = st_johns.day_start({2010, 11, 7});
    EXPECT_EQ(st_johns.format(start), "2010-11-07T00:00:00.000-02:30");
    const TimeMs again = start + 30 * kMinuteMs;
    EXPECT_EQ(st_johns.date_of(again), (Date{2010, 11, 6}));
    EXPECT_EQ(st_johns.floor(Interval::kDay, again), start);
    EXPECT_EQ(st_johns.floor(Interval::kMonth, again), st_johns.day_start({2010, 11, 1}));
}

TEST(Zone, HoursAreCutShortWhereClocksMoveByHalfAnHour) {
    const Zone lord_howe = zone("Australia/Lord_Howe");
    const TimeMs back = at("2026-04-04T15:00Z");  // 02:00 becomes 01:30.
    EXPECT_EQ(lord_howe.label(Interval::kHour, back), "2026-04-05T01:30");
    EXPECT_EQ(lord_howe.floor(Interval::kHour, back + kMinuteMs), back);
    EXPECT_EQ(lord_howe.advance(Interval::kHour, back - kHourMs, 1), back);
    EXPECT_EQ(lord_howe.advance(Interval::kHour, back, 1), back + 30 * kMinuteMs);
    EXPECT_EQ(lord_howe.advance(Interval::kHour, back + 30 * kMinuteMs, -2), back - kHourMs);
}

void expect_one_interval(const Zone& here, Interval interval, TimeMs time) {
    const TimeMs start = here.floor(interval, time);
    ASSERT_LE(start, time);
    ASSERT_EQ(here.floor(interval, start), start);
    const TimeMs next = here.advance(interval, start, 1);
    ASSERT_LT(time, next);
    ASSERT_EQ(here.floor(interval, next), next);
    ASSERT_EQ(here.floor(interval, next - 1), start);
    ASSERT_EQ(here.advance(interval, next, -1), start);
}

constexpr std::array kOddZones{"UTC",
                               "Europe/Oslo",
                               "America/St_Johns",
                               "America/Sao_Paulo",
                               "Australia/Lord_Howe",
                               "Asia/Kathmandu",
                               "America/Havana"};

TEST(Zone, EveryInstantLiesInExactlyOneInterval) {
    for (const char* name : kOddZones) {
        const Zone here = zone(name);
        std::mt19937_64 random(7);
        for (int i = 0; i < 1'000; ++i) {
            const TimeMs time =
                at("1850-01-01T00:00Z") + static_cast<TimeMs>(random() % (200ull * 365 * kDayMs));
            SCOPED_TRACE(std::string(name) + " " + format_utc(time));
            for (const Interval interval : kIntervals) {
                ASSERT_NO_FATAL_FAILURE(expect_one_interval(here, interval, time));
            }
        }
    }
}

TEST(Zone, EveryInstantOfAYearOfClockChangesLiesInExactlyOneInterval) {
    for (const char* name : kOddZones) {
        const Zone here = zone(name);
        for (TimeMs time = at("2010-01-01T00:07Z"); time < at("2011-01-01T00:00Z");
             time += 50 * kMinuteMs) {
            SCOPED_TRACE(std::string(name) + " " + format_utc(time));
            for (const Interval interval : {Interval::kHour, Interval::kDay}) {
                ASSERT_NO_FATAL_FAILURE(expect_one_interval(here, interval, time));
            }
        }
    }
}

TEST(Zone, ManyStepsEqualOneLongStep) {
    const Zone oslo = zone("Europe/Oslo");
    for (const Interval interval : kIntervals) {
        TimeMs step = oslo.floor(interval, at("2024-02-10T05:00Z"));
        const TimeMs start = step;
        for (int i = 1; i <= 60; ++i) {
            step = oslo.advance(interval, step, 1);
            ASSERT_EQ(oslo.advance(interval, start, i), step);
            ASSERT_EQ(oslo.advance(interval, step, -i), start);
        }
    }
}

TEST(Zone, TheEndsOfTimeAreTheEndsOfItsYears) {
    const Zone oslo = zone("Europe/Oslo");
    EXPECT_EQ(oslo.date_of(kBeginningOfTime).year, 1);
    EXPECT_EQ(Zone::utc().date_of(kEndOfTime), (Date{9999, 12, 31}));
    for (const Interval interval : kIntervals) {
        const TimeMs first = oslo.floor(interval, kBeginningOfTime);
        const TimeMs last = oslo.floor(interval, kEndOfTime);
        EXPECT_LT(first, last);
        EXPECT_GT(oslo.advance(interval, last, 2'000'000'000), last);
    }
}

TEST(Zone, LabelsSayTheLocalStart) {
    const Zone oslo = zone("Europe/Oslo");
    const TimeMs start = oslo.day_start({2026, 1, 31});
    EXPECT_EQ(oslo.label(Interval::kDay, start), "2026-01-31");
    EXPECT_EQ(oslo.label(Interval::kMonth, oslo.day_start({2026, 1, 1})), "2026-01-01");
    EXPECT_EQ(oslo.label(Interval::kHour, start + 6 * kHourMs), "2026-01-31T06:00");
    EXPECT_EQ(zone("Asia/Kathmandu").format(at("2026-01-31T00:00:00.007Z")),
              "2026-01-31T05:45:00.007+05:45");
    EXPECT_EQ(zone("America/New_York").format(at("2026-01-31T00:00Z")),
              "2026-01-30T19:00:00.000-05:00");
}

TEST(Zone, ADayBeyondTheMonthsEndCountsOn) {
    EXPECT_EQ(Zone::utc().day_start({2026, 2, 30}), at("2026-03-02T00:00Z"));
}

}  // namespace
}  // namespace twofold
