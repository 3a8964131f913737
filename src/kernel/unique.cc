// SPDX-License-Identifier: Apache-2.0
#include "kernel/unique.h"

#include <algorithm>
#include <array>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace twofold::kernel {
namespace {

void keep_one_of_each(std::vector<std::uint64_t>& pairs) {
    std::ranges::sort(pairs);
    pairs.erase(std::ranges::unique(pairs).begin(), pairs.end());
}

constexpr std::size_t kDigits = 16;
using Digits = std::array<std::uint64_t, kDigits>;

/// Adds 2^digit to the counts of the bits that are set.
void add_at(Digits& digits, std::size_t digit, std::uint64_t carry) {
    for (; digit < kDigits; ++digit) {
        const std::uint64_t both = digits[digit] & carry;
        digits[digit] ^= carry;
        carry = both;
    }
}

/// Full adder of 64 bits side by side: a + b + c = sum + 2 carry.
struct Sum {
    std::uint64_t sum;
    std::uint64_t carry;
};
Sum add_three(std::uint64_t a, std::uint64_t b, std::uint64_t c) {
    const std::uint64_t either = a ^ b;
    return {either ^ c, (a & b) | (either & c)};
}

/// Adds eight words that lie `stride` apart (Harley and Seal: most of the work in the low digits).
void add_eight(Digits& digits, const std::uint64_t* words, std::size_t stride) {
    const auto word = [&](std::size_t i) { return words[i * stride]; };
    const Sum a = add_three(digits[0], word(0), word(1));
    const Sum b = add_three(a.sum, word(2), word(3));
    const Sum c = add_three(b.sum, word(4), word(5));
    const Sum d = add_three(c.sum, word(6), word(7));
    digits[0] = d.sum;
    const Sum twos = add_three(digits[1], a.carry, b.carry);
    const Sum more = add_three(twos.sum, c.carry, d.carry);
    digits[1] = more.sum;
    const Sum fours = add_three(digits[2], twos.carry, more.carry);
    digits[2] = fours.sum;
    add_at(digits, 3, fours.carry);
}

/// Bit i: byte i is a mark.
std::uint64_t marked_bits(const std::uint8_t* marks) {
    std::uint64_t bits = 0;
#if defined(__SSE2__)
    for (unsigned i = 0; i < 64; i += 16) {
        const __m128i sixteen = _mm_loadu_si128(reinterpret_cast<const __m128i*>(marks + i));
        bits |= std::uint64_t{static_cast<std::uint16_t>(_mm_movemask_epi8(sixteen))} << i;
    }
#else
    for (unsigned i = 0; i < 64; ++i)
        bits |= std::uint64_t{marks[i] >> 7U} << i;
#endif
    return bits;
}

}  // namespace

void UniqueCounter::begin(std::uint32_t unit_count) {
    const std::uint64_t words = (counts_.size() + 63) / 64;
    words_per_unit_ = words * unit_count * 64 <= kGridBitsMax ? words : 0;
    grid_columns_ = columns();
    grid_.assign(words_per_unit_ * unit_count, 0);
    marks_.resize(words_per_unit_ * 64);
}

void UniqueCounter::add_marks(std::uint32_t unit, std::uint32_t first,
                              std::uint32_t last) noexcept {
    std::uint64_t* const bits = grid_.data() + unit * words_per_unit_;
    for (std::uint32_t word = first / 64; word <= last / 64; ++word) {
        std::uint8_t* const marks = marks_.data() + word * 64;
        bits[word] |= marked_bits(marks);
        std::memset(marks, 0, 64);
    }
}

void UniqueCounter::add_loose(std::uint32_t unit, std::uint32_t column) {
    // A busy unit repeats itself: what it repeats must not fill memory.
    if (loose_.size() >= loose_sort_at_) {
        keep_one_of_each(loose_);
        loose_sort_at_ = std::max(kLooseMin, loose_.size() * 2);
    }
    loose_.push_back(std::uint64_t{unit} << 32 | column);
}

/// Adds each column's bits over all units: 64 columns at a time are counted in binary, digit k of
/// all 64 counts in one word.
void UniqueCounter::count_grid() {
    constexpr std::size_t kUnitsAtOnce = (std::size_t{1} << kDigits) - 1;
    const std::size_t units = words_per_unit_ == 0 ? 0 : grid_.size() / words_per_unit_;
    for (std::size_t word = 0; word < words_per_unit_; ++word) {
        for (std::size_t first = 0; first < units; first += kUnitsAtOnce) {
            Digits digits{};
            const std::size_t end = std::min(units, first + kUnitsAtOnce);
            std::size_t unit = first;
            for (; unit + 8 <= end; unit += 8)
                add_eight(digits, grid_.data() + unit * words_per_unit_ + word, words_per_unit_);
            for (; unit < end; ++unit)
                add_at(digits, 0, grid_[unit * words_per_unit_ + word]);
            const std::size_t columns = std::min<std::size_t>(64, counts_.size() - word * 64);
            for (std::size_t column = 0; column < columns; ++column) {
                for (std::size_t k = 0; k < kDigits; ++k)
                    counts_[word * 64 + column] += (digits[k] >> column & 1) << k;
            }
        }
    }
}

void UniqueCounter::finish() {
    count_grid();
    keep_one_of_each(loose_);
    for (const std::uint64_t pair : loose_) {
        const auto column = static_cast<std::uint32_t>(pair);
        widen(column + 1);
        ++counts_[column];
    }
    loose_.clear();
    loose_sort_at_ = kLooseMin;
}

void UniqueCounter::merge(const UniqueCounter& other) {
    widen(other.columns());
    for (std::size_t column = 0; column < other.counts_.size(); ++column) {
        counts_[column] += other.counts_[column];
    }
}

}  // namespace twofold::kernel
