// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "kernel/funnel.h"

namespace twofold::kernel {

/// The bits of a mask that are steps.
constexpr std::uint32_t bits_of_steps(std::uint32_t steps) {
    return static_cast<std::uint32_t>((std::uint64_t{1} << steps) - 1);
}

/// Of a chain without an entry: out of every window, and far enough from the ends of time to be
/// subtracted from.
inline constexpr TimeMs kNoEntry = kBeginningOfTime / 4;

/// Puts the rows of one instant in the order of the lowest step that they match, rows without a
/// step last, others as they came. `rows` are of one unit, by time; `cells` empty or as long.
/// Returns whether anything had to move.
bool order_instants(std::uint32_t step_bits, std::vector<Row>& rows,
                    std::vector<std::uint32_t>& cells);

/// Looks up, in one unit's rows, where the next row of a step is. Each attempt is followed from its
/// entry with one search per step.
class FunnelAttempts {
public:
    /// `rows` are in the order of order_instants and stay valid while this lives.
    FunnelAttempts(const FunnelRules& rules, std::span<const Row> rows,
                   std::span<const std::uint32_t> cells);

    /// The attempt that decides among those entered in [entry_from, entry_to); depth 0: none.
    FunnelOutcome best(TimeMs entry_from, TimeMs entry_to) const;

private:
    using Position = std::uint32_t;
    static constexpr Position kNowhere = 0xffff'ffff;

    struct Attempt {
        std::uint32_t depth = 0;
        bool tainted = false;
        std::array<Position, kFunnelStepsMax> at{};
        Position entry() const { return at[0]; }
        Position completed() const { return at[depth - 1]; }
    };

    Attempt follow(Position entry) const;
    Attempt follow_any_order(Position entry) const;
    void exclude(Attempt& attempt) const;
    std::optional<TimeMs> first_excluded(const Attempt& attempt, std::size_t exclusion) const;
    Position next(std::uint32_t step, std::uint32_t cell, Position after) const;
    bool in_window(Position entry, Position position) const;
    /// 0 when nothing is held, or the row has nothing to hold.
    std::uint32_t held(Position position) const;
    static bool beats(const Attempt& attempt, const Attempt& other);
    FunnelOutcome outcome(const Attempt& attempt) const;

    const FunnelRules& rules_;
    std::span<const Row> rows_;
    std::span<const std::uint32_t> cells_;
    /// Per step: (cell when holding, else 0; position), sorted.
    std::vector<std::vector<std::pair<std::uint32_t, Position>>> rows_of_step_;
    std::vector<std::vector<TimeMs>> excluded_;  // per exclusion, rising
};

}  // namespace twofold::kernel
