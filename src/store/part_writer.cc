// SPDX-License-Identifier: Apache-2.0
#include "store/part_writer.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/check.h"
#include "base/checksum.h"
#include "column/block_encoder.h"
#include "column/column_writer.h"
#include "column/dictionary.h"

namespace twofold::store {
namespace {

constexpr std::size_t kWriteBytes = std::size_t{1} << 20;
// Rows of each event code in each block take two bytes; beyond this many they are not kept, and
// properties are never noticed to follow the names.
constexpr std::size_t kNameCountsMax = std::size_t{8} << 20;

// The buckets of the directory: see part_format.h.
struct Coarse {
    std::uint8_t shift = kCoarseShiftMin;
    std::vector<std::uint32_t> starts;
};

Coarse coarse_of(std::span<const std::uint32_t> ordinals) {
    Coarse coarse;
    const auto bucket = [&](std::uint32_t ordinal) {
        return std::size_t{(ordinal >> coarse.shift) - (ordinals.front() >> coarse.shift)};
    };
    while (bucket(ordinals.back()) + 1 > ordinals.size() / 8 + 1)
        ++coarse.shift;
    coarse.starts.resize(bucket(ordinals.back()) + 2, static_cast<std::uint32_t>(ordinals.size()));
    for (std::size_t place = ordinals.size(); place-- > 0;) {
        coarse.starts[bucket(ordinals[place])] = static_cast<std::uint32_t>(place);
    }
    for (std::size_t i = coarse.starts.size() - 1; i-- > 0;) {
        // Empty buckets start where the next one does.
        coarse.starts[i] = std::min(coarse.starts[i], coarse.starts[i + 1]);
    }
    return coarse;
}

class Writer {
public:
    Writer(PartContent& content, const PartPurpose& purpose, PartOutput& output,
           const std::atomic<bool>* stop)
        : content_(content),
          output_(output),
          stop_(stop),
          rows_(content.row_count()),
          encoder_(purpose.effort) {
        PartInfo& info = footer_.info;
        info.id = purpose.id;
        info.run = purpose.run;
        info.month_begin = purpose.month_begin;
        info.month_end = purpose.month_end;
        info.rows = rows_;
        follow_names_ = purpose.effort == column::Effort::kBest;
    }

    Result<PartInfo> write() {
        TF_TRY(output_.write(encode_header(footer_.info.id)));
        TF_TRY(write_rows());
        TF_TRY(write_directory());
        TF_TRY(write_checks());
        for (std::size_t place = 0; place < content_.columns().size(); ++place) {
            TF_TRY(write_column(place));
        }
        return write_end();
    }

private:
    std::uint32_t group_count() const { return (rows_ + kGroupRows - 1) / kGroupRows; }
    std::uint32_t rows_in_group(std::uint32_t group) const {
        return std::min(kGroupRows, rows_ - group * kGroupRows);
    }
    static std::uint32_t blocks_in(std::uint32_t rows) {
        return (rows + column::kBlockRows - 1) / column::kBlockRows;
    }
    Status stopped() const {
        if (stop_ == nullptr || !stop_->load(std::memory_order_relaxed)) return {};
        return fail(ErrorCode::kUnavailable, "stopped while writing a part");
    }

    Status begin(Section& section) {
        TF_TRY(output_.align());
        section.offset = output_.size();
        return {};
    }
    // A section that is in one piece, with a checksum of its own.
    Status put(Section& section, Bytes bytes) {
        TF_TRY(begin(section));
        section.bytes = bytes.size();
        section.checksum = section_sum(bytes, section_seed(footer_.info.id, section.offset));
        return output_.write(bytes);
    }

    template <typename T>
    void check_blocks(std::uint32_t group, std::span<const T> values) {
        const std::uint32_t first_block = group * (kGroupRows / column::kBlockRows);
        for (std::uint32_t i = 0; i < blocks_in(static_cast<std::uint32_t>(values.size())); ++i) {
            const std::size_t first = std::size_t{i} * column::kBlockRows;
            const std::size_t count =
                std::min<std::size_t>(column::kBlockRows, values.size() - first);
            std::uint64_t& check = checks_[first_block + i];
            check = checksum(std::as_bytes(values.subspan(first, count)), check);
        }
    }

    Status write_rows() {
        for (std::uint32_t block = 0; block < blocks_in(rows_); ++block) {
            checks_.push_back(rows_seed(footer_.info.id, block));
        }
        TF_TRY(write_seconds());
        TF_TRY(write_millis());
        return write_codes();
    }

    Status write_seconds() {
        std::vector<std::uint32_t> seconds(kGroupRows);
        TF_TRY(begin(footer_.seconds));
        for (std::uint32_t group = 0; group < group_count(); ++group) {
            const auto out = std::span(seconds).first(rows_in_group(group));
            TF_TRY(content_.seconds(group, out));
            check_blocks<std::uint32_t>(group, out);
            TF_TRY(output_.write(std::as_bytes(out)));
        }
        footer_.seconds.bytes = output_.size() - footer_.seconds.offset;
        return stopped();
    }

    // Asks for the seconds again: only both together tell the first and last time.
    Status write_millis() {
        std::vector<std::uint32_t> seconds(kGroupRows);
        std::vector<std::uint16_t> millis(kGroupRows);
        TimeMs least = kEndOfTime;
        TimeMs most = kBeginningOfTime;
        TF_TRY(begin(footer_.millis));
        for (std::uint32_t group = 0; group < group_count(); ++group) {
            const auto of_second = std::span(seconds).first(rows_in_group(group));
            const auto out = std::span(millis).first(rows_in_group(group));
            TF_TRY(content_.seconds(group, of_second));
            TF_TRY(content_.millis(group, out));
            for (std::size_t row = 0; row < out.size(); ++row) {
                const TimeMs time = TimeMs{of_second[row]} * 1000 + out[row];
                least = std::min(least, time);
                most = std::max(most, time);
            }
            check_blocks<std::uint16_t>(group, out);
            TF_TRY(output_.write(std::as_bytes(out)));
        }
        footer_.info.min_time = kYear2000Ms + least;
        footer_.info.max_time = kYear2000Ms + most;
        footer_.millis.bytes = output_.size() - footer_.millis.offset;
        return stopped();
    }

    // Codes stay in memory: columns ask which events have them.
    Status write_codes() {
        footer_.names.assign(content_.names().begin(), content_.names().end());
        footer_.name_rows.resize(footer_.names.size());
        footer_.wide_codes = footer_.names.size() > 255;
        (footer_.wide_codes ? codes16_.resize(rows_) : codes8_.resize(rows_));
        count_names_ =
            follow_names_ && std::size_t{blocks_in(rows_)} * footer_.names.size() <= kNameCountsMax;
        if (count_names_) name_counts_.resize(blocks_in(rows_) * footer_.names.size());

        std::vector<std::uint16_t> codes(kGroupRows);
        TF_TRY(begin(footer_.codes));
        for (std::uint32_t group = 0; group < group_count(); ++group) {
            const auto out = std::span(codes).first(rows_in_group(group));
            TF_TRY(content_.codes(group, out));
            TF_TRY(footer_.wide_codes ? keep_codes(group, out, codes16_)
                                      : keep_codes(group, out, codes8_));
        }
        footer_.codes.bytes = output_.size() - footer_.codes.offset;
        return stopped();
    }

    template <typename Code>
    Status keep_codes(std::uint32_t group, std::span<const std::uint16_t> codes,
                      std::vector<Code>& kept) {
        const std::size_t first = std::size_t{group} * kGroupRows;
        for (std::size_t row = 0; row < codes.size(); ++row) {
            kept[first + row] = static_cast<Code>(codes[row]);
            ++footer_.name_rows[codes[row]];
            if (count_names_) {
                const std::size_t block = (first + row) / column::kBlockRows;
                ++name_counts_[block * footer_.names.size() + codes[row]];
            }
        }
        const auto written = std::span<const Code>(kept).subspan(first, codes.size());
        check_blocks<Code>(group, written);
        return output_.write(std::as_bytes(written));
    }

    Status write_directory() {
        const std::span<const std::uint32_t> ordinals = content_.ordinals();
        footer_.info.persons = static_cast<std::uint32_t>(ordinals.size());
        footer_.info.min_ordinal = ordinals.front();
        footer_.info.max_ordinal = ordinals.back();
        const Coarse coarse = coarse_of(ordinals);
        footer_.coarse_shift = coarse.shift;
        TF_TRY(put(footer_.ordinals, std::as_bytes(ordinals)));
        TF_TRY(put(footer_.starts, std::as_bytes(content_.first_rows())));
        return put(footer_.coarse, std::as_bytes(std::span(coarse.starts)));
    }

    Status write_checks() { return put(footer_.checks, std::as_bytes(std::span(checks_))); }

    Status write_column(std::size_t place) {
        const ColumnSpec spec = content_.columns()[place];
        ColumnSections& sections = footer_.columns.emplace_back();
        sections.code = spec.code;
        sections.kind = spec.kind;
        sections.fixed_bools = spec.fixed_bools;
        TF_TRY(write_dictionary(place, spec, sections.dictionary));
        TF_TRY(begin(sections.blocks));
        column::ColumnWriter writer(spec.kind, {footer_.info.id, spec.code, 0}, encoder_);
        for (std::uint32_t group = 0; group < group_count(); ++group) {
            group_.clear();
            TF_TRY(content_.values(group, group_));
            TF_TRY(write_blocks(group, spec, writer));
            TF_TRY(stopped());
        }
        sections.blocks.bytes = output_.size() - sections.blocks.offset;
        if (writer.index().empty()) {
            // None of the rows that were taken has it.
            footer_.columns.pop_back();
            return {};
        }
        return put(sections.index, std::as_bytes(writer.index()));
    }

    // A dictionary may be larger than memory likes: it is written and summed piece by piece.
    Status write_dictionary(std::size_t place, const ColumnSpec& spec, Section& section) {
        TF_TRY(begin(section));
        column::DictionaryWriter dictionary;
        ByteWriter& pending = dictionary.pending();
        std::uint64_t sum = section_seed(footer_.info.id, section.offset);
        TF_TRY(content_.open_column(place, [&](std::string_view entry) -> Status {
            dictionary.add(entry);
            return pending.size() < kSectionPiece ? Status{} : write_pieces(pending, sum);
        }));
        if (!spec.has_dictionary) return {};
        dictionary.finish();
        TF_TRY(write_pieces(pending, sum));
        sum = section_sum(pending.bytes(), sum);
        TF_TRY(output_.write(pending.bytes()));
        section.bytes = output_.size() - section.offset;
        section.checksum = sum;
        return {};
    }

    // Writes the whole pieces of what is pending, and leaves the rest.
    Status write_pieces(ByteWriter& pending, std::uint64_t& sum) {
        Bytes left = pending.bytes();
        for (; left.size() >= kSectionPiece; left = left.subspan(kSectionPiece)) {
            sum = section_sum(left.first(kSectionPiece), sum);
            TF_TRY(output_.write(left.first(kSectionPiece)));
        }
        const std::vector<std::byte> rest(left.begin(), left.end());
        pending.clear();
        pending.put_bytes(rest);
        return {};
    }

    Status write_blocks(std::uint32_t group, const ColumnSpec& spec, column::ColumnWriter& writer) {
        const std::uint32_t rows = rows_in_group(group);
        contents_.clear();
        for (std::uint32_t i = 0; i < blocks_in(rows); ++i) {
            const std::uint32_t in_block =
                std::min(column::kBlockRows, rows - i * column::kBlockRows);
            const std::uint32_t block = group * (kGroupRows / column::kBlockRows) + i;
            const column::Presence presence = group_.presence(i);
            const std::span<const std::uint64_t> values = group_.values(i, in_block, presence);
            if (spec.code == kSequenceColumn) note_sequences(values);
            writer.add(block, in_block, presence, values, counts_of(block), contents_);
        }
        return output_.write(contents_.bytes());
    }

    column::NameCounts counts_of(std::uint32_t block) const {
        const column::CodesView names{footer_.wide_codes ? nullptr : codes8_.data(),
                                      footer_.wide_codes ? codes16_.data() : nullptr};
        column::NameCounts counts{names.from(std::size_t{block} * column::kBlockRows), {}};
        if (count_names_) {
            const std::size_t names_count = footer_.names.size();
            counts.rows_of = std::span(name_counts_).subspan(block * names_count, names_count);
        }
        return counts;
    }

    void note_sequences(std::span<const std::uint64_t> values) {
        PartInfo& info = footer_.info;
        for (const std::uint64_t sequence : values) {
            if (info.first_sequence == 0) info.first_sequence = sequence;
            info.first_sequence = std::min(info.first_sequence, sequence);
            info.last_sequence = std::max(info.last_sequence, sequence);
        }
    }

    Result<PartInfo> write_end() {
        TF_TRY(output_.align());
        const std::vector<std::byte> footer = encode_footer(footer_);
        const std::vector<std::byte> trailer = encode_trailer(footer, footer_.info.id);
        TF_TRY(output_.write(footer));
        TF_TRY(output_.write(trailer));
        TF_TRY(output_.flush());
        footer_.info.bytes = output_.size();
        footer_.info.checksum = load<std::uint64_t>(trailer, 0);
        return footer_.info;
    }

    PartContent& content_;
    PartOutput& output_;
    const std::atomic<bool>* stop_;
    std::uint32_t rows_;
    Footer footer_;
    std::vector<std::uint64_t> checks_;
    std::vector<std::uint8_t> codes8_;
    std::vector<std::uint16_t> codes16_;
    bool follow_names_ = false;
    bool count_names_ = false;
    std::vector<std::uint16_t> name_counts_;  // [block][local code]
    column::BlockEncoder encoder_;
    GroupValues group_;
    ByteWriter contents_;
};

}  // namespace

column::Presence GroupValues::presence(std::uint32_t block) const noexcept {
    column::Presence presence;
    const auto* from = present_.data() + std::size_t{block} * column::kBlockWords;
    std::copy_n(from, column::kBlockWords, presence.words.begin());
    return presence;
}

std::span<const std::uint64_t> GroupValues::values(std::uint32_t block, std::uint32_t rows,
                                                   const column::Presence& presence) {
    const auto placed = std::span<const std::uint64_t>(values_).subspan(
        std::size_t{block} * column::kBlockRows, column::kBlockRows);
    const std::uint32_t count = presence.count();
    if (count == rows) return placed.first(rows);
    std::size_t next = 0;
    presence.each([&](std::uint32_t row) { dense_[next++] = placed[row]; });
    return std::span<const std::uint64_t>(dense_).first(count);
}

Status PartOutput::write(Bytes bytes) {
    if (file_ == nullptr || buffer_.size() + bytes.size() < kWriteBytes) {
        buffer_.put_bytes(bytes);
        return {};
    }
    TF_TRY(flush());
    if (bytes.size() < kWriteBytes) {
        buffer_.put_bytes(bytes);
        return {};
    }
    written_ += bytes.size();
    return file_->append(bytes);
}

Status PartOutput::align() {
    static constexpr std::array<std::byte, kPartAlignment> kZeros{};
    const std::size_t beyond = size() % kPartAlignment;
    return beyond == 0 ? Status{} : write(Bytes(kZeros).first(kPartAlignment - beyond));
}

Status PartOutput::flush() {
    if (file_ == nullptr || buffer_.size() == 0) return {};
    written_ += buffer_.size();
    const Status status = file_->append(buffer_.bytes());
    buffer_.clear();
    return status;
}

Result<PartInfo> write_part(PartContent& content, const PartPurpose& purpose, PartOutput& output,
                            const std::atomic<bool>* stop) {
    TF_CHECK(content.row_count() > 0);
    return Writer(content, purpose, output, stop).write();
}

}  // namespace twofold::store
