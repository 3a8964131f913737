// SPDX-License-Identifier: Apache-2.0
#include "project/lanes.h"

#include <atomic>
#include <chrono>
#include <gtest/gtest.h>
#include <latch>
#include <memory>
#include <new>

namespace twofold::project {
namespace {

using Lane = Lanes::Lane;

bool becomes(const std::atomic<int>& number, int wanted) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (number != wanted && std::chrono::steady_clock::now() < until)
        std::this_thread::yield();
    return number == wanted;
}

TEST(Lanes, WhatIsQuickDoesNotWaitForWhatIsSlow) {
    Lanes lanes({.quick_at_once = 1, .slow_at_once = 1});
    std::latch release(1);
    std::atomic<int> begun = 0;
    std::atomic<int> slow = 0;
    std::atomic<int> quick = 0;
    for (int i = 0; i < 3; ++i) {
        ASSERT_TRUE(lanes.put(Lane::kSlow, Stop(), [&] {
            ++begun;
            release.wait();
            ++slow;
        }));
    }
    ASSERT_TRUE(becomes(begun, 1));
    for (int i = 0; i < 5; ++i)
        ASSERT_TRUE(lanes.put(Lane::kQuick, Stop(), [&] { ++quick; }));
    EXPECT_TRUE(becomes(quick, 5));
    EXPECT_EQ(slow, 0);
    EXPECT_EQ(lanes.counts(Lane::kSlow).running, 1U);
    EXPECT_EQ(lanes.counts(Lane::kSlow).waiting, 2U);
    release.count_down();
    EXPECT_TRUE(becomes(slow, 3));
}

TEST(Lanes, AsManyAsSaidRunAtOnceAndMoreThanTheLineHoldsAreRefused) {
    Lanes lanes({.quick_at_once = 1, .slow_at_once = 2, .waiting_max = 3});
    std::latch release(1);
    std::atomic<int> begun = 0;
    std::atomic<int> done = 0;
    const auto job = [&] {
        ++begun;
        release.wait();
        ++done;
    };
    for (int i = 0; i < 2; ++i)
        ASSERT_TRUE(lanes.put(Lane::kSlow, Stop(), job));
    ASSERT_TRUE(becomes(begun, 2));
    for (int i = 0; i < 3; ++i)
        ASSERT_TRUE(lanes.put(Lane::kSlow, Stop(), job));
    const Status refused = lanes.put(Lane::kSlow, Stop(), job);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kBusy);
    EXPECT_EQ(begun, 2);
    release.count_down();
    EXPECT_TRUE(becomes(done, 5));
}

TEST(Lanes, WhoLeftTheLineMakesRoom) {
    Lanes lanes({.quick_at_once = 1, .slow_at_once = 1, .waiting_max = 2});
    std::latch release(1);
    std::atomic<int> begun = 0;
    std::atomic<int> told = 0;
    ASSERT_TRUE(lanes.put(Lane::kSlow, Stop(), [&] {
        ++begun;
        release.wait();
    }));
    ASSERT_TRUE(becomes(begun, 1));
    const auto left = std::make_shared<std::atomic<bool>>(false);
    ASSERT_TRUE(lanes.put(Lane::kSlow, Stop(left), [&] { told += 1; }));
    ASSERT_TRUE(lanes.put(Lane::kSlow, Stop(), [&] { told += 10; }));
    ASSERT_FALSE(lanes.put(Lane::kSlow, Stop(), [] {}));
    *left = true;
    EXPECT_TRUE(lanes.put(Lane::kSlow, Stop(), [&] { told += 100; }));
    EXPECT_EQ(told, 1);  // by the one that came
    release.count_down();
    EXPECT_TRUE(becomes(told, 111));
}

TEST(Lanes, WhatAJobThrowsEndsThatJobAlone) {
    Lanes lanes({.quick_at_once = 1, .slow_at_once = 1});
    std::atomic<int> done = 0;
    ASSERT_TRUE(lanes.put(Lane::kQuick, Stop(), [] { throw std::bad_alloc(); }));
    ASSERT_TRUE(lanes.put(Lane::kQuick, Stop(), [&] { ++done; }));
    EXPECT_TRUE(becomes(done, 1));
    lanes.close();
    EXPECT_EQ(lanes.counts(Lane::kQuick).running, 0U);
}

TEST(Lanes, ClosingRunsWhatIsInLineAndTakesNothingMore) {
    std::atomic<int> done = 0;
    Lanes lanes({.quick_at_once = 1, .slow_at_once = 1});
    for (int i = 0; i < 20; ++i)
        ASSERT_TRUE(lanes.put(i % 2 == 0 ? Lane::kSlow : Lane::kQuick, Stop(), [&] { ++done; }));
    lanes.close();
    EXPECT_EQ(done, 20);
    const Status refused = lanes.put(Lane::kQuick, Stop(), [&] { ++done; });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(done, 20);
}

}  // namespace
}  // namespace twofold::project
