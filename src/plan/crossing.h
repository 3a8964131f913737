// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "plan/plan.h"

namespace twofold::plan {

/// Whether an answer says something of one side by the other, so that a customer whose users are
/// not known would change it: users (or their events) chosen, broken down or told by customers,
/// roles or money; customers by events, users or relations. What a customer pays, is called or has
/// as a trait is of its own side, as is all that a user did or is; `relation.started` and the like
/// are of both. Kinds that set the sides against each other always cross, and lists of relations.
bool crosses_sides(const Plan& plan);

}  // namespace twofold::plan
