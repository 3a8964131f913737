// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "kernel/funnel.h"
#include "kernel/row.h"

namespace twofold::kernel {

/// FunnelChains for three steps at most and rows without cells, which most funnels have: a unit's
/// chains are in registers while its rows pass, which takes half to three quarters of the time.
/// Same order of rows as Funnel. Memory: 56 bytes a unit.
class ShortFunnel {
public:
    static constexpr std::uint32_t kStepsMax = 3;

    /// REQUIRES: 1 <= steps <= kStepsMax; window_ms >= 0.
    ShortFunnel(std::uint32_t steps, DurationMs window_ms);

    /// Forgets everything; units are 0 … unit_count - 1.
    void begin(std::uint32_t unit_count);
    void feed(std::span<const Row> rows);

    /// As FunnelChains.
    void finish(std::vector<FunnelReach>& reached) const;

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
