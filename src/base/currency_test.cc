// SPDX-License-Identifier: Apache-2.0
#include "base/currency.h"

#include <gtest/gtest.h>

namespace twofold {
namespace {

TEST(Currency, HasAsManyDigitsAsIso4217Says) {
    EXPECT_EQ(minor_digits("USD"), 2);
    EXPECT_EQ(minor_digits("JPY"), 0);
    EXPECT_EQ(minor_digits("KWD"), 3);
    EXPECT_EQ(minor_digits("CLF"), 4);
    EXPECT_EQ(minor_digits("???"), 2);
}

}  // namespace
}  // namespace twofold
