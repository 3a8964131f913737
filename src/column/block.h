// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "base/bytes.h"
#include "column/presence.h"

namespace twofold::column {

/// How the values of a column are kept.
enum class ColumnKind : std::uint8_t {
    kCodes = 1,    ///< u32 codes; 0 is missing. Strings, bools, lists; customers (ordinal + 1).
    kInts = 2,     ///< int64 and presence.
    kDoubles = 3,  ///< double and presence; never NaN.
};

/// The event code of every row of a part, local to the part: one byte, or two where the part has
/// more than 255 names. Exactly one pointer is set, or none in a part without names.
struct CodesView {
    const std::uint8_t* narrow = nullptr;
    const std::uint16_t* wide = nullptr;

    std::uint32_t at(std::size_t row) const noexcept {
        return narrow != nullptr ? narrow[row] : wide[row];
    }
    CodesView from(std::size_t row) const noexcept {
        return {narrow != nullptr ? narrow + row : nullptr, wide != nullptr ? wide + row : nullptr};
    }
};

/// How a block says which of its rows have a value. Part of the format.
enum class PresenceMode : std::uint8_t {
    kAll = 0,        ///< every row; no bytes
    kBitmap = 1,     ///< one bit a row
    kPositions = 2,  ///< the row numbers, kPositionBits each
    kByName = 3,     ///< exactly the rows of certain event codes, listed: count u16, codes u16
};
inline constexpr unsigned kPositionBits = 12;

/// How a block keeps its present values, as unsigned numbers: value - base. Part of the format.
/// "in w bits" is bits.h.
enum class ValueMode : std::uint8_t {
    kConstant = 0,  ///< all the same: `base`; no bytes
    kPacked = 1,    ///< in `width` bits
    kSet = 2,       ///< count u16, the distinct values ascending in `value_width` bits, then for
                    ///< each value its place among them, from 0, in `width` bits
    kRuns = 3,      ///< count u16, one value for each run of equal ones in `value_width` bits, then
                    ///< length - 1 of each run in `width` bits
};

/// One line of a column's index: where a block lies and what is in it. Blocks without any value
/// have none. 64 bytes in files, as they are here.
struct BlockEntry {
    std::uint64_t offset = 0;    ///< from the start of the column blocks of the part
    std::uint64_t checksum = 0;  ///< of the content, seeded with file id, column and block
    std::uint64_t min = 0;       ///< raw 64 bits by kind: code, int, bits of a double
    std::uint64_t max = 0;
    std::uint64_t codes = 0;    ///< kCodes: bit (code % 64) set for each code that occurs
    std::uint64_t base = 0;     ///< subtracted from every packed value
    std::uint32_t block = 0;    ///< number of the block: its first row / kBlockRows
    std::uint32_t bytes = 0;    ///< length of the content; 0 when the modes say it all
    std::uint16_t present = 0;  ///< rows with a value, 1 to kBlockRows
    PresenceMode presence_mode = PresenceMode::kAll;
    ValueMode value_mode = ValueMode::kConstant;
    std::uint8_t width = 0;
    std::uint8_t value_width = 0;
    std::uint8_t scale = 0;     ///< kDoubles: 0 to 9 = ints, to be divided by 10^scale; 255 = bits
    std::uint8_t reserved = 0;  ///< 0
};
static_assert(sizeof(BlockEntry) == 64);
inline constexpr std::uint8_t kRawDoubles = 255;

/// What it takes to read a block beside its entry and content. `names` starts at its first row.
struct BlockShape {
    ColumnKind kind = ColumnKind::kCodes;
    std::uint32_t rows = 0;
    CodesView names;
};

/// Reads which rows have a value. False when the content is not what the entry says: damage.
bool decode_presence(const BlockEntry& entry, const BlockShape& shape, Bytes content,
                     Presence& presence);

/// Reads the present values in row order, raw 64 bits by kind. False as above.
/// REQUIRES: values.size() == entry.present.
bool decode_values(const BlockEntry& entry, const BlockShape& shape, Bytes content,
                   std::span<std::uint64_t> values);
/// The same for kCodes, in 32 bits, which is what scans want.
bool decode_codes(const BlockEntry& entry, const BlockShape& shape, Bytes content,
                  std::span<std::uint32_t> codes);

/// The same as runs of one code, where a block of which every row has a value is kept so: run i
/// ends before row ends[i] and has codes[i]. How many they are: 0 when it is kept otherwise, none
/// for damage. REQUIRES: room for kBlockRows in both.
std::optional<std::uint32_t> decode_code_runs(const BlockEntry& entry, const BlockShape& shape,
                                              Bytes content, std::span<std::uint32_t> codes,
                                              std::span<std::uint32_t> ends);

/// Doubles kept as ints: value = int / 10^scale. REQUIRES: scale <= kScaleMax.
inline constexpr std::uint8_t kScaleMax = 9;
double power_of_ten(std::uint8_t scale) noexcept;

}  // namespace twofold::column
