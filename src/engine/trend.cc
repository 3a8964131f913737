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
    if (!shape.rolling) return kernel::Buckets(range.bounds);
    const Zone& zone = run_.plan().calendar.zone();
    const TimeMs first_day = zone.floor(Interval::kDay, range.from);
    std::vector<TimeMs> bounds;
    for (int days = static_cast<int>(shape.rolling_days) - 1; days > 0; --days)
        bounds.push_back(zone.advance(Interval::kDay, first_day, -days));
    bounds.insert(bounds.end(), range.bounds.begin(), range.bounds.end());
    // Rolling days are whole, also where the range begins within one.
    bounds[shape.rolling_days == 0 ? 0 : shape.rolling_days - 1] = first_day;
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
    for (const plan::Condition& condition : where.of_events)
        TF_TRY(filters.require(condition));
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

/// One scan in the making: what its filters and its sinks are told from.
struct Trend::Prepared {
    Prepared(Run& run, Judge& judge, UnitKind kind, kernel::Buckets base)
        : unit(kind), filters(run, judge, kind), buckets(std::move(base)) {}
    UnitKind unit;
    FilterSet filters;
    kernel::BitSet asked;  // size 0: everyone
    std::vector<PointCondition> row_conditions;
    kernel::Buckets buckets;
    std::optional<RowCells> cells;
    TrendTask task;
};

void Trend::fill_task(const plan::CellMeasure& measure, const Pass& pass,
                      Prepared& prepared) const {
    TrendTask& task = prepared.task;
    task.what = is_of_property(measure)               ? TrendTask::What::kNumbers
                : measure.unit == plan::Unit::kEvents ? TrendTask::What::kRows
                                                      : TrendTask::What::kUnits;
    task.keep.samples = keeps_samples(measure.aggregate);
    task.keep.extremes =
        measure.aggregate == ask::Aggregate::kMin || measure.aggregate == ask::Aggregate::kMax;
    task.buckets = &prepared.buckets;
    task.range_from = run_.plan().range.from;
    const auto answer_buckets = static_cast<std::uint32_t>(run_.plan().range.buckets());
    task.lead = prepared.buckets.count() - answer_buckets;
    task.rolling = pass.shape.rolling ? std::max(1U, pass.shape.rolling_days) : 0;
    task.cumulative = pass.shape.cumulative;
    if (!prepared.cells->empty()) task.cells = &*prepared.cells;
    task.keep_buckets = pass.groups == nullptr && measure.unit == plan::Unit::kEvents &&
                        !pass.shape.rolling && !pass.shape.cumulative;
    if (pass.groups != nullptr) {
        task.groups = &pass.groups->of_cell;
        task.group_count = pass.groups->count();
    }
    task.row_conditions = prepared.row_conditions;
    task.frames = &run_.frames();
    task.capture = pass.capture;
    task.units = unit_count(prepared.unit, run_.frames());
}

Result<Scan> Trend::prepare(const plan::CellMeasure& measure, const Pass& pass,
                            Prepared& prepared) {
    FilterSet& filters = prepared.filters;
    TF_TRY(restrict(measure, filters, prepared.asked, prepared.row_conditions));
    const TimeMs from = prepared.buckets.from();
    const TimeMs to = prepared.buckets.to();
    TF_ASSIGN(prepared.task.bits, filters.add(measure.selector, from, to));
    TF_ASSIGN(RowCells cells, RowCells::make(run_, judge_, by_of(measure), prepared.unit, filters,
                                             measure.selector, from, to));
    prepared.cells.emplace(std::move(cells));
    const plan::Fact* property = measure.property ? &*measure.property : nullptr;
    TF_ASSIGN(Scan scan, filters.scan(property, prepared.cells->fact_cells(), &values_));
    scan.values = &values_;
    prepared.cells->set_up(scan);
    if (property != nullptr) {
        scan.numbers = {{Fetch::What::kProperty, property->columns, prepared.task.bits.match}};
    }
    if (!prepared.row_conditions.empty()) scan.want_persons = scan.want_acting = true;
    if (prepared.asked.size() != 0) {
        (prepared.unit == UnitKind::kNone ? scan.people : scan.units) = &prepared.asked;
    }
    scan.count_unattached =
        prepared.unit == UnitKind::kCustomer && pass.groups != nullptr && !pass.capture;
    prepared.task.values = &values_;
    prepared.task.cell_table = &cells_;
    fill_task(measure, pass, prepared);
    return scan;
}

Result<Trend::Counted> Trend::count(const plan::CellMeasure& measure, const Pass& pass) {
    Prepared prepared(run_, judge_, unit_of(measure, pass.capture.has_value()),
                      base_buckets(pass.shape));
    TF_ASSIGN(Scan scan, prepare(measure, pass, prepared));
    const std::uint64_t facts = scan.extra.size();
    const std::uint64_t attached = run_.cost().attached_events;
    TF_ASSIGN(const auto sinks, run_.scan<TrendSink>(std::move(scan), [&prepared] {
        return std::make_unique<TrendSink>(prepared.task);
    }));
    Counted counted;
    if (pass.capture) counted.captured = kernel::BitSet(prepared.task.units);
    for (const auto& sink : sinks) {
        if (pass.capture) counted.captured |= sink->captured();
        counted.counts.merge(sink->take());
    }
    counted.attached = run_.cost().attached_events - attached + facts;
    if (prepared.filters.derived()) {
        notes_.push_back("Users do the facts of customers they are inside: derived.");
    }
    if (counted.counts.too_many_samples) {
        return fail(ErrorCode::kTooLarge, "a median or percentile takes at most " +
                                              std::to_string(kSamplesMax) + " values");
    }
    return counted;
}

/// Rows of customers, less the events behind them: what several customers count of one event.
Result<std::uint64_t> Trend::overlap(const plan::CellMeasure& measure, const Shape& shape,
                                     const Counted& counted, const Groups& groups) {
    if (shape.rolling) {
        // Days before the range are looked at there, and no rows of totals.
        TF_ASSIGN(const Counted in_range,
                  count(measure, {.shape = {}, .groups = &groups, .capture = {}}));
        return in_range.counts.rows - std::min(in_range.counts.rows, in_range.attached);
    }
    return counted.counts.rows - std::min(counted.counts.rows, counted.attached);
}

Result<std::vector<Cell>> Trend::cell_sizes(const plan::TrendColumn& column) {
    const auto sizes_of = [&](const plan::CellMeasure& measure) -> Result<std::vector<Cell>> {
        // Rolling days before the range are looked at, so that their cells are known.
        TF_ASSIGN(Counted counted,
                  count(measure, {.shape = shape_of(column), .groups = nullptr, .capture = {}}));
        if (counted.counts.kept_buckets) ranked_.insert_or_assign(&measure, counted.counts);
        counted.counts.forget_buckets();
        std::vector<Cell> sizes;
        for (const std::uint64_t one : counted.counts.counts)
            sizes.emplace_back(static_cast<std::int64_t>(one));
        std::vector<CellNumbers>& numbers = counted.counts.numbers;
        TF_TRY(run_.for_each(numbers.size(), [&](std::size_t i) {
            sizes.push_back(numbers_cell(measure.aggregate, numbers[i]));
        }));
        return sizes;
    };
    TF_ASSIGN(std::vector<Cell> sizes, sizes_of(column.measure));
    if (!column.divided_by) return sizes;
    TF_ASSIGN(std::vector<Cell> divisors, sizes_of(*column.divided_by));
    sizes.resize(std::max(sizes.size(), divisors.size()));
    divisors.resize(sizes.size());
    for (std::size_t i = 0; i < sizes.size(); ++i)
        sizes[i] = divided(sizes[i], divisors[i]);
    return sizes;
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
        TF_ASSIGN(std::vector<Cell> sizes, cell_sizes(column));
        if (&column == &plan_.columns.front()) ranks = std::move(sizes);
    }
    notes_.clear();  // the counting says them again
    if (cells_.overflowed()) {
        notes_.push_back(fmt::format("More than {} cells: what came later is in one of them.",
                                     CellTable::kCellsMax));
    }
    std::vector<std::optional<double>> sizes;
    for (const Cell& one : ranks)
        sizes.push_back(as_number(one));
    TF_ASSIGN(RankedCells ranked, rank_cells(run_, sizes, by, values_, cells_));
    groups.labels = std::move(ranked.labels);
    groups.of_cell = std::move(ranked.of_cell);
    return groups;
}

/// The cells of units: counted per bucket of the answer already; cumulative ones are first seen in
/// theirs.
Result<std::vector<Cell>> Trend::unit_cells(const Shape& shape, const TrendCounts& counts,
                                            std::uint32_t groups) const {
    const std::size_t buckets = run_.plan().range.buckets();
    std::vector<Cell> cells;
    cells.reserve(groups * buckets);
    for (std::size_t group = 0; group < groups; ++group) {
        TF_TRY(run_.check_cancelled());
        std::uint64_t running = 0;
        for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
            const std::uint64_t count = counts.counts[group * buckets + bucket];
            running = shape.cumulative ? running + count : count;
            cells.emplace_back(static_cast<std::int64_t>(running));
        }
    }
    return cells;
}

/// The cells of what can be added up: of the base buckets that make a bucket of the answer.
Result<std::vector<Cell>> Trend::added_cells(const plan::CellMeasure& measure, const Shape& shape,
                                             const TrendCounts& counts,
                                             std::uint32_t groups) const {
    const std::size_t buckets = run_.plan().range.buckets();
    const std::size_t lead = shape.rolling && shape.rolling_days > 1 ? shape.rolling_days - 1 : 0;
    std::vector<Cell> cells;
    cells.reserve(groups * buckets);
    for (std::size_t group = 0; group < groups; ++group) {
        TF_TRY(run_.check_cancelled());
        const std::size_t base = group * (buckets + lead);
        std::uint64_t count = 0;
        CellNumbers numbers;
        for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
            if (!shape.cumulative) {
                count = 0;
                numbers = {};
            }
            for (std::size_t i = base + bucket; i <= base + bucket + lead; ++i) {
                if (is_of_property(measure)) {
                    numbers.merge(counts.numbers[i]);
                } else {
                    count += counts.counts[i];
                }
            }
            cells.push_back(is_of_property(measure) ? numbers_cell(measure.aggregate, numbers)
                                                    : Cell(static_cast<std::int64_t>(count)));
        }
    }
    return cells;
}

Result<Trend::Values> Trend::measure_values(const plan::CellMeasure& measure, const Shape& shape,
                                            const Groups& groups) {
    Counted counted;
    if (const auto ranked = ranked_.find(&measure); ranked != ranked_.end()) {
        counted.counts =
            ranked->second.by_group(groups.of_cell, groups.count(), is_of_property(measure));
        ranked_.erase(ranked);
    } else {
        TF_ASSIGN(counted, count(measure, {.shape = shape, .groups = &groups, .capture = {}}));
    }
    TF_TRY(note(measure, shape, counted, groups));
    TrendCounts& counts = counted.counts;
    const std::size_t size = std::size_t{groups.count()} * run_.plan().range.buckets();
    if (measure.unit != plan::Unit::kEvents)
        counts.counts.resize(std::max(size, counts.counts.size()));
    Values values;
    TF_ASSIGN(values.cells, measure.unit != plan::Unit::kEvents
                                ? unit_cells(shape, counts, groups.count())
                                : added_cells(measure, shape, counts, groups.count()));
    values.total = is_of_property(measure) ? numbers_cell(measure.aggregate, counts.total_numbers)
                                           : Cell(static_cast<std::int64_t>(counts.total));
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

Status Trend::note(const plan::CellMeasure& measure, const Shape& shape, const Counted& counted,
                   const Groups& groups) {
    const TrendCounts& counts = counted.counts;
    if (measure.unit == plan::Unit::kUsers && counts.unknown_units > 0) {
        notes_.push_back(fmt::format(
            "{} of {} users ({:.1f} %) are not known by a user id.", counts.unknown_units,
            counts.total,
            100.0 * static_cast<double>(counts.unknown_units) / static_cast<double>(counts.total)));
    }
    if (groups.ranked && counts.repeated > 0) {
        const bool customers =
            std::ranges::any_of(by_of(measure).items, [](const plan::Breakdown& item) {
                return item.kind == plan::Breakdown::Kind::kCustomer ||
                       (item.expression && speaks_of_customer(*item.expression));
            });
        notes_.push_back(fmt::format(
            "{} more by adding up the rows: an event of several {} counts in each of its rows, "
            "and once in totals.",
            counts.repeated, customers ? "customers" : "values"));
    }
    const bool all_events = plan_.where_of_customers.empty() &&
                            !FilterSet::is_of_unit(measure.selector) &&
                            measure.selector.first == ask::Selector::First::kNo;
    if (measure.unit == plan::Unit::kCustomers && all_events) {
        TF_ASSIGN(const std::uint64_t more, overlap(measure, shape, counted, groups));
        if (more > 0) {
            notes_.push_back(fmt::format(
                "{} more by adding up customers: an event of several customers counts for each, "
                "and once in totals.",
                more));
        }
    }
    return {};
}

Result<ask::Answer> Trend::answer() {
    TF_ASSIGN(const Groups groups, rank());
    const plan::Timeline& range = run_.plan().range;
    if (std::size_t{groups.count()} * range.buckets() > kTrendCellsMax) {
        return fail(ErrorCode::kTooLarge,
                    "the answer would have more than " + std::to_string(kTrendCellsMax) + " cells");
    }
    ask::Answer answer;
    const bool timed = range.every.has_value();
    if (timed) answer.columns.push_back({"time", ask::CellType::kTime, ""});
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
    TF_TRY(run_.for_each(range.buckets() * groups.count(), [&](std::size_t i) {
        const std::size_t bucket = i / groups.count();
        const std::size_t group = i % groups.count();
        std::vector<Cell> row;
        if (timed) row.emplace_back(ask::TimeLabel{range.labels[bucket]});
        for (const std::string& label : groups.labels[group])
            row.emplace_back(label);
        for (const Values& values : columns)
            row.push_back(values.cells[group * range.buckets() + bucket]);
        answer.rows.push_back(std::move(row));
    }));
    answer.totals.resize((timed ? 1 : 0) + by.items.size());
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
        if (found == labels.end() || !run_.plan().range.every) {
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
