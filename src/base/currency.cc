// SPDX-License-Identifier: Apache-2.0
#include "base/currency.h"

#include <algorithm>
#include <array>

namespace twofold {

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

}  // namespace twofold
