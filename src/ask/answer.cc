// SPDX-License-Identifier: Apache-2.0
#include "ask/answer.h"

#include <fmt/format.h>

#include "base/currency.h"

namespace twofold::ask {

std::string format_amount(const Money& money) {
    const int digits = minor_digits(money.currency);
    // Unsigned, because the smallest integer has no positive twin.
    const bool negative = money.minor < 0;
    const std::uint64_t amount = negative ? ~static_cast<std::uint64_t>(money.minor) + 1
                                          : static_cast<std::uint64_t>(money.minor);
    std::uint64_t scale = 1;
    for (int i = 0; i < digits; ++i) {
        scale *= 10;
    }
    const std::string_view sign = negative ? "-" : "";
    return digits == 0 ? fmt::format("{}{}", sign, amount)
                       : fmt::format("{}{}.{:0{}}", sign, amount / scale, amount % scale, digits);
}

}  // namespace twofold::ask
