// SPDX-License-Identifier: Apache-2.0
#include "kernel/stickiness.h"

#include <bit>
#include <numeric>

#include "base/check.h"

namespace twofold::kernel {

Stickiness::Stickiness(const StickinessRules& rules)
    : rules_(rules), counts_(std::size_t{rules.intervals} + 1) {
    TF_CHECK(rules.intervals >= 1);
    TF_CHECK(rules.rows_min >= 1);
    TF_CHECK(rules.rows_min <= rules.rows_max);
}

void Stickiness::begin(std::uint32_t unit_count) {
    active_.begin(unit_count, (std::size_t{rules_.intervals} + 63) / 64);
    if (!rules_.is_plain()) rows_.assign(unit_count, {});
}

void Stickiness::count_row(std::uint32_t unit, std::uint32_t interval) noexcept {
    Rows& rows = rows_[unit];
    if (rows.interval != interval) rows = {interval, 0};
    // One row too many settles it: the count need not go on, and cannot run over.
    if (rows.count > rules_.rows_max || rows.count == kNever) return;
    ++rows.count;
    if (rows.count == rules_.rows_min) active_.setter().set(unit, interval);
    if (rows.count > rules_.rows_max) active_.setter().reset(unit, interval);
}

std::uint32_t Stickiness::intervals(std::uint32_t unit) const noexcept {
    const std::uint64_t* const row = active_.row(unit);
    int count = 0;
    for (std::size_t word = 0; word < active_.words(); ++word)
        count += std::popcount(row[word]);
    return static_cast<std::uint32_t>(count);
}

void Stickiness::finish() noexcept {
    for (std::uint32_t unit = 0; unit < active_.unit_count(); ++unit)
        ++counts_[intervals(unit)];
}

std::uint64_t Stickiness::at_least(std::uint32_t intervals) const noexcept {
    return std::accumulate(counts_.begin() + intervals, counts_.end(), std::uint64_t{0});
}

void Stickiness::merge(const Stickiness& other) noexcept {
    for (std::size_t i = 0; i < counts_.size(); ++i)
        counts_[i] += other.counts_[i];
}

}  // namespace twofold::kernel
