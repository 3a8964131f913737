// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "base/time.h"
#include "model/types.h"

namespace twofold::store {

/// Months since January 2000, in UTC: 0 is 2000-01.
using Month = std::int32_t;
Month month_of(TimeMs time) noexcept;
/// First millisecond of a month.
TimeMs month_start(Month month) noexcept;

/// What is known of a part without opening it: what the manifest says and policies decide on.
struct PartInfo {
    std::uint64_t id = 0;  ///< names the file; never used again. 0: a part of the head, in memory
    std::uint64_t bytes = 0;
    std::uint64_t checksum = 0;  ///< of the footer, so that another file of that name is refused

    std::uint32_t rows = 0;
    std::uint32_t persons = 0;  ///< distinct ordinals
    TimeMs min_time = 0;        ///< of the first row, inclusive
    TimeMs max_time = 0;        ///< of the last row, inclusive
    std::uint32_t min_ordinal = 0;
    std::uint32_t max_ordinal = 0;       ///< inclusive
    model::Sequence first_sequence = 0;  ///< smallest in the part
    model::Sequence last_sequence = 0;   ///< largest in the part

    /// The whole months it was made for: [month_begin, month_end).
    Month month_begin = 0;
    Month month_end = 0;
    /// The parts of one seal's month or of one merge: slices by ordinal of the same thing. It is
    /// the id of the first of them.
    std::uint64_t run = 0;

    bool operator==(const PartInfo&) const = default;
};

/// "0000000000000012.part"
std::string part_file_name(std::uint64_t id);

}  // namespace twofold::store
