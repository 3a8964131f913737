// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "ask/answer.h"
#include "base/calendar.h"
#include "frame/snapshot.h"
#include "model/types.h"
#include "plan/condition.h"

// Values of questions as cells of answers.
namespace twofold::engine {

/// How a column of such values is typed.
ask::CellType cell_type(const plan::Expression& expression);
/// Money in the fine unit of facts.h, rounded to the minor unit.
ask::Cell money_cell(double fine, const std::string& currency);
ask::Cell money_cell(std::int64_t fine, const std::string& currency);
/// A value as it is shown: times local, money with its currency, lists as their JSON.
ask::Cell value_cell(const model::Value& value, plan::Meaning meaning, const Zone& zone,
                     const std::string& currency);
/// A moment as it is shown: local, to the second.
ask::TimeLabel time_label(const Zone& zone, TimeMs time);

/// Says so where amounts in other currencies are left out.
void note_foreign_money(const frame::Snapshot& frames, std::vector<std::string>& notes);

}  // namespace twofold::engine
