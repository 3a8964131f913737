// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "kernel/unit_bits.h"

namespace twofold::kernel {

struct StickinessRules {
    std::uint32_t intervals = 1;
    /// An interval is active with this many rows.
    std::uint32_t rows_min = 1;  ///< At least 1.
    std::uint32_t rows_max = std::numeric_limits<std::uint32_t>::max();

    /// Whether one row makes an interval active, and none makes it inactive again.
    bool is_plain() const noexcept {
        return rows_min == 1 && rows_max == std::numeric_limits<std::uint32_t>::max();
    }
};

/// Counts units by the number of intervals in which they are active (ask.md, stickiness). Works
/// block by block.
///
///   stickiness.begin(block.count);
///   stickiness.add(row.unit, interval);
///   stickiness.finish();
///
/// Cost: a bit per unit of the block and interval; unless the rules are plain 8 bytes a unit. A
/// value per thread; add those of threads with merge().
class Stickiness {
public:
    explicit Stickiness(const StickinessRules& rules);

    void begin(std::uint32_t unit_count);
    /// REQUIRES: unit < unit_count, interval < intervals; unless the rules are plain, the intervals
    /// of a unit never fall.
    void add(std::uint32_t unit, std::uint32_t interval) noexcept {
        if (rules_.is_plain()) {
            active_.setter().set(unit, interval);
        } else {
            count_row(unit, interval);
        }
    }
    /// add() of many rows at once. REQUIRES: rules.is_plain(); as for add().
    UnitBits& active() noexcept { return active_; }
    /// Counts the block. Its units can be asked for until the next begin().
    void finish() noexcept;
    /// In how many intervals a unit of the block is active.
    std::uint32_t intervals(std::uint32_t unit) const noexcept;

    /// Units that are active in exactly so many intervals, of all blocks that are finished.
    /// REQUIRES for both: 1 <= intervals <= rules.intervals.
    std::uint64_t exactly(std::uint32_t intervals) const noexcept { return counts_[intervals]; }
    std::uint64_t at_least(std::uint32_t intervals) const noexcept;
    /// REQUIRES: as many intervals.
    void merge(const Stickiness& other) noexcept;

private:
    static constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();
    /// The interval at hand of one unit.
    struct Rows {
        std::uint32_t interval = kNever;
        std::uint32_t count = 0;
    };
    void count_row(std::uint32_t unit, std::uint32_t interval) noexcept;

    StickinessRules rules_;
    std::vector<std::uint64_t> counts_;  // by intervals, 0 among them
    UnitBits active_;
    std::vector<Rows> rows_;
};

}  // namespace twofold::kernel
