// SPDX-License-Identifier: Apache-2.0
#include "engine/trend.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "engine/point_cells.h"
#include "engine/row_cells.h"

namespace twofold::engine {
namespace {

using ask::Cell;

/// A number as a cell: whole numbers stay whole.
Cell sum_cell(const kernel::ExactSum& sum) {
    if (sum.is_whole()) return sum.whole();
    return sum.value();
}

Cell number_cell(const kernel::Number& number) {
    if (number.is_missing()) return std::monostate();
    if (number.kind == kernel::Number::Kind::kInt) return number.whole;
    return number.as_double();
}

Cell numbers_cell(ask::Aggregate aggregate, CellNumbers& numbers) {
    if (aggregate == ask::Aggregate::kSum) return sum_cell(numbers.sum);
    if (numbers.count == 0) return std::monostate();
    if (aggregate == ask::Aggregate::kMin) return number_cell(numbers.least);
    if (aggregate == ask::Aggregate::kMax) return number_cell(numbers.most);
    if (aggregate == ask::Aggregate::kMedian) return numbers.samples.median();
    if (aggregate == ask::Aggregate::kP90) return numbers.samples.percentile(0.9);
    return numbers.sum.value() / static_cast<double>(numbers.count);
}

bool is_of_property(const plan::CellMeasure& measure) {
    return measure.property.has_value();
}

bool keeps_samples(ask::Aggregate aggregate) {
    return aggregate == ask::Aggregate::kMedian || aggregate == ask::Aggregate::kP90;
}

std::optional<double> as_number(const Cell& cell) {
    if (const auto* whole = std::get_if<std::int64_t>(&cell)) return static_cast<double>(*whole);
    if (const auto* real = std::get_if<double>(&cell)) return *real;
    return std::nullopt;
}

Cell divided(const Cell& cell, const Cell& by) {
    const auto dividend = as_number(cell);
    const auto divisor = as_number(by);
    if (!dividend || !divisor || *divisor == 0) return std::monostate();
    return *dividend / *divisor;
}

bool selects_facts(const plan::Selector& selector) {
    return std::ranges::any_of(selector.parts, [](const plan::EventFilter& part) {
        return part.names == plan::EventFilter::Names::kFact;
    });
}

}  // namespace

Trend::Shape Trend::shape_of(const plan::TrendColumn& column) {
    return {column.smoothing == ask::Smoothing::kRolling,
            static_cast<std::uint32_t>(column.rolling_days),
            column.smoothing == ask::Smoothing::kCumulative};
}

const plan::By& Trend::by_of(const plan::CellMeasure& measure) const {
    return measure.unit == plan::Unit::kCustomers ? plan_.by_of_customers : plan_.by_of_users;
}

UnitKind Trend::unit_of(const plan::CellMeasure& measure, bool capturing) const {
    if (measure.unit == plan::Unit::kCustomers) return UnitKind::kCustomer;
    const bool by_person = measure.unit == plan::Unit::kUsers || capturing ||
                           measure.selector.first != ask::Selector::First::kNo;
    return by_person ? UnitKind::kUser : UnitKind::kNone;
}

kernel::Buckets Trend::base_buckets(const Shape& shape) const {
    const plan::Timeline& range = run_.plan().range;
    if (!shape.rolling || shape.rolling_days <= 1) return kernel::Buckets(range.bounds);
    const Zone& zone = run_.plan().calendar.zone();
    const TimeMs first_day = zone.floor(Interval::kDay, range.from);
    std::vector<TimeMs> bounds;
    for (int days = static_cast<int>(shape.rolling_days) - 1; days > 0; --days)
        bounds.push_back(zone.advance(Interval::kDay, first_day, -days));
    bounds.insert(bounds.end(), range.bounds.begin(), range.bounds.end());
    return kernel::Buckets(bounds);
}

Status Trend::restrict(const plan::CellMeasure& measure, FilterSet& filters, kernel::BitSet& asked,
                       std::vector<PointCondition>& row_conditions) {
    const bool customers = measure.unit == plan::Unit::kCustomers;
    const plan::Where& where = customers ? plan_.where_of_customers : plan_.where_of_users;
    const bool facts = selects_facts(measure.selector);
    const auto keep = [&](const plan::Condition& condition) -> Status {
        const auto side = customers ? Points::Side::kCustomers : Points::Side::kUsers;
        TF_ASSIGN(const auto bits, judge_.everyone(condition, side));
        if (asked.size() == 0) {
            asked = *bits;
        } else {
            asked &= *bits;
        }
        return {};
    };
    for (const plan::Condition& condition : where.of_events) {
        const bool of_pair = customers && !plan::mentions(condition).event;
        if (!of_pair) {
            TF_TRY(filters.require(condition));
            continue;
        }
        TF_ASSIGN(PointCondition compiled, PointCondition::compile(condition, run_, judge_));
        row_conditions.push_back(std::move(compiled));
    }
    for (const plan::Condition& condition : where.of_units) {
        const plan::Mentions found = plan::mentions(condition);
        const bool once = run_.plan().judged || !found.dated;
        if (once && !(facts && !customers)) {
            TF_TRY(keep(condition));
        } else if (customers) {
            TF_ASSIGN(PointCondition compiled, PointCondition::compile(condition, run_, judge_));
            row_conditions.push_back(std::move(compiled));
        } else {
            TF_TRY(filters.require(condition));
        }
    }
    return {};
}

Result<Trend::Counted> Trend::count(const plan::CellMeasure& measure, const Pass& pass) {
    const UnitKind unit = unit_of(measure, pass.capture.has_value());
    FilterSet filters(run_, judge_, unit);
    kernel::BitSet asked;
    std::vector<PointCondition> row_conditions;
    TF_TRY(restrict(measure, filters, asked, row_conditions));
    const kernel::Buckets buckets = base_buckets(pass.shape);
    TrendTask task;
    TF_ASSIGN(task.bits, filters.add(measure.selector, buckets.from(), buckets.to()));
    TF_ASSIGN(const RowCells cells, RowCells::make(run_, judge_, by_of(measure), unit, filters,
                                                   measure.selector, buckets.from(), buckets.to()));
    const plan::Fact* property = measure.property ? &*measure.property : nullptr;
    TF_ASSIGN(Scan scan, filters.scan(property, cells.fact_cell(), &values_));
    scan.values = &values_;
    cells.set_up(scan);
    if (property != nullptr) {
        scan.numbers = {{Fetch::What::kProperty, property->columns, task.bits.match}};
    }
    if (!row_conditions.empty()) scan.want_persons = scan.want_acting = true;
    if (asked.size() != 0) (unit == UnitKind::kNone ? scan.people : scan.units) = &asked;
    scan.count_unattached = unit == UnitKind::kCustomer && pass.groups != nullptr && !pass.capture;

    task.what = is_of_property(measure)               ? TrendTask::What::kNumbers
                : measure.unit == plan::Unit::kEvents ? TrendTask::What::kRows
                                                      : TrendTask::What::kUnits;
    task.keep_samples = keeps_samples(measure.aggregate);
    task.buckets = &buckets;
    task.lead = buckets.count() - static_cast<std::uint32_t>(run_.plan().range.buckets());
    task.rolling = pass.shape.rolling ? std::max(1U, pass.shape.rolling_days) : 0;
    task.cumulative = pass.shape.cumulative;
    if (!cells.empty()) task.cells = &cells;
    task.values = &values_;
    task.cell_table = &cells_;
    if (pass.groups != nullptr) {
        task.groups = &pass.groups->of_cell;
        task.group_count = pass.groups->count();
    }
    task.row_conditions = row_conditions;
    task.frames = &run_.frames();
    task.capture = pass.capture;
    task.units = unit_count(unit, run_.frames());

    TF_ASSIGN(const auto sinks, run_.scan<TrendSink>(std::move(scan), [&task] {
        return std::make_unique<TrendSink>(task);
    }));
    Counted counted;
    if (pass.capture) counted.captured = kernel::BitSet(task.units);
    for (const auto& sink : sinks) {
        if (pass.capture) counted.captured |= sink->captured();
        counted.counts.merge(sink->take());
    }
    if (filters.derived())
        notes_.push_back("Users do the facts of customers they are inside: derived.");
    if (counted.counts.too_many_samples) {
        return fail(ErrorCode::kTooLarge, "a median or percentile takes at most " +
                                              std::to_string(kSamplesMax) + " values");
    }
    return counted;
}

Result<Trend::Groups> Trend::rank() {
    Groups groups;
    const plan::CellMeasure& first = plan_.columns.front().measure;
    const plan::By& by = by_of(first);
    if (by.items.empty()) {
        groups.labels = {{}};
        return groups;
    }
    groups.ranked = true;
    // Every measure is looked at, so that a cell which only a later one has is a row too.
    std::vector<Cell> ranks;
    for (const plan::TrendColumn& column : plan_.columns) {
        const bool leads = &column == &plan_.columns.front();
        const auto rank_of = [&](const plan::CellMeasure& measure) -> Result<std::vector<Cell>> {
            // Rolling days before the range are looked at, so that their cells are known.
            TF_ASSIGN(
                Counted counted,
                count(measure, {.shape = shape_of(column), .groups = nullptr, .capture = {}}));
            std::vector<Cell> cells;
            for (const std::uint64_t one : counted.counts.counts)
                cells.emplace_back(static_cast<std::int64_t>(one));
            for (CellNumbers& numbers : counted.counts.numbers)
                cells.push_back(numbers_cell(measure.aggregate, numbers));
            return cells;
        };
        TF_ASSIGN(std::vector<Cell> cells, rank_of(column.measure));
        if (column.divided_by) {
            TF_ASSIGN(std::vector<Cell> by_cells, rank_of(*column.divided_by));
            cells.resize(std::max(cells.size(), by_cells.size()));
            by_cells.resize(cells.size());
            for (std::size_t i = 0; i < cells.size(); ++i)
                cells[i] = divided(cells[i], by_cells[i]);
        }
        if (leads) ranks = std::move(cells);
    }
    notes_.clear();  // the counting says them again
    if (cells_.overflowed()) {
        notes_.push_back(fmt::format("More than {} cells: what came later is in one of them.",
                                     CellTable::kCellsMax));
    }
    std::vector<std::optional<double>> sizes;
    for (const Cell& one : ranks)
        sizes.push_back(as_number(one));
    RankedCells ranked = rank_cells(sizes, by, values_, cells_);
    groups.labels = std::move(ranked.labels);
    groups.of_cell = std::move(ranked.of_cell);
    return groups;
}

std::vector<Cell> Trend::bucket_values(const plan::CellMeasure& measure, const Shape& shape,
                                       const TrendCounts& counts, std::uint32_t groups) const {
    const auto answer = static_cast<std::uint32_t>(run_.plan().range.buckets());
    const std::uint32_t lead = shape.rolling && shape.rolling_days > 1 ? shape.rolling_days - 1 : 0;
    const bool units = measure.unit != plan::Unit::kEvents;
    const std::uint32_t base = answer + lead;
    std::vector<Cell> cells;
    cells.reserve(std::size_t{groups} * answer);
    for (std::uint32_t group = 0; group < groups; ++group) {
        std::uint64_t running = 0;
        CellNumbers running_numbers;
        for (std::uint32_t bucket = 0; bucket < answer; ++bucket) {
            if (units) {
                const std::uint64_t count = counts.counts[std::size_t{group} * answer + bucket];
                running = shape.cumulative ? running + count : count;
                cells.emplace_back(static_cast<std::int64_t>(running));
                continue;
            }
            // Base buckets of this one: the days that roll into it, or all up to it.
            const std::uint32_t from = shape.cumulative ? bucket + lead : bucket;
            if (!shape.cumulative) {
                running = 0;
                running_numbers = {};
            }
            for (std::uint32_t i = from; i <= bucket + lead; ++i) {
                const std::size_t place = std::size_t{group} * base + i;
                if (is_of_property(measure)) {
                    running_numbers.merge(counts.numbers[place]);
                } else {
                    running += counts.counts[place];
                }
            }
            if (is_of_property(measure)) {
                CellNumbers shown = shape.cumulative ? running_numbers : std::move(running_numbers);
                cells.push_back(numbers_cell(measure.aggregate, shown));
                if (!shape.cumulative) running_numbers = {};
            } else {
                cells.emplace_back(static_cast<std::int64_t>(running));
            }
        }
    }
    return cells;
}

Result<Trend::Values> Trend::measure_values(const plan::CellMeasure& measure, const Shape& shape,
                                            const Groups& groups) {
    TF_ASSIGN(Counted counted, count(measure, {.shape = shape, .groups = &groups, .capture = {}}));
    TrendCounts& counts = counted.counts;
    const std::size_t size = std::size_t{groups.count()} * run_.plan().range.buckets();
    if (measure.unit != plan::Unit::kEvents)
        counts.counts.resize(std::max(size, counts.counts.size()));
    Values values;
    values.cells = bucket_values(measure, shape, counts, groups.count());
    values.total = is_of_property(measure) ? numbers_cell(measure.aggregate, counts.total_numbers)
                                           : Cell(static_cast<std::int64_t>(counts.total));
    note(measure, counts, groups);
    return values;
}

Result<Trend::Values> Trend::column_values(const plan::TrendColumn& column, const Groups& groups) {
    const Shape shape = shape_of(column);
    TF_ASSIGN(Values values, measure_values(column.measure, shape, groups));
    if (!column.divided_by) return values;
    TF_ASSIGN(const Values divisor, measure_values(*column.divided_by, shape, groups));
    for (std::size_t i = 0; i < values.cells.size(); ++i)
        values.cells[i] = divided(values.cells[i], divisor.cells[i]);
    values.total = divided(values.total, divisor.total);
    return values;
}

void Trend::note(const plan::CellMeasure& measure, const TrendCounts& counts,
                 const Groups& groups) {
    if (measure.unit == plan::Unit::kUsers && counts.unknown_units > 0) {
        notes_.push_back(fmt::format(
            "{} of {} users ({:.1f} %) are not known by a user id.", counts.unknown_units,
            counts.total,
            100.0 * static_cast<double>(counts.unknown_units) / static_cast<double>(counts.total)));
    }
    if (groups.ranked && counts.repeated > 0) {
        notes_.push_back(fmt::format(
            "{} events fall into several cells: each counts in all of them, and once in totals.",
            counts.repeated));
    }
}

Result<ask::Answer> Trend::answer() {
    TF_ASSIGN(const Groups groups, rank());
    const plan::Timeline& range = run_.plan().range;
    if (std::size_t{groups.count()} * range.buckets() > kTrendCellsMax) {
        return fail(ErrorCode::kTooLarge,
                    "the answer would have more than " + std::to_string(kTrendCellsMax) + " cells");
    }
    ask::Answer answer;
    answer.columns.push_back({"time", ask::CellType::kTime, ""});
    const plan::By& by = by_of(plan_.columns.front().measure);
    for (const plan::Breakdown& item : by.items)
        answer.columns.push_back({item.text, ask::CellType::kText, ""});
    std::vector<Values> columns;
    for (const plan::TrendColumn& column : plan_.columns) {
        TF_ASSIGN(Values values, column_values(column, groups));
        columns.push_back(std::move(values));
        const bool whole = !is_of_property(column.measure) && !column.divided_by;
        answer.columns.push_back(
            {plan_.columns.size() == 1 ? "value" : column.text,
             whole ? ask::CellType::kInteger : ask::CellType::kNumber,
             whole ? std::string(plan::unit_name(column.measure.unit)) : std::string()});
    }
    for (std::size_t bucket = 0; bucket < range.buckets(); ++bucket) {
        for (std::uint32_t group = 0; group < groups.count(); ++group) {
            std::vector<Cell> row{ask::TimeLabel{range.labels[bucket]}};
            for (const std::string& label : groups.labels[group])
                row.emplace_back(label);
            for (const Values& values : columns)
                row.push_back(values.cells[group * range.buckets() + bucket]);
            answer.rows.push_back(std::move(row));
        }
    }
    answer.totals.resize(1 + by.items.size());
    for (const Values& values : columns)
        answer.totals.push_back(values.total);
    std::ranges::sort(notes_);
    const auto repeated = std::ranges::unique(notes_);
    notes_.erase(repeated.begin(), repeated.end());
    answer.notes = notes_;
    return answer;
}

Result<Opened> Trend::open(const OpenRequest& request) {
    if (request.step || request.dropped) {
        return fail(ErrorCode::kInvalid, "a trend has no steps; open {\"time\":…,\"by\":[…]}");
    }
    const plan::TrendColumn& column = plan_.columns.front();
    TF_ASSIGN(const Groups groups, rank());
    Pass pass{.shape = shape_of(column), .groups = &groups, .capture = TrendTask::Capture{}};
    Opened opened;
    if (request.time) {
        const auto& labels = run_.plan().range.labels;
        const auto found = std::ranges::find(labels, *request.time);
        if (found == labels.end()) {
            return fail(ErrorCode::kNotFound, "the answer has no such time: " + *request.time);
        }
        pass.capture->bucket = static_cast<std::uint32_t>(found - labels.begin());
        opened.what = *request.time;
    }
    if (request.by) {
        const auto found = std::ranges::find(groups.labels, *request.by);
        if (!groups.ranked || found == groups.labels.end()) {
            return fail(ErrorCode::kNotFound,
                        "the answer has no such cell: " + request.by->front());
        }
        pass.capture->group = static_cast<std::uint32_t>(found - groups.labels.begin());
        for (const std::string& label : *request.by)
            opened.what += (opened.what.empty() ? "" : ", ") + label;
    }
    TF_ASSIGN(Counted counted, count(column.measure, pass));
    opened.unit =
        column.measure.unit == plan::Unit::kCustomers ? plan::Unit::kCustomers : plan::Unit::kUsers;
    opened.units = std::move(counted.captured);
    return opened;
}

}  // namespace twofold::engine
