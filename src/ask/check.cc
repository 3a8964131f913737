// SPDX-License-Identifier: Apache-2.0
#include "ask/check.h"

#include <algorithm>
#include <utility>

#include "ask/checker.h"
#include "ask/print.h"
#include "base/calendar.h"

namespace twofold::ask {
namespace {

bool selects_facts(const Selector& selector) {
    return selector.kind == Selector::Kind::kFact ||
           std::ranges::any_of(selector.either, selects_facts);
}

}  // namespace

Status Checker::run() {
    facts_around(question_);
    std::visit([this](const auto& one) { kind(one); }, question_.kind);
    if (question_.where) {
        predicate(*question_.where, about_unit());
    }
    clauses();
    if (error_) {
        return std::unexpected(*error_);
    }
    return {};
}

void Checker::refuse(const Span& span, std::string message, std::string suggestion) {
    if (!failed()) {
        error_ =
            Error{ErrorCode::kInvalid, std::move(message), std::nullopt, std::move(suggestion)};
        if (!span.absent()) {
            error_->at = span.at;
        }
    }
}

bool Checker::counts_customers() const {
    if (const auto* count = std::get_if<Count>(&question_.kind)) {
        return count->counted == Counted::kCustomers;
    }
    if (const auto* list = std::get_if<List>(&question_.kind)) {
        return list->counted == Counted::kCustomers;
    }
    if (std::holds_alternative<Sides>(question_.kind)) {
        return true;
    }
    if (question_.unit) {
        return question_.unit->kind == Unit::Kind::kCustomers;
    }
    if (std::holds_alternative<Overlap>(question_.kind)) {
        return true;
    }
    const auto* trend = std::get_if<Trend>(&question_.kind);
    return trend != nullptr && std::ranges::any_of(trend->measures, [](const TrendMeasure& one) {
               return one.measure.aggregate == Aggregate::kCustomers ||
                      (one.divided_by && one.divided_by->aggregate == Aggregate::kCustomers);
           });
}

Checker::About Checker::about_unit() const {
    Counted counted = Counted::kEvents;
    if (const auto* count = std::get_if<Count>(&question_.kind)) {
        counted = count->counted;
    } else if (const auto* list = std::get_if<List>(&question_.kind)) {
        counted = list->counted;
    } else if (std::holds_alternative<Overlap>(question_.kind)) {
        // Of both, what speaks of the one is told by the plan.
        const bool customers = question_.unit && question_.unit->kind == Unit::Kind::kCustomers;
        counted = customers ? Counted::kCustomers : Counted::kUsers;
    }
    switch (counted) {
        case Counted::kUsers:
            return About::kUser;
        case Counted::kCustomers:
            return About::kCustomer;
        case Counted::kRelations:
            return About::kRelation;
        case Counted::kSessions:
        case Counted::kEvents:
            break;
    }
    return counts_customers() ? About::kEventOfCustomer : About::kEvent;
}

void Checker::facts_around(const Question& question) {
    const bool facts = std::visit(
        [](const auto& kind) {
            return std::ranges::any_of(selectors_of(kind),
                                       [](const Selector* one) { return selects_facts(*one); });
        },
        question.kind);
    in_fact_ = facts;
}

// Kinds.

// Clauses.

void Checker::clauses() {
    if (question_.unit && question_.unit->each) {
        if (question_.unit->each->owner != Owner::kEvent) {
            refuse(question_.unit->each->span,
                   "for each takes a property of events: " + print(*question_.unit->each));
        }
        property(*question_.unit->each, About::kEvent);
    }
    if (question_.rolled_up && !counts_customers()) {
        refuse(question_.rolled_up_span,
               "rolled up joins customers with their children, and this "
               "question counts no customers",
               "for customers rolled up");
    }
    if (question_.by) {
        by(*question_.by);
    }
    if (question_.range) {
        if (const auto* from_to = std::get_if<FromTo>(&question_.range->value)) {
            range(*from_to, question_.range->span);
        } else if (const auto* since = std::get_if<Since>(&question_.range->value)) {
            when(since->from);
        }
    }
    if (question_.at) {
        when(*question_.at);
    }
    if (question_.against) {
        against(*question_.against);
    }
    if (!failed() && !question_.zone.empty()) {
        if (const auto zone = Zone::find(question_.zone); !zone) {
            refuse(question_.zone_span, zone.error().message, zone.error().suggestion);
        }
    }
}

void Checker::by(const By& by) {
    for (const Breakdown& item : by.items) {
        breakdown(item);
    }
    if (!by.touch) {
        return;
    }
    const auto* funnel = std::get_if<Funnel>(&question_.kind);
    const auto steps = static_cast<std::int64_t>(funnel != nullptr ? funnel->steps.size() : 0);
    if (by.touch->kind == Touch::Kind::kStep && funnel == nullptr) {
        refuse(by.touch->span, "only a funnel has steps to take a value from");
    } else if (by.touch->kind == Touch::Kind::kStep && by.touch->step > steps) {
        refuse(by.touch->span, "this funnel has " + std::to_string(steps) + " steps: step " +
                                   std::to_string(by.touch->step));
    }
}

void Checker::breakdown(const Breakdown& item) {
    const About about = counts_customers() ? About::kEventOfCustomer : About::kEvent;
    if (const auto* condition = std::get_if<Predicate>(&item.value)) {
        const bool of_unit = about_unit() == About::kCustomer;
        predicate(*condition, of_unit ? About::kCustomer : about);
    } else if (const auto* segments = std::get_if<Breakdown::Segments>(&item.value)) {
        for (const std::string& name : segments->names) {
            segment(name, item.span);
        }
    } else if (const auto* value = std::get_if<Expression>(&item.value)) {
        if (item.bins) {
            const ValueKinds kinds = expression(*value, about);
            if (!failed() && !kinds.number) {
                refuse(item.span, "bins are made of numbers, and " + print(*value) + " holds none");
            }
        } else {
            expression(*value, about);
        }
    }
}

void Checker::range(const FromTo& range, const Span& span) {
    when(range.from);
    when(range.to);
    const auto* from_day = std::get_if<Date>(&range.from.value);
    const auto* to_day = std::get_if<Date>(&range.to.value);
    const auto* from_time = std::get_if<TimeMs>(&range.from.value);
    const auto* to_time = std::get_if<TimeMs>(&range.to.value);
    const bool days_turned = from_day != nullptr && to_day != nullptr && *to_day < *from_day;
    // Instants are half-open: a range from one to itself is empty.
    const bool times_turned = from_time != nullptr && to_time != nullptr && *to_time <= *from_time;
    if (days_turned || times_turned) {
        refuse(span,
               "a range ends after it begins: from " + print(range.from) + " to " + print(range.to),
               "from " + print(range.to) + " to " + print(range.from));
    }
}

void Checker::against(const Against& against) {
    if (const auto* from_to = std::get_if<FromTo>(&against.value)) {
        range(*from_to, against.span);
    } else if (const auto* moment = std::get_if<When>(&against.value)) {
        when(*moment);
        if (!std::holds_alternative<List>(question_.kind)) {
            refuse(against.span, "only a list is compared with a moment; this kind with a period",
                   "against the previous period");
        }
    }
}

Status check(const Question& question, const Names& names) {
    return Checker(question, names).run();
}

}  // namespace twofold::ask
