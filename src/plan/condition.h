// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "ask/condition.h"
#include "ask/parts.h"
#include "base/time.h"
#include "model/types.h"
#include "plan/value.h"

// Bound conditions: the same tree as in ask/condition.h after its names were looked up and it was
// decided of whom each part speaks. A backend evaluates it; it decides no meaning.
//
// A condition is asked of a *subject*: an event, a user, a customer, or a pair (a user and a
// customer, reached by a lift or a lower). Each leaf names in `about` whose fact it takes; of a
// pair both sides are at hand, of an event its person, and its customer where customers are
// counted.
namespace twofold::plan {

struct Condition;
struct Expression;

/// Of whom a fact, behaviour or number is taken.
enum class About : std::uint8_t {
    kEvent,
    kUser,
    kCustomer,
    kPair,  ///< Role, since …; of behaviour: the user's events that belong to the customer.
};

enum class FactKind : std::uint8_t {
    kSent,  ///< What was sent: an event's property, a trait.
    // Of events.
    kEventName,
    kEventTime,
    kEventHour,
    kEventWeekday,
    kEventActing,
    // Of users.
    kUserId,
    kUserKnown,
    kUserFirstSeen,
    kUserLastSeen,
    kUserCustomers,
    // Of customers.
    kCustomerId,
    kCustomerName,
    kCustomerKind,
    kCustomerStatus,
    kCustomerPlan,
    kCustomerMrr,
    kCustomerPaying,
    kCustomerPayingSince,
    kCustomerLifetimeRevenue,
    kCustomerSeats,
    kCustomerTrialUntil,
    kCustomerUsers,
    kCustomerFirstSeen,
    kCustomerLastSeen,
    kCustomerOwner,
    kCustomerParent,
    // Of pairs.
    kRelationRole,
    kRelationSince,
    kRelationUntil,
    kRelationSource,
};

/// What the numbers of a fact are.
enum class Meaning : std::uint8_t {
    kPlain,
    kTime,   ///< kInt, ms since 1970.
    kMoney,  ///< Major units in comparisons.
};

struct Fact {
    About about = About::kUser;
    FactKind kind = FactKind::kSent;
    std::string name;                        ///< kSent: of the property or trait.
    std::vector<model::ColumnCode> columns;  ///< kSent of an event: one per type.

    Meaning meaning() const noexcept;
    /// Has a history: relations, role, plan, paying, status, MRR, seats, customer traits. Of these
    /// a trend takes the value as of the event.
    bool dated() const noexcept;
    /// Told by events: a customer is seen when somebody uses the product for it.
    bool needs_events() const noexcept;
};

/// One kind of rows of a selector.
struct EventFilter {
    enum class Names : std::uint8_t {
        kAnything,
        kListed,  ///< Events of one of `codes`; empty matches none.
        kFact,    ///< Dated facts called `fact`.
    };
    Names names = Names::kAnything;
    std::vector<model::NameCode> codes;
    std::string fact;
    ask::Nested<Condition> where;  ///< About the event (or the fact); absent: all.
};

/// Rows that one of `parts` takes.
struct Selector {
    std::vector<EventFilter> parts;
    ask::Selector::First first = ask::Selector::First::kNo;
    std::string text;  ///< As in the question.
};

/// The stretch of time of a behaviour or a number, for a moment of judging M (see Moment).
struct Window {
    enum class Kind : std::uint8_t {
        kAbsolute,      ///< [from, to)
        kLast,          ///< [M.nominal - reach, M.nominal - skip), with skip 0 up to M.before.
        kInTheFirst,    ///< [first event of the unit, + reach)
        kWithinAfter,   ///< after the first of `anchor`, at most `reach` later, bound included
        kWithinBefore,  ///< before the first of `anchor`, at most `reach` earlier, bound included
        kAfter,         ///< later than the first of `anchor`
        kBefore,        ///< earlier than the first of `anchor`
    };
    Kind kind = Kind::kAbsolute;
    TimeMs from = kBeginningOfTime;
    TimeMs to = kEndOfTime;
    DurationMs reach = 0;
    DurationMs skip = 0;
    ask::Nested<Selector> anchor;

    /// Whether it needs other events of the unit to be known.
    bool anchored() const noexcept { return kind >= Kind::kInTheFirst; }
};

/// A number taken from events of one subject.
struct Measure {
    ask::Aggregate aggregate = ask::Aggregate::kEvents;
    About about = About::kUser;
    std::optional<Fact> property;  ///< Of the event.
    Selector selector;
    Window window;
};

struct Arithmetic {
    ask::ArithmeticOp op = ask::ArithmeticOp::kAdd;
    ask::Nested<Expression> left;   ///< Present.
    ask::Nested<Expression> right;  ///< Present.
};

struct Expression {
    std::variant<model::OwnedValue, Fact, Measure, Arithmetic> node;
    std::string text;  ///< As in the question.

    /// Of a fact its own; what is made of money by adding, or by a plain number, stays money.
    Meaning meaning() const noexcept;
};

struct All {
    std::vector<Condition> parts;  ///< None: true.
};
struct Any {
    std::vector<Condition> parts;  ///< None: false.
};
struct Not {
    ask::Nested<Condition> part;  ///< Present.
};
struct FactTest {
    Expression left;
    ValueTest test;
};
/// Both sides are computed.
struct Compare {
    Expression left;
    ask::CompareOp op = ask::CompareOp::kEqual;
    Expression right;
};
/// `x in the next D`, `x in the last D`: [M.nominal, M.nominal + D), [M.nominal - D, M.before).
struct NearMoment {
    Expression left;
    bool next = false;
    DurationMs duration = 0;
};
/// The pair's relation has one of these roles at the moment.
struct HasRole {
    std::vector<std::string> roles;
};
/// The user (about = kUser) is inside the customer of this id at the moment.
struct RelatedTo {
    std::string customer_id;
};
/// The number of events lies in [at_least, at_most].
struct Did {
    About about = About::kUser;
    Selector selector;
    Window window;
    std::int64_t at_least = 1;
    std::int64_t at_most = INT64_MAX;
};
/// Steps in order within `within` of the first, all in the window.
struct Chain {
    About about = About::kUser;
    std::vector<Selector> steps;
    DurationMs within = 0;
    Window window;
};
/// Of a customer (or the customer of a pair): how many of its users fulfil `condition`, which is
/// asked of pairs.
struct Lift {
    ask::Quantifier quantifier = ask::Quantifier::kAny;
    std::int64_t count = 0;
    double percent = 0;
    bool ever_related = false;
    std::vector<std::string> roles;  ///< Empty: every inside role.
    ask::Nested<Condition> condition;
};
/// Of a user (of an event: of the event's customers): whether its customers fulfil `condition`,
/// which is asked of pairs.
struct Lower {
    ask::Quantifier quantifier = ask::Quantifier::kAny;
    std::vector<std::string> roles;  ///< Empty: every inside role.
    /// Made of `customer.x`, `paying`, `role is R` joined by `and`. Without customers every
    /// `customer.x` is then missing, and the condition is asked of that.
    bool bare = false;
    ask::Nested<Condition> condition;
};

struct Condition {
    std::variant<All, Any, Not, FactTest, Compare, NearMoment, HasRole, RelatedTo, Did, Chain, Lift,
                 Lower>
        node;
    std::string text;  ///< As in the question; empty for what was put together.
};

/// What a condition speaks of anywhere inside it, lifts and lowers included (but not the brackets
/// of selectors).
struct Mentions {
    bool event = false;      ///< Facts of the event itself.
    bool behaviour = false;  ///< did, numbers, chains.
    bool lift = false;
    bool lower = false;
    bool dated = false;   ///< Facts with a history, roles.
    bool known = false;   ///< user.known
    bool person = false;  ///< Facts of a user or of a pair, outside lifts.
};
Mentions mentions(const Condition& condition);
Mentions mentions(const Expression& expression);

}  // namespace twofold::plan
