// SPDX-License-Identifier: Apache-2.0
#include "kernel/retention.h"

#include "base/check.h"

namespace twofold::kernel {
namespace {

std::uint64_t low_bits(std::uint32_t count) {
    return count >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << count) - 1;
}

/// Sets the lowest `count` bits and clears the others.
void set_lowest(std::span<std::uint64_t> words, std::uint32_t count) {
    for (std::uint64_t& word : words) {
        word = low_bits(count);
        count -= std::min(count, 64U);
    }
}

/// The place of the highest bit; 0 when it is the lowest, or none is set.
std::uint32_t highest_bit(std::span<const std::uint64_t> words) {
    for (std::size_t word = words.size(); word-- > 0;) {
        if (words[word] != 0) {
            return static_cast<std::uint32_t>(word * 64) + 63 -
                   static_cast<std::uint32_t>(std::countl_zero(words[word]));
        }
    }
    return 0;
}

/// The bits of `from` from `shift` on, as many as fit.
void copy_shifted(std::span<const std::uint64_t> from, std::uint32_t shift,
                  std::span<std::uint64_t> to) {
    const std::size_t first = shift / 64;
    const std::uint32_t bits = shift % 64;
    const auto word = [from](std::size_t i) { return i < from.size() ? from[i] : 0; };
    for (std::size_t i = 0; i < to.size(); ++i) {
        to[i] = word(first + i) >> bits;
        if (bits != 0) to[i] |= word(first + i + 1) << (64 - bits);
    }
}

/// Of the last word of the columns those that there are.
std::uint64_t mask_of_columns(const RetentionRules& rules) {
    return low_bits(rules.columns % 64 + 1);
}

}  // namespace

RetentionGrid::RetentionGrid(const RetentionRules& rules)
    : rules_(rules),
      column_mask_(mask_of_columns(rules)),
      last_(rules.cohorts + rules.columns),
      words_(last_ / 64 + 1),
      start_words_((rules.cohorts + 63) / 64),
      start_bits_(rules.same_rows     ? 0
                  : rules.every_start ? start_words_ * 64
                                      : std::numeric_limits<std::uint32_t>::digits),
      columns_(rules.column_words()) {
    TF_CHECK(rules.cohorts >= 1);
    TF_CHECK(rules.times >= 1);
    TF_CHECK(rules.times == 1 || !rules.same_rows);
}

void RetentionGrid::absorb(const RetentionGrid& other) {
    TF_CHECK(rules_.times == 1);
    backs_.absorb(other.backs_);
    for (std::size_t i = 0; i < firsts_.size(); ++i)
        firsts_[i] = std::min(firsts_[i], other.firsts_[i]);
    for (std::size_t i = 0; i < starts_.size(); ++i)
        starts_[i] |= other.starts_[i];
}

void RetentionGrid::begin(std::uint32_t unit_count) {
    backs_.begin(unit_count, words_);
    if (rules_.every_start && !rules_.same_rows) {
        starts_.assign(unit_count * start_words_, 0);
    } else if (!rules_.same_rows) {
        firsts_.assign(unit_count, kNever);
    }
    if (rules_.times > 1) often_.assign(unit_count, {});
}

bool RetentionGrid::start(std::uint32_t unit, std::uint32_t period) noexcept {
    if (!rules_.every_start) {
        const bool is_new = firsts_[unit] == kNever;
        firsts_[unit] = std::min(firsts_[unit], period);
        return is_new;
    }
    if (period >= rules_.cohorts) return false;
    std::uint64_t& word = starts_[unit * start_words_ + period / 64];
    const std::uint64_t bit = std::uint64_t{1} << (period % 64);
    const bool is_new = (word & bit) == 0;
    word |= bit;
    return is_new;
}

bool RetentionGrid::is_often(std::uint32_t unit, std::uint32_t period) noexcept {
    Often& often = often_[unit];
    if (often.period != period) often = {period, 0};
    // Beyond what is asked for there is nothing to count.
    often.count += often.count < rules_.times ? 1 : 0;
    return often.count >= rules_.times;
}

const std::uint64_t* RetentionGrid::many_columns_of(std::uint32_t unit,
                                                    std::uint32_t cohort) noexcept {
    const std::span<const std::uint64_t> backs{backs_.row(unit), words_};
    if (rules_.on_or_after) {
        const std::uint32_t last = highest_bit(backs);
        const std::uint32_t reached = last <= cohort ? 0 : std::min(last - cohort, rules_.columns);
        set_lowest(columns_, reached + 1);
        return columns_.data();
    }
    copy_shifted(backs, cohort, columns_);
    columns_.back() &= column_mask_;
    columns_.front() |= 1;
    return columns_.data();
}

RollingRetention::RollingRetention(const RetentionRules& rules, DurationMs period_ms)
    : rules_(rules),
      period_ms_(period_ms),
      periods_per_ms_(1.0 / static_cast<double>(period_ms)),
      words_((rules.columns + 1) / 64 + 1),
      columns_(rules.column_words()) {
    TF_CHECK(period_ms > 0);
    TF_CHECK(rules.times >= 1);
}

void RollingRetention::begin(std::uint32_t unit_count) {
    unit_count_ = unit_count;
    starts_.clear();
    backs_.clear();
    first_of_.clear();
}

void RollingRetention::start(std::uint32_t unit, std::uint32_t cohort, TimeMs time) {
    while (first_of_.size() <= unit)
        first_of_.push_back(static_cast<std::uint32_t>(starts_.size()));
    starts_.push_back({.unit = unit, .cohort = cohort, .time = time});
}

void RollingRetention::end_starts() {
    first_of_.resize(std::size_t{unit_count_} + 1, static_cast<std::uint32_t>(starts_.size()));
    backs_.assign(starts_.size() * words_, 0);
}

/// A division takes ten times as long; what rounding gets wrong, and by one at most, is put right.
std::int64_t RollingRetention::periods_in(DurationMs elapsed) const noexcept {
    auto periods = static_cast<std::int64_t>(static_cast<double>(elapsed) * periods_per_ms_);
    periods -= periods * period_ms_ > elapsed ? 1 : 0;
    periods += (periods + 1) * period_ms_ <= elapsed ? 1 : 0;
    return periods;
}

void RollingRetention::absorb(const RollingRetention& other) {
    TF_CHECK(rules_.times == 1 && backs_.size() == other.backs_.size());
    for (std::size_t i = 0; i < backs_.size(); ++i)
        backs_[i] |= other.backs_[i];
}

void RollingRetention::back(std::uint32_t unit, TimeMs time) noexcept {
    // From the latest start back: the periods since the earlier ones are more.
    for (std::size_t i = first_of_[unit + 1]; i-- > first_of_[unit];) {
        Start& start = starts_[i];
        if (time < start.time + period_ms_) continue;
        const std::int64_t period = periods_in(time - start.time);
        if (period > rules_.columns && !rules_.on_or_after) return;
        if (rules_.times > 1) {
            if (start.period != period) start.count = 0;
            start.period = period;
            start.count += start.count < rules_.times ? 1 : 0;
            if (start.count < rules_.times) continue;
        }
        const auto bit = std::min<std::int64_t>(period, rules_.columns + 1);
        backs_[i * words_ + static_cast<std::size_t>(bit / 64)] |= std::uint64_t{1} << (bit % 64);
    }
}

const std::uint64_t* RollingRetention::columns_of(std::size_t start) noexcept {
    const std::span<const std::uint64_t> backs{backs_.data() + start * words_, words_};
    if (rules_.on_or_after) {
        set_lowest(columns_, std::min(highest_bit(backs), rules_.columns) + 1);
        return columns_.data();
    }
    copy_shifted(backs, 0, columns_);
    columns_.back() &= mask_of_columns(rules_);
    columns_.front() |= 1;
    return columns_.data();
}

void RetentionCounts::add_now(std::size_t row, const std::uint64_t* columns,
                              std::size_t words) noexcept {
    std::uint64_t* const counts = counts_.data() + row * width_;
    for (std::size_t word = 0; word < words; ++word) {
        for (std::uint64_t rest = columns[word]; rest != 0; rest &= rest - 1)
            ++counts[word * 64 + static_cast<std::size_t>(std::countr_zero(rest))];
    }
}

/// Counts the words side by side, then adds each column's number.
void RetentionCounts::add_waiting(std::size_t row) noexcept {
    Waiting& waiting = waiting_[row];
    Sums sums;
    for (std::uint64_t i = 0; i < waiting.count; ++i)
        sums.add(waiting.words[i]);
    waiting.count = 0;
    sums.add_to(counts_.data() + row * width_, width_);
}

void RetentionCounts::finish() noexcept {
    for (std::size_t row = 0; row < waiting_.size(); ++row)
        if (waiting_[row].count > 0) add_waiting(row);
}

void RetentionCounts::merge(const RetentionCounts& other) {
    if (counts_.size() < other.counts_.size()) {
        width_ = other.width_;
        counts_.resize(other.counts_.size());
    }
    for (std::size_t i = 0; i < other.counts_.size(); ++i)
        counts_[i] += other.counts_[i];
}

}  // namespace twofold::kernel
