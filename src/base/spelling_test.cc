// SPDX-License-Identifier: Apache-2.0
#include "base/spelling.h"

#include <gtest/gtest.h>
#include <vector>

namespace twofold {
namespace {

TEST(EditDistance, CountsSingleMistakes) {
    EXPECT_EQ(edit_distance("", ""), 0u);
    EXPECT_EQ(edit_distance("", "abc"), 3u);
    EXPECT_EQ(edit_distance("abc", ""), 3u);
    EXPECT_EQ(edit_distance("Signed Up", "signed up"), 0u);
    EXPECT_EQ(edit_distance("Sign Up", "Signed Up"), 2u);
    EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
    EXPECT_EQ(edit_distance("ab", "ba"), 1u);
    EXPECT_EQ(edit_distance("Exproted", "Exported"), 1u);
}

TEST(Nearest, IsTheNameThatWasMeant) {
    const std::vector<std::string> names{"Order Completed", "Signed Up", "Project Created",
                                         "Signed In"};
    const auto meant = [&](std::string_view name) { return nearest(name, std::span(names)); };
    EXPECT_EQ(meant("Sign Up"), "Signed Up");
    EXPECT_EQ(meant("signed up"), "Signed Up");
    EXPECT_EQ(meant("Signed in"), "Signed In");
    EXPECT_EQ(meant("Ordr Completed"), "Order Completed");
    EXPECT_EQ(meant("Projcet Created"), "Project Created");
    EXPECT_EQ(meant("Purchase"), std::nullopt);
    EXPECT_EQ(meant(""), std::nullopt);
    EXPECT_EQ(meant("Signed U"), "Signed Up");
}

TEST(Nearest, OfEquallyNearNamesIsTheFirst) {
    const std::vector<std::string_view> names{"plan", "plat", "plum"};
    EXPECT_EQ(nearest("plaz", std::span<const std::string_view>(names)), "plan");
}

TEST(Nearest, HasNoSuggestionForAnythingAtAll) {
    const std::vector<std::string_view> names{"a", "b", "ab"};
    EXPECT_EQ(nearest("z", std::span<const std::string_view>(names)), "a");
    EXPECT_EQ(nearest("zz", std::span<const std::string_view>(names)), std::nullopt);
    const std::string long_name(65, 'x');
    const std::vector<std::string> same{long_name};
    EXPECT_EQ(nearest(long_name, std::span(same)), std::nullopt);
}

}  // namespace
}  // namespace twofold
