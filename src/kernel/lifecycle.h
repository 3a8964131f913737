// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <vector>

#include "kernel/unit_bits.h"

namespace twofold::kernel {

enum class LifecycleState : std::uint8_t {
    kNone,          ///< Neither active in the period nor in the one before.
    kNew,           ///< Active, and first seen in this period, whatever was in the one before.
    kReturning,     ///< Active, also in the period before.
    kResurrecting,  ///< Active, not in the period before.
    kDormant,       ///< Active in the period before, not in this one.
};

/// Counts units by what they are in each period (ask.md, lifecycle). Periods 1 to `periods` are the
/// range; period 0 is the one before it and is not counted. Works block by block; rows come in any
/// order.
///
///   lifecycle.begin(block.count);
///   lifecycle.active().setter().set(row.unit, period);
///   lifecycle.first(unit, period);   // when the unit was new, if within the range
///   lifecycle.finish();
///
/// Cost: a bit per unit of the block and period, and 4 bytes a unit. A value per thread; add those
/// of threads with merge().
class Lifecycle {
public:
    explicit Lifecycle(std::uint32_t periods);

    void begin(std::uint32_t unit_count);
    /// Where rows are told. REQUIRES: no period behind the last one.
    UnitBits& active() noexcept { return active_; }
    /// REQUIRES: unit < unit_count; once for a unit.
    void first(std::uint32_t unit, std::uint32_t period) noexcept { firsts_[unit] = period; }
    /// Counts the block. Its units can be asked for until the next begin().
    void finish() noexcept;
    /// REQUIRES: 1 <= period <= periods.
    LifecycleState state(std::uint32_t unit, std::uint32_t period) const noexcept;

    /// Of all blocks that are finished. REQUIRES: 1 <= period <= periods; not kNone.
    std::uint64_t count(std::uint32_t period, LifecycleState state) const noexcept;
    /// REQUIRES: as many periods.
    void merge(const Lifecycle& other) noexcept;

private:
    static constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();
    /// Of one period.
    struct Counts {
        std::uint64_t active = 0;
        std::uint64_t stayed = 0;      // active, in the period before as well
        std::uint64_t fresh = 0;       // active and new
        std::uint64_t fresh_stay = 0;  // active, new, and active in the period before
    };

    bool is_active(std::uint32_t unit, std::uint32_t period) const noexcept {
        return (active_.row(unit)[period / 64] >> (period % 64) & 1) != 0;
    }

    std::vector<Counts> counts_;  // by period, 0 among them
    UnitBits active_;
    std::vector<std::uint32_t> firsts_;
    std::vector<std::uint64_t> columns_;
};

}  // namespace twofold::kernel
