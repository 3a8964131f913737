// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>

#include "engine/scan.h"
#include "engine/sources.h"
#include "engine/tape.h"
#include "store/part.h"

// What all who gather rows do with those of one part: comparing names, writing rows as a tape has
// them, cutting them by time.
namespace twofold::engine {

/// A row's seconds and milliseconds.
inline constexpr std::size_t kTimeBytes = sizeof(std::uint32_t) + sizeof(std::uint16_t);

/// Calls take(codes) with the part's codes of names, which have one byte or two.
template <typename Take>
decltype(auto) with_codes(const store::Part& part, Take&& take) {
    return part.wide_codes() ? take(part.codes16()) : take(part.codes8());
}

/// What it costs to look at the names of so many rows.
ScanCost cost_of_names(const store::Part& part, std::uint64_t rows);

/// Finds the rows of a wanted name: their places in `rows`, rising, and how many they are.
/// REQUIRES: `places` has room for 16 more than there are rows.
std::uint32_t select_names(const Source& source, store::RowRange rows, std::uint32_t* places);

/// Writes rows, by their numbers in the part, as a tape has them: under one unit, or each under its
/// own. REQUIRES: `out` has room for them.
void write_rows(const Source& source, store::RowRange rows, std::uint32_t unit, TapeRow* out);
void write_rows(const Source& source, std::span<const std::uint32_t> rows, std::uint32_t unit,
                TapeRow* out);
void write_rows(const Source& source, std::span<const std::uint32_t> rows,
                std::span<const std::uint32_t> units, TapeRow* out);

/// Takes from each row the filters whose range it is not in, and moves those that have any left to
/// the front, with them what is beside them (`beside` null: nothing). Returns how many.
std::size_t cut_times(const Source& source, const Scan& scan, std::span<TapeRow> rows,
                      std::uint32_t* beside);

}  // namespace twofold::engine
