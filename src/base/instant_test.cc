// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <random>

#include "base/calendar.h"

namespace twofold {
namespace {

TEST(ParseInstant, TakesTheFormsThatClientsSend) {
    const TimeMs time = 1'772'359'200'123;  // 2026-03-01T10:00:00.123Z
    for (const char* text : {"2026-03-01T10:00:00.123Z", "2026-03-01T10:00:00.123456789Z",
                             "2026-03-01t10:00:00,123z", "2026-03-01 10:00:00.123+00:00",
                             "2026-03-01T11:00:00.123+01:00", "2026-03-01T11:00:00.123+0100",
                             "2026-03-01T11:00:00.123+01", "2026-03-01T04:30:00.123-05:30",
                             "2026-02-28T23:00:00.123-11:00", "2026-03-01T10:00:00.123"}) {
        EXPECT_EQ(parse_instant(text).value_or(-1), time) << text;
    }
    EXPECT_EQ(parse_instant("2026-03-01T10:00Z").value_or(-1), time - 123);
    EXPECT_EQ(parse_instant("2026-03-01T10:00:00.1Z").value_or(-1), time - 23);
    EXPECT_EQ(parse_instant("1969-12-31T23:59:59.999Z").value_or(0), -1);
}

TEST(ParseInstant, WithoutAnOffsetItIsUtc) {
    EXPECT_EQ(parse_instant("2026-03-01T10:00:00").value(),
              parse_instant("2026-03-01T10:00:00Z").value());
}

TEST(ParseInstant, ALeapSecondStaysInItsDay) {
    EXPECT_EQ(parse_instant("2016-12-31T23:59:60Z").value(),
              parse_instant("2016-12-31T23:59:59.999Z").value());
    EXPECT_EQ(parse_instant("2016-12-31T23:59:60.5Z").value(),
              parse_instant("2016-12-31T23:59:59.999Z").value());
    EXPECT_FALSE(parse_instant("2016-12-31T23:58:60Z"));
    EXPECT_FALSE(parse_instant("2016-12-31T23:59:61Z"));
}

TEST(ParseInstant, HoldsFromYear1ToYear9999) {
    EXPECT_EQ(format_utc(parse_instant("0001-01-01T00:00:00Z").value()),
              "0001-01-01T00:00:00.000Z");
    EXPECT_EQ(format_utc(parse_instant("9999-12-31T23:59:59.999Z").value()),
              "9999-12-31T23:59:59.999Z");
    EXPECT_FALSE(parse_instant("0000-01-01T00:00:00Z"));
    EXPECT_FALSE(parse_instant("99999-01-01T00:00:00Z"));
    EXPECT_FALSE(parse_instant("-0001-01-01T00:00:00Z"));
}

TEST(ParseInstant, RefusesWhatIsNoTimeAndShowsIt) {
    for (const char* text : {"",
                             "now",
                             "2026-03-01",
                             "2026-03-01T",
                             "2026-03-01T10",
                             "2026-3-1T10:00Z",
                             "2026-02-29T00:00Z",
                             "2026-13-01T00:00Z",
                             "2026-00-01T00:00Z",
                             "2026-01-00T00:00Z",
                             "2026-03-01T24:00Z",
                             "2026-03-01T10:60Z",
                             "2026-03-01T10:00:00.Z",
                             "2026-03-01T10:00:00Zjunk",
                             "2026-03-01T10:00:00+24:00",
                             "2026-03-01T10:00:00+1",
                             "2026-03-01T10:00:00+01:",
                             "2026-03-01T10:00:00+01:7",
                             "2026-03-01T10:00:00 ",
                             " 2026-03-01T10:00:00Z",
                             "1772359200123",
                             "2026-03-01X10:00Z"}) {
        const auto time = parse_instant(text);
        ASSERT_FALSE(time) << text;
        EXPECT_EQ(time.error().code, ErrorCode::kInvalid);
        EXPECT_TRUE(time.error().message.ends_with("\"" + std::string(text) + "\"")) << text;
    }
}

TEST(ParseInstant, NeverReadsBeyondARandomText) {
    std::mt19937 random(3);
    const std::string_view alphabet = "0123456789-:TZ+. ";
    for (int i = 0; i < 20'000; ++i) {
        std::string text = "2026-03-01T10:00:00.123+01:00";
        for (unsigned k = 0; k < 1 + random() % 3; ++k) {
            text[random() % text.size()] = alphabet[random() % alphabet.size()];
        }
        text.resize(random() % (text.size() + 1));
        const auto time = parse_instant(std::string(text));  // Its own allocation, for asan.
        if (time) {
            EXPECT_EQ(parse_instant(format_utc(*time)).value(), *time) << text;
        }
    }
}

TEST(FormatUtc, IsReadBack) {
    std::mt19937_64 random(5);
    const TimeMs first = parse_instant("0001-01-01T00:00:00Z").value();
    const TimeMs last = parse_instant("9999-12-31T23:59:59.999Z").value();
    for (int i = 0; i < 20'000; ++i) {
        const TimeMs time =
            first + static_cast<TimeMs>(random() % static_cast<std::uint64_t>(last - first));
        ASSERT_EQ(parse_instant(format_utc(time)).value(), time);
    }
}

TEST(ZoneFormat, IsReadBack) {
    const Zone new_york = Zone::find("America/New_York").value();
    // Offsets were no whole minutes before the zones came.
    const TimeMs first = parse_instant("1900-01-01T00:00:00Z").value();
    std::mt19937_64 random(6);
    for (int i = 0; i < 5'000; ++i) {
        const TimeMs time = first + static_cast<TimeMs>(random() % (300ull * 365 * kDayMs));
        ASSERT_EQ(parse_instant(new_york.format(time)).value(), time);
    }
}

TEST(ParseDate, TakesDaysThatExist) {
    EXPECT_EQ(parse_date("2026-03-01").value(), (Date{2026, 3, 1}));
    EXPECT_EQ(parse_date("2024-02-29").value(), (Date{2024, 2, 29}));
    EXPECT_EQ(parse_date("2000-02-29").value(), (Date{2000, 2, 29}));
    for (const char* text : {"", "2026-02-29", "1900-02-29", "2026-04-31", "2026-3-1", "2026/03/01",
                             "20260301", "2026-03-01T00:00Z", "0000-01-01", "12026-03-01"}) {
        const auto date = parse_date(text);
        ASSERT_FALSE(date) << text;
        EXPECT_EQ(date.error().code, ErrorCode::kInvalid);
    }
}

}  // namespace
}  // namespace twofold
