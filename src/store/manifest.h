// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "model/types.h"
#include "store/names.h"
#include "store/part_info.h"

namespace twofold::store {

/// What was counted rather than kept; part of the manifest, so a replay counts it once.
struct Counters {
    std::uint64_t properties_over_limit = 0;  ///< dropped: their name would be column 10,001
    std::uint64_t events_over_limit = 0;      ///< kept as kOtherName
    bool operator==(const Counters&) const = default;
};

/// The store's piece of the project's manifest: everything it needs to open its folder, exactly as
/// of `position`. Whoever commits the manifest keeps these bytes in it and gives them back to
/// Store::open.
struct ManifestPiece {
    /// All rows of records up to here are in `parts`; replay continues with the next.
    model::Sequence position = 0;
    std::uint64_t next_part_id = 1;
    std::vector<PartInfo> parts;
    Names names;
    Counters counters;

    std::vector<std::byte> encode() const;
    /// Errors: kCorrupt, also for a newer format.
    static Result<ManifestPiece> decode(Bytes bytes);
};

}  // namespace twofold::store
