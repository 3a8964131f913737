// SPDX-License-Identifier: Apache-2.0
#include "engine/funnel_sink.h"

#include <algorithm>

namespace twofold::engine {

void UnitOutcomes::append(UnitOutcomes&& other) {
    if (units.empty()) {
        *this = std::move(other);
        return;
    }
    const std::size_t shift = times.size();
    times.insert(times.end(), other.times.begin(), other.times.end());
    cells.insert(cells.end(), other.cells.begin(), other.cells.end());
    units.reserve(units.size() + other.units.size());
    for (UnitOutcome unit : other.units) {
        unit.times_begin += shift;
        units.push_back(unit);
    }
}

std::uint32_t join_cells(std::span<const std::uint32_t> columns, CellFinder& finder) {
    std::uint32_t joined = columns.back();
    for (std::size_t column = columns.size() - 1; column-- > 0;) {
        if (columns[column] == 0 && joined == 0) continue;
        joined = finder.cell({columns[column], joined}) + 1;
    }
    return joined;
}

std::uint32_t cell_of_column(std::uint32_t joined, std::size_t column, std::size_t columns,
                             const CellTable& tuples) {
    for (std::size_t before = 0; before < column && joined != 0; ++before)
        joined = tuples.key(joined - 1).second;
    if (joined == 0 || column + 1 == columns) return joined;
    return tuples.key(joined - 1).first;
}

FunnelSink::FunnelSink(const FunnelTask& task) : task_(task), funnel_(task.rules) {
    if (task.columns > 1) finder_.emplace(*task.values, *task.tuples);
}

void FunnelSink::begin(const Block& block) {
    block_first_ = block.first;
    first_.begin(block.count);
    if (task_.bound_any_order) {
        rows_.clear();
        row_cells_.clear();
    } else {
        funnel_.begin(block.count);
    }
}

bool FunnelSink::may_enter(const TapeRow& row) const {
    if (row.time < task_.entry_from || row.time >= task_.entry_to) return false;
    if (task_.allowed == nullptr) return true;
    // By unit and time: of rows of one instant it is enough that one may enter.
    const FunnelEntry wanted{block_first_ + row.unit, row.time, 0};
    const auto found = std::ranges::lower_bound(*task_.allowed, wanted);
    return found != task_.allowed->end() && found->unit == wanted.unit &&
           found->time == wanted.time;
}

std::uint32_t FunnelSink::step_mask(const TapeRow& row) {
    std::uint32_t mask = 0;
    for (std::size_t step = 0; step < task_.steps.size(); ++step)
        if (first_.takes(task_.steps[step], row.unit, row.mask)) mask |= 1U << step;
    if ((mask & 1) != 0 && !task_.rules.any_order && !may_enter(row)) mask &= ~1U;
    for (std::size_t i = 0; i < task_.exclusions.size(); ++i) {
        if (first_.takes(task_.exclusions[i], row.unit, row.mask)) {
            mask |= 1U << (task_.steps.size() + i);
        }
    }
    return mask;
}

std::span<const std::uint32_t> FunnelSink::cells_of(const Tape& tape) {
    if (task_.columns == 0) return {};
    if (task_.columns == 1) return tape.cells[0];
    joined_cells_.resize(tape.rows.size());
    std::array<std::uint32_t, kTapeColumnsMax> columns{};
    for (std::size_t i = 0; i < tape.rows.size(); ++i) {
        for (std::size_t column = 0; column < task_.columns; ++column)
            columns[column] = tape.cells[column][i];
        joined_cells_[i] = join_cells(std::span(columns).first(task_.columns), *finder_);
    }
    return joined_cells_;
}

void FunnelSink::feed(const Tape& tape) {
    const std::span<const std::uint32_t> cells = cells_of(tape);
    if (task_.direct) {
        funnel_.feed(tape.rows, cells);
        return;
    }
    if (!task_.bound_any_order) {
        rows_.clear();
        row_cells_.clear();
    }
    for (std::size_t i = 0; i < tape.rows.size(); ++i) {
        kernel::Row row = tape.rows[i];
        row.mask = step_mask(tape.rows[i]);
        if (row.mask == 0 && !task_.rules.strict) continue;
        rows_.push_back(row);
        if (!cells.empty()) row_cells_.push_back(cells[i]);
    }
    if (!task_.bound_any_order) funnel_.feed(rows_, row_cells_);
}

void FunnelSink::keep(std::uint32_t unit, std::span<const TimeMs> times,
                      std::span<const std::uint32_t> cells) {
    if (times.empty()) return;
    outcomes_.units.push_back({.unit = block_first_ + unit,
                               .depth = static_cast<std::uint32_t>(times.size()),
                               .times_begin = outcomes_.times.size()});
    outcomes_.times.insert(outcomes_.times.end(), times.begin(), times.end());
    if (task_.columns > 0) {
        outcomes_.cells.insert(outcomes_.cells.end(), cells.begin(), cells.end());
        outcomes_.cells.resize(outcomes_.times.size());
    }
}

void FunnelSink::finish_any_order() {
    std::vector<std::uint32_t> order(rows_.size());
    for (std::uint32_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::ranges::stable_sort(order, {}, [this](std::uint32_t i) { return rows_[i].unit; });
    std::vector<kernel::Row> rows;
    std::vector<std::uint32_t> cells;
    for (std::size_t begin = 0; begin < order.size();) {
        const std::uint32_t unit = rows_[order[begin]].unit;
        rows.clear();
        cells.clear();
        for (; begin < order.size() && rows_[order[begin]].unit == unit; ++begin) {
            rows.push_back(rows_[order[begin]]);
            if (!row_cells_.empty()) cells.push_back(row_cells_[order[begin]]);
        }
        const kernel::FunnelOutcome outcome =
            kernel::funnel_of_unit(task_.rules, rows, cells, task_.entry_from, task_.entry_to);
        keep(unit, std::span(outcome.time).first(outcome.depth),
             std::span(outcome.cell).first(outcome.depth));
    }
}

void FunnelSink::finish(const Block& /*block*/) {
    if (task_.bound_any_order) {
        finish_any_order();
        return;
    }
    for (const kernel::FunnelReach& reach : funnel_.finish())
        keep(reach.unit, reach.time, reach.cell);
}

void EntrySink::begin(const Block& block) {
    block_first_ = block.first;
    first_.begin(block.count);
}

void EntrySink::feed(const Tape& tape) {
    for (std::size_t i = 0; i < tape.rows.size(); ++i) {
        const TapeRow& row = tape.rows[i];
        bool takes = false;
        for (const SelectorBits& bits : steps_)
            takes |= first_.takes(bits, row.unit, row.mask);
        if (!takes) continue;
        if (entries_.size() >= kEntriesMax) {
            too_many_ = true;
            return;
        }
        const std::uint32_t acting = tape.acting.empty() ? 0 : tape.acting[i];
        entries_.push_back({block_first_ + row.unit, row.time, acting});
    }
}

}  // namespace twofold::engine
