// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace twofold::kernel {

/// Counts units once per column, where a column is a bucket of time, a cell of a breakdown, or both
/// (column = cell × buckets + bucket). Works block by block; rows may come in any order.
///
///   UniqueCounter days(366);
///   days.begin(block.count);
///   days.add(row.unit, day);        // as often as it happens
///   days.finish();                  // then days.counts()[day]
///
/// Cost: one bit per unit of the block and column; beyond kGridBitsMax bits a list of 8 bytes per
/// add, put in order at finish. A value per thread; add counts of threads with merge().
class UniqueCounter {
public:
    static constexpr std::uint64_t kGridBitsMax = std::uint64_t{1} << 25;  // 4 MB

    explicit UniqueCounter(std::uint32_t columns) : counts_(columns) {}

    /// More columns may be asked for between blocks (cells are met as rows come).
    void widen(std::uint32_t columns) {
        if (columns > counts_.size()) counts_.resize(columns);
    }
    std::uint32_t columns() const noexcept { return static_cast<std::uint32_t>(counts_.size()); }

    void begin(std::uint32_t unit_count);
    /// REQUIRES: unit < unit_count. A column >= columns() widens the list form.
    void add(std::uint32_t unit, std::uint32_t column) {
        if (words_per_unit_ == 0 || column >= grid_columns_) {
            add_loose(unit, column);
            return;
        }
        adder().add(unit, column);
    }
    /// For loops over many rows: add() by value. Until finish(). REQUIRES: has_grid(); columns
    /// below those there were at begin().
    struct Adder {
        std::uint64_t* grid;
        std::uint64_t words_per_unit;

        void add(std::uint32_t unit, std::uint32_t column) const noexcept {
            grid[unit * words_per_unit + column / 64] |= std::uint64_t{1} << (column % 64);
        }
    };
    Adder adder() noexcept { return {grid_.data(), words_per_unit_}; }
    /// For many rows of one unit: a byte per column, all 0, to be set to kMark where the unit is
    /// seen; then add_marks(). Quicker than bits, which wait for each other. As adder().
    static constexpr std::uint8_t kMark = 0x80;
    std::uint8_t* marks() noexcept { return marks_.data(); }
    /// Adds what is marked in columns [first, last], and clears the marks.
    void add_marks(std::uint32_t unit, std::uint32_t first, std::uint32_t last) noexcept;
    bool has_grid() const noexcept { return words_per_unit_ != 0; }
    void finish();

    /// Units that were seen in each column, in all blocks that are finished.
    std::span<const std::uint64_t> counts() const noexcept { return counts_; }
    void merge(const UniqueCounter& other);

private:
    static constexpr std::size_t kLooseMin = std::size_t{1} << 20;

    void count_grid();
    void add_loose(std::uint32_t unit, std::uint32_t column);

    std::vector<std::uint64_t> counts_;
    std::vector<std::uint64_t> grid_;  // a row of bits per unit
    std::vector<std::uint8_t> marks_;
    std::uint64_t words_per_unit_ = 0;  // 0: no grid, all in loose_
    std::uint32_t grid_columns_ = 0;
    std::vector<std::uint64_t> loose_;  // unit << 32 | column
    std::size_t loose_sort_at_ = kLooseMin;
};

}  // namespace twofold::kernel
