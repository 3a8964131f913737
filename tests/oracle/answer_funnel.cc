// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

#include "ask/print.h"
#include "oracle/answers.h"
#include "oracle/funnel.h"

namespace twofold::oracle {
namespace {

/// One unit's walks: what is true of the unit, and what of one attempt.
class UnitFunnel {
public:
    UnitFunnel(const Asked& asked, int user, int customer)
        : asked_(asked),
          funnel_(std::get<ask::Funnel>(asked.question.kind)),
          user_(user),
          customer_(customer),
          rows_(asked.judge.rows_of(user, customer)) {}

    Walk walk() const {
        const Range range = range_of(asked_.question, asked_.judge);
        const auto in_range = [range](const Event& event) {
            return event.time >= range.from && event.time < range.to;
        };
        FunnelRule rule;
        rule.window = funnel_.within.value_or(ask::kFunnelWindowDefault).ms();
        rule.order = funnel_.order;
        for (const ask::Selector& step : funnel_.steps) {
            rule.steps.push_back(fits(step, true));
            rule.matches.push_back(fits(step, false));
        }
        for (const ask::Exclusion& one : funnel_.excluding) {
            rule.excluding.push_back({fits(one.selector, false),
                                      static_cast<std::size_t>(one.from_step),
                                      static_cast<std::size_t>(one.to_step), one.ends_attempt});
        }
        rule.opens = [in_range](const Event& event, const Event&) { return in_range(event); };
        std::vector<const Event*> rows;
        for (const Event* event : rows_) {
            if (funnel_.entries_only || in_range(*event)) rows.push_back(event);
        }
        return best_walk(rows, rule);
    }

    /// What is judged, is judged at the entry; `event.x` speaks of each event.
    Subject subject(const Event& event, const Event& entry) const {
        Subject subject;
        subject.user = user_;
        subject.customer = customer_;
        subject.event = &event;
        subject.row = &entry;
        subject.dated = entry.time;
        subject.judged = entry.time;
        return subject;
    }

private:
    Fits fits(const ask::Selector& selector, bool is_step) const {
        return [this, &selector, is_step](const Event& event, const Event& entry) {
            if (!asked_.judge.matches(selector, event, rows_, customer_)) return false;
            if (funnel_.holding && is_step) {
                const ask::Expression held{*funnel_.holding, {}};
                const Value of_entry = asked_.judge.value(held, subject(entry, entry));
                if (!equal(of_entry, asked_.judge.value(held, subject(event, entry)))) return false;
            }
            return !asked_.question.where ||
                   asked_.judge.holds(*asked_.question.where, subject(event, entry));
        };
    }

    const Asked& asked_;
    const ask::Funnel& funnel_;
    int user_;
    int customer_;
    std::vector<const Event*> rows_;
};

/// What one step's event, or the unit at its entry, says of one part of the breakdown: of several
/// customers' values all.
std::vector<std::string> values_at(const Asked& asked, const UnitFunnel& unit, const Walk& walk,
                                   std::size_t step, const ask::Breakdown& item) {
    const ask::By one{{item}, std::nullopt, std::nullopt};
    std::vector<std::string> values;
    for (const auto& cells :
         asked.judge.cells(one, unit.subject(*walk.steps[step], *walk.steps.front()))) {
        values.push_back(cells.front());
    }
    return values;
}

/// A unit counts under one value: the first by name that is one.
std::string first_of(const std::vector<std::string>& values) {
    for (const std::string& value : values)
        if (value != "(none)") return value;
    return "(none)";
}

/// First touch: the first value on any step's event.
std::string touched(const Asked& asked, const UnitFunnel& unit, const Walk& walk,
                    const ask::Breakdown& item) {
    const ask::Touch touch = asked.question.by->touch.value_or(ask::Touch{});
    std::vector<std::size_t> order;
    for (std::size_t step = 0; step < walk.steps.size(); ++step) {
        const bool wanted = touch.kind != ask::Touch::Kind::kStep ||
                            step + 1 == static_cast<std::size_t>(touch.step);
        if (wanted) order.push_back(step);
    }
    if (touch.kind == ask::Touch::Kind::kLast) std::ranges::reverse(order);
    // What is no event's is the unit's, at its entry.
    if (!ask::print(item).contains("event.")) order = {0};
    for (const std::size_t step : order) {
        const std::string value = first_of(values_at(asked, unit, walk, step, item));
        if (value != "(none)") return value;
    }
    return "(none)";
}

/// The cells that a unit counts in: one, or with `every value` those of each of its steps.
std::set<std::vector<std::string>> cells_of(const Asked& asked, const UnitFunnel& unit,
                                            const Walk& walk) {
    if (!asked.question.by) return {{}};
    const ask::By& by = *asked.question.by;
    std::set<std::vector<std::string>> cells;
    if (!by.touch || by.touch->kind != ask::Touch::Kind::kEveryValue) {
        std::vector<std::string> one;
        for (const ask::Breakdown& item : by.items)
            one.push_back(touched(asked, unit, walk, item));
        return {one};
    }
    for (std::size_t step = 0; step < walk.steps.size(); ++step) {
        const auto firsts = values_at(asked, unit, walk, step, by.items.front());
        for (const std::string& first : firsts) {
            if (by.items.size() == 1) cells.insert({first});
            if (by.items.size() == 1) continue;
            for (const std::string& second : values_at(asked, unit, walk, step, by.items.back()))
                cells.insert({first, second});
        }
    }
    return cells;
}

/// As a person writes it; a name alone without its quotes. In any order step k is k of them.
std::string step_label(const ask::Funnel& funnel, std::size_t number) {
    if (funnel.order == ask::FunnelOrder::kAny) {
        return fmt::format("{} of {}", number + 1, funnel.steps.size());
    }
    const std::string text = ask::print(funnel.steps[number]);
    const bool name_alone = text.size() > 2 && text.find('"', 1) == text.size() - 1;
    return name_alone ? text.substr(1, text.size() - 2) : text;
}

std::vector<ask::Cell> step_row(const std::vector<Walk>& walks, std::size_t step) {
    const auto reached = [&](std::size_t number) {
        return static_cast<double>(std::ranges::count_if(
            walks, [&](const Walk& walk) { return walk.times.size() > number; }));
    };
    const double count = reached(step);
    std::vector<double> seconds;
    for (const Walk& walk : walks) {
        if (step == 0 || walk.times.size() <= step) continue;
        seconds.push_back(static_cast<double>(walk.times[step] - walk.times[step - 1]) / 1000);
    }
    const auto share = [&](double of) {
        return of == 0 ? std::nullopt : std::optional(count / of);
    };
    return {static_cast<std::int64_t>(count), cell(share(reached(0))),
            step == 0 ? ask::Cell{} : cell(share(reached(step - 1))),
            cell(aggregate_of(ask::Aggregate::kMedian, seconds)),
            cell(aggregate_of(ask::Aggregate::kAverage, seconds))};
}

}  // namespace

std::optional<ask::Answer> funnel(const Asked& asked) {
    const ask::Question& question = asked.question;
    const auto& funnel = std::get<ask::Funnel>(question.kind);
    if (funnel.times || funnel.entering) return std::nullopt;
    const bool customers = question.unit && question.unit->kind == ask::Unit::Kind::kCustomers;
    const std::size_t units = customers ? asked.world.customers.size() : asked.world.people.size();
    std::map<std::vector<std::string>, std::vector<Walk>> groups;
    if (!question.by) groups[{}] = {};
    for (std::size_t i = 0; i < units; ++i) {
        const int number = static_cast<int>(i);
        const UnitFunnel unit(asked, customers ? -1 : number, customers ? number : -1);
        const Walk walk = unit.walk();
        if (walk.times.empty()) continue;
        for (const auto& cells : cells_of(asked, unit, walk))
            groups[cells].push_back(walk);
    }
    ask::Answer answer;
    add_column(answer, "step");
    add_column(answer, "event");
    add_by_columns(answer, question);
    add_column(answer, "count");
    add_column(answer, "of_first", "share");
    add_column(answer, "of_previous", "share");
    add_column(answer, "median_seconds");
    add_column(answer, "average_seconds");
    for (std::size_t step = 0; step < funnel.steps.size(); ++step) {
        for (const auto& [name, walks] : groups) {
            std::vector<ask::Cell> row = {whole(step + 1), step_label(funnel, step)};
            row.insert(row.end(), name.begin(), name.end());
            const auto rest = step_row(walks, step);
            row.insert(row.end(), rest.begin(), rest.end());
            answer.rows.push_back(std::move(row));
        }
    }
    return answer;
}

}  // namespace twofold::oracle
