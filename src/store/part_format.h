// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "column/block.h"
#include "column/property_column.h"
#include "model/types.h"
#include "store/part_info.h"

/// The file of a part: written once, front to back, never changed. FILE FORMAT (golden file:
/// testdata/part.v1.part). All integers little-endian.
///
///   offset  bytes  field
///   0       8      magic "TWOFPART"
///   8       4      format version: 1
///   12      4      0
///   16      8      id of the part, as in its name
///   24      40     0
///   64      –      sections, each from a multiple of 64 on, the gaps zero:
///                    seconds   u32 a row, since 2000-01-01T00:00Z
///                    millis    u16 a row
///                    codes     u8 a row, or u16 with more than 255 names: place in `names`
///                    ordinals  u32 each that has rows, ascending
///                    starts    u32 each: its first row; one more at the end: the number of rows
///                    coarse    u32 each: see below
///                    checks    u64 a block of 4,096 rows: checksum of its codes, seeded with that
///                              of its millis, seeded with that of its seconds, seeded with
///                              rows_seed(part, block)
///                    and for each column in turn
///                    dictionary, where it has one (column/dictionary.h)
///                    blocks    their contents, one after the other, unaligned (column/block.h)
///                    index     BlockEntry for each block that has a value
///   f       –      footer (encode_footer)
///   end-32  8      checksum of the footer, seeded with the part's id; also in the manifest
///   end-24  8      length of the footer
///   end-16  4      format version: 1
///   end-12  4      0
///   end-8   8      magic "TWOFPART"
///
/// Rows are ordered by (ordinal, time, sequence). Ordinals are found in two steps: ordinals that
/// share (ordinal >> coarse_shift) form a bucket, and coarse[i] is the place of the first ordinal
/// of bucket (smallest ordinal >> coarse_shift) + i; one more at the end. The shift is at least 6
/// and such that there are no more buckets than an eighth of the ordinals, and one.
///
/// The three first sections are mapped and used in place: 7 bytes an event and nothing to decode.
/// Every section but those three, `checks` included, has its checksum in the footer (section_sum);
/// blocks of columns have one each in their index. All are seeded with the part's id and their
/// place, so that a write that went astray fails as damage does.
namespace twofold::store {

inline constexpr std::string_view kPartMagic = "TWOFPART";
inline constexpr std::uint32_t kPartFormat = 1;
inline constexpr std::size_t kPartAlignment = 64;
inline constexpr std::size_t kPartHeaderBytes = 64;
inline constexpr std::size_t kPartTrailerBytes = 32;
inline constexpr unsigned kCoarseShiftMin = 6;
inline constexpr unsigned kCoarseShiftMax = 31;

/// Columns that every part may have beside properties. Their kinds: kCodes (customer ordinal + 1)
/// and kInts.
inline constexpr model::ColumnCode kActingColumn = 0xFFFF'FFFE;
inline constexpr model::ColumnCode kSequenceColumn = 0xFFFF'FFFF;

/// Where a section lies.
struct Section {
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;
    std::uint64_t checksum = 0;  ///< 0 where blocks have their own
};

struct ColumnSections {
    model::ColumnCode code = 0;
    column::ColumnKind kind = column::ColumnKind::kCodes;
    bool fixed_bools = false;
    Section dictionary;  ///< no bytes where there is none
    Section blocks;
    Section index;
};

/// All that is in the footer. `info.bytes` and `info.checksum` are not: the footer can't hold them.
struct Footer {
    PartInfo info;
    bool wide_codes = false;
    std::uint8_t coarse_shift = kCoarseShiftMin;
    Section seconds, millis, codes, ordinals, starts, coarse, checks;
    std::vector<model::NameCode> names;    ///< ascending
    std::vector<std::uint32_t> name_rows;  ///< for each of them
    std::vector<ColumnSections> columns;   ///< ascending by code
};

std::vector<std::byte> encode_footer(const Footer& footer);
/// Header and trailer of a file whose footer is given.
std::vector<std::byte> encode_header(std::uint64_t part_id);
std::vector<std::byte> encode_trailer(Bytes footer, std::uint64_t part_id);

/// Reads the footer out of a whole file, and checks that every section lies inside it, is aligned
/// and has the length that the number of rows asks for; fills in info.bytes and info.checksum.
/// `name` is the file's, for messages. Errors: kCorrupt, also for a newer format.
Result<Footer> decode_footer(Bytes file, std::string_view name);

/// Seeds: what belongs where.
std::uint64_t rows_seed(std::uint64_t part_id, std::uint32_t block) noexcept;
std::uint64_t section_seed(std::uint64_t part_id, std::uint64_t offset) noexcept;

/// Checksum of a section, in pieces of this size, each seeded with the one before: so it can be
/// made while the section is, without holding it.
inline constexpr std::size_t kSectionPiece = std::size_t{1} << 20;
std::uint64_t section_sum(Bytes section, std::uint64_t seed) noexcept;

}  // namespace twofold::store
