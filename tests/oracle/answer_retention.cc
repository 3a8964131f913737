// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "ask/print.h"
#include "oracle/answers.h"

namespace twofold::oracle {
namespace {

using Cells = std::vector<std::string>;

/// Elapsed, for `rolling`.
DurationMs elapsed(Interval interval) {
    switch (interval) {
        case Interval::kHour:
            return kHourMs;
        case Interval::kDay:
            return kDayMs;
        case Interval::kWeek:
            return 7 * kDayMs;
        case Interval::kMonth:
            return 30 * kDayMs;
        case Interval::kQuarter:
            return 91 * kDayMs;
        case Interval::kYear:
            return 365 * kDayMs;
    }
    return 0;
}

/// One unit in one cohort.
struct Member {
    int unit = 0;
    std::set<Cells> cells;
    std::vector<bool> came_back;  ///< By column; the first one is not looked at.
};

struct Cohort {
    std::string label;
    Range period;
    std::vector<Member> members;
};

/// The question over one world.
class RetentionTable {
public:
    explicit RetentionTable(const Asked& asked)
        : asked_(asked), retention_(std::get<ask::Retention>(asked.question.kind)) {
        if (retention_.periods) interval_ = retention_.periods->interval;
        if (asked.question.every) interval_ = std::get<Interval>(*asked.question.every);
        last_column_ =
            retention_.periods ? retention_.periods->count : ask::periods_default(interval_);
        make_cohorts();
        const bool of_customers =
            asked.question.unit && asked.question.unit->kind == ask::Unit::Kind::kCustomers;
        const std::size_t units =
            of_customers ? asked.world.customers.size() : asked.world.people.size();
        for (std::size_t i = 0; i < units; ++i) {
            const int unit = static_cast<int>(i);
            place(of_customers ? -1 : unit, of_customers ? unit : -1);
        }
    }

    void write(ask::Answer& answer) const {
        const auto groups = this->groups();
        for (const Cohort& cohort : cohorts_) {
            for (const auto& [name, cells] : groups) {
                for (int column = 0; column <= last_column_; ++column) {
                    const double size = counted(cohort, cells, 0);
                    std::optional<double> count;
                    if (period(cohort, column).from <= asked_.world.at) {
                        count = counted(cohort, cells, column);
                    }
                    add_row(answer, ask::TimeLabel{cohort.label}, name, size, column, count);
                }
            }
        }
        for (const auto& [name, cells] : groups) {
            for (int column = 0; column <= last_column_; ++column) {
                double size = 0;
                double count = 0;
                for (const Cohort& cohort : cohorts_) {
                    // Old enough: nothing of the period lies ahead.
                    if (period(cohort, column).to > asked_.world.at + 1) continue;
                    size += counted(cohort, cells, 0);
                    count += counted(cohort, cells, column);
                }
                add_row(answer, "average", name, size, column, count);
            }
        }
        std::set<int> all;
        for (const Cohort& cohort : cohorts_) {
            for (const Member& member : cohort.members)
                all.insert(member.unit);
        }
        answer.totals.resize(answer.columns.size());
        answer.totals[answer.columns.size() - 4] = whole(all.size());
    }

private:
    /// The periods that the range touches, whole.
    void make_cohorts() {
        const Range range = range_of(asked_.question, asked_.judge);
        const Zone& zone = asked_.judge.zone;
        TimeMs start = zone.floor(interval_, range.from, week_start(asked_.question));
        // In a range that ends with now nothing is asked that has not begun.
        const auto& clause = asked_.question.range;
        const bool to_now = !clause || !std::holds_alternative<ask::FromTo>(clause->value);
        while (start < range.to && !(to_now && start > asked_.world.at)) {
            const TimeMs next = zone.advance(interval_, start, 1);
            cohorts_.push_back({zone.label(interval_, start), {start, next}, {}});
            start = next;
        }
    }

    void place(int user, int customer) {
        const auto rows = asked_.judge.rows_of(user, customer);
        bool placed = false;
        for (Cohort& cohort : cohorts_) {
            if (placed && !retention_.every_start) return;
            for (const Event* start : rows) {
                if (start->time < cohort.period.from || start->time >= cohort.period.to) continue;
                const Subject subject = this->subject(user, customer, *start, *start);
                if (!counts(retention_.start, subject, rows)) continue;
                placed = true;
                cohort.members.push_back(member(cohort, subject, rows));
                break;
            }
        }
    }

    Member member(const Cohort& cohort, const Subject& start,
                  const std::vector<const Event*>& rows) const {
        Member member;
        member.unit = start.customer >= 0 ? start.customer : start.user;
        member.cells = {{}};
        if (asked_.question.by) {
            const auto cells = asked_.judge.cells(*asked_.question.by, start);
            member.cells = {cells.begin(), cells.end()};
        }
        for (int column = 0; column <= last_column_; ++column) {
            bool back = returned(cohort, start, rows, column);
            // In that period or later: up to what can be seen.
            for (int later = column + 1; retention_.on_or_after && !back; ++later) {
                if (member_period(cohort, start, later).from > asked_.world.at) break;
                back = returned(cohort, start, rows, later);
            }
            member.came_back.push_back(back);
        }
        return member;
    }

    bool returned(const Cohort& cohort, const Subject& start, const std::vector<const Event*>& rows,
                  int column) const {
        const Range within = member_period(cohort, start, column);
        const auto times = std::ranges::count_if(rows, [&](const Event* event) {
            return event->time >= within.from && event->time < within.to &&
                   counts(retention_.back, subject(start.user, start.customer, *event, *start.row),
                          rows);
        });
        return times >= retention_.times.value_or(1);
    }

    bool counts(const ask::Selector& selector, const Subject& subject,
                const std::vector<const Event*>& rows) const {
        return asked_.judge.matches(selector, *subject.event, rows, subject.customer) &&
               (!asked_.question.where || asked_.judge.holds(*asked_.question.where, subject));
    }

    /// What is judged, is judged at the start; `event.x` speaks of each event.
    static Subject subject(int user, int customer, const Event& event, const Event& start) {
        Subject subject;
        subject.user = user;
        subject.customer = customer;
        subject.event = &event;
        subject.row = &start;
        subject.dated = start.time;
        subject.judged = start.time;
        return subject;
    }

    /// When a unit of this start can come back for this column.
    Range member_period(const Cohort& cohort, const Subject& start, int column) const {
        if (!retention_.rolling) return period(cohort, column);
        const TimeMs from = start.row->time + column * elapsed(interval_);
        return {from, from + elapsed(interval_)};
    }

    /// When any unit of the cohort can.
    Range period(const Cohort& cohort, int column) const {
        if (retention_.rolling) {
            return {cohort.period.from + column * elapsed(interval_),
                    cohort.period.to + (column + 1) * elapsed(interval_)};
        }
        const Zone& zone = asked_.judge.zone;
        return {zone.advance(interval_, cohort.period.from, column),
                zone.advance(interval_, cohort.period.from, column + 1)};
    }

    /// The biggest N by their units, ties by name; the rest together.
    std::vector<std::pair<Cells, std::set<Cells>>> groups() const {
        if (!asked_.question.by) return {{{}, {{}}}};
        std::map<Cells, std::set<int>> units;
        for (const Cohort& cohort : cohorts_) {
            for (const Member& member : cohort.members) {
                for (const Cells& cells : member.cells)
                    units[cells].insert(member.unit);
            }
        }
        std::vector<std::pair<std::ptrdiff_t, Cells>> ranked;
        for (const auto& [cells, members] : units)
            ranked.emplace_back(-std::ssize(members), cells);
        std::ranges::sort(ranked);
        const auto top =
            static_cast<std::size_t>(asked_.question.by->top.value_or(ask::kTopDefault));
        std::vector<std::pair<Cells, std::set<Cells>>> groups;
        std::set<Cells> rest;
        for (const auto& [size, cells] : ranked) {
            if (groups.size() < top) {
                groups.push_back({cells, {cells}});
            } else {
                rest.insert(cells);
            }
        }
        if (!rest.empty()) {
            groups.emplace_back(Cells(asked_.question.by->items.size(), "(other)"), rest);
        }
        return groups;
    }

    double counted(const Cohort& cohort, const std::set<Cells>& cells, int column) const {
        return static_cast<double>(std::ranges::count_if(cohort.members, [&](const Member& member) {
            const bool in_group = std::ranges::any_of(
                member.cells, [&](const Cells& one) { return cells.contains(one); });
            return in_group && (column == 0 || member.came_back[static_cast<std::size_t>(column)]);
        }));
    }

    static void add_row(ask::Answer& answer, ask::Cell cohort, const Cells& name, double size,
                        int column, std::optional<double> count) {
        std::vector<ask::Cell> row = {std::move(cohort)};
        row.insert(row.end(), name.begin(), name.end());
        row.emplace_back(static_cast<std::int64_t>(size));
        row.emplace_back(static_cast<std::int64_t>(column));
        row.push_back(count ? ask::Cell{static_cast<std::int64_t>(*count)} : ask::Cell{});
        row.push_back(count && size > 0 ? ask::Cell{*count / size} : ask::Cell{});
        answer.rows.push_back(std::move(row));
    }

    const Asked& asked_;
    const ask::Retention& retention_;
    Interval interval_ = Interval::kDay;
    std::int64_t last_column_ = 0;
    std::vector<Cohort> cohorts_;
};

}  // namespace

std::optional<ask::Answer> retention(const Asked& asked) {
    const ask::Question& question = asked.question;
    if (question.range && std::holds_alternative<ask::AllTime>(question.range->value)) {
        return std::nullopt;
    }
    ask::Answer answer;
    add_column(answer, "cohort");
    add_by_columns(answer, question);
    for (const char* name : {"size", "period", "count"})
        add_column(answer, name);
    add_column(answer, "rate", "share");
    RetentionTable(asked).write(answer);
    return answer;
}

}  // namespace twofold::oracle
