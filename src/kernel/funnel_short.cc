// SPDX-License-Identifier: Apache-2.0
#include "kernel/funnel_short.h"

#include <algorithm>

#include "base/check.h"
#include "kernel/funnel_attempts.h"

namespace twofold::kernel {

/// One unit's chains in registers: everything here is unrolled, and no index is left. Which step a
/// row is of cannot be foreseen, so chains move by masks (all bits or none), not by branches.
template <std::uint32_t kSteps>
class ShortFunnel::Moving {
public:
    static constexpr std::uint32_t kStepBits = (1U << kSteps) - 1;

    explicit Moving(DurationMs window_ms) : window_ms_(window_ms) {}

    bool is_complete() const { return depth_ == kSteps; }
    void load(const Chains& chains) {
        depth_ = chains.depth;
        for (std::uint32_t k = 0; k < kTimes; ++k)
            times_[k] = chains.times[k];
    }
    void save(Chains& chains) const {
        chains.depth = depth_;
        for (std::uint32_t k = 0; k < kTimes; ++k)
            chains.times[k] = times_[k];
    }
    void forget() {
        depth_ = 0;
        for (std::uint32_t k = 0; k + 1 < kSteps; ++k)
            times_[at(k)] = kNoEntry;
    }

    /// REQUIRES: not complete. Last step first, so that one row cannot carry the same chain over
    /// two steps.
    void move(TimeMs time, std::uint32_t mask, Chains& unit) {
        if (moves<kSteps - 1>(time, mask) != 0) {
            put_best<kSteps - 1>(time, unit);
        } else if constexpr (kSteps > 1) {
            move_chain<kSteps - 2>(time, mask, unit);
        }
    }

private:
    static constexpr std::uint32_t kTimes = kSteps * (kSteps - 1) / 2;

    /// Of the first time of a chain.
    static constexpr std::uint32_t at(std::uint32_t chain) { return chain * (chain + 1) / 2; }
    static TimeMs choose(TimeMs mask, TimeMs yes, TimeMs no) { return no ^ ((yes ^ no) & mask); }

    /// All bits when the row does step kStep of the chain before it.
    template <std::uint32_t kStep>
    TimeMs moves(TimeMs time, std::uint32_t mask) const {
        const TimeMs matches = -static_cast<TimeMs>(mask >> kStep & 1);
        if constexpr (kStep == 0) {
            return matches;
        } else {
            const TimeMs too_late_by = time - times_[at(kStep - 1)] - window_ms_;
            return matches & ((too_late_by - 1) >> 63);
        }
    }

    template <std::uint32_t kStep>
    void move_chain(TimeMs time, std::uint32_t mask, Chains& unit) {
        const TimeMs does = moves<kStep>(time, mask);
        if (depth_ <= kStep && does != 0) put_best<kStep>(time, unit);
        for (std::uint32_t k = 0; k < kStep; ++k) {
            times_[at(kStep) + k] =
                choose(does, times_[at(kStep) - kStep + k], times_[at(kStep) + k]);
        }
        times_[at(kStep) + kStep] = choose(does, time, times_[at(kStep) + kStep]);
        if constexpr (kStep > 0) {
            times_[at(kStep - 1)] = choose(does, kNoEntry, times_[at(kStep - 1)]);
            move_chain<kStep - 1>(time, mask, unit);
        }
    }

    /// The chain that does step kStep now is deeper than any before.
    template <std::uint32_t kStep>
    void put_best(TimeMs time, Chains& unit) {
        for (std::uint32_t k = 0; k < kStep; ++k)
            unit.best[k] = times_[at(kStep) - kStep + k];
        unit.best[kStep] = time;
        depth_ = kStep + 1;
    }

    DurationMs window_ms_;
    std::uint32_t depth_ = 0;
    std::array<TimeMs, std::max(kTimes, 1U)> times_{};
};

ShortFunnel::ShortFunnel(std::uint32_t steps, DurationMs window_ms)
    : steps_(steps), window_ms_(window_ms) {
    TF_CHECK(steps >= 1 && steps <= kStepsMax);
}

void ShortFunnel::begin(std::uint32_t unit_count) {
    if (chains_.size() < unit_count) chains_.resize(unit_count);
    touched_.assign(unit_count, 0);
}

void ShortFunnel::feed(std::span<const Row> rows) {
    switch (steps_) {
        case 1:
            return feed_steps<1>(rows);
        case 2:
            return feed_steps<2>(rows);
        default:
            return feed_steps<kStepsMax>(rows);
    }
}

void ShortFunnel::finish(std::vector<FunnelReach>& reached) const {
    for (std::uint32_t unit = 0; unit < touched_.size(); ++unit) {
        if (touched_[unit] == 0 || chains_[unit].depth == 0) continue;
        FunnelReach& reach = reached.emplace_back();
        reach.unit = unit;
        reach.time = std::span(chains_[unit].best).first(chains_[unit].depth);
    }
}

/// Rows of one unit and one time, two or more, in the order of their steps. Returns what follows.
template <std::uint32_t kSteps>
const Row* ShortFunnel::feed_instant(Moving<kSteps>& moving, const Row* row, const Row* end) {
    Chains& unit = chains_[row->unit];
    const Row* next = row;
    while (next != end && next->time == row->time && next->unit == row->unit)
        ++next;
    instant_.assign(row, next);
    order_instants(Moving<kSteps>::kStepBits, instant_, no_cells_);
    for (const Row& one : instant_) {
        if (!moving.is_complete()) moving.move(one.time, one.mask, unit);
    }
    return next;
}

template <std::uint32_t kSteps>
void ShortFunnel::feed_steps(std::span<const Row> rows) {
    const Row* row = rows.data();
    const Row* const end = row + rows.size();
    Moving<kSteps> moving(window_ms_);
    while (row != end) {
        const std::uint32_t number = row->unit;
        Chains& unit = chains_[number];
        if (touched_[number] == 0) {
            touched_[number] = 1;
            moving.forget();
        } else {
            moving.load(unit);
        }
        while (row != end && row->unit == number && !moving.is_complete()) {
            const Row* const next = row + 1;
            if (next != end && next->time == row->time && next->unit == number) [[unlikely]] {
                row = feed_instant(moving, row, end);
            } else {
                moving.move(row->time, row->mask, unit);
                row = next;
            }
        }
        // Nothing later can improve on a full chain.
        while (row != end && row->unit == number)
            ++row;
        moving.save(unit);
    }
}

}  // namespace twofold::kernel
