// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "demo/draft.h"

namespace twofold::demo {

/// Who pays by the year pays that much less.
inline constexpr int kYearlyDiscountPercent = 10;

/// What a seat costs by the list, now or before the price rise.
Price list_price(Plan plan, bool yearly, bool old);
/// "Team"
std::string_view plan_name(Plan plan);

}  // namespace twofold::demo
