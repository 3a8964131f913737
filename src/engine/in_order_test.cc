// SPDX-License-Identifier: Apache-2.0
#include "engine/in_order.h"

#include <gtest/gtest.h>
#include <numeric>
#include <random>

#include "engine/stoppable_run.h"

namespace twofold::engine {
namespace {

class InOrder : public StoppableRun {
protected:
    InOrder() : StoppableRun("count users", nullptr) {}

    static std::vector<std::uint32_t> numbers(std::size_t count, std::uint32_t below) {
        std::mt19937 random(static_cast<std::uint32_t>(count) + below);
        std::vector<std::uint32_t> made(count);
        for (std::uint32_t& number : made)
            number = static_cast<std::uint32_t>(random() % below);
        return made;
    }
    /// Compares, and asks for the end with the thousandth comparison.
    auto ending() {
        return [this](std::uint32_t a, std::uint32_t b) {
            if (++compared_ == 1'000) stop();
            return a < b;
        };
    }

    std::size_t compared_ = 0;
};

TEST_F(InOrder, SortsAll) {
    for (const std::size_t count : {0U, 1U, 2U, 1'000U, 40'000U, 300'000U}) {
        for (const std::uint32_t below : {1U, 3U, 1'000U, 4'000'000U}) {
            std::vector<std::uint32_t> sorted = numbers(count, below);
            std::vector<std::uint32_t> expected = sorted;
            std::ranges::sort(expected);
            ASSERT_TRUE(sort_all(run_, sorted).has_value());
            EXPECT_EQ(sorted, expected) << count << " below " << below;
            // What is in order already, and the other way round.
            ASSERT_TRUE(sort_all(run_, sorted).has_value());
            EXPECT_EQ(sorted, expected);
            std::ranges::reverse(sorted);
            ASSERT_TRUE(sort_all(run_, sorted).has_value());
            EXPECT_EQ(sorted, expected);
        }
    }
}

TEST_F(InOrder, GivesTheFirst) {
    for (const std::size_t count : {0U, 1U, 100U, 50'000U}) {
        for (const std::size_t wanted : {0U, 1U, 7U, 20'000U, 60'000U}) {
            const std::vector<std::uint32_t> all = numbers(count, 1'000'000);
            std::vector<std::uint32_t> expected = all;
            std::ranges::sort(expected);
            expected.resize(std::min(wanted, count));
            const auto first = first_in_order(run_, all, wanted, std::less<>());
            ASSERT_TRUE(first.has_value());
            EXPECT_EQ(*first, expected) << wanted << " of " << count;
        }
    }
}

TEST_F(InOrder, EndsSoonOnceTheQuestionIsStopped) {
    std::vector<std::uint32_t> all = numbers(2'000'000, 4'000'000);
    const auto first = first_in_order(run_, all, 10, ending());
    ASSERT_FALSE(first.has_value());
    EXPECT_EQ(first.error().code, ErrorCode::kUnavailable);
    EXPECT_LT(compared_, 100'000U);
    stop(false);
    compared_ = 0;
    EXPECT_FALSE(sort_all(run_, all, ending()).has_value());
    EXPECT_LT(compared_, 5'000'000U);  // one parting of all, where it began
}

}  // namespace
}  // namespace twofold::engine
