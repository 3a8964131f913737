// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "base/stop.h"
#include "frame/derive_relations.h"
#include "frame/edges.h"
#include "frame/roots.h"

namespace twofold::frame {

/// Of a customer as it is put together. kEndOfTime: never.
struct RolledDates {
    TimeMs exists_from = kEndOfTime;
    TimeMs free_since = kEndOfTime;
};

/// What a snapshot carries that was rolled up.
struct RollUp {
    Roots roots;
    std::unordered_map<std::uint32_t, RolledDates> dates;  ///< Of Roots::members().
};

/// The snapshot in which departments are part of their roots (Roots): a root has its own users and
/// theirs, its own money and theirs, each from when to when they are part of it. A customer that is
/// part of another is nobody at that time. Traits stay each customer's own. Only what is touched by
/// it is made anew; the rest is shared.
///
/// As known at `at`: ask it at that moment alone. Null when `stop`, which may be null, wanted it to
/// end. Some microseconds for each user of a department.
/// Errors: those of Roots::find.
Result<std::shared_ptr<const Snapshot>> roll_up(const Snapshot& frames, Mode mode, TimeMs at,
                                                const Stop* stop = nullptr);

/// One user's edges, by customer, likewise. `edges` ascend; `roles` by RoleCode.
std::vector<DerivedEdge> roll_up(std::span<const DerivedEdge> edges, const Roots& roots,
                                 const std::vector<Role>& roles);

}  // namespace twofold::frame
