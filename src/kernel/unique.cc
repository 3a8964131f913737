// SPDX-License-Identifier: Apache-2.0
#include "kernel/unique.h"

#include <algorithm>

#include "kernel/bit_columns.h"

namespace twofold::kernel {
namespace {

void keep_one_of_each(std::vector<std::uint64_t>& pairs) {
    std::ranges::sort(pairs);
    pairs.erase(std::ranges::unique(pairs).begin(), pairs.end());
}

}  // namespace

void UniqueCounter::begin(std::uint32_t unit_count, std::uint64_t grid_bits_max) {
    const std::uint64_t words = (counts_.size() + 63) / 64;
    grid_columns_ = columns();
    grid_.begin(unit_count, fits(unit_count, grid_bits_max) ? words : 0);
}

void UniqueCounter::absorb(const UniqueCounter& other) {
    grid_.absorb(other.grid_);
    loose_.insert(loose_.end(), other.loose_.begin(), other.loose_.end());
}

void UniqueCounter::add_loose(std::uint32_t unit, std::uint32_t column) {
    // A busy unit repeats itself: what it repeats must not fill memory.
    if (loose_.size() >= loose_sort_at_) {
        keep_one_of_each(loose_);
        loose_sort_at_ = std::max(kLooseMin, loose_.size() * 2);
    }
    loose_.push_back(std::uint64_t{unit} << 32 | column);
}

void UniqueCounter::count_grid() {
    for (std::size_t word = 0; word < grid_.words(); ++word) {
        const auto word_of = [this, word](std::size_t unit) {
            return grid_.row(static_cast<std::uint32_t>(unit))[word];
        };
        count_bit_columns(grid_.unit_count(), word_of, counts_.data() + word * 64,
                          std::min<std::size_t>(64, counts_.size() - word * 64));
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
