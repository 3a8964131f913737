// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "ask/print.h"
#include "plan/binder.h"

namespace twofold::plan {
namespace {

/// How long a period is that is counted from a unit's own start.
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
    return kDayMs;
}

/// Cohorts are whole periods, so the first and the last of the range widen.
void widen(Plan& plan, Interval every) {
    Timeline& range = plan.range;
    const Zone& zone = plan.calendar.zone();
    const std::size_t last = range.buckets() - 1;
    range.bounds[0] = zone.floor(every, range.bounds[0], plan.calendar.week_start());
    range.bounds[last + 1] = zone.advance(every, range.bounds[last], 1);
    range.from = range.bounds.front();
    range.to = range.bounds.back();
}

Result<std::vector<TimeMs>> periods_of(const Plan& plan, const RetentionPlan& retention,
                                       Interval every) {
    const Zone& zone = plan.calendar.zone();
    const std::size_t needed = plan.range.buckets() + retention.columns;
    std::vector<TimeMs> periods = {plan.range.from};
    do {
        if (periods.size() > kBucketsMax) {
            return fail(ErrorCode::kTooLarge, "more periods up to now than one question has: " +
                                                  std::to_string(kBucketsMax));
        }
        periods.push_back(zone.advance(every, periods.back(), 1));
        // What has not begun holds nothing.
    } while (periods.back() <= plan.at && (periods.size() <= needed || retention.on_or_after));
    return periods;
}

}  // namespace

Status bind_retention(const ask::Retention& retention, const Binder& binder, Plan& plan) {
    const auto& unit = plan.question.unit;
    if (unit && unit->kind != ask::Unit::Kind::kUsers &&
        unit->kind != ask::Unit::Kind::kCustomers) {
        return not_answered(unit->span, "retention for sessions or for each value");
    }
    const bool customers = unit && unit->kind == ask::Unit::Kind::kCustomers;
    plan.unit = customers ? Unit::kCustomers : Unit::kUsers;
    const Scope scope{who_of(plan.unit), true, false};

    RetentionPlan bound;
    TF_ASSIGN(bound.start, binder.selector(retention.start, scope));
    TF_ASSIGN(bound.back, binder.selector(retention.back, scope));
    bound.same_selector = retention.start == retention.back;
    const Interval every = *plan.range.every;
    const std::int64_t columns =
        retention.periods ? retention.periods->count : ask::periods_default(every);
    bound.columns = static_cast<std::uint32_t>(columns);
    bound.times = static_cast<std::uint32_t>(retention.times.value_or(1));
    bound.every_start = retention.every_start;
    bound.on_or_after = retention.on_or_after;
    if (retention.rolling) bound.rolling = elapsed(every);
    widen(plan, every);
    TF_ASSIGN(bound.periods, periods_of(plan, bound, every));
    TF_ASSIGN(bound.where, bind_where(binder, plan.question.where, scope));
    for (const Condition& condition : bound.where.of_events) {
        const Mentions found = mentions(condition);
        if (found.behaviour || found.lift || found.dated) {
            return not_answered(
                plan.question.where->span,
                "one condition on both the event and its unit in retention: " + condition.text);
        }
    }
    TF_ASSIGN(bound.by, bind_by(binder, plan.question.by, scope));
    plan.kind = std::move(bound);
    return {};
}

}  // namespace twofold::plan
