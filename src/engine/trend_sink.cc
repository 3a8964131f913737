// SPDX-License-Identifier: Apache-2.0
#include "engine/trend_sink.h"

#include <algorithm>
#include <utility>

namespace twofold::engine {
namespace {

/// Units × groups of a sink of all units: 32 MB.
constexpr std::size_t kSpreadFirstsMax = std::size_t{1} << 23;

void merge_counts(std::vector<std::uint64_t>& to, std::span<const std::uint64_t> from) {
    if (to.size() < from.size()) to.resize(from.size());
    for (std::size_t i = 0; i < from.size(); ++i)
        to[i] += from[i];
}

}  // namespace

void CellNumbers::add_extremes(const kernel::Number& number) {
    if (least.is_missing() || number.as_double() < least.as_double()) least = number;
    if (most.is_missing() || number.as_double() > most.as_double()) most = number;
}

void CellNumbers::merge(const CellNumbers& other) {
    count += other.count;
    sum.merge(other.sum);
    const auto take = [](kernel::Number& mine, const kernel::Number& theirs, bool less) {
        if (theirs.is_missing()) return;
        if (mine.is_missing() || (less ? theirs.as_double() < mine.as_double()
                                       : theirs.as_double() > mine.as_double())) {
            mine = theirs;
        }
    };
    take(least, other.least, true);
    take(most, other.most, false);
    samples.merge(other.samples);
}

void TrendCounts::forget_buckets() {
    kept_buckets = false;
    if (buckets == 1) return;
    const auto add_up = [this](auto& all, auto&& add) {
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (i % buckets != 0) {
                add(all[i / buckets], all[i]);
            } else if (i > 0) {
                all[i / buckets] = std::move(all[i]);
            }
        }
        all.resize((all.size() + buckets - 1) / buckets);
    };
    add_up(counts, [](std::uint64_t& to, std::uint64_t from) { to += from; });
    add_up(numbers, [](CellNumbers& to, const CellNumbers& from) { to.merge(from); });
    buckets = 1;
}

TrendCounts TrendCounts::by_group(const std::vector<std::uint32_t>& of_cell, std::uint32_t groups,
                                  bool of_numbers) const {
    TrendCounts grouped;
    grouped.buckets = buckets;
    grouped.total = total;
    grouped.total_numbers = total_numbers;
    grouped.rows = rows;
    grouped.too_many_samples = too_many_samples;
    grouped.counts.resize(of_numbers ? 0 : std::size_t{groups} * buckets);
    grouped.numbers.resize(of_numbers ? std::size_t{groups} * buckets : 0);
    const auto place = [&](std::size_t i) {
        const std::size_t cell = i / buckets;
        const std::size_t group = cell < of_cell.size() ? of_cell[cell] : groups - 1;
        return group * buckets + i % buckets;
    };
    for (std::size_t i = 0; i < counts.size(); ++i)
        grouped.counts[place(i)] += counts[i];
    for (std::size_t i = 0; i < numbers.size(); ++i)
        grouped.numbers[place(i)].merge(numbers[i]);
    return grouped;
}

void TrendCounts::merge(const TrendCounts& other) {
    const auto is_empty = [](const TrendCounts& one) {
        return one.counts.empty() && one.numbers.empty();
    };
    if (is_empty(*this)) {
        buckets = other.buckets;
        kept_buckets = other.kept_buckets;
    } else if (buckets != other.buckets && !is_empty(other)) {
        TrendCounts added_up = other;
        added_up.forget_buckets();
        forget_buckets();
        return merge(added_up);
    }
    merge_counts(counts, other.counts);
    if (numbers.size() < other.numbers.size()) numbers.resize(other.numbers.size());
    for (std::size_t i = 0; i < other.numbers.size(); ++i)
        numbers[i].merge(other.numbers[i]);
    total += other.total;
    total_numbers.merge(other.total_numbers);
    unknown_units += other.unknown_units;
    rows += other.rows;
    repeated += other.repeated;
    too_many_samples |= other.too_many_samples;
}

TrendSink::TrendSink(const TrendTask& task) : task_(task), unique_(0) {
    if (task.cells != nullptr) scratch_.emplace(*task.values, *task.cell_table);
    if (task.capture) captured_ = kernel::BitSet(task.units);
    simple_cells_ = has_simple_cells();
    if (simple_cells_ && task.ranking() && task.keep_buckets) {
        counts_.buckets = task.buckets->count();
        counts_.kept_buckets = true;
    }
    if (task.ranking()) return;
    counts_.buckets = columns_per_group();
    const std::size_t size = std::size_t{task.group_count} * columns_per_group();
    if (task.what == TrendTask::What::kNumbers) {
        counts_.numbers.resize(size);
    } else if (task.what == TrendTask::What::kRows || task.cumulative) {
        counts_.counts.resize(size);
    } else {
        unique_.widen(static_cast<std::uint32_t>(size));
    }
}

std::uint32_t TrendSink::columns_per_group() const {
    if (task_.ranking()) return 1;
    // Units are counted once per bucket of the answer; what can be added up is kept by base bucket.
    return task_.what == TrendTask::What::kUnits ? task_.answer_buckets() : task_.buckets->count();
}

bool TrendSink::is_plain() const {
    return task_.cells == nullptr && task_.row_conditions.empty() && task_.bits.track == 0 &&
           task_.rolling == 0 && !task_.cumulative && !task_.capture && task_.lead == 0 &&
           task_.buckets->is_even();
}

void TrendSink::begin(const Block& block) {
    block_ = block;
    seen_.assign(block.count, 0);
    if (task_.bits.track != 0) first_.begin(block.count);
    if (task_.what != TrendTask::What::kUnits || task_.capture) return;
    if (tracks_firsts()) {
        first_bucket_.assign(std::size_t{block.count} * task_.group_count, kNever);
    } else {
        unique_.begin(block.count, block.spread ? kernel::UniqueCounter::kWideGridBitsMax
                                                : kernel::UniqueCounter::kGridBitsMax);
    }
}

/// Whether the bucket is kept in which each unit of a group is first seen.
bool TrendSink::tracks_firsts() const {
    return task_.cumulative && !task_.ranking();
}

/// Where units are counted in columns that are known before.
bool TrendSink::spreads(std::uint32_t units) const {
    if (task_.what != TrendTask::What::kUnits || task_.bits.track != 0) return false;
    if (task_.capture) return true;
    if (task_.ranking()) return false;
    if (tracks_firsts()) return std::size_t{units} * task_.group_count <= kSpreadFirstsMax;
    return unique_.fits(units, kernel::UniqueCounter::kWideGridBitsMax);
}

void TrendSink::absorb(Sink& other) {
    auto& absorbed = static_cast<TrendSink&>(other);
    for (std::size_t i = 0; i < seen_.size(); ++i)
        seen_[i] |= absorbed.seen_[i];
    if (task_.capture) return;
    if (!tracks_firsts()) return unique_.absorb(absorbed.unique_);
    for (std::size_t i = 0; i < first_bucket_.size(); ++i)
        first_bucket_[i] = std::min(first_bucket_[i], absorbed.first_bucket_[i]);
}

bool TrendSink::takes_times() const {
    return is_plain() && task_.what == TrendTask::What::kUnits && unique_.has_grid() &&
           task_.buckets->of_seconds();
}

void TrendSink::feed_times(std::uint32_t unit, std::span<const std::uint32_t> seconds) {
    if (seconds.empty()) return;
    seen_[unit] = 1;
    counts_.rows += seconds.size();
    unique_.grid().set_times(unit, seconds, *task_.buckets);
}

/// Whether each row's one cell is a value of the tape, and nothing else is asked of it.
bool TrendSink::has_simple_cells() const {
    return task_.cells != nullptr && task_.cells->only_column().has_value() &&
           task_.row_conditions.empty() && task_.bits.track == 0 && task_.rolling == 0 &&
           !task_.cumulative && !task_.capture && task_.lead == 0 && task_.buckets->is_even() &&
           task_.range_from <= task_.buckets->from();
}

std::uint32_t TrendSink::group_of_cell(std::uint32_t cell) const {
    if (task_.groups == nullptr) return cell;
    return cell < task_.groups->size() ? (*task_.groups)[cell] : task_.group_count - 1;
}

std::uint32_t TrendSink::find_group_of_value(std::uint32_t id) {
    constexpr std::uint32_t kRememberedMax = 1U << 22;
    const std::uint32_t group = group_of_cell(scratch_->finder.cell({id, 0}));
    if (id < kRememberedMax) {
        if (id >= value_groups_.size()) value_groups_.resize(id + 1 + id / 2, kNever);
        value_groups_[id] = group;
    }
    return group;
}

template <typename Add>
void TrendSink::each_simple_row(const Tape& tape, Add&& add) {
    const std::span<const std::uint32_t> ids = tape.cells[*task_.cells->only_column()];
    const kernel::Buckets::Finder buckets = task_.buckets->finder();
    for (std::size_t i = 0; i < tape.rows.size(); ++i) {
        const TapeRow& row = tape.rows[i];
        if ((row.mask & task_.bits.match) == 0 || !task_.buckets->holds(row.time)) continue;
        const std::uint32_t id = ids[i];
        std::uint32_t group = id < value_groups_.size() ? value_groups_[id] : kNever;
        if (group == kNever) [[unlikely]]
            group = find_group_of_value(id);
        add(i, group, buckets.find(row.time));
        ++counts_.rows;
    }
}

/// What ranks cells by bucket would not fit: then the cells alone are ranked.
void TrendSink::limit_buckets() {
    constexpr std::size_t kCountsMax = std::size_t{1} << 22;
    constexpr std::size_t kNumbersMax = std::size_t{1} << 16;
    if (!task_.ranking()) return;
    if (counts_.counts.size() <= kCountsMax && counts_.numbers.size() <= kNumbersMax) return;
    take_sums();
    counts_.forget_buckets();
}

void TrendSink::feed_simple_cells(const Tape& tape) {
    limit_buckets();
    const bool timed = by_bucket();
    const std::size_t width = timed ? task_.buckets->count() : 1;
    const auto place = [&](auto& all, std::uint32_t group, std::uint32_t bucket) -> auto& {
        const std::size_t column = group * width + (timed ? bucket : 0);
        if (column >= all.size()) all.resize((std::size_t{group} + 1) * width);
        return all[column];
    };
    switch (task_.what) {
        case TrendTask::What::kRows: {
            const std::uint64_t before = counts_.rows;
            each_simple_row(tape, [&](std::size_t, std::uint32_t group, std::uint32_t bucket) {
                ++place(counts_.counts, group, bucket);
            });
            counts_.total += counts_.rows - before;
            return;
        }
        case TrendTask::What::kUnits:
            return each_simple_row(tape,
                                   [&](std::size_t i, std::uint32_t group, std::uint32_t bucket) {
                                       seen_[tape.rows[i].unit] = 1;
                                       add_unit(tape.rows[i].unit, bucket, group);
                                   });
        case TrendTask::What::kNumbers:
            return each_simple_row(
                tape, [&](std::size_t i, std::uint32_t group, std::uint32_t bucket) {
                    if (task_.keep.samples && ++sample_count_ > kSamplesMax) {
                        counts_.too_many_samples = true;
                        return;
                    }
                    place(counts_.numbers, group, bucket).add(tape.numbers[0][i], task_.keep);
                });
    }
}

void TrendSink::feed(const Tape& tape) {
    if (simple_cells_) return feed_simple_cells(tape);
    if (is_plain() && task_.what == TrendTask::What::kRows) return feed_plain_rows(tape);
    if (is_plain() && task_.what == TrendTask::What::kUnits && unique_.has_grid()) {
        return feed_plain_units(tape);
    }
    for (std::size_t i = 0; i < tape.rows.size(); ++i) {
        const TapeRow& row = tape.rows[i];
        if (task_.bits.track != 0 && !first_.takes(task_.bits, row.unit, row.mask)) continue;
        if (!task_.buckets->holds(row.time) || !takes(tape, i)) continue;
        add(tape, i, task_.buckets->find(row.time));
    }
}

void TrendSink::feed_plain_rows(const Tape& tape) {
    const kernel::Buckets::Finder buckets = task_.buckets->finder();
    std::uint64_t* const counts = counts_.counts.data();
    for (const TapeRow& row : tape.rows)
        ++counts[buckets.find(row.time)];
    counts_.rows += tape.rows.size();
    counts_.total += tape.rows.size();
}

void TrendSink::feed_plain_units(const Tape& tape) {
    const kernel::Buckets::Finder buckets = task_.buckets->finder();
    const kernel::UnitBits::Setter unique = unique_.grid().setter();
    std::uint8_t* const seen = seen_.data();
    for (const TapeRow& row : tape.rows) {
        seen[row.unit] = 1;
        unique.set(row.unit, buckets.find(row.time));
    }
    counts_.rows += tape.rows.size();
}

bool TrendSink::takes(const Tape& tape, std::size_t i) {
    const TapeRow& row = tape.rows[i];
    if ((row.mask & task_.bits.match) == 0) return false;
    if (task_.row_conditions.empty()) return true;
    At at;
    at.customer = block_.first + row.unit;
    at.moment = plan::Moment::including(row.time);
    std::uint32_t acting = kNobody;
    if (!tape.persons.empty()) at.user = tape.persons[i];
    if (!tape.acting.empty() && tape.acting[i] != 0) acting = tape.acting[i] - 1;
    return std::ranges::all_of(task_.row_conditions, [&](const PointCondition& condition) {
        return condition.holds(at, acting);
    });
}

void TrendSink::find_groups(const Tape& tape, std::size_t i) {
    groups_.clear();
    if (task_.cells == nullptr) {
        groups_.push_back(0);
        return;
    }
    task_.cells->find(block_, tape, i, *scratch_);
    for (const std::uint32_t cell : scratch_->cells) {
        const std::uint32_t group = group_of_cell(cell);
        if (std::ranges::find(groups_, group) == groups_.end()) groups_.push_back(group);
    }
}

void TrendSink::add(const Tape& tape, std::size_t i, std::uint32_t bucket) {
    find_groups(tape, i);
    const std::uint32_t unit = tape.rows[i].unit;
    const bool in_range = bucket >= task_.lead && tape.rows[i].time >= task_.range_from;
    if (task_.capture) return capture(unit, bucket, in_range);
    if (in_range) {
        ++counts_.rows;
        counts_.repeated += groups_.size() - 1;
        seen_[unit] = 1;
        if (task_.what == TrendTask::What::kRows) ++counts_.total;
        if (task_.what == TrendTask::What::kNumbers) {
            counts_.total_numbers.add(tape.numbers[0][i], task_.keep);
        }
    } else if (task_.ranking()) {
        return;
    }
    for (const std::uint32_t group : groups_)
        add_to_group(tape, i, bucket, group);
}

void TrendSink::add_to_group(const Tape& tape, std::size_t i, std::uint32_t bucket,
                             std::uint32_t group) {
    const std::size_t column =
        task_.ranking() ? group : std::size_t{group} * task_.buckets->count() + bucket;
    switch (task_.what) {
        case TrendTask::What::kRows:
            if (column >= counts_.counts.size()) counts_.counts.resize(column + 1);
            ++counts_.counts[column];
            return;
        case TrendTask::What::kUnits:
            add_unit(tape.rows[i].unit, bucket, group);
            return;
        case TrendTask::What::kNumbers:
            if (column >= counts_.numbers.size()) counts_.numbers.resize(column + 1);
            if (task_.keep.samples && ++sample_count_ > kSamplesMax) {
                counts_.too_many_samples = true;
                return;
            }
            counts_.numbers[column].add(tape.numbers[0][i], task_.keep);
            return;
    }
}

void TrendSink::add_unit(std::uint32_t unit, std::uint32_t bucket, std::uint32_t group) {
    if (task_.ranking()) {
        unique_.add(unit, group);
        return;
    }
    const std::uint32_t per_group = columns_per_group();
    if (task_.cumulative) {
        std::uint32_t& first = first_bucket_[std::size_t{unit} * task_.group_count + group];
        first = std::min(first, bucket - task_.lead);
        return;
    }
    if (task_.rolling == 0) {
        unique_.add(unit, group * per_group + bucket);
        return;
    }
    // The answer's bucket j holds the base buckets j to j + lead.
    const std::uint32_t lead = task_.lead;
    const std::uint32_t begin = bucket < lead ? 0 : bucket - lead;
    const std::uint32_t end = std::min(bucket + task_.rolling - lead, per_group);
    for (std::uint32_t answer = begin; answer < end; ++answer)
        unique_.add(unit, group * per_group + answer);
}

void TrendSink::capture(std::uint32_t unit, std::uint32_t bucket, bool in_range) {
    const TrendTask::Capture& wanted = *task_.capture;
    if (wanted.group && std::ranges::find(groups_, *wanted.group) == groups_.end()) return;
    bool inside = in_range;
    if (wanted.bucket) {
        const std::uint32_t answer = *wanted.bucket + task_.lead;
        const std::uint32_t reach = task_.cumulative     ? answer - task_.lead
                                    : task_.rolling == 0 ? 0
                                                         : task_.rolling - 1;
        inside = bucket <= answer && bucket + reach >= answer;
    }
    if (inside) captured_.set(block_.first + unit);
}

void TrendSink::finish_firsts() {
    // A unit counts in its first bucket and in all after: each is one step, added up at the end.
    const std::uint32_t per_group = columns_per_group();
    for (std::size_t place = 0; place < first_bucket_.size(); ++place) {
        if (first_bucket_[place] == kNever) continue;
        const std::size_t group = place % task_.group_count;
        ++counts_.counts[group * per_group + first_bucket_[place]];
    }
}

void TrendSink::finish(const Block& block) {
    if (task_.capture || task_.what != TrendTask::What::kUnits) return;
    if (tracks_firsts()) {
        finish_firsts();
    } else {
        unique_.finish();
    }
    for (std::uint32_t i = 0; i < block.count; ++i) {
        if (seen_[i] == 0) continue;
        ++counts_.total;
        if (task_.frames != nullptr && block.unit == UnitKind::kUser &&
            !task_.frames->directory().known(model::UserOrdinal{block.first + i})) {
            ++counts_.unknown_units;
        }
    }
}

TrendCounts TrendSink::take() {
    take_sums();
    const bool from_unique = task_.what == TrendTask::What::kUnits &&
                             (task_.ranking() || !task_.cumulative) && !task_.capture;
    if (from_unique) merge_counts(counts_.counts, unique_.counts());
    // Each row was in one group: the total is told by them.
    if (simple_cells_) {
        for (const CellNumbers& numbers : counts_.numbers)
            counts_.total_numbers.merge(numbers);
    }
    return std::move(counts_);
}

}  // namespace twofold::engine
