// SPDX-License-Identifier: Apache-2.0
#include "engine/unit_sinks.h"

#include <algorithm>
#include <utility>

namespace twofold::engine {

void UnitCounts::begin(const Block& block) {
    if (block.spread) own_.assign(block.count, 0);
    at_ = block.spread ? own_.data() : counts_.data() + block.first;
}

void UnitCounts::absorb(Sink& other) {
    const auto& absorbed = static_cast<UnitCounts&>(other);
    for (std::size_t i = 0; i < own_.size(); ++i)
        own_[i] += absorbed.own_[i];
}

void UnitCounts::finish(const Block& block) {
    if (block.spread) counts_ = std::move(own_);
}

void UnitTimes::begin(const Block& block) {
    if (block.spread) own_.assign(block.count, kNone);
    at_ = block.spread ? own_.data() : times_.data() + block.first;
}

void UnitTimes::absorb(Sink& other) {
    const auto& absorbed = static_cast<UnitTimes&>(other);
    for (std::size_t i = 0; i < own_.size(); ++i)
        if (absorbed.own_[i] != kNone) take(own_[i], absorbed.own_[i]);
}

void UnitTimes::finish(const Block& block) {
    if (block.spread) times_ = std::move(own_);
}

std::int64_t UnitDistinct::day_of(TimeMs time) {
    if (time < day_from_ || time >= day_to_) {
        day_from_ = zone_->floor(Interval::kDay, time);
        day_to_ = zone_->advance(Interval::kDay, day_from_, 1);
    }
    return day_from_;
}

void UnitDistinct::compact() {
    std::ranges::sort(seen_);
    const auto rest = std::ranges::unique(seen_);
    seen_.erase(rest.begin(), rest.end());
}

void UnitDistinct::feed(const Tape& tape) {
    for (std::size_t i = 0; i < tape.rows.size(); ++i) {
        const TapeRow& row = tape.rows[i];
        seen_.emplace_back(row.unit, zone_ == nullptr ? tape.persons[i] : day_of(row.time));
    }
    // Busy units repeat themselves: keep what is held within twice what is distinct.
    if (seen_.size() >= compact_at_) {
        compact();
        compact_at_ = std::max(kLooseMin, seen_.size() * 2);
    }
}

void UnitDistinct::absorb(Sink& other) {
    auto& absorbed = static_cast<UnitDistinct&>(other);
    seen_.insert(seen_.end(), absorbed.seen_.begin(), absorbed.seen_.end());
}

void UnitDistinct::finish(const Block& /*block*/) {
    compact();
    for (const auto& [unit, what] : seen_)
        ++counts_[first_ + unit];
    seen_.clear();
}

}  // namespace twofold::engine
