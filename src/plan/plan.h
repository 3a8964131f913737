// SPDX-License-Identifier: Apache-2.0
//
// A question bound to a project: everything ask.md says about meaning is decided here, once for
// every backend. What a plan holds can be executed by looking at events, users and customers alone;
// no default is left open and no name unresolved.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ask/question.h"
#include "base/result.h"
#include "base/time.h"
#include "plan/catalog.h"
#include "plan/condition.h"
#include "plan/settings.h"
#include "plan/timeline.h"

namespace twofold::plan {

/// What is counted.
enum class Unit : std::uint8_t {
    kEvents,
    kUsers,
    kCustomers,
};
/// "events", "users", "customers".
std::string_view unit_name(Unit unit) noexcept;

/// `where`, taken apart at its outermost `and`. Every condition of both lists must hold.
struct Where {
    std::vector<Condition> of_events;  ///< Speaks of the event: on each row (and perhaps its unit).
    std::vector<Condition> of_units;   ///< On the unit, at the kind's moment.
    std::string text;                  ///< As in the question; empty: all.

    bool empty() const { return of_events.empty() && of_units.empty(); }
};

/// One part of `by`.
struct Breakdown {
    enum class Kind : std::uint8_t {
        kValue,      ///< The value of `expression`, in bins where there are some.
        kUser,       ///< The person.
        kCustomer,   ///< The customer; of an event each of its customers.
        kCondition,  ///< "yes" and "no".
        kSegments,   ///< Each of `segments` that holds; else (none).
    };
    Kind kind = Kind::kValue;
    std::optional<Expression> expression;
    std::optional<Condition> condition;
    std::vector<Condition> segments;
    std::vector<std::string> segment_names;
    std::optional<double> bin_width;
    std::optional<std::int64_t> bin_count;
    std::string text;  ///< Names the column.
};
struct By {
    std::vector<Breakdown> items;  ///< Empty, one or two.
    std::int64_t top = ask::kTopDefault;
    ask::Touch touch;
};

// Kinds.

/// One number of a trend, per bucket.
struct CellMeasure {
    ask::Aggregate aggregate = ask::Aggregate::kEvents;
    Unit unit = Unit::kEvents;     ///< Of kUsers and kCustomers; else kEvents.
    std::optional<Fact> property;  ///< Of kSum to kP90.
    Selector selector;
};
struct TrendColumn {
    CellMeasure measure;
    std::optional<CellMeasure> divided_by;
    ask::Smoothing smoothing = ask::Smoothing::kNone;
    std::int64_t rolling_days = 0;
    std::string text;
};
struct TrendPlan {
    std::vector<TrendColumn> columns;
    /// The where of rows of users and of events, and of rows of customers: `customer.x` speaks of
    /// the event's customers in the one and of the counted customer in the other.
    Where where_of_users;
    Where where_of_customers;
    By by_of_users;
    By by_of_customers;
};

struct UnitAggregate {
    ask::Aggregate aggregate = ask::Aggregate::kSum;
    Expression number;
    std::string text;
};
struct CountPlan {
    std::vector<UnitAggregate> aggregates;
    bool has_among = false;
    std::optional<Condition> among;  ///< Absent with has_among: all.
    std::optional<Condition> where;
    By by;
    /// A question that mentions user.known counts all persons, else only those with a user id.
    bool known_only = true;
};

struct ListColumn {
    Expression value;
    std::string name;
};
struct ListSort {
    Expression value;
    bool descending = false;
};
struct ListPlan {
    ask::Counted counted = ask::Counted::kUsers;
    std::vector<ListColumn> columns;  ///< Never empty.
    std::vector<ListSort> sort;
    std::optional<std::int64_t> limit;
    std::optional<Condition> where;
    bool known_only = true;
};

struct FunnelExclusion {
    Selector selector;
    std::uint32_t from_step = 0;  ///< From 0.
    std::uint32_t to_step = 1;
    bool ends_attempt = false;
};
struct FunnelPlan {
    std::vector<Selector> steps;
    DurationMs within = 0;
    ask::FunnelOrder order = ask::FunnelOrder::kLoose;
    std::vector<FunnelExclusion> excluding;
    bool entries_only = false;
    std::optional<Fact> holding;
    std::optional<ask::StepPair> times;
    std::optional<Interval> entering;
    Where where;
    By by;
};

/// The cohorts are the buckets of the plan's range, all of them whole periods.
struct RetentionPlan {
    Selector start;
    Selector back;
    bool same_selector = false;  ///< What starts is what comes back.
    std::uint32_t columns = 1;   ///< Behind column 0.
    std::uint32_t times = 1;
    bool every_start = false;
    bool on_or_after = false;
    DurationMs rolling = 0;  ///< How long a period is from each unit's start; 0: the calendar's.
    /// Bounds of the calendar's periods, from the first cohort's on: as many as the last cohort's
    /// last column needs or, of those, as have begun by now; on_or_after: all that have.
    std::vector<TimeMs> periods;
    Where where;
    By by;
};

/// Customers in the periods of the plan's range.
struct SidesPlan {
    Selector used;           ///< Of what belongs to a customer.
    Selector used_by_users;  ///< The same of what a user does.
    bool flows = false;
    Where where;
    By by;
    /// Users who are inside no customer have rows of their own. No condition on customers speaks of
    /// them, and no breakdown.
    bool has_free_users = false;
};

/// Users and customers by the kinds of roles of people.
struct OverlapPlan {
    bool of_users = true;
    bool of_customers = true;
    std::optional<Condition> where_of_users;
    std::optional<Condition> where_of_customers;
    std::string where_text;
};

struct Plan {
    ask::Question question;
    Calendar calendar;
    Timeline range;
    /// What is dated after the moment that counts as now is hidden.
    TimeMs at = 0;
    ask::RelationsAsOf relations = ask::RelationsAsOf::kEvent;
    /// Whether paying, plan, MRR and customer traits of a trend are those of `at`.
    bool facts_now = false;
    /// The moment at which what is judged once per unit is judged: count, list, and behaviour in a
    /// trend. Funnels judge at each entry, retention at the start, sides at the end of each period,
    /// unless `judged` is set.
    Moment moment;
    bool judged = false;  ///< The question chose the moment: dated facts are judged there too.
    Unit unit = Unit::kUsers;
    std::variant<TrendPlan, CountPlan, ListPlan, FunnelPlan, RetentionPlan, SidesPlan, OverlapPlan>
        kind;

    std::string rule;
    std::vector<std::string> notes;
};

/// Binds a question. `now` is what counts as now where neither the question nor the settings say
/// otherwise.
/// Errors: kInvalid (place and suggestion where there are any) for what makes no sense, and for
/// what this version does not answer, naming it; kTooLarge beyond a bound.
Result<Plan> bind(const ask::Question& question, const Catalog& catalog, const Settings& settings,
                  TimeMs now);

/// The codes that `use` means: sent by people, and not called automatic by the settings.
std::vector<model::NameCode> use_codes(const Catalog& catalog, const Settings& settings);

/// The columns that say who a row is: `user`, `customer`, or both. Every list begins with them.
std::vector<ListColumn> identity_columns(ask::Counted counted);
/// The columns that a list shows when the question names none, for what it lists; also for an
/// opened number.
std::vector<ListColumn> default_columns(ask::Counted counted);

/// "2026-01-31" where it is the start of a day in the zone, else with the time.
std::string moment_text(const Zone& zone, TimeMs time);

}  // namespace twofold::plan
