// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "ask/question.h"
#include "base/time.h"
#include "engine/cells.h"
#include "engine/filter_set.h"
#include "engine/scan.h"
#include "kernel/funnel.h"

namespace twofold::engine {

/// How far one unit got.
struct UnitOutcome {
    std::uint32_t unit = 0;
    std::uint32_t depth = 0;
    std::size_t times_begin = 0;  ///< Its `depth` times in UnitOutcomes::times, and its cells.
};
struct UnitOutcomes {
    std::vector<UnitOutcome> units;
    std::vector<TimeMs> times;
    std::vector<std::uint32_t> cells;  ///< As long as times, or empty; of the steps' events.

    void append(UnitOutcomes&& other);
    /// When the unit did step `step`, from 0. REQUIRES: step < depth.
    TimeMs time(const UnitOutcome& unit, std::uint32_t step) const {
        return times[unit.times_begin + step];
    }
};

/// A row that may open an attempt, and the customer it names (+ 1; 0: none, or not asked for).
struct FunnelEntry {
    std::uint32_t unit = 0;
    TimeMs time = 0;
    std::uint32_t acting = 0;
    auto operator<=>(const FunnelEntry&) const = default;
};

/// Entries that one funnel may judge; beyond it the question is refused. 16 bytes each.
inline constexpr std::size_t kEntriesMax = std::size_t{1} << 26;

/// The combination of several columns of one row, and its columns again.
std::uint32_t join_cells(std::span<const std::uint32_t> columns, CellFinder& finder);
std::uint32_t cell_of_column(std::uint32_t joined, std::size_t column, std::size_t columns,
                             const CellTable& tuples);

/// What the sinks of a funnel's scan share.
struct FunnelTask {
    kernel::FunnelRules rules;
    std::vector<SelectorBits> steps;
    std::vector<SelectorBits> exclusions;
    /// Attempts begin in [entry_from, entry_to).
    TimeMs entry_from = kBeginningOfTime;
    TimeMs entry_to = kEndOfTime;
    /// Sorted; only these open attempts. Null: all.
    const std::vector<FunnelEntry>* allowed = nullptr;
    /// Cell columns of the tape that matter. Of several, what is kept of a row is 1 + the number of
    /// their combination in `tuples`, from the last column to the first; 0 when all are missing.
    std::size_t columns = 0;
    CellTable* tuples = nullptr;
    ValueTable* values = nullptr;
    /// Any order, and steps may lie outside the range that entries are bound to: the kernel's block
    /// form knows no such bound, so units are decided one by one.
    bool bound_any_order = false;
    /// Each filter is a step's, in order, and nothing else is to be looked at: masks are what the
    /// kernel takes.
    bool direct = false;
};

class FunnelSink final : public Sink {
public:
    explicit FunnelSink(const FunnelTask& task);

    void begin(const Block& block) override;
    void feed(const Tape& tape) override;
    void finish(const Block& block) override;

    UnitOutcomes take() { return std::move(outcomes_); }

private:
    bool may_enter(const TapeRow& row) const;
    std::uint32_t step_mask(const TapeRow& row);
    void finish_any_order();
    std::span<const std::uint32_t> cells_of(const Tape& tape);
    void keep(std::uint32_t unit, std::span<const TimeMs> times,
              std::span<const std::uint32_t> cells);

    const FunnelTask& task_;
    kernel::Funnel funnel_;
    FirstTracker first_;
    std::vector<kernel::Row> rows_;
    std::vector<std::uint32_t> row_cells_;
    std::vector<std::uint32_t> joined_cells_;
    std::optional<CellFinder> finder_;
    UnitOutcomes outcomes_;
    std::uint32_t block_first_ = 0;
};

/// Collects the rows of some steps: those that may open an attempt.
class EntrySink final : public Sink {
public:
    explicit EntrySink(std::vector<SelectorBits> steps) : steps_(std::move(steps)) {}
    void begin(const Block& block) override;
    void feed(const Tape& tape) override;
    void finish(const Block& /*block*/) override {}
    bool spreads(std::uint32_t /*units*/) const override { return true; }

    std::vector<FunnelEntry> take() { return std::move(entries_); }
    bool too_many() const { return too_many_; }

private:
    std::vector<SelectorBits> steps_;
    FirstTracker first_;
    std::vector<FunnelEntry> entries_;
    std::uint32_t block_first_ = 0;
    bool too_many_ = false;
};

}  // namespace twofold::engine
