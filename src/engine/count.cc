// SPDX-License-Identifier: Apache-2.0
#include "engine/count.h"

#include <algorithm>
#include <fmt/format.h>
#include <utility>

#include "engine/answer_cells.h"
#include "kernel/samples.h"
#include "kernel/sum.h"
#include "stats/share.h"

namespace twofold::engine {
namespace {

using model::Value;

ask::Cell plain_cell(const Value& value) {
    if (value.type == model::ValueType::kInt) return value.integer;
    return value.number();
}

}  // namespace

std::vector<plan::Moment> Count::moments() const {
    const plan::Plan& plan = run_.plan();
    if (!plan.range.every || plan.judged) return {plan.moment};
    std::vector<plan::Moment> ends;
    for (std::size_t i = 0; i < plan.range.buckets(); ++i) {
        const TimeMs end = plan.range.bounds[i + 1];
        ends.push_back(end > plan.at ? plan::Moment::including(plan.at)
                                     : plan::Moment::end_of_period(end));
    }
    return ends;
}

Result<std::shared_ptr<const Count::Period>> Count::look(const plan::Moment& moment) {
    if (last_ != nullptr && last_moment_ == moment) return last_;
    auto made = std::make_shared<Period>();
    Period& period = *made;
    Points points;
    points.moments = {moment};
    if (run_.plan().unit == plan::Unit::kCustomers) {
        points.side = Points::Side::kCustomers;
        TF_ASSIGN(points.customers, customers_existing(run_, moment.instant()));
    } else {
        TF_ASSIGN(points.users, users_existing(run_, moment.instant(), plan_.known_only));
    }
    if (plan_.among) {
        TF_ASSIGN(const kernel::BitSet among, judge_.holds(*plan_.among, points));
        points = points.pick(among);
    }
    period.held = kernel::BitSet(points.size(), true);
    if (plan_.where) {
        TF_ASSIGN(period.held, judge_.holds(*plan_.where, points));
    }
    if (!plan_.has_among) {
        // Nobody asks about the others: they are in no cell.
        points = points.pick(period.held);
        period.held = kernel::BitSet(points.size(), true);
    }
    if (!plan_.by.items.empty()) {
        TF_ASSIGN(period.cells, cells_of_points(judge_, plan_.by, points, values_, cells_));
    }
    const Points held = points.pick(period.held);
    for (const plan::UnitAggregate& aggregate : plan_.aggregates) {
        TF_ASSIGN(std::vector<Value> numbers, judge_.values(aggregate.number, held));
        period.numbers.push_back(std::move(numbers));
    }
    period.among = std::move(points);
    last_ = std::move(made);
    last_moment_ = moment;
    return last_;
}

Result<RankedCells> Count::rank(const std::vector<plan::Moment>& moments) {
    if (plan_.by.items.empty()) {
        RankedCells one;
        one.labels = {{}};
        return one;
    }
    // The biggest cells are told from all periods. Periods are looked at twice rather than kept:
    // a year of days of two million users would not fit.
    std::vector<std::optional<double>> ranks;
    for (const plan::Moment& moment : moments) {
        TF_ASSIGN(const auto looked, look(moment));
        const Period& period = *looked;
        ranks.resize(cells_.size());
        TF_TRY(run_.for_each(period.held.size(), [&](std::size_t i) {
            if (!period.held.test(static_cast<std::uint32_t>(i))) return;
            for (const std::uint32_t cell : period.cells.of(i))
                ranks[cell] = ranks[cell].value_or(0) + 1;
        }));
    }
    return rank_cells(run_, ranks, plan_.by, values_, cells_);
}

std::vector<std::uint32_t> Count::groups_of(const Period& period, std::uint32_t i,
                                            const RankedCells& ranked) const {
    if (plan_.by.items.empty()) return {0};
    return ranked.rows_of(period.cells.of(i));
}

/// Of each group, and of all at the end.
Result<std::vector<Count::Tally>> Count::tally(const Period& period,
                                               const RankedCells& ranked) const {
    std::vector<Tally> tallies(ranked.count() + 1);
    for (Tally& tally : tallies)
        tally.numbers.resize(plan_.aggregates.size());
    std::uint32_t held_index = 0;
    const auto add = [&](Tally& tally, bool held) {
        ++tally.of;
        if (!held) return;
        ++tally.count;
        for (std::size_t k = 0; k < tally.numbers.size(); ++k)
            tally.numbers[k].push_back(period.numbers[k][held_index]);
    };
    TF_TRY(run_.for_each(period.among.size(), [&](std::size_t at) {
        const auto i = static_cast<std::uint32_t>(at);
        const bool held = period.held.test(i);
        for (const std::uint32_t group : groups_of(period, i, ranked))
            add(tallies[group], held);
        add(tallies.back(), held);
        held_index += held ? 1 : 0;
    }));
    return tallies;
}

ask::Cell Count::aggregate(const plan::UnitAggregate& aggregate,
                           const std::vector<Value>& values) const {
    const bool money = aggregate.number.meaning() == plan::Meaning::kMoney;
    const std::string& currency = run_.frames().currency();
    kernel::ExactSum sum;
    kernel::Samples samples;
    Value least;
    Value most;
    for (const Value& value : values) {
        if (!value.is_number()) continue;
        if (value.type == model::ValueType::kInt) {
            sum.add(value.integer);
        } else {
            sum.add(value.real);
        }
        samples.add(value.number());
        if (least.is_null() || value.number() < least.number()) least = value;
        if (most.is_null() || value.number() > most.number()) most = value;
    }
    if (aggregate.aggregate == ask::Aggregate::kSum) {
        if (money) {
            return sum.is_whole() ? money_cell(sum.whole(), currency)
                                  : money_cell(sum.value(), currency);
        }
        if (sum.is_whole()) return sum.whole();
        return sum.value();
    }
    if (samples.size() == 0) return std::monostate();
    const auto shown = [&](double number) -> ask::Cell {
        if (money) return money_cell(number, currency);
        return number;
    };
    const auto end = [&](const Value& value) -> ask::Cell {
        return money ? money_cell(value.number(), currency) : plain_cell(value);
    };
    if (aggregate.aggregate == ask::Aggregate::kMin) return end(least);
    if (aggregate.aggregate == ask::Aggregate::kMax) return end(most);
    if (aggregate.aggregate == ask::Aggregate::kMedian) return shown(samples.median());
    if (aggregate.aggregate == ask::Aggregate::kP90) return shown(samples.percentile(0.9));
    return shown(sum.value() / static_cast<double>(samples.size()));
}

std::vector<ask::Cell> Count::shown(const Tally& tally) const {
    std::vector<ask::Cell> cells{static_cast<std::int64_t>(tally.count)};
    if (plan_.has_among) {
        cells.emplace_back(static_cast<std::int64_t>(tally.of));
        if (tally.of == 0) {
            cells.insert(cells.end(), 3, std::monostate());
        } else {
            const stats::ShareInterval interval = stats::wilson_95(tally.count, tally.of);
            cells.emplace_back(static_cast<double>(tally.count) / static_cast<double>(tally.of));
            cells.emplace_back(interval.low);
            cells.emplace_back(interval.high);
        }
    }
    for (std::size_t k = 0; k < tally.numbers.size(); ++k)
        cells.push_back(aggregate(plan_.aggregates[k], tally.numbers[k]));
    return cells;
}

std::vector<ask::AnswerColumn> Count::columns() const {
    std::vector<ask::AnswerColumn> columns;
    const std::string unit(plan::unit_name(run_.plan().unit));
    if (run_.plan().range.every) columns.push_back({"time", ask::CellType::kTime, ""});
    for (const plan::Breakdown& item : plan_.by.items)
        columns.push_back({item.text, ask::CellType::kText, ""});
    columns.push_back({"count", ask::CellType::kInteger, unit});
    if (plan_.has_among) {
        columns.push_back({"of", ask::CellType::kInteger, unit});
        for (const char* name : {"share", "low", "high"})
            columns.push_back({name, ask::CellType::kNumber, "share"});
    }
    for (const plan::UnitAggregate& aggregate : plan_.aggregates) {
        const bool money = aggregate.number.meaning() == plan::Meaning::kMoney;
        columns.push_back({aggregate.text, money ? ask::CellType::kMoney : ask::CellType::kNumber,
                           money ? run_.frames().currency() : std::string()});
    }
    return columns;
}

void Count::add_totals(const Period& period, const Tally& total, ask::Answer& answer) const {
    answer.totals.resize(plan_.by.items.size());
    std::ranges::move(shown(total), std::back_inserter(answer.totals));
    std::uint64_t repeated = 0;
    period.held.each([&](std::uint32_t i) { repeated += period.cells.of(i).size() - 1; });
    if (repeated == 0) return;
    answer.notes.push_back(
        fmt::format("{} {} more by adding up the rows: some fall into several, and once in totals.",
                    repeated, plan::unit_name(run_.plan().unit)));
}

Result<ask::Answer> Count::answer() {
    const std::vector<plan::Moment> all = moments();
    TF_ASSIGN(const RankedCells ranked, rank(all));
    ask::Answer answer;
    answer.columns = columns();
    const bool timed = run_.plan().range.every.has_value();
    const std::size_t rows = timed ? run_.plan().range.buckets() : 1;
    for (std::size_t row = 0; row < rows; ++row) {
        TF_TRY(run_.check_cancelled());
        // Where the question chose the moment, every period shows it.
        TF_ASSIGN(const auto looked, look(all[std::min(row, all.size() - 1)]));
        const Period& period = *looked;
        TF_ASSIGN(const std::vector<Tally> tallies, tally(period, ranked));
        for (std::uint32_t group = 0; group < ranked.count(); ++group) {
            TF_TRY(run_.check_cancelled());
            std::vector<ask::Cell> cells;
            if (timed) cells.emplace_back(ask::TimeLabel{run_.plan().range.labels[row]});
            for (const std::string& label : ranked.labels[group])
                cells.emplace_back(label);
            std::ranges::move(shown(tallies[group]), std::back_inserter(cells));
            answer.rows.push_back(std::move(cells));
        }
        if (!timed && !plan_.by.items.empty()) add_totals(period, tallies.back(), answer);
    }
    const bool money = std::ranges::any_of(plan_.aggregates, [](const auto& aggregate) {
        return aggregate.number.meaning() == plan::Meaning::kMoney;
    });
    if (money) note_foreign_money(run_.frames(), answer.notes);
    return answer;
}

Result<Opened> Count::open(const OpenRequest& request) {
    if (request.step || request.dropped) {
        return fail(ErrorCode::kInvalid, "a count has no steps; open {} or {\"by\":[…]}");
    }
    const std::vector<plan::Moment> all = moments();
    std::size_t row = 0;
    Opened opened;
    if (request.time) {
        const auto& labels = run_.plan().range.labels;
        const auto found = std::ranges::find(labels, *request.time);
        if (!run_.plan().range.every || found == labels.end()) {
            return fail(ErrorCode::kNotFound, "the answer has no such time: " + *request.time);
        }
        row = static_cast<std::size_t>(found - labels.begin());
        opened.what = *request.time;
    } else if (run_.plan().range.every) {
        return fail(ErrorCode::kInvalid, "say which period to open: {\"time\":\"…\"}");
    }
    TF_ASSIGN(const RankedCells ranked, rank(all));
    std::optional<std::uint32_t> group;
    if (request.by) {
        const auto found = std::ranges::find(ranked.labels, *request.by);
        if (plan_.by.items.empty() || found == ranked.labels.end()) {
            return fail(ErrorCode::kNotFound,
                        "the answer has no such cell: " + request.by->front());
        }
        group = static_cast<std::uint32_t>(found - ranked.labels.begin());
        for (const std::string& label : *request.by)
            opened.what += (opened.what.empty() ? "" : ", ") + label;
    }
    TF_ASSIGN(const auto looked, look(all[std::min(row, all.size() - 1)]));
    const Period& period = *looked;
    const bool customers = run_.plan().unit == plan::Unit::kCustomers;
    opened.unit = run_.plan().unit;
    opened.units =
        kernel::BitSet(customers ? run_.frames().customer_count() : run_.frames().user_count());
    TF_TRY(run_.for_each(period.held.size(), [&](std::size_t at) {
        const auto i = static_cast<std::uint32_t>(at);
        if (!period.held.test(i)) return;
        const std::vector<std::uint32_t> groups = groups_of(period, i, ranked);
        if (group && std::ranges::find(groups, *group) == groups.end()) return;
        opened.units.set(customers ? period.among.customers[i] : period.among.users[i]);
    }));
    return opened;
}

}  // namespace twofold::engine
