// SPDX-License-Identifier: Apache-2.0
#include "column/property_column.h"

#include <algorithm>
#include <array>
#include <bit>
#include <fmt/core.h>

#include "base/check.h"
#include "base/checksum.h"

namespace twofold::column {
namespace {

constexpr std::array<std::string_view, 2> kBools = {"false", "true"};

// Values in row order, spread over the rows they belong to; the others become 0.
template <typename T>
void spread(std::span<const T> present, const Presence& presence, std::span<T> out) {
    std::fill(out.begin(), out.end(), T{0});
    std::size_t next = 0;
    presence.each([&](std::uint32_t row) { out[row] = present[next++]; });
}

}  // namespace

PropertyColumn::PropertyColumn(Source source)
    : source_(std::move(source)),
      index_(reinterpret_cast<const BlockEntry*>(source_.index.data()),
             source_.index.size() / sizeof(BlockEntry)),
      verified_((index_.size() + 63) / 64) {}

Result<std::unique_ptr<PropertyColumn>> PropertyColumn::open(Source source) {
    std::unique_ptr<PropertyColumn> column(new PropertyColumn(std::move(source)));
    const Source& from = column->source_;
    const auto refuse = [&] {
        return fail(ErrorCode::kCorrupt,
                    fmt::format("damaged index of column {} in {}", from.name, from.file));
    };
    const auto address = reinterpret_cast<std::uintptr_t>(from.index.data());
    if (from.index.size() % sizeof(BlockEntry) != 0 || address % alignof(BlockEntry) != 0) {
        return refuse();
    }
    std::uint64_t next_block = 0;
    for (const BlockEntry& entry : column->index_) {
        if (entry.block < next_block || entry.block >= column->block_count()) return refuse();
        if (entry.present == 0 || entry.present > column->rows_in(entry.block)) return refuse();
        if (entry.offset > from.blocks.size() || entry.bytes > from.blocks.size() - entry.offset) {
            return refuse();
        }
        next_block = std::uint64_t{entry.block} + 1;
    }
    if (!from.dictionary.empty()) {
        auto dictionary = Dictionary::open(from.dictionary);
        if (!dictionary) return refuse();
        column->dictionary_ = *std::move(dictionary);
    }
    return column;
}

std::uint64_t PropertyColumn::block_seed(std::uint64_t file_id, std::uint32_t column,
                                         std::uint32_t block) noexcept {
    std::array<std::byte, 16> place;
    save(place, 0, file_id);
    save(place, 8, column);
    save(place, 12, block);
    return checksum(place);
}

std::uint32_t PropertyColumn::rows_in(std::uint32_t block) const noexcept {
    return std::min(kBlockRows, source_.rows - block * kBlockRows);
}

// Most columns have a value in every block, or the index is short.
const BlockEntry* PropertyColumn::entry_of(std::uint32_t block) const {
    TF_CHECK(block < block_count());
    if (index_.size() == block_count()) return &index_[block];
    const auto found = std::lower_bound(
        index_.begin(), index_.end(), block,
        [](const BlockEntry& entry, std::uint32_t wanted) { return entry.block < wanted; });
    return found == index_.end() || found->block != block ? nullptr : &*found;
}

BlockStats PropertyColumn::stats(std::uint32_t block) const {
    BlockStats stats;
    stats.rows = rows_in(block);
    const BlockEntry* entry = entry_of(block);
    if (entry == nullptr) return stats;
    stats.present = entry->present;
    switch (source_.kind) {
        case ColumnKind::kCodes:
            stats.min_code = static_cast<std::uint32_t>(entry->min);
            stats.max_code = static_cast<std::uint32_t>(entry->max);
            stats.codes = entry->codes;
            break;
        case ColumnKind::kInts:
            stats.min_int = static_cast<std::int64_t>(entry->min);
            stats.max_int = static_cast<std::int64_t>(entry->max);
            break;
        case ColumnKind::kDoubles:
            stats.min_double = std::bit_cast<double>(entry->min);
            stats.max_double = std::bit_cast<double>(entry->max);
            stats.scale = entry->scale;
            break;
    }
    return stats;
}

std::uint32_t PropertyColumn::entry_count() const noexcept {
    if (source_.fixed_bools) return kBools.size();
    return dictionary_ ? dictionary_->size() : 0;
}

std::string_view PropertyColumn::entry(std::uint32_t code, std::string& scratch) const {
    TF_CHECK(code >= 1 && code <= entry_count());
    return source_.fixed_bools ? kBools[code - 1] : dictionary_->entry(code, scratch);
}

std::uint32_t PropertyColumn::find(std::string_view value) const {
    const std::uint32_t code = lower_bound(value);
    std::string scratch;
    return code <= entry_count() && entry(code, scratch) == value ? code : 0;
}

std::uint32_t PropertyColumn::lower_bound(std::string_view value) const {
    if (source_.fixed_bools) {
        const auto* found = std::lower_bound(kBools.begin(), kBools.end(), value);
        return static_cast<std::uint32_t>(found - kBools.begin()) + 1;
    }
    return dictionary_ ? dictionary_->lower_bound(value) : 1;
}

std::unexpected<Error> PropertyColumn::damaged(std::uint32_t block) const {
    return fail(ErrorCode::kCorrupt, fmt::format("damaged block {} of column {} in {}", block,
                                                 source_.name, source_.file));
}

Status PropertyColumn::verify(const BlockEntry& entry, Bytes bytes) const {
    const std::uint64_t seed = block_seed(source_.file_id, source_.column, entry.block);
    if (checksum(bytes, seed) != entry.checksum) return damaged(entry.block);
    if (entry.presence_mode == PresenceMode::kByName && source_.verify_names) {
        return source_.verify_names(entry.block);
    }
    return {};
}

Result<Bytes> PropertyColumn::content(const BlockEntry& entry) const {
    const Bytes bytes = source_.blocks.subspan(entry.offset, entry.bytes);
    if (source_.trusted) return bytes;
    const auto place = static_cast<std::size_t>(&entry - index_.data());
    std::atomic<std::uint64_t>& word = verified_[place / 64];
    const std::uint64_t bit = std::uint64_t{1} << (place % 64);
    if ((word.load(std::memory_order_relaxed) & bit) == 0) {
        TF_TRY(verify(entry, bytes));
        word.fetch_or(bit, std::memory_order_relaxed);
    }
    return bytes;
}

BlockShape PropertyColumn::shape_of(std::uint32_t block) const {
    return {source_.kind, rows_in(block), source_.names.from(std::size_t{block} * kBlockRows)};
}

Status PropertyColumn::decode_codes(std::uint32_t block, std::span<std::uint32_t> codes) const {
    TF_CHECK(source_.kind == ColumnKind::kCodes && codes.size() >= rows_in(block));
    const std::span<std::uint32_t> out = codes.first(rows_in(block));
    const BlockEntry* entry = entry_of(block);
    if (entry == nullptr) {
        std::fill(out.begin(), out.end(), 0U);
        return {};
    }
    TF_ASSIGN(const Bytes bytes, content(*entry));
    const BlockShape shape = shape_of(block);
    if (entry->presence_mode == PresenceMode::kAll) {
        if (entry->present != shape.rows) return damaged(block);
        return column::decode_codes(*entry, shape, bytes, out) ? Status{} : damaged(block);
    }
    std::array<std::uint32_t, kBlockRows> scratch;
    const std::span<std::uint32_t> present = std::span(scratch).first(entry->present);
    Presence presence;
    if (!decode_presence(*entry, shape, bytes, presence) ||
        !column::decode_codes(*entry, shape, bytes, present)) {
        return damaged(block);
    }
    spread<std::uint32_t>(present, presence, out);
    return {};
}

Result<std::uint32_t> PropertyColumn::decode_code_runs(std::uint32_t block,
                                                       std::span<std::uint32_t> codes,
                                                       std::span<std::uint32_t> ends) const {
    TF_CHECK(source_.kind == ColumnKind::kCodes);
    const BlockEntry* entry = entry_of(block);
    if (entry == nullptr) return 0;
    TF_ASSIGN(const Bytes bytes, content(*entry));
    const auto count = column::decode_code_runs(*entry, shape_of(block), bytes, codes, ends);
    if (!count) return damaged(block);
    return *count;
}

Result<std::uint32_t> PropertyColumn::decode_present(std::uint32_t block,
                                                     std::span<std::uint64_t> values,
                                                     Presence& presence) const {
    const BlockEntry* entry = entry_of(block);
    if (entry == nullptr) {
        presence.clear();
        return 0;
    }
    TF_CHECK(values.size() >= entry->present);
    TF_ASSIGN(const Bytes bytes, content(*entry));
    const BlockShape shape = shape_of(block);
    if (!decode_presence(*entry, shape, bytes, presence) ||
        !decode_values(*entry, shape, bytes, values.first(entry->present))) {
        return damaged(block);
    }
    return entry->present;
}

// A full block is decoded where it is wanted; of another the values are spread over their rows.
Status PropertyColumn::decode_spread(std::uint32_t block, std::span<std::uint64_t> out,
                                     Presence& presence) const {
    if (stats(block).present == out.size()) {
        TF_ASSIGN(const std::uint32_t count, decode_present(block, out, presence));
        return count == out.size() ? Status{} : damaged(block);
    }
    std::array<std::uint64_t, kBlockRows> scratch;
    TF_ASSIGN(const std::uint32_t count, decode_present(block, scratch, presence));
    spread<std::uint64_t>(std::span(scratch).first(count), presence, out);
    return {};
}

Status PropertyColumn::decode_ints(std::uint32_t block, std::span<std::int64_t> values,
                                   Presence& presence) const {
    TF_CHECK(source_.kind == ColumnKind::kInts && values.size() >= rows_in(block));
    auto* raw = reinterpret_cast<std::uint64_t*>(values.data());
    return decode_spread(block, {raw, rows_in(block)}, presence);
}

Status PropertyColumn::decode_doubles(std::uint32_t block, std::span<double> values,
                                      Presence& presence) const {
    TF_CHECK(source_.kind == ColumnKind::kDoubles && values.size() >= rows_in(block));
    auto* raw = reinterpret_cast<std::uint64_t*>(values.data());
    return decode_spread(block, {raw, rows_in(block)}, presence);
}

Status PropertyColumn::scrub() const {
    for (const BlockEntry& entry : index_) {
        TF_TRY(verify(entry, source_.blocks.subspan(entry.offset, entry.bytes)));
    }
    return {};
}

}  // namespace twofold::column
