// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ask/parts.h"

// Selectors (which events), frames (when), expressions (numbers and values) and predicates
// (conditions), which refer to one another. ask.md "Parts" says what they mean.

namespace twofold::ask {

struct Predicate;
struct Expression;

/// Which events. `where` speaks of the event: bare names in it are properties of the event.
struct Selector {
    enum class Kind : std::uint8_t {
        kAnything,  ///< Every event.
        kUse,       ///< Every event not marked automatic.
        kNamed,     ///< `"Name"`: an event, or a selector defined in the settings.
        kFact,      ///< `money.started`, `relation.ended`: a dated fact; one of fact_names().
        kEither,    ///< `(S or S)`: two or more.
    };
    enum class First : std::uint8_t {
        kNo,
        kFirst,          ///< `first S`: the unit's first ever event of S, which must match `where`.
        kFirstMatching,  ///< `first matching S`: the first ever that matches.
    };
    Kind kind = Kind::kAnything;
    First first = First::kNo;
    std::string name;              ///< kNamed, kFact.
    std::vector<Selector> either;  ///< kEither.
    Nested<Predicate> where;       ///< `[predicate]`; may be absent.
    Span span;
    bool operator==(const Selector&) const = default;
};

/// The stretch of time that a behaviour or a measure looks at.
struct Frame {
    enum class Kind : std::uint8_t {
        kEver,           ///< The default; not written.
        kInTheRange,     ///< `in the range`
        kInTheLast,      ///< `in the last D`: back from the moment of judging
        kBeforeTheLast,  ///< `in the D before the last D2` (`duration`, `before_last`)
        kInTheFirst,     ///< `in the first D`: from the unit's first event
        kWithinAfter,    ///< `within D after S`
        kWithinBefore,   ///< `within D before S`
        kAfter,          ///< `after S`: its first S
        kBefore,         ///< `before S`
        kSince,          ///< `since A` (`from`)
        kFromTo,         ///< `from A to B`
    };
    Kind kind = Kind::kEver;
    Duration duration;
    Duration before_last;
    Nested<Selector> selector;  ///< kWithinAfter, kWithinBefore, kAfter, kBefore.
    When from;
    When to;
    Span span;
    bool operator==(const Frame&) const = default;
};

enum class Aggregate : std::uint8_t {
    // Counts: `events of S`.
    kEvents,
    kUsers,
    kCustomers,
    kSessions,
    kDays,
    // Of a property: `sum(event.x) of S`.
    kSum,
    kAverage,
    kMedian,
    kMin,
    kMax,
    kP90,
    kDistinct,
    kFirst,
    kLast,
    // Of times: `first time of S`.
    kFirstTime,
    kLastTime,
};
/// Whether it is written with a property in parentheses.
bool takes_property(Aggregate aggregate) noexcept;

/// A number taken from events: of one unit over its own frame in a condition or a list, of each
/// cell in a trend (where `frame` is always kEver).
struct Measure {
    Aggregate aggregate = Aggregate::kEvents;
    Nested<Property> property;  ///< Present exactly when takes_property(aggregate).
    Selector selector;
    Frame frame;
    Span span;
    bool operator==(const Measure&) const = default;
};

enum class ArithmeticOp : std::uint8_t { kAdd, kSubtract, kMultiply, kDivide };

/// Missing operands give missing; so does division by zero.
struct Arithmetic {
    ArithmeticOp op = ArithmeticOp::kAdd;
    Nested<Expression> left;   ///< Present.
    Nested<Expression> right;  ///< Present.
    bool operator==(const Arithmetic&) const = default;
};

/// A value of one unit, relation or event.
struct Expression {
    std::variant<Literal, Property, Measure, Arithmetic> node;
    Span span;
    bool operator==(const Expression&) const = default;
};

struct And {
    std::vector<Predicate> parts;  ///< Two or more.
    bool operator==(const And&) const = default;
};
struct Or {
    std::vector<Predicate> parts;  ///< Two or more.
    bool operator==(const Or&) const = default;
};
struct Not {
    Nested<Predicate> part;  ///< Present.
    bool operator==(const Not&) const = default;
};

enum class CompareOp : std::uint8_t {
    kEqual,
    kNotEqual,
    kLess,
    kLessEqual,
    kGreater,
    kGreaterEqual
};
/// kNotEqual is also true when a side is missing; the others are then false.
struct Comparison {
    Expression left;
    CompareOp op = CompareOp::kEqual;
    Expression right;
    bool operator==(const Comparison&) const = default;
};
/// `x in ("a", "b")`, `x not in (…)`.
struct InList {
    Expression left;
    bool negated = false;
    std::vector<Literal> values;  ///< One or more.
    bool operator==(const InList&) const = default;
};
enum class TextOp : std::uint8_t { kContains, kStartsWith, kEndsWith, kMatches };
/// Bytes compare, no case folding; kMatches is an RE2 pattern found anywhere in the text.
struct TextTest {
    Expression left;
    TextOp op = TextOp::kContains;
    std::string pattern;
    bool operator==(const TextTest&) const = default;
};
/// `x is set`, `x is not set`.
struct IsSet {
    Expression left;
    bool negated = false;
    bool operator==(const IsSet&) const = default;
};
/// A property that stands alone: it is true. `paying` is `customer.paying`.
struct IsTrue {
    Property property;
    bool operator==(const IsTrue&) const = default;
};
/// `x in the next 60 days`, `x in the last 30 days`.
struct DateWithin {
    Expression left;
    bool next = false;
    Duration duration;
    bool operator==(const DateWithin&) const = default;
};
/// `x before A`, `x after A`.
struct DateSide {
    Expression left;
    bool after = false;
    When when;
    bool operator==(const DateSide&) const = default;
};
/// `in segment "Power users"`: of the question's unit.
struct InSegment {
    std::string name;
    bool operator==(const InSegment&) const = default;
};
/// `role is admin`.
struct RoleIs {
    std::string role;
    bool operator==(const RoleIs&) const = default;
};
/// `related to customer "acme"`.
struct RelatedTo {
    std::string customer_id;
    bool operator==(const RelatedTo&) const = default;
};
/// `answered "NPS" <= 6`.
struct Answered {
    std::string survey;
    CompareOp op = CompareOp::kEqual;
    Literal value;
    bool operator==(const Answered&) const = default;
};

enum class TimesOp : std::uint8_t { kAtLeast, kAtMost, kExactly };
struct Times {
    TimesOp op = TimesOp::kAtLeast;
    std::int64_t count = 1;
    bool operator==(const Times&) const = default;
};
/// `did S at least 3 times in the last 14 days`, `did not S`, and the chain `did A > B within D`.
/// Without `times`: at least once.
struct Did {
    bool negated = false;
    std::vector<Selector> steps;     ///< One, or a chain of two or more.
    std::optional<Times> times;      ///< Never in a chain.
    std::optional<Duration> within;  ///< Only in a chain; absent: the funnel's default.
    Frame frame;
    bool operator==(const Did&) const = default;
};

enum class Quantifier : std::uint8_t {
    kAny,
    kEvery,
    kNo,
    kAtLeastCount,  ///< Lift only.
    kAtLeastShare,  ///< Lift only.
};
/// Users → customer: `any user P`, `at least 40% of users with role admin P`.
struct Lift {
    Quantifier quantifier = Quantifier::kAny;
    std::int64_t count = 0;          ///< kAtLeastCount.
    double percent = 0;              ///< kAtLeastShare.
    bool ever_related = false;       ///< `any user ever related`: not only those inside now.
    std::vector<std::string> roles;  ///< Any of these; empty: every inside role.
    Nested<Predicate> condition;     ///< Of one user; absent: whether there are such users.
    bool operator==(const Lift&) const = default;
};
/// Customer → users and events: `any customer P`, `no customer with role admin P`. Bare
/// `customer.x`, `paying` and `role is R` are not turned into this by the parser: which of them
/// speak of the same customer is meaning, so `plan` decides.
struct Lower {
    Quantifier quantifier = Quantifier::kAny;  ///< kAny, kEvery or kNo.
    std::vector<std::string> roles;
    Nested<Predicate> condition;  ///< Absent: whether there are such customers.
    bool operator==(const Lower&) const = default;
};

struct Predicate {
    std::variant<And, Or, Not, Comparison, InList, TextTest, IsSet, IsTrue, DateWithin, DateSide,
                 InSegment, RoleIs, RelatedTo, Answered, Did, Lift, Lower>
        node;
    Span span;
    bool operator==(const Predicate&) const = default;
};

}  // namespace twofold::ask
