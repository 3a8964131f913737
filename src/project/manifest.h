// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/result.h"
#include "io/env.h"
#include "model/types.h"

/// `manifest`: what of a project's folder counts, and at which position. One small file, replaced
/// whole, so directory, names, parts and P change together or not at all. Little-endian:
///
///   offset size what
///        0    4 "TFM1"
///        4    4 format version, 1
///        8    8 position P: the parts and the directory hold every record up to it
///       16    4 length of the directory's piece, d
///       20    4 length of the store's piece, s
///       24    d the directory's piece
///     24+d    s the store's piece
///   24+d+s    8 checksum (XXH3-64) of all before
namespace twofold::project {

struct Manifest {
    model::Sequence position = 0;
    std::vector<std::byte> directory;
    std::vector<std::byte> store;
    bool operator==(const Manifest&) const = default;

    std::vector<std::byte> encode() const;
    /// Errors: kCorrupt, also for a newer format.
    static Result<Manifest> decode(std::span<const std::byte> bytes);
};

/// The manifest in `folder`; an empty one when there is none yet. Errors: kCorrupt, kIo.
Result<Manifest> read_manifest(io::Env& env, const io::Path& folder);
/// Durable when it returns. Errors: kIo.
Status write_manifest(io::Env& env, const io::Path& folder, const Manifest& manifest);

}  // namespace twofold::project
