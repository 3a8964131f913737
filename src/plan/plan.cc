// SPDX-License-Identifier: Apache-2.0
#include "plan/plan.h"

#include <utility>

#include "plan/binder.h"

namespace twofold::plan {
namespace {

Status refuse_clauses(const ask::Question& question) {
    if (question.against) return not_answered(question.against->span, "against …");
    return {};
}

Result<Calendar> calendar_of(const ask::Question& question, const Catalog& catalog,
                             const Settings& settings, TimeMs now) {
    Zone zone = settings.zone;
    if (!question.zone.empty()) {
        auto found = Zone::find(question.zone);
        if (!found) return refuse(question.zone_span, found.error().message);
        zone = *std::move(found);
    }
    const WeekStart week_start = question.weeks_from.value_or(settings.week_start);
    TimeMs at = now;
    if (question.at) {
        TF_ASSIGN(at, Calendar(zone, week_start, now).begin_of(*question.at, catalog));
    }
    return Calendar(zone, week_start, at);
}

std::optional<Interval> interval_of(const ask::Question& question) {
    const auto* retention = std::get_if<ask::Retention>(&question.kind);
    if (!question.every && retention != nullptr) {
        return retention->periods ? retention->periods->interval : Interval::kDay;
    }
    if (!question.every) {
        const bool daily = std::holds_alternative<ask::Trend>(question.kind) ||
                           std::holds_alternative<ask::Sides>(question.kind);
        return daily ? std::optional(Interval::kDay) : std::nullopt;
    }
    const auto* interval = std::get_if<Interval>(&*question.every);
    return interval == nullptr ? std::nullopt : std::optional(*interval);
}

Moment moment_of(const ask::Question& question, const Timeline& range, TimeMs at) {
    if (!question.judged) return Moment::including(at);
    switch (*question.judged) {
        case ask::Judged::kStart:
            return Moment::including(std::min(range.from, at));
        case ask::Judged::kEnd:
            return range.to > at ? Moment::including(at) : Moment::end_of_period(range.to);
        case ask::Judged::kNow:
            return Moment::including(at);
    }
    return Moment::including(at);
}

struct BindKind {
    const Binder& binder;
    Plan& plan;
    Status operator()(const ask::Trend& trend) const { return bind_trend(trend, binder, plan); }
    Status operator()(const ask::Count& count) const { return bind_count(count, binder, plan); }
    Status operator()(const ask::List& list) const { return bind_list(list, binder, plan); }
    Status operator()(const ask::Funnel& funnel) const { return bind_funnel(funnel, binder, plan); }
    Status operator()(const ask::Retention& retention) const {
        return bind_retention(retention, binder, plan);
    }
    Status operator()(const ask::Sides& sides) const { return bind_sides(sides, binder, plan); }
    Status operator()(const ask::Overlap& overlap) const {
        return bind_overlap(overlap, binder, plan);
    }
};

ListColumn fact_column(About about, FactKind kind, std::string name, std::string text) {
    return {{Fact{about, kind, name, {}}, std::move(text)}, name};
}

}  // namespace

std::string_view unit_name(Unit unit) noexcept {
    switch (unit) {
        case Unit::kEvents:
            return "events";
        case Unit::kUsers:
            return "users";
        case Unit::kCustomers:
            return "customers";
    }
    return "";
}

Result<Plan> bind(const ask::Question& question, const Catalog& catalog, const Settings& settings,
                  TimeMs now) {
    TF_TRY(refuse_clauses(question));
    TF_ASSIGN(Calendar calendar, calendar_of(question, catalog, settings, now));
    const TimeMs at = calendar.at();
    const ask::Range range =
        question.range.value_or(ask::Range{ask::LastIntervals{30, Interval::kDay}, {}});
    TF_ASSIGN(Timeline timeline, calendar.timeline(range, interval_of(question), catalog));

    Plan plan{.question = question,
              .calendar = calendar,
              .range = std::move(timeline),
              .at = at,
              .relations = question.relations.value_or(ask::RelationsAsOf::kEvent),
              .facts_now = question.facts == ask::FactsAsOf::kNow,
              .moment = {},
              .judged = question.judged.has_value(),
              .unit = Unit::kUsers,
              .kind = {},
              .rule = {},
              .notes = {}};
    plan.moment = moment_of(question, plan.range, at);
    Binder binder(catalog, settings, plan.calendar);
    binder.set_range(plan.range.from, plan.range.to);
    TF_TRY(std::visit(BindKind{binder, plan}, question.kind));
    describe(plan);
    return plan;
}

std::vector<ListColumn> identity_columns(ask::Counted counted) {
    ListColumn user = fact_column(About::kUser, FactKind::kUserId, "user", "user.id");
    ListColumn customer =
        fact_column(About::kCustomer, FactKind::kCustomerId, "customer", "customer.id");
    switch (counted) {
        case ask::Counted::kCustomers:
            return {customer};
        case ask::Counted::kRelations:
            return {user, customer};
        case ask::Counted::kUsers:
        case ask::Counted::kSessions:
        case ask::Counted::kEvents:
            break;
    }
    return {user};
}

std::vector<ListColumn> default_columns(ask::Counted counted) {
    std::vector<ListColumn> columns = identity_columns(counted);
    const auto add = [&columns](About about, FactKind kind, const char* owner, const char* name) {
        columns.push_back(fact_column(about, kind, name, std::string(owner) + '.' + name));
    };
    switch (counted) {
        case ask::Counted::kCustomers:
            add(About::kCustomer, FactKind::kCustomerName, "customer", "name");
            add(About::kCustomer, FactKind::kCustomerStatus, "customer", "status");
            add(About::kCustomer, FactKind::kCustomerPlan, "customer", "plan");
            add(About::kCustomer, FactKind::kCustomerMrr, "customer", "mrr");
            add(About::kCustomer, FactKind::kCustomerPayingSince, "customer", "paying_since");
            add(About::kCustomer, FactKind::kCustomerUsers, "customer", "users");
            add(About::kCustomer, FactKind::kCustomerLastSeen, "customer", "last_seen");
            break;
        case ask::Counted::kRelations:
            add(About::kPair, FactKind::kRelationRole, "relation", "role");
            add(About::kPair, FactKind::kRelationSince, "relation", "since");
            add(About::kPair, FactKind::kRelationUntil, "relation", "until");
            add(About::kPair, FactKind::kRelationSource, "relation", "source");
            break;
        case ask::Counted::kUsers:
        case ask::Counted::kSessions:
        case ask::Counted::kEvents:
            add(About::kUser, FactKind::kUserKnown, "user", "known");
            add(About::kUser, FactKind::kUserFirstSeen, "user", "first_seen");
            add(About::kUser, FactKind::kUserLastSeen, "user", "last_seen");
            add(About::kUser, FactKind::kUserCustomers, "user", "customers");
            break;
    }
    return columns;
}

std::string moment_text(const Zone& zone, TimeMs time) {
    if (zone.floor(Interval::kDay, time) == time) return zone.label(Interval::kDay, time);
    return zone.format(time);
}

}  // namespace twofold::plan
