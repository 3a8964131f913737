// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/run.h"
#include "engine/scan.h"
#include "kernel/number.h"

namespace twofold::engine {

/// Rows that one condition or number may hold at once; beyond it a question is refused. 24 to 60
/// bytes a row.
inline constexpr std::size_t kGatheredRowsMax = std::size_t{1} << 26;

struct GatheredRow {
    TimeMs time = 0;
    std::uint32_t unit = 0;  ///< In the numbering of the scan's unit.
    std::uint32_t mask = 0;
};

/// All rows of some units, each unit's in order. What the scan did not fetch is empty.
class Gathered {
public:
    struct Rows {
        std::span<const GatheredRow> rows;
        std::span<const std::uint32_t> persons;
        std::span<const std::uint32_t> acting;
        std::span<const std::uint32_t> cells;
        std::span<const kernel::Number> numbers;
    };

    /// Runs the scan, ordered. Errors: as Run::scan; kTooLarge beyond kGatheredRowsMax.
    static Result<Gathered> gather(Run& run, Scan scan);

    /// The rows of one unit; none: empty. O(log units).
    Rows of(std::uint32_t unit) const;

private:
    struct Share;  // what one thread took
    struct Place {
        std::uint32_t unit = 0;
        std::uint32_t share = 0;
        std::size_t begin = 0;
        std::size_t end = 0;
    };
    std::vector<std::shared_ptr<const Share>> shares_;
    std::vector<Place> places_;  // by unit
};

}  // namespace twofold::engine
