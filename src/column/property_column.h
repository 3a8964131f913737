// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "column/block.h"
#include "column/dictionary.h"
#include "column/presence.h"

namespace twofold::column {

/// What a block holds, known without reading it. All fields speak of the present values only.
struct BlockStats {
    std::uint32_t rows = 0;     ///< kBlockRows, but in the last block of a part
    std::uint32_t present = 0;  ///< rows that have a value; 0: the rest means nothing
    std::uint32_t min_code = 0, max_code = 0;  ///< kCodes
    std::int64_t min_int = 0, max_int = 0;     ///< kInts
    double min_double = 0, max_double = 0;     ///< kDoubles
    std::uint64_t codes = 0;  ///< kCodes: bit (code % 64) is set for every code that occurs
    /// kDoubles: all are whole numbers divided by 10^scale; kRawDoubles: not known to be.
    std::uint8_t scale = 0;
};

/// One column of one part, read in blocks of kBlockRows rows. Borrows the part's bytes: valid while
/// the part lives. Thread-safe: const, but for the bits that remember which blocks were verified.
///
/// Every block is verified against its checksum when it is first decoded; a damaged block fails
/// with kCorrupt, naming the file, the column and the block.
class PropertyColumn {
public:
    /// Where the bytes of a column lie, and what it takes to verify them.
    struct Source {
        std::string file;           ///< for messages
        std::string name;           ///< of the column, for messages
        std::uint64_t file_id = 0;  ///< checksums are seeded with this …
        std::uint32_t column = 0;   ///< … this, and the block's number
        ColumnKind kind = ColumnKind::kCodes;
        bool fixed_bools = false;  ///< codes 1 and 2 are false and true, without a dictionary
        bool trusted = false;      ///< made by this process, in memory: nothing to verify
        std::uint32_t rows = 0;
        Bytes blocks;      ///< the region that block offsets count from
        Bytes index;       ///< BlockEntry[], verified by the caller
        Bytes dictionary;  ///< likewise; empty when there is none
        CodesView names;   ///< the part's local event codes, which presence may follow …
        /// … and which must then be verified too.
        std::function<Status(std::uint32_t block)> verify_names;
    };
    /// Errors: kCorrupt when index or dictionary are not what a writer makes.
    static Result<std::unique_ptr<PropertyColumn>> open(Source source);

    ColumnKind kind() const noexcept { return source_.kind; }
    std::uint32_t row_count() const noexcept { return source_.rows; }
    std::uint32_t block_count() const noexcept {
        return (source_.rows + kBlockRows - 1) / kBlockRows;
    }
    std::uint32_t rows_in(std::uint32_t block) const noexcept;

    /// Cheap: reads the index only. Lets a scan skip a block. REQUIRES: block < block_count().
    BlockStats stats(std::uint32_t block) const;

    // kCodes. Entries are the distinct values of this part: UTF-8 of a string, "false" and "true",
    // or a list's JSON text. Codes run from 1 to entry_count() in the order of the entries' bytes,
    // so a predicate is evaluated once per entry and a prefix is a range of codes.

    std::uint32_t entry_count() const noexcept;
    /// The entries themselves, for merges. Null for bools and for columns without entries.
    const Dictionary* dictionary() const noexcept { return dictionary_ ? &*dictionary_ : nullptr; }
    bool has_fixed_bools() const noexcept { return source_.fixed_bools; }
    /// The entry of a code. Valid until `scratch` changes or the part goes. REQUIRES: 1 <= code <=
    /// entry_count(). Cost: up to 16 neighbours are walked; for all entries use each_entry.
    std::string_view entry(std::uint32_t code, std::string& scratch) const;
    /// The code of a value, 0 if the part does not have it.
    std::uint32_t find(std::string_view value) const;
    /// The first code whose entry is >= value; entry_count() + 1 if there is none.
    std::uint32_t lower_bound(std::string_view value) const;
    /// Calls entry(code, text) for codes from 1 up; the text is valid during the call.
    template <typename Function>
    void each_entry(Function&& entry) const;

    // Decoding. The spans have room for rows_in(block) values; row i of the block goes to [i].

    /// kCodes. 0 where missing.
    Status decode_codes(std::uint32_t block, std::span<std::uint32_t> codes) const;
    /// kCodes, as runs of one code, where the block is kept so: run i is the rows before ends[i],
    /// with codes[i]. How many they are; 0: kept otherwise. REQUIRES: room for kBlockRows in both.
    Result<std::uint32_t> decode_code_runs(std::uint32_t block, std::span<std::uint32_t> codes,
                                           std::span<std::uint32_t> ends) const;
    /// kInts. 0 where missing.
    Status decode_ints(std::uint32_t block, std::span<std::int64_t> values,
                       Presence& presence) const;
    /// kDoubles. 0 where missing.
    Status decode_doubles(std::uint32_t block, std::span<double> values, Presence& presence) const;

    /// The present values alone, in row order, as raw 64 bits (codes; ints; the bits of doubles).
    /// For merges, which never look at missing rows. Returns their number.
    Result<std::uint32_t> decode_present(std::uint32_t block, std::span<std::uint64_t> values,
                                         Presence& presence) const;

    /// Verifies every block, also those read before. Errors: kCorrupt.
    Status scrub() const;

    /// Seed of a block's checksum: where the bytes belong.
    static std::uint64_t block_seed(std::uint64_t file_id, std::uint32_t column,
                                    std::uint32_t block) noexcept;

private:
    explicit PropertyColumn(Source source);
    const BlockEntry* entry_of(std::uint32_t block) const;
    BlockShape shape_of(std::uint32_t block) const;
    /// The verified content of a block.
    Result<Bytes> content(const BlockEntry& entry) const;
    Status verify(const BlockEntry& entry, Bytes bytes) const;
    std::unexpected<Error> damaged(std::uint32_t block) const;
    Status decode_spread(std::uint32_t block, std::span<std::uint64_t> out,
                         Presence& presence) const;

    Source source_;
    std::span<const BlockEntry> index_;
    std::optional<Dictionary> dictionary_;
    mutable std::vector<std::atomic<std::uint64_t>> verified_;  // a bit for each entry of the index
};

template <typename Function>
void PropertyColumn::each_entry(Function&& entry) const {
    if (source_.fixed_bools) {
        entry(std::uint32_t{1}, std::string_view("false"));
        entry(std::uint32_t{2}, std::string_view("true"));
    } else if (dictionary_) {
        dictionary_->each(entry);
    }
}

}  // namespace twofold::column
