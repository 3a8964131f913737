// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "ask/answer.h"
#include "ask/backend.h"
#include "base/result.h"
#include "engine/judge.h"
#include "engine/opened.h"
#include "engine/points.h"
#include "engine/run.h"
#include "plan/plan.h"

namespace twofold::engine {

/// Answers a list: units or relations with their values, complete and in a fixed order; of a page
/// only the rows are made, but all are counted and sorted.
class List {
public:
    List(Run& run, Judge& judge, const plan::ListPlan& plan)
        : run_(run), judge_(judge), plan_(plan) {}

    /// Everyone whom the plan's condition holds for. `options` has the page.
    Result<ask::Answer> answer(const ask::AskOptions& options);
    /// The units of an opened cell instead.
    Result<ask::Answer> answer(const Opened& opened, const ask::AskOptions& options);

private:
    Result<Points> points() const;
    Result<Points> relations() const;
    Result<ask::Answer> show(Points points, const ask::AskOptions& options);
    Result<std::vector<std::uint32_t>> order(const Points& points, std::size_t wanted);

    Run& run_;
    Judge& judge_;
    const plan::ListPlan& plan_;
};

}  // namespace twofold::engine
