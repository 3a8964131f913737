// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "column/property_column.h"
#include "model/types.h"

namespace twofold::engine {

/// One thread's decoded block of one column. Rows are asked for in mostly rising order, so that a
/// block is decoded once.
class ColumnReader {
public:
    /// Makes `row` readable. Errors: kCorrupt. REQUIRES: row < column.row_count().
    Status load(const column::PropertyColumn& column, std::uint32_t row) {
        const std::uint32_t block = row / column::kBlockRows;
        if (&column == column_ && block == block_) return {};
        return decode(column, block);
    }
    // Of a row in the block loaded last.
    bool empty() const noexcept { return empty_; }  ///< No row of it has a value.
    bool full() const noexcept { return full_; }    ///< Each row of it has one.
    bool has_integers() const noexcept { return kind_ == column::ColumnKind::kInts; }
    bool has(std::uint32_t row) const noexcept {
        const std::uint32_t in_block = row % column::kBlockRows;
        return !empty_ && (kind_ == column::ColumnKind::kCodes ? codes_[in_block] != 0
                                                               : presence_.test(in_block));
    }
    /// 0 where missing. REQUIRES: a column of codes.
    std::uint32_t code(std::uint32_t row) const noexcept {
        return empty_ ? 0 : codes_[row % column::kBlockRows];
    }
    /// REQUIRES: has(row), and a column of that kind.
    std::int64_t integer(std::uint32_t row) const noexcept {
        return ints_[row % column::kBlockRows];
    }
    double real(std::uint32_t row) const noexcept { return doubles_[row % column::kBlockRows]; }

    // The same for all rows of the block, by place in it; 0 where a row has no value.
    // REQUIRES: !empty(), and a column of that kind.
    const std::uint32_t* codes() const noexcept { return codes_.data(); }
    const std::int64_t* integers() const noexcept { return ints_.data(); }
    const double* reals() const noexcept { return doubles_.data(); }
    const column::Presence& presence() const noexcept { return presence_; }

    /// Bytes of values decoded so far.
    std::uint64_t bytes() const noexcept { return bytes_; }

private:
    Status decode(const column::PropertyColumn& column, std::uint32_t block);

    const column::PropertyColumn* column_ = nullptr;
    std::uint32_t block_ = 0;
    bool empty_ = true;
    bool full_ = false;
    column::ColumnKind kind_ = column::ColumnKind::kCodes;
    std::vector<std::uint32_t> codes_;
    std::vector<std::int64_t> ints_;
    std::vector<double> doubles_;
    column::Presence presence_;
    std::uint64_t bytes_ = 0;
};

/// A column of one part that a scan reads.
struct BoundColumn {
    const column::PropertyColumn* column = nullptr;
    model::ValueType type = model::ValueType::kNull;
    std::uint32_t slot = 0;  ///< Of the thread's readers.

    /// The value of an entry of a dictionary. The text lives until `scratch` changes.
    model::Value entry(std::uint32_t code, std::string& scratch) const;
    /// The same of an entry whose text is at hand, which the value borrows.
    model::Value value(std::uint32_t code, std::string_view text) const;
};

/// What was found out about the entries of one dictionary, shared by threads: one number per code,
/// 0 as long as nobody has asked. Two threads may find out the same at once; both write the same.
class EntryNotes {
public:
    explicit EntryNotes(std::uint32_t entry_count)
        : notes_(std::make_unique<std::atomic<std::uint32_t>[]>(std::size_t{entry_count} + 1)) {}

    template <typename Function>
    std::uint32_t get(std::uint32_t code, Function&& find_out) const {
        std::uint32_t note = notes_[code].load(std::memory_order_relaxed);
        if (note == 0) {
            note = find_out();
            notes_[code].store(note, std::memory_order_relaxed);
        }
        return note;
    }

private:
    std::unique_ptr<std::atomic<std::uint32_t>[]> notes_;
};

}  // namespace twofold::engine
