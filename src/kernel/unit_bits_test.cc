// SPDX-License-Identifier: Apache-2.0
#include "kernel/unit_bits.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "base/seeds.h"
#include "kernel/bit_columns.h"

namespace twofold::kernel {
namespace {

/// Bounds of days; with `odd` some are an hour longer or shorter.
std::vector<TimeMs> day_bounds(std::size_t days, bool odd) {
    std::vector<TimeMs> bounds;
    for (std::size_t day = 0; day <= days; ++day) {
        bounds.push_back(kYear2000Ms + static_cast<TimeMs>(day) * kDayMs);
        if (odd && day % 100 == 60) bounds.back() += kHourMs;
    }
    return bounds;
}

TEST(UnitBits, TimesOfAUnitSetTheBitsOfTheirBuckets) {
    for (const bool odd : {false, true}) {
        const Buckets buckets(day_bounds(200, odd));
        ASSERT_EQ(buckets.has_even_length(), !odd);
        Random random(7);
        UnitBits by_times;
        UnitBits one_by_one;
        for (int block = 0; block < 3; ++block) {
            by_times.begin(300, 4);
            one_by_one.begin(300, 4);
            for (int run = 0; run < 600; ++run) {
                const std::uint32_t unit = random() % 300;
                std::vector<std::uint32_t> seconds(1 + random() % 40);
                for (std::uint32_t& second : seconds)
                    second = random() % (200 * 86'400);
                std::ranges::sort(seconds);
                by_times.set_times(unit, seconds, buckets);
                for (const std::uint32_t second : seconds) {
                    one_by_one.setter().set(unit,
                                            buckets.find(kYear2000Ms + TimeMs{second} * 1'000));
                }
            }
            for (std::uint32_t unit = 0; unit < 300; ++unit) {
                EXPECT_TRUE(
                    std::equal(by_times.row(unit), by_times.row(unit) + 4, one_by_one.row(unit)))
                    << unit;
            }
        }
    }
}

TEST(UnitBits, ABlockBeginsWithNone) {
    UnitBits bits;
    bits.begin(2, 1);
    bits.setter().set(1, 63);
    bits.setter().set(1, 5);
    bits.setter().reset(1, 63);
    EXPECT_EQ(bits.row(1)[0], 1U << 5);
    bits.begin(3, 1);
    for (std::uint32_t unit = 0; unit < 3; ++unit)
        EXPECT_EQ(bits.row(unit)[0], 0U);
}

TEST(BitColumns, CountEachBitOfManyWords) {
    Random random(3);
    for (const std::size_t count : {0U, 7U, 8U, 100U, 65'535U, 65'536U, 70'000U}) {
        std::vector<std::uint64_t> words(count);
        std::vector<std::uint64_t> expected(64, 5);
        for (std::uint64_t& word : words) {
            word = std::uint64_t{random() | random()} << 32 | (random() & random());
            for (std::size_t bit = 0; bit < 60; ++bit)
                expected[bit] += word >> bit & 1;
        }
        std::vector<std::uint64_t> counts(64, 5);
        count_bit_columns(count, [&](std::size_t i) { return words[i]; }, counts.data(), 60);
        EXPECT_EQ(counts, expected);
    }
}

}  // namespace
}  // namespace twofold::kernel
