// SPDX-License-Identifier: Apache-2.0
#include "kernel/stickiness.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>

#include "base/seeds.h"

namespace twofold::kernel {
namespace {

StickinessRules random_stickiness(Random& random) {
    constexpr std::uint32_t kSizes[] = {1, 7, 30, 63, 64, 65, 128, 366};
    StickinessRules rules{.intervals = kSizes[random() % 8]};
    if (random() % 3 == 0) rules.rows_min = 1 + random() % 3;
    if (random() % 3 == 0) rules.rows_max = rules.rows_min + random() % 3;
    return rules;
}

TEST(Stickiness, CountsWhatTheDefinitionSays) {
    for (std::uint32_t seed = 0; seed < seed_count(2'000); ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        const StickinessRules rules = random_stickiness(random);
        Stickiness threads[2] = {Stickiness(rules), Stickiness(rules)};
        std::map<std::uint32_t, std::uint64_t> expected;  // by intervals
        for (int block = 0; block < 3; ++block) {
            Stickiness& stickiness = threads[block % 2];
            const std::uint32_t units = 1 + random() % 9;
            std::vector<std::pair<std::uint32_t, std::uint32_t>> rows;  // unit, interval
            for (std::uint32_t i = random() % (units * 40); i > 0; --i) {
                const std::uint32_t interval = random() % rules.intervals;
                for (std::uint32_t again = 1 + random() % 3; again > 0; --again)
                    rows.emplace_back(random() % units, interval);
            }
            if (!rules.is_plain()) std::ranges::sort(rows, {}, [](auto row) { return row.second; });
            stickiness.begin(units);
            for (const auto& [unit, interval] : rows)
                stickiness.add(unit, interval);
            stickiness.finish();
            for (std::uint32_t unit = 0; unit < units; ++unit) {
                std::uint32_t active = 0;
                for (std::uint32_t interval = 0; interval < rules.intervals; ++interval) {
                    const auto count = std::ranges::count(rows, std::pair(unit, interval));
                    active += count >= rules.rows_min && count <= rules.rows_max ? 1 : 0;
                }
                ASSERT_EQ(stickiness.intervals(unit), active);
                ++expected[active];
            }
        }
        threads[0].merge(threads[1]);
        std::uint64_t at_least = 0;
        for (std::uint32_t n = rules.intervals; n >= 1; --n) {
            at_least += expected[n];
            ASSERT_EQ(threads[0].exactly(n), expected[n]) << n;
            ASSERT_EQ(threads[0].at_least(n), at_least) << n;
        }
    }
}

TEST(Stickiness, AnIntervalOfTooManyRowsIsNotActiveAgain) {
    Stickiness stickiness({.intervals = 2, .rows_min = 1, .rows_max = 2});
    stickiness.begin(1);
    for (int i = 0; i < 5; ++i)
        stickiness.add(0, 0);
    stickiness.add(0, 1);
    stickiness.finish();
    EXPECT_EQ(stickiness.exactly(1), 1U);
    EXPECT_EQ(stickiness.exactly(2), 0U);
}

}  // namespace
}  // namespace twofold::kernel
