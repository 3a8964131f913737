// SPDX-License-Identifier: Apache-2.0
#include "kernel/sum.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <vector>

#include "base/seeds.h"

namespace twofold::kernel {
namespace {

double sum_of(const std::vector<double>& values) {
    ExactSum sum;
    for (const double value : values)
        sum.add(value);
    return sum.value();
}

TEST(ExactSum, OneValueComesBackAsItWas) {
    std::mt19937_64 random(1);
    for (int i = 0; i < 20'000; ++i) {
        const double value = std::bit_cast<double>(random());
        if (!std::isfinite(value)) continue;
        EXPECT_EQ(sum_of({value}), value);
    }
    const double smallest = std::numeric_limits<double>::denorm_min();
    EXPECT_EQ(sum_of({smallest, smallest, -smallest}), smallest);
    EXPECT_EQ(sum_of({std::numeric_limits<double>::max()}), std::numeric_limits<double>::max());
    EXPECT_EQ(sum_of({}), 0.0);
}

TEST(ExactSum, NothingIsLostBetweenLargeAndSmall) {
    EXPECT_EQ(sum_of({1e300, 1.0, -1e300}), 1.0);
    EXPECT_EQ(sum_of({1e16, 1.0, 1.0, -1e16}), 2.0);
    EXPECT_EQ(sum_of({-1e-320, 1e308, -1e308}), -1e-320);
    const double max = std::numeric_limits<double>::max();
    EXPECT_EQ(sum_of({max, max}), std::numeric_limits<double>::infinity());
    EXPECT_EQ(sum_of({max, max, -max}), max);
}

TEST(ExactSum, RoundsOnceAndToEven) {
    const double ulp = std::ldexp(1.0, -52);
    EXPECT_EQ(sum_of({1.0, ulp / 2}), 1.0);
    EXPECT_EQ(sum_of({1.0 + ulp, ulp / 2}), 1.0 + 2 * ulp);
    EXPECT_EQ(sum_of({1.0, ulp / 2, 1e-300}), 1.0 + ulp);
    EXPECT_EQ(sum_of({-1.0, -ulp / 2, -1e-300}), -1.0 - ulp);
    // Two halves with long double as judge: 64 bits hold the sum of two near doubles exactly.
    std::mt19937_64 random(2);
    for (int i = 0; i < 20'000; ++i) {
        const double a =
            std::ldexp(static_cast<double>(random() >> 11), static_cast<int>(random() % 8));
        const double b =
            -std::ldexp(static_cast<double>(random() >> 11), static_cast<int>(random() % 8));
        EXPECT_EQ(sum_of({a, b}), static_cast<double>(static_cast<long double>(a) + b));
    }
}

TEST(ExactSum, TheOrderAndTheSplitNeverShow) {
    for (std::uint32_t seed = 0; seed < seed_count(100); ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937_64 random(seed);
        std::vector<Number> values;
        for (int i = 0; i < 500; ++i) {
            if (random() % 2 == 0) {
                values.push_back(Number::of(static_cast<std::int64_t>(random())));
            } else {
                values.push_back(Number::of(std::ldexp(static_cast<double>(random()) - 0x1p63,
                                                       static_cast<int>(random() % 120) - 100)));
            }
        }
        ExactSum straight;
        for (const Number value : values)
            straight.add(value);
        std::ranges::shuffle(values, random);
        ExactSum parts[3];
        for (std::size_t i = 0; i < values.size(); ++i)
            parts[i % 3].add(values[i]);
        parts[2].merge(parts[0]);
        parts[2].merge(parts[1]);
        EXPECT_EQ(parts[2].value(), straight.value());
        const ExactSum copy = parts[2];
        EXPECT_EQ(copy.value(), straight.value());
    }
}

TEST(ExactSum, WholeNumbersStayWhole) {
    ExactSum sum;
    EXPECT_TRUE(sum.is_whole());
    constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
    sum.add(kMax);
    sum.add(std::int64_t{1});
    EXPECT_FALSE(sum.is_whole());
    EXPECT_EQ(sum.value(), 0x1p63);
    sum.add(std::int64_t{-1});
    EXPECT_TRUE(sum.is_whole());
    EXPECT_EQ(sum.whole(), kMax);
    sum.add(Number::missing());
    EXPECT_EQ(sum.whole(), kMax);
    sum.add(Number::of(0.5));
    EXPECT_FALSE(sum.is_whole());
    sum.add(-static_cast<double>(kMax));
    sum.add(std::numeric_limits<double>::quiet_NaN());
    EXPECT_EQ(sum.value(), -0.5);
}

}  // namespace
}  // namespace twofold::kernel
