// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "ask/answer.h"
#include "base/result.h"
#include "engine/cells.h"
#include "engine/judge.h"
#include "engine/opened.h"
#include "engine/point_cells.h"
#include "engine/retention_sink.h"
#include "engine/run.h"
#include "plan/plan.h"

namespace twofold::engine {

/// Rows of one answer: cohorts × groups × columns; beyond it the question is refused.
inline constexpr std::size_t kRetentionRowsMax = std::size_t{1} << 20;
/// What stands for the cohort in the rows of averages.
inline constexpr std::string_view kAverageLabel = "average";

/// Answers retention: of the units that start in a period, how many come back in the later ones.
///
/// Starts are read first, each with what it is judged and broken down by; then what comes back, in
/// no order. Where both are the same rows and nothing is asked of a start, they are read once.
class Retention {
public:
    Retention(Run& run, Judge& judge, const plan::RetentionPlan& plan)
        : run_(run), judge_(judge), plan_(plan) {}

    /// `cohort, [by], size, period, count, rate`; the averages' cohort is called "average".
    Result<ask::Answer> answer();
    /// The units of a cohort that came back in a period, or that did not.
    Result<Opened> open(const OpenRequest& request);

private:
    struct Set;  // filters of one scan
    /// The starts and their groups.
    struct Starts {
        std::vector<RetentionStart> all;
        CellLists groups;    ///< One list per start; without `by` empty.
        RankedCells ranked;  ///< Without `by` one row without a label.
    };
    struct Counted {
        RetentionOutcome outcome;
        kernel::BitSet captured;
    };

    UnitKind unit() const;
    std::uint32_t cohorts() const;
    TimeMs backs_from() const;
    TimeMs backs_until() const;
    std::vector<TimeMs> period_bounds() const;
    kernel::RetentionRules rules() const;
    Status sort_conditions();
    bool is_one_scan() const;
    Status split_breakdown();
    Status require(Set& set);
    Result<SelectorBits> add_starts(Set& set);
    Result<std::vector<FunnelEntry>> allowed_starts();
    Result<Starts> starts();
    Result<RetentionStarts> read_starts();
    Points points_of(std::span<const FunnelEntry> entries) const;
    Result<CellLists> cells_of(const RetentionStarts& read);
    Status break_down(const RetentionStarts& read, Starts& starts);
    Result<Counted> count(const Starts& starts, const RetentionCapture* capture);
    /// When a unit of the cohort can come back for the column: the earliest, and the end.
    TimeMs period_begin(std::uint32_t cohort, std::uint32_t column) const;
    TimeMs period_end(std::uint32_t cohort, std::uint32_t column) const;
    bool has_begun(std::uint32_t cohort, std::uint32_t column) const;
    bool is_over(std::uint32_t cohort, std::uint32_t column) const;
    void add_row(ask::Answer& answer, ask::Cell cohort, const std::vector<std::string>& labels,
                 std::uint32_t column, std::uint64_t size,
                 std::optional<std::uint64_t> count) const;
    void add_rows(ask::Answer& answer, const Starts& starts,
                  const kernel::RetentionCounts& counts) const;
    void note(const RetentionOutcome& outcome);
    Result<RetentionCapture> capture_of(const OpenRequest& request, const Starts& starts,
                                        std::string& what) const;

    Run& run_;
    Judge& judge_;
    const plan::RetentionPlan& plan_;
    ValueTable values_;
    CellTable cells_;
    CellTable cells_of_rows_;  ///< Of the parts that rows tell, where there are others.
    // `where`, as far as it is about units: judged once for all; row by row, at the start; for all
    // starts together.
    std::vector<const plan::Condition*> once_;
    std::optional<plan::Condition> at_start_;
    std::vector<const plan::Condition*> among_starts_;
    // `by`: what rows tell, and what is judged for all starts together.
    plan::By of_rows_;
    plan::By of_points_;
    bool points_first_ = false;  ///< Of two parts the first is of points.
    bool derived_ = false;
    std::vector<std::string> notes_;
};

}  // namespace twofold::engine
