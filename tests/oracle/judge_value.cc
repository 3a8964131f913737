// SPDX-License-Identifier: Apache-2.0
// What properties and numbers are, and which events a behaviour looks at.
#include <algorithm>
#include <set>

#include "base/check.h"
#include "oracle/judge.h"
#include "oracle/money.h"

namespace twofold::oracle {
namespace {

std::optional<double> calculate(ask::ArithmeticOp op, double left, double right) {
    switch (op) {
        case ask::ArithmeticOp::kAdd:
            return left + right;
        case ask::ArithmeticOp::kSubtract:
            return left - right;
        case ask::ArithmeticOp::kMultiply:
            return left * right;
        case ask::ArithmeticOp::kDivide:
            if (right == 0) return std::nullopt;
            return left / right;
    }
    return std::nullopt;
}

Value decimal(std::optional<double> number) {
    return number ? Value{*number} : Value{};
}

Value integer(std::size_t count) {
    return {static_cast<std::int64_t>(count)};
}

}  // namespace

TimeMs Judge::moment(const ask::When& when, bool end_of_day) const {
    if (const auto* time = std::get_if<TimeMs>(&when.value)) return *time;
    const auto* date = std::get_if<Date>(&when.value);
    TF_CHECK(date != nullptr);
    const TimeMs start = zone.day_start(*date);
    return end_of_day ? zone.advance(Interval::kDay, start, 1) : start;
}

Value Judge::literal(const ask::Literal& literal) const {
    return std::visit(
        [this](const auto& value) -> Value {
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, ask::When>) {
                return {Instant{moment(value, false)}};
            } else {
                return {value};
            }
        },
        literal.value);
}

Value Judge::value(const ask::Expression& expression, const Subject& subject) const {
    if (const auto* one = std::get_if<ask::Literal>(&expression.node)) return literal(*one);
    if (const auto* one = std::get_if<ask::Property>(&expression.node)) {
        return property(*one, subject);
    }
    if (const auto* one = std::get_if<ask::Measure>(&expression.node)) {
        return measure(*one, subject);
    }
    const auto& both = std::get<ask::Arithmetic>(expression.node);
    const auto left = number(value(*both.left, subject));
    const auto right = number(value(*both.right, subject));
    if (!left || !right) return {};
    return decimal(calculate(both.op, *left, *right));
}

Value Judge::property(const ask::Property& property, const Subject& subject) const {
    switch (property.owner) {
        case ask::Owner::kEvent:
            return subject.event == nullptr ? Value{} : event_property(property, *subject.event);
        case ask::Owner::kUser:
            return user_property(property, subject);
        case ask::Owner::kCustomer:
            return customer_property(property, subject);
        case ask::Owner::kRelation:
            break;
    }
    if (subject.relation == nullptr) return {};
    if (property.name == "role") return {subject.relation->role};
    if (property.name == "since") return {Instant{subject.relation->from}};
    if (property.name == "until" && subject.relation->until != kEndOfTime) {
        return {Instant{subject.relation->until}};
    }
    return {};
}

Value Judge::event_property(const ask::Property& property, const Event& event) const {
    if (!property.sent) {
        if (property.name == "name") return {event.name};
        if (property.name == "time") return {Instant{event.time}};
        if (property.name == "acting") {
            if (event.named < 0) return {};
            const int whole = world.root(event.named, event.time);
            return {world.customers[static_cast<std::size_t>(whole)].id};
        }
        if (property.name == "hour") {
            const std::string local =
                zone.label(Interval::kHour, zone.floor(Interval::kHour, event.time));
            return {static_cast<std::int64_t>(std::stoi(local.substr(11, 2)))};
        }
    }
    const auto found = event.properties.find(property.name);
    return found == event.properties.end() ? Value{} : found->second;
}

Value Judge::user_property(const ask::Property& property, const Subject& subject) const {
    const int user = subject.user >= 0        ? subject.user
                     : subject.row != nullptr ? subject.row->person
                                              : -1;
    if (user < 0) return {};
    const Person& person = world.people[static_cast<std::size_t>(user)];
    if (!property.sent) {
        if (property.name == "id") return {person.id};
        if (property.name == "known") return {person.known};
        if (property.name == "customers") {
            std::set<int> customers;
            for (const Relation& relation : world.relations) {
                if (relation.person == user && relation.inside &&
                    world.holds(relation, looking(subject))) {
                    customers.insert(relation.customer);
                }
            }
            return integer(customers.size());
        }
        if (property.name == "first_seen" || property.name == "last_seen") {
            Value seen;
            for (const Event& event : world.events) {
                if (event.person != user || event.automatic || event.fact) continue;
                if (property.name == "last_seen" || missing(seen)) seen = {Instant{event.time}};
            }
            return seen;
        }
    }
    const auto found = person.traits.find(property.name);
    return found == person.traits.end() ? Value{} : found->second;
}

Value Judge::customer_property(const ask::Property& property, const Subject& subject) const {
    if (subject.customer < 0) return {};
    const Customer& customer = world.customers[static_cast<std::size_t>(subject.customer)];
    const TimeMs when = facts == ask::FactsAsOf::kNow ? world.at : subject.dated;
    const int days = world.settings.payment_counts_days;
    if (!property.sent) {
        if (property.name == "id") return {customer.id};
        if (property.name == "parent") {
            const int parent = world.parent(subject.customer, when);
            return parent < 0 ? Value{}
                              : Value{world.customers[static_cast<std::size_t>(parent)].id};
        }
        if (property.name == "paying") return {paying_at(customer, when, days)};
        if (property.name == "plan") return plan_at(customer, when);
        if (property.name == "seats") return seats_at(customer, when);
        if (property.name == "status") return status_at(customer, when, days);
        if (property.name == "kind") return customer.kind.empty() ? Value{} : Value{customer.kind};
        if (property.name == "mrr") {
            return {Amount{mrr_at(customer, when), currency_of(customer)}};
        }
        if (property.name == "users") {
            std::set<int> users;
            for (const Relation& relation : world.relations) {
                if (relation.customer == subject.customer && relation.inside &&
                    world.holds(relation, looking(subject))) {
                    users.insert(relation.person);
                }
            }
            return integer(users.size());
        }
    }
    return trait_at(customer, property.name, when);
}

std::vector<const Event*> Judge::framed(const ask::Frame& frame, const Subject& subject,
                                        const std::vector<const Event*>& rows) const {
    TimeMs from = kBeginningOfTime;
    TimeMs to = kEndOfTime;
    TimeMs pivot = 0;  // For after, before, within: the first S of the unit.
    const auto past = [&](const Event* event) {
        return subject.judged_included ? event->time <= subject.judged
                                       : event->time < subject.judged;
    };
    if (frame.selector) {
        // What has not happened by the moment of judging is not known then.
        const auto first = std::ranges::find_if(rows, [&](const Event* event) {
            return past(event) && matches(*frame.selector, *event, rows, subject.customer);
        });
        if (first == rows.end()) return {};
        pivot = (*first)->time;
    }
    const DurationMs length = frame.duration.ms();
    switch (frame.kind) {
        case ask::Frame::Kind::kEver:
            break;
        case ask::Frame::Kind::kInTheRange:
            from = range_from;
            to = range_to;
            break;
        case ask::Frame::Kind::kInTheLast:
            from = subject.judged - length;
            break;
        case ask::Frame::Kind::kBeforeTheLast:
            to = subject.judged - frame.before_last.ms();
            from = to - length;
            break;
        case ask::Frame::Kind::kInTheFirst: {
            const auto first = std::ranges::find_if(rows, [](const Event* e) { return !e->fact; });
            if (first == rows.end()) return {};
            from = (*first)->time;
            to = from + length;
            break;
        }
        case ask::Frame::Kind::kWithinAfter:
            from = pivot + 1;
            to = pivot + length + 1;
            break;
        case ask::Frame::Kind::kWithinBefore:
            from = pivot - length;
            to = pivot;
            break;
        case ask::Frame::Kind::kAfter:
            from = pivot + 1;
            break;
        case ask::Frame::Kind::kBefore:
            to = pivot;
            break;
        case ask::Frame::Kind::kSince:
            from = moment(frame.from, false);
            break;
        case ask::Frame::Kind::kFromTo:
            from = moment(frame.from, false);
            to = moment(frame.to, true);
            break;
    }
    std::vector<const Event*> seen;
    for (const Event* event : rows) {
        if (past(event) && event->time >= from && event->time < to) seen.push_back(event);
    }
    return seen;
}

Value Judge::measure(const ask::Measure& measure, const Subject& subject) const {
    const auto all = rows_of(subject.user, subject.customer);
    std::vector<const Event*> rows;
    for (const Event* event : framed(measure.frame, subject, all)) {
        if (matches(measure.selector, *event, all, subject.customer)) rows.push_back(event);
    }
    std::vector<Value> values;
    std::vector<double> numbers;
    std::set<int> people;
    std::set<int> customers;
    std::set<TimeMs> days;
    for (const Event* event : rows) {
        if (measure.property) {
            const Value one = event_property(*measure.property, *event);
            if (!missing(one)) values.push_back(one);
            if (number(one)) numbers.push_back(*number(one));
        }
        if (event->person >= 0) people.insert(event->person);
        customers.merge(world.customers_of(*event, mode));
        days.insert(zone.floor(Interval::kDay, event->time));
    }
    switch (measure.aggregate) {
        case ask::Aggregate::kEvents:
            return integer(rows.size());
        case ask::Aggregate::kUsers:
            return integer(people.size());
        case ask::Aggregate::kCustomers:
            return integer(customers.size());
        case ask::Aggregate::kDays:
            return integer(days.size());
        case ask::Aggregate::kSum:
        case ask::Aggregate::kAverage:
        case ask::Aggregate::kMedian:
        case ask::Aggregate::kMin:
        case ask::Aggregate::kMax:
        case ask::Aggregate::kP90:
            return decimal(aggregate_of(measure.aggregate, std::move(numbers)));
        case ask::Aggregate::kDistinct: {
            std::set<std::string> different;
            for (const Value& one : values)
                different.insert(text(one));
            return integer(different.size());
        }
        case ask::Aggregate::kFirst:
            return values.empty() ? Value{} : values.front();
        case ask::Aggregate::kLast:
            return values.empty() ? Value{} : values.back();
        case ask::Aggregate::kFirstTime:
            return rows.empty() ? Value{} : Value{Instant{rows.front()->time}};
        case ask::Aggregate::kLastTime:
            return rows.empty() ? Value{} : Value{Instant{rows.back()->time}};
        case ask::Aggregate::kSessions:
            break;
    }
    TF_CHECK(false);
    return {};
}

}  // namespace twofold::oracle
