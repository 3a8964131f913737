// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "base/time.h"
#include "model/types.h"
#include "plan/condition.h"
#include "plan/timeline.h"

// What a condition asks of one event, apart from where its values come from: a column of the store,
// the row itself, or a dated fact.
namespace twofold::engine {

/// The value of an expression, `value_of` giving that of each fact in it.
/// REQUIRES: no measure in it.
model::Value row_value(const plan::Expression& expression,
                       const std::function<model::Value(const plan::Fact&)>& value_of);

/// A leaf (FactTest, Compare, NearMoment) on such values. `moment` is when the row happened.
bool row_test(const plan::Condition& leaf, const plan::Moment& moment,
              const std::function<model::Value(const plan::Fact&)>& value_of);

/// The facts of the event in a leaf.
void event_facts(const plan::Expression& expression, std::vector<const plan::Fact*>& found);
std::vector<const plan::Fact*> event_facts(const plan::Condition& leaf);

/// Hour of the local day, 0 to 23.
int local_hour(const Zone& zone, TimeMs time);
/// "monday" … "sunday", local.
std::string_view local_weekday(const Zone& zone, TimeMs time);

}  // namespace twofold::engine
