// SPDX-License-Identifier: Apache-2.0
#include "directory/device_clock.h"

#include <gtest/gtest.h>

#include "directory/directory_testing.h"
#include "io/memory_env.h"

namespace twofold::directory {
namespace {

using model::RecordBuilder;
using model::RecordFlag;
using model::RecordType;

constexpr DurationMs kTwoHours = 2 * kHourMs;

class Clocks : public ::testing::Test {
protected:
    // One request of the device, received now, whose clock is `ahead`.
    DurationMs request(DurationMs ahead, DurationMs delay = 0) {
        now_ += kMinuteMs;
        return clocks_.observe(device_, now_, now_ - delay + ahead);
    }
    Lookup lookup_;
    DeviceClocks clocks_{lookup_};
    std::uint32_t device_ = lookup_.add(IdKind::kAnonymous, "a", 0);
    TimeMs now_ = kYear2000Ms;
};

TEST_F(Clocks, ARightClockIsLeftAlone) {
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(request(0, 59 * kSecondMs), 0);
    EXPECT_EQ(clocks_.all().size(), 0U);
}

TEST_F(Clocks, AWrongClockIsBelievedFromTheSecondRequestOn) {
    EXPECT_EQ(request(kTwoHours), 0) << "never from one request alone";
    EXPECT_EQ(request(kTwoHours, 200), -kTwoHours);
    EXPECT_EQ(clocks_.corrected(), 1U);
}

TEST_F(Clocks, TheSmallestOfTheLastFiveCounts) {
    request(-kTwoHours, 40 * kSecondMs);
    EXPECT_EQ(request(-kTwoHours, 1 * kSecondMs), kTwoHours + 1 * kSecondMs);
    EXPECT_EQ(request(-kTwoHours, 3 * kSecondMs), kTwoHours + 1 * kSecondMs);
}

TEST_F(Clocks, SmallStepsAreLeftOut) {
    request(kTwoHours);
    EXPECT_EQ(request(kTwoHours), -kTwoHours);
    for (int i = 0; i < 6; ++i)
        EXPECT_EQ(request(kTwoHours - 50 * kSecondMs), -kTwoHours);
    for (int i = 0; i < 4; ++i)
        request(kHourMs);
    EXPECT_EQ(request(kHourMs), -kHourMs);
}

TEST_F(Clocks, OneDelayedRequestAmongGoodOnesChangesNothing) {
    for (int i = 0; i < 5; ++i)
        request(0);
    EXPECT_EQ(request(0, 10 * kMinuteMs), 0);
    EXPECT_EQ(request(0, 12 * kMinuteMs), 0);
    for (int i = 0; i < 5; ++i)
        EXPECT_EQ(request(0), 0);
    EXPECT_EQ(clocks_.all().size(), 0U) << "forgotten once nothing is left of it";
}

TEST_F(Clocks, AClockThatWasSetIsBelievedAgain) {
    request(kTwoHours);
    EXPECT_EQ(request(kTwoHours), -kTwoHours);
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(request(0), -kTwoHours) << "still twice in five";
    EXPECT_EQ(request(0), 0);
    request(-kTwoHours);
    EXPECT_EQ(request(-kTwoHours), 0) << "a delay would look the same";
}

TEST_F(Clocks, RecordsOfOneRequestCountOnce) {
    const TimeMs sent = now_ + kTwoHours;
    for (int i = 0; i < 10; ++i)
        EXPECT_EQ(clocks_.observe(device_, now_, sent), 0);
    EXPECT_EQ(clocks_.observe(device_, now_ + 1, sent + 1), -kTwoHours);
}

TEST(ClocksOfRecords, CorrectSentTimesOfDevicesOnly) {
    io::MemoryEnv env;
    TestDirectory directory(env);
    const auto record = [&](std::string_view device, TimeMs received) {
        return RecordBuilder(RecordType::kTrack)
            .anonymous_id(device)
            .user_id("u")
            .time(received + kTwoHours)
            .sent(received + kTwoHours)
            .received(received);
    };
    const TimeMs now = kYear2000Ms + 10 * kDayMs;
    EXPECT_EQ(directory.apply(record("a", now)).time, now + kTwoHours);
    const Applied corrected = directory.apply(record("a", now + kMinuteMs));
    EXPECT_EQ(corrected.time, now + kMinuteMs);
    EXPECT_EQ(corrected.offset_ms, -kTwoHours);
    EXPECT_EQ(directory.apply(record("", now + kMinuteMs)).offset_ms, 0) << "no device";
    EXPECT_EQ(directory.apply(record("a", now + kMinuteMs).flag(RecordFlag::kHistorical)).offset_ms,
              0);
    EXPECT_EQ(
        directory.apply(record("a", now + kMinuteMs).flag(RecordFlag::kHasTime, false)).offset_ms,
        0)
        << "the time of receipt is the server's own";
    directory.save_and_open_again();
    EXPECT_EQ(directory.apply(record("a", now + 2 * kMinuteMs)).time, now + 2 * kMinuteMs);
}

}  // namespace
}  // namespace twofold::directory
