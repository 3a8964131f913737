// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"

#include <cstdint>
#include <gtest/gtest.h>

namespace twofold {
namespace {

enum class Colour : std::uint8_t { kRed = 3 };

TEST(CheckDeathTest, ABrokenAssumptionIsPrintedWithBothSides) {
    const int two = 2;
    EXPECT_DEATH(TF_CHECK(two == 3), "broken assumption: two == 3 .*check_test");
    EXPECT_DEATH(TF_CHECK_EQ(two, 3), "two == 3, with 2 and 3 ");
    EXPECT_DEATH(TF_CHECK_LT(2.5, 1.0), "with 2.5 and 1");
    EXPECT_DEATH(TF_CHECK_NE(std::string("a"), "a"), "with \"a\" and \"a\"");
    EXPECT_DEATH(TF_CHECK_GT(Colour::kRed, Colour::kRed), "with 3 and 3");
}

TEST(Check, EvaluatesEachSideOnce) {
    int calls = 0;
    TF_CHECK_EQ(++calls, 1);
    TF_CHECK_LE(calls, 1);
    TF_CHECK_GE(calls, 1);
    TF_CHECK(calls == 1);
    EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace twofold
