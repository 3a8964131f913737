// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ask/condition.h"
#include "base/result.h"
#include "model/types.h"

namespace re2 {
class RE2;
}

// How values compare (ask.md "Predicate", wire.md "What a record becomes"), once for events, traits
// and built-in facts.
namespace twofold::plan {

/// Within a type; a number equals the string that prints it (5 and "5", 1.5 and "1.5"); a list
/// equals what one of its elements equals. Missing (kNull) equals nothing. Bytes compare.
bool values_equal(const model::Value& left, const model::Value& right);

/// kNotEqual is the negation of kEqual, so it is true when a side is missing. Order takes numbers
/// only: anything else gives false. A list matches if an element does.
bool compare_values(const model::Value& left, ask::CompareOp op, const model::Value& right);

/// Calls `function(element)` for each element of a JSON array until it returns true; whether it
/// did. Nested arrays and objects are given as lists of their text.
bool any_element(std::string_view json, const std::function<bool(const model::Value&)>& function);

/// A test of one value against what is written in a question. A value; copies share the pattern.
/// Any thread.
class ValueTest {
public:
    static ValueTest compare(ask::CompareOp op, model::OwnedValue literal);
    static ValueTest in(std::vector<model::OwnedValue> values, bool negated);
    /// Errors: kInvalid with the pattern when kMatches is no RE2 pattern.
    static Result<ValueTest> text(ask::TextOp op, std::string pattern);
    static ValueTest is_set(bool negated);
    /// The boolean true.
    static ValueTest is_true();
    /// Of a time, ms since 1970 (or text that reads as an instant or a UTC date): from <= x < to.
    static ValueTest time_within(TimeMs from, TimeMs to);

    /// kNull: missing.
    bool accepts(const model::Value& value) const;
    bool accepts_missing() const { return accepts(model::Value::null()); }
    /// The texts of `= "x"` and `in ("x", "y")`; of any other test none.
    std::vector<std::string> texts_named() const;
    /// What `< 5` and the like ask of a number; of any other test nothing.
    struct Order {
        ask::CompareOp op = ask::CompareOp::kLess;
        model::Value bound;  ///< A number.
    };
    std::optional<Order> order() const;

private:
    enum class Kind : std::uint8_t { kCompare, kIn, kText, kIsSet, kIsTrue, kTime };
    bool accepts_single(const model::Value& value) const;
    bool accepts_text(std::string_view value) const;

    Kind kind_ = Kind::kIsSet;
    ask::CompareOp op_ = ask::CompareOp::kEqual;
    ask::TextOp text_op_ = ask::TextOp::kContains;
    bool negated_ = false;
    std::vector<model::OwnedValue> values_;
    std::string pattern_;
    std::shared_ptr<const re2::RE2> regex_;
    TimeMs from_ = 0;
    TimeMs to_ = 0;
};

}  // namespace twofold::plan
