// SPDX-License-Identifier: Apache-2.0
// sides: customers by uses and pays at the end of each period, and who moved between two of them.
#include <algorithm>
#include <map>
#include <set>

#include "ask/print.h"
#include "oracle/answers.h"
#include "oracle/money.h"

namespace twofold::oracle {
namespace {

/// Both texts as the answer says them.
struct Side {
    std::string uses;
    std::string pays;
    bool operator==(const Side&) const = default;
};
const std::vector<Side> kSides = {{"yes", "yes"}, {"no", "yes"},   {"yes", "no"},
                                  {"no", "no"},   {"yes", "past"}, {"no", "past"}};
const Side kNotCounted = {"(none)", "(none)"};

/// A customer that is counted at the end of a period.
struct Standing {
    Subject subject;
    Side side;
};

class SidesTable {
public:
    explicit SidesTable(const Asked& asked)
        : asked_(asked), sides_(std::get<ask::Sides>(asked.question.kind)) {
        used_.kind = ask::Selector::Kind::kUse;
        if (sides_.used) used_ = *sides_.used;
        const auto& where = asked.question.where;
        if (where) split(*where);
    }

    /// What a period that has not begun is like nobody knows.
    std::vector<Period> periods() const {
        const ask::Question& question = asked_.question;
        std::vector<Period> all;
        if (question.every && std::holds_alternative<ask::InTotal>(*question.every)) {
            const Range range = range_of(question, asked_.judge);
            const TimeMs at = asked_.world.at;
            all.push_back({"", range, std::min(range.to, at), at < range.to});
        } else {
            const Interval every =
                question.every ? std::get<Interval>(*question.every) : Interval::kDay;
            all = periods_of(question, asked_.judge, every);
        }
        std::erase_if(all, [&](const Period& one) { return one.range.from > asked_.world.at; });
        return all;
    }

    std::vector<Standing> customers(const Period& period) const {
        std::vector<Standing> found;
        for (const Subject& subject :
             counted(asked_, true, period.moment, period.included, nullptr)) {
            const bool holds = std::ranges::all_of(of_customer_, [&](const ask::Predicate* part) {
                return asked_.judge.holds(*part, subject);
            });
            if (!holds) continue;
            const bool used = uses(-1, subject.customer, period.range);
            found.push_back({subject, {used ? "yes" : "no", pays(subject.customer, period)}});
        }
        return found;
    }

    using Cells = std::vector<std::string>;
    std::vector<Cells> cells_of(const Standing& one) const {
        if (!asked_.question.by) return {{}};
        return asked_.judge.cells(*asked_.question.by, one.subject);
    }

    /// The values that the answer breaks down by, in whichever period they are.
    std::set<Cells> values() const {
        if (!asked_.question.by) return {{}};
        std::set<Cells> all;
        for (const Period& period : periods()) {
            for (const Standing& one : customers(period)) {
                for (const Cells& cells : cells_of(one))
                    all.insert(cells);
            }
        }
        return all;
    }

    void write_board(const Period& period, bool timed, ask::Answer& answer) const {
        std::map<Cells, std::vector<Standing>> groups;
        for (const Cells& cells : values())
            groups[cells] = {};
        for (const Standing& one : customers(period)) {
            for (const Cells& cells : cells_of(one))
                groups[cells].push_back(one);
        }
        for (const auto& [name, members] : groups) {
            std::vector<ask::Cell> head;
            if (timed) head.emplace_back(ask::TimeLabel{period.label});
            head.insert(head.end(), name.begin(), name.end());
            for (const Side& side : kSides) {
                std::set<int> in_it;
                for (const Standing& one : members) {
                    if (one.side == side) in_it.insert(one.subject.customer);
                }
                answer.rows.push_back(head);
                add(answer.rows.back(), side);
                answer.rows.back().push_back(whole(in_it.size()));
                answer.rows.back().push_back(whole(people_in(in_it, period).size()));
                answer.rows.back().push_back(mrr_of(in_it, instant(period)));
            }
        }
        if (!asked_.question.by && !asked_.question.where) write_free(period, timed, answer);
    }

    void write_flows(const Period& before, const Period& period, ask::Answer& answer) const {
        const auto side_of = [](const std::vector<Standing>& all, int customer) {
            for (const Standing& one : all) {
                if (one.subject.customer == customer) return one.side;
            }
            return kNotCounted;
        };
        const auto then = customers(before);
        const auto now = customers(period);
        std::vector<Side> places = kSides;
        places.push_back(kNotCounted);
        for (const Side& from : places) {
            for (const Side& to : places) {
                std::set<int> movers;
                for (int i = 0; i < static_cast<int>(asked_.world.customers.size()); ++i) {
                    if (side_of(then, i) == from && side_of(now, i) == to) movers.insert(i);
                }
                if (from == to || movers.empty()) continue;
                std::vector<ask::Cell> row{ask::TimeLabel{period.label}};
                add(row, from);
                add(row, to);
                row.push_back(whole(movers.size()));
                row.push_back(mrr_of(movers, instant(before)));
                row.push_back(mrr_of(movers, instant(period)));
                answer.rows.push_back(std::move(row));
            }
        }
    }

private:
    static void add(std::vector<ask::Cell>& row, const Side& side) {
        row.emplace_back(side.uses);
        row.emplace_back(side.pays);
    }

    /// What speaks of the event decides which events are uses; the rest which customers count.
    void split(const ask::Predicate& where) {
        if (const auto* both = std::get_if<ask::And>(&where.node)) {
            for (const ask::Predicate& part : both->parts)
                split(part);
            return;
        }
        // Beside events `user.x` is of the person who did it.
        std::string text = ask::print(where);
        if (text.starts_with("not ")) text.erase(0, 4);
        const bool of_event = text.starts_with("event.") || text.starts_with("user.");
        (of_event ? of_event_ : of_customer_).push_back(&where);
    }

    static TimeMs instant(const Period& period) {
        return period.included ? period.moment : period.moment - 1;
    }

    bool uses(int user, int customer, const Range& range) const {
        const auto rows = asked_.judge.rows_of(user, customer);
        return std::ranges::any_of(rows, [&](const Event* event) {
            if (event->time < range.from || event->time >= range.to) return false;
            Subject subject;
            subject.user = event->person;
            subject.customer = customer;
            subject.event = event;
            subject.row = event;
            subject.dated = event->time;
            subject.judged = asked_.world.at;
            const bool holds = std::ranges::all_of(of_event_, [&](const ask::Predicate* part) {
                return asked_.judge.holds(*part, subject);
            });
            return holds && asked_.judge.matches(used_, *event, rows, customer);
        });
    }

    TimeMs of_facts(TimeMs moment) const {
        return asked_.judge.facts == ask::FactsAsOf::kNow ? asked_.world.at : moment;
    }

    std::string pays(int customer, const Period& period) const {
        const Customer& one = asked_.world.customers[static_cast<std::size_t>(customer)];
        const Value status =
            status_at(one, of_facts(instant(period)), asked_.world.settings.payment_counts_days);
        if (status == Value{std::string("paying")}) return "yes";
        return status == Value{std::string("past")} ? "past" : "no";
    }

    ask::Cell mrr_of(const std::set<int>& customers, TimeMs moment) const {
        double sum = 0;
        for (const int customer : customers) {
            const Customer& one = asked_.world.customers[static_cast<std::size_t>(customer)];
            sum += mrr_at(one, of_facts(moment));
        }
        return cell(Value{Amount{sum, currency()}});
    }

    /// Of the project: that of its money.
    std::string currency() const {
        for (const Customer& customer : asked_.world.customers) {
            if (!customer.segments.empty()) return customer.segments.front().currency;
            if (!customer.payments.empty()) return customer.payments.front().currency;
        }
        return "";
    }

    bool is_inside(int user, int customer, const Period& period) const {
        Looking looking{instant(period), false};
        if (asked_.judge.mode == ask::RelationsAsOf::kNow) looking.moment = asked_.world.at;
        if (asked_.judge.mode == ask::RelationsAsOf::kEver) looking.ever = true;
        return asked_.world.inside(user, customer, looking);
    }

    std::set<int> people_in(const std::set<int>& customers, const Period& period) const {
        std::set<int> people;
        for (const Subject& person :
             counted(asked_, false, period.moment, period.included, nullptr)) {
            const bool in_one = std::ranges::any_of(
                customers, [&](int customer) { return is_inside(person.user, customer, period); });
            if (in_one) people.insert(person.user);
        }
        return people;
    }

    /// Users who are inside no customer.
    void write_free(const Period& period, bool timed, ask::Answer& answer) const {
        std::set<int> all;
        for (int i = 0; i < static_cast<int>(asked_.world.customers.size()); ++i)
            all.insert(i);
        const std::set<int> related = people_in(all, period);
        std::map<std::string, std::size_t> users;
        for (const Subject& person :
             counted(asked_, false, period.moment, period.included, nullptr)) {
            if (related.contains(person.user)) continue;
            ++users[uses(person.user, -1, period.range) ? "yes" : "no"];
        }
        for (const char* used : {"yes", "no"}) {
            answer.rows.emplace_back();
            if (timed) answer.rows.back().emplace_back(ask::TimeLabel{period.label});
            add(answer.rows.back(), {used, "no customer"});
            answer.rows.back().push_back(whole(0));
            answer.rows.back().push_back(whole(users[used]));
            answer.rows.back().push_back(mrr_of({}, period.moment));
        }
    }

    const Asked& asked_;
    const ask::Sides& sides_;
    ask::Selector used_;
    std::vector<const ask::Predicate*> of_event_;
    std::vector<const ask::Predicate*> of_customer_;
};

/// The currencies of all money; of several only the project's is added up.
std::set<std::string> currencies_of(const World& world) {
    std::set<std::string> all;
    for (const Customer& customer : world.customers) {
        for (const Segment& segment : customer.segments)
            all.insert(segment.currency);
        for (const Payment& payment : customer.payments)
            all.insert(payment.currency);
    }
    return all;
}

}  // namespace

std::optional<ask::Answer> sides(const Asked& asked) {
    const ask::Question& question = asked.question;
    if (currencies_of(asked.world).size() > 1) return std::nullopt;
    const bool flows = std::get<ask::Sides>(question.kind).flows;
    if (question.by && question.by->top) return std::nullopt;
    const bool timed = !question.every || std::holds_alternative<Interval>(*question.every);
    ask::Answer answer;
    if (timed) add_column(answer, "time");
    add_by_columns(answer, question);
    if (flows) {
        for (const char* name : {"uses_before", "pays_before"})
            add_column(answer, name);
    }
    for (const char* name : {"uses", "pays", "customers"})
        add_column(answer, name);
    add_column(answer, flows ? "mrr_before" : "users");
    add_column(answer, "mrr");
    const SidesTable table(asked);
    const std::vector<Period> periods = table.periods();
    for (std::size_t i = 0; i < periods.size(); ++i) {
        if (!flows) {
            table.write_board(periods[i], timed, answer);
        } else if (i > 0) {
            table.write_flows(periods[i - 1], periods[i], answer);
        }
    }
    return answer;
}

}  // namespace twofold::oracle
