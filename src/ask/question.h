// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ask/condition.h"
#include "ask/kinds.h"
#include "ask/parts.h"

// A question as a value. Text (parse.h, print.h) and JSON (question_json.h) map to it one to one.
// What is not written stays absent here; the defaults named below are applied by `plan`.

namespace twofold::ask {

// Bounds, the same for text and JSON; beyond them a question is refused with kTooLarge.
inline constexpr std::size_t kTextBytesMax = 64 * 1024;
inline constexpr int kDepthMax = 100;  ///< Parentheses, brackets, operators within operators.
inline constexpr std::size_t kStepsMax = 20;  ///< Of a funnel or a chain.
inline constexpr std::size_t kListMax =
    1'000;  ///< Values in `in (…)`, parts of one `and`/`or`/`(S or S)`.
inline constexpr std::size_t kMeasuresMax = 20;  ///< Of a trend; aggregates of a count.
inline constexpr std::size_t kColumnsMax = 50;   ///< `show` of a list.
inline constexpr std::size_t kSortKeysMax = 4;
inline constexpr std::size_t kBreakdownsMax = 2;
inline constexpr std::size_t kSegmentsMax = 50;  ///< In one `by segments`.
inline constexpr std::size_t kRolesMax = 20;     ///< In one `with role`.
inline constexpr std::size_t kExclusionsMax = 5;
inline constexpr std::size_t kNameBytesMax = 1'024;  ///< Of an event, property, segment, role.
inline constexpr std::int64_t kTopMax = 1'000;
inline constexpr std::int64_t kLimitMax = 100'000'000;
inline constexpr std::int64_t kIntervalsMax = 100'000;  ///< In `over the last N …`.
inline constexpr std::int64_t kBinsMax = 1'000;
inline constexpr std::int64_t kPeriodsMax = 366;  ///< Columns of retention.
inline constexpr std::int64_t kTimesMax = 1'000'000'000;
inline constexpr DurationMs kDurationMaxMs = 36'525 * kDayMs;  ///< A century.
inline constexpr std::int64_t kTopDefault = 25;

/// The dated facts that stand wherever an event can: "money.started", "relation.ended", …
const std::vector<std::string>& fact_names();

// Clauses.

/// `for …`; absent: users. count and list name theirs themselves and take no `for`.
struct Unit {
    enum class Kind : std::uint8_t { kUsers, kCustomers, kSessions, kEach };
    Kind kind = Kind::kUsers;
    std::optional<Property> each;  ///< kEach: `for each event.x`
    Span span;
    bool operator==(const Unit&) const = default;
};

/// `in bins of 10` or `in 5 bins`.
struct Bins {
    std::optional<double> width;
    std::optional<std::int64_t> count;
    bool operator==(const Bins&) const = default;
};
struct Breakdown {
    enum class Whole : std::uint8_t { kUser, kCustomer };
    struct Segments {
        std::vector<std::string> names;
        bool operator==(const Segments&) const = default;
    };
    /// A property or number, `user`, `customer`, segments, or a condition (`yes`, `no`).
    /// `by role` is the property relation.role.
    std::variant<Expression, Whole, Segments, Predicate> value;
    std::optional<Bins> bins;  ///< Only for an Expression.
    Span span;
    bool operator==(const Breakdown&) const = default;
};
struct Touch {
    enum class Kind : std::uint8_t { kFirst, kLast, kStep, kEveryValue };
    Kind kind = Kind::kFirst;
    std::int64_t step = 0;  ///< kStep, from 1.
    Span span;
    bool operator==(const Touch&) const = default;
};
struct By {
    std::vector<Breakdown> items;     ///< One or two.
    std::optional<std::int64_t> top;  ///< Absent: kTopDefault.
    std::optional<Touch> touch;
    bool operator==(const By&) const = default;
};

struct InTotal {
    bool operator==(const InTotal&) const = default;
};
/// `every week` or `in total`.
using Every = std::variant<Interval, InTotal>;

/// `over the last 12 weeks`: intervals of the calendar ending with the current one.
struct LastIntervals {
    std::int64_t count = 30;
    Interval interval = Interval::kDay;
    bool operator==(const LastIntervals&) const = default;
};
/// `from A to B`; two dates: both days inclusive; instants: half-open.
struct FromTo {
    When from;
    When to;
    bool operator==(const FromTo&) const = default;
};
struct Since {
    When from;
    bool operator==(const Since&) const = default;
};
struct AllTime {
    bool operator==(const AllTime&) const = default;
};
struct Range {
    std::variant<LastIntervals, FromTo, Since, AllTime> value;
    Span span;
    bool operator==(const Range&) const = default;
};

enum class RelationsAsOf : std::uint8_t { kEvent, kNow, kEver };
enum class FactsAsOf : std::uint8_t { kEvent, kNow };
enum class Judged : std::uint8_t { kStart, kEnd, kNow };

struct Against {
    struct PreviousPeriod {
        bool operator==(const PreviousPeriod&) const = default;
    };
    struct LastYear {
        bool operator==(const LastYear&) const = default;
    };
    /// A When is for list only: `new`, `gone`, `kept` since that moment.
    std::variant<PreviousPeriod, LastYear, FromTo, When> value;
    Span span;
    bool operator==(const Against&) const = default;
};

struct Question {
    Kind kind;
    std::optional<Unit> unit;
    bool rolled_up = false;  ///< Customers with their children.
    std::optional<Predicate> where;
    std::optional<By> by;
    std::optional<Every> every;  ///< Absent: a day for trend, retention and sides; else none.
    std::optional<Range> range;  ///< Absent: the last 30 days.
    std::optional<RelationsAsOf> relations;
    std::optional<FactsAsOf> facts;
    std::string zone;                     ///< Empty: the project's.
    std::optional<WeekStart> weeks_from;  ///< Absent: Monday.
    std::optional<When> at;               ///< Absent: the project's now.
    std::optional<Against> against;
    std::optional<Judged> judged;  ///< Absent: the kind's own moment.
    bool including_everyone = false;
    Span every_span;
    Span zone_span;
    Span judged_span;
    Span rolled_up_span;
    bool operator==(const Question&) const = default;
};

const KindRules& rules_of(const Question& question) noexcept;
/// "trend", "count", …
std::string_view kind_name(const Question& question) noexcept;

}  // namespace twofold::ask
