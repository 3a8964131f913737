// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>

namespace twofold::kernel {

/// Counts bits column by column over many words: 64 counts side by side, digit k of all of them in
/// one word.
template <std::size_t kDigits>
class BitColumns {
public:
    static_assert(kDigits >= 4);
    static constexpr std::size_t kWordsMax = (std::size_t{1} << kDigits) - 1;  ///< All together.

    void add(std::uint64_t bits) noexcept { add_at(0, bits); }
    /// Adds word(0) to word(7) (Harley and Seal: most of the work in the low digits).
    template <typename WordAt>
    void add_eight(const WordAt& word) noexcept {
        const Sum a = add_three(digits_[0], word(0), word(1));
        const Sum b = add_three(a.sum, word(2), word(3));
        const Sum c = add_three(b.sum, word(4), word(5));
        const Sum d = add_three(c.sum, word(6), word(7));
        digits_[0] = d.sum;
        const Sum twos = add_three(digits_[1], a.carry, b.carry);
        const Sum more = add_three(twos.sum, c.carry, d.carry);
        digits_[1] = more.sum;
        const Sum fours = add_three(digits_[2], twos.carry, more.carry);
        digits_[2] = fours.sum;
        add_at(3, fours.carry);
    }
    /// Adds the counts of the lowest `columns` bits.
    void add_to(std::uint64_t* counts, std::size_t columns) const noexcept {
        for (std::size_t column = 0; column < columns; ++column) {
            for (std::size_t k = 0; k < kDigits; ++k)
                counts[column] += (digits_[k] >> column & 1) << k;
        }
    }

private:
    /// Full adder of 64 bits side by side: a + b + c = sum + 2 carry.
    struct Sum {
        std::uint64_t sum;
        std::uint64_t carry;
    };
    static Sum add_three(std::uint64_t a, std::uint64_t b, std::uint64_t c) noexcept {
        const std::uint64_t either = a ^ b;
        return {either ^ c, (a & b) | (either & c)};
    }
    /// Adds 2^digit to the counts of the bits that are set.
    void add_at(std::size_t digit, std::uint64_t carry) noexcept {
        for (; digit < kDigits; ++digit) {
            const std::uint64_t both = digits_[digit] & carry;
            digits_[digit] ^= carry;
            carry = both;
        }
    }

    std::array<std::uint64_t, kDigits> digits_{};
};

/// Adds to counts[i] how many of word(0) … word(count - 1) have bit i, for i < columns <= 64.
template <typename WordAt>
void count_bit_columns(std::size_t count, const WordAt& word, std::uint64_t* counts,
                       std::size_t columns) {
    using Sums = BitColumns<16>;
    for (std::size_t first = 0; first < count; first += Sums::kWordsMax) {
        Sums sums;
        const std::size_t end = std::min(count, first + Sums::kWordsMax);
        std::size_t at = first;
        for (; at + 8 <= end; at += 8)
            sums.add_eight([&](std::size_t i) { return word(at + i); });
        for (; at < end; ++at)
            sums.add(word(at));
        sums.add_to(counts, columns);
    }
}

}  // namespace twofold::kernel
