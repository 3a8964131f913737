// SPDX-License-Identifier: Apache-2.0
#include "ask/check.h"

#include <algorithm>
#include <utility>

#include "ask/builtin.h"
#include "ask/checker.h"
#include "ask/print.h"
#include "base/calendar.h"
#include "base/spelling.h"
#include "base/text.h"

namespace twofold::ask {
namespace {

bool is_count(Aggregate aggregate) {
    return aggregate <= Aggregate::kSessions;
}

/// Whether a condition speaks of users, so that a question about customers must lift it.
bool speaks_of_customer(const Predicate& predicate) {
    const auto customer = [](const Expression& expression) {
        const auto* property = std::get_if<Property>(&expression.node);
        return property != nullptr && property->owner == Owner::kCustomer;
    };
    if (const auto* comparison = std::get_if<Comparison>(&predicate.node)) {
        return customer(comparison->left) || customer(comparison->right);
    }
    if (const auto* list = std::get_if<InList>(&predicate.node)) {
        return customer(list->left);
    }
    if (const auto* alone = std::get_if<IsTrue>(&predicate.node)) {
        return alone->property.owner == Owner::kCustomer;
    }
    return false;
}

/// The same condition on users, asked of customers.
std::optional<Predicate> lifted(const std::optional<Predicate>& where) {
    if (!where) {
        return std::nullopt;
    }
    std::vector<Predicate> of_customer;
    std::vector<Predicate> of_user;
    const auto* joined = std::get_if<And>(&where->node);
    for (const Predicate& part : joined != nullptr ? joined->parts : std::vector{*where}) {
        (speaks_of_customer(part) ? of_customer : of_user).push_back(part);
    }
    if (!of_user.empty()) {
        Predicate condition = of_user.size() == 1 ? of_user[0] : Predicate{And{of_user}, {}};
        of_customer.push_back({Lift{Quantifier::kAny, 0, 0, false, {}, std::move(condition)}, {}});
    }
    return of_customer.size() == 1 ? of_customer[0] : Predicate{And{std::move(of_customer)}, {}};
}

/// A property of customers that a number reads, if any.
const Property* customer_property(const Expression& expression) {
    if (const auto* property = std::get_if<Property>(&expression.node)) {
        return property->owner == Owner::kCustomer ? property : nullptr;
    }
    if (const auto* arithmetic = std::get_if<Arithmetic>(&expression.node)) {
        const Property* left = customer_property(*arithmetic->left);
        return left != nullptr ? left : customer_property(*arithmetic->right);
    }
    return nullptr;
}

bool selects_facts(const Selector& selector) {
    return selector.kind == Selector::Kind::kFact ||
           std::ranges::any_of(selector.either, selects_facts);
}

}  // namespace

Status Checker::run() {
    facts_around(question_);
    std::visit([this](const auto& one) { kind(one); }, question_.kind);
    if (question_.where) {
        predicate(*question_.where, about_unit());
    }
    clauses();
    if (error_) {
        return std::unexpected(*error_);
    }
    return {};
}

void Checker::refuse(const Span& span, std::string message, std::string suggestion) {
    if (!failed()) {
        error_ =
            Error{ErrorCode::kInvalid, std::move(message), std::nullopt, std::move(suggestion)};
        if (!span.absent()) {
            error_->at = span.at;
        }
    }
}

bool Checker::counts_customers() const {
    if (const auto* count = std::get_if<Count>(&question_.kind)) {
        return count->counted == Counted::kCustomers;
    }
    if (const auto* list = std::get_if<List>(&question_.kind)) {
        return list->counted == Counted::kCustomers;
    }
    if (question_.unit) {
        return question_.unit->kind == Unit::Kind::kCustomers;
    }
    const auto* trend = std::get_if<Trend>(&question_.kind);
    return trend != nullptr && std::ranges::any_of(trend->measures, [](const TrendMeasure& one) {
               return one.measure.aggregate == Aggregate::kCustomers ||
                      (one.divided_by && one.divided_by->aggregate == Aggregate::kCustomers);
           });
}

Checker::About Checker::about_unit() const {
    Counted counted = Counted::kEvents;
    if (const auto* count = std::get_if<Count>(&question_.kind)) {
        counted = count->counted;
    } else if (const auto* list = std::get_if<List>(&question_.kind)) {
        counted = list->counted;
    }
    switch (counted) {
        case Counted::kUsers:
            return About::kUser;
        case Counted::kCustomers:
            return About::kCustomer;
        case Counted::kRelations:
            return About::kRelation;
        case Counted::kSessions:
        case Counted::kEvents:
            break;
    }
    return counts_customers() ? About::kEventOfCustomer : About::kEvent;
}

void Checker::facts_around(const Question& question) {
    bool facts = false;
    if (const auto* trend = std::get_if<Trend>(&question.kind)) {
        for (const TrendMeasure& one : trend->measures) {
            facts = facts || selects_facts(one.measure.selector) ||
                    (one.divided_by && selects_facts(one.divided_by->selector));
        }
    } else if (const auto* funnel = std::get_if<Funnel>(&question.kind)) {
        facts = std::ranges::any_of(funnel->steps, selects_facts);
    }
    in_fact_ = facts;
}

// Kinds.

void Checker::kind(const Trend& trend) {
    for (const TrendMeasure& measure : trend.measures) {
        trend_measure(measure);
    }
}

void Checker::trend_measure(const TrendMeasure& one) {
    for (const Measure* measure : {&one.measure, one.divided_by ? &*one.divided_by : nullptr}) {
        if (measure == nullptr) {
            continue;
        }
        const Aggregate aggregate = measure->aggregate;
        if (!is_count(aggregate) && (aggregate < Aggregate::kSum || aggregate > Aggregate::kP90)) {
            refuse(measure->span,
                   "a trend counts events, users, customers or sessions, or takes sum, average, "
                   "median, min, max or p90 of a property: " +
                       print(*measure));
        }
        this->measure(*measure);
    }
    const bool days = !question_.every || *question_.every == Every(Interval::kDay);
    if (one.smoothing == Smoothing::kRolling && !days) {
        refuse(question_.every_span, "rolling counts days: it needs every day", "every day");
    }
    if (one.smoothing == Smoothing::kCumulative && question_.every &&
        std::holds_alternative<InTotal>(*question_.every)) {
        refuse(question_.every_span, "cumulative adds up intervals, and in total has none");
    }
}

void Checker::kind(const Count& count) {
    money_over_users(count);
    for (const UnitAggregate& aggregate : count.aggregates) {
        number(aggregate.number, about_unit());
    }
    if (count.among && count.among->where) {
        predicate(*count.among->where, about_unit());
    }
}

void Checker::money_over_users(const Count& count) {
    if (count.counted == Counted::kCustomers) {
        return;
    }
    const UnitAggregate* wrong = nullptr;
    Count instead;
    instead.counted = Counted::kCustomers;
    for (const UnitAggregate& aggregate : count.aggregates) {
        if (customer_property(aggregate.number) != nullptr) {
            wrong = wrong == nullptr ? &aggregate : wrong;
            instead.aggregates.push_back(aggregate);
        }
    }
    if (wrong == nullptr) {
        return;
    }
    Question question = question_;
    instead.among = count.among;
    if (instead.among && instead.among->where) {
        instead.among->where = *lifted(*count.among->where);
    }
    question.kind = std::move(instead);
    question.where = lifted(question.where);
    const Property& of = *customer_property(wrong->number);
    const BuiltIn* built_in = find_built_in(of);
    const bool money = built_in != nullptr && built_in->kinds.money;
    refuse(of.span,
           std::string(money ? "money belongs to customers" : "this belongs to customers") +
               ", and one with many " + std::string(print(count.counted)) +
               " would be added up many times: " + print(*wrong),
           print(question));
}

void Checker::kind(const List& list) {
    for (const Column& column : list.show) {
        expression(column.value, about_unit());
        const auto same = std::ranges::count_if(list.show, [&column](const Column& other) {
            return !column.name.empty() && other.name == column.name;
        });
        if (same > 1) {
            refuse(column.value.span, "two columns have one name: " + quoted(column.name));
        }
    }
    sort_keys(list);
    if (question_.against && !std::holds_alternative<When>(question_.against->value)) {
        refuse(question_.against->span,
               "a list is compared with a moment, such as against "
               "2026-01-01");
    }
}

void Checker::sort_keys(const List& list) {
    for (const SortKey& key : list.sort) {
        if (const auto* by = std::get_if<Expression>(&key.by)) {
            expression(*by, about_unit());
            continue;
        }
        const std::string& name = std::get<std::string>(key.by);
        std::vector<std::string> known;
        for (const Column& column : list.show) {
            known.push_back(column.name);
        }
        if (std::ranges::find(known, name) != known.end()) {
            continue;
        }
        const Owner owner = list.counted == Counted::kCustomers   ? Owner::kCustomer
                            : list.counted == Counted::kRelations ? Owner::kRelation
                            : list.counted == Counted::kUsers     ? Owner::kUser
                                                                  : Owner::kEvent;
        const Property property{owner, name, false, {}};
        if (find_built_in(property) != nullptr ||
            (owner != Owner::kRelation && names_.find_property(owner, name))) {
            refuse(key.span,
                   "no column " + quoted(name) + "; did you mean " + print(property) + '?',
                   print(property));
        } else {
            unknown("column", name, key.span, known);
        }
    }
}

void Checker::kind(const Funnel& funnel) {
    for (const Selector& step : funnel.steps) {
        selector(step);
    }
    for (const Exclusion& one : funnel.excluding) {
        exclusion(one, funnel.steps.size());
    }
    const auto steps = static_cast<std::int64_t>(funnel.steps.size());
    if (funnel.holding) {
        if (funnel.holding->owner != Owner::kEvent) {
            refuse(funnel.holding->span,
                   "the steps hold a property of their events: " + print(*funnel.holding));
        }
        property(*funnel.holding, About::kEvent);
    }
    if (funnel.times && (funnel.times->from >= funnel.times->to || funnel.times->to > steps)) {
        refuse(funnel.times->span, "times go from an earlier step to a later one of " +
                                       std::to_string(steps) +
                                       " steps: " + std::to_string(funnel.times->from) + " to " +
                                       std::to_string(funnel.times->to));
    }
}

void Checker::exclusion(const Exclusion& exclusion, std::size_t steps) {
    selector(exclusion.selector);
    const bool named = exclusion.from_step != 0;
    if (named && (exclusion.from_step >= exclusion.to_step ||
                  exclusion.to_step > static_cast<std::int64_t>(steps))) {
        refuse(exclusion.span, "an exclusion lies between an earlier step and a later one of " +
                                   std::to_string(steps) + " steps: between " +
                                   std::to_string(exclusion.from_step) + " and " +
                                   std::to_string(exclusion.to_step));
    }
}

// Clauses.

void Checker::clauses() {
    if (question_.unit && question_.unit->each) {
        if (question_.unit->each->owner != Owner::kEvent) {
            refuse(question_.unit->each->span,
                   "for each takes a property of events: " + print(*question_.unit->each));
        }
        property(*question_.unit->each, About::kEvent);
    }
    if (question_.rolled_up && !counts_customers()) {
        refuse(question_.rolled_up_span,
               "rolled up joins customers with their children, and this "
               "question counts no customers",
               "for customers rolled up");
    }
    if (question_.by) {
        by(*question_.by);
    }
    if (question_.range) {
        if (const auto* from_to = std::get_if<FromTo>(&question_.range->value)) {
            range(*from_to, question_.range->span);
        } else if (const auto* since = std::get_if<Since>(&question_.range->value)) {
            when(since->from);
        }
    }
    if (question_.at) {
        when(*question_.at);
    }
    if (question_.against) {
        against(*question_.against);
    }
    if (!failed() && !question_.zone.empty()) {
        if (const auto zone = Zone::find(question_.zone); !zone) {
            refuse(question_.zone_span, zone.error().message, zone.error().suggestion);
        }
    }
}

void Checker::by(const By& by) {
    for (const Breakdown& item : by.items) {
        breakdown(item);
    }
    if (!by.touch) {
        return;
    }
    const auto* funnel = std::get_if<Funnel>(&question_.kind);
    const auto steps = static_cast<std::int64_t>(funnel != nullptr ? funnel->steps.size() : 0);
    if (by.touch->kind == Touch::Kind::kStep && funnel == nullptr) {
        refuse(by.touch->span, "only a funnel has steps to take a value from");
    } else if (by.touch->kind == Touch::Kind::kStep && by.touch->step > steps) {
        refuse(by.touch->span, "this funnel has " + std::to_string(steps) + " steps: step " +
                                   std::to_string(by.touch->step));
    }
}

void Checker::breakdown(const Breakdown& item) {
    const About about = counts_customers() ? About::kEventOfCustomer : About::kEvent;
    if (const auto* condition = std::get_if<Predicate>(&item.value)) {
        const bool of_unit = about_unit() == About::kCustomer;
        predicate(*condition, of_unit ? About::kCustomer : about);
    } else if (const auto* segments = std::get_if<Breakdown::Segments>(&item.value)) {
        for (const std::string& name : segments->names) {
            segment(name, item.span);
        }
    } else if (const auto* value = std::get_if<Expression>(&item.value)) {
        if (item.bins) {
            const ValueKinds kinds = expression(*value, about);
            if (!failed() && !kinds.number) {
                refuse(item.span, "bins are made of numbers, and " + print(*value) + " holds none");
            }
        } else {
            expression(*value, about);
        }
    }
}

void Checker::range(const FromTo& range, const Span& span) {
    when(range.from);
    when(range.to);
    const auto* from_day = std::get_if<Date>(&range.from.value);
    const auto* to_day = std::get_if<Date>(&range.to.value);
    const auto* from_time = std::get_if<TimeMs>(&range.from.value);
    const auto* to_time = std::get_if<TimeMs>(&range.to.value);
    const bool days_turned = from_day != nullptr && to_day != nullptr && *to_day < *from_day;
    // Instants are half-open: a range from one to itself is empty.
    const bool times_turned = from_time != nullptr && to_time != nullptr && *to_time <= *from_time;
    if (days_turned || times_turned) {
        refuse(span,
               "a range ends after it begins: from " + print(range.from) + " to " + print(range.to),
               "from " + print(range.to) + " to " + print(range.from));
    }
}

void Checker::against(const Against& against) {
    if (const auto* from_to = std::get_if<FromTo>(&against.value)) {
        range(*from_to, against.span);
    } else if (const auto* moment = std::get_if<When>(&against.value)) {
        when(*moment);
        if (!std::holds_alternative<List>(question_.kind)) {
            refuse(against.span, "only a list is compared with a moment; this kind with a period",
                   "against the previous period");
        }
    }
}

Status check(const Question& question, const Names& names) {
    return Checker(question, names).run();
}

}  // namespace twofold::ask
