// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <unordered_map>
#include <vector>

#include "store/part.h"

namespace twofold::engine {

/// Ways through a part's directory without a search: from a person to its rows, for persons that
/// lie anywhere (joined ones, people of a customer; most are in few parts), and from a row to its
/// person, for the few rows that a filter leaves. A bit and a count of the bits before it, in both
/// directions: 2 bits an ordinal of the part's range, 2 bits a row. Immutable; any thread.
class PartIndex {
public:
    static constexpr std::uint32_t kAbsent = 0xffff'ffff;

    /// REQUIRES: part.verify_directory() was well.
    explicit PartIndex(const store::Part& part);

    /// Place of an ordinal in part.ordinals(), or kAbsent.
    std::uint32_t find(std::uint32_t ordinal) const noexcept {
        const std::uint32_t offset = ordinal - first_;
        if (offset >= range_) return kAbsent;
        const Word& word = ordinals_[offset / 64];
        const std::uint64_t bit = std::uint64_t{1} << (offset % 64);
        if ((word.bits & bit) == 0) return kAbsent;
        return word.before + static_cast<std::uint32_t>(std::popcount(word.bits & (bit - 1)));
    }
    /// places[i] = place in part.ordinals() of the ordinal that row base + rows[i] is of.
    void places_of(std::uint32_t base, std::span<const std::uint32_t> rows,
                   std::uint32_t* places) const noexcept;

private:
    struct Word {
        std::uint64_t bits = 0;
        std::uint32_t before = 0;  // bits in the words before
    };
    static void count(std::vector<Word>& words);

    std::uint32_t first_ = 0;
    std::uint32_t range_ = 0;
    std::vector<Word> ordinals_;  // bit: has rows
    std::vector<Word> rows_;      // bit: the first row of its ordinal
};

/// Keeps the index of each part for as long as the part lives. Any thread.
class PartIndexCache {
public:
    std::shared_ptr<const PartIndex> get(const std::shared_ptr<const store::Part>& part);

private:
    struct Kept {
        std::weak_ptr<const store::Part> part;
        std::shared_ptr<const PartIndex> index;
    };
    void forget_gone();

    std::mutex mutex_;
    std::unordered_map<const store::Part*, Kept> kept_;
    std::size_t clean_at_ = 64;
};

}  // namespace twofold::engine
