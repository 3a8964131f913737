// SPDX-License-Identifier: Apache-2.0
#include "stats/share.h"

#include <gtest/gtest.h>

namespace twofold::stats {
namespace {

TEST(Wilson, AgreesWithPublishedFigures) {
    // Newcombe 1998, table I, method 3: 81/263, 15/148, 0/20, 1/29.
    const ShareInterval a = wilson_95(81, 263);
    EXPECT_NEAR(a.low, 0.2553, 0.00005);
    EXPECT_NEAR(a.high, 0.3662, 0.00005);
    const ShareInterval b = wilson_95(15, 148);
    EXPECT_NEAR(b.low, 0.0624, 0.00005);
    EXPECT_NEAR(b.high, 0.1605, 0.00005);
    const ShareInterval c = wilson_95(0, 20);
    EXPECT_NEAR(c.low, 0.0, 0.00005);
    EXPECT_NEAR(c.high, 0.1611, 0.00005);
    const ShareInterval d = wilson_95(1, 29);
    EXPECT_NEAR(d.low, 0.0061, 0.00005);
    EXPECT_NEAR(d.high, 0.1718, 0.00005);
}

TEST(Wilson, OfNothingNothingIsKnown) {
    const ShareInterval none = wilson_95(0, 0);
    EXPECT_EQ(none.low, 0.0);
    EXPECT_EQ(none.high, 1.0);
}

}  // namespace
}  // namespace twofold::stats
