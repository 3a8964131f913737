// SPDX-License-Identifier: Apache-2.0
#include "engine/retention.h"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

#include "engine/in_order.h"
#include "engine/row_cells.h"

namespace twofold::engine {
namespace {

/// Whether rows alone do not tell it as of their time.
bool is_judged_together(const plan::Mentions& found) {
    return found.behaviour || found.lift;
}

plan::Mentions mentions_of(const plan::Breakdown& item) {
    plan::Mentions found;
    if (item.expression) found = plan::mentions(*item.expression);
    if (item.condition) found = plan::mentions(*item.condition);
    for (const plan::Condition& segment : item.segments) {
        const plan::Mentions one = plan::mentions(segment);
        found.behaviour |= one.behaviour;
        found.lift |= one.lift;
        found.dated |= one.dated;
        found.event |= one.event;
    }
    return found;
}

void add_list(CellLists& lists, std::span<const std::uint32_t> list) {
    lists.begins.push_back(static_cast<std::uint32_t>(lists.cells.size()));
    lists.cells.insert(lists.cells.end(), list.begin(), list.end());
}

/// After the last one.
void end_lists(CellLists& lists) {
    lists.begins.push_back(static_cast<std::uint32_t>(lists.cells.size()));
}

}  // namespace

/// The filters of one scan, and whom it is about.
struct Retention::Set {
    Set(Run& run, Judge& judge, UnitKind unit) : filters(run, judge, unit) {}
    FilterSet filters;
    kernel::BitSet asked;  // size 0: everyone
};

UnitKind Retention::unit() const {
    return run_.plan().unit == plan::Unit::kCustomers ? UnitKind::kCustomer : UnitKind::kUser;
}

std::uint32_t Retention::cohorts() const {
    return static_cast<std::uint32_t>(run_.plan().range.buckets());
}

TimeMs Retention::backs_from() const {
    // Where the same rows start and come back, they are read once.
    if (is_one_scan()) return run_.plan().range.from;
    return plan_.rolling > 0 ? run_.plan().range.from + plan_.rolling
                             : plan_.periods[std::min<std::size_t>(1, plan_.periods.size() - 2)];
}

TimeMs Retention::backs_until() const {
    TimeMs until = plan_.periods.back();
    if (plan_.rolling > 0) {
        until = run_.plan().range.to + plan_.rolling * (TimeMs{plan_.columns} + 1);
        if (plan_.on_or_after) until = run_.hidden_from();
    }
    return std::min(until, run_.hidden_from());
}

/// What lies behind the last column is told apart only where it is counted period by period.
std::vector<TimeMs> Retention::period_bounds() const {
    std::vector<TimeMs> bounds = plan_.periods;
    const std::size_t needed = std::size_t{cohorts()} + plan_.columns;
    if (plan_.times == 1 && bounds.size() > needed + 2) {
        bounds.resize(needed + 1);
        bounds.push_back(plan_.periods.back());
    }
    return bounds;
}

kernel::RetentionRules Retention::rules() const {
    return {.cohorts = cohorts(),
            .columns = plan_.columns,
            .every_start = plan_.every_start,
            .on_or_after = plan_.on_or_after,
            .times = plan_.times,
            .same_rows = is_one_scan()};
}

/// Takes the conditions on units apart by when they are judged.
Status Retention::sort_conditions() {
    plan::All at_start;
    for (const plan::Condition& condition : plan_.where.of_units) {
        const plan::Mentions found = plan::mentions(condition);
        if (run_.plan().judged || (!found.dated && !is_judged_together(found))) {
            once_.push_back(&condition);
        } else if (is_judged_together(found)) {
            among_starts_.push_back(&condition);
        } else {
            at_start.parts.push_back(condition);
        }
    }
    if (!at_start.parts.empty()) at_start_ = plan::Condition{std::move(at_start), {}};
    return {};
}

bool Retention::is_one_scan() const {
    return plan_.same_selector && plan_.start.first == ask::Selector::First::kNo &&
           plan_.times == 1 && plan_.rolling == 0 && plan_.by.items.empty() && !at_start_ &&
           among_starts_.empty();
}

/// What rows do not tell is judged for all starts together, and with it all that is no event's:
/// so that two parts that speak of a customer speak of the same one.
Status Retention::split_breakdown() {
    for (const plan::Breakdown& item : plan_.by.items) {
        const plan::Mentions found = mentions_of(item);
        if (found.event && (is_judged_together(found) || (found.dated && run_.plan().judged))) {
            return fail(
                ErrorCode::kInvalid,
                "this version does not answer, both of the event and of its unit: by " + item.text);
        }
    }
    const auto together = [this](const plan::Breakdown& item) {
        return is_judged_together(mentions_of(item)) ||
               (run_.plan().judged && !mentions_of(item).event);
    };
    if (std::ranges::none_of(plan_.by.items, together)) {
        of_rows_ = plan_.by;
        return {};
    }
    for (const plan::Breakdown& item : plan_.by.items)
        (mentions_of(item).event ? of_rows_ : of_points_).items.push_back(item);
    points_first_ = !mentions_of(plan_.by.items.front()).event;
    return {};
}

Status Retention::require(Set& set) {
    for (const plan::Condition& condition : plan_.where.of_events)
        TF_TRY(set.filters.require(condition));
    const auto side =
        unit() == UnitKind::kCustomer ? Points::Side::kCustomers : Points::Side::kUsers;
    for (const plan::Condition* condition : once_) {
        TF_ASSIGN(const auto bits, judge_.everyone(*condition, side));
        if (set.asked.size() == 0) {
            set.asked = *bits;
        } else {
            set.asked &= *bits;
        }
    }
    return {};
}

Result<SelectorBits> Retention::add_starts(Set& set) {
    const plan::Timeline& range = run_.plan().range;
    const TimeMs to = std::min(range.to, run_.hidden_from());
    TF_ASSIGN(SelectorBits bits, set.filters.add(plan_.start, range.from, to));
    if (at_start_) {
        TF_ASSIGN(bits.match, set.filters.add_narrowed({*at_start_, plan_.start, range.from, to}));
    }
    return bits;
}

Points Retention::points_of(std::span<const FunnelEntry> entries) const {
    Points points;
    const bool customers = unit() == UnitKind::kCustomer;
    points.side = customers ? Points::Side::kCustomers : Points::Side::kUsers;
    for (const FunnelEntry& entry : entries) {
        (customers ? points.customers : points.users).push_back(entry.unit);
        if (!customers) points.acting.push_back(entry.acting == 0 ? kNobody : entry.acting - 1);
        points.moments.push_back(plan::Moment::including(entry.time));
    }
    if (run_.plan().judged) {
        points.moments = {run_.plan().moment};
        points.acting.clear();
    }
    return points;
}

/// All that could be starts, and of them those for which the conditions hold.
Result<std::vector<FunnelEntry>> Retention::allowed_starts() {
    Set set(run_, judge_, unit());
    TF_TRY(require(set));
    TF_ASSIGN(const SelectorBits bits, add_starts(set));
    TF_ASSIGN(Scan scan, set.filters.scan());
    if (set.asked.size() != 0) scan.units = &set.asked;
    scan.want_acting = unit() == UnitKind::kUser;
    TF_ASSIGN(const auto sinks, run_.scan<EntrySink>(std::move(scan), [&bits] {
        return std::make_unique<EntrySink>(std::vector{bits});
    }));
    std::vector<FunnelEntry> allowed;
    bool too_many = false;
    for (const auto& sink : sinks) {
        too_many |= sink->too_many();
        const std::vector<FunnelEntry> taken = sink->take();
        allowed.insert(allowed.end(), taken.begin(), taken.end());
    }
    if (too_many || allowed.size() > kEntriesMax) {
        return fail(ErrorCode::kTooLarge,
                    "more events that could be a start than one retention judges: " +
                        std::to_string(kEntriesMax));
    }
    TF_TRY(sort_all(run_, allowed));
    const auto repeated = std::ranges::unique(allowed);
    allowed.erase(repeated.begin(), repeated.end());
    for (const plan::Condition* condition : among_starts_) {
        TF_ASSIGN(const kernel::BitSet held, judge_.holds(*condition, points_of(allowed)));
        std::vector<FunnelEntry> left;
        held.each([&](std::uint32_t i) { left.push_back(allowed[i]); });
        allowed = std::move(left);
    }
    return allowed;
}

Result<RetentionStarts> Retention::read_starts() {
    std::vector<FunnelEntry> allowed;
    if (!among_starts_.empty()) {
        TF_ASSIGN(allowed, allowed_starts());
    }
    Set set(run_, judge_, unit());
    TF_TRY(require(set));
    const plan::Timeline& range = run_.plan().range;
    StartTask task;
    TF_ASSIGN(task.bits, add_starts(set));
    TF_ASSIGN(const RowCells cells, RowCells::make(run_, judge_, of_rows_, unit(), set.filters,
                                                   plan_.start, range.from, range.to));
    TF_ASSIGN(Scan scan, set.filters.scan(nullptr, cells.fact_cells(), &values_));
    scan.values = &values_;
    cells.set_up(scan);
    for (Fetch& fetch : scan.cells)
        fetch.filters = task.bits.match;
    // The first one counts, also of several at one instant.
    scan.ordered = true;
    if (task.bits.track == 0 && cells.empty()) scan.instants = Scan::Instants::kAny;
    scan.want_acting |= unit() == UnitKind::kUser && !of_points_.items.empty();
    if (set.asked.size() != 0) scan.units = &set.asked;
    const kernel::Buckets buckets(range.bounds);
    task.cohorts = &buckets;
    task.every_start = plan_.every_start;
    if (!among_starts_.empty()) task.allowed = &allowed;
    if (!cells.empty()) task.cells = &cells;
    task.values = &values_;
    task.cell_table = of_points_.items.empty() ? &cells_ : &cells_of_rows_;
    TF_ASSIGN(const auto sinks, run_.scan<StartSink>(std::move(scan), [&task] {
        return std::make_unique<StartSink>(task);
    }));
    derived_ |= set.filters.derived();
    RetentionStarts read = StartSink::collect(sinks);
    const bool too_many =
        std::ranges::any_of(sinks, [](const auto& sink) { return sink->too_many(); });
    if (too_many || read.starts.size() > kStartsMax) {
        return fail(ErrorCode::kTooLarge,
                    "more starts than one retention keeps: " + std::to_string(kStartsMax));
    }
    return read;
}

/// The cells of each start, of the whole breakdown.
Result<CellLists> Retention::cells_of(const RetentionStarts& read) {
    const auto cells_of_row = [&read](std::size_t i) {
        const RetentionStart& start = read.starts[i];
        return std::span(read.cells).subspan(start.cells_begin, start.cells_count);
    };
    CellLists lists;
    if (of_points_.items.empty()) {
        TF_TRY(run_.for_each(read.starts.size(),
                             [&](std::size_t i) { add_list(lists, cells_of_row(i)); }));
        end_lists(lists);
        return lists;
    }
    std::vector<FunnelEntry> entries;
    for (const RetentionStart& start : read.starts)
        entries.push_back({start.unit, start.time, start.acting});
    CellTable partial;
    CellTable& cells_of_points_alone = of_rows_.items.empty() ? cells_ : partial;
    TF_ASSIGN(const CellLists points, cells_of_points(judge_, of_points_, points_of(entries),
                                                      values_, cells_of_points_alone));
    if (of_rows_.items.empty()) return points;
    CellFinder finder(values_, cells_);
    std::vector<std::uint32_t> both;
    TF_TRY(run_.for_each(read.starts.size(), [&](std::size_t i) {
        both.clear();
        for (const std::uint32_t row : cells_of_row(i)) {
            for (const std::uint32_t point : points.of(i)) {
                const std::uint32_t by_row = cells_of_rows_.key(row).first;
                const std::uint32_t by_point = partial.key(point).first;
                both.push_back(points_first_ ? finder.cell({by_point, by_row})
                                             : finder.cell({by_row, by_point}));
            }
        }
        add_list(lists, both);
    }));
    end_lists(lists);
    return lists;
}

Status Retention::break_down(const RetentionStarts& read, Starts& starts) {
    TF_ASSIGN(const CellLists cells, cells_of(read));
    // How big: units, each once.
    std::vector<std::optional<double>> ranks;
    std::vector<std::uint32_t> last;
    TF_TRY(run_.for_each(read.starts.size(), [&](std::size_t i) {
        for (const std::uint32_t cell : cells.of(i)) {
            if (cell >= ranks.size()) {
                ranks.resize(cell + 1);
                last.resize(cell + 1, std::numeric_limits<std::uint32_t>::max());
            }
            if (last[cell] == read.starts[i].unit) continue;
            last[cell] = read.starts[i].unit;
            ranks[cell] = ranks[cell].value_or(0) + 1;
        }
    }));
    TF_ASSIGN(starts.ranked, rank_cells(run_, ranks, plan_.by, values_, cells_));
    if (cells_.overflowed()) {
        notes_.push_back(fmt::format("More than {} cells: what came later is in one of them.",
                                     CellTable::kCellsMax));
    }
    std::vector<std::uint32_t> groups;
    TF_TRY(run_.for_each(read.starts.size(), [&](std::size_t i) {
        groups.clear();
        for (const std::uint32_t cell : cells.of(i)) {
            const std::uint32_t group = starts.ranked.of_cell[cell];
            if (std::ranges::find(groups, group) == groups.end()) groups.push_back(group);
        }
        add_list(starts.groups, groups);
    }));
    end_lists(starts.groups);
    return {};
}

Result<Retention::Starts> Retention::starts() {
    TF_TRY(sort_conditions());
    TF_TRY(split_breakdown());
    Starts starts;
    starts.ranked.labels = {{}};
    if (is_one_scan()) return starts;
    TF_ASSIGN(RetentionStarts read, read_starts());
    if (!plan_.by.items.empty()) TF_TRY(break_down(read, starts));
    starts.all = std::move(read.starts);
    return starts;
}

Result<Retention::Counted> Retention::count(const Starts& starts, const RetentionCapture* capture) {
    Set set(run_, judge_, unit());
    TF_TRY(require(set));
    RetentionTask task;
    TF_ASSIGN(task.back, set.filters.add(plan_.back, backs_from(), backs_until()));
    const bool customers = unit() == UnitKind::kCustomer;
    if (customers && !plan_.same_selector) {
        // For the cost line: what starts and belongs to nobody.
        const plan::Timeline& range = run_.plan().range;
        TF_TRY(set.filters.add(plan_.start, range.from, range.to));
    }
    TF_ASSIGN(Scan scan, set.filters.scan());
    scan.count_unattached = customers && capture == nullptr;
    scan.ordered |= plan_.times > 1;
    kernel::BitSet started;
    if (is_one_scan()) {
        if (set.asked.size() != 0) scan.units = &set.asked;
    } else {
        started = kernel::BitSet(unit_count(unit(), run_.frames()));
        for (const RetentionStart& start : starts.all)
            started.set(start.unit);
        scan.units = &started;
        task.starts = &starts.all;
    }
    task.rules = rules();
    const kernel::Buckets periods(period_bounds());
    task.periods = &periods;
    task.rolling = plan_.rolling;
    if (!plan_.by.items.empty()) task.groups = &starts.groups;
    task.group_count = starts.ranked.count();
    task.frames = &run_.frames();
    task.capture = capture;
    task.units = unit_count(unit(), run_.frames());
    TF_ASSIGN(const auto sinks, run_.scan<RetentionSink>(std::move(scan), [&task] {
        return std::make_unique<RetentionSink>(task);
    }));
    derived_ |= set.filters.derived();
    Counted counted;
    if (capture != nullptr) counted.captured = kernel::BitSet(task.units);
    for (const auto& sink : sinks) {
        if (capture != nullptr) counted.captured |= sink->captured();
        counted.outcome.merge(sink->outcome());
    }
    return counted;
}

TimeMs Retention::period_begin(std::uint32_t cohort, std::uint32_t column) const {
    if (plan_.rolling > 0) return run_.plan().range.bounds[cohort] + column * plan_.rolling;
    const std::size_t period = std::size_t{cohort} + column;
    return period < plan_.periods.size() ? plan_.periods[period] : kEndOfTime;
}

TimeMs Retention::period_end(std::uint32_t cohort, std::uint32_t column) const {
    if (plan_.rolling == 0) return period_begin(cohort, column + 1);
    return run_.plan().range.bounds[cohort + 1] + (TimeMs{column} + 1) * plan_.rolling;
}

bool Retention::has_begun(std::uint32_t cohort, std::uint32_t column) const {
    return period_begin(cohort, column) <= run_.plan().at;
}

bool Retention::is_over(std::uint32_t cohort, std::uint32_t column) const {
    return period_end(cohort, column) <= run_.hidden_from();
}

void Retention::add_row(ask::Answer& answer, ask::Cell cohort,
                        const std::vector<std::string>& labels, std::uint32_t column,
                        std::uint64_t size, std::optional<std::uint64_t> count) const {
    std::vector<ask::Cell> row{std::move(cohort)};
    for (const std::string& label : labels)
        row.emplace_back(label);
    row.emplace_back(static_cast<std::int64_t>(size));
    row.emplace_back(std::int64_t{column});
    row.push_back(count ? ask::Cell(static_cast<std::int64_t>(*count)) : ask::Cell());
    row.push_back(count && size > 0
                      ? ask::Cell(static_cast<double>(*count) / static_cast<double>(size))
                      : ask::Cell());
    answer.rows.push_back(std::move(row));
}

void Retention::add_rows(ask::Answer& answer, const Starts& starts,
                         const kernel::RetentionCounts& counts) const {
    const auto& labels = starts.ranked.labels;
    const std::size_t all = cohorts();
    for (std::uint32_t cohort = 0; cohort < all; ++cohort) {
        const ask::TimeLabel name{run_.plan().range.labels[cohort]};
        for (std::uint32_t group = 0; group < labels.size(); ++group) {
            const std::size_t row = group * all + cohort;
            for (std::uint32_t column = 0; column <= plan_.columns; ++column) {
                std::optional<std::uint64_t> count;
                if (has_begun(cohort, column)) count = counts.at(row, column);
                add_row(answer, name, labels[group], column, counts.at(row, 0), count);
            }
        }
    }
    for (std::uint32_t group = 0; group < labels.size(); ++group) {
        for (std::uint32_t column = 0; column <= plan_.columns; ++column) {
            std::uint64_t size = 0;
            std::uint64_t count = 0;
            for (std::uint32_t cohort = 0; cohort < all; ++cohort) {
                if (!is_over(cohort, column)) continue;
                size += counts.at(group * all + cohort, 0);
                count += counts.at(group * all + cohort, column);
            }
            add_row(answer, std::string(kAverageLabel), labels[group], column, size, count);
        }
    }
}

void Retention::note(const RetentionOutcome& outcome) {
    if (derived_) notes_.push_back("Users do the facts of customers they are inside: derived.");
    if (outcome.unknown > 0) {
        notes_.push_back(fmt::format(
            "{} of {} users ({:.1f} %) are not known by a user id.", outcome.unknown, outcome.units,
            100.0 * static_cast<double>(outcome.unknown) / static_cast<double>(outcome.units)));
    }
    if (outcome.repeated > 0) {
        notes_.push_back(fmt::format(
            "{} more by adding up the rows: a start of several values counts in each of its rows, "
            "and once in totals.",
            outcome.repeated));
    }
}

Result<ask::Answer> Retention::answer() {
    TF_ASSIGN(const Starts starts, this->starts());
    const std::size_t rows =
        (std::size_t{cohorts()} + 1) * starts.ranked.count() * (std::size_t{plan_.columns} + 1);
    if (rows > kRetentionRowsMax) {
        return fail(ErrorCode::kTooLarge, "the answer would have more than " +
                                              std::to_string(kRetentionRowsMax) + " rows");
    }
    TF_ASSIGN(const Counted counted, count(starts, nullptr));
    const std::string unit(plan::unit_name(run_.plan().unit));
    ask::Answer answer;
    answer.columns.push_back({"cohort", ask::CellType::kTime, ""});
    for (const plan::Breakdown& item : plan_.by.items)
        answer.columns.push_back({item.text, ask::CellType::kText, ""});
    answer.columns.push_back({"size", ask::CellType::kInteger, unit});
    answer.columns.push_back({"period", ask::CellType::kInteger, ""});
    answer.columns.push_back({"count", ask::CellType::kInteger, unit});
    answer.columns.push_back({"rate", ask::CellType::kNumber, "share"});
    add_rows(answer, starts, counted.outcome.counts);
    answer.totals.resize(answer.columns.size());
    answer.totals[1 + plan_.by.items.size()] = static_cast<std::int64_t>(counted.outcome.units);
    note(counted.outcome);
    answer.notes = notes_;
    return answer;
}

Result<RetentionCapture> Retention::capture_of(const OpenRequest& request, const Starts& starts,
                                               std::string& what) const {
    const std::int64_t period = request.period.value_or(0);
    if (request.step || request.time) {
        return fail(ErrorCode::kInvalid,
                    "retention has cohorts and periods; open {\"cohort\":…,\"period\":3}");
    }
    if (period < 0 || period > plan_.columns) {
        return fail(ErrorCode::kNotFound,
                    fmt::format("the answer has the periods 0 to {}: {}", plan_.columns, period));
    }
    if (request.dropped && period == 0) {
        return fail(ErrorCode::kInvalid, "all of a cohort are in its period 0");
    }
    RetentionCapture capture;
    capture.column = static_cast<std::uint32_t>(period);
    capture.dropped = request.dropped;
    capture.cohorts.assign(cohorts(), 0);
    if (!request.cohort || request.cohort == kAverageLabel) {
        for (std::uint32_t cohort = 0; cohort < cohorts(); ++cohort) {
            const bool in = request.cohort ? is_over(cohort, capture.column)
                                           : has_begun(cohort, capture.column);
            capture.cohorts[cohort] = in ? 1 : 0;
        }
    } else {
        const auto& labels = run_.plan().range.labels;
        const auto found = std::ranges::find(labels, *request.cohort);
        if (found == labels.end()) {
            return fail(ErrorCode::kNotFound, "the answer has no such cohort: " + *request.cohort);
        }
        const auto cohort = static_cast<std::uint32_t>(found - labels.begin());
        if (!has_begun(cohort, capture.column)) {
            return fail(
                ErrorCode::kNotFound,
                fmt::format("period {} of this cohort has not begun: {}", period, *request.cohort));
        }
        capture.cohorts[cohort] = 1;
    }
    what = fmt::format("{}, period {}{}", request.cohort.value_or("all cohorts"), period,
                       request.dropped ? ", dropped" : "");
    if (request.by) {
        const auto found = std::ranges::find(starts.ranked.labels, *request.by);
        if (plan_.by.items.empty() || found == starts.ranked.labels.end()) {
            return fail(ErrorCode::kNotFound,
                        "the answer has no such cell: " + request.by->front());
        }
        capture.group = static_cast<std::uint32_t>(found - starts.ranked.labels.begin());
        for (const std::string& label : *request.by)
            what += ", " + label;
    }
    return capture;
}

Result<Opened> Retention::open(const OpenRequest& request) {
    TF_ASSIGN(const Starts starts, this->starts());
    Opened opened;
    TF_ASSIGN(const RetentionCapture capture, capture_of(request, starts, opened.what));
    TF_ASSIGN(Counted counted, count(starts, &capture));
    opened.unit = run_.plan().unit;
    opened.units = std::move(counted.captured);
    return opened;
}

}  // namespace twofold::engine
