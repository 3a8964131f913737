// SPDX-License-Identifier: Apache-2.0
#include "kernel/lifecycle.h"

#include <algorithm>

#include "base/check.h"
#include "kernel/bit_columns.h"

namespace twofold::kernel {

Lifecycle::Lifecycle(std::uint32_t periods) : counts_(std::size_t{periods} + 1) {
    TF_CHECK(periods >= 1);
}

void Lifecycle::begin(std::uint32_t unit_count) {
    active_.begin(unit_count, (counts_.size() + 63) / 64);
    firsts_.assign(unit_count, kNever);
    columns_.resize(active_.words() * 64);
}

/// Who is there and who stayed are columns of bits; who is new is one period of a unit at most. The
/// other states follow from them.
void Lifecycle::finish() noexcept {
    const auto add_columns = [this](std::uint64_t Counts::* to, const auto& word_of) {
        std::ranges::fill(columns_, 0);
        for (std::size_t word = 0; word < active_.words(); ++word) {
            count_bit_columns(
                active_.unit_count(),
                [&](std::size_t unit) {
                    return word_of(active_.row(static_cast<std::uint32_t>(unit)), word);
                },
                columns_.data() + word * 64, 64);
        }
        for (std::size_t period = 0; period < counts_.size(); ++period)
            counts_[period].*to += columns_[period];
    };
    add_columns(&Counts::active,
                [](const std::uint64_t* row, std::size_t word) { return row[word]; });
    add_columns(&Counts::stayed, [](const std::uint64_t* row, std::size_t word) {
        const std::uint64_t carry = word == 0 ? 0 : row[word - 1] >> 63U;
        return row[word] & (row[word] << 1U | carry);
    });
    for (std::uint32_t unit = 0; unit < active_.unit_count(); ++unit) {
        const std::uint32_t first = firsts_[unit];
        if (first - 1 >= counts_.size() - 1 || !is_active(unit, first)) continue;
        ++counts_[first].fresh;
        counts_[first].fresh_stay += is_active(unit, first - 1) ? 1 : 0;
    }
}

LifecycleState Lifecycle::state(std::uint32_t unit, std::uint32_t period) const noexcept {
    const bool before = is_active(unit, period - 1);
    if (!is_active(unit, period)) return before ? LifecycleState::kDormant : LifecycleState::kNone;
    if (firsts_[unit] == period) return LifecycleState::kNew;
    return before ? LifecycleState::kReturning : LifecycleState::kResurrecting;
}

std::uint64_t Lifecycle::count(std::uint32_t period, LifecycleState state) const noexcept {
    const Counts& counts = counts_[period];
    switch (state) {
        case LifecycleState::kNone:
            return 0;
        case LifecycleState::kNew:
            return counts.fresh;
        case LifecycleState::kReturning:
            return counts.stayed - counts.fresh_stay;
        case LifecycleState::kResurrecting:
            return counts.active - counts.stayed - (counts.fresh - counts.fresh_stay);
        case LifecycleState::kDormant:
            return counts_[period - 1].active - counts.stayed;
    }
    return 0;
}

void Lifecycle::merge(const Lifecycle& other) noexcept {
    for (std::size_t period = 0; period < counts_.size(); ++period) {
        counts_[period].active += other.counts_[period].active;
        counts_[period].stayed += other.counts_[period].stayed;
        counts_[period].fresh += other.counts_[period].fresh;
        counts_[period].fresh_stay += other.counts_[period].fresh_stay;
    }
}

}  // namespace twofold::kernel
