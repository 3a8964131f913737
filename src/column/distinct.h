// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace twofold::column {

/// The distinct numbers of a block, as long as they are few. Keeps its memory between blocks.
class DistinctNumbers {
public:
    /// The most it can hold: a block with more is not worth a set.
    static constexpr std::uint32_t kMax = 1024;

    /// Collects; false as soon as there are more than `count_max`. REQUIRES: count_max <= kMax; no
    /// number is 2^64 - 1. Cost: some nanoseconds a number, and sorting what it found.
    bool collect(std::span<const std::uint64_t> numbers, std::uint32_t count_max);
    /// Ascending. Valid after collect() said true.
    std::span<const std::uint64_t> sorted() const noexcept { return found_; }
    /// Place in sorted(). REQUIRES: it is there.
    std::uint64_t place_of(std::uint64_t number) const noexcept;

private:
    static constexpr std::uint32_t kSlots = 4 * kMax;
    std::uint32_t slot_of(std::uint64_t number) const noexcept;

    std::array<std::uint64_t, kSlots> keys_{};  // number + 1; 0 is free
    std::array<std::uint16_t, kSlots> places_{};
    std::vector<std::uint64_t> found_;
};

}  // namespace twofold::column
