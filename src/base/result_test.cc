// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <gtest/gtest.h>
#include <memory>
#include <set>

#include "base/locked.h"

namespace twofold {
namespace {

Result<std::unique_ptr<int>> make(int value) {
    if (value < 0) return fail(ErrorCode::kInvalid, "below zero: -1");
    return std::make_unique<int>(value);
}

Result<int> doubled(int value) {
    TF_ASSIGN(const std::unique_ptr<int> made, make(value));
    TF_TRY(make(value));
    return *made * 2;
}

TEST(Result, AnErrorGoesUpAsItIs) {
    EXPECT_EQ(doubled(4).value(), 8);
    const auto failed = doubled(-1);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ErrorCode::kInvalid);
    EXPECT_EQ(failed.error().message, "below zero: -1");
}

TEST(Result, EveryCodeLooksDifferentOutside) {
    std::set<std::string_view> names;
    std::set<int> exit_codes;
    for (int i = 0; i <= static_cast<int>(ErrorCode::kInternal); ++i) {
        const ErrorInfo& info = error_info(static_cast<ErrorCode>(i));
        EXPECT_EQ(static_cast<int>(info.code), i);
        names.insert(info.name);
        exit_codes.insert(info.exit_code);
        EXPECT_GE(info.http_status, 400);
    }
    EXPECT_EQ(names.size(), 10u);
    EXPECT_EQ(exit_codes.size(), 10u);
    EXPECT_FALSE(error_info(ErrorCode::kIo).public_);
}

TEST(Locked, GivesTheValueToOneAtATime) {
    Locked<int> value(3);
    value.with([](int& v) { v += 4; });
    EXPECT_EQ(value.with([](int& v) { return v; }), 7);
}

}  // namespace
}  // namespace twofold
