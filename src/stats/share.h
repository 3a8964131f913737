// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace twofold::stats {

/// Bounds of a share, 0 to 1.
struct ShareInterval {
    double low = 0;
    double high = 1;
};

/// Wilson's score interval at 95 % for `part` of `whole`: unlike the textbook interval it stays
/// within 0 and 1 and is right for few and for extreme shares. Of nothing: [0, 1].
/// REQUIRES: part <= whole.
ShareInterval wilson_95(std::uint64_t part, std::uint64_t whole);

}  // namespace twofold::stats
