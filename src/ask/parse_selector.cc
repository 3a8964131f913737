// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "ask/parser.h"

// Selectors, measures and frames.

namespace twofold::ask {
namespace {

struct AggregateWord {
    std::string_view word;
    Aggregate aggregate;
};
constexpr std::array<AggregateWord, 14> kAggregates = {{
    {"events", Aggregate::kEvents},
    {"users", Aggregate::kUsers},
    {"customers", Aggregate::kCustomers},
    {"sessions", Aggregate::kSessions},
    {"days", Aggregate::kDays},
    {"sum", Aggregate::kSum},
    {"average", Aggregate::kAverage},
    {"median", Aggregate::kMedian},
    {"min", Aggregate::kMin},
    {"max", Aggregate::kMax},
    {"p90", Aggregate::kP90},
    {"distinct", Aggregate::kDistinct},
    {"first", Aggregate::kFirst},
    {"last", Aggregate::kLast},
}};

const AggregateWord* find_aggregate(std::string_view word) {
    const auto* found = std::ranges::find(kAggregates, word, &AggregateWord::word);
    return found == kAggregates.end() ? nullptr : found;
}

}  // namespace

// Selectors.

bool Parser::at_selector_base() {
    if (failed()) {
        return false;
    }
    const Token& first = token();
    if (first.kind == Token::Kind::kString || first.is_symbol("(")) {
        return true;
    }
    if (first.kind == Token::Kind::kWord && (first.text == "money" || first.text == "relation") &&
        token(1).is_symbol(".")) {
        return true;
    }
    bool found = false;
    for (const std::string_view word : {"use", "anything"}) {
        found = at_word(word) || found;
    }
    note({Expected::Kind::kEvent, ""});
    note({Expected::Kind::kOther, "money.…"});
    note({Expected::Kind::kOther, "relation.…"});
    note({Expected::Kind::kSymbol, "("});
    return found;
}

Selector Parser::selector() {
    Selector result;
    const Token& first = token();
    if (!enter()) {
        return result;
    }
    Selector::First which = Selector::First::kNo;
    if (take_word("first")) {
        which = take_word("matching") ? Selector::First::kFirstMatching : Selector::First::kFirst;
    }
    selector_base(result);
    if (which != Selector::First::kNo) {
        if (result.first != Selector::First::kNo || result.where) {
            refuse(first.span, "first stands once, and before the brackets");
        }
        result.first = which;
    }
    if (take_symbol("[")) {
        if (result.where ||
            (result.first != Selector::First::kNo && which == Selector::First::kNo)) {
            refuse(first.span, "a selector has one pair of brackets, directly behind its name");
        }
        ++brackets_;
        result.where = predicate();
        --brackets_;
        expect_symbol("]");
    }
    result.span = since(first);
    leave();
    return result;
}

void Parser::selector_base(Selector& result) {
    const Token& first = token();
    if (!at_selector_base()) {
        fail_expected();
    } else if (first.kind == Token::Kind::kString) {
        result.kind = Selector::Kind::kNamed;
        result.name = string(Expected::Kind::kEvent, "");
        if (result.name.empty()) {
            refuse(first.span, "an event has a name: \"\"");
        }
    } else if (take_word("anything")) {
        result.kind = Selector::Kind::kAnything;
    } else if (take_word("use")) {
        result.kind = Selector::Kind::kUse;
    } else if (take_symbol("(")) {
        result = either();
    } else {
        fact(result);
    }
}

Selector Parser::either() {
    std::vector<Selector> parts;
    parts.push_back(selector());
    while (take_word("or")) {
        parts.push_back(selector());
        bound(parts.size(), kListMax, "selectors within one pair of parentheses");
    }
    expect_symbol(")");
    if (parts.size() == 1) {
        return std::move(parts[0]);
    }
    Selector result;
    result.kind = Selector::Kind::kEither;
    result.either = std::move(parts);
    return result;
}

void Parser::fact(Selector& result) {
    const Token& first = token();
    const std::string prefix = first.text + ".";
    advance();
    advance();
    const std::string name = prefix + (token().kind == Token::Kind::kWord ? token().text : "");
    for (const std::string& known : fact_names()) {
        if (known == name) {
            result.kind = Selector::Kind::kFact;
            result.name = name;
            advance();
            return;
        }
        if (known.starts_with(prefix)) {
            note({Expected::Kind::kWord, std::string_view(known).substr(prefix.size())});
        }
    }
    fail_expected();
}

// Measures and frames.

bool Parser::at_measure() {
    if (failed() || token().kind != Token::Kind::kWord) {
        return false;
    }
    const AggregateWord* found = find_aggregate(token().text);
    if (found == nullptr) {
        return false;
    }
    if (!takes_property(found->aggregate)) {
        return at_word("of", 1);
    }
    const bool time = found->aggregate == Aggregate::kFirst || found->aggregate == Aggregate::kLast;
    if (token(1).is_symbol("(") || (time && at_word("time", 1))) {
        return true;
    }
    note({Expected::Kind::kSymbol, "("}, 1);
    return false;
}

Measure Parser::measure(bool with_frame) {
    Measure result;
    const Token& first = token();
    if (!at_measure()) {
        // Only the words that a caller could use here are named by it.
        fail_expected();
        return result;
    }
    result.aggregate = find_aggregate(first.text)->aggregate;
    advance();
    if (take_word("time")) {
        result.aggregate =
            result.aggregate == Aggregate::kFirst ? Aggregate::kFirstTime : Aggregate::kLastTime;
    } else if (takes_property(result.aggregate)) {
        expect_symbol("(");
        result.property = property();
        expect_symbol(")");
    }
    expect_word("of");
    result.selector = selector();
    if (with_frame) {
        result.frame = take_frame().value_or(Frame{});
    }
    result.span = since(first);
    return result;
}

std::optional<Frame> Parser::take_frame() {
    const Token& first = token();
    std::optional<Frame> result;
    if (take_word("ever")) {
        result.emplace();
    } else if (take_word("since")) {
        result.emplace().kind = Frame::Kind::kSince;
        result->from = when();
    } else if (take_word("from")) {
        result.emplace().kind = Frame::Kind::kFromTo;
        result->from = when();
        expect_word("to");
        result->to = when();
    } else if (auto in_the = take_frame_in_the()) {
        result = std::move(in_the);
    } else {
        result = take_frame_around();
    }
    if (result) {
        result->span = since(first);
    }
    return result;
}

std::optional<Frame> Parser::take_frame_in_the() {
    Frame result;
    if (take_words("in the range")) {
        result.kind = Frame::Kind::kInTheRange;
    } else if (take_words("in the last")) {
        result.kind = Frame::Kind::kInTheLast;
        result.duration = duration();
    } else if (take_words("in the first")) {
        result.kind = Frame::Kind::kInTheFirst;
        result.duration = duration();
    } else if (!failed() && token().is_word("in") && token(1).is_word("the") && at_duration(2)) {
        take_words("in the");
        result.kind = Frame::Kind::kBeforeTheLast;
        result.duration = duration();
        expect_words("before the last");
        result.before_last = duration();
    } else {
        return std::nullopt;
    }
    return result;
}

bool Parser::at_within_frame() {
    if (failed() || !token().is_word("within")) {
        return false;
    }
    const std::size_t behind = 1 + duration_length(1);
    return token(behind).is_word("after") || token(behind).is_word("before");
}

/// Says what a text that ends within `within 3 days after` lacks; a funnel's own `within 3 days`
/// goes on without it.
void Parser::note_within_frame() {
    if (!at_duration(1)) {
        return;
    }
    const std::size_t behind = 1 + duration_length(1);
    if (token(behind - 1).kind == Token::Kind::kEnd) {
        note_duration_units(behind - 1);
    } else {
        note({Expected::Kind::kWord, "after"}, behind);
        note({Expected::Kind::kWord, "before"}, behind);
    }
}

std::optional<Frame> Parser::take_frame_around() {
    Frame result;
    if (at_within_frame()) {
        advance();
        result.duration = duration();
        result.kind = take_word("after") ? Frame::Kind::kWithinAfter : Frame::Kind::kWithinBefore;
        if (result.kind == Frame::Kind::kWithinBefore) {
            expect_word("before");
        }
        result.selector = selector();
        return result;
    }
    if (!failed() && token().is_word("within")) {
        note_within_frame();
        return std::nullopt;
    }
    note({Expected::Kind::kWord, "within"});
    // `after 2026-01-31` compares the value that stands before it; `after "Name"` is a frame.
    const bool after = at_word("after");
    if (!after && !at_word("before")) {
        return std::nullopt;
    }
    const Token& next = token(1);
    if (next.kind == Token::Kind::kDate || next.kind == Token::Kind::kInstant ||
        next.is_word("release")) {
        return std::nullopt;
    }
    advance();
    result.kind = after ? Frame::Kind::kAfter : Frame::Kind::kBefore;
    result.selector = selector();
    return result;
}

}  // namespace twofold::ask
