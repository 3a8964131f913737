// SPDX-License-Identifier: Apache-2.0
// retention: who comes back, period by period after a start.
#include <fmt/format.h>

#include "ask/checker.h"
#include "ask/parser.h"
#include "ask/question_text.h"

namespace twofold::ask {
namespace {

std::string print_length(std::int64_t count, Interval interval) {
    return fmt::format("for {} {}{}", count, print(interval), count == 1 ? "" : "s");
}

}  // namespace

std::int64_t periods_default(Interval interval) noexcept {
    switch (interval) {
        case Interval::kHour:
            return 24;
        case Interval::kDay:
            return 30;
        case Interval::kWeek:
        case Interval::kMonth:
            return 12;
        case Interval::kQuarter:
            return 8;
        case Interval::kYear:
            return 5;
    }
    return 0;
}

std::vector<const Selector*> selectors_of(const Retention& retention) {
    return {&retention.start, &retention.back};
}

void Parser::head(Retention& retention) {
    retention.start = selector();
    expect_word("then");
    retention.back = selector();
}

bool Parser::clause(Retention& retention) {
    if (take_clause("every start", retention.every_start)) {
        retention.every_start = true;
    } else if (take_clause("on or after", retention.on_or_after)) {
        retention.on_or_after = true;
    } else if (take_clause("rolling", retention.rolling)) {
        retention.rolling = true;
    } else if (take_clause("at least", retention.times.has_value())) {
        retention.times = integer(1, kTimesMax, "a number of times");
        if (!take_one_of({"times", "time"})) {
            fail_expected();
        }
    } else {
        return periods_clause(retention);
    }
    return true;
}

/// `for 12 weeks`; `for users` is another clause.
bool Parser::periods_clause(Retention& retention) {
    const Token& first = token();
    if (failed() || !first.is_word("for")) {
        return false;
    }
    const Token& count = token(1);
    if (count.kind != Token::Kind::kInteger && count.kind != Token::Kind::kDuration) {
        note({Expected::Kind::kOther, "a number of periods such as 12 weeks"}, 1);
        return false;
    }
    if (retention.periods) {
        refuse(first.span, "this clause was given before: for " + std::to_string(count.integer));
        return false;
    }
    advance();
    const auto length = std::get<LastIntervals>(last_intervals().value);
    if (!failed() && length.count > kPeriodsMax) {
        fail(ErrorCode::kTooLarge, count.span,
             fmt::format("retention has at most {} periods: {}", kPeriodsMax, length.count));
    }
    retention.periods = Periods{length.count, length.interval, since(first)};
    return true;
}

void write_head(QuestionText& text, const Retention& retention) {
    text.add(print(retention.start) + " then " + print(retention.back));
    if (retention.times) {
        text.add(
            fmt::format("at least {} time{}", *retention.times, *retention.times == 1 ? "" : "s"));
    }
    if (retention.on_or_after) {
        text.add("on or after");
    }
    if (retention.rolling) {
        text.add("rolling");
    }
    if (retention.every_start) {
        text.add("every start");
    }
}

void write_tail(QuestionText& text, const Retention& retention) {
    if (retention.periods) {
        text.add(print_length(retention.periods->count, retention.periods->interval));
    }
}

void Checker::kind(const Retention& retention) {
    selector(retention.start);
    selector(retention.back);
    const auto* every = question_.every ? std::get_if<Interval>(&*question_.every) : nullptr;
    if (question_.every && every == nullptr) {
        refuse(question_.every_span, "retention goes from period to period, and in total has none",
               "every week");
    }
    if (every != nullptr && retention.periods && retention.periods->interval != *every) {
        refuse(retention.periods->span,
               fmt::format("the columns are the periods that `every` names, here the {}: {}",
                           print(*every),
                           print_length(retention.periods->count, retention.periods->interval)),
               print_length(retention.periods->count, *every));
    }
    if (question_.by && question_.by->touch) {
        refuse(question_.by->touch->span,
               "retention reads what it is broken down by once, at the start");
    }
}

}  // namespace twofold::ask
