// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "ask/question.h"

namespace twofold::ask {

/// The canonical text: parse(print(question)) == question. One line, clauses in a fixed order.
/// REQUIRES: the question keeps what question.h says (it was parsed, read from JSON or checked).
std::string print(const Question& question);

// Parts, for rules, notes and the names of columns.
std::string print(const Selector& selector);
std::string print(const Predicate& predicate);
std::string print(const Expression& expression);
std::string print(const Measure& measure);
std::string print(const TrendMeasure& measure);
std::string print(const UnitAggregate& aggregate);
std::string print(const Breakdown& breakdown);
std::string print(const Frame& frame);  ///< Empty for kEver.
std::string print(const Property& property);
std::string print_in_brackets(const Property& property);  ///< Bare where it may be.
std::string print(const Literal& literal);
std::string print(const When& when);
std::string print(const Duration& duration);
/// "week"
std::string_view print(Interval interval) noexcept;
/// "users", "p90", "first time"
std::string_view print(Aggregate aggregate) noexcept;
std::string_view print(Counted counted) noexcept;
std::string_view print(CompareOp op) noexcept;
/// In double quotes, with `\"` and `\\` escaped.
std::string quote(std::string_view text);
/// Bare where it may be, else quoted.
std::string print_role(std::string_view role);

}  // namespace twofold::ask
