// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/time.h"
#include "kernel/row.h"

namespace twofold::kernel {

inline constexpr std::size_t kFunnelStepsMax = 20;

/// Events that spoil an attempt. Steps are counted from 0 here.
struct FunnelExclusion {
    std::uint32_t mask = 0;        ///< Rows with one of these bits.
    std::uint32_t after_step = 0;  ///< Later than the event of this step …
    std::uint32_t until_step = 1;  ///< … and earlier than this one's, or, where the attempt does
                                   ///< not reach it, up to the window's end (bound included).
    /// Cuts the attempt after the steps that it had by then; what is later no longer matters.
    /// Otherwise the attempt is tainted, and a unit whose deepest attempts are all tainted is left
    /// out (any order: keeps its first step).
    bool ends_attempt = false;
};

/// What counts as doing a funnel (ask.md, funnel). Bit k of a row's mask says that it matches step
/// k, for k < steps; the bits above are for exclusions and otherwise without meaning.
struct FunnelRules {
    std::uint32_t steps = 2;             ///< 1 to kFunnelStepsMax.
    DurationMs window_ms = 14 * kDayMs;  ///< Each step at most this long after the entry.
    /// No row between two steps: feed every row of a unit, those without a bit too.
    bool strict = false;
    /// Step k means k different steps done; each row does the lowest step it matches that is not
    /// done yet. An attempt starts at a row of any step. Not together with strict.
    bool any_order = false;
    /// All rows of an attempt have the same cell, and it is not 0.
    bool holding = false;
    /// Where cells tell more than what is held: the part of one that is. Unset: all of it.
    std::function<std::uint32_t(std::uint32_t)> held_of{};
    std::vector<FunnelExclusion> exclusions{};
};

/// One unit's deepest attempt; of several that deep the one completed first; of several entries
/// that complete with the same row the latest.
struct FunnelOutcome {
    std::uint32_t unit = 0;
    std::uint32_t depth = 0;                            ///< Steps done: 1 to rules.steps.
    std::array<TimeMs, kFunnelStepsMax> time{};         ///< Of step k, for k < depth.
    std::array<std::uint32_t, kFunnelStepsMax> cell{};  ///< Of the row of step k, for k < depth.
};

/// The same as a block tells it: by reference to what lives until the funnel is fed again.
struct FunnelReach {
    std::uint32_t unit = 0;
    std::span<const TimeMs> time{};         ///< By step; as long as the attempt is deep.
    std::span<const std::uint32_t> cell{};  ///< As long, or empty: all 0.
};

/// Decides funnels for a block of units. Every row of step 0 opens an attempt; an attempt takes the
/// earliest later row for each next step; a row serves one step. Rows of one unit come by (time,
/// log position) and those of one instant in one feed; they are then put in the order of the lowest
/// step that they match, rows without a step last, so that steps of one instant may follow each
/// other. To bind entries to a range, give bit 0 to rows inside it only.
///
/// Cost: O(rows × steps of their mask), memory as FunnelChains has; with strict, any order, holding
/// or exclusions the block's rows are kept and each entry costs O(steps² × log rows).
class Funnel {
public:
    explicit Funnel(FunnelRules rules);
    ~Funnel();
    Funnel(Funnel&&) noexcept;
    Funnel& operator=(Funnel&&) noexcept;

    /// Forgets everything; units are 0 … unit_count - 1.
    void begin(std::uint32_t unit_count);
    /// `cells` is as long as `rows` or empty (all 0), the same way in all feeds of a block.
    void feed(std::span<const Row> rows, std::span<const std::uint32_t> cells);
    /// The units with at least one step done, rising. Valid until the next begin().
    std::span<const FunnelReach> finish();

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// One unit's attempts, looked at one by one: the definition of a funnel with all its options, for
/// those that the moving chain cannot do, and the judge of the chain in tests.
/// `rows` are of one unit, by (time, log position). Only rows with entry_from <= time < entry_to
/// open an attempt. depth 0: none counts. Allocates.
FunnelOutcome funnel_of_unit(const FunnelRules& rules, std::span<const Row> rows,
                             std::span<const std::uint32_t> cells,
                             TimeMs entry_from = kBeginningOfTime, TimeMs entry_to = kEndOfTime);

}  // namespace twofold::kernel
