// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "model/types.h"
#include "store/names.h"
#include "store/part.h"

namespace twofold::store {

/// Everything a question needs of the events, at one position of the log. Immutable; whoever holds
/// it keeps its parts alive, also past a merge that replaced them. Any thread.
struct Snapshot {
    /// Every row of the project is in exactly one. In order of (min_time, max_time,
    /// first_sequence): where neighbours do not overlap in time, feeding them one after the other
    /// is feeding in order.
    std::vector<std::shared_ptr<const Part>> parts;
    std::shared_ptr<const Names> names;
    /// The last record that is in it.
    model::Sequence position = 0;
    std::uint64_t rows = 0;
};

}  // namespace twofold::store
