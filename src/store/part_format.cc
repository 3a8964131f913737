// SPDX-License-Identifier: Apache-2.0
#include "store/part_format.h"

#include <algorithm>
#include <array>
#include <fmt/core.h>

#include "base/checksum.h"

namespace twofold::store {
namespace {

constexpr std::uint8_t kWideCodes = 1;
constexpr std::uint8_t kFixedBools = 1;

void put_section(const Section& section, ByteWriter& out) {
    out.put(section.offset);
    out.put(section.bytes);
    out.put(section.checksum);
}

Section get_section(ByteReader& in) {
    Section section;
    section.offset = in.get<std::uint64_t>();
    section.bytes = in.get<std::uint64_t>();
    section.checksum = in.get<std::uint64_t>();
    return section;
}

void put_info(const PartInfo& info, ByteWriter& out) {
    out.put(info.id);
    out.put(info.rows);
    out.put(info.persons);
    out.put(info.min_time);
    out.put(info.max_time);
    out.put(info.min_ordinal);
    out.put(info.max_ordinal);
    out.put(info.first_sequence);
    out.put(info.last_sequence);
    out.put(info.month_begin);
    out.put(info.month_end);
    out.put(info.run);
}

PartInfo get_info(ByteReader& in) {
    PartInfo info;
    info.id = in.get<std::uint64_t>();
    info.rows = in.get<std::uint32_t>();
    info.persons = in.get<std::uint32_t>();
    info.min_time = in.get<TimeMs>();
    info.max_time = in.get<TimeMs>();
    info.min_ordinal = in.get<std::uint32_t>();
    info.max_ordinal = in.get<std::uint32_t>();
    info.first_sequence = in.get<std::uint64_t>();
    info.last_sequence = in.get<std::uint64_t>();
    info.month_begin = in.get<Month>();
    info.month_end = in.get<Month>();
    info.run = in.get<std::uint64_t>();
    return info;
}

void get_names(ByteReader& in, Footer& footer) {
    const auto count = in.get<std::uint32_t>();
    for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
        footer.names.push_back(in.get<model::NameCode>());
        footer.name_rows.push_back(in.get<std::uint32_t>());
    }
}

void get_columns(ByteReader& in, Footer& footer) {
    const auto count = in.get<std::uint32_t>();
    for (std::uint32_t i = 0; i < count && in.ok(); ++i) {
        ColumnSections column;
        column.code = in.get<model::ColumnCode>();
        column.kind = static_cast<column::ColumnKind>(in.get<std::uint8_t>());
        column.fixed_bools = (in.get<std::uint8_t>() & kFixedBools) != 0;
        column.dictionary = get_section(in);
        column.blocks = get_section(in);
        column.index = get_section(in);
        footer.columns.push_back(column);
    }
}

bool lies_inside(const Section& section, std::uint64_t end) {
    return section.offset % kPartAlignment == 0 && section.offset >= kPartHeaderBytes &&
           section.offset <= end && section.bytes <= end - section.offset;
}

// What the readers rely on without asking again. The footer was whole, so this finds a file that
// was written wrongly rather than damaged, and costs nothing.
bool is_consistent(const Footer& footer, std::uint64_t end) {
    const PartInfo& info = footer.info;
    const std::uint64_t rows = info.rows;
    const std::uint64_t blocks = (rows + column::kBlockRows - 1) / column::kBlockRows;
    if (rows == 0 || info.persons == 0 || info.persons > rows) return false;
    if (info.min_ordinal > info.max_ordinal || footer.coarse_shift > kCoarseShiftMax) return false;
    const std::uint64_t buckets =
        (info.max_ordinal >> footer.coarse_shift) - (info.min_ordinal >> footer.coarse_shift) + 1;
    const auto has = [&](const Section& section, std::uint64_t bytes) {
        return lies_inside(section, end) && section.bytes == bytes;
    };
    if (!has(footer.seconds, rows * 4) || !has(footer.millis, rows * 2) ||
        !has(footer.codes, rows * (footer.wide_codes ? 2 : 1)) ||
        !has(footer.ordinals, std::uint64_t{info.persons} * 4) ||
        !has(footer.starts, (std::uint64_t{info.persons} + 1) * 4) ||
        !has(footer.coarse, (buckets + 1) * 4) || !has(footer.checks, blocks * 8)) {
        return false;
    }
    for (std::size_t i = 1; i < footer.names.size(); ++i) {
        if (footer.names[i - 1] >= footer.names[i]) return false;
    }
    for (std::size_t i = 0; i < footer.columns.size(); ++i) {
        const ColumnSections& column = footer.columns[i];
        if (i > 0 && footer.columns[i - 1].code >= column.code) return false;
        if (!lies_inside(column.dictionary, end) || !lies_inside(column.blocks, end) ||
            !lies_inside(column.index, end)) {
            return false;
        }
    }
    return !footer.names.empty();
}

}  // namespace

std::vector<std::byte> encode_header(std::uint64_t part_id) {
    ByteWriter out;
    out.put_bytes(as_bytes(kPartMagic));
    out.put(kPartFormat);
    out.put(std::uint32_t{0});
    out.put(part_id);
    out.align(kPartHeaderBytes);
    return std::move(out).take();
}

std::vector<std::byte> encode_trailer(Bytes footer, std::uint64_t part_id) {
    ByteWriter out;
    out.put(checksum(footer, part_id));
    out.put(std::uint64_t{footer.size()});
    out.put(kPartFormat);
    out.put(std::uint32_t{0});
    out.put_bytes(as_bytes(kPartMagic));
    return std::move(out).take();
}

std::vector<std::byte> encode_footer(const Footer& footer) {
    ByteWriter out;
    put_info(footer.info, out);
    out.put(footer.wide_codes ? kWideCodes : std::uint8_t{0});
    out.put(footer.coarse_shift);
    for (const Section* section : {&footer.seconds, &footer.millis, &footer.codes, &footer.ordinals,
                                   &footer.starts, &footer.coarse, &footer.checks}) {
        put_section(*section, out);
    }
    out.put(static_cast<std::uint32_t>(footer.names.size()));
    for (std::size_t i = 0; i < footer.names.size(); ++i) {
        out.put(footer.names[i]);
        out.put(footer.name_rows[i]);
    }
    out.put(static_cast<std::uint32_t>(footer.columns.size()));
    for (const ColumnSections& column : footer.columns) {
        out.put(column.code);
        out.put(static_cast<std::uint8_t>(column.kind));
        out.put(column.fixed_bools ? kFixedBools : std::uint8_t{0});
        put_section(column.dictionary, out);
        put_section(column.blocks, out);
        put_section(column.index, out);
    }
    return std::move(out).take();
}

Result<Footer> decode_footer(Bytes file, std::string_view name) {
    const auto damaged = [&](std::string_view what) {
        return fail(ErrorCode::kCorrupt, fmt::format("damaged {} of part {}", what, name));
    };
    if (file.size() < kPartHeaderBytes + kPartTrailerBytes) return damaged("end");
    const Bytes trailer = file.last(kPartTrailerBytes);
    if (as_text(trailer.last(kPartMagic.size())) != kPartMagic) return damaged("end");
    const auto format = load<std::uint32_t>(trailer, 16);
    if (format > kPartFormat) {
        return fail(ErrorCode::kCorrupt,
                    fmt::format("part {} was written by a newer Twofold: it has format {}, this "
                                "one reads up to {}",
                                name, format, kPartFormat));
    }
    const auto footer_bytes = load<std::uint64_t>(trailer, 8);
    const std::uint64_t body = file.size() - kPartTrailerBytes;
    if (format != kPartFormat || footer_bytes > body - kPartHeaderBytes) return damaged("end");
    const Bytes bytes = file.subspan(body - footer_bytes, footer_bytes);

    ByteReader in(bytes);
    Footer footer;
    footer.info = get_info(in);
    footer.info.bytes = file.size();
    footer.info.checksum = load<std::uint64_t>(trailer, 0);
    if (!in.ok() || checksum(bytes, footer.info.id) != footer.info.checksum) {
        return damaged("footer");
    }
    const auto header = encode_header(footer.info.id);
    if (as_text(file.first(kPartHeaderBytes)) != as_text(header)) return damaged("header");
    footer.wide_codes = (in.get<std::uint8_t>() & kWideCodes) != 0;
    footer.coarse_shift = in.get<std::uint8_t>();
    for (Section* section : {&footer.seconds, &footer.millis, &footer.codes, &footer.ordinals,
                             &footer.starts, &footer.coarse, &footer.checks}) {
        *section = get_section(in);
    }
    get_names(in, footer);
    get_columns(in, footer);
    if (!in.finished() || !is_consistent(footer, body - footer_bytes)) return damaged("footer");
    return footer;
}

std::uint64_t rows_seed(std::uint64_t part_id, std::uint32_t block) noexcept {
    std::array<std::byte, 16> place{};
    save(place, 0, part_id);
    save(place, 8, block);
    return checksum(place, 1);
}

std::uint64_t section_seed(std::uint64_t part_id, std::uint64_t offset) noexcept {
    std::array<std::byte, 16> place{};
    save(place, 0, part_id);
    save(place, 8, offset);
    return checksum(place, 2);
}

std::uint64_t section_sum(Bytes section, std::uint64_t seed) noexcept {
    std::uint64_t sum = seed;
    while (!section.empty()) {
        const std::size_t bytes = std::min(section.size(), kSectionPiece);
        sum = checksum(section.first(bytes), sum);
        section = section.subspan(bytes);
    }
    return sum;
}

}  // namespace twofold::store
