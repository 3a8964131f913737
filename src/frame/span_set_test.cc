// SPDX-License-Identifier: Apache-2.0
#include "frame/span_set.h"

#include <algorithm>
#include <bitset>
#include <gtest/gtest.h>
#include <random>

namespace twofold::frame {
namespace {

constexpr int kMoments = 40;
using Moments = std::bitset<kMoments>;

Moments moments(const SpanSet& spans) {
    Moments all;
    for (const Span& span : spans) {
        for (TimeMs time = span.from; time < span.until; ++time) {
            all.set(static_cast<std::size_t>(time));
        }
    }
    return all;
}

void expect_tidy(const SpanSet& spans) {
    for (std::size_t i = 0; i < spans.size(); ++i) {
        EXPECT_LT(spans[i].from, spans[i].until);
        if (i == 0) continue;
        EXPECT_LT(spans[i - 1].until, spans[i].from);
    }
}

TEST(SpanSet, DoesWhatSetsOfMomentsDo) {
    for (unsigned seed = 0; seed < 2'000; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random(seed);
        const auto any_spans = [&] {
            SpanSet spans;
            for (auto count = random() % 6; count > 0; --count) {
                const auto from = static_cast<TimeMs>(random() % kMoments);
                const auto until = static_cast<TimeMs>(random() % (kMoments + 1));
                spans.push_back({from, until});
            }
            return spans;
        };
        SpanSet a = any_spans();
        SpanSet b = any_spans();
        const Moments in_a = moments(a);
        const Moments in_b = moments(b);
        normalize(a);
        normalize(b);
        expect_tidy(a);
        ASSERT_EQ(moments(a), in_a);
        SpanSet out;
        intersect(a, b, out);
        expect_tidy(out);
        ASSERT_EQ(moments(out), in_a & in_b);
        subtract(a, b, out);
        expect_tidy(out);
        ASSERT_EQ(moments(out), in_a & ~in_b);
    }
}

TEST(SpanSet, ReachesToTheEndsOfTime) {
    SpanSet out;
    subtract({{kBeginningOfTime, kEndOfTime}}, {{5, 7}}, out);
    EXPECT_EQ(out, (SpanSet{{kBeginningOfTime, 5}, {7, kEndOfTime}}));
}

}  // namespace
}  // namespace twofold::frame
