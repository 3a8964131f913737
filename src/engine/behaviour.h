// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "engine/filter_set.h"
#include "engine/gathered.h"
#include "engine/points.h"
#include "engine/run.h"
#include "engine/scan_values.h"
#include "kernel/bit_set.h"
#include "model/types.h"
#include "plan/condition.h"

namespace twofold::engine {

class Judge;

/// What units did: counts and numbers taken from their events, for many points at once. Reads only
/// the events of the units that are asked for, in the stretch of time that any of them looks at.
/// One thread; belongs to one judge.
///
/// Two ways lead through it. Where all points share a moment and the window is a stretch of the
/// calendar, counts, users, days and times are kept as one number per unit, whatever the number of
/// events. Everything else gathers the rows (gathered.h bounds them) and looks at each unit's.
class Behaviour {
public:
    Behaviour(Run& run, Judge& judge) : run_(run), judge_(judge) {}

    /// How many events of the selector lie in each point's window.
    Result<std::vector<std::int64_t>> counts(const plan::Selector& selector,
                                             const plan::Window& window, plan::About about,
                                             const Points& points);
    Result<std::vector<model::Value>> numbers(const plan::Measure& measure, const Points& points);
    Result<kernel::BitSet> chain(const plan::Chain& chain, const Points& points);
    /// First or last seen: the first or last `use` before each point's moment.
    Result<std::vector<model::Value>> seen(const plan::Fact& fact, const Points& points);

private:
    /// [from, to)
    struct Stretch {
        TimeMs from = 0;
        TimeMs to = 0;
    };
    struct Request;
    static Stretch resolve(const plan::Window& window, const plan::Moment& moment);
    static Stretch reach(const plan::Window& window, const Points& points, bool from_the_beginning);

    Result<std::vector<std::int64_t>> count_quickly(const plan::Selector& selector, Stretch stretch,
                                                    UnitKind kind,
                                                    const std::vector<std::uint32_t>& units);
    Result<std::vector<model::Value>> time_quickly(const plan::Selector& selector, Stretch stretch,
                                                   UnitKind kind,
                                                   const std::vector<std::uint32_t>& units,
                                                   bool last);
    Result<std::vector<std::int64_t>> distinct_quickly(const plan::Selector& selector,
                                                       Stretch stretch, UnitKind kind,
                                                       const std::vector<std::uint32_t>& units,
                                                       bool days);
    Result<std::vector<model::Value>> look(const plan::Measure& measure, const Points& points);

    Run& run_;
    Judge& judge_;
    std::vector<std::unique_ptr<ValueTable>> tables_;  // first(event.x) gives their texts
};

}  // namespace twofold::engine
