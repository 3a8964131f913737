// SPDX-License-Identifier: Apache-2.0
#include "api/ask_request.h"

#include <gtest/gtest.h>

namespace twofold::api {
namespace {

Result<AskRequest> read(std::string_view body) {
    return read_ask_request(body, Zone::utc());
}

std::string nested(std::string_view before, std::size_t levels, std::string_view after) {
    return std::string(before) + std::string(levels, '[') + std::string(levels, ']') +
           std::string(after);
}

TEST(AskRequest, TakesTextOrJsonAndNotBoth) {
    EXPECT_TRUE(read(R"({"ask":"count users"})"));
    EXPECT_TRUE(read(R"({"question":{"kind":"count","of":"users"}})"));
    EXPECT_EQ(read(R"({"ask":"count users","question":{}})").error().code, ErrorCode::kInvalid);
    EXPECT_EQ(read("{}").error().code, ErrorCode::kInvalid);
    EXPECT_EQ(read("[]").error().code, ErrorCode::kInvalid);
    EXPECT_EQ(read(R"({"ask":17})").error().code, ErrorCode::kInvalid);
}

TEST(AskRequest, ADateMeansItsWholeDay) {
    const auto asked = read(R"({"ask":"count users","at":"2026-03-01"})");
    ASSERT_TRUE(asked);
    EXPECT_EQ(asked->options.now, *parse_instant("2026-03-01T23:59:59.999Z"));
}

TEST(AskRequest, WhatNestsWithoutEndIsRefusedBeforeItIsWalkedOver) {
    // As deep as the bytes allow: each level that is copied or printed would take a stack frame.
    const std::size_t levels = kRequestBytesMax / 2 - 100;
    for (const std::string_view before : {R"({"question":)", R"({"ask":"count users","open":{"a":)",
                                          R"({"ask":"count users","limit":)", R"({"ask":)"}) {
        const auto asked =
            read(nested(before, levels, before.find("open") == before.npos ? "}" : "}}"));
        ASSERT_FALSE(asked) << before;
        EXPECT_EQ(asked.error().code, ErrorCode::kTooLarge) << before;
    }
    EXPECT_EQ(read(std::string(levels, '[')).error().code, ErrorCode::kTooLarge);
}

TEST(AskRequest, TheDeepestQuestionPassesTheGuard) {
    const auto asked = read(nested(R"({"question":)", ask::kJsonDepthMax, "}"));
    ASSERT_FALSE(asked);
    EXPECT_EQ(asked.error().code, ErrorCode::kInvalid) << "it is no question, but not too deep";
}

TEST(AskRequest, AWrongNumberIsNamedAndCut) {
    const auto asked = read(R"({"ask":"count users","limit":")" + std::string(5'000, 'x') + "\"}");
    ASSERT_FALSE(asked);
    EXPECT_EQ(asked.error().code, ErrorCode::kInvalid);
    EXPECT_LT(asked.error().message.size(), 200U);
}

}  // namespace
}  // namespace twofold::api
