// SPDX-License-Identifier: Apache-2.0
#include "kernel/bit_set.h"

#include <gtest/gtest.h>
#include <set>

#include "base/seeds.h"

namespace twofold::kernel {
namespace {

TEST(BitSet, AgreesWithASetOfNumbers) {
    for (std::uint32_t seed = 0; seed < seed_count(200); ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        const std::uint32_t size = random() % 300;
        BitSet a(size);
        BitSet b(size);
        std::set<std::uint32_t> in_a;
        std::set<std::uint32_t> in_b;
        for (std::uint32_t i = 0; i < size; ++i) {
            if (random() % 3 == 0) a.set(i), in_a.insert(i);
            if (random() % 3 == 0) b.set(i), in_b.insert(i);
        }
        EXPECT_EQ(a.count(), in_a.size());
        EXPECT_EQ(a.none(), in_a.empty());
        std::set<std::uint32_t> seen;
        a.each([&](std::uint32_t bit) { seen.insert(bit); });
        EXPECT_EQ(seen, in_a);
        for (int i = 0; i < 20 && size > 0; ++i) {
            const std::uint32_t first = random() % size;
            const std::uint32_t count = random() % 200;
            const auto found = in_a.lower_bound(first);
            EXPECT_EQ(a.any(first, count), found != in_a.end() && *found < first + count);
        }
        BitSet both = a;
        both &= b;
        BitSet either = a;
        either |= b;
        BitSet only = a;
        only.subtract(b);
        for (std::uint32_t i = 0; i < size; ++i) {
            EXPECT_EQ(both.test(i), in_a.contains(i) && in_b.contains(i));
            EXPECT_EQ(either.test(i), in_a.contains(i) || in_b.contains(i));
            EXPECT_EQ(only.test(i), in_a.contains(i) && !in_b.contains(i));
        }
        EXPECT_EQ(a.flip().count(), size - in_a.size());
    }
}

TEST(BitSet, WhatComesAfterTheEndIsNotInIt) {
    const BitSet all(70, true);
    EXPECT_EQ(all.count(), 70U);
    EXPECT_TRUE(all.test(69));
    EXPECT_FALSE(all.test(70));
    EXPECT_FALSE(all.any(70, 1'000));
    EXPECT_TRUE(BitSet().none());
}

}  // namespace
}  // namespace twofold::kernel
