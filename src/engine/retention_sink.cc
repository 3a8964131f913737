// SPDX-License-Identifier: Apache-2.0
#include "engine/retention_sink.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "engine/unit_periods.h"

namespace twofold::engine {
namespace {

constexpr std::uint32_t kNoCohort = std::numeric_limits<std::uint32_t>::max();
/// What a sink of all units may hold: 32 MB.
constexpr std::uint64_t kSpreadBitsMax = std::uint64_t{1} << 28;

}  // namespace

StartSink::StartSink(const StartTask& task) : task_(task) {
    if (task.cells != nullptr) scratch_.emplace(*task.values, *task.cell_table);
}

void StartSink::begin(const Block& block) {
    block_ = block;
    first_.begin(block.count);
    last_.assign(block.count, kNoCohort);
    pieces_.push_back({block.first, found_.starts.size(), 0, this});
}

bool StartSink::is_allowed(std::uint32_t unit, TimeMs time) const {
    if (task_.allowed == nullptr) return true;
    const FunnelEntry wanted{unit, time, 0};
    const auto found = std::ranges::lower_bound(*task_.allowed, wanted);
    return found != task_.allowed->end() && found->unit == unit && found->time == time;
}

void StartSink::feed(const Tape& tape) {
    for (std::size_t i = 0; i < tape.rows.size(); ++i) {
        const TapeRow& row = tape.rows[i];
        if (!first_.takes(task_.bits, row.unit, row.mask)) continue;
        if (last_[row.unit] != kNoCohort && !task_.every_start) continue;
        if (!task_.cohorts->holds(row.time)) continue;
        const std::uint32_t cohort = task_.cohorts->find(row.time);
        if (last_[row.unit] == cohort || !is_allowed(block_.first + row.unit, row.time)) continue;
        last_[row.unit] = cohort;
        if (found_.starts.size() >= kStartsMax) {
            too_many_ = true;
            return;
        }
        RetentionStart start{.unit = block_.first + row.unit, .cohort = cohort, .time = row.time};
        if (!tape.acting.empty()) start.acting = tape.acting[i];
        if (task_.cells != nullptr) {
            task_.cells->find(block_, tape, i, *scratch_);
            start.cells_begin = static_cast<std::uint32_t>(found_.cells.size());
            start.cells_count = static_cast<std::uint32_t>(scratch_->cells.size());
            found_.cells.insert(found_.cells.end(), scratch_->cells.begin(), scratch_->cells.end());
        }
        found_.starts.push_back(start);
    }
}

void StartSink::finish(const Block& /*block*/) {
    Piece& piece = pieces_.back();
    piece.end = found_.starts.size();
    const auto key = [](const RetentionStart& start) {
        return std::pair(start.unit, start.cohort);
    };
    const auto found = std::span(found_.starts).subspan(piece.begin);
    if (!std::ranges::is_sorted(found, {}, key)) std::ranges::sort(found, {}, key);
}

RetentionStarts StartSink::collect(std::span<const std::unique_ptr<StartSink>> sinks) {
    std::vector<Piece> pieces;
    std::size_t starts = 0;
    std::size_t cells = 0;
    for (const auto& sink : sinks) {
        pieces.insert(pieces.end(), sink->pieces_.begin(), sink->pieces_.end());
        starts += sink->found_.starts.size();
        cells += sink->found_.cells.size();
    }
    std::ranges::sort(pieces, {}, &Piece::first_unit);
    RetentionStarts all;
    all.starts.reserve(starts);
    all.cells.reserve(cells);
    for (const Piece& piece : pieces) {
        for (std::size_t i = piece.begin; i < piece.end; ++i) {
            RetentionStart start = piece.sink->found_.starts[i];
            const auto own =
                std::span(piece.sink->found_.cells).subspan(start.cells_begin, start.cells_count);
            start.cells_begin = static_cast<std::uint32_t>(all.cells.size());
            all.cells.insert(all.cells.end(), own.begin(), own.end());
            all.starts.push_back(start);
        }
    }
    return all;
}

void RetentionOutcome::merge(const RetentionOutcome& other) {
    counts.merge(other.counts);
    units += other.units;
    unknown += other.unknown;
    repeated += other.repeated;
}

RetentionSink::RetentionSink(const RetentionTask& task) : task_(task) {
    if (task.rolling > 0) {
        rolling_.emplace(task.rules, task.rolling);
    } else {
        grid_.emplace(task.rules);
    }
    if (task.capture != nullptr) {
        captured_ = kernel::BitSet(task.units);
    } else {
        outcome_.counts = kernel::RetentionCounts(
            std::size_t{task.group_count} * task.rules.cohorts, task.rules.columns);
    }
}

void RetentionSink::begin(const Block& block) {
    if (!task_.is_plain()) first_.begin(block.count);
    if (grid_) {
        grid_->begin(block.count);
    } else {
        rolling_->begin(block.count);
    }
    if (task_.starts != nullptr) {
        const auto start =
            std::ranges::lower_bound(*task_.starts, block.first, {}, &RetentionStart::unit);
        starts_begin_ = static_cast<std::size_t>(start - task_.starts->begin());
        for (auto at = start; at != task_.starts->end() && at->unit - block.first < block.count;
             ++at) {
            if (grid_) {
                grid_->start(at->unit - block.first, at->cohort);
            } else {
                rolling_->start(at->unit - block.first, at->cohort, at->time);
            }
        }
    }
    if (rolling_) rolling_->end_starts();
}

bool RetentionSink::spreads(std::uint32_t units) const {
    if (!task_.is_plain()) return false;
    if (grid_) return grid_->bits_per_unit() * units <= kSpreadBitsMax;
    return task_.starts->size() * (task_.rules.columns + 64) <= kSpreadBitsMax;
}

void RetentionSink::absorb(Sink& other) {
    auto& absorbed = static_cast<RetentionSink&>(other);
    if (grid_) {
        grid_->absorb(*absorbed.grid_);
    } else {
        rolling_->absorb(*absorbed.rolling_);
    }
}

bool RetentionSink::takes_times() const {
    return task_.is_plain() && grid_ && task_.periods->of_seconds();
}

void RetentionSink::feed_times(std::uint32_t unit, std::span<const std::uint32_t> seconds) {
    if (!seconds.empty()) grid_->backs().set_times(unit, seconds, *task_.periods);
}

void RetentionSink::feed(const Tape& tape) {
    if (task_.is_plain()) return feed_plain(tape);
    for (const TapeRow& row : tape.rows) {
        if (!first_.takes(task_.back, row.unit, row.mask)) continue;
        if (rolling_) {
            rolling_->back(row.unit, row.time);
        } else {
            grid_->back(row.unit, task_.periods->find(row.time));
        }
    }
}

void RetentionSink::feed_plain(const Tape& tape) {
    const std::uint32_t match = task_.back.match;
    if (rolling_) {
        for (const TapeRow& row : tape.rows)
            if ((row.mask & match) != 0) rolling_->back(row.unit, row.time);
        return;
    }
    mark_periods(tape, match, *task_.periods, grid_->backs());
}

std::span<const std::uint32_t> RetentionSink::groups_of(std::size_t start) const {
    static constexpr std::uint32_t kOnly[] = {0};
    if (task_.groups == nullptr) return kOnly;
    return task_.groups->of(start);
}

void RetentionSink::count(std::uint32_t cohort, const std::uint64_t* columns, std::size_t start) {
    const auto groups = groups_of(start);
    outcome_.repeated += groups.size() - 1;
    for (const std::uint32_t group : groups)
        outcome_.counts.add(std::size_t{group} * task_.rules.cohorts + cohort, columns);
}

bool RetentionSink::is_captured(std::uint32_t cohort, const std::uint64_t* columns,
                                std::size_t start) const {
    const RetentionCapture& wanted = *task_.capture;
    if (wanted.cohorts[cohort] == 0) return false;
    const auto groups = groups_of(start);
    if (wanted.group && std::ranges::find(groups, *wanted.group) == groups.end()) return false;
    const bool came_back = (columns[wanted.column / 64] >> (wanted.column % 64) & 1) != 0;
    return came_back != wanted.dropped;
}

void RetentionSink::finish(const Block& block) {
    std::size_t start = starts_begin_;
    std::uint32_t before = kNoCohort;
    const auto take = [&](std::uint32_t unit, std::uint32_t cohort, const std::uint64_t* columns) {
        if (task_.capture != nullptr) {
            if (is_captured(cohort, columns, start)) captured_.set(block.first + unit);
        } else {
            count(cohort, columns, start);
        }
        ++start;
        if (unit == before) return;
        before = unit;
        ++outcome_.units;
        const bool unknown =
            block.unit == UnitKind::kUser &&
            !task_.frames->directory().known(model::UserOrdinal{block.first + unit});
        outcome_.unknown += unknown ? 1 : 0;
    };
    if (grid_) {
        grid_->each(take);
    } else {
        rolling_->each(take);
    }
}

}  // namespace twofold::engine
