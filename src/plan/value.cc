// SPDX-License-Identifier: Apache-2.0
#include "plan/value.h"

#include <algorithm>
#include <re2/re2.h>
#include <string>
#include <utility>

#include "base/calendar.h"
#include "model/json.h"

namespace twofold::plan {
namespace {

using model::Value;
using model::ValueType;

bool numbers_equal(const Value& left, const Value& right) {
    if (left.type == ValueType::kInt && right.type == ValueType::kInt) {
        return left.integer == right.integer;
    }
    // Integers beyond 2^53 have no double of their own: a long double holds both exactly.
    const auto exact = [](const Value& value) {
        return value.type == ValueType::kInt ? static_cast<long double>(value.integer)
                                             : static_cast<long double>(value.real);
    };
    return exact(left) == exact(right);
}

/// Whether `text` is how the number prints: 10.0 prints as "10.0" and, being 10, as "10".
bool prints_as(const Value& number, std::string_view text) {
    std::string printed;
    model::append_json(printed, number);
    if (printed == text) return true;
    return number.type == ValueType::kDouble && printed.ends_with(".0") &&
           std::string_view(printed).substr(0, printed.size() - 2) == text;
}

bool singles_equal(const Value& left, const Value& right) {
    if (left.is_null() || right.is_null()) return false;
    if (left.is_number() && right.is_number()) return numbers_equal(left, right);
    if (left.is_number() && right.type == ValueType::kString) return prints_as(left, right.text);
    if (left.type == ValueType::kString && right.is_number()) return prints_as(right, left.text);
    return left == right;
}

bool singles_ordered(const Value& left, ask::CompareOp op, const Value& right) {
    if (!left.is_number() || !right.is_number()) return false;
    if (left.type == ValueType::kInt && right.type == ValueType::kInt) {
        switch (op) {
            case ask::CompareOp::kLess:
                return left.integer < right.integer;
            case ask::CompareOp::kLessEqual:
                return left.integer <= right.integer;
            case ask::CompareOp::kGreater:
                return left.integer > right.integer;
            case ask::CompareOp::kGreaterEqual:
                return left.integer >= right.integer;
            case ask::CompareOp::kEqual:
            case ask::CompareOp::kNotEqual:
                return false;
        }
    }
    const double a = left.number();
    const double b = right.number();
    switch (op) {
        case ask::CompareOp::kLess:
            return a < b;
        case ask::CompareOp::kLessEqual:
            return a <= b;
        case ask::CompareOp::kGreater:
            return a > b;
        case ask::CompareOp::kGreaterEqual:
            return a >= b;
        case ask::CompareOp::kEqual:
        case ask::CompareOp::kNotEqual:
            return false;
    }
    return false;
}

/// Whether `holds` of the value or, of a list, of an element.
template <typename Function>
bool of_any(const Value& value, const Function& holds) {
    if (value.type == ValueType::kList) return holds(value) || any_element(value.text, holds);
    return holds(value);
}

std::optional<TimeMs> time_of(const Value& value) {
    if (value.type == ValueType::kInt) return value.integer;
    if (value.type != ValueType::kString) return std::nullopt;
    if (const auto instant = parse_instant(value.text)) return *instant;
    if (const auto date = parse_date(value.text)) return Zone::utc().day_start(*date);
    return std::nullopt;
}

}  // namespace

bool values_equal(const Value& left, const Value& right) {
    return of_any(left, [&](const Value& a) {
        return of_any(right, [&](const Value& b) { return singles_equal(a, b); });
    });
}

bool compare_values(const Value& left, ask::CompareOp op, const Value& right) {
    if (op == ask::CompareOp::kEqual) return values_equal(left, right);
    if (op == ask::CompareOp::kNotEqual) return !values_equal(left, right);
    return of_any(left, [&](const Value& a) {
        return of_any(right, [&](const Value& b) { return singles_ordered(a, op, b); });
    });
}

ValueTest ValueTest::compare(ask::CompareOp op, model::OwnedValue literal) {
    ValueTest test;
    test.kind_ = Kind::kCompare;
    test.op_ = op;
    test.values_.push_back(std::move(literal));
    return test;
}

ValueTest ValueTest::in(std::vector<model::OwnedValue> values, bool negated) {
    ValueTest test;
    test.kind_ = Kind::kIn;
    test.values_ = std::move(values);
    test.negated_ = negated;
    return test;
}

Result<ValueTest> ValueTest::text(ask::TextOp op, std::string pattern) {
    ValueTest test;
    test.kind_ = Kind::kText;
    test.text_op_ = op;
    if (op == ask::TextOp::kMatches) {
        re2::RE2::Options options;
        options.set_log_errors(false);
        auto regex = std::make_shared<re2::RE2>(pattern, options);
        if (!regex->ok()) {
            return fail(ErrorCode::kInvalid,
                        "this is no pattern (" + regex->error() + "): " + pattern);
        }
        test.regex_ = std::move(regex);
    }
    test.pattern_ = std::move(pattern);
    return test;
}

ValueTest ValueTest::is_set(bool negated) {
    ValueTest test;
    test.kind_ = Kind::kIsSet;
    test.negated_ = negated;
    return test;
}

ValueTest ValueTest::is_true() {
    ValueTest test;
    test.kind_ = Kind::kIsTrue;
    return test;
}

ValueTest ValueTest::time_within(TimeMs from, TimeMs to) {
    ValueTest test;
    test.kind_ = Kind::kTime;
    test.from_ = from;
    test.to_ = to;
    return test;
}

bool ValueTest::accepts(const Value& value) const {
    switch (kind_) {
        case Kind::kCompare:
            return compare_values(value, op_, values_[0].view());
        case Kind::kIn:
            return negated_ != std::ranges::any_of(values_, [&](const model::OwnedValue& one) {
                       return values_equal(value, one.view());
                   });
        case Kind::kIsSet:
            return negated_ == value.is_null();
        case Kind::kText:
        case Kind::kIsTrue:
        case Kind::kTime:
            return of_any(value, [this](const Value& one) { return accepts_single(one); });
    }
    return false;
}

std::optional<ValueTest::Order> ValueTest::order() const {
    const bool orders = kind_ == Kind::kCompare && op_ != ask::CompareOp::kEqual &&
                        op_ != ask::CompareOp::kNotEqual && values_.front().view().is_number();
    return orders ? std::optional(Order{op_, values_.front().view()}) : std::nullopt;
}

std::vector<std::string> ValueTest::texts_named() const {
    const bool named = (kind_ == Kind::kCompare && op_ == ask::CompareOp::kEqual) ||
                       (kind_ == Kind::kIn && !negated_);
    std::vector<std::string> texts;
    if (!named) return texts;
    for (const model::OwnedValue& value : values_) {
        if (value.type() == ValueType::kString) texts.emplace_back(value.view().text);
    }
    return texts;
}

bool ValueTest::accepts_single(const Value& value) const {
    if (kind_ == Kind::kText) {
        return value.type == ValueType::kString && accepts_text(value.text);
    }
    if (kind_ == Kind::kIsTrue) return value.type == ValueType::kBool && value.boolean();
    const std::optional<TimeMs> time = time_of(value);
    return time && from_ <= *time && *time < to_;
}

bool ValueTest::accepts_text(std::string_view value) const {
    switch (text_op_) {
        case ask::TextOp::kContains:
            return value.find(pattern_) != std::string_view::npos;
        case ask::TextOp::kStartsWith:
            return value.starts_with(pattern_);
        case ask::TextOp::kEndsWith:
            return value.ends_with(pattern_);
        case ask::TextOp::kMatches:
            return re2::RE2::PartialMatch(re2::StringPiece(value.data(), value.size()), *regex_);
    }
    return false;
}

}  // namespace twofold::plan
