// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ask/condition.h"
#include "base/calendar.h"
#include "base/time.h"

namespace twofold::plan {

/// What a project has decided about the meaning of its questions. A value.
struct Settings {
    Zone zone = Zone::utc();
    WeekStart week_start = WeekStart::kMonday;
    /// The moment that counts as now when a question does not say; absent: the clock's.
    std::optional<TimeMs> now;
    /// Roles of people who are not inside the customer: they count where they are named.
    std::vector<std::string> outside_roles = {"guest", "audience", "partner"};
    /// Events that nobody does, beside those marked automatic: `use` leaves them out.
    std::vector<std::string> automatic_events;

    /// `"Active"` in a question may stand for any selector.
    struct NamedSelector {
        std::string name;
        ask::Selector selector;
    };
    std::vector<NamedSelector> selectors;
    /// `in segment "Power users"`: a condition of a unit.
    struct NamedSegment {
        std::string name;
        ask::Predicate condition;
    };
    std::vector<NamedSegment> segments;
};

}  // namespace twofold::plan
