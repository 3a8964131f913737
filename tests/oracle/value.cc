// SPDX-License-Identifier: Apache-2.0
#include "oracle/value.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace twofold::oracle {
namespace {

/// The text that prints a number: 3, 2.5.
std::optional<std::string> printed(const Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value.is)) return std::to_string(*integer);
    if (const auto* decimal = std::get_if<double>(&value.is)) return fmt::format("{}", *decimal);
    return std::nullopt;
}

}  // namespace

bool missing(const Value& value) {
    return std::holds_alternative<std::monostate>(value.is);
}

std::optional<double> number(const Value& value) {
    if (const auto* integer = std::get_if<std::int64_t>(&value.is)) {
        return static_cast<double>(*integer);
    }
    if (const auto* decimal = std::get_if<double>(&value.is)) return *decimal;
    if (const auto* amount = std::get_if<Amount>(&value.is)) return amount->major;
    return std::nullopt;
}

std::string text(const Value& value) {
    if (missing(value)) return "(none)";
    if (const auto* truth = std::get_if<bool>(&value.is)) return *truth ? "true" : "false";
    if (const auto* one = std::get_if<std::string>(&value.is)) return *one;
    if (const auto plain = printed(value)) return *plain;
    if (const auto* amount = std::get_if<Amount>(&value.is))
        return fmt::format("{}", amount->major);
    return "?";
}

bool equal(const Value& left, const Value& right) {
    if (missing(left) || missing(right)) return false;
    if (const auto* list = std::get_if<Values>(&left.is)) {
        return std::ranges::any_of(*list, [&](const Value& one) { return equal(one, right); });
    }
    if (std::holds_alternative<Values>(right.is)) return equal(right, left);
    if (number(left) && number(right)) {
        const auto* a = std::get_if<std::int64_t>(&left.is);
        const auto* b = std::get_if<std::int64_t>(&right.is);
        return a != nullptr && b != nullptr ? *a == *b : *number(left) == *number(right);
    }
    const auto* left_text = std::get_if<std::string>(&left.is);
    const auto* right_text = std::get_if<std::string>(&right.is);
    if (left_text != nullptr && right_text == nullptr) return printed(right) == *left_text;
    if (right_text != nullptr && left_text == nullptr) return printed(left) == *right_text;
    return left == right;
}

bool ordered(const Value& left, Order order, const Value& right) {
    if (const auto* list = std::get_if<Values>(&left.is)) {
        return std::ranges::any_of(*list,
                                   [&](const Value& one) { return ordered(one, order, right); });
    }
    std::optional<double> a = number(left);
    std::optional<double> b = number(right);
    const auto* earlier = std::get_if<Instant>(&left.is);
    const auto* later = std::get_if<Instant>(&right.is);
    if (earlier != nullptr && later != nullptr) {
        a = static_cast<double>(earlier->ms);
        b = static_cast<double>(later->ms);
    }
    if (!a || !b) return false;
    switch (order) {
        case Order::kLess:
            return *a < *b;
        case Order::kLessEqual:
            return *a <= *b;
        case Order::kGreater:
            return *a > *b;
        case Order::kGreaterEqual:
            return *a >= *b;
    }
    return false;
}

namespace {

std::optional<double> quantile_of(std::vector<double> numbers, double share) {
    if (numbers.empty()) return std::nullopt;
    std::ranges::sort(numbers);
    const double place = share * static_cast<double>(numbers.size() - 1);
    const auto below = static_cast<std::size_t>(std::floor(place));
    const std::size_t above = std::min(below + 1, numbers.size() - 1);
    return numbers[below] + (place - std::floor(place)) * (numbers[above] - numbers[below]);
}

}  // namespace

std::optional<double> aggregate_of(ask::Aggregate aggregate, std::vector<double> numbers) {
    const double sum = std::accumulate(numbers.begin(), numbers.end(), 0.0);
    switch (aggregate) {
        case ask::Aggregate::kSum:
            return sum;
        case ask::Aggregate::kAverage:
            if (numbers.empty()) return std::nullopt;
            return sum / static_cast<double>(numbers.size());
        case ask::Aggregate::kMedian:
            return quantile_of(std::move(numbers), 0.5);
        case ask::Aggregate::kMin:
            return quantile_of(std::move(numbers), 0);
        case ask::Aggregate::kMax:
            return quantile_of(std::move(numbers), 1);
        case ask::Aggregate::kP90:
            return quantile_of(std::move(numbers), 0.9);
        default:
            return std::nullopt;
    }
}

}  // namespace twofold::oracle
