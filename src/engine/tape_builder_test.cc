// SPDX-License-Identifier: Apache-2.0
#include "engine/tape_builder.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <tuple>

#include "base/seeds.h"

namespace twofold::engine {
namespace {

struct Added {
    TimeMs time;
    std::uint32_t lane;
    std::uint32_t number;    // in the order of adding
    std::uint64_t sequence;  // of the log
};

/// Adds random rows, and expects them in the order of (unit, time, lane, adding or log).
void compare(std::uint32_t seed, std::uint32_t lane_count, std::size_t row_count, TimeMs span) {
    SCOPED_TRACE(seed);
    Random random(seed);
    std::vector<std::uint32_t> units(lane_count);
    for (std::uint32_t lane = 1; lane < lane_count; ++lane)
        units[lane] = units[lane - 1] + random() % 2;
    std::vector<std::uint8_t> uncertain(lane_count);
    for (auto& lane : uncertain)
        lane = random() % 3 == 0 ? 1 : 0;

    TapeBuilder tape;
    tape.reset({.persons = true, .acting = false, .cells = 1, .numbers = 1}, true);
    std::vector<Added> rows;
    for (std::uint32_t i = 0; i < row_count; ++i) {
        const Added row{static_cast<TimeMs>(random() % static_cast<std::uint64_t>(span)),
                        random() % lane_count, i, random()};
        rows.push_back(row);
        tape.add({row.time, row.lane, 1 + i % 7});
        tape.persons().push_back(i);
        tape.cells(0).push_back(i * 3);
        tape.numbers(0).push_back(kernel::Number::of(std::int64_t{i} * 5));
        tape.origins().push_back(i);
    }
    ASSERT_TRUE(tape.order({lane_count, units, uncertain}, [&](std::span<const Origin> origins,
                                                               std::span<std::uint64_t> sequences) {
        EXPECT_TRUE(std::ranges::is_sorted(origins));
        for (std::size_t i = 0; i < origins.size(); ++i) {
            sequences[i] = rows[origins[i]].sequence;
        }
        return Status();
    }));
    std::ranges::sort(rows, {}, [&](const Added& row) {
        return std::tuple(units[row.lane], row.time, row.lane,
                          uncertain[row.lane] != 0 ? row.sequence : row.number);
    });
    const Tape sorted = tape.tape();
    ASSERT_EQ(sorted.rows.size(), rows.size());
    for (std::size_t i = 0; i < rows.size(); ++i) {
        EXPECT_EQ(sorted.persons[i], rows[i].number);
        EXPECT_EQ(sorted.rows[i].unit, units[rows[i].lane]);
        EXPECT_EQ(sorted.rows[i].time, rows[i].time);
        EXPECT_EQ(sorted.rows[i].mask, 1 + rows[i].number % 7);
        EXPECT_EQ(sorted.cells[0][i], rows[i].number * 3);
        EXPECT_EQ(sorted.numbers[0][i].whole, std::int64_t{rows[i].number} * 5);
    }
}

TEST(TapeBuilder, PutsRowsInOrder) {
    for (std::uint32_t seed = 0; seed < 300; ++seed) {
        compare(seed, 1 + seed % 40, seed * 3, seed % 2 == 0 ? 5 : 1'000'000);
    }
    // Long enough for both kinds of radix passes.
    compare(1'000, 3, 3'000, 400 * kDayMs);
    compare(1'001, 2, 30'000, 400 * kDayMs);
    compare(1'002, 1, 10'000, 3);
}

TEST(TapeBuilder, WhatIsNoEventComesLastAtItsTime) {
    TapeBuilder tape;
    tape.reset({}, true);
    tape.add({7, 0, 1});
    tape.origins().push_back(4);
    tape.add({7, 0, 2});
    tape.origins().push_back(3);
    tape.add({7, 0, 4});
    tape.origins().push_back(kNoOrigin);
    const std::vector<std::uint8_t> uncertain{1};
    ASSERT_TRUE(tape.order({1, {}, uncertain},
                           [](std::span<const Origin> origins, std::span<std::uint64_t> sequences) {
                               EXPECT_EQ(origins.size(), 2U);
                               std::ranges::copy(origins, sequences.begin());
                               return Status();
                           }));
    EXPECT_EQ(tape.tape().rows[0].mask, 2U);
    EXPECT_EQ(tape.tape().rows[1].mask, 1U);
    EXPECT_EQ(tape.tape().rows[2].mask, 4U);
}

}  // namespace
}  // namespace twofold::engine
