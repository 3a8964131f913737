// SPDX-License-Identifier: Apache-2.0
// count and list: the units of one moment.
#include <algorithm>
#include <cmath>
#include <map>

#include "ask/print.h"
#include "oracle/answers.h"

namespace twofold::oracle {
namespace {

/// Wilson's interval of 95 %.
std::pair<double, double> wilson(double hits, double all) {
    constexpr double z = 1.959963984540054;
    const double share = hits / all;
    const double middle = share + z * z / (2 * all);
    const double spread = z * std::sqrt(share * (1 - share) / all + z * z / (4 * all * all));
    const double scale = 1 + z * z / all;
    return {(middle - spread) / scale, (middle + spread) / scale};
}

/// Over the units' numbers; money stays money.
Value aggregate(ask::Aggregate kind, const std::vector<Value>& values) {
    std::vector<double> numbers;
    std::optional<Amount> amount;
    for (const Value& value : values) {
        if (const auto* money = std::get_if<Amount>(&value.is)) {
            if (!amount || amount->currency.empty()) amount = *money;
        }
        if (number(value)) numbers.push_back(*number(value));
    }
    const std::optional<double> result = aggregate_of(kind, std::move(numbers));
    if (!result) return {};
    return amount ? Value{Amount{*result, amount->currency}} : Value{*result};
}

/// When the units are judged: at the world's moment, or at the end of each period.
std::vector<Period> moments_of(const Asked& asked) {
    const ask::Question& question = asked.question;
    if (!question.every || std::holds_alternative<ask::InTotal>(*question.every)) {
        return {{"", {}, asked.world.at, true}};
    }
    return periods_of(question, asked.judge, std::get<Interval>(*question.every));
}

void add_aggregates(const Asked& asked, const ask::Count& count, const std::vector<Subject>& units,
                    std::vector<ask::Cell>& row) {
    for (const ask::UnitAggregate& one : count.aggregates) {
        std::vector<Value> values;
        for (const Subject& unit : units)
            values.push_back(asked.judge.value(one.number, unit));
        row.push_back(cell(aggregate(one.aggregate, values)));
    }
}

std::vector<ask::Cell> count_row(const Asked& asked, const ask::Count& count,
                                 std::vector<Subject> units, const std::vector<Subject>* among) {
    std::vector<ask::Cell> row;
    if (among != nullptr) {
        const bool customers = count.counted == ask::Counted::kCustomers;
        const auto id = [&](const Subject& one) { return customers ? one.customer : one.user; };
        std::erase_if(units, [&](const Subject& unit) {
            return std::ranges::none_of(*among,
                                        [&](const Subject& one) { return id(one) == id(unit); });
        });
    }
    row.push_back(whole(units.size()));
    if (among != nullptr) {
        row.push_back(whole(among->size()));
        if (among->empty()) {
            row.resize(row.size() + 3);
        } else {
            const auto hits = static_cast<double>(units.size());
            const auto all = static_cast<double>(among->size());
            const auto [low, high] = wilson(hits, all);
            row.insert(row.end(), {ask::Cell{hits / all}, ask::Cell{low}, ask::Cell{high}});
        }
    }
    add_aggregates(asked, count, units, row);
    return row;
}

}  // namespace

std::optional<ask::Answer> count(const Asked& asked) {
    const ask::Question& question = asked.question;
    const auto& count = std::get<ask::Count>(question.kind);
    const bool customers = count.counted == ask::Counted::kCustomers;
    if (!customers && count.counted != ask::Counted::kUsers) return std::nullopt;
    if (question.by && (count.among || question.by->top)) return std::nullopt;
    const bool every = question.every && std::holds_alternative<Interval>(*question.every);
    ask::Answer answer;
    if (every) add_column(answer, "time");
    add_by_columns(answer, question);
    add_column(answer, "count");
    if (count.among) {
        add_column(answer, "of");
        for (const char* share : {"share", "low", "high"})
            add_column(answer, share, "share");
    }
    for (const ask::UnitAggregate& one : count.aggregates)
        add_column(answer, ask::print(one));
    for (const Period& period : moments_of(asked)) {
        const auto units = counted(asked, customers, period.moment, period.included,
                                   question.where ? &*question.where : nullptr);
        std::vector<Subject> among;
        if (count.among) {
            among = counted(asked, customers, period.moment, period.included,
                            count.among->where ? &*count.among->where : nullptr);
        }
        std::map<std::vector<std::string>, std::vector<Subject>> groups;
        if (!question.by) groups[{}] = units;
        for (const Subject& unit : question.by ? units : std::vector<Subject>{}) {
            for (const auto& cells : asked.judge.cells(*question.by, unit))
                groups[cells].push_back(unit);
        }
        for (const auto& [name, members] : groups) {
            std::vector<ask::Cell> row;
            if (every) row.emplace_back(ask::TimeLabel{period.label});
            row.insert(row.end(), name.begin(), name.end());
            const auto rest = count_row(asked, count, members, count.among ? &among : nullptr);
            row.insert(row.end(), rest.begin(), rest.end());
            answer.rows.push_back(std::move(row));
        }
    }
    return answer;
}

std::optional<ask::Answer> list(const Asked& asked) {
    const ask::Question& question = asked.question;
    const auto& list = std::get<ask::List>(question.kind);
    const bool customers = list.counted == ask::Counted::kCustomers;
    if (!customers && list.counted != ask::Counted::kUsers) return std::nullopt;
    if (!list.sort.empty() || list.limit) return std::nullopt;
    ask::Answer answer;
    add_column(answer, customers ? "customer" : "user");
    for (const ask::Column& column : list.show)
        add_column(answer, column.name.empty() ? ask::print(column.value) : column.name);
    for (const Subject& unit : counted(asked, customers, asked.world.at, true,
                                       question.where ? &*question.where : nullptr)) {
        std::vector<ask::Cell> row;
        row.emplace_back(customers
                             ? asked.world.customers[static_cast<std::size_t>(unit.customer)].id
                             : asked.world.people[static_cast<std::size_t>(unit.user)].id);
        for (const ask::Column& column : list.show)
            row.push_back(cell(asked.judge.value(column.value, unit)));
        answer.rows.push_back(std::move(row));
    }
    return answer;
}

}  // namespace twofold::oracle
