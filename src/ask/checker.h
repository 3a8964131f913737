// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

#include "ask/names.h"
#include "ask/print.h"
#include "ask/question.h"
#include "base/result.h"

// Used by check.cc (questions), kind_<word>.cc (one kind), check_condition.cc (conditions) and
// check_name.cc (names) only.
// The first thing that is wrong is kept; after it the rest is walked without effect.

namespace twofold::ask {

class Checker {
public:
    Checker(const Question& question, const Names& names) : question_(question), names_(names) {}
    Status run();

private:
    /// Of what a condition speaks where it stands.
    enum class About : std::uint8_t {
        kUser,
        kCustomer,
        kRelation,
        kEvent,
        kEventOfCustomer,  ///< In a question that counts customers.
    };
    enum class Misplaced : std::uint8_t { kNot, kUser, kEvent };

    // kind_<word>.cc
    void kind(const Trend& trend);
    void kind(const Count& count);
    void kind(const List& list);
    void kind(const Funnel& funnel);
    void kind(const Retention& retention);
    void kind(const Sides& sides);
    void kind(const Overlap& overlap);
    void trend_measure(const TrendMeasure& measure);
    void money_over_users(const Count& count);
    void sort_keys(const List& list);
    void exclusion(const Exclusion& exclusion, std::size_t steps);

    // check.cc
    void clauses();
    void by(const By& by);
    void breakdown(const Breakdown& item);
    void range(const FromTo& range, const Span& span);
    void against(const Against& against);
    /// Of what `where` speaks, and of what values of one counted unit.
    About about_unit() const;
    bool counts_customers() const;
    void facts_around(const Question& question);

    // check_condition.cc
    void predicate(const Predicate& predicate, About about);
    void condition(const And& node, const Span& span, About about);
    void condition(const Or& node, const Span& span, About about);
    void condition(const Not& node, const Span& span, About about);
    void condition(const Comparison& node, const Span& span, About about);
    void condition(const InList& node, const Span& span, About about);
    void condition(const TextTest& node, const Span& span, About about);
    void condition(const IsSet& node, const Span& span, About about);
    void condition(const IsTrue& node, const Span& span, About about);
    void condition(const DateWithin& node, const Span& span, About about);
    void condition(const DateSide& node, const Span& span, About about);
    void condition(const InSegment& node, const Span& span, About about);
    void condition(const RoleIs& node, const Span& span, About about);
    void condition(const RelatedTo& node, const Span& span, About about);
    void condition(const Answered& node, const Span& span, About about);
    void condition(const Did& node, const Span& span, About about);
    void condition(const Lift& node, const Span& span, About about);
    void condition(const Lower& node, const Span& span, About about);
    /// What the expression can hold; everything when it is not known.
    ValueKinds expression(const Expression& expression, About about);
    ValueKinds number(const Expression& expression, About about);
    ValueKinds property(const Property& property, About about);
    void property_place(const Property& property, About about);
    ValueKinds measure(const Measure& measure);
    void comparable(const Expression& left, ValueKinds left_kinds, CompareOp op,
                    const Expression& right, ValueKinds right_kinds);
    void date(const Expression& expression, About about);
    void selector(const Selector& selector);
    /// Whether it can select facts, and whether events.
    static std::pair<bool, bool> sources(const Selector& selector);
    void frame(const Frame& frame);

    // check_name.cc
    void event(const std::string& name, const Span& span);
    ValueKinds sent(const Property& property);
    void unknown_property(const Property& property);
    void segment(const std::string& name, const Span& span);
    void role(const std::string& name, const Span& span);
    void when(const When& when);
    /// `no <what> "name"; did you mean …?`
    void unknown(std::string_view what, const std::string& name, const Span& span,
                 const std::vector<std::string>& known,
                 std::string (*written)(std::string_view) = quote);

    bool failed() const { return error_.has_value(); }
    void refuse(const Span& span, std::string message, std::string suggestion = {});

    const Question& question_;
    const Names& names_;
    std::optional<Error> error_;
    /// The property that was just refused stands where its owner is not known.
    Misplaced misplaced_ = Misplaced::kNot;
    /// Whether event properties are those of dated facts: of the selector whose brackets or
    /// measure stand around, or, outside of both, of any selector of the question.
    bool in_fact_ = false;
    bool in_event_ = true;
    bool in_brackets_ = false;
};

}  // namespace twofold::ask
