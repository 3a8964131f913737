// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/time.h"
#include "engine/scan.h"

namespace twofold::engine {

/// Puts many rows in order by unit and time, of which nothing but their time and mask matters:
/// eight bytes each. Collected by any number of threads in any order; then ranges of units, which
/// fit a cache, are put in order one by one. Rows of one unit and time come by their masks.
class RowOrder {
public:
    /// What rows there will be.
    struct Rows {
        std::uint32_t first_unit = 0;
        std::uint32_t unit_end = 0;
        TimeMs first = 0;  ///< Times lie within [first, last].
        TimeMs last = 0;
        std::uint32_t mask_bits = 1;
        std::uint64_t about = 0;  ///< How many, roughly.
    };
    /// Whether the rows can be told in eight bytes each.
    static bool serves(const Rows& rows) { return unit_bits_max(rows) >= kUnitBitsMin; }
    /// REQUIRES: serves(rows).
    explicit RowOrder(const Rows& rows);

    /// How many rows the collectors of one order may hold together.
    struct Room {
        std::uint64_t rows_max = 0;
        std::atomic<std::uint64_t> rows = 0;
        bool is_full() const noexcept { return rows > rows_max; }
    };
    /// Takes rows under the numbers of their units; those of others are left out. One per thread.
    /// Once the room is full, none of its collectors holds what all were told.
    class Collector final : public Sink {
    public:
        Collector(const RowOrder& order, Room& room);
        void begin(const Block& /*block*/) override {}
        void feed(const Tape& tape) override;
        void finish(const Block& /*block*/) override {}

    private:
        friend class RowOrder;
        struct Pile {
            std::uint64_t* next = nullptr;
            std::uint64_t* end = nullptr;
            std::vector<std::unique_ptr<std::uint64_t[]>> chunks;
        };
        void grow(Pile& pile);

        const RowOrder& order_;
        Room& room_;
        std::vector<Pile> piles_;  // by range of units
    };

    /// Ranges of units: range i begins with unit first_unit(i) and ends with first_unit(i + 1).
    std::uint32_t range_count() const noexcept { return range_count_; }
    std::uint32_t first_unit(std::uint32_t range) const noexcept {
        return std::min(rows_.first_unit + (range << unit_bits_), rows_.unit_end);
    }

    /// What one thread keeps from range to range.
    class Sorted {
    public:
        /// Puts the rows of a range in order, and frees what collectors kept of them.
        void sort(const RowOrder& order, std::uint32_t range,
                  std::span<const std::unique_ptr<Collector>> collectors);
        /// Feeds them under the numbers of units within the range.
        void feed(Sink& sink);

    private:
        void collect(std::uint32_t range, std::span<const std::unique_ptr<Collector>> collectors);
        void sort_by_bits(unsigned lowest, unsigned bits);
        bool insert();

        const RowOrder* order_ = nullptr;
        std::vector<std::uint64_t> keys_;
        std::vector<std::uint64_t> sorting_;
        std::vector<TapeRow> tape_;
    };

private:
    static constexpr unsigned kUnitBitsMin = 4;
    static constexpr unsigned kUnitBitsMax = std::bit_width(kBlockUnitsMax) - 1;
    static unsigned time_bits(const Rows& rows);
    static unsigned unit_bits_max(const Rows& rows);

    Rows rows_;
    unsigned time_bits_ = 0;
    unsigned unit_bits_ = 0;  // of a unit's number within its range
    std::uint32_t range_count_ = 0;
    std::size_t chunk_rows_ = 0;  // of which collectors' memory is made
};

}  // namespace twofold::engine
