// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "ask/answer.h"
#include "base/result.h"
#include "engine/cells.h"
#include "engine/filter_set.h"
#include "engine/funnel_sink.h"
#include "engine/judge.h"
#include "engine/opened.h"
#include "engine/point_cells.h"
#include "engine/run.h"
#include "kernel/samples.h"
#include "plan/plan.h"

namespace twofold::engine {

/// Answers a funnel: how many units get how far, and how long the steps take.
///
/// Where conditions are judged at the entry, the entries are read first, judged all at once, and
/// the funnel is then decided from those that hold.
class Funnel {
public:
    Funnel(Run& run, Judge& judge, const plan::FunnelPlan& plan)
        : run_(run), judge_(judge), plan_(plan) {}

    /// `step, event, [by], count, of_first, of_previous, median_seconds, average_seconds`; with
    /// `entering` `time, [by], entered, completed`.
    Result<ask::Answer> answer();
    /// The units that reached a step, or the step before it and not this one.
    Result<Opened> open(const OpenRequest& request);

private:
    /// The filters of a scan and what its masks mean.
    struct Set {
        Set(Run& run, Judge& judge, UnitKind unit) : filters(run, judge, unit) {}
        FilterSet filters;
        std::vector<SelectorBits> steps;
        std::vector<SelectorBits> exclusions;
        kernel::BitSet asked;  // size 0: everyone
    };
    struct UnitValues;
    struct FoundCells;
    struct Outcomes {
        UnitOutcomes reached;
        CellLists cells;  ///< One list per unit; without `by` empty.
        RankedCells ranked;
        std::vector<std::vector<std::uint32_t>> units_of_group;  ///< By row of `ranked`: places.
        bool derived = false;
    };
    UnitKind unit() const;
    TimeMs steps_until() const;
    kernel::FunnelRules rules() const;
    Status refuse_what_is_left() const;
    Status fill(Set& set, bool entries_alone);
    Status restrict(Set& set, std::vector<const plan::Condition*>& at_entry);
    Result<std::vector<FunnelEntry>> allowed_entries(
        const std::vector<const plan::Condition*>& at_entry);
    Result<Outcomes> decide();
    void choose_columns();
    /// columns_ that dated facts have too; null for the others.
    std::vector<const plan::Fact*> sent_columns() const;
    static const plan::Fact* event_property(const plan::Breakdown& item);
    bool looks_up_cells(const Set& set) const;
    std::vector<Fetch> fetches() const;
    Status look_up_cells(UnitOutcomes& outcomes);
    Result<std::vector<bool>> look_up(std::span<const std::size_t> places,
                                      std::span<const std::uint32_t> numbers,
                                      std::span<std::uint32_t> cells);
    Status break_down(Outcomes& outcomes);
    std::uint32_t id_at_step(std::size_t item, const UnitOutcomes& outcomes,
                             const UnitOutcome& unit, std::uint32_t step);
    std::uint32_t touched_id(std::size_t item, const UnitOutcomes& outcomes,
                             const UnitOutcome& unit);
    void find_cells(const UnitOutcomes& outcomes, std::size_t place,
                    const std::vector<UnitValues>& of_units, CellFinder& finder, FoundCells& found);
    /// The rows that may open an attempt, in order.
    Result<std::vector<FunnelEntry>> entries();
    Points points_of(const std::vector<FunnelEntry>& entries) const;
    Result<Points> entries_of(const UnitOutcomes& outcomes);
    std::uint32_t first_by_label(std::span<const std::uint32_t> cells,
                                 const CellTable& table) const;
    template <typename Take>
    Status each_of_group(const Outcomes& outcomes, std::uint32_t group, const Take& take) const;
    /// What was done of one step.
    struct StepTally {
        std::uint64_t count = 0;
        std::int64_t total_ms = 0;  ///< Since the step before.
        kernel::Samples seconds;    ///< The same, of each.
    };
    Result<std::vector<StepTally>> tally(const Outcomes& outcomes, std::uint32_t group) const;
    Result<ask::Answer> steps_answer(const Outcomes& outcomes) const;
    Result<ask::Answer> entering_answer(const Outcomes& outcomes) const;

    Run& run_;
    Judge& judge_;
    const plan::FunnelPlan& plan_;
    ValueTable values_;
    CellTable cells_;
    std::vector<const plan::Fact*> columns_;  // of events, that rows bring along
    std::array<std::size_t, 2> column_of_item_{};
    CellTable tuples_;  // combinations of columns_
};

}  // namespace twofold::engine
