// SPDX-License-Identifier: Apache-2.0
#include "column/string_table.h"

#include <gtest/gtest.h>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace twofold::column {
namespace {

TEST(StringTable, NumbersFollowFirstAppearance) {
    StringTable table;
    EXPECT_EQ(table.find("a"), StringTable::kNone);
    EXPECT_EQ(table.add("a"), 0U);
    EXPECT_EQ(table.add(""), 1U);
    EXPECT_EQ(table.add("a"), 0U);
    EXPECT_EQ(table.add(std::string(1'000'000, 'x')), 2U);
    EXPECT_EQ(table.find(""), 1U);
    EXPECT_EQ(table.text(0), "a");
    EXPECT_EQ(table.text(2).size(), 1'000'000U);
    EXPECT_EQ(table.text_bytes(), 1'000'001U);
    EXPECT_EQ(table.size(), 3U);
}

TEST(StringTable, AgreesWithAMap) {
    std::mt19937_64 random(2);
    StringTable table;
    std::map<std::string, std::uint32_t> expected;
    for (int i = 0; i < 50'000; ++i) {
        std::string text = "key " + std::to_string(random() % 20'000);
        text.append(random() % 3, 'z');
        const auto [place, added] =
            expected.emplace(text, static_cast<std::uint32_t>(expected.size()));
        ASSERT_EQ(table.add(text), place->second);
    }
    ASSERT_EQ(table.size(), expected.size());
    for (const auto& [text, number] : expected) {
        ASSERT_EQ(table.find(text), number);
        ASSERT_EQ(table.text(number), text);
    }
}

TEST(StringTable, ACopyKeepsWhatItHadWhileTheOriginalGrows) {
    StringTable table;
    for (int i = 0; i < 100; ++i)
        table.add("name " + std::to_string(i));
    const StringTable copy = table;
    StringTable grown = copy;
    for (int i = 0; i < 10'000; ++i) {
        table.add("more " + std::to_string(i));
        grown.add("other " + std::to_string(i));
    }
    ASSERT_EQ(copy.size(), 100U);
    EXPECT_EQ(copy.find("more 0"), StringTable::kNone);
    for (std::uint32_t i = 0; i < 100; ++i) {
        ASSERT_EQ(copy.text(i), "name " + std::to_string(i));
        ASSERT_EQ(copy.find("name " + std::to_string(i)), i);
        ASSERT_EQ(grown.find("name " + std::to_string(i)), i);
    }
    EXPECT_EQ(table.text(100), "more 0");
    EXPECT_EQ(grown.text(100), "other 0");
}

}  // namespace
}  // namespace twofold::column
