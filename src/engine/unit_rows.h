// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "engine/event_customers.h"
#include "engine/filter_set.h"
#include "engine/gathered.h"
#include "engine/run.h"
#include "engine/scan_values.h"
#include "model/types.h"
#include "plan/condition.h"

namespace twofold::engine {

/// The rows of one unit, and the numbers that are taken from them in any window: the slow, general
/// way of Behaviour.
class UnitRows {
public:
    struct Bits {
        SelectorBits selector;
        SelectorBits anchor;
        std::uint32_t anything = 0;
    };
    /// What the scan must bring along.
    struct Needs {
        bool number = false;
        bool cell = false;
        bool person = false;
        bool acting = false;
    };
    static Needs needs(ask::Aggregate aggregate);

    /// All borrowed. `values` gives the texts of cells.
    UnitRows(const Run& run, const plan::Measure& measure, Bits bits, const ValueTable* values);

    /// Takes the next unit. The rows are borrowed until the next begin().
    void begin(Gathered::Rows rows);

    /// Where an anchored window lies for this unit, as [from, to); a window that is not anchored
    /// stays what it is. Empty when the anchor is not there or not yet seen.
    std::pair<TimeMs, TimeMs> window(TimeMs from, TimeMs to, TimeMs before) const;
    /// The measure over the rows within. `from`, `to` as for window().
    model::Value number(TimeMs from, TimeMs to, TimeMs before) const;

private:
    struct Slice {
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    model::Value of_numbers(Slice slice) const;
    model::Value distinct(Slice slice) const;
    std::int64_t customers(Slice slice) const;
    std::int64_t days(Slice slice) const;

    const Run& run_;
    const plan::Measure& measure_;
    Bits bits_;
    const ValueTable* values_;
    EventCustomers customers_;
    Gathered::Rows rows_;
    std::vector<std::uint32_t> taken_;  // indices of rows that the selector takes, in order
    std::vector<TimeMs> times_;         // their times
    TimeMs anchor_ = kEndOfTime;        // first of the anchor
    TimeMs first_ = kEndOfTime;         // first event of all
};

}  // namespace twofold::engine
