// SPDX-License-Identifier: Apache-2.0
#include "oracle/oracle.h"

#include <cmath>
#include <set>

#include "ask/print.h"
#include "base/check.h"
#include "base/currency.h"
#include "oracle/answers.h"

namespace twofold::oracle {
namespace {

/// What the oracle leaves to hand-written expectations.
bool is_known(const ask::Question& question) {
    if (question.judged || question.against) return false;
    // Nor does it know relations as facts with a date, or what was ever paid.
    const std::string text = ask::print(question);
    for (const char* unknown : {"relation.started", "relation.ended", "customer.lifetime_revenue"})
        if (text.find(unknown) != std::string::npos) return false;
    if (question.unit && question.unit->kind != ask::Unit::Kind::kUsers &&
        question.unit->kind != ask::Unit::Kind::kCustomers) {
        return false;
    }
    if (!question.by) return true;
    const bool every =
        question.by->touch && question.by->touch->kind == ask::Touch::Kind::kEveryValue;
    if (every && !std::holds_alternative<ask::Funnel>(question.kind)) {
        return false;
    }
    for (const ask::Breakdown& item : question.by->items) {
        if (item.bins || std::holds_alternative<ask::Breakdown::Segments>(item.value)) return false;
    }
    return true;
}

}  // namespace

Oracle::Oracle(const std::vector<std::string>& lines, Settings settings)
    : settings_(std::move(settings)) {
    std::set<std::string> messages;
    for (const std::string& line : lines) {
        Record record = read_record(line, settings_);
        // What comes again is the same message.
        const bool again = !record.message.empty() && !messages.insert(record.message).second;
        if (!again) records_.push_back(std::move(record));
    }
}

std::optional<ask::Answer> Oracle::answer(const ask::Question& question) const {
    if (!is_known(question)) return std::nullopt;
    TimeMs at = settings_.now;
    if (question.at) {
        if (!std::holds_alternative<TimeMs>(question.at->value)) return std::nullopt;
        at = std::get<TimeMs>(question.at->value);
    }
    std::optional<ask::RelationsAsOf> rolled_up;
    if (question.rolled_up) rolled_up = question.relations.value_or(ask::RelationsAsOf::kEvent);
    const World world(records_, settings_, at, rolled_up);
    Judge judge(world, question);
    const Range range = range_of(question, judge);
    judge.range_from = range.from;
    judge.range_to = range.to;
    const Asked asked{question, world, judge};
    switch (question.kind.index()) {
        case 0:
            return trend(asked);
        case 1:
            return count(asked);
        case 2:
            return list(asked);
        case 3:
            return funnel(asked);
        case 4:
            return retention(asked);
        case 5:
            return sides(asked);
        default:
            return overlap(asked);
    }
}

Range range_of(const ask::Question& question, const Judge& judge) {
    const TimeMs at = judge.world.at;
    const auto last = [&](const ask::LastIntervals& intervals) {
        const TimeMs current = judge.zone.floor(intervals.interval, at, week_start(question));
        const int back = static_cast<int>(intervals.count) - 1;
        return Range{judge.zone.advance(intervals.interval, current, -back),
                     judge.zone.advance(intervals.interval, current, 1)};
    };
    if (!question.range) return last({});
    if (const auto* one = std::get_if<ask::LastIntervals>(&question.range->value)) {
        return last(*one);
    }
    if (const auto* one = std::get_if<ask::FromTo>(&question.range->value)) {
        return {judge.moment(one->from, false), judge.moment(one->to, true)};
    }
    if (const auto* one = std::get_if<ask::Since>(&question.range->value)) {
        return {judge.moment(one->from, false), at + 1};
    }
    TimeMs first = at;
    for (const Event& event : judge.world.events)
        first = std::min(first, event.time);
    return {first, at + 1};
}

WeekStart week_start(const ask::Question& question) {
    return question.weeks_from.value_or(WeekStart::kMonday);
}

std::vector<Period> periods_of(const ask::Question& question, const Judge& judge, Interval every) {
    const TimeMs at = judge.world.at;
    const Range range = range_of(question, judge);
    std::vector<Period> periods;
    const TimeMs first = judge.zone.floor(every, range.from, week_start(question));
    for (TimeMs start = first; start < range.to;) {
        const TimeMs next = judge.zone.advance(every, start, 1);
        const TimeMs end = std::min(next, range.to);
        periods.push_back({judge.zone.label(every, start),
                           {std::max(start, range.from), end},
                           std::min(end, at),
                           at < end});
        start = next;
    }
    return periods;
}

void add_column(ask::Answer& answer, std::string name, std::string unit) {
    answer.columns.push_back({std::move(name), ask::CellType::kText, std::move(unit)});
}

void add_by_columns(ask::Answer& answer, const ask::Question& question) {
    if (!question.by) return;
    for (const ask::Breakdown& item : question.by->items)
        add_column(answer, ask::print(item));
}

ask::Cell cell(const Value& value) {
    return std::visit(
        [](const auto& is) -> ask::Cell {
            using Is = std::decay_t<decltype(is)>;
            if constexpr (std::is_same_v<Is, Instant>) {
                return static_cast<std::int64_t>(is.ms);
            } else if constexpr (std::is_same_v<Is, Amount>) {
                const double scale = std::pow(10.0, minor_digits(is.currency));
                return ask::Money{std::llround(is.major * scale), is.currency};
            } else if constexpr (std::is_same_v<Is, Values>) {
                return ask::Cell{};
            } else {
                return is;
            }
        },
        value.is);
}

ask::Cell cell(std::optional<double> number) {
    return number ? ask::Cell{*number} : ask::Cell{};
}

ask::Cell whole(std::size_t count) {
    return static_cast<std::int64_t>(count);
}

std::vector<Subject> counted(const Asked& asked, bool customers, TimeMs moment, bool included,
                             const ask::Predicate* where) {
    const World& world = asked.world;
    // Whoever speaks of it decides.
    const bool of_known = where != nullptr && ask::print(*where).contains("user.known");
    std::vector<Subject> units;
    const std::size_t all = customers ? world.customers.size() : world.people.size();
    for (std::size_t i = 0; i < all; ++i) {
        const TimeMs from =
            customers ? world.customers[i].exists_from : world.people[i].exists_from;
        if (from > moment || (!included && from == moment)) continue;
        const auto number = static_cast<int>(i);
        // A part of another is nobody.
        if (customers && world.root(number, included ? moment : moment - 1) != number) continue;
        if (!customers && !of_known && !world.people[i].known) continue;
        Subject subject;
        (customers ? subject.customer : subject.user) = static_cast<int>(i);
        subject.dated = included ? moment : moment - 1;
        subject.judged = moment;
        subject.judged_included = included;
        if (where == nullptr || asked.judge.holds(*where, subject)) units.push_back(subject);
    }
    return units;
}

}  // namespace twofold::oracle
