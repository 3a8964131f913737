// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <utility>

#include "ask/parser.h"
#include "base/spelling.h"
#include "base/text.h"

// The kinds of questions and their clauses.

namespace twofold::ask {
namespace {

constexpr std::array<std::string_view, 4> kKindsAnswered = {"trend", "count", "list", "funnel"};
/// Kinds of the language that later versions answer.
constexpr std::array<std::string_view, 12> kLaterKinds = {
    "retention", "lifecycle", "stickiness", "paths", "sessions", "sides",
    "overlap",   "adoption",  "drivers",    "money", "voice",    "personas"};

struct ClauseWord {
    std::string_view word;
    std::string_view kinds;
};
/// Clauses of some kinds only, to say so where they stand in another kind.
constexpr std::array<ClauseWord, 14> kClauseWords = {{
    {"show", "list"},
    {"sort", "list"},
    {"limit", "list"},
    {"among", "count"},
    {"within", "funnel"},
    {"strict", "funnel"},
    {"excluding", "funnel"},
    {"entries", "funnel"},
    {"holding", "funnel"},
    {"times", "funnel"},
    {"entering", "funnel"},
    {"for", "trend and funnel"},
    {"by", "trend, count and funnel"},
    {"every", "trend and count"},
}};

constexpr std::array<std::string_view, 5> kCounted = {"users", "customers", "sessions", "relations",
                                                      "events"};

}  // namespace

Question Parser::question() {
    Question result;
    heading(result);
    clauses(result);
    return result;
}

void Parser::heading(Question& result) {
    const Token& first = token();
    if (take_word("trend")) {
        result.kind = trend();
    } else if (take_word("count")) {
        result.kind = count();
    } else if (take_word("list")) {
        result.kind = list();
    } else if (take_word("funnel")) {
        result.kind = funnel();
    } else if (first.kind == Token::Kind::kWord &&
               std::ranges::find(kLaterKinds, first.text) != kLaterKinds.end()) {
        refuse(first.span,
               "this version answers trend, count, list and funnel: found " + quoted(first.text));
    } else {
        fail_expected();
    }
}

// Kinds.

Trend Parser::trend() {
    Trend result;
    do {
        result.measures.push_back(trend_measure());
        bound(result.measures.size(), kMeasuresMax, "measures in a trend");
    } while (take_symbol(","));
    return result;
}

TrendMeasure Parser::trend_measure() {
    TrendMeasure result;
    if (!at_measure()) {
        note_measures();
    }
    result.measure = measure(false);
    if (take_symbol("/")) {
        if (!at_measure()) {
            note_measures();
        }
        result.divided_by = measure(false);
    }
    if (take_word("rolling")) {
        const Duration span = duration();
        result.smoothing = Smoothing::kRolling;
        result.rolling_days = span.count;
        if (span.unit != DurationUnit::kDay) {
            refuse(span.span, "rolling counts whole days, such as rolling 7 days");
        }
    } else if (take_word("cumulative")) {
        result.smoothing = Smoothing::kCumulative;
    }
    return result;
}

Count Parser::count() {
    Count result;
    const auto counted = take_one_of({"users", "customers", "sessions"});
    if (!counted) {
        fail_expected();
    }
    result.counted = static_cast<Counted>(counted.value_or(0));
    while (take_symbol(",")) {
        result.aggregates.push_back(unit_aggregate());
        bound(result.aggregates.size(), kMeasuresMax, "aggregates in a count");
    }
    return result;
}

UnitAggregate Parser::unit_aggregate() {
    UnitAggregate result;
    const Token& first = token();
    const auto which = take_one_of({"sum", "average", "median", "min", "max", "p90"});
    if (!which) {
        fail_expected();
    }
    result.aggregate =
        static_cast<Aggregate>(std::to_underlying(Aggregate::kSum) + which.value_or(0));
    expect_symbol("(");
    result.number = expression();
    expect_symbol(")");
    result.span = since(first);
    return result;
}

List Parser::list() {
    List result;
    const auto counted = take_one_of({"users", "customers", "sessions", "relations", "events"});
    if (!counted) {
        fail_expected();
    }
    result.counted = static_cast<Counted>(counted.value_or(0));
    return result;
}

Funnel Parser::funnel() {
    Funnel result;
    result.steps.push_back(selector());
    while (take_symbol(">")) {
        result.steps.push_back(selector());
        bound(result.steps.size(), kStepsMax, "steps in a funnel");
    }
    if (result.steps.size() == 1) {
        fail_expected();
    }
    return result;
}

// Clauses.

void Parser::clauses(Question& result) {
    while (!failed()) {
        bool found = common_clause(result) || time_clause(result);
        if (auto* count = std::get_if<Count>(&result.kind)) {
            found = found || count_clause(*count);
        } else if (auto* list = std::get_if<List>(&result.kind)) {
            found = found || list_clause(*list);
        } else if (auto* funnel = std::get_if<Funnel>(&result.kind)) {
            found = found || funnel_clause(*funnel);
        }
        found = found || grouping_clause(result);
        if (!found) {
            no_clause(result);
            return;
        }
    }
}

void Parser::no_clause(const Question& question) {
    const Token& found = token();
    if (failed() || found.kind == Token::Kind::kEnd) {
        return;
    }
    const auto* clause = std::ranges::find(kClauseWords, found.text, &ClauseWord::word);
    // What began as a part of the condition before and broke off is no clause.
    const bool broke_off = expected_at_ > here_;
    if (!broke_off && found.kind == Token::Kind::kWord && clause != kClauseWords.end() &&
        clause->kinds.find(kind_name(question)) == std::string_view::npos) {
        refuse(found.span, std::string(found.text) + " is a clause of " +
                               std::string(clause->kinds) + ", not of " +
                               std::string(kind_name(question)));
        return;
    }
    fail_expected();
}

bool Parser::take_clause(std::string_view words, bool given) {
    if (!given) {
        return take_words(words);
    }
    // Not offered a second time, but seen.
    std::string found;
    for (std::size_t ahead = 0; !failed() && found.size() < words.size(); ++ahead) {
        const Token& next = token(ahead);
        if (next.kind != Token::Kind::kWord) {
            return false;
        }
        found += (ahead == 0 ? "" : " ") + next.text;
    }
    if (!failed() && found == words) {
        refuse(token().span, "this clause was given before: " + std::string(words));
    }
    return false;
}

bool Parser::common_clause(Question& result) {
    const Token& first = token();
    if (take_clause("where", result.where.has_value())) {
        result.where = predicate();
    } else if (take_clause("relations as of", result.relations.has_value())) {
        const auto mode = take_one_of({"event", "now", "ever"});
        if (!mode) {
            fail_expected();
        }
        result.relations = static_cast<RelationsAsOf>(mode.value_or(0));
    } else if (take_clause("facts as of", result.facts.has_value())) {
        const auto mode = take_one_of({"event", "now"});
        if (!mode) {
            fail_expected();
        }
        result.facts = static_cast<FactsAsOf>(mode.value_or(0));
    } else if (take_clause("judged", result.judged.has_value())) {
        const auto moment = take_one_of({"at the start", "at the end", "now"});
        if (!moment) {
            fail_expected();
        }
        result.judged = static_cast<Judged>(moment.value_or(0));
        result.judged_span = since(first);
    } else if (take_clause("including everyone", result.including_everyone)) {
        result.including_everyone = true;
    } else if (take_clause("rolled up", result.rolled_up)) {
        result.rolled_up = true;
        result.rolled_up_span = since(first);
    } else {
        return false;
    }
    return true;
}

bool Parser::time_clause(Question& result) {
    const Token& first = token();
    if (take_clause("over all time", result.range.has_value())) {
        result.range = Range{AllTime{}, since(first)};
    } else if (take_clause("over the last", result.range.has_value())) {
        result.range = last_intervals();
        result.range->span = since(first);
    } else if (take_clause("from", result.range.has_value())) {
        FromTo range;
        range.from = when();
        expect_word("to");
        range.to = when();
        result.range = Range{std::move(range), since(first)};
    } else if (take_clause("since", result.range.has_value())) {
        When from = when();
        result.range = Range{Since{std::move(from)}, since(first)};
    } else if (take_clause("in zone", !result.zone.empty())) {
        result.zone = string(Expected::Kind::kOther, "a time zone such as \"Europe/Oslo\"");
        result.zone_span = since(first);
        if (!failed() && result.zone.empty()) {
            refuse(result.zone_span, "a zone has a name: \"\"");
        }
    } else if (take_clause("weeks from", result.weeks_from.has_value())) {
        const auto day = take_one_of({"monday", "sunday"});
        if (!day) {
            fail_expected();
        }
        result.weeks_from = static_cast<WeekStart>(day.value_or(0));
    } else if (take_clause("at", result.at.has_value())) {
        result.at = when();
    } else if (take_clause("against", result.against.has_value())) {
        result.against = against();
        result.against->span = since(first);
    } else {
        return false;
    }
    return true;
}

Range Parser::last_intervals() {
    LastIntervals result;
    if (const auto one = take_interval()) {
        result.count = 1;
        result.interval = *one;
        return {result, {}};
    }
    const Token& first = token();
    if (!failed() && first.kind == Token::Kind::kDuration &&
        (first.unit == DurationUnit::kDay || first.unit == DurationUnit::kWeek)) {
        result.count = first.integer;
        result.interval = first.unit == DurationUnit::kDay ? Interval::kDay : Interval::kWeek;
        advance();
        if (result.count < 1 || result.count > kIntervalsMax) {
            refuse(first.span, "a number of intervals is at least 1 and at most " +
                                   std::to_string(kIntervalsMax));
        }
        return {result, {}};
    }
    result.count = integer(1, kIntervalsMax, "a number of intervals");
    result.interval = interval();
    return {result, {}};
}

Against Parser::against() {
    Against result;
    if (take_words("the previous period")) {
        result.value = Against::PreviousPeriod{};
    } else if (take_words("the same period last year")) {
        result.value = Against::LastYear{};
    } else if (take_word("from")) {
        FromTo range;
        range.from = when();
        expect_word("to");
        range.to = when();
        result.value = std::move(range);
    } else {
        result.value = when();
    }
    return result;
}

bool Parser::grouping_clause(Question& result) {
    const Token& first = token();
    const bool trend = std::holds_alternative<Trend>(result.kind);
    const bool count = std::holds_alternative<Count>(result.kind);
    const bool funnel = std::holds_alternative<Funnel>(result.kind);
    if ((trend || funnel) && take_clause("for", result.unit.has_value())) {
        result.unit = unit();
        result.unit->span = since(first);
    } else if ((trend || funnel || count) && take_clause("by", result.by.has_value())) {
        result.by = by();
    } else if ((trend || count) && take_clause("every", result.every.has_value())) {
        result.every = interval();
        result.every_span = since(first);
    } else if ((trend || count) && take_clause("in total", result.every.has_value())) {
        result.every = InTotal{};
        result.every_span = since(first);
    } else {
        return false;
    }
    return true;
}

Unit Parser::unit() {
    Unit result;
    switch (take_one_of({"users", "customers", "sessions", "each"}).value_or(4)) {
        case 0:
            result.kind = Unit::Kind::kUsers;
            break;
        case 1:
            result.kind = Unit::Kind::kCustomers;
            break;
        case 2:
            result.kind = Unit::Kind::kSessions;
            break;
        case 3:
            result.kind = Unit::Kind::kEach;
            result.each = property();
            break;
        default:
            fail_expected();
    }
    return result;
}

By Parser::by() {
    By result;
    do {
        result.items.push_back(breakdown());
        bound(result.items.size(), kBreakdownsMax, "breakdowns");
    } while (take_symbol(","));
    while (!failed()) {
        const Token& first = token();
        if (take_clause("top", result.top.has_value())) {
            result.top = integer(1, kTopMax, "a number of values");
        } else if (auto touch = take_touch(result.touch.has_value())) {
            touch->span = since(first);
            result.touch = touch;
        } else {
            break;
        }
    }
    return result;
}

std::optional<Touch> Parser::take_touch(bool given) {
    if (take_clause("first touch", given)) {
        return Touch{Touch::Kind::kFirst, 0, {}};
    }
    if (take_clause("last touch", given)) {
        return Touch{Touch::Kind::kLast, 0, {}};
    }
    if (take_clause("every value", given)) {
        return Touch{Touch::Kind::kEveryValue, 0, {}};
    }
    if (take_clause("step", given)) {
        return Touch{Touch::Kind::kStep, step_number(), {}};
    }
    return std::nullopt;
}

std::int64_t Parser::step_number() {
    return integer(1, kStepsMax, "the number of a step");
}

Breakdown Parser::breakdown() {
    Breakdown result;
    const Token& first = token();
    const bool dot = token(1).is_symbol(".");
    if (!dot && take_word("user")) {
        result.value = Breakdown::Whole::kUser;
    } else if (!dot && take_word("customer")) {
        result.value = Breakdown::Whole::kCustomer;
    } else if (take_word("segments")) {
        Breakdown::Segments segments;
        segments.names.push_back(string(Expected::Kind::kSegment, ""));
        while (!failed() && token().is_symbol(",") && token(1).kind == Token::Kind::kString) {
            advance();
            segments.names.push_back(string(Expected::Kind::kSegment, ""));
            bound(segments.names.size(), kSegmentsMax, "segments");
        }
        result.value = std::move(segments);
    } else {
        Term value = term();
        if (std::holds_alternative<Expression>(value)) {
            result.value = std::get<Expression>(std::move(value));
            bins(result);
        } else {
            result.value = std::get<Predicate>(std::move(value));
        }
    }
    result.span = since(first);
    return result;
}

void Parser::bins(Breakdown& result) {
    if (take_words("in bins of")) {
        const Token& first = token();
        const double width = number("the width of a bin");
        if (!failed() && !(width > 0)) {
            refuse(first.span, "a bin is wider than nothing: 0");
        }
        result.bins = Bins{width, std::nullopt};
    } else if (!failed() && token().is_word("in") && token(1).kind == Token::Kind::kInteger) {
        advance();
        const std::int64_t bins_count = integer(1, kBinsMax, "a number of bins");
        expect_word("bins");
        result.bins = Bins{std::nullopt, bins_count};
    }
}

bool Parser::count_clause(Count& count) {
    const Token& first = token();
    if (!take_clause("among", count.among.has_value())) {
        return false;
    }
    count.among = among(count.counted);
    count.among->span = since(first);
    return true;
}

Among Parser::among(Counted counted) {
    Among result;
    const Token& first = token();
    const std::string_view unit = kCounted[std::to_underlying(counted)];
    for (const std::string_view word : kCounted) {
        if (first.is_word(word) && word != unit && !token(1).is_word("of")) {
            refuse(first.span,
                   "a share of " + std::string(unit) + " is among " + std::string(unit) +
                       ": found " + quoted(word),
                   std::string(unit));
        }
    }
    // `among users where P` and, shorter, `among P`.
    if (!token(1).is_word("of") && take_word(unit)) {
        if (take_word("where")) {
            result.where = predicate();
        }
        return result;
    }
    result.where = predicate();
    return result;
}

bool Parser::list_clause(List& list) {
    if (take_clause("show", !list.show.empty())) {
        do {
            list.show.push_back(column());
            bound(list.show.size(), kColumnsMax, "columns");
        } while (take_symbol(","));
    } else if (take_clause("sort by", !list.sort.empty())) {
        do {
            list.sort.push_back(sort_key());
            bound(list.sort.size(), kSortKeysMax, "keys to sort by");
        } while (take_symbol(","));
    } else if (take_clause("limit", list.limit.has_value())) {
        list.limit = integer(1, kLimitMax, "a limit");
    } else {
        return false;
    }
    return true;
}

Column Parser::column() {
    Column result;
    result.value = expression();
    if (take_word("as")) {
        const Token& first = token();
        result.name = word_or_string(Expected::Kind::kOther, "a name for the column");
        if (!failed() && result.name.empty()) {
            refuse(first.span, "a column has a name: \"\"");
        }
    }
    return result;
}

SortKey Parser::sort_key() {
    SortKey result;
    const Token& first = token();
    const bool word = first.kind == Token::Kind::kWord && can_be_column(first.text) &&
                      !token(1).is_symbol(".") && !at_measure();
    if (word || first.kind == Token::Kind::kString) {
        result.by = word_or_string(Expected::Kind::kOther, "the name of a column");
    } else {
        note({Expected::Kind::kOther, "the name of a column"});
        result.by = expression();
    }
    result.descending = take_one_of({"descending", "desc"}).has_value();
    if (!result.descending) {
        take_one_of({"ascending", "asc"});
    }
    result.span = since(first);
    return result;
}

bool Parser::funnel_clause(Funnel& funnel) {
    const Token& first = token();
    if (take_clause("within", funnel.within.has_value())) {
        funnel.within = duration();
    } else if (take_word("excluding")) {
        funnel.excluding.push_back(exclusion());
        funnel.excluding.back().span = since(first);
        bound(funnel.excluding.size(), kExclusionsMax, "exclusions");
    } else if (take_clause("entries only", funnel.entries_only)) {
        funnel.entries_only = true;
    } else if (take_clause("holding", funnel.holding.has_value())) {
        funnel.holding = property();
    } else if (take_clause("times from", funnel.times.has_value())) {
        StepPair pair;
        pair.from = step_number();
        expect_word("to");
        pair.to = step_number();
        pair.span = since(first);
        funnel.times = pair;
    } else if (take_clause("entering every", funnel.entering.has_value())) {
        funnel.entering = interval();
    } else {
        return funnel_order_clause(funnel);
    }
    return true;
}

bool Parser::funnel_order_clause(Funnel& funnel) {
    const bool given = funnel.order != FunnelOrder::kLoose;
    if (take_clause("strict", given)) {
        funnel.order = FunnelOrder::kStrict;
    } else if (take_clause("in any order", given)) {
        funnel.order = FunnelOrder::kAny;
    } else {
        return false;
    }
    return true;
}

Exclusion Parser::exclusion() {
    Exclusion result;
    result.selector = selector();
    if (take_word("between")) {
        result.from_step = step_number();
        expect_word("and");
        result.to_step = step_number();
    }
    result.ends_attempt = take_words("ending the attempt");
    return result;
}

}  // namespace twofold::ask
