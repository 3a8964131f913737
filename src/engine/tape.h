// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "kernel/number.h"
#include "kernel/row.h"

namespace twofold::engine {

/// A row that survived the filters; its mask, bit k for filter k, is never 0.
using TapeRow = kernel::Row;

inline constexpr std::size_t kTapeColumnsMax = 4;
inline constexpr std::uint32_t kNoCell = 0;  ///< The row has no value there.

/// Rows of one block on their way to a sink. The spans live until `feed` returns; those that the
/// scan did not ask for are empty, the others are as long as `rows`.
struct Tape {
    std::span<const TapeRow> rows;
    std::span<const std::uint32_t> persons;  ///< Canonical user ordinal of the row.
    std::span<const std::uint32_t> acting;   ///< Canonical customer the row names + 1; 0: none.
    std::array<std::span<const std::uint32_t>, kTapeColumnsMax> cells;
    std::array<std::span<const kernel::Number>, kTapeColumnsMax> numbers;
};

}  // namespace twofold::engine
