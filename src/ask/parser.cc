// SPDX-License-Identifier: Apache-2.0
#include "ask/parser.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/spelling.h"
#include "base/text.h"

namespace twofold::ask {
namespace {

constexpr std::size_t kExpectedShownMax = 16;

constexpr std::array<std::string_view, 18> kReserved = {
    "and", "or",   "not",   "did",    "any",   "every", "no",       "at",       "in",
    "is",  "true", "false", "paying", "event", "user",  "customer", "relation", "related"};

constexpr std::array<std::string_view, 6> kIntervals = {"hour",  "day",     "week",
                                                        "month", "quarter", "year"};
constexpr std::array<std::string_view, 5> kDurationUnits = {"second", "minute", "hour", "day",
                                                            "week"};

/// The index of `word` in `names`, with or without the s of the plural.
template <std::size_t N>
std::optional<std::size_t> find_unit(const std::array<std::string_view, N>& names,
                                     std::string_view word) {
    if (word.ends_with('s')) {
        word.remove_suffix(1);
    }
    const auto found = std::ranges::find(names, word);
    if (found == names.end()) {
        return std::nullopt;
    }
    return static_cast<std::size_t>(found - names.begin());
}

std::string describe(const Expected& expected) {
    const auto owned = [&expected](std::string_view what) {
        return std::string(what) + " of " +
               (expected.owner == Owner::kEvent      ? "an event"
                : expected.owner == Owner::kUser     ? "a user"
                : expected.owner == Owner::kCustomer ? "a customer"
                                                     : "a relation");
    };
    switch (expected.kind) {
        case Expected::Kind::kWord:
        case Expected::Kind::kOther:
            return std::string(expected.text);
        case Expected::Kind::kSymbol:
            return '"' + std::string(expected.text) + '"';
        case Expected::Kind::kEvent:
            return "the name of an event in double quotes";
        case Expected::Kind::kProperty:
            return owned("a property");
        case Expected::Kind::kSent:
            return owned("a sent property");
        case Expected::Kind::kSegment:
            return "the name of a segment in double quotes";
        case Expected::Kind::kRole:
            return "a role";
        case Expected::Kind::kCustomer:
            return "the id of a customer in double quotes";
        case Expected::Kind::kSurvey:
            return "the name of a survey in double quotes";
        case Expected::Kind::kRelease:
            return "the name of a release in double quotes";
    }
    return {};
}

std::string describe(const std::vector<Expected>& expected) {
    std::vector<std::string> texts;
    for (const Expected& one : expected) {
        std::string text = describe(one);
        if (std::ranges::find(texts, text) == texts.end()) {
            texts.push_back(std::move(text));
        }
    }
    if (texts.size() > kExpectedShownMax) {
        texts.resize(kExpectedShownMax);
        texts.back() = "…";
    }
    std::string result;
    for (std::size_t i = 0; i < texts.size(); ++i) {
        const bool last = i + 1 == texts.size();
        result += (i == 0 ? "" : last ? " or " : ", ") + texts[i];
    }
    return result;
}

/// "90 days" for 3 months.
std::string in_days(std::int64_t count, std::string_view interval) {
    const std::int64_t days = interval.starts_with("month")     ? 30
                              : interval.starts_with("quarter") ? 91
                                                                : 365;
    return count < kDurationMaxMs / kDayMs / days ? std::to_string(count * days) + " days" : "";
}

std::string found_text(const Token& token) {
    switch (token.kind) {
        case Token::Kind::kEnd:
            return "the end";
        case Token::Kind::kInteger:
        case Token::Kind::kReal:
        case Token::Kind::kDuration:
            return "a number";
        case Token::Kind::kDate:
        case Token::Kind::kInstant:
            return "a date";
        case Token::Kind::kQuoted:
            return "`" + token.text + "`";
        case Token::Kind::kWord:
        case Token::Kind::kString:
        case Token::Kind::kSymbol:
            return quoted(token.text);
    }
    return {};
}

}  // namespace

bool is_reserved(std::string_view word) noexcept {
    return std::ranges::find(kReserved, word) != kReserved.end() || word == "answered";
}

bool can_be_role(std::string_view word) noexcept {
    return word != "role" && (!is_reserved(word) || owner_of(word));
}

bool can_be_column(std::string_view word) noexcept {
    return word != "role" && word != "release" && !is_reserved(word);
}

std::optional<Owner> owner_of(std::string_view word) noexcept {
    if (word == "event") {
        return Owner::kEvent;
    }
    if (word == "user") {
        return Owner::kUser;
    }
    if (word == "customer") {
        return Owner::kCustomer;
    }
    if (word == "relation") {
        return Owner::kRelation;
    }
    return std::nullopt;
}

std::string_view sent_word(Owner owner) noexcept {
    return owner == Owner::kEvent ? "properties" : owner == Owner::kRelation ? "" : "traits";
}

// Looking, taking, failing.

const Token& Parser::token(std::size_t ahead) const {
    return tokens_[std::min(here_ + ahead, tokens_.size() - 1)];
}

void Parser::advance() {
    here_ = std::min(here_ + 1, tokens_.size() - 1);
}

void Parser::note(Expected expected, std::size_t ahead) {
    const std::size_t at = std::min(here_ + ahead, tokens_.size() - 1);
    if (failed() || at < expected_at_) {
        return;
    }
    if (at > expected_at_) {
        expected_.clear();
        expected_at_ = at;
    }
    if (std::ranges::find(expected_, expected) == expected_.end()) {
        expected_.push_back(expected);
    }
}

bool Parser::at_word(std::string_view word, std::size_t ahead) {
    if (failed()) {
        return false;
    }
    if (token(ahead).is_word(word)) {
        return true;
    }
    note({Expected::Kind::kWord, word}, ahead);
    return false;
}

bool Parser::at_words(std::string_view words) {
    std::size_t ahead = 0;
    while (!failed()) {
        const std::size_t space = words.find(' ');
        if (!token(ahead).is_word(words.substr(0, space))) {
            note({Expected::Kind::kWord, words}, ahead);
            return false;
        }
        if (space == std::string_view::npos) {
            return true;
        }
        words.remove_prefix(space + 1);
        ++ahead;
    }
    return false;
}

bool Parser::at_symbol(std::string_view symbol) {
    if (failed()) {
        return false;
    }
    if (token().is_symbol(symbol)) {
        return true;
    }
    note({Expected::Kind::kSymbol, symbol});
    return false;
}

bool Parser::take_word(std::string_view word) {
    const bool found = at_word(word);
    if (found) {
        advance();
    }
    return found;
}

bool Parser::take_words(std::string_view words) {
    const bool found = at_words(words);
    if (found) {
        for (std::ptrdiff_t i = std::ranges::count(words, ' '); i >= 0; --i) {
            advance();
        }
    }
    return found;
}

bool Parser::take_symbol(std::string_view symbol) {
    const bool found = at_symbol(symbol);
    if (found) {
        advance();
    }
    return found;
}

void Parser::expect_word(std::string_view word) {
    if (!take_word(word)) {
        fail_expected();
    }
}

void Parser::expect_words(std::string_view words) {
    if (!take_words(words)) {
        fail_expected();
    }
}

void Parser::expect_symbol(std::string_view symbol) {
    if (!take_symbol(symbol)) {
        fail_expected();
    }
}

std::optional<std::size_t> Parser::take_one_of(std::initializer_list<std::string_view> words) {
    std::size_t index = 0;
    for (const std::string_view word : words) {
        if (take_words(word)) {
            return index;
        }
        ++index;
    }
    return std::nullopt;
}

void Parser::expect_end() {
    if (!failed() && token().kind != Token::Kind::kEnd) {
        fail_expected();
    }
}

std::string Parser::suggest_for(const Token& found) const {
    if (found.kind != Token::Kind::kWord) {
        return {};
    }
    std::vector<std::string_view> words;
    bool takes_name = false;
    for (const Expected& one : expected_) {
        if (one.kind == Expected::Kind::kWord) {
            words.push_back(one.text.substr(0, one.text.find(' ')));
        }
        takes_name = takes_name || one.kind == Expected::Kind::kEvent ||
                     one.kind == Expected::Kind::kSegment;
    }
    const auto word = nearest(found.text, std::span<const std::string_view>(words));
    if (word && *word != found.text) {
        return std::string(*word);
    }
    return takes_name ? '"' + found.text + '"' : std::string();
}

void Parser::fail_expected() {
    if (failed()) {
        return;
    }
    const Token& found = tokens_[std::max(here_, expected_at_)];
    if (expected_at_ < here_ || expected_.empty()) {
        refuse(found.span, "nothing more can stand here: found " + found_text(found));
        return;
    }
    const std::string suggestion = suggest_for(found);
    std::string message = "expected " + describe(expected_) + ", found " + found_text(found);
    if (!suggestion.empty()) {
        message += "; did you mean " + suggestion + "?";
    }
    refuse(found.span, std::move(message), suggestion);
}

void Parser::fail(ErrorCode code, const Span& span, std::string message, std::string suggestion) {
    if (!failed()) {
        error_ = Error{code, std::move(message), span.at, std::move(suggestion)};
        here_ = tokens_.size() - 1;
    }
}

Span Parser::since(const Token& first) const {
    Span span = first.span;
    if (here_ > 0) {
        span.end = std::max(span.end, tokens_[here_ - 1].span.end);
    }
    return span;
}

void Parser::bound(std::size_t size, std::size_t max, std::string_view what) {
    if (size > max) {
        fail(ErrorCode::kTooLarge, token().span,
             "at most " + std::to_string(max) + " " + std::string(what));
    }
}

bool Parser::enter(std::size_t levels) {
    if (!failed() && depth_ + levels > kDepthMax) {
        fail(ErrorCode::kTooLarge, token().span,
             "a question nests at most " + std::to_string(kDepthMax) + " levels deep");
    }
    if (failed()) {
        return false;
    }
    depth_ += levels;
    deepest_ = std::max(deepest_, depth_);
    return true;
}

// Small parts.

std::string Parser::string(Expected::Kind kind, std::string_view what) {
    if (!failed() && token().kind == Token::Kind::kString) {
        std::string result = token().text;
        advance();
        return result;
    }
    note({kind, what});
    fail_expected();
    return {};
}

std::int64_t Parser::integer(std::int64_t min, std::int64_t max, std::string_view what) {
    if (failed() || token().kind != Token::Kind::kInteger) {
        note({Expected::Kind::kOther, what});
        fail_expected();
        return min;
    }
    const std::int64_t value = token().integer;
    if (value < min || value > max) {
        fail(value > max ? ErrorCode::kTooLarge : ErrorCode::kInvalid, token().span,
             std::string(what) + " is at least " + std::to_string(min) + " and at most " +
                 std::to_string(max) + ": " + std::to_string(value));
    }
    advance();
    return value;
}

std::optional<double> Parser::take_number() {
    if (failed()) {
        return std::nullopt;
    }
    const Token& found = token();
    if (found.kind == Token::Kind::kInteger || found.kind == Token::Kind::kReal) {
        advance();
        return found.kind == Token::Kind::kReal ? found.real : static_cast<double>(found.integer);
    }
    note({Expected::Kind::kOther, "a number"});
    return std::nullopt;
}

double Parser::number(std::string_view what) {
    const auto value = take_number();
    if (!value) {
        note({Expected::Kind::kOther, what});
        fail_expected();
    }
    return value.value_or(0);
}

bool Parser::at_when() {
    const Token::Kind kind = token().kind;
    if (kind == Token::Kind::kDate || kind == Token::Kind::kInstant) {
        return !failed();
    }
    note({Expected::Kind::kOther, "a date"});
    return at_word("release");
}

When Parser::when() {
    const Token& first = token();
    When result;
    if (!at_when()) {
        fail_expected();
        return result;
    }
    if (first.kind == Token::Kind::kDate) {
        result.value = first.date;
        advance();
    } else if (first.kind == Token::Kind::kInstant) {
        result.value = first.instant;
        advance();
    } else {
        advance();
        result.value = When::Release{string(Expected::Kind::kRelease, "")};
    }
    result.span = since(first);
    return result;
}

std::size_t Parser::duration_length(std::size_t ahead) const {
    return token(ahead).kind == Token::Kind::kDuration ? 1 : 2;
}

bool Parser::at_duration(std::size_t ahead) {
    if (failed()) {
        return false;
    }
    const Token& first = token(ahead);
    if (first.kind == Token::Kind::kDuration || first.kind == Token::Kind::kInteger) {
        return true;
    }
    note({Expected::Kind::kOther, "a duration such as 7 days"}, ahead);
    return false;
}

void Parser::note_duration_units(std::size_t ahead) {
    for (const std::string_view name : {"seconds", "minutes", "hours", "days", "weeks"}) {
        note({Expected::Kind::kWord, name}, ahead);
    }
}

Duration Parser::duration() {
    const Token& first = token();
    Duration result;
    if (first.is_symbol("-")) {
        refuse(first.span, "a duration is longer than nothing: found \"-\"");
    }
    if (!at_duration()) {
        fail_expected();
        return result;
    }
    result.count = first.integer;
    if (first.kind == Token::Kind::kDuration) {
        result.unit = first.unit;
    } else {
        const Token& unit = token(1);
        const auto found = find_unit(kDurationUnits, unit.text);
        if (unit.kind != Token::Kind::kWord || !found) {
            advance();
            if (unit.kind == Token::Kind::kWord && find_unit(kIntervals, unit.text)) {
                refuse(unit.span,
                       "a duration is elapsed time, in weeks, days or less: found " +
                           quoted(unit.text),
                       in_days(first.integer, unit.text));
            }
            note_duration_units();
            fail_expected();
            return result;
        }
        result.unit = static_cast<DurationUnit>(*found);
        advance();
    }
    advance();
    result.span = since(first);
    if (result.count < 1) {
        refuse(first.span, "a duration is longer than nothing: 0");
    } else if (result.count > kDurationMaxMs / Duration{1, result.unit, {}}.ms()) {
        fail(ErrorCode::kTooLarge, first.span,
             "a duration is at most a century: " + std::to_string(result.count));
    }
    return result;
}

std::optional<Interval> Parser::take_interval() {
    if (failed()) {
        return std::nullopt;
    }
    if (token().kind == Token::Kind::kWord) {
        if (const auto found = find_unit(kIntervals, token().text)) {
            advance();
            return static_cast<Interval>(*found);
        }
    }
    for (const std::string_view name : kIntervals) {
        note({Expected::Kind::kWord, name});
    }
    return std::nullopt;
}

Interval Parser::interval() {
    const auto result = take_interval();
    if (!result) {
        fail_expected();
    }
    return result.value_or(Interval::kDay);
}

bool Parser::at_literal() {
    if (failed()) {
        return false;
    }
    switch (token().kind) {
        case Token::Kind::kInteger:
        case Token::Kind::kReal:
        case Token::Kind::kString:
        case Token::Kind::kDate:
        case Token::Kind::kInstant:
            return true;
        case Token::Kind::kSymbol:
            return token().text == "-" &&
                   (token(1).kind == Token::Kind::kInteger || token(1).kind == Token::Kind::kReal);
        case Token::Kind::kWord:
            if (token().text == "true" || token().text == "false") {
                return true;
            }
            return token().text == "release" && token(1).kind == Token::Kind::kString;
        case Token::Kind::kQuoted:
        case Token::Kind::kDuration:
        case Token::Kind::kEnd:
            return false;
    }
    return false;
}

Literal Parser::literal() {
    Literal result;
    const Token& first = token();
    if (!at_literal()) {
        note({Expected::Kind::kOther, "a number"});
        note({Expected::Kind::kOther, "a text in double quotes"});
        note({Expected::Kind::kOther, "a date"});
        note({Expected::Kind::kWord, "true"});
        note({Expected::Kind::kWord, "false"});
        fail_expected();
        return result;
    }
    const bool negative = take_symbol("-");
    const Token& value = token();
    if (value.kind == Token::Kind::kInteger) {
        result.value = negative ? -value.integer : value.integer;
        advance();
    } else if (value.kind == Token::Kind::kReal) {
        result.value = negative ? -value.real : value.real;
        advance();
    } else if (value.kind == Token::Kind::kString) {
        result.value = value.text;
        advance();
    } else if (value.is_word("true") || value.is_word("false")) {
        result.value = value.text == "true";
        advance();
    } else {
        result.value = when();
    }
    result.span = since(first);
    return result;
}

std::string Parser::word_or_string(Expected::Kind kind, std::string_view what) {
    if (!failed() && token().kind == Token::Kind::kWord) {
        std::string result = token().text;
        advance();
        return result;
    }
    return string(kind, what);
}

bool Parser::at_owned_property() {
    if (failed()) {
        return false;
    }
    if (token().kind == Token::Kind::kWord && owner_of(token().text) && token(1).is_symbol(".")) {
        return true;
    }
    for (const std::string_view name : {"event.", "user.", "customer.", "relation."}) {
        note({Expected::Kind::kOther, name});
    }
    return false;
}

bool Parser::at_role_property() {
    return brackets_ == 0 && at_word("role");
}

bool Parser::at_bare_property() {
    if (failed() || brackets_ == 0) {
        return false;
    }
    if (token().kind == Token::Kind::kQuoted ||
        (token().kind == Token::Kind::kWord && !is_reserved(token().text))) {
        return true;
    }
    note({Expected::Kind::kProperty, "", Owner::kEvent});
    return false;
}

Property Parser::property() {
    const Token& first = token();
    Property result;
    if (at_role_property()) {
        advance();
        result.owner = Owner::kRelation;
        result.name = "role";
    } else if (at_owned_property()) {
        result.owner = *owner_of(first.text);
        advance();
        advance();
        if (result.owner != Owner::kRelation && token().is_word(sent_word(result.owner)) &&
            token(1).is_symbol(".")) {
            result.sent = true;
            advance();
            advance();
        }
        result.name =
            path(result.owner, result.sent ? Expected::Kind::kSent : Expected::Kind::kProperty);
    } else if (at_bare_property()) {
        result.name = path(Owner::kEvent, Expected::Kind::kProperty);
    } else {
        fail_expected();
    }
    result.span = since(first);
    return result;
}

std::string Parser::path(Owner owner, Expected::Kind kind) {
    std::string result;
    while (true) {
        const Token& part = token();
        if (failed() || (part.kind != Token::Kind::kWord && part.kind != Token::Kind::kQuoted)) {
            note({kind, "", owner});
            fail_expected();
            return result;
        }
        if (part.text.empty()) {
            refuse(part.span, "a property has a name: ``");
        }
        result += part.text;
        advance();
        if (failed() || !token().is_symbol(".")) {
            return result;
        }
        result += '.';
        advance();
    }
}

}  // namespace twofold::ask
