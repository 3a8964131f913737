// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ask/answer.h"
#include "base/result.h"
#include "engine/cells.h"
#include "engine/judge.h"
#include "engine/opened.h"
#include "engine/point_cells.h"
#include "engine/run.h"
#include "plan/plan.h"

namespace twofold::engine {

/// Answers a count: how many users or customers fulfil a condition, at one moment or at the end of
/// each period, with numbers taken over them.
class Count {
public:
    Count(Run& run, Judge& judge, const plan::CountPlan& plan)
        : run_(run), judge_(judge), plan_(plan) {}

    /// `[time], [by], count [, of, share, low, high] [, aggregates]`.
    Result<ask::Answer> answer();
    /// The units that a count counted.
    Result<Opened> open(const OpenRequest& request);

private:
    /// What was found at one moment.
    struct Period {
        Points among;         ///< Of whom the share is told; without `among` who is counted.
        kernel::BitSet held;  ///< Which of them fulfil the condition.
        CellLists cells;      ///< Where they fall; without `by` empty.
        std::vector<std::vector<model::Value>> numbers;  ///< Of each aggregate, for each of held.
    };
    /// The last one is kept: with one moment it is asked for again.
    Result<std::shared_ptr<const Period>> look(const plan::Moment& moment);
    std::vector<plan::Moment> moments() const;
    Result<RankedCells> rank(const std::vector<plan::Moment>& moments);
    /// What one row of the answer counts.
    struct Tally {
        std::uint64_t count = 0;
        std::uint64_t of = 0;
        std::vector<std::vector<model::Value>> numbers;  ///< Of each aggregate.
    };
    std::vector<std::uint32_t> groups_of(const Period& period, std::uint32_t i,
                                         const RankedCells& ranked) const;
    Result<std::vector<Tally>> tally(const Period& period, const RankedCells& ranked) const;
    std::vector<ask::Cell> shown(const Tally& tally) const;
    void add_totals(const Period& period, const Tally& total, ask::Answer& answer) const;
    ask::Cell aggregate(const plan::UnitAggregate& aggregate,
                        const std::vector<model::Value>& values) const;
    std::vector<ask::AnswerColumn> columns() const;

    Run& run_;
    Judge& judge_;
    const plan::CountPlan& plan_;
    ValueTable values_;
    CellTable cells_;
    std::shared_ptr<const Period> last_;
    plan::Moment last_moment_;
};

}  // namespace twofold::engine
