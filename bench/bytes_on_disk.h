// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"
#include "io/env.h"
#include "store/snapshot.h"

namespace twofold::bench {

/// What the parts of a snapshot that are files take on disk, by column. Beside the properties:
/// "(second)", "(millisecond)", "(event)", "(user)" (who has which rows), "(customer)" (those that
/// events name), "(sequence)" and "(rest)" (checksums, footers, gaps).
struct BytesOnDisk {
    std::map<std::string, std::uint64_t> columns;
    std::uint64_t rows = 0;
};
/// `folder`: where the parts lie. Errors: kIo, kCorrupt.
Result<BytesOnDisk> bytes_on_disk(io::Env& env, const io::Path& folder,
                                  const store::Snapshot& snapshot);

}  // namespace twofold::bench
