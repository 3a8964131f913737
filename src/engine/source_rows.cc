// SPDX-License-Identifier: Apache-2.0
#include "engine/source_rows.h"

#include <bit>

namespace twofold::engine {
namespace {

template <typename RowAt, typename UnitAt>
void write(const Source& source, std::size_t count, const RowAt& row_at, const UnitAt& unit_at,
           TapeRow* out) {
    const std::uint32_t* const seconds = source.part->seconds().data();
    const std::uint16_t* const millis = source.part->millis().data();
    const std::uint32_t* const masks = source.masks.data();
    with_codes(*source.part, [&](auto all) {
        const auto* const codes = all.data();
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint32_t row = row_at(i);
            out[i] = {kYear2000Ms + TimeMs{seconds[row]} * 1000 + millis[row], unit_at(i),
                      masks[codes[row]]};
        }
    });
}

}  // namespace

ScanCost cost_of_names(const store::Part& part, std::uint64_t rows) {
    return {.events_read = rows, .bytes_read = rows * (part.wide_codes() ? 2 : 1)};
}

std::uint32_t select_names(const Source& source, store::RowRange rows, std::uint32_t* places) {
    return with_codes(*source.part, [&](auto codes) {
        return source.codes.select(codes.subspan(rows.begin, rows.size()), places);
    });
}

void write_rows(const Source& source, store::RowRange rows, std::uint32_t unit, TapeRow* out) {
    write(
        source, rows.size(),
        [rows](std::size_t i) { return rows.begin + static_cast<std::uint32_t>(i); },
        [unit](std::size_t /*i*/) { return unit; }, out);
}

void write_rows(const Source& source, std::span<const std::uint32_t> rows, std::uint32_t unit,
                TapeRow* out) {
    write(
        source, rows.size(), [rows](std::size_t i) { return rows[i]; },
        [unit](std::size_t /*i*/) { return unit; }, out);
}

void write_rows(const Source& source, std::span<const std::uint32_t> rows,
                std::span<const std::uint32_t> units, TapeRow* out) {
    write(
        source, rows.size(), [rows](std::size_t i) { return rows[i]; },
        [units](std::size_t i) { return units[i]; }, out);
}

std::size_t cut_times(const Source& source, const Scan& scan, std::span<TapeRow> rows,
                      std::uint32_t* beside) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        TapeRow row = rows[i];
        for (std::uint32_t rest = source.timed & row.mask; rest != 0; rest &= rest - 1) {
            const auto k = static_cast<std::size_t>(std::countr_zero(rest));
            if (!scan.filters[k].within(row.time)) row.mask &= ~(1U << k);
        }
        rows[kept] = row;
        if (beside != nullptr) beside[kept] = beside[i];
        kept += row.mask != 0 ? 1 : 0;
    }
    return kept;
}

}  // namespace twofold::engine
