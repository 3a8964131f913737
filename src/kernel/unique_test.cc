// SPDX-License-Identifier: Apache-2.0
#include "kernel/unique.h"

#include <gtest/gtest.h>
#include <set>
#include <tuple>

#include "base/seeds.h"

namespace twofold::kernel {
namespace {

void count_and_compare(std::uint32_t columns, bool widen_later, std::uint32_t seed) {
    SCOPED_TRACE(seed);
    Random random(seed);
    UniqueCounter counters[2] = {UniqueCounter(widen_later ? 1 : columns),
                                 UniqueCounter(widen_later ? 1 : columns)};
    std::set<std::tuple<int, std::uint32_t, std::uint32_t>> seen;  // block, unit, column
    for (int block = 0; block < 6; ++block) {
        const std::uint32_t units = 1 + random() % 4096;
        UniqueCounter& counter = counters[block % 2];
        counter.begin(units);
        for (int i = 0; i < 2'000; ++i) {
            const std::uint32_t unit = random() % units;
            const std::uint32_t column = random() % columns;
            counter.add(unit, column);
            seen.emplace(block, unit, column);
        }
        counter.finish();
    }
    counters[0].merge(counters[1]);
    counters[0].widen(columns);
    std::vector<std::uint64_t> expected(columns);
    for (const auto& [block, unit, column] : seen)
        ++expected[column];
    EXPECT_EQ(std::vector(counters[0].counts().begin(), counters[0].counts().end()), expected);
}

TEST(UniqueCounter, CountsAUnitOncePerColumn) {
    for (std::uint32_t seed = 0; seed < seed_count(20); ++seed) {
        count_and_compare(1, false, seed);
        count_and_compare(366, false, seed);
        count_and_compare(100'000, false, seed);  // too many for bits
        count_and_compare(70, true, seed);        // columns met on the way
    }
}

TEST(UniqueCounter, RepeatsDoNotFillMemory) {
    UniqueCounter counter(1'000'000);
    counter.begin(4096);
    for (std::uint32_t i = 0; i < 5'000'000; ++i)
        counter.add(i % 7, i % 11 * 90'000);
    counter.finish();
    EXPECT_EQ(counter.counts()[900'000], 7U);
    EXPECT_EQ(counter.counts()[1], 0U);
}

}  // namespace
}  // namespace twofold::kernel
