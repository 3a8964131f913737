// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <gtest/gtest.h>

namespace twofold {
namespace {

TEST(Utf8, KnowsGoodFromBad) {
    for (const char* text : {"", "plain", "grüße", "日本語", "😀", "\xF4\x8F\xBF\xBF"}) {
        EXPECT_TRUE(is_valid_utf8(text)) << text;
    }
    EXPECT_TRUE(is_valid_utf8(std::string_view("a\0b", 3)));
    for (const char* text : {"\xFF", "\x80", "\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80",
                             "abc\xE2\x82", "\xF8\x88\x80\x80\x80"}) {
        EXPECT_FALSE(is_valid_utf8(text)) << quoted(text);
    }
}

TEST(Utf8, CharactersAreCountedAndNeverCutInTwo) {
    EXPECT_EQ(character_count("grüße"), 5u);
    EXPECT_EQ(character_count("😀"), 1u);
    EXPECT_EQ(truncate_utf8("grüße", 3), "gr");
    EXPECT_EQ(truncate_utf8("grüße", 4), "grü");
    EXPECT_EQ(truncate_utf8("grüße", 100), "grüße");
    EXPECT_EQ(truncate_utf8("😀", 3), "");
    EXPECT_EQ(truncate_utf8("", 0), "");
}

TEST(Quoted, IsSafeToPrint) {
    EXPECT_EQ(quoted("acme"), "\"acme\"");
    EXPECT_EQ(quoted("grüße"), "\"grüße\"");
    EXPECT_EQ(quoted(std::string_view("a\n\x1B[31m\0", 8)), "\"a\\u000A\\u001B[31m\\u0000\"");
    EXPECT_EQ(quoted("a\xFF"), "\"a\\xFF\"");
    EXPECT_EQ(quoted(std::string(81, 'x')), "\"" + std::string(80, 'x') + "…\"");
    EXPECT_EQ(quoted(std::string(80, 'x')), "\"" + std::string(80, 'x') + "\"");
}

}  // namespace
}  // namespace twofold
