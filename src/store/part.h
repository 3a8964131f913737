// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"
#include "column/block.h"
#include "column/property_column.h"
#include "io/env.h"
#include "model/types.h"
#include "store/part_info.h"

namespace twofold::store {

struct Footer;  // part_format.h
struct Section;

/// Rows [begin, end) of a part.
struct RowRange {
    std::uint32_t begin = 0;
    std::uint32_t end = 0;

    std::uint32_t size() const noexcept { return end - begin; }
    bool empty() const noexcept { return begin == end; }
    bool operator==(const RowRange&) const = default;
};

/// One immutable part: the events of a span of time and a range of ordinals, in columns, its rows
/// ordered by (ordinal, time, sequence). A mapped file, or the same bytes in memory (the head).
/// part_format.h has the byte table.
///
/// What scans touch for every row lies raw and is used in place:
///
///   TF_TRY(part.verify_directory());
///   const RowRange rows = part.rows_between(first, last);     // a block of units
///   TF_TRY(part.verify_rows(rows));
///   part.codes8() / codes16(), part.seconds(), part.millis()  // [rows.begin, rows.end)
///
/// Everything else is decoded by blocks of column::kBlockRows rows: block = row / kBlockRows.
/// Thread-safe. Spans and pointers live as long as the part.
class Part {
public:
    /// Opens the file of `info` in `folder`. Reads the footer only. Errors: kNotFound, kIo;
    /// kCorrupt when it is damaged, is not the file that `info` speaks of, or has a newer format.
    static Result<std::shared_ptr<const Part>> open(io::Env& env, const io::Path& folder,
                                                    const PartInfo& info);
    /// A part of this process: takes the bytes a PartWriter made. Nothing is verified.
    static std::shared_ptr<const Part> in_memory(std::vector<std::byte> bytes);
    ~Part();
    Part(const Part&) = delete;
    Part& operator=(const Part&) = delete;

    const PartInfo& info() const noexcept { return info_; }
    /// The file's name, or "head".
    const std::string& name() const noexcept { return name_; }
    std::uint32_t row_count() const noexcept { return info_.rows; }
    std::uint32_t block_count() const noexcept {
        return (info_.rows + column::kBlockRows - 1) / column::kBlockRows;
    }
    /// Memory held for a part of the head, mapped bytes for a file.
    std::uint64_t byte_count() const noexcept { return bytes_.size(); }

    // Who: the directory.

    /// To be called before the directory is used; reads it all the first time, nothing after.
    /// Errors: kCorrupt.
    Status verify_directory() const;
    /// The ordinals that have rows, ascending.
    std::span<const std::uint32_t> ordinals() const noexcept { return ordinals_; }
    /// ordinals().size() + 1 numbers: rows of ordinals()[i] are [first_rows()[i],
    /// first_rows()[i + 1]).
    std::span<const std::uint32_t> first_rows() const noexcept { return first_rows_; }
    /// Place in ordinals() of the first ordinal >= `ordinal`; ordinals().size() if there is none.
    /// Touches three or four cache lines, wherever the ordinal is.
    std::size_t lower_bound(std::uint32_t ordinal) const noexcept;
    /// The rows of all ordinals in [lo, hi): always contiguous.
    RowRange rows_between(std::uint32_t lo, std::uint32_t hi) const noexcept;
    /// The rows of one ordinal; empty when it has none here.
    RowRange rows_of(model::UserOrdinal ordinal) const noexcept;
    /// Hints for scattered ordinals: some units ahead of rows_of, and with its result of the rows.
    void prefetch_directory(model::UserOrdinal ordinal) const noexcept;
    void prefetch_rows(RowRange rows) const noexcept;

    // When and what: three raw columns.

    /// To be called before the raw columns are read at these rows; verifies each block once.
    /// Cost after that: a bit test per block. Errors: kCorrupt with file and block.
    Status verify_rows(RowRange rows) const;
    /// Seconds since 2000-01-01T00:00Z.
    std::span<const std::uint32_t> seconds() const noexcept { return seconds_; }
    /// Milliseconds within the second, 0 to 999.
    std::span<const std::uint16_t> millis() const noexcept { return millis_; }
    TimeMs time_at(std::uint32_t row) const noexcept {
        return kYear2000Ms + TimeMs{seconds_[row]} * 1000 + millis_[row];
    }

    /// Local event codes: one byte each, or two where the part has more than 255 names. One of
    /// codes8() and codes16() is empty.
    bool wide_codes() const noexcept { return !codes16_.empty(); }
    std::span<const std::uint8_t> codes8() const noexcept { return codes8_; }
    std::span<const std::uint16_t> codes16() const noexcept { return codes16_; }
    /// names()[local code] = the project's code; ascending.
    std::span<const model::NameCode> names() const noexcept;
    /// name_rows()[local code] = rows of that name in this part, at least 1.
    std::span<const std::uint32_t> name_rows() const noexcept;
    /// The local code of a name; nothing when no row has it.
    std::optional<std::uint32_t> local_code(model::NameCode name) const noexcept;

    // What else: columns.

    /// Columns that have a value somewhere in this part, ascending.
    std::span<const model::ColumnCode> columns() const noexcept { return columns_; }
    /// Null when no row has it. Reads and verifies index and dictionary at the first call.
    /// Errors: kCorrupt.
    Result<const column::PropertyColumn*> column(model::ColumnCode code) const;
    /// The customer that each event names: kCodes, customer ordinal + 1, 0 = names none; it has no
    /// entries. Null when no event names one. Errors: kCorrupt.
    Result<const column::PropertyColumn*> acting() const;
    /// The sequence of each row: kInts, all present. Cold: for ties between rows of equal time in
    /// different parts, or of different ordinals of a joined person. Within an ordinal of one part
    /// rows of equal time are in order of sequence already. Errors: kCorrupt.
    Result<const column::PropertyColumn*> sequences() const;

    /// Reads and verifies everything, also what was verified before. Errors: kCorrupt.
    Status scrub() const;

private:
    struct Columns;  // the property columns opened so far
    Part(std::string name, Footer footer, Bytes bytes, bool trusted);

    std::size_t bucket_of(std::uint32_t ordinal) const noexcept {
        return (ordinal >> coarse_shift_) - (info_.min_ordinal >> coarse_shift_);
    }
    std::unexpected<Error> damaged(std::string_view what) const;
    Status verify_section(const Section& section) const;
    Status verify_block(std::uint32_t block) const;
    Result<const column::PropertyColumn*> open_column(std::size_t place) const;
    static std::string column_label(model::ColumnCode code);

    std::string name_;
    PartInfo info_;
    std::unique_ptr<const Footer> footer_;
    bool trusted_ = false;
    std::shared_ptr<const io::Mapping> mapping_;  // one of these two holds the bytes
    std::vector<std::byte> memory_;
    Bytes bytes_;

    std::span<const std::uint32_t> ordinals_;
    std::span<const std::uint32_t> first_rows_;
    std::span<const std::uint32_t> coarse_;
    unsigned coarse_shift_ = 0;
    std::span<const std::uint32_t> seconds_;
    std::span<const std::uint16_t> millis_;
    std::span<const std::uint8_t> codes8_;
    std::span<const std::uint16_t> codes16_;
    std::vector<model::ColumnCode> columns_;
    std::unique_ptr<Columns> opened_;
    mutable std::atomic<bool> directory_verified_ = false;
    mutable std::vector<std::atomic<std::uint64_t>> rows_verified_;  // a bit per block
};

}  // namespace twofold::store
