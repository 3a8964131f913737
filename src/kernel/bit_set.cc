// SPDX-License-Identifier: Apache-2.0
#include "kernel/bit_set.h"

#include <algorithm>

#include "base/check.h"

namespace twofold::kernel {

std::uint64_t BitSet::count() const noexcept {
    std::uint64_t total = 0;
    for (const std::uint64_t word : words_)
        total += static_cast<std::uint64_t>(std::popcount(word));
    return total;
}

bool BitSet::none() const noexcept {
    return std::ranges::all_of(words_, [](std::uint64_t word) { return word == 0; });
}

bool BitSet::any(std::uint32_t first, std::uint32_t count) const noexcept {
    const std::uint64_t end = std::min<std::uint64_t>(std::uint64_t{first} + count, size_);
    for (std::uint64_t bit = first; bit < end;) {
        const std::uint64_t in_word = bit % 64;
        const std::uint64_t taken = std::min(64 - in_word, end - bit);
        const std::uint64_t low = taken == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << taken) - 1;
        if ((words_[bit / 64] & low << in_word) != 0) return true;
        bit += taken;
    }
    return false;
}

BitSet& BitSet::operator&=(const BitSet& other) noexcept {
    TF_CHECK(other.size_ == size_);
    for (std::size_t word = 0; word < words_.size(); ++word)
        words_[word] &= other.words_[word];
    return *this;
}

BitSet& BitSet::operator|=(const BitSet& other) noexcept {
    TF_CHECK(other.size_ == size_);
    for (std::size_t word = 0; word < words_.size(); ++word)
        words_[word] |= other.words_[word];
    return *this;
}

BitSet& BitSet::subtract(const BitSet& other) noexcept {
    TF_CHECK(other.size_ == size_);
    for (std::size_t word = 0; word < words_.size(); ++word)
        words_[word] &= ~other.words_[word];
    return *this;
}

BitSet& BitSet::flip() noexcept {
    for (std::uint64_t& word : words_)
        word = ~word;
    cut();
    return *this;
}

}  // namespace twofold::kernel
