// SPDX-License-Identifier: Apache-2.0
#include "ask/answer.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace twofold::ask {
namespace {

// ISO 4217, where the minor unit is not a hundredth.
constexpr std::array<std::string_view, 17> kWithoutMinorUnit = {
    "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG",
    "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"};
constexpr std::array<std::string_view, 7> kThousandths = {"BHD", "IQD", "JOD", "KWD",
                                                          "LYD", "OMR", "TND"};
constexpr std::array<std::string_view, 2> kTenThousandths = {"CLF", "UYW"};

}  // namespace

int minor_digits(std::string_view currency) noexcept {
    if (std::ranges::find(kWithoutMinorUnit, currency) != kWithoutMinorUnit.end()) {
        return 0;
    }
    if (std::ranges::find(kThousandths, currency) != kThousandths.end()) {
        return 3;
    }
    return std::ranges::find(kTenThousandths, currency) != kTenThousandths.end() ? 4 : 2;
}

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
