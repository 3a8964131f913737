// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "store/part_info.h"

/// Which parts to merge: pure functions of what the manifest says, so that a restart decides the
/// same, and a test can play years in milliseconds.
namespace twofold::store {

/// What a merge shall make: parts of [month_begin, month_end), cut at the ordinals in `cuts`.
struct MergePlan {
    std::vector<std::uint64_t> inputs;  ///< ids
    Month month_begin = 0;
    Month month_end = 0;
    /// Ordinals at which a new part begins, ascending; n cuts make n + 1 slices.
    std::vector<std::uint64_t> cuts;
    std::uint64_t slice_begin = 0;
    std::uint64_t slice_end = std::uint64_t{1} << 32;

    bool operator==(const MergePlan&) const = default;
};

struct PolicyOptions {
    std::uint32_t part_rows_max = 32 * 1024 * 1024;
    std::uint32_t person_rows_wanted = 16;
};

/// The merge that is worth most now, or nothing. `parts` are those not under work already; months
/// before `current` are closed. Repeating it with its results comes to an end, with every month in
/// one part (per slice) and no two neighbouring spans below the wanted rows a person.
std::optional<MergePlan> next_merge(std::span<const PartInfo> parts, Month current,
                                    const PolicyOptions& options);

}  // namespace twofold::store
