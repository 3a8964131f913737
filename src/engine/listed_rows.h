// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/run.h"
#include "engine/scan.h"
#include "engine/scan_values.h"

namespace twofold::engine {

/// What rows that are known by their numbers (Fetch::What::kRow) carry. `rows` rising, of the run's
/// own input. [c][i] is what fetches[c] gives of rows[i], as a tape's cells. Errors: as Run::scan.
Result<std::vector<std::vector<std::uint32_t>>> cells_of_rows(
    Run& run, const std::vector<std::uint32_t>& rows, std::span<const Fetch> fetches,
    ValueTable& values);

}  // namespace twofold::engine
