// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "column/string_table.h"

namespace twofold::store {

/// Sorts numbers of texts by the bytes of the texts. REQUIRES: no number twice.
void sort_by_text(const column::StringTable& texts, std::vector<std::uint32_t>& numbers);

}  // namespace twofold::store
