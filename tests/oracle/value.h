// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "ask/answer.h"
#include "ask/question.h"
#include "base/time.h"

namespace twofold::oracle {

struct Instant {
    TimeMs ms = 0;
    bool operator==(const Instant&) const = default;
};
/// In major units: what `customer.mrr > 100` compares.
struct Amount {
    double major = 0;
    std::string currency;
    bool operator==(const Amount&) const = default;
};

/// What was sent, or computed from it. monostate: missing, which is never 0 or "".
struct Value;
using Values = std::vector<Value>;
struct Value {
    std::variant<std::monostate, bool, std::int64_t, double, std::string, Instant, Amount, Values>
        is;
    bool operator==(const Value&) const = default;
};

bool missing(const Value& value);
/// Of integers, decimals and amounts; texts that look like numbers are none.
std::optional<double> number(const Value& value);
/// As breakdowns name it; "(none)" when missing.
std::string text(const Value& value);

/// `=`: within a type, but that a number equals the text that prints it; a list equals what one of
/// its elements equals; missing equals nothing.
bool equal(const Value& left, const Value& right);
/// `<` and its kin: numbers and instants only; a list holds if an element does.
enum class Order : std::uint8_t { kLess, kLessEqual, kGreater, kGreaterEqual };
bool ordered(const Value& left, Order order, const Value& right);
/// Whether `test` holds of the text, or of one text of the list.
template <typename Test>
bool any_text(const Value& value, const Test& test) {
    if (const auto* one = std::get_if<std::string>(&value.is)) return test(*one);
    if (const auto* list = std::get_if<Values>(&value.is)) {
        for (const Value& element : *list) {
            if (any_text(element, test)) return true;
        }
    }
    return false;
}

/// Sum, average, median, min, max, p90 over plain numbers; nothing over none, but a sum of 0, nor
/// for other aggregates.
std::optional<double> aggregate_of(ask::Aggregate aggregate, std::vector<double> numbers);

}  // namespace twofold::oracle
