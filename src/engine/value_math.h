// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ask/condition.h"
#include "model/types.h"
#include "plan/condition.h"

// Numbers of questions: plain, times, and money in its fine unit (facts.h).
namespace twofold::engine {

/// Missing operands and division by zero give missing; so does what is no number. Money and a plain
/// number meet in money: 0.5 * customer.mrr, customer.mrr + 10 (major units). Money by money is
/// plain; the difference of two times is in seconds.
model::Value arithmetic(ask::ArithmeticOp op, const model::Value& left, plan::Meaning left_meaning,
                        const model::Value& right, plan::Meaning right_meaning, double money_scale);

/// As it compares with what is written in a question: money in major units.
model::Value comparable(const model::Value& value, plan::Meaning meaning, double money_scale);

}  // namespace twofold::engine
