// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "kernel/unit_bits.h"

namespace twofold::kernel {

/// Counts units once per column, where a column is a bucket of time, a cell of a breakdown, or both
/// (column = cell × buckets + bucket). Works block by block; rows may come in any order.
///
///   UniqueCounter days(366);
///   days.begin(block.count);
///   days.add(row.unit, day);        // as often as it happens
///   days.finish();                  // then days.counts()[day]
///
/// Cost: one bit per unit of the block and column; beyond grid_bits_max bits a list of 8 bytes per
/// add, put in order at finish. A value per thread; add counts of threads with merge().
class UniqueCounter {
public:
    static constexpr std::uint64_t kGridBitsMax = std::uint64_t{1} << 25;  // 4 MB
    /// Of all units that there are, where rows do not come by them.
    static constexpr std::uint64_t kWideGridBitsMax = std::uint64_t{1} << 28;  // 32 MB

    explicit UniqueCounter(std::uint32_t columns) : counts_(columns) {}

    /// More columns may be asked for between blocks (cells are met as rows come).
    void widen(std::uint32_t columns) {
        if (columns > counts_.size()) counts_.resize(columns);
    }
    std::uint32_t columns() const noexcept { return static_cast<std::uint32_t>(counts_.size()); }

    void begin(std::uint32_t unit_count, std::uint64_t grid_bits_max = kGridBitsMax);
    /// Whether the columns there are would be bits of so many units.
    bool fits(std::uint64_t unit_count, std::uint64_t grid_bits_max) const noexcept {
        return (std::uint64_t{columns()} + 63) / 64 * 64 * unit_count <= grid_bits_max;
    }
    /// What `other` was told of the same block.
    void absorb(const UniqueCounter& other);
    /// REQUIRES: unit < unit_count. A column >= columns() widens the list form.
    void add(std::uint32_t unit, std::uint32_t column) {
        if (!has_grid() || column >= grid_columns_) {
            add_loose(unit, column);
            return;
        }
        grid_.setter().set(unit, column);
    }
    bool has_grid() const noexcept { return grid_.words() != 0; }
    /// To add many rows at once, until finish(). REQUIRES: has_grid(); columns below those there
    /// were at begin().
    UnitBits& grid() noexcept { return grid_; }
    void finish();

    /// Units that were seen in each column, in all blocks that are finished.
    std::span<const std::uint64_t> counts() const noexcept { return counts_; }
    void merge(const UniqueCounter& other);

private:
    static constexpr std::size_t kLooseMin = std::size_t{1} << 20;

    void count_grid();
    void add_loose(std::uint32_t unit, std::uint32_t column);

    std::vector<std::uint64_t> counts_;
    UnitBits grid_;  // of no words: all in loose_
    std::uint32_t grid_columns_ = 0;
    std::vector<std::uint64_t> loose_;  // unit << 32 | column
    std::size_t loose_sort_at_ = kLooseMin;
};

}  // namespace twofold::kernel
