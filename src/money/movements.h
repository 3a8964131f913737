// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "money/timeline.h"

namespace twofold::money {

/// Adds what happened where `step` follows `before`: a start, a rise, a fall, an end, a trial.
/// `reason` is of an end; plans and the reason are indexes into the same texts.
void add_movements(const Step& before, const Step& step, std::uint32_t reason,
                   std::vector<Fact>& facts);

}  // namespace twofold::money
