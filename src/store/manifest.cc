// SPDX-License-Identifier: Apache-2.0
#include "store/manifest.h"

#include <fmt/core.h>

// The piece, little-endian:
//
//   format u32 = 1 | position u64 | next part id u64 | properties over limit u64 |
//   events over limit u64 | parts: count varint, each 88 bytes (encode_part) |
//   event names: count varint, each a text whose first byte is 1 for automatic |
//   columns: count varint, each a text whose first byte is the ValueType
//
// It has no checksum: it lies in the project's manifest, which has one.

namespace twofold::store {
namespace {

constexpr std::uint32_t kFormat = 1;
constexpr std::size_t kPartBytes = 88;

void encode_part(const PartInfo& part, ByteWriter& out) {
    out.put(part.id);
    out.put(part.bytes);
    out.put(part.checksum);
    out.put(part.rows);
    out.put(part.persons);
    out.put(part.min_time);
    out.put(part.max_time);
    out.put(part.min_ordinal);
    out.put(part.max_ordinal);
    out.put(part.first_sequence);
    out.put(part.last_sequence);
    out.put(part.month_begin);
    out.put(part.month_end);
    out.put(part.run);
}

PartInfo decode_part(ByteReader& in) {
    PartInfo part;
    part.id = in.get<std::uint64_t>();
    part.bytes = in.get<std::uint64_t>();
    part.checksum = in.get<std::uint64_t>();
    part.rows = in.get<std::uint32_t>();
    part.persons = in.get<std::uint32_t>();
    part.min_time = in.get<TimeMs>();
    part.max_time = in.get<TimeMs>();
    part.min_ordinal = in.get<std::uint32_t>();
    part.max_ordinal = in.get<std::uint32_t>();
    part.first_sequence = in.get<std::uint64_t>();
    part.last_sequence = in.get<std::uint64_t>();
    part.month_begin = in.get<Month>();
    part.month_end = in.get<Month>();
    part.run = in.get<std::uint64_t>();
    return part;
}

}  // namespace

std::vector<std::byte> ManifestPiece::encode() const {
    ByteWriter out;
    out.put(kFormat);
    out.put(position);
    out.put(next_part_id);
    out.put(counters.properties_over_limit);
    out.put(counters.events_over_limit);
    out.put_varint(parts.size());
    for (const PartInfo& part : parts)
        encode_part(part, out);
    names.encode(out);
    return std::move(out).take();
}

Result<ManifestPiece> ManifestPiece::decode(Bytes bytes) {
    ByteReader in(bytes);
    const auto format = in.get<std::uint32_t>();
    if (in.ok() && format > kFormat) {
        return fail(ErrorCode::kCorrupt,
                    fmt::format("the manifest was written by a newer Twofold: its list of parts "
                                "has format {}, this one reads up to {}",
                                format, kFormat));
    }
    ManifestPiece piece;
    piece.position = in.get<std::uint64_t>();
    piece.next_part_id = in.get<std::uint64_t>();
    piece.counters.properties_over_limit = in.get<std::uint64_t>();
    piece.counters.events_over_limit = in.get<std::uint64_t>();
    const std::uint64_t count = in.get_varint();
    const bool possible = in.ok() && format == kFormat && count <= in.remaining() / kPartBytes;
    if (!possible) return fail(ErrorCode::kCorrupt, "damaged list of parts in the manifest");
    for (std::uint64_t i = 0; i < count; ++i)
        piece.parts.push_back(decode_part(in));
    TF_ASSIGN(piece.names, Names::decode(in));
    if (!in.finished()) return fail(ErrorCode::kCorrupt, "damaged names in the manifest");
    return piece;
}

}  // namespace twofold::store
