// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "column/presence.h"
#include "column/property_column.h"
#include "store/part.h"
#include "store/part_writer.h"

namespace twofold::store {

/// One part on its way into another: first walked person by person, while each of its rows is given
/// its place; then read column by column, each value going to the place of its row.
/// Borrows the part. Not thread-safe.
class MergeInput {
public:
    /// The rows of ordinals in [ordinal_begin, ordinal_end). Errors: kCorrupt when directory or raw
    /// columns are damaged there.
    static Result<std::unique_ptr<MergeInput>> open(const Part& part, std::uint64_t ordinal_begin,
                                                    std::uint64_t ordinal_end);

    const Part& part() const noexcept { return *part_; }
    std::uint32_t row_count() const noexcept { return rows_.size(); }
    /// Some rows of the part are left out, so names and entries may be too.
    bool is_partial() const noexcept { return rows_.size() != part_->row_count(); }

    // Placing, in the order of rows. "The next row" is the first that has no place yet.

    bool at_end() const noexcept { return person_ == person_end_; }
    /// Of the person whose rows are being placed. REQUIRES: not at_end().
    std::uint32_t ordinal() const noexcept { return part_->ordinals()[person_]; }
    bool person_done() const noexcept { return next_ == person_row_end_; }
    void next_person() noexcept;
    /// Rows of this person without a place.
    std::uint32_t person_rows() const noexcept { return person_row_end_ - next_; }
    /// Milliseconds since 2000 of the next row. REQUIRES: not person_done().
    std::uint64_t time() const noexcept {
        return std::uint64_t{part_->seconds()[next_]} * 1000 + part_->millis()[next_];
    }
    /// Of the next row. Costs decoding a block of them. Errors: kCorrupt.
    Result<std::uint64_t> sequence();
    /// Gives the next `count` rows the places from `out_row` on. REQUIRES: count > 0.
    void place(std::uint32_t out_row, std::uint32_t count);

    // Raw columns of one group of places.

    void seconds(std::uint32_t group, std::span<std::uint32_t> out) const;
    void millis(std::uint32_t group, std::span<std::uint16_t> out) const;
    /// `local` turns this part's codes into those of the part being written.
    void codes(std::uint32_t group, std::span<const std::uint16_t> local,
               std::span<std::uint16_t> out) const;
    /// By local code: whether one of the rows has it.
    std::vector<bool> used_names() const;

    // One column at a time.

    /// Null if the part doesn't have the column. Errors: kCorrupt.
    Result<const column::PropertyColumn*> open_column(model::ColumnCode code);
    const column::PropertyColumn* column() const noexcept { return column_; }
    /// By code: whether one of the rows has it. Errors: kCorrupt.
    Result<std::vector<bool>> used_codes();
    /// What the codes of the column become; empty: they stay.
    std::vector<std::uint32_t>& new_codes() noexcept { return new_codes_; }
    /// Puts the column's values of a group of places there. Errors: kCorrupt.
    Status values(std::uint32_t group, GroupValues& out);

private:
    explicit MergeInput(const Part& part) : part_(&part), decoded_(column::kBlockRows) {}

    // Rows of the part that have their places in a group: always contiguous.
    RowRange rows_in(std::uint32_t group) const noexcept;
    Status load_block(std::uint32_t block);
    void put_block(RowRange rows, GroupValues& out) const;

    const Part* part_;
    RowRange rows_;
    std::size_t person_ = 0;
    std::size_t person_end_ = 0;
    std::uint32_t next_ = 0;
    std::uint32_t person_row_end_ = 0;
    std::vector<std::uint16_t> places_;      // in its group, of row rows_.begin + i
    std::vector<std::uint32_t> group_rows_;  // rows placed before each group begins

    const column::PropertyColumn* column_ = nullptr;
    std::vector<std::uint32_t> new_codes_;
    // The block decoded last: groups and blocks do not begin together, so it is needed again.
    std::uint32_t block_ = 0;
    bool has_block_ = false;
    column::Presence presence_;
    std::vector<std::uint64_t> decoded_;
    std::uint32_t decoded_count_ = 0;
};

}  // namespace twofold::store
