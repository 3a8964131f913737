// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace twofold::column {

/// Rows in a block: the unit of encoding, statistics, checksums and decoding. Part of the format.
inline constexpr std::uint32_t kBlockRows = 4096;
inline constexpr std::uint32_t kBlockWords = kBlockRows / 64;

/// Which rows of one block have a value: bit i of word i / 64 is row i of the block. Bits beyond
/// the rows of a last, shorter block are zero.
struct Presence {
    std::array<std::uint64_t, kBlockWords> words{};

    bool test(std::uint32_t row) const noexcept { return (words[row / 64] >> (row % 64)) & 1; }
    void set(std::uint32_t row) noexcept { words[row / 64] |= std::uint64_t{1} << (row % 64); }
    void clear() noexcept { words.fill(0); }
    /// The first `rows` bits set, the others clear. REQUIRES: rows <= kBlockRows.
    void set_all(std::uint32_t rows) noexcept {
        for (std::uint32_t word = 0; word < kBlockWords; ++word) {
            const std::uint32_t below = rows > word * 64 ? rows - word * 64 : 0;
            words[word] = below >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << below) - 1;
        }
    }
    std::uint32_t count() const noexcept {
        std::uint32_t total = 0;
        for (const std::uint64_t word : words) {
            total += static_cast<std::uint32_t>(std::popcount(word));
        }
        return total;
    }
    /// Calls `row(i)` for each row that has a value, ascending.
    template <typename Function>
    void each(Function&& row) const {
        for (std::uint32_t word = 0; word < kBlockWords; ++word) {
            for (std::uint64_t bits = words[word]; bits != 0; bits &= bits - 1) {
                row(word * 64 + static_cast<std::uint32_t>(std::countr_zero(bits)));
            }
        }
    }

    bool operator==(const Presence&) const = default;
};

}  // namespace twofold::column
