// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace twofold {

/// How many digits the minor unit of a currency (ISO 4217, in capitals) has: 2 for USD, 0 for JPY,
/// 3 for KWD; 2 where it is not known.
int minor_digits(std::string_view currency) noexcept;

}  // namespace twofold
