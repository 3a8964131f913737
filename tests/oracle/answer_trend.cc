// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <limits>
#include <map>
#include <set>

#include "ask/print.h"
#include "oracle/answers.h"

namespace twofold::oracle {
namespace {

using Cells = std::vector<std::string>;

/// One event as one measure sees it: of one unit, in some cells of the breakdown.
struct Hit {
    const Event* event;
    Subject subject;
    std::set<Cells> cells;
};

bool speaks_of_customers(const ask::Measure& measure) {
    return measure.aggregate == ask::Aggregate::kCustomers;
}

bool of_facts(const ask::Selector& selector) {
    return selector.kind == ask::Selector::Kind::kFact ||
           std::ranges::any_of(selector.either, of_facts);
}

/// The units that an event stands for: its customers, or its user.
/// Where facts themselves are counted, each stands for its customer alone.
std::vector<Subject> subjects_of(const Asked& asked, const Event& event, bool customers,
                                 bool of_events) {
    Subject subject;
    subject.event = &event;
    subject.row = &event;
    subject.dated = event.time;
    subject.judged = asked.world.at;
    std::vector<Subject> subjects;
    if (customers || (event.fact && of_events)) {
        for (const int customer : asked.world.customers_of(event, asked.judge.mode)) {
            subject.customer = customer;
            subjects.push_back(subject);
        }
        return subjects;
    }
    for (std::size_t i = 0; i < asked.world.people.size(); ++i) {
        const int person = static_cast<int>(i);
        const bool does = event.fact ? asked.world.inside(person, event.named, {event.time, false})
                                     : event.person == person;
        subject.user = person;
        if (does) subjects.push_back(subject);
    }
    return subjects;
}

/// All hits of a measure at any time: smoothing may look before the range.
std::vector<Hit> hits_of(const Asked& asked, const ask::Measure& measure) {
    const bool customers = speaks_of_customers(measure);
    const bool of_events = measure.aggregate != ask::Aggregate::kUsers;
    std::vector<Hit> hits;
    for (const Event& event : asked.world.events) {
        for (const Subject& subject : subjects_of(asked, event, customers, of_events)) {
            const auto rows = asked.judge.rows_of(subject.user, subject.customer);
            if (!asked.judge.matches(measure.selector, event, rows, subject.customer)) continue;
            const auto& where = asked.question.where;
            if (where && !asked.judge.holds(*where, subject)) continue;
            Hit hit{&event, subject, {{}}};
            if (asked.question.by) {
                const auto cells = asked.judge.cells(*asked.question.by, subject);
                hit.cells = {cells.begin(), cells.end()};
            }
            hits.push_back(std::move(hit));
        }
    }
    return hits;
}

Value aggregate(const ask::Measure& measure, const std::vector<const Hit*>& hits,
                const Judge& judge) {
    std::set<const Event*> events;
    std::set<int> units;
    std::vector<double> numbers;
    for (const Hit* hit : hits) {
        units.insert(speaks_of_customers(measure) ? hit->subject.customer : hit->subject.user);
        // An event counts once, also where several lead to it.
        if (!events.insert(hit->event).second || !measure.property) continue;
        const ask::Expression property{*measure.property, {}};
        if (const auto one = number(judge.value(property, hit->subject))) numbers.push_back(*one);
    }
    switch (measure.aggregate) {
        case ask::Aggregate::kEvents:
            return {static_cast<std::int64_t>(events.size())};
        case ask::Aggregate::kUsers:
        case ask::Aggregate::kCustomers:
            return {static_cast<std::int64_t>(units.size())};
        default: {
            const auto result = aggregate_of(measure.aggregate, std::move(numbers));
            return result ? Value{*result} : Value{};
        }
    }
}

/// A measure over a stretch of time, in one cell of the breakdown or in all (no cell).
class Series {
public:
    Series(const Asked& asked, const ask::TrendMeasure& measure)
        : asked_(asked), measure_(measure), over_(hits_of(asked, measure.measure)) {
        if (measure.divided_by) under_ = hits_of(asked, *measure.divided_by);
    }

    Value value(const Range& range, const std::set<Cells>* cells) const {
        const Value over = part(measure_.measure, over_, range, cells);
        if (!measure_.divided_by) return over;
        const auto top = number(over);
        const auto bottom = number(part(*measure_.divided_by, under_, range, cells));
        if (!top || !bottom || *bottom == 0) return {};
        return {*top / *bottom};
    }

    /// The stretch that stands behind one interval's value.
    Range smoothed(const Range& interval, const Range& whole_range) const {
        switch (measure_.smoothing) {
            case ask::Smoothing::kNone:
                return interval;
            case ask::Smoothing::kCumulative:
                return {whole_range.from, interval.to};
            case ask::Smoothing::kRolling: {
                const TimeMs day = asked_.judge.zone.floor(Interval::kDay, interval.from);
                const int back = static_cast<int>(measure_.rolling_days) - 1;
                return {asked_.judge.zone.advance(Interval::kDay, day, -back), interval.to};
            }
        }
        return interval;
    }

    std::set<Cells> cells_in(const Range& range) const {
        std::set<Cells> found;
        for (const auto* hits : {&over_, &under_}) {
            for (const Hit& hit : *hits) {
                if (hit.event->time >= range.from && hit.event->time < range.to) {
                    found.insert(hit.cells.begin(), hit.cells.end());
                }
            }
        }
        return found;
    }

private:
    Value part(const ask::Measure& measure, const std::vector<Hit>& hits, const Range& range,
               const std::set<Cells>* cells) const {
        std::vector<const Hit*> inside;
        for (const Hit& hit : hits) {
            if (hit.event->time < range.from || hit.event->time >= range.to) continue;
            const bool in_cell =
                cells == nullptr || std::ranges::any_of(hit.cells, [&](const Cells& one) {
                    return cells->contains(one);
                });
            if (in_cell) inside.push_back(&hit);
        }
        return aggregate(measure, inside, asked_.judge);
    }

    const Asked& asked_;
    const ask::TrendMeasure& measure_;
    std::vector<Hit> over_;
    std::vector<Hit> under_;
};

/// What stands in one row: its name, and the cells that it gathers.
struct Group {
    Cells name;
    std::set<Cells> cells;
};

/// The biggest N over the range, ties by name; the rest together.
std::vector<Group> groups_of(const Asked& asked, const std::vector<Series>& series,
                             const Range& range) {
    if (!asked.question.by) return {{{}, {{}}}};
    std::set<Cells> all;
    for (const Series& one : series)
        all.merge(one.cells_in(range));
    std::vector<std::pair<double, Cells>> ranked;
    for (const Cells& cells : all) {
        const std::set<Cells> only{cells};
        // What has no number comes after all that have one.
        const auto size = number(series.front().value(range, &only));
        ranked.emplace_back(size ? -*size : std::numeric_limits<double>::infinity(), cells);
    }
    std::ranges::sort(ranked);
    const auto top = static_cast<std::size_t>(asked.question.by->top.value_or(ask::kTopDefault));
    std::vector<Group> groups;
    Group other{Cells(asked.question.by->items.size(), "(other)"), {}};
    for (const auto& [size, cells] : ranked) {
        if (groups.size() < top) {
            groups.push_back({cells, {cells}});
        } else {
            other.cells.insert(cells);
        }
    }
    if (!other.cells.empty()) groups.push_back(other);
    return groups;
}

/// The intervals of the range, the first and the last clipped to it, with their labels.
std::vector<std::pair<std::string, Range>> intervals_of(const Asked& asked, const Range& range) {
    const ask::Question& question = asked.question;
    if (question.every && std::holds_alternative<ask::InTotal>(*question.every)) {
        return {{"", range}};
    }
    const Interval every = question.every ? std::get<Interval>(*question.every) : Interval::kDay;
    const Zone& zone = asked.judge.zone;
    std::vector<std::pair<std::string, Range>> intervals;
    for (TimeMs start = zone.floor(every, range.from, week_start(question)); start < range.to;) {
        const TimeMs next = zone.advance(every, start, 1);
        intervals.emplace_back(zone.label(every, start),
                               Range{std::max(start, range.from), std::min(next, range.to)});
        start = next;
    }
    return intervals;
}

}  // namespace

std::optional<ask::Answer> trend(const Asked& asked) {
    const ask::Question& question = asked.question;
    const auto& trend = std::get<ask::Trend>(question.kind);
    if (question.unit) return std::nullopt;
    const bool all_time =
        question.range && std::holds_alternative<ask::AllTime>(question.range->value);
    const bool in_total = question.every && std::holds_alternative<ask::InTotal>(*question.every);
    if (all_time && !in_total) return std::nullopt;
    std::vector<Series> series;
    for (const ask::TrendMeasure& measure : trend.measures) {
        if (measure.measure.aggregate == ask::Aggregate::kSessions) return std::nullopt;
        series.emplace_back(asked, measure);
    }
    const Range range = range_of(question, asked.judge);
    ask::Answer answer;
    if (!in_total) add_column(answer, "time");
    add_by_columns(answer, question);
    for (const ask::TrendMeasure& measure : trend.measures)
        add_column(answer, trend.measures.size() == 1 ? "value" : ask::print(measure));
    const auto groups = groups_of(asked, series, range);
    for (const auto& [label, interval] : intervals_of(asked, range)) {
        for (const Group& group : groups) {
            std::vector<ask::Cell> row;
            if (!in_total) row.emplace_back(ask::TimeLabel{label});
            row.insert(row.end(), group.name.begin(), group.name.end());
            for (const Series& one : series) {
                row.push_back(cell(one.value(one.smoothed(interval, range), &group.cells)));
            }
            answer.rows.push_back(std::move(row));
        }
    }
    // What the total of smoothed values is, the language does not say.
    const bool smoothed = std::ranges::any_of(trend.measures, [](const ask::TrendMeasure& one) {
        return one.smoothing != ask::Smoothing::kNone;
    });
    if (smoothed) return answer;
    answer.totals.resize(answer.columns.size() - series.size());
    for (const Series& one : series)
        answer.totals.push_back(cell(one.value(range, nullptr)));
    return answer;
}

}  // namespace twofold::oracle
