// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "column/block.h"
#include "column/distinct.h"
#include "column/presence.h"

namespace twofold::column {

/// How many rows of a block have each event code: what makes "present exactly where the event is
/// one of these" cheap to notice.
struct NameCounts {
    CodesView names;                         ///< from the block's first row
    std::span<const std::uint16_t> rows_of;  ///< by local code; empty: don't try
};

/// What goes into files is encoded as small as can be; what lives in memory for seconds, quickly.
enum class Effort : std::uint8_t { kBest, kQuick };

/// Chooses for each block the smallest of the encodings in block.h. Keeps scratch memory between
/// blocks; not thread-safe.
class BlockEncoder {
public:
    explicit BlockEncoder(Effort effort = Effort::kBest) : effort_(effort) {}

    /// Appends the content to `out` and returns the entry; offset, checksum and block are for the
    /// caller to fill in. `values` are the present values in row order, raw 64 bits by kind: codes
    /// (never 0), ints, bits of doubles (never NaN).
    /// REQUIRES: as many values as bits in `presence`, at least one; no bit beyond `rows`.
    BlockEntry encode(ColumnKind kind, std::uint32_t rows, const Presence& presence,
                      std::span<const std::uint64_t> values, const NameCounts& counts,
                      ByteWriter& out);

private:
    void encode_presence(std::uint32_t rows, const Presence& presence, const NameCounts& counts,
                         BlockEntry& entry, ByteWriter& out);
    bool list_names(const Presence& presence, const NameCounts& counts);
    void prepare_codes(std::span<const std::uint64_t> values, BlockEntry& entry);
    void prepare_ints(std::span<const std::uint64_t> values, BlockEntry& entry);
    void prepare_doubles(std::span<const std::uint64_t> values, BlockEntry& entry);
    bool scale_doubles(std::span<const std::uint64_t> values, BlockEntry& entry);
    void encode_numbers(BlockEntry& entry, ByteWriter& out);
    std::uint32_t count_runs() const;
    void find_runs();
    std::size_t run_bytes(unsigned number_width, std::size_t packed);
    bool find_set(unsigned number_width, std::size_t bytes_best);
    void write_packed(unsigned number_width, BlockEntry& entry, ByteWriter& out) const;
    void write_set(unsigned number_width, BlockEntry& entry, ByteWriter& out);
    void write_runs(unsigned number_width, BlockEntry& entry, ByteWriter& out) const;

    Effort effort_;
    std::vector<std::uint64_t> numbers_;  // value - base, which is what gets packed
    std::vector<std::uint64_t> scratch_;
    std::vector<std::uint64_t> run_numbers_;
    std::vector<std::uint64_t> run_lengths_;  // less one
    DistinctNumbers set_;
    std::vector<std::uint16_t> seen_of_;  // by local code: present rows; all zero between blocks
    std::vector<std::uint16_t> listed_;   // the codes whose rows are exactly the present ones
};

}  // namespace twofold::column
