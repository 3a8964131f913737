// SPDX-License-Identifier: Apache-2.0
// funnel: who went through steps.
#include <fmt/format.h>

#include "ask/checker.h"
#include "ask/parser.h"
#include "ask/question_text.h"

namespace twofold::ask {

std::vector<const Selector*> selectors_of(const Funnel& funnel) {
    std::vector<const Selector*> result;
    for (const Selector& step : funnel.steps) {
        result.push_back(&step);
    }
    return result;
}

void Parser::head(Funnel& funnel) {
    funnel.steps.push_back(selector());
    while (take_symbol(">")) {
        funnel.steps.push_back(selector());
        bound(funnel.steps.size(), kStepsMax, "steps in a funnel");
    }
    if (funnel.steps.size() == 1) {
        fail_expected();
    }
}

bool Parser::clause(Funnel& funnel) {
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

void write_head(QuestionText& text, const Funnel& funnel) {
    text.add_list(funnel.steps, [](const Selector& step) { return print(step); }, " > ");
    if (funnel.within) {
        text.add("within " + print(*funnel.within));
    }
    if (funnel.order != FunnelOrder::kLoose) {
        text.add(funnel.order == FunnelOrder::kStrict ? "strict" : "in any order");
    }
    for (const Exclusion& exclusion : funnel.excluding) {
        text.add("excluding " + print(exclusion.selector));
        if (exclusion.from_step != 0) {
            text.add(fmt::format("between {} and {}", exclusion.from_step, exclusion.to_step));
        }
        if (exclusion.ends_attempt) {
            text.add("ending the attempt");
        }
    }
    if (funnel.entries_only) {
        text.add("entries only");
    }
    if (funnel.holding) {
        text.add("holding " + print(*funnel.holding));
    }
    if (funnel.times) {
        text.add(fmt::format("times from {} to {}", funnel.times->from, funnel.times->to));
    }
    if (funnel.entering) {
        text.add("entering every " + std::string(print(*funnel.entering)));
    }
}

void Checker::kind(const Funnel& funnel) {
    for (const Selector& step : funnel.steps) {
        selector(step);
    }
    for (const Exclusion& one : funnel.excluding) {
        exclusion(one, funnel.steps.size());
    }
    const auto steps = static_cast<std::int64_t>(funnel.steps.size());
    if (funnel.holding) {
        if (funnel.holding->owner != Owner::kEvent) {
            refuse(funnel.holding->span,
                   "the steps hold a property of their events: " + print(*funnel.holding));
        }
        property(*funnel.holding, About::kEvent);
    }
    if (funnel.times && (funnel.times->from >= funnel.times->to || funnel.times->to > steps)) {
        refuse(funnel.times->span, "times go from an earlier step to a later one of " +
                                       std::to_string(steps) +
                                       " steps: " + std::to_string(funnel.times->from) + " to " +
                                       std::to_string(funnel.times->to));
    }
}

void Checker::exclusion(const Exclusion& exclusion, std::size_t steps) {
    selector(exclusion.selector);
    const bool named = exclusion.from_step != 0;
    if (named && (exclusion.from_step >= exclusion.to_step ||
                  exclusion.to_step > static_cast<std::int64_t>(steps))) {
        refuse(exclusion.span, "an exclusion lies between an earlier step and a later one of " +
                                   std::to_string(steps) + " steps: between " +
                                   std::to_string(exclusion.from_step) + " and " +
                                   std::to_string(exclusion.to_step));
    }
}

}  // namespace twofold::ask
