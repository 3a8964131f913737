// SPDX-License-Identifier: Apache-2.0
// trend: measures over time.
#include <algorithm>
#include <fmt/format.h>

#include "ask/checker.h"
#include "ask/parser.h"
#include "ask/question_text.h"

namespace twofold::ask {
namespace {

bool is_count(Aggregate aggregate) {
    return aggregate <= Aggregate::kSessions;
}

}  // namespace

std::vector<const Selector*> selectors_of(const Trend& trend) {
    std::vector<const Selector*> result;
    for (const TrendMeasure& one : trend.measures) {
        result.push_back(&one.measure.selector);
        if (one.divided_by) {
            result.push_back(&one.divided_by->selector);
        }
    }
    return result;
}

void Parser::head(Trend& trend) {
    do {
        trend.measures.push_back(trend_measure());
        bound(trend.measures.size(), kMeasuresMax, "measures in a trend");
    } while (take_symbol(","));
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

void write_head(QuestionText& text, const Trend& trend) {
    text.add_list(trend.measures, [](const TrendMeasure& measure) { return print(measure); });
}

std::string print(const TrendMeasure& measure) {
    std::string result = print(measure.measure);
    if (measure.divided_by) {
        result += " / " + print(*measure.divided_by);
    }
    switch (measure.smoothing) {
        case Smoothing::kNone:
            return result;
        case Smoothing::kRolling:
            return fmt::format("{} rolling {} day{}", result, measure.rolling_days,
                               measure.rolling_days == 1 ? "" : "s");
        case Smoothing::kCumulative:
            return result + " cumulative";
    }
    return result;
}

void Checker::kind(const Trend& trend) {
    for (const TrendMeasure& measure : trend.measures) {
        trend_measure(measure);
    }
}

void Checker::trend_measure(const TrendMeasure& one) {
    for (const Measure* measure : {&one.measure, one.divided_by ? &*one.divided_by : nullptr}) {
        if (measure == nullptr) {
            continue;
        }
        const Aggregate aggregate = measure->aggregate;
        if (!is_count(aggregate) && (aggregate < Aggregate::kSum || aggregate > Aggregate::kP90)) {
            refuse(measure->span,
                   "a trend counts events, users, customers or sessions, or takes sum, average, "
                   "median, min, max or p90 of a property: " +
                       print(*measure));
        }
        this->measure(*measure);
    }
    const bool days = !question_.every || *question_.every == Every(Interval::kDay);
    if (one.smoothing == Smoothing::kRolling && !days) {
        refuse(question_.every_span, "rolling counts days: it needs every day", "every day");
    }
    if (one.smoothing == Smoothing::kCumulative && question_.every &&
        std::holds_alternative<InTotal>(*question_.every)) {
        refuse(question_.every_span, "cumulative adds up intervals, and in total has none");
    }
}

}  // namespace twofold::ask
