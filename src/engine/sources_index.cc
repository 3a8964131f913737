// SPDX-License-Identifier: Apache-2.0
#include "engine/sources_index.h"

#include <algorithm>

#include "base/memory_account.h"

#if defined(__x86_64__) && !defined(__clang__) && !defined(__SANITIZE_THREAD__)
// With the instruction that counts bits, where the machine has it; without, bits are counted in
// twelve steps. The loader chooses once, and that before tsan has set itself up: not under it.
#define TF_WITH_POPCOUNT __attribute__((target_clones("popcnt", "default")))
#else
#define TF_WITH_POPCOUNT
#endif

namespace twofold::engine {
namespace {

template <typename Word>
inline void places(const Word* words, std::uint32_t base, std::span<const std::uint32_t> rows,
                   std::uint32_t* out) {
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const std::uint32_t row = base + rows[i];
        const Word& word = words[row / 64];
        const std::uint64_t up_to_row = ~std::uint64_t{0} >> (63 - row % 64);
        out[i] = word.before - 1 +
                 static_cast<std::uint32_t>(__builtin_popcountll(word.bits & up_to_row));
    }
}

}  // namespace

PartIndex::PartIndex(const store::Part& part)
    : first_(part.info().min_ordinal), range_(part.info().max_ordinal - first_ + 1) {
    ordinals_.resize((std::size_t{range_} + 63) / 64);
    for (const std::uint32_t ordinal : part.ordinals()) {
        const std::uint32_t offset = ordinal - first_;
        ordinals_[offset / 64].bits |= std::uint64_t{1} << (offset % 64);
    }
    rows_.resize((std::size_t{part.row_count()} + 63) / 64);
    for (const std::uint32_t row : part.first_rows().first(part.ordinals().size())) {
        rows_[row / 64].bits |= std::uint64_t{1} << (row % 64);
    }
    count(ordinals_);
    count(rows_);
}

void PartIndex::count(std::vector<Word>& words) {
    std::uint32_t before = 0;
    for (Word& word : words) {
        word.before = before;
        before += static_cast<std::uint32_t>(std::popcount(word.bits));
    }
}

TF_WITH_POPCOUNT void PartIndex::places_of(std::uint32_t base, std::span<const std::uint32_t> rows,
                                           std::uint32_t* out) const noexcept {
    places(rows_.data(), base, rows, out);
}

std::shared_ptr<const PartIndex> PartIndexCache::get(
    const std::shared_ptr<const store::Part>& part) {
    // All questions share it: it is nobody's.
    const Charging none(nullptr);
    {
        const std::scoped_lock lock(mutex_);
        const auto found = kept_.find(part.get());
        // A new part may lie where an old one was.
        if (found != kept_.end() && found->second.part.lock() == part) return found->second.index;
    }
    auto made = std::make_shared<const PartIndex>(*part);
    const std::scoped_lock lock(mutex_);
    kept_[part.get()] = {part, made};
    if (kept_.size() >= clean_at_) forget_gone();
    return made;
}

void PartIndexCache::forget_gone() {
    std::erase_if(kept_, [](const auto& kept) { return kept.second.part.expired(); });
    clean_at_ = std::max<std::size_t>(64, kept_.size() * 2);
}

}  // namespace twofold::engine
