// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>
#include <vector>

#include "base/check.h"
#include "kernel/buckets.h"
#include "kernel/marks.h"

namespace twofold::kernel {

/// A row of bits for each unit of a block: the columns (periods of time, cells) in which it was
/// seen. Rows come in any order. One thread.
class UnitBits {
public:
    /// So many units of 64 × words columns, no bit set. Keeps its memory.
    void begin(std::uint32_t unit_count, std::size_t words) {
        unit_count_ = unit_count;
        words_ = words;
        bits_.assign(unit_count * words, 0);
        marks_.resize(words * 64);
    }
    /// What `other` was told of the same units and columns.
    void absorb(const UnitBits& other) noexcept {
        TF_CHECK_EQ(bits_.size(), other.bits_.size());
        for (std::size_t i = 0; i < bits_.size(); ++i)
            bits_[i] |= other.bits_[i];
    }
    /// The rows of `block` become those from unit `first` on. Several threads may put blocks apart.
    /// REQUIRES: as many words; first + block.unit_count() <= unit_count().
    void put(std::uint32_t first, const UnitBits& block) noexcept {
        TF_CHECK_EQ(words_, block.words_);
        std::ranges::copy(block.bits_, bits_.begin() + static_cast<std::ptrdiff_t>(first * words_));
    }
    bool test(std::uint32_t unit, std::uint32_t column) const noexcept {
        return (row(unit)[column / 64] >> (column % 64) & 1) != 0;
    }
    std::uint32_t unit_count() const noexcept { return unit_count_; }
    std::size_t words() const noexcept { return words_; }
    const std::uint64_t* row(std::uint32_t unit) const noexcept {
        return bits_.data() + unit * words_;
    }

    /// For loops over many rows, by value, until the block is done. REQUIRES: unit < unit_count(),
    /// column < 64 × words().
    struct Setter {
        std::uint64_t* bits;
        std::size_t words;

        void set(std::uint32_t unit, std::uint32_t column) const noexcept {
            bits[unit * words + column / 64] |= std::uint64_t{1} << (column % 64);
        }
        void reset(std::uint32_t unit, std::uint32_t column) const noexcept {
            bits[unit * words + column / 64] &= ~(std::uint64_t{1} << (column % 64));
        }
    };
    Setter setter() noexcept { return {bits_.data(), words_}; }

    /// The buckets of one unit's times are its columns. The seconds rise. REQUIRES:
    /// columns.of_seconds(), holds() of each second, its bucket < 64 × words().
    void set_times(std::uint32_t unit, std::span<const std::uint32_t> seconds,
                   const Buckets& columns) noexcept {
        if (columns.has_even_length()) {
            set_found(unit, seconds, columns.even_second_finder());
        } else {
            set_found(unit, seconds, columns.second_finder());
        }
    }

private:
    /// Of one unit's times: from here on marks are quicker than bits.
    static constexpr std::size_t kMarkedMin = 8;

    template <typename Finder>
    void set_found(std::uint32_t unit, std::span<const std::uint32_t> seconds,
                   const Finder columns) noexcept {
        if (seconds.size() < kMarkedMin) {
            const Setter bits = setter();
            for (const std::uint32_t second : seconds)
                bits.set(unit, columns.find(second));
            return;
        }
        std::uint8_t* const marks = marks_.data();
        for (const std::uint32_t second : seconds)
            marks[columns.find(second)] = kMarkByte;
        std::uint64_t* const bits = bits_.data() + unit * words_;
        const std::size_t last = columns.find(seconds.back()) / 64;
        for (std::size_t word = columns.find(seconds.front()) / 64; word <= last; ++word)
            bits[word] |= take_marks(marks + word * 64);
    }

    std::uint32_t unit_count_ = 0;
    std::size_t words_ = 0;
    std::vector<std::uint64_t> bits_;
    std::vector<std::uint8_t> marks_;  // a byte per column, all 0 between calls
};

}  // namespace twofold::kernel
