// SPDX-License-Identifier: Apache-2.0
#include "engine/count.h"

#include <algorithm>
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

Result<Count::Period> Count::look(const plan::Moment& moment) {
    Period period;
    Points points;
    points.moments = {moment};
    const frame::Snapshot& frames = run_.frames();
    if (run_.plan().unit == plan::Unit::kCustomers) {
        points.side = Points::Side::kCustomers;
        points.customers = customers_existing(frames, moment.instant());
    } else {
        points.users = users_existing(frames, moment.instant(), plan_.known_only);
    }
    if (plan_.among) {
        TF_ASSIGN(const kernel::BitSet among, judge_.holds(*plan_.among, points));
        points = points.pick(among);
    }
    period.held = kernel::BitSet(points.size(), true);
    if (plan_.where) {
        TF_ASSIGN(period.held, judge_.holds(*plan_.where, points));
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
    return period;
}

RankedCells Count::rank(const std::vector<Period>& periods) const {
    if (plan_.by.items.empty()) {
        RankedCells one;
        one.labels = {{}};
        return one;
    }
    std::vector<std::optional<double>> ranks(cells_.size());
    for (const Period& period : periods) {
        period.held.each([&](std::uint32_t i) {
            for (const std::uint32_t cell : period.cells.of(i))
                ranks[cell] = ranks[cell].value_or(0) + 1;
        });
    }
    return rank_cells(ranks, plan_.by, values_, cells_);
}

bool Count::in_group(const Period& period, std::uint32_t i, const RankedCells& ranked,
                     std::optional<std::uint32_t> group) const {
    if (!group || plan_.by.items.empty()) return true;
    return std::ranges::any_of(period.cells.of(i),
                               [&](std::uint32_t cell) { return ranked.of_cell[cell] == *group; });
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

std::vector<ask::Cell> Count::numbers_of(const Period& period, const RankedCells& ranked,
                                         std::optional<std::uint32_t> group) const {
    std::uint64_t count = 0;
    std::uint64_t of = 0;
    std::vector<std::vector<Value>> numbers(plan_.aggregates.size());
    std::uint32_t held_index = 0;
    for (std::uint32_t i = 0; i < period.among.size(); ++i) {
        const bool held = period.held.test(i);
        const std::uint32_t at = held_index;
        held_index += held ? 1 : 0;
        if (!in_group(period, i, ranked, group)) continue;
        ++of;
        if (!held) continue;
        ++count;
        for (std::size_t k = 0; k < numbers.size(); ++k)
            numbers[k].push_back(period.numbers[k][at]);
    }
    std::vector<ask::Cell> cells{static_cast<std::int64_t>(count)};
    if (plan_.has_among) {
        cells.emplace_back(static_cast<std::int64_t>(of));
        if (of == 0) {
            cells.insert(cells.end(), 3, std::monostate());
        } else {
            const stats::ShareInterval interval = stats::wilson_95(count, of);
            cells.emplace_back(static_cast<double>(count) / static_cast<double>(of));
            cells.emplace_back(interval.low);
            cells.emplace_back(interval.high);
        }
    }
    for (std::size_t k = 0; k < numbers.size(); ++k)
        cells.push_back(aggregate(plan_.aggregates[k], numbers[k]));
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

Result<ask::Answer> Count::answer() {
    std::vector<Period> periods;
    for (const plan::Moment& moment : moments()) {
        TF_TRY(run_.check_cancelled());
        TF_ASSIGN(Period period, look(moment));
        periods.push_back(std::move(period));
    }
    const RankedCells ranked = rank(periods);
    ask::Answer answer;
    answer.columns = columns();
    const bool timed = run_.plan().range.every.has_value();
    const std::size_t rows = timed ? run_.plan().range.buckets() : 1;
    for (std::size_t row = 0; row < rows; ++row) {
        // Where the question chose the moment, every period shows it.
        const Period& period = periods[std::min(row, periods.size() - 1)];
        for (std::uint32_t group = 0; group < ranked.count(); ++group) {
            std::vector<ask::Cell> cells;
            if (timed) cells.emplace_back(ask::TimeLabel{run_.plan().range.labels[row]});
            for (const std::string& label : ranked.labels[group])
                cells.emplace_back(label);
            std::ranges::move(numbers_of(period, ranked, group), std::back_inserter(cells));
            answer.rows.push_back(std::move(cells));
        }
    }
    if (!timed && !plan_.by.items.empty()) {
        answer.totals.resize(plan_.by.items.size());
        std::ranges::move(numbers_of(periods.front(), ranked, std::nullopt),
                          std::back_inserter(answer.totals));
        const Period& period = periods.front();
        std::uint64_t repeated = 0;
        period.held.each([&](std::uint32_t i) { repeated += period.cells.of(i).size() - 1; });
        if (repeated > 0) {
            answer.notes.push_back(std::to_string(repeated) + " " +
                                   std::string(plan::unit_name(run_.plan().unit)) +
                                   " more by adding up the rows: some fall into several, and once "
                                   "in totals.");
        }
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
    // The biggest cells are told from all periods, as in the answer itself.
    std::vector<Period> periods;
    for (const plan::Moment& moment : all) {
        TF_ASSIGN(Period period, look(moment));
        periods.push_back(std::move(period));
    }
    const RankedCells ranked = rank(periods);
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
    const Period& period = periods[std::min(row, periods.size() - 1)];
    const bool customers = run_.plan().unit == plan::Unit::kCustomers;
    opened.unit = run_.plan().unit;
    opened.units =
        kernel::BitSet(customers ? run_.frames().customer_count() : run_.frames().user_count());
    period.held.each([&](std::uint32_t i) {
        if (!in_group(period, i, ranked, group)) return;
        opened.units.set(customers ? period.among.customers[i] : period.among.users[i]);
    });
    return opened;
}

}  // namespace twofold::engine
