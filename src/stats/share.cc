// SPDX-License-Identifier: Apache-2.0
#include "stats/share.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace twofold::stats {

ShareInterval wilson_95(std::uint64_t part, std::uint64_t whole) {
    TF_CHECK(part <= whole);
    if (whole == 0) return {};
    constexpr double kZ = 1.959963984540054;  // two-sided 95 % of the normal distribution
    const double n = static_cast<double>(whole);
    const double share = static_cast<double>(part) / n;
    const double z2 = kZ * kZ;
    const double center = share + z2 / (2 * n);
    const double spread = kZ * std::sqrt(share * (1 - share) / n + z2 / (4 * n * n));
    const double scale = 1 + z2 / n;
    return {std::max(0.0, (center - spread) / scale), std::min(1.0, (center + spread) / scale)};
}

}  // namespace twofold::stats
