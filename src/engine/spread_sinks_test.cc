// SPDX-License-Identifier: Apache-2.0
//
// Sinks that take all units at once: rows spread over several of them, of which one absorbs the
// others, come to what one sink makes of all rows.
#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <vector>

#include "base/seeds.h"
#include "engine/retention_sink.h"
#include "engine/trend_sink.h"
#include "engine/unit_periods.h"
#include "engine/unit_sinks.h"

namespace twofold::engine {
namespace {

constexpr std::uint32_t kSpreadUnits = 300;
constexpr TimeMs kSpreadFrom = 1'767'225'600'000;
constexpr int kSpreadDays = 40;

kernel::Buckets spread_days() {
    std::vector<TimeMs> bounds;
    for (int day = 0; day <= kSpreadDays; ++day)
        bounds.push_back(kSpreadFrom + day * kDayMs);
    return kernel::Buckets(bounds);
}

/// Rows of about two of three units, and who did them.
struct SpreadRows {
    std::vector<TapeRow> rows;
    std::vector<std::uint32_t> persons;

    explicit SpreadRows(Random& random) {
        for (int i = 0; i < 2'000; ++i) {
            const TimeMs time =
                kSpreadFrom + static_cast<TimeMs>(random() % (kSpreadDays * 1'440)) * kMinuteMs;
            rows.push_back({time, random() % kSpreadUnits * 2 / 3, 1});
            persons.push_back(random() % 20);
        }
    }
};

/// Feeds each row to one of the sinks, absorbs, and finishes the first.
template <typename S>
void spread(const SpreadRows& rows, Random& random, std::span<S* const> sinks) {
    const Block block{.unit = UnitKind::kCustomer, .count = kSpreadUnits, .spread = true};
    for (S* const sink : sinks) {
        ASSERT_TRUE(sink->spreads(kSpreadUnits));
        sink->begin(block);
    }
    for (std::size_t i = 0; i < rows.rows.size(); ++i) {
        Tape tape;
        tape.rows = std::span(rows.rows).subspan(i, 1);
        tape.persons = std::span(rows.persons).subspan(i, 1);
        sinks[random() % sinks.size()]->feed(tape);
    }
    for (S* const other : sinks.subspan(1))
        sinks[0]->absorb(*other);
    sinks[0]->finish(block);
}

/// The result of one sink and of three.
template <typename S, typename Make, typename Take>
void compare_spread(std::uint32_t seed, Make&& make, Take&& take) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const SpreadRows rows(random);
    const auto result = [&](std::size_t count) {
        std::vector<std::unique_ptr<S>> sinks;
        std::vector<S*> pointers;
        for (std::size_t i = 0; i < count; ++i) {
            sinks.push_back(make());
            pointers.push_back(sinks.back().get());
        }
        spread<S>(rows, random, pointers);
        return take(std::span<S* const>(pointers));
    };
    EXPECT_EQ(result(3), result(1));
}

TEST(SpreadSinks, CountUnits) {
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
        std::vector<std::uint32_t> counts;
        std::vector<TimeMs> times;
        compare_spread<UnitCounts>(
            seed, [&] { return std::make_unique<UnitCounts>(counts); },
            [&](auto) { return counts; });
        for (const bool last : {false, true}) {
            compare_spread<UnitTimes>(
                seed, [&] { return std::make_unique<UnitTimes>(times, last); },
                [&](auto) { return times; });
        }
        compare_spread<UnitDistinct>(
            seed,
            [&] {
                counts.assign(kSpreadUnits, 0);
                return std::make_unique<UnitDistinct>(counts, nullptr);
            },
            [&](auto) { return counts; });
    }
}

TEST(SpreadSinks, MarkPeriods) {
    const kernel::Buckets periods = spread_days();
    kernel::UnitBits seen;
    PeriodsTask task;
    task.bits.match = 1;
    task.periods = &periods;
    task.seen = &seen;
    for (std::uint32_t seed = 0; seed < 20; ++seed) {
        compare_spread<UnitPeriods>(
            seed,
            [&] {
                seen.begin(kSpreadUnits, 1);
                return std::make_unique<UnitPeriods>(task);
            },
            [&](auto) {
                std::vector<std::uint64_t> bits;
                for (std::uint32_t unit = 0; unit < kSpreadUnits; ++unit)
                    bits.push_back(*seen.row(unit));
                EXPECT_GT(std::ranges::count_if(bits, [](auto word) { return word != 0; }), 100);
                return bits;
            });
    }
}

TEST(SpreadSinks, CountTrends) {
    const kernel::Buckets buckets = spread_days();
    for (const bool cumulative : {false, true}) {
        TrendTask task;
        task.what = TrendTask::What::kUnits;
        task.bits.match = 1;
        task.buckets = &buckets;
        task.range_from = kSpreadFrom + kDayMs / 2;
        task.cumulative = cumulative;
        for (std::uint32_t seed = 0; seed < 20; ++seed) {
            compare_spread<TrendSink>(
                seed, [&] { return std::make_unique<TrendSink>(task); },
                [](auto sinks) {
                    TrendCounts all;
                    for (TrendSink* const sink : sinks)
                        all.merge(sink->take());
                    return std::pair(all.counts, std::pair(all.total, all.rows));
                });
        }
    }
}

TEST(SpreadSinks, CountWhoComesBack) {
    const kernel::Buckets periods = spread_days();
    std::vector<RetentionStart> starts;
    for (std::uint32_t unit = 0; unit < kSpreadUnits; unit += 2)
        starts.push_back(
            {.unit = unit, .cohort = unit % 7, .time = kSpreadFrom + unit % 7 * kDayMs});
    for (std::uint32_t kind = 0; kind < 6; ++kind) {
        SCOPED_TRACE(kind);
        RetentionTask task;
        task.rules = {.cohorts = 20, .columns = 19, .on_or_after = kind % 2 == 1};
        task.rules.same_rows = kind < 2;
        task.back.match = 1;
        task.periods = &periods;
        if (kind >= 2) task.starts = &starts;
        if (kind >= 4) task.rolling = 2 * kDayMs;
        for (std::uint32_t seed = 0; seed < 10; ++seed) {
            compare_spread<RetentionSink>(
                seed, [&] { return std::make_unique<RetentionSink>(task); },
                [](auto sinks) {
                    RetentionOutcome all;
                    for (RetentionSink* const sink : sinks)
                        all.merge(sink->outcome());
                    std::vector<std::uint64_t> counts{all.units};
                    for (std::size_t cohort = 0; cohort < 20; ++cohort) {
                        for (std::uint32_t column = 0; column < 20; ++column)
                            counts.push_back(all.counts.at(cohort, column));
                    }
                    return counts;
                });
        }
    }
}

}  // namespace
}  // namespace twofold::engine
