// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ask/condition.h"
#include "ask/parts.h"

// The kinds of questions as values. What the language knows of one beside its node (how it is
// parsed, printed and checked) is in kind_<word>.cc; the members of its JSON stand in
// question_json.cc with those of all other parts.

namespace twofold::ask {

/// What a kind takes beside the clauses that every kind takes, for the parser and its messages.
struct KindRules {
    std::string_view word;     ///< With which the question begins.
    std::string_view clauses;  ///< The first words of clauses that only it has, blanks between.
    bool takes_unit = false;   ///< `for …`
    bool takes_by = false;
    bool takes_every = false;  ///< `every …` and `in total`.
};

enum class Smoothing : std::uint8_t { kNone, kRolling, kCumulative };
struct TrendMeasure {
    Measure measure;
    std::optional<Measure> divided_by;  ///< `M / M`
    Smoothing smoothing = Smoothing::kNone;
    std::int64_t rolling_days = 0;  ///< kRolling: the day itself and those before.
    bool operator==(const TrendMeasure&) const = default;
};
struct Trend {
    static constexpr KindRules kRules{
        .word = "trend", .clauses = "", .takes_unit = true, .takes_by = true, .takes_every = true};
    std::vector<TrendMeasure> measures;  ///< One or more. kEvents to kSessions, kSum to kP90.
    bool operator==(const Trend&) const = default;
};

/// What count and list count and list. `users`, `customers` and `sessions` in count.
enum class Counted : std::uint8_t { kUsers, kCustomers, kSessions, kRelations, kEvents };

/// `sum(customer.mrr)`: over the counted units. kSum to kP90.
struct UnitAggregate {
    Aggregate aggregate = Aggregate::kSum;
    Expression number;
    Span span;
    bool operator==(const UnitAggregate&) const = default;
};
/// `among customers where P`: the share of the counted in these.
struct Among {
    Nested<Predicate> where;  ///< Absent: all.
    Span span;
    bool operator==(const Among&) const = default;
};
struct Count {
    static constexpr KindRules kRules{
        .word = "count", .clauses = "among", .takes_by = true, .takes_every = true};
    Counted counted = Counted::kUsers;
    std::vector<UnitAggregate> aggregates;
    std::optional<Among> among;
    bool operator==(const Count&) const = default;
};

struct Column {
    Expression value;
    std::string name;  ///< `as active`; empty: named by the printed expression.
    bool operator==(const Column&) const = default;
};
struct SortKey {
    std::variant<Expression, std::string> by;  ///< A string is the name of a shown column.
    bool descending = false;
    Span span;
    bool operator==(const SortKey&) const = default;
};
struct List {
    static constexpr KindRules kRules{.word = "list", .clauses = "show sort limit"};
    Counted counted = Counted::kUsers;
    std::vector<Column> show;
    std::vector<SortKey> sort;
    std::optional<std::int64_t> limit;
    bool operator==(const List&) const = default;
};

enum class FunnelOrder : std::uint8_t { kLoose, kStrict, kAny };
/// `excluding S [between i and j] [ending the attempt]`.
struct Exclusion {
    Selector selector;
    std::int64_t from_step = 0;  ///< 0: between the first and the last.
    std::int64_t to_step = 0;
    bool ends_attempt = false;
    Span span;
    bool operator==(const Exclusion&) const = default;
};
/// `times from i to j`.
struct StepPair {
    std::int64_t from = 1;
    std::int64_t to = 2;
    Span span;
    bool operator==(const StepPair&) const = default;
};
inline constexpr Duration kFunnelWindowDefault{14, DurationUnit::kDay, {}};
struct Funnel {
    static constexpr KindRules kRules{
        .word = "funnel",
        .clauses = "within strict excluding entries holding times entering",
        .takes_unit = true,
        .takes_by = true};
    std::vector<Selector> steps;     ///< 2 to kStepsMax.
    std::optional<Duration> within;  ///< Absent: kFunnelWindowDefault.
    FunnelOrder order = FunnelOrder::kLoose;
    std::vector<Exclusion> excluding;
    bool entries_only = false;        ///< The range binds step 1 only.
    std::optional<Property> holding;  ///< All steps carry the same value of it.
    std::optional<StepPair> times;
    std::optional<Interval> entering;  ///< `entering every week`
    bool operator==(const Funnel&) const = default;
};

/// `for 12 weeks`: the columns behind the first.
struct Periods {
    std::int64_t count = 1;  ///< 1 to kPeriodsMax.
    Interval interval = Interval::kDay;
    Span span;
    bool operator==(const Periods&) const = default;
};
struct Retention {
    static constexpr KindRules kRules{.word = "retention",
                                      .clauses = "on",
                                      .takes_unit = true,
                                      .takes_by = true,
                                      .takes_every = true};
    Selector start;
    Selector back;                      ///< `then S`
    std::optional<std::int64_t> times;  ///< `at least 3 times`: in one period; absent: once.
    bool on_or_after = false;           ///< In that period or in a later one.
    bool rolling = false;               ///< Elapsed time from each unit's start.
    bool every_start = false;           ///< In the cohort of each period with a start.
    std::optional<Periods> periods;     ///< Absent: periods_default() of the interval.
    bool operator==(const Retention&) const = default;
};
/// 24 hours, 30 days, 12 weeks, 12 months, 8 quarters, 5 years.
std::int64_t periods_default(Interval interval) noexcept;

/// Customers by whether they use and whether they pay.
struct Sides {
    static constexpr KindRules kRules{
        .word = "sides", .clauses = "using flows", .takes_by = true, .takes_every = true};
    std::optional<Selector> used;  ///< `using S`; absent: use.
    bool flows = false;            ///< Who moved from one period to the next.
    bool operator==(const Sides&) const = default;
};

/// Who only uses, who only buys, and who does both.
struct Overlap {
    static constexpr KindRules kRules{
        .word = "overlap", .clauses = "", .takes_unit = true, .takes_every = true};
    bool operator==(const Overlap&) const = default;
};

/// In the order in which they are offered.
using Kind = std::variant<Trend, Count, List, Funnel, Retention, Sides, Overlap>;

namespace internal {
template <typename Variant>
struct RulesOfAll;
template <typename... Kinds>
struct RulesOfAll<std::variant<Kinds...>> {
    static constexpr std::array<KindRules, sizeof...(Kinds)> kAll = {Kinds::kRules...};
};
}  // namespace internal
/// Of all kinds, in the order of the alternatives.
inline constexpr auto& kKindRules = internal::RulesOfAll<Kind>::kAll;

/// The selectors that a kind's own part names, in the order of the text; those within numbers and
/// conditions are not among them.
std::vector<const Selector*> selectors_of(const Trend& trend);
inline std::vector<const Selector*> selectors_of(const Count& /*count*/) {
    return {};
}
inline std::vector<const Selector*> selectors_of(const List& /*list*/) {
    return {};
}
std::vector<const Selector*> selectors_of(const Funnel& funnel);
std::vector<const Selector*> selectors_of(const Retention& retention);
std::vector<const Selector*> selectors_of(const Sides& sides);
inline std::vector<const Selector*> selectors_of(const Overlap& /*overlap*/) {
    return {};
}

}  // namespace twofold::ask
