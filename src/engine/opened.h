// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "kernel/bit_set.h"
#include "plan/plan.h"

namespace twofold::engine {

/// A cell that is to be opened (ask.md, "Opening a number"), as it was asked for.
struct OpenRequest {
    std::optional<std::int64_t> step;  ///< Of a funnel, from 1.
    bool dropped = false;  ///< Those who did the step before and not this one; who did not return.
    std::optional<std::string> time;     ///< Label of a bucket.
    std::optional<std::string> cohort;   ///< Of retention: its label, or "average".
    std::optional<std::int64_t> period;  ///< Of retention: the column.
    std::optional<std::vector<std::string>>
        by;  ///< Labels, as many as the question breaks down by.
    // Of sides, as the columns of those names say it; absent: any.
    std::optional<std::string> uses;
    std::optional<std::string> pays;
    std::optional<std::string> uses_before;  ///< Of flows.
    std::optional<std::string> pays_before;  ///< Likewise.
    bool of_users = false;                   ///< The users that the row counts.
    // Of overlap, likewise.
    std::optional<std::string> group;
    std::optional<std::string> how;
    bool of_customers = false;  ///< The customers that the row counts.

    bool names_a_side() const { return uses || pays || uses_before || pays_before; }
    bool names_a_group() const { return group || how; }
};

/// Reads `{"step":2,"dropped":true}`, `{"time":"2026-01-05","by":["NO"]}`,
/// `{"cohort":"2026-01-05","period":3}`, `{"time":"2026-01","uses":"no","pays":"yes"}`,
/// `{"group":"both","how":"self","of":"customers"}`; `by` may be
/// one text.
/// Errors: kInvalid with the text at its end.
Result<OpenRequest> parse_open(std::string_view json);

/// The units behind a cell, as a set: what a list is made from, and a segment could be.
struct Opened {
    plan::Unit unit = plan::Unit::kUsers;
    kernel::BitSet units;  ///< By ordinal.
    std::string what;      ///< "step 2, dropped", for the rule.
};

}  // namespace twofold::engine
