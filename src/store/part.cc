// SPDX-License-Identifier: Apache-2.0
#include "store/part.h"

#include <algorithm>
#include <fmt/core.h>
#include <mutex>

#include "base/check.h"
#include "base/checksum.h"
#include "store/part_format.h"

namespace twofold::store {
namespace {

constexpr std::size_t kCacheLine = 64;
// A person's rows beyond this many lines are found by the hardware.
constexpr std::size_t kPrefetchLinesMax = 4;

template <typename T>
std::span<const T> view(Bytes bytes, const Section& section) {
    return {reinterpret_cast<const T*>(bytes.data() + section.offset), section.bytes / sizeof(T)};
}

void prefetch(const void* from, std::size_t bytes) noexcept {
    const auto* at = static_cast<const char*>(from);
    for (std::size_t line = 0; line < kPrefetchLinesMax && line * kCacheLine < bytes; ++line) {
        __builtin_prefetch(at + line * kCacheLine);
    }
}

}  // namespace

// Columns are opened when they are first asked for; most questions read two of a hundred.
struct Part::Columns {
    explicit Columns(std::size_t count) : ready(count), owned(count) {}
    std::vector<std::atomic<const column::PropertyColumn*>> ready;
    std::mutex opening;
    std::vector<std::unique_ptr<column::PropertyColumn>> owned;  // under the lock
};

Part::Part(std::string name, Footer footer, Bytes bytes, bool trusted)
    : name_(std::move(name)),
      info_(footer.info),
      footer_(std::make_unique<Footer>(std::move(footer))),
      trusted_(trusted),
      bytes_(bytes),
      ordinals_(view<std::uint32_t>(bytes, footer_->ordinals)),
      first_rows_(view<std::uint32_t>(bytes, footer_->starts)),
      coarse_(view<std::uint32_t>(bytes, footer_->coarse)),
      coarse_shift_(footer_->coarse_shift),
      seconds_(view<std::uint32_t>(bytes, footer_->seconds)),
      millis_(view<std::uint16_t>(bytes, footer_->millis)),
      rows_verified_((block_count() + 63) / 64) {
    if (footer_->wide_codes) {
        codes16_ = view<std::uint16_t>(bytes, footer_->codes);
    } else {
        codes8_ = view<std::uint8_t>(bytes, footer_->codes);
    }
    for (const ColumnSections& column : footer_->columns) {
        if (column.code < kActingColumn) columns_.push_back(column.code);
    }
    opened_ = std::make_unique<Columns>(footer_->columns.size());
}

Part::~Part() = default;

Result<std::shared_ptr<const Part>> Part::open(io::Env& env, const io::Path& folder,
                                               const PartInfo& info) {
    const std::string name = part_file_name(info.id);
    TF_ASSIGN(std::shared_ptr<const io::Mapping> mapping, env.map(io::join(folder, name)));
    const Bytes bytes = mapping->bytes();
    TF_ASSIGN(Footer footer, decode_footer(bytes, name));
    if (footer.info != info) {
        return fail(ErrorCode::kCorrupt,
                    fmt::format("not the part that the manifest speaks of: {}", name));
    }
    std::shared_ptr<Part> part(new Part(name, std::move(footer), bytes, false));
    part->mapping_ = std::move(mapping);
    // Small, and everything else leans on it, so it is read here.
    TF_TRY(part->verify_section(part->footer_->checks));
    return part;
}

std::shared_ptr<const Part> Part::in_memory(std::vector<std::byte> bytes) {
    auto footer = decode_footer(bytes, "head");
    TF_CHECK(footer.has_value());
    std::shared_ptr<Part> part(new Part("head", *std::move(footer), bytes, true));
    part->memory_ = std::move(bytes);
    return part;
}

std::span<const model::NameCode> Part::names() const noexcept {
    return footer_->names;
}
std::span<const std::uint32_t> Part::name_rows() const noexcept {
    return footer_->name_rows;
}

std::unexpected<Error> Part::damaged(std::string_view what) const {
    return fail(ErrorCode::kCorrupt, fmt::format("damaged {} in part {}", what, name_));
}

Status Part::verify_section(const Section& section) const {
    if (section.bytes == 0) return {};
    const Bytes bytes = bytes_.subspan(section.offset, section.bytes);
    if (section_sum(bytes, section_seed(info_.id, section.offset)) != section.checksum) {
        return damaged(
            fmt::format("bytes {} to {}", section.offset, section.offset + section.bytes));
    }
    return {};
}

Status Part::verify_directory() const {
    if (trusted_ || directory_verified_.load(std::memory_order_relaxed)) return {};
    TF_TRY(verify_section(footer_->ordinals));
    TF_TRY(verify_section(footer_->starts));
    TF_TRY(verify_section(footer_->coarse));
    directory_verified_.store(true, std::memory_order_relaxed);
    return {};
}

std::size_t Part::lower_bound(std::uint32_t ordinal) const noexcept {
    if (ordinal <= info_.min_ordinal) return 0;
    if (ordinal > info_.max_ordinal) return ordinals_.size();
    const std::size_t bucket = bucket_of(ordinal);
    const auto* from = ordinals_.data() + coarse_[bucket];
    const auto* until = ordinals_.data() + coarse_[bucket + 1];
    return static_cast<std::size_t>(std::lower_bound(from, until, ordinal) - ordinals_.data());
}

RowRange Part::rows_between(std::uint32_t lo, std::uint32_t hi) const noexcept {
    if (lo >= hi) return {};
    return {first_rows_[lower_bound(lo)], first_rows_[lower_bound(hi)]};
}

RowRange Part::rows_of(model::UserOrdinal ordinal) const noexcept {
    const std::size_t place = lower_bound(model::index(ordinal));
    if (place == ordinals_.size() || ordinals_[place] != model::index(ordinal)) return {};
    return {first_rows_[place], first_rows_[place + 1]};
}

void Part::prefetch_directory(model::UserOrdinal ordinal) const noexcept {
    const std::uint32_t wanted = model::index(ordinal);
    if (wanted < info_.min_ordinal || wanted > info_.max_ordinal) return;
    const std::size_t bucket = bucket_of(wanted);
    const std::size_t from = coarse_[bucket];
    prefetch(ordinals_.data() + from, (coarse_[bucket + 1] - from) * sizeof(std::uint32_t));
    __builtin_prefetch(first_rows_.data() + from);
}

void Part::prefetch_rows(RowRange rows) const noexcept {
    prefetch(seconds_.data() + rows.begin, rows.size() * sizeof(std::uint32_t));
    if (wide_codes()) {
        prefetch(codes16_.data() + rows.begin, rows.size() * sizeof(std::uint16_t));
    } else {
        prefetch(codes8_.data() + rows.begin, rows.size());
    }
}

Status Part::verify_rows(RowRange rows) const {
    if (trusted_ || rows.empty()) return {};
    const std::uint32_t last = (rows.end - 1) / column::kBlockRows;
    for (std::uint32_t block = rows.begin / column::kBlockRows; block <= last; ++block) {
        std::atomic<std::uint64_t>& word = rows_verified_[block / 64];
        const std::uint64_t bit = std::uint64_t{1} << (block % 64);
        if ((word.load(std::memory_order_relaxed) & bit) != 0) continue;
        TF_TRY(verify_block(block));
        word.fetch_or(bit, std::memory_order_relaxed);
    }
    return {};
}

Status Part::verify_block(std::uint32_t block) const {
    const std::size_t first = std::size_t{block} * column::kBlockRows;
    const std::size_t count = std::min<std::size_t>(column::kBlockRows, info_.rows - first);
    std::uint64_t sum = rows_seed(info_.id, block);
    sum = checksum(std::as_bytes(seconds_.subspan(first, count)), sum);
    sum = checksum(std::as_bytes(millis_.subspan(first, count)), sum);
    sum = wide_codes() ? checksum(std::as_bytes(codes16_.subspan(first, count)), sum)
                       : checksum(std::as_bytes(codes8_.subspan(first, count)), sum);
    const auto expected = load<std::uint64_t>(bytes_, footer_->checks.offset + block * 8);
    return sum == expected ? Status{} : damaged(fmt::format("rows of block {}", block));
}

std::optional<std::uint32_t> Part::local_code(model::NameCode name) const noexcept {
    const std::span<const model::NameCode> all = names();
    const auto found = std::lower_bound(all.begin(), all.end(), name);
    if (found == all.end() || *found != name) return std::nullopt;
    return static_cast<std::uint32_t>(found - all.begin());
}

Result<const column::PropertyColumn*> Part::column(model::ColumnCode code) const {
    const auto& all = footer_->columns;
    const auto found = std::lower_bound(all.begin(), all.end(), code,
                                        [](const ColumnSections& column, model::ColumnCode wanted) {
                                            return column.code < wanted;
                                        });
    if (found == all.end() || found->code != code) return nullptr;
    const auto place = static_cast<std::size_t>(found - all.begin());
    const auto* ready = opened_->ready[place].load(std::memory_order_acquire);
    if (ready != nullptr) return ready;
    return open_column(place);
}

Result<const column::PropertyColumn*> Part::acting() const {
    return column(kActingColumn);
}
Result<const column::PropertyColumn*> Part::sequences() const {
    return column(kSequenceColumn);
}

Result<const column::PropertyColumn*> Part::open_column(std::size_t place) const {
    const std::scoped_lock lock(opened_->opening);
    if (opened_->owned[place] != nullptr) return opened_->owned[place].get();
    const ColumnSections& sections = footer_->columns[place];
    if (!trusted_) {
        TF_TRY(verify_section(sections.index));
        TF_TRY(verify_section(sections.dictionary));
    }
    column::PropertyColumn::Source source;
    source.file = name_;
    source.name = column_label(sections.code);
    source.file_id = info_.id;
    source.column = sections.code;
    source.kind = sections.kind;
    source.fixed_bools = sections.fixed_bools;
    source.trusted = trusted_;
    source.rows = info_.rows;
    source.blocks = bytes_.subspan(sections.blocks.offset, sections.blocks.bytes);
    source.index = bytes_.subspan(sections.index.offset, sections.index.bytes);
    source.dictionary = bytes_.subspan(sections.dictionary.offset, sections.dictionary.bytes);
    source.names = {wide_codes() ? nullptr : codes8_.data(),
                    wide_codes() ? codes16_.data() : nullptr};
    source.verify_names = [this](std::uint32_t block) {
        const std::uint32_t first = block * column::kBlockRows;
        return verify_rows({first, std::min(info_.rows, first + column::kBlockRows)});
    };
    TF_ASSIGN(opened_->owned[place], column::PropertyColumn::open(std::move(source)));
    const column::PropertyColumn* opened = opened_->owned[place].get();
    opened_->ready[place].store(opened, std::memory_order_release);
    return opened;
}

std::string Part::column_label(model::ColumnCode code) {
    if (code == kActingColumn) return "acting customer";
    if (code == kSequenceColumn) return "sequence";
    return fmt::format("{}", code);
}

Status Part::scrub() const {
    for (const Section* section :
         {&footer_->ordinals, &footer_->starts, &footer_->coarse, &footer_->checks}) {
        TF_TRY(verify_section(*section));
    }
    for (std::uint32_t block = 0; block < block_count(); ++block)
        TF_TRY(verify_block(block));
    for (const ColumnSections& sections : footer_->columns) {
        TF_TRY(verify_section(sections.index));
        TF_TRY(verify_section(sections.dictionary));
        TF_ASSIGN(const column::PropertyColumn* opened, column(sections.code));
        TF_TRY(opened->scrub());
    }
    return {};
}

}  // namespace twofold::store
