// SPDX-License-Identifier: Apache-2.0
#include "engine/customer_truth.h"

#include <gtest/gtest.h>
#include <random>

namespace twofold::engine {
namespace {

TEST(SpanLists, HoldWhatOneOfTheirSpansHolds) {
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random(seed);
        const auto below = [&](unsigned limit) {
            return static_cast<std::uint32_t>(random() % limit);
        };
        std::vector<SpanLists::Entry> entries;
        for (std::uint32_t i = 0, count = below(60); i < count; ++i) {
            const TimeMs from = below(40);
            entries.push_back({below(8), {from, from + 1 + below(8)}});
        }
        const SpanLists lists(8, entries);
        for (std::uint32_t number = 0; number < 8; ++number) {
            TimeMs end = -1;
            for (const frame::Span& span : lists.of(number)) {
                EXPECT_LT(end, span.from);  // apart, ascending
                EXPECT_LT(span.from, span.until);
                end = span.until;
            }
            for (TimeMs time = -1; time < 50; ++time) {
                const bool held = std::ranges::any_of(entries, [&](const SpanLists::Entry& entry) {
                    return entry.number == number && entry.span.holds(time);
                });
                EXPECT_EQ(lists.holds(number, time), held);
            }
        }
        EXPECT_FALSE(lists.holds(8, 1));  // nobody
        EXPECT_FALSE(lists.holds(0xffff'ffff, 1));
    }
}

}  // namespace
}  // namespace twofold::engine
