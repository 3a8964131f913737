// SPDX-License-Identifier: Apache-2.0
#include "column/column_writer.h"

#include "base/check.h"
#include "base/checksum.h"
#include "column/property_column.h"

namespace twofold::column {

void ColumnWriter::add(std::uint32_t block, std::uint32_t rows, const Presence& presence,
                       std::span<const std::uint64_t> values, const NameCounts& counts,
                       ByteWriter& out) {
    if (values.empty()) return;
    TF_CHECK(index_.empty() || index_.back().block < block);
    const std::size_t start = out.size();
    BlockEntry entry = encoder_->encode(kind_, rows, presence, values, counts, out);
    entry.block = block;
    entry.offset = place_.offset;
    entry.checksum = checksum(out.bytes().subspan(start),
                              PropertyColumn::block_seed(place_.file_id, place_.column, block));
    place_.offset += entry.bytes;
    index_.push_back(entry);
}

}  // namespace twofold::column
