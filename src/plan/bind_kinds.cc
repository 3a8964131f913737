// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "ask/print.h"
#include "plan/binder.h"

namespace twofold::plan {

Scope::Who who_of(Unit unit) {
    return unit == Unit::kCustomers ? Scope::Who::kCustomer : Scope::Who::kUser;
}

Result<Where> bind_where(const Binder& binder, const std::optional<ask::Predicate>& where,
                         Scope scope) {
    Where bound;
    if (!where) return bound;
    bound.text = ask::print(*where);
    TF_ASSIGN(Condition condition, binder.condition(*where, scope));
    std::vector<Condition> parts;
    if (auto* all = std::get_if<All>(&condition.node)) {
        parts = std::move(all->parts);
    } else {
        parts.push_back(std::move(condition));
    }
    for (Condition& part : parts) {
        const Mentions found = mentions(part);
        // Where customers are counted, `user.x` is of the person who did the event.
        const bool of_event = found.event || (scope.who == Scope::Who::kCustomer && found.person);
        (of_event ? bound.of_events : bound.of_units).push_back(std::move(part));
    }
    return bound;
}

namespace {

Result<std::optional<Condition>> bind_condition(const Binder& binder,
                                                const std::optional<ask::Predicate>& where,
                                                Scope scope) {
    if (!where) return std::optional<Condition>();
    TF_ASSIGN(Condition condition, binder.condition(*where, scope));
    return std::optional<Condition>(std::move(condition));
}

Result<Breakdown> bind_breakdown(const Binder& binder, const ask::Breakdown& item, Scope scope) {
    Breakdown bound;
    bound.text = ask::print(item);
    if (const auto* whole = std::get_if<ask::Breakdown::Whole>(&item.value)) {
        bound.kind = *whole == ask::Breakdown::Whole::kUser ? Breakdown::Kind::kUser
                                                            : Breakdown::Kind::kCustomer;
        return bound;
    }
    if (const auto* predicate = std::get_if<ask::Predicate>(&item.value)) {
        bound.kind = Breakdown::Kind::kCondition;
        TF_ASSIGN(bound.condition, binder.condition(*predicate, scope));
        return bound;
    }
    if (const auto* segments = std::get_if<ask::Breakdown::Segments>(&item.value)) {
        bound.kind = Breakdown::Kind::kSegments;
        bound.segment_names = segments->names;
        for (const std::string& name : segments->names) {
            ask::Predicate inside{ask::InSegment{name}, item.span};
            TF_ASSIGN(Condition condition, binder.condition(inside, scope));
            bound.segments.push_back(std::move(condition));
        }
        return bound;
    }
    // A user's customer facts break down by each of its customers.
    const Scope values = scope.who == Scope::Who::kUser ? scope.with(Scope::Who::kBare) : scope;
    TF_ASSIGN(bound.expression, binder.expression(std::get<ask::Expression>(item.value), values));
    if (item.bins) {
        bound.bin_width = item.bins->width;
        bound.bin_count = item.bins->count;
    }
    return bound;
}

}  // namespace

Result<By> bind_by(const Binder& binder, const std::optional<ask::By>& by, Scope scope) {
    By bound;
    if (!by) return bound;
    bound.top = by->top.value_or(ask::kTopDefault);
    bound.touch = by->touch.value_or(ask::Touch{});
    for (const ask::Breakdown& item : by->items) {
        TF_ASSIGN(Breakdown breakdown, bind_breakdown(binder, item, scope));
        bound.items.push_back(std::move(breakdown));
    }
    return bound;
}

namespace {

bool mentions_known(const By& by) {
    return std::ranges::any_of(by.items, [](const Breakdown& item) {
        return (item.expression && mentions(*item.expression).known) ||
               (item.condition && mentions(*item.condition).known);
    });
}

Result<CellMeasure> bind_cell(const Binder& binder, const ask::Measure& measure) {
    CellMeasure bound;
    bound.aggregate = measure.aggregate;
    switch (measure.aggregate) {
        case ask::Aggregate::kEvents:
            bound.unit = Unit::kEvents;
            break;
        case ask::Aggregate::kUsers:
            bound.unit = Unit::kUsers;
            break;
        case ask::Aggregate::kCustomers:
            bound.unit = Unit::kCustomers;
            break;
        case ask::Aggregate::kSum:
        case ask::Aggregate::kAverage:
        case ask::Aggregate::kMedian:
        case ask::Aggregate::kMin:
        case ask::Aggregate::kMax:
        case ask::Aggregate::kP90:
            break;
        case ask::Aggregate::kSessions:
        case ask::Aggregate::kDays:
        case ask::Aggregate::kDistinct:
        case ask::Aggregate::kFirst:
        case ask::Aggregate::kLast:
        case ask::Aggregate::kFirstTime:
        case ask::Aggregate::kLastTime:
            return not_answered(measure.span, ask::print(measure));
    }
    const Scope scope{who_of(bound.unit), true, false};
    if (measure.property) {
        TF_ASSIGN(Fact property, binder.fact(*measure.property, scope));
        if (property.about != About::kEvent || property.kind != FactKind::kSent) {
            return refuse(measure.property->span, "a trend adds up a property of events, not: " +
                                                      ask::print(*measure.property));
        }
        bound.property = std::move(property);
    }
    TF_ASSIGN(bound.selector, binder.selector(measure.selector, scope));
    return bound;
}

Status refuse_unit(const std::optional<ask::Unit>& unit, Unit measured) {
    if (!unit) return {};
    switch (unit->kind) {
        case ask::Unit::Kind::kSessions:
            return not_answered(unit->span, "for sessions");
        case ask::Unit::Kind::kEach:
            return not_answered(unit->span, "for each …");
        case ask::Unit::Kind::kUsers:
            if (measured != Unit::kCustomers) return {};
            return refuse(unit->span, "this measure counts customers already", "customers of …");
        case ask::Unit::Kind::kCustomers:
            if (measured == Unit::kCustomers) return {};
            return refuse(unit->span, "a trend counts what its measure names", "customers of …");
    }
    return {};
}

}  // namespace

Status bind_trend(const ask::Trend& trend, const Binder& binder, Plan& plan) {
    TrendPlan bound;
    bool of_users = false;
    bool of_customers = false;
    const auto note_unit = [&](const CellMeasure& measure) {
        (measure.unit == Unit::kCustomers ? of_customers : of_users) = true;
    };
    for (const ask::TrendMeasure& written : trend.measures) {
        TrendColumn column;
        column.text = ask::print(written);
        TF_ASSIGN(column.measure, bind_cell(binder, written.measure));
        TF_TRY(refuse_unit(plan.question.unit, column.measure.unit));
        note_unit(column.measure);
        if (written.divided_by) {
            TF_ASSIGN(column.divided_by, bind_cell(binder, *written.divided_by));
            note_unit(*column.divided_by);
        }
        column.smoothing = written.smoothing;
        column.rolling_days = written.rolling_days;
        bound.columns.push_back(std::move(column));
    }
    plan.unit = bound.columns.front().measure.unit;
    const auto& question = plan.question;
    if (of_users) {
        const Scope scope{Scope::Who::kUser, true, false};
        TF_ASSIGN(bound.where_of_users, bind_where(binder, question.where, scope));
        TF_ASSIGN(bound.by_of_users, bind_by(binder, question.by, scope));
    }
    if (of_customers) {
        const Scope scope{Scope::Who::kCustomer, true, false};
        TF_ASSIGN(bound.where_of_customers, bind_where(binder, question.where, scope));
        TF_ASSIGN(bound.by_of_customers, bind_by(binder, question.by, scope));
    }
    plan.kind = std::move(bound);
    return {};
}

Status bind_count(const ask::Count& count, const Binder& binder, Plan& plan) {
    if (count.counted != ask::Counted::kUsers && count.counted != ask::Counted::kCustomers) {
        return not_answered({}, "count " + std::string(ask::print(count.counted)));
    }
    plan.unit = count.counted == ask::Counted::kUsers ? Unit::kUsers : Unit::kCustomers;
    const Scope scope{who_of(plan.unit), false, false};
    CountPlan bound;
    for (const ask::UnitAggregate& written : count.aggregates) {
        UnitAggregate aggregate;
        aggregate.aggregate = written.aggregate;
        aggregate.text = ask::print(written);
        TF_ASSIGN(aggregate.number, binder.expression(written.number, scope));
        bound.aggregates.push_back(std::move(aggregate));
    }
    TF_ASSIGN(bound.where, bind_condition(binder, plan.question.where, scope));
    bound.has_among = count.among.has_value();
    if (count.among && count.among->where) {
        TF_ASSIGN(bound.among, binder.condition(*count.among->where, scope));
    }
    TF_ASSIGN(bound.by, bind_by(binder, plan.question.by, scope));
    bool known = (bound.where && mentions(*bound.where).known) ||
                 (bound.among && mentions(*bound.among).known) || mentions_known(bound.by);
    for (const UnitAggregate& aggregate : bound.aggregates)
        known |= mentions(aggregate.number).known;
    bound.known_only = !known;
    plan.kind = std::move(bound);
    return {};
}

Status bind_list(const ask::List& list, const Binder& binder, Plan& plan) {
    ListPlan bound;
    bound.counted = list.counted;
    Scope scope;
    switch (list.counted) {
        case ask::Counted::kUsers:
            plan.unit = Unit::kUsers;
            break;
        case ask::Counted::kCustomers:
            scope.who = Scope::Who::kCustomer;
            plan.unit = Unit::kCustomers;
            break;
        case ask::Counted::kRelations:
            scope.who = Scope::Who::kLifted;
            break;
        case ask::Counted::kEvents:
        case ask::Counted::kSessions:
            return not_answered({}, "list " + std::string(ask::print(list.counted)));
    }
    if (plan.question.by) return refuse({}, "a list has no `by`; show the value instead", "show …");
    bool known = false;
    if (list.show.empty()) {
        bound.columns = default_columns(list.counted);
    } else {
        bound.columns = identity_columns(list.counted);
        for (const ask::Column& written : list.show) {
            TF_ASSIGN(Expression value, binder.expression(written.value, scope));
            known |= mentions(value).known;
            const std::string name = written.name.empty() ? value.text : written.name;
            bound.columns.push_back({std::move(value), name});
        }
    }
    for (const ask::SortKey& key : list.sort) {
        if (const auto* name = std::get_if<std::string>(&key.by)) {
            const auto column = std::ranges::find(bound.columns, *name, &ListColumn::name);
            if (column == bound.columns.end()) {
                return refuse(key.span, "no column is called: " + *name);
            }
            bound.sort.push_back({column->value, key.descending});
        } else {
            TF_ASSIGN(Expression value,
                      binder.expression(std::get<ask::Expression>(key.by), scope));
            bound.sort.push_back({std::move(value), key.descending});
        }
    }
    bound.limit = list.limit;
    TF_ASSIGN(bound.where, bind_condition(binder, plan.question.where, scope));
    bound.known_only = !known && !(bound.where && mentions(*bound.where).known);
    plan.kind = std::move(bound);
    return {};
}

namespace {

Status bind_exclusions(const ask::Funnel& funnel, const Binder& binder, Scope scope,
                       FunnelPlan& bound) {
    for (const ask::Exclusion& written : funnel.excluding) {
        FunnelExclusion exclusion;
        TF_ASSIGN(exclusion.selector, binder.selector(written.selector, scope));
        const auto last = static_cast<std::int64_t>(funnel.steps.size());
        const std::int64_t from = written.from_step == 0 ? 1 : written.from_step;
        const std::int64_t to = written.to_step == 0 ? last : written.to_step;
        if (from < 1 || to > last || from >= to) {
            return refuse(written.span,
                          "these are not two steps of the funnel, the first before "
                          "the second");
        }
        exclusion.from_step = static_cast<std::uint32_t>(from - 1);
        exclusion.to_step = static_cast<std::uint32_t>(to - 1);
        exclusion.ends_attempt = written.ends_attempt;
        bound.excluding.push_back(std::move(exclusion));
    }
    return {};
}

}  // namespace

Status bind_funnel(const ask::Funnel& funnel, const Binder& binder, Plan& plan) {
    const auto& unit = plan.question.unit;
    if (unit && unit->kind != ask::Unit::Kind::kUsers &&
        unit->kind != ask::Unit::Kind::kCustomers) {
        return not_answered(unit->span, "a funnel for sessions or for each value");
    }
    const bool customers = unit && unit->kind == ask::Unit::Kind::kCustomers;
    plan.unit = customers ? Unit::kCustomers : Unit::kUsers;
    const Scope scope{who_of(plan.unit), true, false};

    FunnelPlan bound;
    for (const ask::Selector& step : funnel.steps) {
        TF_ASSIGN(Selector selector, binder.selector(step, scope));
        bound.steps.push_back(std::move(selector));
    }
    bound.within = funnel.within.value_or(ask::kFunnelWindowDefault).ms();
    bound.order = funnel.order;
    TF_TRY(bind_exclusions(funnel, binder, scope, bound));
    bound.entries_only = funnel.entries_only;
    if (funnel.holding) {
        TF_ASSIGN(bound.holding, binder.fact(*funnel.holding, scope));
        if (bound.holding->about != About::kEvent || bound.holding->kind != FactKind::kSent) {
            return refuse(funnel.holding->span,
                          "steps hold a property of events, not: " + ask::print(*funnel.holding));
        }
    }
    bound.times = funnel.times;
    bound.entering = funnel.entering;
    TF_ASSIGN(bound.where, bind_where(binder, plan.question.where, scope));
    for (const Condition& condition : bound.where.of_events) {
        const Mentions found = mentions(condition);
        if (found.behaviour || found.lift || found.dated) {
            return not_answered(
                plan.question.where->span,
                "one condition on both the event and its unit in a funnel: " + condition.text);
        }
    }
    TF_ASSIGN(bound.by, bind_by(binder, plan.question.by, scope));
    plan.kind = std::move(bound);
    return {};
}

}  // namespace twofold::plan
