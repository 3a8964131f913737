// SPDX-License-Identifier: Apache-2.0
#include "engine/value_math.h"

#include <cmath>

#include "money/mrr.h"

namespace twofold::engine {
namespace {

using ask::ArithmeticOp;
using model::Value;
using plan::Meaning;

/// Exact where both are whole and it fits.
bool whole_result(ArithmeticOp op, const Value& left, const Value& right, std::int64_t& out) {
    if (left.type != model::ValueType::kInt || right.type != model::ValueType::kInt) return false;
    switch (op) {
        case ArithmeticOp::kAdd:
            return !__builtin_add_overflow(left.integer, right.integer, &out);
        case ArithmeticOp::kSubtract:
            return !__builtin_sub_overflow(left.integer, right.integer, &out);
        case ArithmeticOp::kMultiply:
            return !__builtin_mul_overflow(left.integer, right.integer, &out);
        case ArithmeticOp::kDivide:
            return false;
    }
    return false;
}

Value real_result(ArithmeticOp op, double left, double right) {
    double result = 0;
    switch (op) {
        case ArithmeticOp::kAdd:
            result = left + right;
            break;
        case ArithmeticOp::kSubtract:
            result = left - right;
            break;
        case ArithmeticOp::kMultiply:
            result = left * right;
            break;
        case ArithmeticOp::kDivide:
            if (right == 0) return Value::null();
            result = left / right;
            break;
    }
    return std::isfinite(result) ? Value::of_double(result) : Value::null();
}

Value plain_result(ArithmeticOp op, const Value& left, const Value& right) {
    std::int64_t whole = 0;
    if (whole_result(op, left, right, whole)) return Value::of_int(whole);
    return real_result(op, left.number(), right.number());
}

Value to_money(const Value& plain, double scale) {
    return Value::of_double(plain.number() * scale);
}

}  // namespace

Value arithmetic(ArithmeticOp op, const Value& left, Meaning left_meaning, const Value& right,
                 Meaning right_meaning, double money_scale) {
    if (!left.is_number() || !right.is_number()) return Value::null();
    const bool left_money = left_meaning == Meaning::kMoney;
    const bool right_money = right_meaning == Meaning::kMoney;
    if (op == ArithmeticOp::kAdd || op == ArithmeticOp::kSubtract) {
        if (left_money && !right_money) {
            return plain_result(op, left, to_money(right, money_scale));
        }
        if (right_money && !left_money) {
            return plain_result(op, to_money(left, money_scale), right);
        }
        const Value result = plain_result(op, left, right);
        const bool span = op == ArithmeticOp::kSubtract && left_meaning == Meaning::kTime &&
                          right_meaning == Meaning::kTime;
        return span ? Value::of_double(result.number() / 1000.0) : result;
    }
    if (op == ArithmeticOp::kMultiply && left_money && right_money) {
        // Of two amounts there is no amount; as plain numbers they are in major units.
        return real_result(op, left.number() / money_scale, right.number() / money_scale);
    }
    if (op == ArithmeticOp::kDivide && right_money && !left_money) {
        return real_result(op, left.number(), right.number() / money_scale);
    }
    return plain_result(op, left, right);
}

Value comparable(const Value& value, Meaning meaning, double money_scale) {
    if (meaning != Meaning::kMoney || !value.is_number()) return value;
    // To minor units first: what is shown as 99.50 equals 99.5.
    const double minor = std::round(value.number() / static_cast<double>(money::kMrrScale));
    return Value::of_double(minor / (money_scale / static_cast<double>(money::kMrrScale)));
}

}  // namespace twofold::engine
