// SPDX-License-Identifier: Apache-2.0
#include "ask/question_json.h"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

#include "ask/json_archive.h"
#include "ask/parse.h"
#include "ask/print.h"
#include "base/text.h"

namespace twofold::ask {

// The members of objects and the values of "kind" are part of the API: docs/questions.md.

namespace {

using Words = std::span<const std::string_view>;
constexpr std::array<std::string_view, 6> kIntervalNames = {"hour",  "day",     "week",
                                                            "month", "quarter", "year"};
constexpr std::array<std::string_view, 7> kEveryNames = {"hour",    "day",  "week", "month",
                                                         "quarter", "year", "total"};
constexpr std::array<std::string_view, 5> kDurationUnitNames = {"second", "minute", "hour", "day",
                                                                "week"};
constexpr std::array<std::string_view, 4> kOwnerNames = {"event", "user", "customer", "relation"};
constexpr std::array<std::string_view, 5> kSelectorKinds = {"anything", "use", "event", "fact",
                                                            "either"};
constexpr std::array<std::string_view, 3> kFirstNames = {"no", "first", "matching"};
constexpr std::array<std::string_view, 11> kFrameKinds = {
    "ever",          "range", "last",   "before_last", "first",  "within_after",
    "within_before", "after", "before", "since",       "from_to"};
constexpr std::array<std::string_view, 16> kAggregateNames = {
    "events", "users", "customers", "sessions", "days",  "sum",  "average",    "median",
    "min",    "max",   "p90",       "distinct", "first", "last", "first_time", "last_time"};
constexpr std::array<std::string_view, 4> kExpressionKinds = {"literal", "property", "measure",
                                                              "arithmetic"};
constexpr std::array<std::string_view, 4> kArithmeticOps = {"+", "-", "*", "/"};
constexpr std::array<std::string_view, 6> kCompareOps = {"=", "!=", "<", "<=", ">", ">="};
constexpr std::array<std::string_view, 4> kTextOps = {"contains", "starts_with", "ends_with",
                                                      "matches"};
constexpr std::array<std::string_view, 3> kTimesOps = {"at_least", "at_most", "exactly"};
constexpr std::array<std::string_view, 5> kQuantifiers = {"any", "every", "no", "at_least",
                                                          "at_least_share"};
constexpr std::array<std::string_view, 17> kPredicateKinds = {
    "and",        "or",       "not",         "compare",   "in",       "text",
    "set",        "true",     "date_within", "date_side", "segment",  "role",
    "related_to", "answered", "did",         "users",     "customers"};
constexpr auto kKinds = [] {
    std::array<std::string_view, kKindRules.size()> words;
    std::ranges::transform(kKindRules, words.begin(), &KindRules::word);
    return words;
}();
constexpr std::array<std::string_view, 3> kSmoothings = {"none", "rolling", "cumulative"};
constexpr std::array<std::string_view, 5> kCountedNames = {"users", "customers", "sessions",
                                                           "relations", "events"};
constexpr std::array<std::string_view, 2> kSortKinds = {"value", "column"};
constexpr std::array<std::string_view, 3> kOrders = {"loose", "strict", "any"};
constexpr std::array<std::string_view, 4> kUnitKinds = {"users", "customers", "sessions", "each"};
constexpr std::array<std::string_view, 4> kTouchKinds = {"first", "last", "step", "every_value"};
constexpr std::array<std::string_view, 5> kBreakdownKinds = {"value", "user", "customer",
                                                             "segments", "condition"};
constexpr std::array<std::string_view, 4> kRangeKinds = {"last", "from_to", "since", "all_time"};
constexpr std::array<std::string_view, 3> kAsOf = {"event", "now", "ever"};
constexpr std::array<std::string_view, 3> kJudged = {"start", "end", "now"};
constexpr std::array<std::string_view, 2> kWeekStarts = {"monday", "sunday"};
constexpr std::array<std::string_view, 4> kAgainstKinds = {"previous_period", "last_year",
                                                           "from_to", "date"};

template <typename T>
std::string read_integer(const Json& json, T& value) {
    if (!json.is_number_integer() ||
        (json.is_number_unsigned() &&
         json.get<std::uint64_t>() > static_cast<std::uint64_t>(std::numeric_limits<T>::max()))) {
        return "expected a whole number";
    }
    value = json.get<T>();
    return {};
}

}  // namespace

template <>
struct Leaf<bool> {
    static Json write(bool value) { return value; }
    static std::string read(const Json& json, bool& value) {
        if (!json.is_boolean()) {
            return "expected true or false";
        }
        value = json.get<bool>();
        return {};
    }
};
template <>
struct Leaf<std::int64_t> {
    static Json write(std::int64_t value) { return value; }
    static std::string read(const Json& json, std::int64_t& value) {
        return read_integer(json, value);
    }
};
template <>
struct Leaf<double> {
    static Json write(double value) { return value; }
    static std::string read(const Json& json, double& value) {
        if (!json.is_number()) {
            return "expected a number";
        }
        value = json.get<double>();
        return {};
    }
};
template <>
struct Leaf<std::string> {
    static Json write(const std::string& value) { return value; }
    static std::string read(const Json& json, std::string& value) {
        if (!json.is_string()) {
            return "expected a text";
        }
        value = json.get<std::string>();
        return {};
    }
};
template <>
struct Leaf<When> {
    static Json write(const When& when) {
        const std::string text = print(when);
        if (std::holds_alternative<Date>(when.value)) {
            return Json{{"date", text}};
        }
        if (std::holds_alternative<TimeMs>(when.value)) {
            return Json{{"instant", text}};
        }
        return Json{{"release", std::get<When::Release>(when.value).name}};
    }
    static std::string read(const Json& json, When& when) {
        static constexpr std::string_view kExpected =
            R"(expected {"date": "2026-01-31"}, {"instant": "…Z"} or {"release": "…"})";
        if (!json.is_object() || json.size() != 1 || !json.begin()->is_string()) {
            return std::string(kExpected);
        }
        const std::string& key = json.begin().key();
        const std::string& text = json.begin()->get_ref<const std::string&>();
        if (key == "date") {
            const auto date = parse_date(text);
            when.value = date.value_or(Date{});
            return date ? "" : date.error().message;
        }
        if (key == "instant") {
            const auto instant = parse_instant(text);
            when.value = instant.value_or(0);
            return instant ? "" : instant.error().message;
        }
        when.value = When::Release{text};
        return key == "release" ? "" : std::string(kExpected);
    }
};
template <>
struct Leaf<Literal> {
    static Json write(const Literal& literal) {
        return std::visit(
            [](const auto& value) { return Leaf<std::decay_t<decltype(value)>>::write(value); },
            literal.value);
    }
    static std::string read(const Json& json, Literal& literal) {
        switch (json.type()) {
            case Json::value_t::boolean:
                literal.value = json.get<bool>();
                return {};
            case Json::value_t::number_integer:
            case Json::value_t::number_unsigned:
                return read_integer(json, literal.value.emplace<std::int64_t>());
            case Json::value_t::number_float:
                literal.value = json.get<double>();
                return {};
            case Json::value_t::string:
                literal.value = json.get<std::string>();
                return {};
            case Json::value_t::object:
                return Leaf<When>::read(json, literal.value.emplace<When>());
            case Json::value_t::null:
            case Json::value_t::array:
            case Json::value_t::binary:
            case Json::value_t::discarded:
                break;
        }
        return "expected true, false, a number, a text or a date";
    }
};
template <>
struct Leaf<Every> {
    static Json write(const Every& every) {
        const auto* interval = std::get_if<Interval>(&every);
        return std::string(interval != nullptr ? kIntervalNames[std::to_underlying(*interval)]
                                               : "total");
    }
    static std::string read(const Json& json, Every& every) {
        for (std::size_t i = 0; i < kEveryNames.size(); ++i) {
            if (json.is_string() && json.get_ref<const std::string&>() == kEveryNames[i]) {
                every = InTotal{};
                if (i < kIntervalNames.size()) {
                    every = static_cast<Interval>(i);
                }
                return {};
            }
        }
        return "expected hour, day, week, month, quarter, year or total";
    }
};

// Parts.

template <typename Archive>
void fields(Archive& archive, Duration& duration) {
    archive.required("count", duration.count);
    archive.choice("unit", duration.unit, kDurationUnitNames);
}
template <typename Archive>
void fields(Archive& archive, Property& property) {
    archive.choice("owner", property.owner, kOwnerNames);
    archive.required("name", property.name);
    archive.optional("sent", property.sent);
}
template <typename Archive>
void fields(Archive& archive, Selector& selector) {
    archive.choice("kind", selector.kind, kSelectorKinds);
    archive.optional_choice("first", selector.first, kFirstNames);
    archive.optional("name", selector.name);
    archive.optional("either", selector.either);
    archive.optional("where", selector.where);
}
template <typename Archive>
void fields(Archive& archive, Frame& frame) {
    archive.choice("kind", frame.kind, kFrameKinds);
    switch (frame.kind) {
        case Frame::Kind::kEver:
        case Frame::Kind::kInTheRange:
            break;
        case Frame::Kind::kBeforeTheLast:
            archive.required("duration", frame.duration);
            archive.required("before_last", frame.before_last);
            break;
        case Frame::Kind::kInTheLast:
        case Frame::Kind::kInTheFirst:
            archive.required("duration", frame.duration);
            break;
        case Frame::Kind::kWithinAfter:
        case Frame::Kind::kWithinBefore:
            archive.required("duration", frame.duration);
            archive.required("of", frame.selector);
            break;
        case Frame::Kind::kAfter:
        case Frame::Kind::kBefore:
            archive.required("of", frame.selector);
            break;
        case Frame::Kind::kFromTo:
            archive.required("from", frame.from);
            archive.required("to", frame.to);
            break;
        case Frame::Kind::kSince:
            archive.required("from", frame.from);
            break;
    }
}
template <typename Archive>
void fields(Archive& archive, Measure& measure) {
    archive.choice("aggregate", measure.aggregate, kAggregateNames);
    archive.optional("property", measure.property);
    archive.required("of", measure.selector);
    archive.optional("frame", measure.frame);
}
template <typename Archive>
void fields(Archive& archive, Arithmetic& arithmetic) {
    archive.choice("op", arithmetic.op, kArithmeticOps);
    archive.required("left", arithmetic.left);
    archive.required("right", arithmetic.right);
}
template <typename Archive>
void fields(Archive& archive, Literal& literal) {
    archive.required("value", literal);
}
template <typename Archive>
void fields(Archive& archive, Expression& expression) {
    archive.alternatives(expression.node, kExpressionKinds);
}

// Conditions.

template <typename Archive>
void fields(Archive& archive, And& node) {
    archive.required("parts", node.parts);
}
template <typename Archive>
void fields(Archive& archive, Or& node) {
    archive.required("parts", node.parts);
}
template <typename Archive>
void fields(Archive& archive, Not& node) {
    archive.required("part", node.part);
}
template <typename Archive>
void fields(Archive& archive, Comparison& node) {
    archive.required("left", node.left);
    archive.choice("op", node.op, kCompareOps);
    archive.required("right", node.right);
}
template <typename Archive>
void fields(Archive& archive, InList& node) {
    archive.required("left", node.left);
    archive.optional("negated", node.negated);
    archive.required("values", node.values);
}
template <typename Archive>
void fields(Archive& archive, TextTest& node) {
    archive.required("left", node.left);
    archive.choice("op", node.op, kTextOps);
    archive.required("pattern", node.pattern);
}
template <typename Archive>
void fields(Archive& archive, IsSet& node) {
    archive.required("left", node.left);
    archive.optional("negated", node.negated);
}
template <typename Archive>
void fields(Archive& archive, IsTrue& node) {
    archive.required("property", node.property);
}
template <typename Archive>
void fields(Archive& archive, DateWithin& node) {
    archive.required("left", node.left);
    archive.optional("next", node.next);
    archive.required("duration", node.duration);
}
template <typename Archive>
void fields(Archive& archive, DateSide& node) {
    archive.required("left", node.left);
    archive.optional("after", node.after);
    archive.required("when", node.when);
}
template <typename Archive>
void fields(Archive& archive, InSegment& node) {
    archive.required("name", node.name);
}
template <typename Archive>
void fields(Archive& archive, RoleIs& node) {
    archive.required("role", node.role);
}
template <typename Archive>
void fields(Archive& archive, RelatedTo& node) {
    archive.required("customer", node.customer_id);
}
template <typename Archive>
void fields(Archive& archive, Answered& node) {
    archive.required("survey", node.survey);
    archive.choice("op", node.op, kCompareOps);
    archive.required("value", node.value);
}
template <typename Archive>
void fields(Archive& archive, Times& times) {
    archive.choice("op", times.op, kTimesOps);
    archive.required("count", times.count);
}
template <typename Archive>
void fields(Archive& archive, Did& node) {
    archive.optional("negated", node.negated);
    archive.required("steps", node.steps);
    archive.optional("times", node.times);
    archive.optional("within", node.within);
    archive.optional("frame", node.frame);
}
template <typename Archive>
void fields(Archive& archive, Lift& node) {
    archive.choice("quantifier", node.quantifier, kQuantifiers);
    archive.optional("count", node.count);
    archive.optional("percent", node.percent);
    archive.optional("ever_related", node.ever_related);
    archive.optional("roles", node.roles);
    archive.optional("condition", node.condition);
}
template <typename Archive>
void fields(Archive& archive, Lower& node) {
    archive.choice("quantifier", node.quantifier, Words(kQuantifiers).first(3));
    archive.optional("roles", node.roles);
    archive.optional("condition", node.condition);
}
template <typename Archive>
void fields(Archive& archive, Predicate& predicate) {
    archive.alternatives(predicate.node, kPredicateKinds);
}

// Kinds.

template <typename Archive>
void fields(Archive& archive, TrendMeasure& measure) {
    archive.required("measure", measure.measure);
    archive.optional("divided_by", measure.divided_by);
    archive.optional_choice("smoothing", measure.smoothing, kSmoothings);
    archive.optional("rolling_days", measure.rolling_days);
}
template <typename Archive>
void fields(Archive& archive, Trend& trend) {
    archive.required("measures", trend.measures);
}
template <typename Archive>
void fields(Archive& archive, UnitAggregate& aggregate) {
    archive.choice("aggregate", aggregate.aggregate, kAggregateNames);
    archive.required("of", aggregate.number);
}
template <typename Archive>
void fields(Archive& archive, Among& among) {
    archive.optional("where", among.where);
}
template <typename Archive>
void fields(Archive& archive, Count& count) {
    archive.choice("of", count.counted, kCountedNames);
    archive.optional("aggregates", count.aggregates);
    archive.optional("among", count.among);
}
template <typename Archive>
void fields(Archive& archive, Column& column) {
    archive.required("value", column.value);
    archive.optional("name", column.name);
}
namespace {
enum class SortKind : std::uint8_t { kValue, kColumn };
}  // namespace
template <typename Archive>
void fields(Archive& archive, SortKey& key) {
    SortKind kind =
        std::holds_alternative<std::string>(key.by) ? SortKind::kColumn : SortKind::kValue;
    archive.choice("kind", kind, kSortKinds);
    if (kind == SortKind::kColumn) {
        archive.required("column", Archive::kReading ? key.by.emplace<std::string>()
                                                     : std::get<std::string>(key.by));
    } else {
        archive.required("value", std::get<Expression>(key.by));
    }
    archive.optional("descending", key.descending);
}
template <typename Archive>
void fields(Archive& archive, List& list) {
    archive.choice("of", list.counted, kCountedNames);
    archive.optional("show", list.show);
    archive.optional("sort", list.sort);
    archive.optional("limit", list.limit);
}
template <typename Archive>
void fields(Archive& archive, Exclusion& exclusion) {
    archive.required("of", exclusion.selector);
    archive.optional("from_step", exclusion.from_step);
    archive.optional("to_step", exclusion.to_step);
    archive.optional("ends_attempt", exclusion.ends_attempt);
}
template <typename Archive>
void fields(Archive& archive, StepPair& pair) {
    archive.required("from", pair.from);
    archive.required("to", pair.to);
}
template <typename Archive>
void fields(Archive& archive, Funnel& funnel) {
    archive.required("steps", funnel.steps);
    archive.optional("within", funnel.within);
    archive.optional_choice("order", funnel.order, kOrders);
    archive.optional("excluding", funnel.excluding);
    archive.optional("entries_only", funnel.entries_only);
    archive.optional("holding", funnel.holding);
    archive.optional("times", funnel.times);
    archive.optional_choice("entering", funnel.entering, kIntervalNames);
}

template <typename Archive>
void fields(Archive& archive, Periods& periods) {
    archive.required("count", periods.count);
    archive.choice("interval", periods.interval, kIntervalNames);
}
template <typename Archive>
void fields(Archive& archive, Retention& retention) {
    archive.required("start", retention.start);
    archive.required("then", retention.back);
    archive.optional("times", retention.times);
    archive.optional("on_or_after", retention.on_or_after);
    archive.optional("rolling", retention.rolling);
    archive.optional("every_start", retention.every_start);
    archive.optional("for", retention.periods);
}
template <typename Archive>
void fields(Archive& archive, Sides& sides) {
    archive.optional("using", sides.used);
    archive.optional("flows", sides.flows);
}
template <typename Archive>
void fields(Archive& /*archive*/, Overlap& /*overlap*/) {}

// Clauses.

template <typename Archive>
void fields(Archive& archive, Unit& unit) {
    archive.choice("kind", unit.kind, kUnitKinds);
    if (unit.kind == Unit::Kind::kEach) {
        archive.required("each", unit.each);
    }
}
template <typename Archive>
void fields(Archive& archive, Bins& bins) {
    archive.optional("width", bins.width);
    archive.optional("count", bins.count);
}
namespace {
enum class BreakdownKind : std::uint8_t { kValue, kUser, kCustomer, kSegments, kCondition };

BreakdownKind breakdown_kind(const Breakdown& item) {
    if (const auto* whole = std::get_if<Breakdown::Whole>(&item.value)) {
        return *whole == Breakdown::Whole::kUser ? BreakdownKind::kUser : BreakdownKind::kCustomer;
    }
    return std::holds_alternative<Expression>(item.value)            ? BreakdownKind::kValue
           : std::holds_alternative<Breakdown::Segments>(item.value) ? BreakdownKind::kSegments
                                                                     : BreakdownKind::kCondition;
}
}  // namespace
template <typename Archive>
void fields(Archive& archive, Breakdown& item) {
    BreakdownKind kind = breakdown_kind(item);
    archive.choice("kind", kind, kBreakdownKinds);
    switch (kind) {
        case BreakdownKind::kValue:
            archive.required("value", std::get<Expression>(item.value));
            archive.optional("bins", item.bins);
            break;
        case BreakdownKind::kUser:
            item.value = Breakdown::Whole::kUser;
            break;
        case BreakdownKind::kCustomer:
            item.value = Breakdown::Whole::kCustomer;
            break;
        case BreakdownKind::kSegments:
            archive.required("names",
                             (Archive::kReading ? item.value.emplace<Breakdown::Segments>()
                                                : std::get<Breakdown::Segments>(item.value))
                                 .names);
            break;
        case BreakdownKind::kCondition:
            archive.required("condition", Archive::kReading ? item.value.emplace<Predicate>()
                                                            : std::get<Predicate>(item.value));
            break;
    }
}
template <typename Archive>
void fields(Archive& archive, Touch& touch) {
    archive.choice("kind", touch.kind, kTouchKinds);
    archive.optional("step", touch.step);
}
template <typename Archive>
void fields(Archive& archive, By& by) {
    archive.required("items", by.items);
    archive.optional("top", by.top);
    archive.optional("touch", by.touch);
}
template <typename Archive>
void fields(Archive& archive, LastIntervals& range) {
    archive.required("count", range.count);
    archive.choice("interval", range.interval, kIntervalNames);
}
template <typename Archive>
void fields(Archive& archive, FromTo& range) {
    archive.required("from", range.from);
    archive.required("to", range.to);
}
template <typename Archive>
void fields(Archive& archive, Since& range) {
    archive.required("from", range.from);
}
template <typename Archive>
void fields(Archive& /*archive*/, AllTime& /*range*/) {}
template <typename Archive>
void fields(Archive& archive, Range& range) {
    archive.alternatives(range.value, kRangeKinds);
}
template <typename Archive>
void fields(Archive& /*archive*/, Against::PreviousPeriod& /*against*/) {}
template <typename Archive>
void fields(Archive& /*archive*/, Against::LastYear& /*against*/) {}
template <typename Archive>
void fields(Archive& archive, When& when) {
    archive.required("when", when);
}
template <typename Archive>
void fields(Archive& archive, Against& against) {
    archive.alternatives(against.value, kAgainstKinds);
}
template <typename Archive>
void fields(Archive& archive, Question& question) {
    archive.alternatives(question.kind, kKinds);
    archive.optional("unit", question.unit);
    archive.optional("rolled_up", question.rolled_up);
    archive.optional("every", question.every);
    archive.optional("range", question.range);
    archive.optional("where", question.where);
    archive.optional("by", question.by);
    archive.optional_choice("relations", question.relations, kAsOf);
    archive.optional_choice("facts", question.facts, Words(kAsOf).first(2));
    archive.optional("zone", question.zone);
    archive.optional_choice("weeks_from", question.weeks_from, kWeekStarts);
    archive.optional("at", question.at);
    archive.optional("against", question.against);
    archive.optional_choice("judged", question.judged, kJudged);
    archive.optional("including_everyone", question.including_everyone);
}

namespace {

/// What the members say must also be something that a text can say: this is what holds JSON to the
/// bounds and shapes of question.h, whatever a part alone would have let through.
Result<Question> hold_to_text(Question question) {
    auto parsed = parse(print(question));
    if (!parsed) {
        Error error = std::move(parsed).error();
        error.at.reset();
        return std::unexpected(std::move(error));
    }
    if (!(*parsed == question)) {
        return fail(ErrorCode::kInvalid,
                    "this question says more than its text would: " + print(*parsed));
    }
    return question;
}

}  // namespace

int json_depth(std::string_view json) noexcept {
    int depth = 0;
    int deepest = 0;
    bool in_string = false;
    for (std::size_t i = 0; i < json.size(); ++i) {
        const char c = json[i];
        if (in_string) {
            i += c == '\\' ? 1 : 0;
            in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if (c == '{' || c == '[') {
            deepest = std::max(deepest, ++depth);
        } else if (c == '}' || c == ']') {
            --depth;
        }
    }
    return deepest;
}

std::string to_json(const Question& question) {
    Question copy = question;
    return JsonWriter::json_of(copy).dump();
}

Result<Question> from_json(std::string_view json) {
    if (json.size() > kJsonBytesMax) {
        return fail(ErrorCode::kTooLarge, "a question in JSON has at most " +
                                              std::to_string(kJsonBytesMax) +
                                              " bytes: " + std::to_string(json.size()));
    }
    if (json_depth(json) > kJsonDepthMax) {
        return fail(ErrorCode::kTooLarge, "a question in JSON nests at most " +
                                              std::to_string(kJsonDepthMax) + " levels deep");
    }
    const Json object = Json::parse(json, nullptr, false);
    if (object.is_discarded()) {
        return fail(ErrorCode::kInvalid, "this is no JSON: " + quoted(json));
    }
    Question question;
    JsonProblem problem;
    JsonReader reader(object, "", problem);
    fields(reader, question);
    reader.finish();
    if (problem.error()) {
        return std::unexpected(*problem.error());
    }
    return hold_to_text(std::move(question));
}

}  // namespace twofold::ask
