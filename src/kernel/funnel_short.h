// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "kernel/row.h"

namespace twofold::kernel {

/// The moving chain of funnel.cc for funnels of few steps whose rows have no cells, which most are:
/// a unit's chains are in registers while its rows pass, and move without a branch.
/// Same order of rows as Funnel. Memory: 88 bytes a unit.
class ShortFunnel {
public:
    static constexpr std::uint32_t kStepsMax = 4;

    /// REQUIRES: 1 <= steps <= kStepsMax; window_ms >= 0.
    ShortFunnel(std::uint32_t steps, DurationMs window_ms);

    /// Forgets everything; units are 0 … unit_count - 1.
    void begin(std::uint32_t unit_count);
    void feed(std::span<const Row> rows);

    /// The times of the steps that a unit's deepest attempt did; empty: none. Until the next feed
    /// or begin.
    std::span<const TimeMs> reached(std::uint32_t unit) const noexcept {
        if (touched_[unit] == 0) return {};
        return std::span(chains_[unit].best).first(chains_[unit].depth);
    }

private:
    /// Of one unit. Chain k has done k + 1 steps; its times lie at k (k + 1) / 2, the first of them
    /// its entry. A chain that has done all steps is the best.
    struct Chains {
        std::array<TimeMs, kStepsMax*(kStepsMax - 1) / 2> times;
        std::array<TimeMs, kStepsMax> best;
        std::uint32_t depth = 0;  // of the best
    };
    template <std::uint32_t kSteps>
    class Moving;

    template <std::uint32_t kSteps>
    void feed_steps(std::span<const Row> rows);
    template <std::uint32_t kSteps>
    const Row* feed_instant(Moving<kSteps>& moving, const Row* row, const Row* end);

    std::uint32_t steps_;
    DurationMs window_ms_;
    std::vector<Chains> chains_;
    std::vector<std::uint8_t> touched_;
    std::vector<Row> instant_;
    std::vector<std::uint32_t> no_cells_;
};

}  // namespace twofold::kernel
