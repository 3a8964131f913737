// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <re2/re2.h>
#include <utility>

#include "ask/builtin.h"
#include "ask/checker.h"
#include "ask/print.h"
#include "base/text.h"

// Whether conditions and numbers fit what they are compared with and what they speak of.

namespace twofold::ask {
namespace {

constexpr ValueKinds kAnyKind{
    .text = true, .number = true, .boolean = true, .time = true, .money = false, .list = true};

ValueKinds kinds_of(const Literal& literal) {
    ValueKinds kinds;
    switch (literal.value.index()) {
        case 0:
            kinds.boolean = true;
            break;
        case 1:
        case 2:
            kinds.number = true;
            break;
        case 3:
            kinds.text = true;
            break;
        default:
            kinds.time = true;
    }
    return kinds;
}

std::string describe(ValueKinds kinds) {
    std::string result;
    const auto add = [&result](bool holds, std::string_view name) {
        if (holds) {
            result += (result.empty() ? "" : " or ") + std::string(name);
        }
    };
    add(kinds.text, "text");
    add(kinds.number, "numbers");
    add(kinds.boolean, "true or false");
    add(kinds.time, "dates");
    add(kinds.list, "lists");
    return result.empty() ? "nothing" : result;
}

bool is_ordering(CompareOp op) {
    return op != CompareOp::kEqual && op != CompareOp::kNotEqual;
}

/// Whether a value of one side can ever equal one of the other. A number equals the text that
/// prints it, and what was sent as text may be a date.
bool may_be_equal(ValueKinds left, ValueKinds right) {
    return (left.boolean && right.boolean) || (left.time && right.time) ||
           ((left.text || left.number) && (right.text || right.number)) ||
           (left.time && right.text) || (left.text && right.time) || left.list || right.list;
}

const std::string* text_literal(const Expression& expression) {
    const auto* literal = std::get_if<Literal>(&expression.node);
    return literal != nullptr ? std::get_if<std::string>(&literal->value) : nullptr;
}

}  // namespace

void Checker::predicate(const Predicate& predicate, About about) {
    if (failed()) {
        return;
    }
    std::visit([&](const auto& node) { condition(node, predicate.span, about); }, predicate.node);
    // The condition around a property that is out of place says how to put it in place.
    switch (std::exchange(misplaced_, Misplaced::kNot)) {
        case Misplaced::kNot:
            break;
        case Misplaced::kUser:
            error_->suggestion = print(Predicate{
                Lift{Quantifier::kAny, 0, 0, false, {}, Nested<Predicate>(predicate)}, {}});
            break;
        case Misplaced::kEvent: {
            Selector event;
            event.where = predicate;
            error_->suggestion = print(Predicate{Did{false, {std::move(event)}, {}, {}, {}}, {}});
            break;
        }
    }
}

void Checker::condition(const And& node, const Span& /*span*/, About about) {
    for (const Predicate& part : node.parts) {
        predicate(part, about);
    }
}

void Checker::condition(const Or& node, const Span& /*span*/, About about) {
    for (const Predicate& part : node.parts) {
        predicate(part, about);
    }
}

void Checker::condition(const Not& node, const Span& /*span*/, About about) {
    predicate(*node.part, about);
}

void Checker::comparable(const Expression& left, ValueKinds left_kinds, CompareOp op,
                         const Expression& right, ValueKinds right_kinds) {
    if (failed()) {
        return;
    }
    // A date in quotes against a date of ours.
    for (const auto& [value, other] :
         {std::pair(&left, right_kinds), std::pair(&right, left_kinds)}) {
        const std::string* text = text_literal(*value);
        if (text != nullptr && other.time && !other.text && !other.list) {
            const bool is_date = parse_date(*text) || parse_instant(*text);
            refuse(value->span, "a date stands without quotes: " + quoted(*text),
                   is_date ? *text : std::string());
            return;
        }
    }
    if (is_ordering(op)) {
        for (const auto& [value, kinds] :
             {std::pair(&left, left_kinds), std::pair(&right, right_kinds)}) {
            const bool text_date = kinds.text && text_literal(*value) == nullptr &&
                                   (left_kinds.time || right_kinds.time);
            if (!kinds.number && !kinds.time && !text_date) {
                refuse(value->span, std::string(print(op)) + " compares numbers and dates; " +
                                        print(*value) + " holds " + describe(kinds));
                return;
            }
        }
        const bool numbers = left_kinds.number && right_kinds.number;
        const bool dates =
            (left_kinds.time || left_kinds.text) && (right_kinds.time || right_kinds.text);
        if (numbers || dates) {
            return;
        }
    } else if (may_be_equal(left_kinds, right_kinds)) {
        return;
    }
    refuse(right.span, print(left) + " holds " + describe(left_kinds) +
                           " and never compares with " + describe(right_kinds) + ": " +
                           print(right));
}

void Checker::condition(const Comparison& node, const Span& /*span*/, About about) {
    const ValueKinds left = expression(node.left, about);
    const ValueKinds right = expression(node.right, about);
    comparable(node.left, left, node.op, node.right, right);
}

void Checker::condition(const InList& node, const Span& /*span*/, About about) {
    const ValueKinds left = expression(node.left, about);
    for (const Literal& value : node.values) {
        if (const auto* date = std::get_if<When>(&value.value)) {
            when(*date);
        }
        comparable(node.left, left, CompareOp::kEqual, Expression{value, value.span},
                   kinds_of(value));
    }
}

void Checker::condition(const TextTest& node, const Span& span, About about) {
    const ValueKinds kinds = expression(node.left, about);
    if (!failed() && !kinds.text && !kinds.list) {
        refuse(node.left.span,
               "only text is searched; " + print(node.left) + " holds " + describe(kinds));
    }
    if (failed() || node.op != TextOp::kMatches) {
        return;
    }
    RE2::Options options;
    options.set_log_errors(false);
    const RE2 pattern(node.pattern, options);
    if (!pattern.ok()) {
        refuse(span, "not a pattern (" + pattern.error() + "): " + quoted(node.pattern));
    }
}

void Checker::condition(const IsSet& node, const Span& /*span*/, About about) {
    expression(node.left, about);
}

void Checker::condition(const IsTrue& node, const Span& /*span*/, About about) {
    const ValueKinds kinds = property(node.property, about);
    if (!failed() && !kinds.boolean) {
        const std::string name = print(node.property);
        refuse(node.property.span,
               name + " holds " + describe(kinds) + " and is no condition alone", name + " is set");
    }
}

void Checker::date(const Expression& left, About about) {
    const ValueKinds kinds = expression(left, about);
    const bool sent_as_text = kinds.text && text_literal(left) == nullptr;
    if (!failed() && !kinds.time && !sent_as_text) {
        refuse(left.span, print(left) + " holds " + describe(kinds) + ", no dates");
    }
}

void Checker::condition(const DateWithin& node, const Span& /*span*/, About about) {
    date(node.left, about);
}

void Checker::condition(const DateSide& node, const Span& /*span*/, About about) {
    date(node.left, about);
    when(node.when);
}

void Checker::condition(const InSegment& node, const Span& span, About /*about*/) {
    segment(node.name, span);
}

void Checker::condition(const RoleIs& node, const Span& span, About /*about*/) {
    role(node.role, span);
}

void Checker::condition(const RelatedTo& node, const Span& span, About /*about*/) {
    if (!names_.has_customer(node.customer_id)) {
        unknown("customer", node.customer_id, span,
                names_.customers(std::string_view(node.customer_id).substr(0, 1), kListMax));
    }
}

void Checker::condition(const Answered& node, const Span& span, About /*about*/) {
    if (!names_.has_survey(node.survey)) {
        unknown("survey", node.survey, span, names_.surveys());
    }
}

void Checker::condition(const Did& node, const Span& span, About /*about*/) {
    for (const Selector& step : node.steps) {
        selector(step);
    }
    if (node.times && node.times->op == TimesOp::kAtLeast && node.times->count == 0) {
        refuse(span, "at least 0 times is always true", "at least 1 time");
    }
    frame(node.frame);
}

void Checker::condition(const Lift& node, const Span& span, About about) {
    if (node.quantifier == Quantifier::kAtLeastCount && node.count < 1) {
        refuse(span, "at least 0 users is always true", "at least 1 user");
    }
    if (node.quantifier == Quantifier::kAtLeastShare &&
        (!(node.percent > 0) || node.percent > 100)) {
        refuse(span, "a share of users is above 0% and at most 100%: " +
                         fmt::format("{}%", node.percent));
    }
    if (std::holds_alternative<Overlap>(question_.kind) && !question_.unit) {
        refuse(span, "overlap counts users too, and this speaks of the users of a customer",
               "overlap for customers");
    }
    if (about == About::kUser || about == About::kEvent) {
        const Predicate lift{node, {}};
        refuse(span, "this speaks of the users of a customer, and the question is about users here",
               "any customer (" + print(lift) + ")");
    }
    for (const std::string& name : node.roles) {
        role(name, span);
    }
    if (node.condition) {
        predicate(*node.condition, About::kUser);
    }
}

void Checker::condition(const Lower& node, const Span& span, About about) {
    if (about == About::kCustomer) {
        refuse(span,
               "this speaks of the customers of a user, and the question is about customers here",
               node.condition ? print(*node.condition) : std::string());
    }
    for (const std::string& name : node.roles) {
        role(name, span);
    }
    if (node.condition) {
        predicate(*node.condition, About::kCustomer);
    }
}

// Numbers.

ValueKinds Checker::expression(const Expression& expression, About about) {
    if (failed()) {
        return kAnyKind;
    }
    if (const auto* literal = std::get_if<Literal>(&expression.node)) {
        if (const auto* date = std::get_if<When>(&literal->value)) {
            when(*date);
        }
        return kinds_of(*literal);
    }
    if (const auto* one = std::get_if<Property>(&expression.node)) {
        return property(*one, about);
    }
    if (const auto* one = std::get_if<Measure>(&expression.node)) {
        return measure(*one);
    }
    const auto& arithmetic = std::get<Arithmetic>(expression.node);
    const ValueKinds left = number(*arithmetic.left, about);
    const ValueKinds right = number(*arithmetic.right, about);
    return {.number = true, .money = left.money || right.money};
}

ValueKinds Checker::number(const Expression& expression, About about) {
    const ValueKinds kinds = this->expression(expression, about);
    if (!failed() && !kinds.number) {
        refuse(expression.span,
               "a number is needed; " + print(expression) + " holds " + describe(kinds));
    }
    return kinds;
}

ValueKinds Checker::property(const Property& property, About about) {
    const ValueKinds kinds = sent(property);
    if (!failed()) {
        property_place(property, about);
    }
    return kinds;
}

void Checker::property_place(const Property& property, About about) {
    if (property.owner == Owner::kUser && about == About::kCustomer) {
        refuse(property.span,
               "a customer has many users: say of which of them this is: " + print(property));
        misplaced_ = Misplaced::kUser;
    } else if (property.owner == Owner::kEvent && about != About::kEvent &&
               about != About::kEventOfCustomer) {
        refuse(property.span,
               "a property of events stands within the brackets of one: " + print(property));
        misplaced_ = Misplaced::kEvent;
    }
}

ValueKinds Checker::measure(const Measure& measure) {
    selector(measure.selector);
    frame(measure.frame);
    if (measure.aggregate == Aggregate::kFirstTime || measure.aggregate == Aggregate::kLastTime) {
        return {.time = true};
    }
    if (!measure.property || failed()) {
        return {.number = true};
    }
    const Property& of = *measure.property;
    if (of.owner != Owner::kEvent) {
        refuse(of.span, "a measure of events takes a property of the event: " + print(of));
        return kAnyKind;
    }
    const std::pair around(in_fact_, in_event_);
    std::tie(in_fact_, in_event_) = sources(measure.selector);
    const ValueKinds kinds = sent(of);
    std::tie(in_fact_, in_event_) = around;
    if (measure.aggregate == Aggregate::kFirst || measure.aggregate == Aggregate::kLast) {
        return kinds;
    }
    if (!failed() && measure.aggregate != Aggregate::kDistinct && !kinds.number) {
        refuse(of.span, std::string(print(measure.aggregate)) + " takes numbers; " + print(of) +
                            " holds " + describe(kinds));
    }
    return {.number = true, .money = kinds.money && measure.aggregate != Aggregate::kDistinct};
}

// Selectors and frames.

std::pair<bool, bool> Checker::sources(const Selector& selector) {
    std::pair<bool, bool> result(
        selector.kind == Selector::Kind::kFact,
        selector.kind != Selector::Kind::kFact && selector.kind != Selector::Kind::kEither);
    for (const Selector& part : selector.either) {
        const auto [fact, event] = sources(part);
        result.first = result.first || fact;
        result.second = result.second || event;
    }
    return result;
}

void Checker::selector(const Selector& selector) {
    if (selector.kind == Selector::Kind::kNamed) {
        event(selector.name, selector.span);
    }
    for (const Selector& part : selector.either) {
        this->selector(part);
    }
    if (selector.where) {
        const std::pair around(in_fact_, in_event_);
        std::tie(in_fact_, in_event_) = sources(selector);
        const bool brackets = std::exchange(in_brackets_, true);
        predicate(*selector.where, About::kEvent);
        in_brackets_ = brackets;
        std::tie(in_fact_, in_event_) = around;
    }
}

void Checker::frame(const Frame& frame) {
    if (frame.selector) {
        selector(*frame.selector);
    }
    if (frame.kind == Frame::Kind::kSince) {
        when(frame.from);
    } else if (frame.kind == Frame::Kind::kFromTo) {
        range(FromTo{frame.from, frame.to}, frame.span);
    }
}

}  // namespace twofold::ask
