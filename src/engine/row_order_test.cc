// SPDX-License-Identifier: Apache-2.0
#include "engine/row_order.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <random>
#include <tuple>

namespace twofold::engine {
namespace {

using WideRandom = std::independent_bits_engine<std::mt19937_64, 64, std::uint64_t>;
using Key = std::tuple<std::uint32_t, TimeMs, std::uint32_t>;  // unit, time, mask

/// Sees rows in order, and checks that those of one unit and time come together.
class KeySink final : public Sink {
public:
    void begin(const Block& block) override { first_ = block.first; }
    void feed(const Tape& tape) override {
        const TapeRow& row = tape.rows.front();
        if (!keys.empty()) {
            const bool split = std::get<0>(keys.back()) == first_ + row.unit &&
                               std::get<1>(keys.back()) == row.time;
            EXPECT_FALSE(split);
        }
        for (const TapeRow& one : tape.rows)
            keys.emplace_back(first_ + one.unit, one.time, one.mask);
    }
    void finish(const Block& /*block*/) override {}

    std::vector<Key> keys;

private:
    std::uint32_t first_ = 0;
};

/// Random rows, told by two threads, in runs that rise by time where `run` is more than 1.
void compare(std::uint64_t seed, const RowOrder::Rows& rows, std::size_t count, std::size_t run) {
    SCOPED_TRACE(seed);
    WideRandom random(seed);
    const RowOrder order(rows);
    RowOrder::Room room{.rows_max = 2 * count + 100};
    std::vector<std::unique_ptr<RowOrder::Collector>> collectors;
    for (int i = 0; i < 2; ++i)
        collectors.push_back(std::make_unique<RowOrder::Collector>(order, room));
    std::vector<Key> expected;
    for (std::size_t told = 0; told < count; told += run) {
        const auto unit = static_cast<std::uint32_t>(random() % (rows.unit_end + 2));
        std::vector<TapeRow> tape_rows(run);
        for (TapeRow& row : tape_rows) {
            row.time = rows.first + static_cast<TimeMs>(random() % static_cast<std::uint64_t>(
                                                                       rows.last - rows.first + 1));
            row.unit = unit;
            row.mask = 1 + static_cast<std::uint32_t>(random() % ((1U << rows.mask_bits) - 1));
        }
        std::ranges::sort(tape_rows, {}, &TapeRow::time);
        Tape tape;
        tape.rows = tape_rows;
        collectors[random() % 2]->feed(tape);
        if (unit < rows.first_unit || unit >= rows.unit_end) continue;
        for (const TapeRow& row : tape_rows)
            expected.emplace_back(row.unit, row.time, row.mask);
    }
    std::ranges::sort(expected);
    EXPECT_EQ(room.rows, expected.size());
    EXPECT_FALSE(room.is_full());
    KeySink sink;
    RowOrder::Sorted sorted;
    for (std::uint32_t range = 0; range < order.range_count(); ++range) {
        sorted.sort(order, range, collectors);
        sink.begin({.first = order.first_unit(range)});
        sorted.feed(sink);
    }
    EXPECT_EQ(order.first_unit(order.range_count()), rows.unit_end);
    EXPECT_EQ(sink.keys, expected);
}

TEST(RowOrder, SortsByUnitAndTime) {
    constexpr TimeMs kFrom = 1'767'225'600'000;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        WideRandom random(seed);
        RowOrder::Rows rows;
        rows.first_unit = static_cast<std::uint32_t>(random() % 50);
        rows.unit_end = rows.first_unit + 1 + static_cast<std::uint32_t>(random() % 5'000);
        rows.first = kFrom;
        rows.last = kFrom + static_cast<TimeMs>(random() % (365 * kDayMs));
        rows.mask_bits = 1 + static_cast<unsigned>(random() % 6);
        const std::size_t count = random() % 20'000;
        rows.about = random() % 2 == 0 ? count : 100 * count;
        compare(seed, rows, count, 1 + random() % 30);
    }
}

TEST(RowOrder, RowsOfOneHourOfAYearAreSortedToo) {
    RowOrder::Rows rows{.unit_end = 3, .first = 0, .last = 365 * kDayMs, .mask_bits = 2};
    const RowOrder order(rows);
    RowOrder::Room room{.rows_max = 1U << 20};
    std::vector<std::unique_ptr<RowOrder::Collector>> collectors;
    collectors.push_back(std::make_unique<RowOrder::Collector>(order, room));
    WideRandom random(1);
    std::vector<TapeRow> tape_rows(200'000);
    for (TapeRow& row : tape_rows)
        row = {static_cast<TimeMs>(random() % kHourMs), static_cast<std::uint32_t>(random() % 3),
               1};
    Tape tape;
    tape.rows = tape_rows;
    collectors[0]->feed(tape);
    RowOrder::Sorted sorted;
    KeySink sink;
    for (std::uint32_t range = 0; range < order.range_count(); ++range) {
        sorted.sort(order, range, collectors);
        sink.begin({.first = order.first_unit(range)});
        sorted.feed(sink);
    }
    EXPECT_EQ(sink.keys.size(), tape_rows.size());
    EXPECT_TRUE(std::ranges::is_sorted(sink.keys));
}

TEST(RowOrder, ServesWhatFitsInEightBytes) {
    RowOrder::Rows rows{.unit_end = 10, .first = 0, .last = 365 * kDayMs, .mask_bits = 20};
    EXPECT_TRUE(RowOrder::serves(rows));
    rows.mask_bits = 32;
    EXPECT_FALSE(RowOrder::serves(rows));
    rows = {.unit_end = 10, .first = kBeginningOfTime, .last = kEndOfTime, .mask_bits = 1};
    EXPECT_FALSE(RowOrder::serves(rows));
}

}  // namespace
}  // namespace twofold::engine
