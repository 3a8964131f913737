// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "store/merge_input.h"
#include "store/part.h"
#include "store/part_writer.h"

namespace twofold::store {

/// Rows of several parts as one, those of ordinals in [ordinal_begin, ordinal_end): the content of
/// the part that replaces them (or of a slice of it). No row is looked at as a whole: the order is
/// worked out once, from ordinals and times, as a place for each row; then each column goes through
/// it by itself, so that absent properties cost next to nothing.
///
/// Memory: 2 bytes a row, 8 a person, 4 for each dictionary entry of one column at a time.
/// Borrows the parts. Not thread-safe.
class MergeContent final : public PartContent {
public:
    struct Range {
        std::uint64_t ordinal_begin = 0;
        std::uint64_t ordinal_end = std::uint64_t{1} << 32;
    };
    /// Errors: kCorrupt when directory or raw columns of an input are damaged.
    static Result<std::unique_ptr<MergeContent>> make(std::span<const Part* const> parts,
                                                      Range range);

    std::uint32_t row_count() const override { return rows_; }
    std::span<const std::uint32_t> ordinals() const override { return ordinals_; }
    std::span<const std::uint32_t> first_rows() const override { return first_rows_; }
    std::span<const model::NameCode> names() const override { return names_; }
    Status seconds(std::uint32_t group, std::span<std::uint32_t> out) override;
    Status millis(std::uint32_t group, std::span<std::uint16_t> out) override;
    Status codes(std::uint32_t group, std::span<std::uint16_t> out) override;
    std::span<const ColumnSpec> columns() const override { return columns_; }
    Status open_column(std::size_t place,
                       const std::function<Status(std::string_view)>& entry) override;
    Status values(std::uint32_t group, GroupValues& out) override;

private:
    MergeContent() = default;
    Status place_rows();
    Status place_person(std::vector<MergeInput*>& together);
    void collect_names();
    Status collect_columns();
    Status merge_dictionaries(const std::function<Status(std::string_view)>& entry);

    std::vector<std::unique_ptr<MergeInput>> inputs_;  // by first_sequence
    std::uint32_t rows_ = 0;
    std::vector<std::uint32_t> ordinals_;
    std::vector<std::uint32_t> first_rows_;
    std::vector<model::NameCode> names_;
    std::vector<std::vector<std::uint16_t>> local_codes_;  // by input and its local code
    std::vector<ColumnSpec> columns_;
};

/// Ordinals at which to cut the rows of `parts`, so that no slice has more than `rows_max` rows
/// (but for a person that has more alone) and all have about as many. Ascending; empty when one
/// slice is enough. Errors: kCorrupt.
Result<std::vector<std::uint64_t>> slice_cuts(std::span<const Part* const> parts,
                                              std::uint32_t rows_max);

}  // namespace twofold::store
