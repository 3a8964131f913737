// SPDX-License-Identifier: Apache-2.0
// sides: which customers use, and which pay.
#include "ask/checker.h"
#include "ask/parser.h"
#include "ask/print.h"
#include "ask/question_text.h"

namespace twofold::ask {

std::vector<const Selector*> selectors_of(const Sides& sides) {
    if (!sides.used) {
        return {};
    }
    return {&*sides.used};
}

bool Parser::clause(Sides& sides) {
    if (take_clause("using", sides.used.has_value())) {
        sides.used = selector();
    } else if (take_clause("flows", sides.flows)) {
        sides.flows = true;
    } else {
        return false;
    }
    return true;
}

void write_head(QuestionText& text, const Sides& sides) {
    if (sides.used) {
        text.add("using " + print(*sides.used));
    }
    if (sides.flows) {
        text.add("flows");
    }
}

void Checker::kind(const Sides& sides) {
    if (sides.used) {
        selector(*sides.used);
    }
    const bool in_total = question_.every && std::holds_alternative<InTotal>(*question_.every);
    if (sides.flows && in_total) {
        refuse(question_.every_span, "flows go from one period to the next, and in total has one",
               "every month");
    }
    if (sides.flows && question_.by) {
        refuse(question_.by->items.front().span,
               "flows have no `by`: a customer may move between its values as well");
    }
    if (question_.by && question_.by->touch) {
        refuse(question_.by->touch->span,
               "sides reads what it is broken down by once, at the end of each period");
    }
}

}  // namespace twofold::ask
