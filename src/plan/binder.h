// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ask/question.h"
#include "base/result.h"
#include "plan/catalog.h"
#include "plan/condition.h"
#include "plan/plan.h"
#include "plan/settings.h"
#include "plan/timeline.h"

namespace twofold::plan {

/// Of whom a condition is asked, and so of whom its bare parts speak. `row`: an event is at hand
/// too, and its person.
struct Scope {
    enum class Who : std::uint8_t {
        kUser,      ///< A user: `customer.x` means any of its customers.
        kCustomer,  ///< The counted customer.
        kLifted,    ///< A user of the counted customer: `did` sees what belongs to that customer.
        kLowered,   ///< A customer of the user, in `any customer (…)`: `did` is the customer's.
        kBare,      ///< A customer of the user, from bare parts: `did` stays the user's.
    };
    Who who = Who::kUser;
    bool row = false;
    /// Inside the brackets of a selector: facts and properties only.
    bool brackets = false;

    bool customer_at_hand() const { return who != Who::kUser; }
    bool user_at_hand() const { return who != Who::kCustomer || row; }
    bool pair_at_hand() const { return user_at_hand() && customer_at_hand(); }
    Scope with(Who other) const { return {other, row, brackets}; }
};

/// Looks up the names of one question and decides of whom each part speaks. The functions for one
/// kind of part lie together: bind_expression.cc, bind_selector.cc, bind_condition.cc.
class Binder {
public:
    Binder(const Catalog& catalog, const Settings& settings, const Calendar& calendar)
        : catalog_(catalog), settings_(settings), calendar_(calendar) {}

    /// `in the range` means this one.
    void set_range(TimeMs from, TimeMs to) {
        range_from_ = from;
        range_to_ = to;
    }

    Result<Fact> fact(const ask::Property& property, Scope scope) const;
    Result<Expression> expression(const ask::Expression& expression, Scope scope) const;
    Result<Measure> measure(const ask::Measure& measure, Scope scope) const;
    /// `scope` is the one that asks; the rows are its user's, its customer's or the pair's.
    Result<Selector> selector(const ask::Selector& selector, Scope scope) const;
    Result<Window> window(const ask::Frame& frame, Scope scope) const;
    Result<Condition> condition(const ask::Predicate& predicate, Scope scope) const;

private:
    Result<Fact> sent_fact(const ask::Property& property, Scope scope) const;
    Result<About> about_of(const ask::Property& property, Scope scope) const;
    Result<About> behaviour_of(Scope scope, const ask::Span& span) const;
    Result<std::vector<EventFilter>> filters(const ask::Selector& selector, Scope scope) const;
    Status narrow(std::vector<EventFilter>& filters, const ask::Predicate& where,
                  Scope scope) const;

    Result<Condition> conjunction(const ask::Predicate& predicate, Scope scope) const;
    Result<Condition> disjunction(const ask::Or& either, Scope scope) const;
    Result<Condition> lowered(const std::vector<const ask::Predicate*>& bare, Scope scope) const;
    Result<Condition> leaf(const ask::Predicate& predicate, Scope scope) const;
    Result<Condition> comparison(const ask::Comparison& node, Scope scope) const;
    Result<Condition> against_literal(Expression left, ask::CompareOp op,
                                      const ask::Literal& literal) const;
    Result<Condition> against_time(Expression left, ask::CompareOp op, const ask::When& when) const;
    Result<Condition> in_list(const ask::InList& node, Scope scope) const;
    Result<Condition> did(const ask::Did& node, Scope scope, const ask::Span& span) const;
    Result<Condition> lift(const ask::Lift& node, Scope scope, const ask::Span& span) const;
    Result<Condition> lower(const ask::Lower& node, Scope scope, const ask::Span& span) const;
    Result<Condition> segment(const ask::InSegment& node, Scope scope, const ask::Span& span) const;

    const Catalog& catalog_;
    const Settings& settings_;
    const Calendar& calendar_;
    TimeMs range_from_ = kBeginningOfTime;
    TimeMs range_to_ = kEndOfTime;
    mutable int segment_depth_ = 0;
};

/// An error about a part of the question.
std::unexpected<Error> refuse(const ask::Span& span, std::string message,
                              std::string suggestion = {});
/// The same for what makes sense and is not answered by this version.
std::unexpected<Error> not_answered(const ask::Span& span, std::string_view what);

// What the kinds share (bind_kinds.cc).
Scope::Who who_of(Unit unit);
/// Splits what was bound at its outermost `and`.
Result<Where> bind_where(const Binder& binder, const std::optional<ask::Predicate>& where,
                         Scope scope);
Result<By> bind_by(const Binder& binder, const std::optional<ask::By>& by, Scope scope);

// The kinds (bind_kinds.cc, bind_retention.cc, bind_sides.cc, bind_overlap.cc). They fill
// `plan.kind`, `plan.unit` and what else is the kind's.
Status bind_trend(const ask::Trend& trend, const Binder& binder, Plan& plan);
Status bind_count(const ask::Count& count, const Binder& binder, Plan& plan);
Status bind_list(const ask::List& list, const Binder& binder, Plan& plan);
Status bind_funnel(const ask::Funnel& funnel, const Binder& binder, Plan& plan);
Status bind_retention(const ask::Retention& retention, const Binder& binder, Plan& plan);
Status bind_sides(const ask::Sides& sides, const Binder& binder, Plan& plan);
Status bind_overlap(const ask::Overlap& overlap, const Binder& binder, Plan& plan);

/// The sentence that says what was counted and how (ask.md, "Where peers differ"), and the notes
/// that follow from the question alone.
void describe(Plan& plan);

}  // namespace twofold::plan
