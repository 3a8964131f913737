// SPDX-License-Identifier: Apache-2.0
#include "kernel/retention.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <set>

#include "base/seeds.h"

namespace twofold::kernel {
namespace {

/// By unit and cohort: the columns in which it came back, 0 among them.
using Seen = std::map<std::pair<std::uint32_t, std::uint32_t>, std::set<std::uint32_t>>;

struct Told {
    std::uint32_t unit = 0;
    TimeMs time = 0;
    bool start = false;
    bool back = false;
};

constexpr TimeMs kPeriod = 1'000;

/// The definitions, row by row, over periods of kPeriod.
Seen by_definition(const RetentionRules& rules, const std::vector<Told>& rows, bool rolling) {
    Seen seen;
    std::map<std::pair<std::uint32_t, std::uint32_t>, TimeMs> starts;  // (unit, cohort): earliest
    for (const Told& row : rows) {
        const auto cohort = static_cast<std::uint32_t>(row.time / kPeriod);
        if (!row.start || cohort >= rules.cohorts) continue;
        const auto [place, fresh] = starts.try_emplace({row.unit, cohort}, row.time);
        place->second = std::min(place->second, row.time);
    }
    if (!rules.every_start) {
        // std::map: the earliest cohort of a unit comes first.
        for (auto at = starts.begin(); at != starts.end();) {
            const bool first =
                at == starts.begin() || std::prev(at)->first.first != at->first.first;
            at = first ? std::next(at) : starts.erase(at);
        }
    }
    for (const auto& [key, start] : starts) {
        const TimeMs from = rolling ? start : TimeMs{key.second} * kPeriod;
        std::map<std::uint32_t, std::uint32_t> times;
        for (const Told& row : rows) {
            if (row.back && row.unit == key.first && row.time >= from) {
                ++times[static_cast<std::uint32_t>((row.time - from) / kPeriod)];
            }
        }
        std::set<std::uint32_t>& columns = seen[key];
        columns.insert(0);
        for (const auto& [period, count] : times) {
            if (count < rules.times) continue;
            if (period >= 1 && period <= rules.columns) columns.insert(period);
            for (std::uint32_t k = 1; rules.on_or_after && k <= std::min(period, rules.columns);
                 ++k)
                columns.insert(k);
        }
    }
    return seen;
}

std::set<std::uint32_t> columns_of(const std::uint64_t* words, std::uint32_t columns) {
    std::set<std::uint32_t> found;
    for (std::uint32_t k = 0; k < (columns / 64 + 1) * 64; ++k) {
        if ((words[k / 64] >> (k % 64) & 1) != 0) found.insert(k);
    }
    return found;
}

template <typename Kernel>
Seen seen_by(Kernel& kernel, const RetentionRules& rules) {
    Seen seen;
    std::pair<std::uint32_t, std::uint32_t> before;
    kernel.each([&](std::uint32_t unit, std::uint32_t cohort, const std::uint64_t* columns) {
        const std::pair key(unit, cohort);
        EXPECT_TRUE(seen.empty() || before < key);
        before = key;
        seen[key] = columns_of(columns, rules.columns);
    });
    return seen;
}

RetentionRules random_rules(Random& random) {
    RetentionRules rules;
    constexpr std::uint32_t kSizes[] = {1, 3, 12, 60, 63, 64, 70, 130};
    rules.cohorts = kSizes[random() % 8];
    rules.columns = kSizes[random() % 8];
    rules.every_start = random() % 2 == 0;
    rules.on_or_after = random() % 3 == 0;
    rules.times = random() % 3 == 0 ? 1 + random() % 3 : 1;
    rules.same_rows = rules.times == 1 && random() % 3 == 0;
    return rules;
}

/// Rows of some units, also behind the last column.
std::vector<Told> random_rows(Random& random, const RetentionRules& rules, std::uint32_t units) {
    std::vector<Told> rows;
    const std::uint32_t periods = rules.cohorts + rules.columns + 5;
    for (std::uint32_t i = random() % (units * 20); i > 0; --i) {
        Told row;
        row.unit = random() % units;
        row.time = random() % (periods * static_cast<std::uint32_t>(kPeriod));
        row.start = random() % 3 == 0;
        row.back = !row.start || random() % 2 == 0;
        if (rules.same_rows) row.start = row.back = true;
        rows.push_back(row);
    }
    return rows;
}

void sort_by_time(std::vector<Told>& rows) {
    std::ranges::stable_sort(rows, {},
                             [](const Told& row) { return std::pair(row.unit, row.time); });
}

TEST(RetentionGrid, CountsWhatTheDefinitionsSay) {
    for (std::uint32_t seed = 0; seed < seed_count(2'000); ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        const RetentionRules rules = random_rules(random);
        RetentionGrid grid(rules);
        for (int block = 0; block < 2; ++block) {
            const std::uint32_t units = 1 + random() % 7;
            std::vector<Told> rows = random_rows(random, rules, units);
            if (rules.times > 1) sort_by_time(rows);
            grid.begin(units);
            for (const Told& row : rows) {
                const auto period = static_cast<std::uint32_t>(row.time / kPeriod);
                if (row.start && !rules.same_rows) grid.start(row.unit, period);
                if (row.back) grid.back(row.unit, period);
            }
            EXPECT_EQ(seen_by(grid, rules), by_definition(rules, rows, false));
        }
    }
}

TEST(RetentionGrid, SaysWhichStartIsNew) {
    RetentionGrid first(RetentionRules{.cohorts = 3, .columns = 1});
    first.begin(2);
    EXPECT_TRUE(first.start(1, 1));
    EXPECT_FALSE(first.start(1, 1));
    EXPECT_FALSE(first.start(1, 2));
    EXPECT_TRUE(first.start(0, 2));
    RetentionGrid every(RetentionRules{.cohorts = 3, .columns = 1, .every_start = true});
    every.begin(2);
    EXPECT_TRUE(every.start(1, 1));
    EXPECT_FALSE(every.start(1, 1));
    EXPECT_TRUE(every.start(1, 2));
    EXPECT_FALSE(every.start(1, 3));
}

TEST(RollingRetention, CountsWhatTheDefinitionsSay) {
    for (std::uint32_t seed = 0; seed < seed_count(2'000); ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        const RetentionRules rules = random_rules(random);
        RollingRetention rolling(rules, kPeriod);
        for (int block = 0; block < 2; ++block) {
            const std::uint32_t units = 1 + random() % 7;
            std::vector<Told> rows = random_rows(random, rules, units);
            std::vector<Told> in_order = rows;
            sort_by_time(in_order);
            rolling.begin(units);
            std::set<std::pair<std::uint32_t, std::uint32_t>> started;
            std::set<std::uint32_t> units_started;
            for (const Told& row : in_order) {
                const auto cohort = static_cast<std::uint32_t>(row.time / kPeriod);
                if (!row.start || cohort >= rules.cohorts) continue;
                const bool fresh = rules.every_start ? started.emplace(row.unit, cohort).second
                                                     : units_started.insert(row.unit).second;
                if (fresh) rolling.start(row.unit, cohort, row.time);
            }
            rolling.end_starts();
            for (const Told& row : rules.times > 1 ? in_order : rows) {
                if (row.back) rolling.back(row.unit, row.time);
            }
            EXPECT_EQ(seen_by(rolling, rules), by_definition(rules, rows, true));
        }
    }
}

TEST(RollingRetention, APeriodBeginsWithItsFirstInstant) {
    RollingRetention rolling(RetentionRules{.columns = 3}, kPeriod);
    rolling.begin(4);
    for (std::uint32_t unit = 0; unit < 4; ++unit)
        rolling.start(unit, 0, 500);
    rolling.end_starts();
    rolling.back(0, 1'499);
    rolling.back(1, 1'500);
    rolling.back(2, 2'499);
    rolling.back(3, 2'500);
    const Seen seen = seen_by(rolling, RetentionRules{.columns = 3});
    EXPECT_EQ(seen.at({0, 0}), (std::set<std::uint32_t>{0}));
    EXPECT_EQ(seen.at({1, 0}), (std::set<std::uint32_t>{0, 1}));
    EXPECT_EQ(seen.at({2, 0}), (std::set<std::uint32_t>{0, 1}));
    EXPECT_EQ(seen.at({3, 0}), (std::set<std::uint32_t>{0, 2}));
}

TEST(RollingRetention, PeriodsOfAnyLengthEndWhereTheyDo) {
    for (const DurationMs period :
         {kHourMs, kDayMs, 7 * kDayMs, 91 * kDayMs, 365 * kDayMs, DurationMs{7}}) {
        SCOPED_TRACE(period);
        const RetentionRules rules{.columns = 366};
        RollingRetention rolling(rules, period);
        rolling.begin(2);
        const TimeMs start = 1'770'000'000'123;
        rolling.start(0, 0, start);
        rolling.start(1, 0, start);
        rolling.end_starts();
        // The first unit comes back at the last instant of each even period, the other at the first
        // one of each odd period.
        std::set<std::uint32_t> even{0};
        std::set<std::uint32_t> odd{0};
        for (std::uint32_t k = 1; k <= 366; ++k) {
            if (k % 2 == 0) rolling.back(0, start + (k + 1) * period - 1);
            if (k % 2 == 1) rolling.back(1, start + k * period);
            (k % 2 == 0 ? even : odd).insert(k);
        }
        const Seen seen = seen_by(rolling, rules);
        EXPECT_EQ(seen.at({0, 0}), even);
        EXPECT_EQ(seen.at({1, 0}), odd);
    }
}

void add_up(std::uint32_t rows, std::uint32_t columns) {
    SCOPED_TRACE(fmt::format("{} rows, {} columns", rows, columns));
    Random random(columns);
    RetentionCounts counts[2] = {RetentionCounts(rows, columns), RetentionCounts(rows, columns)};
    std::map<std::pair<std::size_t, std::uint32_t>, std::uint64_t> expected;
    for (int i = 0; i < 300; ++i) {
        std::vector<std::uint64_t> words(columns / 64 + 1);
        const std::size_t row = random() % 3 * (rows / 3);
        for (int bit = 0; bit < 20; ++bit) {
            const std::uint32_t k = random() % (columns + 1);
            const std::uint64_t mask = std::uint64_t{1} << (k % 64);
            expected[{row, k}] += (words[k / 64] & mask) == 0 ? 1 : 0;
            words[k / 64] |= mask;
        }
        counts[i % 2].add(row, words.data());
    }
    RetentionCounts all;
    for (RetentionCounts& one : counts)
        one.finish();
    all.merge(counts[0]);
    all.merge(counts[1]);
    all.merge(RetentionCounts());
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::uint32_t k = 0; k <= columns; ++k) {
            EXPECT_EQ(all.at(row, k), (expected[{row, k}])) << row << ' ' << k;
        }
    }
}

TEST(RetentionCounts, AddUpTheColumnsOfEachRow) {
    for (const std::uint32_t columns : {1U, 63U, 64U, 366U}) {
        add_up(3, columns);
        add_up(3'000, columns);
        add_up(4'200, columns);  // more than wait
    }
}

}  // namespace
}  // namespace twofold::kernel
