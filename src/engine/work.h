// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "engine/scan.h"
#include "plan/plan.h"

namespace twofold::engine {

/// About how much answering the plan reads, told before anything is read: rows of events times
/// columns, and units times the conditions on them. For putting questions in line, not for people:
/// it knows nothing of names that are rare.
std::uint64_t work_of(const plan::Plan& plan, const ScanInput& input);

}  // namespace twofold::engine
