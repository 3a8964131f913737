// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "oracle/world.h"

// A funnel by definition: every entry opens an attempt, every attempt is walked, the best is kept.

namespace twofold::oracle {

/// Whether an event fits, in an attempt that began with `entry`.
using Fits = std::function<bool(const Event& event, const Event& entry)>;

struct Excluded {
    Fits fits;
    std::size_t from_step = 0;  ///< From 1; 0: between the first and the last.
    std::size_t to_step = 0;
    bool ends_attempt = false;
};

struct FunnelRule {
    std::vector<Fits> steps;
    std::vector<Fits> matches;  ///< The steps without what they hold: puts instants in order.
    DurationMs window = 0;
    ask::FunnelOrder order = ask::FunnelOrder::kLoose;
    std::vector<Excluded> excluding;
    Fits opens;  ///< Whether the event may be an entry; unset: all may.
};

/// What a unit did: the event of each step it reached. Empty: it never entered.
struct Walk {
    std::vector<const Event*> steps;
    std::vector<TimeMs> times;
    std::ptrdiff_t last_row = 0;  ///< Place of the last step's event among the ordered rows.
    bool tainted = false;
};

/// `rows`: the unit's events in its order, those that may be steps or exclusions.
Walk best_walk(const std::vector<const Event*>& rows, const FunnelRule& rule);

}  // namespace twofold::oracle
