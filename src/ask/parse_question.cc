// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

#include "ask/parser.h"
#include "base/spelling.h"
#include "base/text.h"

// How a question begins, and the clauses that are not of one kind alone.

namespace twofold::ask {
namespace {

/// Kinds of the language that later versions answer.
constexpr std::array<std::string_view, 9> kLaterKinds = {"lifecycle", "stickiness", "paths",
                                                         "sessions",  "adoption",   "drivers",
                                                         "money",     "voice",      "personas"};

/// The kinds of which `test` holds: "trend, count and funnel".
template <typename Test>
std::string kinds_where(Test test, std::string_view last = " and ") {
    std::vector<std::string_view> words;
    for (const KindRules& rules : kKindRules) {
        if (test(rules)) {
            words.push_back(rules.word);
        }
    }
    std::string result;
    for (std::size_t i = 0; i < words.size(); ++i) {
        result += (i == 0 ? "" : i + 1 == words.size() ? last : ", ");
        result += words[i];
    }
    return result;
}

/// Whether a clause of only some kinds begins with the word, in questions of this kind.
bool has_clause(const KindRules& rules, std::string_view word) {
    if (word == "for") {
        return rules.takes_unit;
    }
    if (word == "by") {
        return rules.takes_by;
    }
    if (word == "every") {
        return rules.takes_every;
    }
    for (std::string_view rest = rules.clauses; !rest.empty();) {
        const std::string_view one = rest.substr(0, rest.find(' '));
        if (one == word) {
            return true;
        }
        rest.remove_prefix(std::min(rest.size(), one.size() + 1));
    }
    return false;
}

}  // namespace

Question Parser::question() {
    Question result;
    heading(result);
    clauses(result);
    return result;
}

void Parser::heading(Question& result) {
    const Token& first = token();
    const auto read = [this, &result]<typename OneKind>(std::type_identity<OneKind> /*which*/) {
        if (!take_word(OneKind::kRules.word)) {
            return false;
        }
        head(result.kind.emplace<OneKind>());
        return true;
    };
    const bool found = [&read]<typename... Kinds>(std::type_identity<std::variant<Kinds...>>) {
        return (read(std::type_identity<Kinds>{}) || ...);
    }(std::type_identity<Kind>{});
    if (found) {
        return;
    }
    if (first.kind == Token::Kind::kWord &&
        std::ranges::find(kLaterKinds, first.text) != kLaterKinds.end()) {
        refuse(first.span, "this version answers " +
                               kinds_where([](const KindRules&) { return true; }) + ": found " +
                               quoted(first.text));
    } else {
        fail_expected();
    }
}

// Clauses.

void Parser::clauses(Question& result) {
    while (!failed()) {
        const bool found = std::visit([this](auto& kind) { return clause(kind); }, result.kind) ||
                           common_clause(result) || time_clause(result) || grouping_clause(result);
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
    const std::string kinds =
        kinds_where([&found](const KindRules& rules) { return has_clause(rules, found.text); });
    // What began as a part of the condition before and broke off is no clause.
    const bool broke_off = expected_at_ > here_;
    if (!broke_off && found.kind == Token::Kind::kWord && !kinds.empty() &&
        !has_clause(rules_of(question), found.text)) {
        refuse(found.span, std::string(found.text) + " is a clause of " + kinds + ", not of " +
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
    const KindRules& rules = rules_of(result);
    if (rules.takes_unit && take_clause("for", result.unit.has_value())) {
        result.unit = unit();
        result.unit->span = since(first);
    } else if (rules.takes_by && take_clause("by", result.by.has_value())) {
        result.by = by();
    } else if (rules.takes_every && take_clause("every", result.every.has_value())) {
        result.every = interval();
        result.every_span = since(first);
    } else if (rules.takes_every && take_clause("in total", result.every.has_value())) {
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

}  // namespace twofold::ask
