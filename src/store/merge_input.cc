// SPDX-License-Identifier: Apache-2.0
#include "store/merge_input.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/check.h"
#include "store/part_format.h"

namespace twofold::store {
namespace {

// Bits of the block that are rows [begin, end) of it.
std::uint64_t bits_between(std::uint32_t word, std::uint32_t begin, std::uint32_t end) {
    const std::uint32_t first = word * 64;
    std::uint64_t bits = ~std::uint64_t{0};
    if (begin > first) bits &= begin - first >= 64 ? 0 : ~std::uint64_t{0} << (begin - first);
    if (end < first + 64) bits &= end <= first ? 0 : ~std::uint64_t{0} >> (first + 64 - end);
    return bits;
}

}  // namespace

Result<std::unique_ptr<MergeInput>> MergeInput::open(const Part& part, std::uint64_t ordinal_begin,
                                                     std::uint64_t ordinal_end) {
    TF_TRY(part.verify_directory());
    const auto place = [&](std::uint64_t ordinal) {
        return ordinal > part.info().max_ordinal
                   ? part.ordinals().size()
                   : part.lower_bound(static_cast<std::uint32_t>(ordinal));
    };
    std::unique_ptr<MergeInput> input(new MergeInput(part));
    input->person_ = place(ordinal_begin);
    input->person_end_ = std::max(input->person_, place(ordinal_end));
    input->rows_ = {part.first_rows()[input->person_], part.first_rows()[input->person_end_]};
    TF_TRY(part.verify_rows(input->rows_));
    input->places_.resize(input->rows_.size());
    input->next_ = input->rows_.begin;
    if (!input->at_end()) input->person_row_end_ = part.first_rows()[input->person_ + 1];
    return input;
}

void MergeInput::next_person() noexcept {
    ++person_;
    if (!at_end()) person_row_end_ = part_->first_rows()[person_ + 1];
}

void MergeInput::place(std::uint32_t out_row, std::uint32_t count) {
    std::uint16_t* to = places_.data() + (next_ - rows_.begin);
    for (std::uint32_t i = 0; i < count; ++i) {
        to[i] = static_cast<std::uint16_t>((out_row + i) % kGroupRows);
    }
    // The first of these rows that lies in a group begins the group, and those skipped before it.
    const std::uint32_t last_group = (out_row + count - 1) / kGroupRows;
    while (group_rows_.size() <= last_group) {
        const auto begins = static_cast<std::uint32_t>(group_rows_.size()) * kGroupRows;
        group_rows_.push_back(next_ - rows_.begin + (begins > out_row ? begins - out_row : 0));
    }
    next_ += count;
}

RowRange MergeInput::rows_in(std::uint32_t group) const noexcept {
    const auto begin = [&](std::size_t g) {
        return rows_.begin + (g < group_rows_.size() ? group_rows_[g] : row_count());
    };
    return {begin(group), begin(std::size_t{group} + 1)};
}

Result<std::uint64_t> MergeInput::sequence() {
    if (column_ == nullptr) TF_TRY(open_column(kSequenceColumn));
    TF_CHECK(column_ != nullptr);
    TF_TRY(load_block(next_ / column::kBlockRows));
    return decoded_[next_ % column::kBlockRows];
}

void MergeInput::seconds(std::uint32_t group, std::span<std::uint32_t> out) const {
    const RowRange rows = rows_in(group);
    const auto from = part_->seconds();
    for (std::uint32_t row = rows.begin; row < rows.end; ++row) {
        out[places_[row - rows_.begin]] = from[row];
    }
}

void MergeInput::millis(std::uint32_t group, std::span<std::uint16_t> out) const {
    const RowRange rows = rows_in(group);
    const auto from = part_->millis();
    for (std::uint32_t row = rows.begin; row < rows.end; ++row) {
        out[places_[row - rows_.begin]] = from[row];
    }
}

void MergeInput::codes(std::uint32_t group, std::span<const std::uint16_t> local,
                       std::span<std::uint16_t> out) const {
    const RowRange rows = rows_in(group);
    const auto copy = [&](const auto& from) {
        for (std::uint32_t row = rows.begin; row < rows.end; ++row) {
            out[places_[row - rows_.begin]] = local[from[row]];
        }
    };
    part_->wide_codes() ? copy(part_->codes16()) : copy(part_->codes8());
}

std::vector<bool> MergeInput::used_names() const {
    if (!is_partial()) return std::vector<bool>(part_->names().size(), true);
    std::vector<bool> used(part_->names().size());
    const auto mark = [&](const auto& from) {
        for (std::uint32_t row = rows_.begin; row < rows_.end; ++row)
            used[from[row]] = true;
    };
    part_->wide_codes() ? mark(part_->codes16()) : mark(part_->codes8());
    return used;
}

Result<const column::PropertyColumn*> MergeInput::open_column(model::ColumnCode code) {
    has_block_ = false;
    new_codes_.clear();
    TF_ASSIGN(column_, part_->column(code));
    return column_;
}

Status MergeInput::load_block(std::uint32_t block) {
    if (has_block_ && block_ == block) return {};
    has_block_ = false;
    TF_ASSIGN(decoded_count_, column_->decode_present(block, decoded_, presence_));
    if (!new_codes_.empty()) {
        for (std::uint64_t& code : std::span(decoded_).first(decoded_count_)) {
            if (code >= new_codes_.size()) {
                return fail(ErrorCode::kCorrupt, "code without an entry in part " + part_->name());
            }
            code = new_codes_[code];
        }
    }
    block_ = block;
    has_block_ = true;
    return {};
}

Result<std::vector<bool>> MergeInput::used_codes() {
    if (!is_partial()) return std::vector<bool>(column_->entry_count() + 1, true);
    std::vector<bool> used(column_->entry_count() + 1);
    for (std::uint32_t row = rows_.begin; row < rows_.end;) {
        const std::uint32_t block = row / column::kBlockRows;
        const std::uint32_t end = std::min(rows_.end, (block + 1) * column::kBlockRows);
        TF_TRY(load_block(block));
        std::uint32_t next = 0;
        presence_.each([&](std::uint32_t in_block) {
            const std::uint64_t code = decoded_[next++];
            const std::uint32_t at = block * column::kBlockRows + in_block;
            if (at >= row && at < end && code < used.size()) used[code] = true;
        });
        row = end;
    }
    has_block_ = false;  // decoded without new codes
    return used;
}

Status MergeInput::values(std::uint32_t group, GroupValues& out) {
    if (column_ == nullptr) return {};
    const RowRange rows = rows_in(group);
    for (std::uint32_t row = rows.begin; row < rows.end;) {
        const std::uint32_t block = row / column::kBlockRows;
        const std::uint32_t end = std::min(rows.end, (block + 1) * column::kBlockRows);
        TF_TRY(load_block(block));
        if (decoded_count_ > 0) put_block({row, end}, out);
        row = end;
    }
    return {};
}

void MergeInput::put_block(RowRange rows, GroupValues& out) const {
    const std::uint32_t first = block_ * column::kBlockRows;
    const std::uint32_t begin = rows.begin - first;
    const std::uint32_t end = rows.end - first;
    // Places of the block's rows; those before rows_.begin are never looked at.
    const auto place_of = [&](std::uint32_t row) { return places_[first + row - rows_.begin]; };
    if (decoded_count_ == column_->rows_in(block_)) {
        for (std::uint32_t row = begin; row < end; ++row)
            out.set(place_of(row), decoded_[row]);
        return;
    }
    std::uint32_t next = 0;
    for (std::uint32_t word = 0; word * 64 < end; ++word) {
        const std::uint64_t present = presence_.words[word];
        const std::uint64_t wanted = bits_between(word, begin, end);
        if ((present & wanted) != 0) {
            const std::uint64_t before = (wanted & -wanted) - 1;
            std::uint32_t value =
                next + static_cast<std::uint32_t>(std::popcount(present & before));
            for (std::uint64_t bits = present & wanted; bits != 0; bits &= bits - 1) {
                const auto bit = static_cast<std::uint32_t>(std::countr_zero(bits));
                out.set(place_of(word * 64 + bit), decoded_[value++]);
            }
        }
        next += static_cast<std::uint32_t>(std::popcount(present));
    }
}

}  // namespace twofold::store
