// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "column/block.h"
#include "column/block_encoder.h"
#include "column/presence.h"

namespace twofold::column {

/// Makes the blocks and the index of one column, block after block. PropertyColumn reads them.
/// Not thread-safe.
class ColumnWriter {
public:
    struct Place {
        std::uint64_t file_id = 0;  ///< as in PropertyColumn::Source
        std::uint32_t column = 0;
        std::uint64_t offset = 0;  ///< of the first content, in the region that offsets count from
    };
    ColumnWriter(ColumnKind kind, const Place& place, BlockEncoder& encoder)
        : kind_(kind), place_(place), encoder_(&encoder) {}

    /// Appends the content of a block to `out`; a block without values leaves no trace.
    /// REQUIRES: `block` greater than before; the rest as BlockEncoder::encode.
    void add(std::uint32_t block, std::uint32_t rows, const Presence& presence,
             std::span<const std::uint64_t> values, const NameCounts& counts, ByteWriter& out);

    std::span<const BlockEntry> index() const noexcept { return index_; }
    /// Behind the last content.
    std::uint64_t offset() const noexcept { return place_.offset; }

private:
    ColumnKind kind_;
    Place place_;
    BlockEncoder* encoder_;
    std::vector<BlockEntry> index_;
};

}  // namespace twofold::column
