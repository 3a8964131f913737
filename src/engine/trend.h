// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "ask/answer.h"
#include "base/result.h"
#include "engine/cells.h"
#include "engine/judge.h"
#include "engine/opened.h"
#include "engine/run.h"
#include "engine/scan_values.h"
#include "engine/trend_sink.h"
#include "plan/plan.h"

namespace twofold::engine {

/// Answers a trend: measures per bucket of time and cell of a breakdown.
///
/// A breakdown is read twice: first to rank its cells over the whole range, then to count the
/// biggest and the rest, since the distinct units of the rest are no sum.
class Trend {
public:
    Trend(Run& run, Judge& judge, const plan::TrendPlan& plan)
        : run_(run), judge_(judge), plan_(plan) {}

    /// `time, [by], value`; rule, range and cost are the caller's.
    Result<ask::Answer> answer();
    /// The units behind a cell of the first measure; of events the users who did them.
    Result<Opened> open(const OpenRequest& request);

private:
    /// The rows of the answer beside time.
    struct Groups {
        std::vector<std::vector<std::string>> labels;  ///< One text per part of `by`.
        std::vector<std::uint32_t> of_cell;
        bool ranked = false;  ///< There is a breakdown.
        std::uint32_t count() const { return static_cast<std::uint32_t>(labels.size()); }
    };
    struct Shape {
        bool rolling = false;
        std::uint32_t rolling_days = 0;
        bool cumulative = false;
    };
    struct Counted {
        TrendCounts counts;
        kernel::BitSet captured;
        std::uint64_t attached = 0;  ///< Of customers: events of some customer, and facts.
    };
    struct Prepared;
    /// What one scan is to do, beside its measure.
    struct Pass {
        Shape shape;
        const Groups* groups = nullptr;  ///< Null: rank.
        std::optional<TrendTask::Capture> capture;
    };
    /// A column's numbers: groups × buckets, then the total.
    struct Values {
        std::vector<ask::Cell> cells;
        ask::Cell total;
    };

    static Shape shape_of(const plan::TrendColumn& column);
    kernel::Buckets base_buckets(const Shape& shape) const;
    Result<Counted> count(const plan::CellMeasure& measure, const Pass& pass);
    Status restrict(const plan::CellMeasure& measure, FilterSet& filters, kernel::BitSet& asked,
                    std::vector<PointCondition>& row_conditions);
    Result<Scan> prepare(const plan::CellMeasure& measure, const Pass& pass, Prepared& prepared);
    void fill_task(const plan::CellMeasure& measure, const Pass& pass, Prepared& prepared) const;
    /// How many times events count more than once because several customers share them.
    Result<std::uint64_t> overlap(const plan::CellMeasure& measure, const Shape& shape,
                                  const Counted& counted, const Groups& groups);
    Result<Groups> rank();
    /// Of each cell over the whole range.
    Result<std::vector<ask::Cell>> cell_sizes(const plan::TrendColumn& column);
    Result<Values> column_values(const plan::TrendColumn& column, const Groups& groups);
    Result<Values> measure_values(const plan::CellMeasure& measure, const Shape& shape,
                                  const Groups& groups);
    Result<std::vector<ask::Cell>> unit_cells(const Shape& shape, const TrendCounts& counts,
                                              std::uint32_t groups) const;
    Result<std::vector<ask::Cell>> added_cells(const plan::CellMeasure& measure, const Shape& shape,
                                               const TrendCounts& counts,
                                               std::uint32_t groups) const;
    Status note(const plan::CellMeasure& measure, const Shape& shape, const Counted& counted,
                const Groups& groups);
    const plan::By& by_of(const plan::CellMeasure& measure) const;
    UnitKind unit_of(const plan::CellMeasure& measure, bool capturing) const;

    Run& run_;
    Judge& judge_;
    const plan::TrendPlan& plan_;
    /// Of measures whose ranking counted by bucket too: what it counted, until it is used.
    std::map<const plan::CellMeasure*, TrendCounts> ranked_;
    ValueTable values_;
    CellTable cells_;
    std::vector<std::string> notes_;
};

}  // namespace twofold::engine
