// SPDX-License-Identifier: Apache-2.0
#include "kernel/buckets.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>

#include "base/seeds.h"
#include "kernel/samples.h"

namespace twofold::kernel {
namespace {

TEST(Buckets, FindsWhatASearchFinds) {
    for (std::uint32_t seed = 0; seed < seed_count(300); ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937_64 random(seed);
        std::vector<TimeMs> bounds{static_cast<TimeMs>(random() % 1'000'000) - 500'000};
        const TimeMs width_max = std::vector<TimeMs>{3, 1'000, kDayMs, 400 * kDayMs}[seed % 4];
        for (std::uint64_t i = 0; i < 1 + random() % 400; ++i) {
            bounds.push_back(bounds.back() + 1 + static_cast<TimeMs>(random()) % width_max / 2 +
                             width_max / 2);
        }
        const Buckets buckets(bounds);
        ASSERT_EQ(buckets.count(), bounds.size() - 1);
        const auto check = [&](TimeMs time) {
            ASSERT_TRUE(buckets.holds(time));
            const auto after = std::ranges::upper_bound(bounds, time);
            EXPECT_EQ(buckets.find(time), static_cast<std::uint32_t>(after - bounds.begin() - 1));
        };
        for (std::size_t i = 0; i + 1 < bounds.size(); ++i) {
            check(bounds[i]);
            check(bounds[i + 1] - 1);
        }
        const auto span = static_cast<std::uint64_t>(bounds.back() - bounds.front());
        for (int i = 0; i < 100; ++i)
            check(bounds[0] + static_cast<TimeMs>(random() % span));
        EXPECT_FALSE(buckets.holds(bounds.back()));
        EXPECT_FALSE(buckets.holds(bounds.front() - 1));
    }
}

TEST(Buckets, SecondsTellTheBucketToo) {
    std::uint32_t even = 0;
    for (std::uint32_t seed = 0; seed < seed_count(400); ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937_64 random(seed);
        const TimeMs length = std::vector<TimeMs>{1, 60, 86'400, 604'800, 86'399}[seed % 5];
        const TimeMs start = kYear2000Ms / 1000 + static_cast<TimeMs>(random() % 1'000'000'000);
        // The ends are cut somewhere, within a second too; one day may be an hour longer.
        std::vector<TimeMs> bounds{start * 1000 - static_cast<TimeMs>(random() % 1'000)};
        const bool shifts = seed % 3 == 0;
        for (std::uint64_t i = 0, count = random() % 400; i < count; ++i)
            bounds.push_back((start + length * static_cast<TimeMs>(i) +
                              (shifts && i > count / 2 ? 3'600 : 0) + length / 2 + 1) *
                             1000);
        bounds.push_back(bounds.back() + 1'000 * length - static_cast<TimeMs>(random() % 900));
        const Buckets buckets(bounds);
        if (!buckets.of_seconds()) continue;
        even += buckets.has_even_length() ? 1 : 0;
        const auto check = [&](TimeMs time) {
            if (!buckets.holds(time)) return;
            const auto second = static_cast<std::uint32_t>((time - kYear2000Ms) / 1000);
            EXPECT_EQ(buckets.second_finder().find(second), buckets.find(time));
            if (buckets.has_even_length()) {
                EXPECT_EQ(buckets.even_second_finder().find(second), buckets.find(time));
            }
        };
        for (const TimeMs bound : bounds) {
            check(bound);
            check(bound - 1);
        }
        const auto span = static_cast<std::uint64_t>(bounds.back() - bounds.front());
        for (int i = 0; i < 200; ++i)
            check(bounds[0] + static_cast<TimeMs>(random() % span));
    }
    EXPECT_GT(even, seed_count(400) / 4);
}

TEST(Samples, TheMedianOfAnEvenCountIsTheMeanOfTheMiddleTwo) {
    Samples samples;
    for (const double value : {9.0, 1.0, 4.0, 2.0})
        samples.add(value);
    EXPECT_EQ(samples.median(), 3.0);
    EXPECT_EQ(samples.percentile(0), 1.0);
    EXPECT_EQ(samples.percentile(1), 9.0);
    EXPECT_EQ(samples.min(), 1.0);
    EXPECT_EQ(samples.max(), 9.0);
    Samples more;
    more.add(5.0);
    more.merge(samples);
    EXPECT_EQ(more.median(), 4.0);
    EXPECT_DOUBLE_EQ(more.percentile(0.9), 5.0 + 4.0 * 0.6);
}

}  // namespace
}  // namespace twofold::kernel
