// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace twofold::kernel {

/// A fixed number of bits: which units of a frame a question speaks of. A value; no locks.
/// Bits beyond `size()` are always zero, so `count` and the set operations need no mask.
class BitSet {
public:
    BitSet() = default;
    explicit BitSet(std::uint32_t size, bool value = false)
        : size_(size), words_((std::uint64_t{size} + 63) / 64, value ? ~std::uint64_t{0} : 0) {
        cut();
    }

    std::uint32_t size() const noexcept { return size_; }
    /// Beyond the end is false: a unit that came after the set was made is not in it.
    bool test(std::uint32_t bit) const noexcept {
        return bit < size_ && (words_[bit / 64] >> (bit % 64) & 1) != 0;
    }
    /// REQUIRES: bit < size().
    void set(std::uint32_t bit) noexcept { words_[bit / 64] |= std::uint64_t{1} << (bit % 64); }
    void reset(std::uint32_t bit) noexcept {
        words_[bit / 64] &= ~(std::uint64_t{1} << (bit % 64));
    }
    void assign(std::uint32_t bit, bool value) noexcept { value ? set(bit) : reset(bit); }

    std::uint64_t count() const noexcept;
    bool none() const noexcept;
    /// Whether any bit of [first, first + count) is set.
    bool any(std::uint32_t first, std::uint32_t count) const noexcept;

    /// Both sides are of one size. REQUIRES: other.size() == size().
    BitSet& operator&=(const BitSet& other) noexcept;
    BitSet& operator|=(const BitSet& other) noexcept;
    BitSet& subtract(const BitSet& other) noexcept;  ///< Leaves what `other` does not have.
    BitSet& flip() noexcept;
    bool operator==(const BitSet&) const = default;

    /// Calls `function(bit)` for each set bit, in rising order.
    template <typename Function>
    void each(Function&& function) const {
        for (std::size_t word = 0; word < words_.size(); ++word) {
            for (std::uint64_t rest = words_[word]; rest != 0; rest &= rest - 1) {
                function(static_cast<std::uint32_t>(word * 64) +
                         static_cast<std::uint32_t>(std::countr_zero(rest)));
            }
        }
    }

    /// 64 bits a word, the lowest bit first. The last word's bits beyond `size()` are zero.
    std::span<const std::uint64_t> words() const noexcept { return words_; }

private:
    void cut() noexcept {
        if (size_ % 64 != 0) words_.back() &= (std::uint64_t{1} << (size_ % 64)) - 1;
    }

    std::uint32_t size_ = 0;
    std::vector<std::uint64_t> words_;
};

}  // namespace twofold::kernel
