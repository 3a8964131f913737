// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
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
        Points among;         ///< Those of whom the share is told; without `among` all who exist.
        kernel::BitSet held;  ///< Which of them fulfil the condition.
        CellLists cells;      ///< Where they fall; without `by` empty.
        std::vector<std::vector<model::Value>> numbers;  ///< Of each aggregate, for each of held.
    };
    Result<Period> look(const plan::Moment& moment);
    std::vector<plan::Moment> moments() const;
    RankedCells rank(const std::vector<Period>& periods) const;
    /// `group` absent: all of the period.
    std::vector<ask::Cell> numbers_of(const Period& period, const RankedCells& ranked,
                                      std::optional<std::uint32_t> group) const;
    ask::Cell aggregate(const plan::UnitAggregate& aggregate,
                        const std::vector<model::Value>& values) const;
    bool in_group(const Period& period, std::uint32_t i, const RankedCells& ranked,
                  std::optional<std::uint32_t> group) const;
    std::vector<ask::AnswerColumn> columns() const;

    Run& run_;
    Judge& judge_;
    const plan::CountPlan& plan_;
    ValueTable values_;
    CellTable cells_;
};

}  // namespace twofold::engine
