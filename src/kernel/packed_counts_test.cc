// SPDX-License-Identifier: Apache-2.0
#include "kernel/packed_counts.h"

#include <gtest/gtest.h>
#include <map>

#include "base/seeds.h"

namespace twofold::kernel {
namespace {

template <typename Key>
Key random_key(Random& random, std::uint32_t distinct) {
    const Key number = 1 + random() % distinct;
    return random() % 2 == 0 ? number : number << (sizeof(Key) * 8 - 22);
}

TEST(PackedTable, KeepsAValueForEachKey) {
    Random random(1);
    PackedTable<std::uint64_t, int> table;
    for (int round = 0; round < 2; ++round) {
        std::map<std::uint64_t, int> expected;
        for (int i = 0; i < 20'000; ++i) {
            const auto key = random_key<std::uint64_t>(random, 1 << 20);
            ++table.at(key);
            ++expected[key];
        }
        EXPECT_EQ(table.size(), expected.size());
        std::map<std::uint64_t, int> found;
        table.each([&](std::uint64_t key, int count) { found[key] = count; });
        EXPECT_EQ(found, expected);
        table.clear();
    }
}

TEST(PackedTable, TakesNoMoreThanItMay) {
    PackedTable<std::uint64_t, int> table;
    EXPECT_EQ(table.at_most(7, 0), nullptr);
    for (std::uint64_t key = 1; key <= 100; ++key)
        EXPECT_EQ(table.at_most(key, 70) != nullptr, key <= 70);
    EXPECT_NE(table.at_most(70, 70), nullptr);
    EXPECT_EQ(table.size(), 70U);
}

/// Two threads, groups in pieces, against a map.
template <typename Key>
void count_and_judge(std::uint32_t seed, std::uint32_t keys, std::uint32_t distinct,
                     std::uint32_t few = 5) {
    SCOPED_TRACE(seed);
    Random random(seed);
    PackedCounts<Key> threads[2];
    std::map<Key, std::uint64_t> expected;
    for (std::uint32_t i = 0; i < keys; ++i) {
        const Key key = random_key<Key>(random, random() % 4 == 0 ? distinct : few);
        threads[i % 2].add(key);
        ++expected[key];
    }
    PackedTop<Key> wanted;
    for (const auto& [key, count] : expected)
        wanted.entries.push_back({key, count});
    wanted.keep(10);
    PackedCounts<Key>* const both[] = {&threads[0], &threads[1]};
    using Counts = PackedCounts<Key>;
    PackedTop<Key> found = Counts::take_top(both, 0, 100, 10);
    found.merge(Counts::take_top(both, 100, Counts::kGroups, 10), 10);
    EXPECT_EQ(found.entries, wanted.entries);
    EXPECT_EQ(found.distinct, expected.size());
    EXPECT_EQ(found.total, keys);
    EXPECT_EQ(threads[0].left_out() + threads[1].left_out(), 0U);
}

TEST(PackedCounts, TellTheMostFrequentKeys) {
    for (std::uint32_t seed = 0; seed < seed_count(20); ++seed) {
        count_and_judge<std::uint64_t>(seed, 1'000, 50);
        count_and_judge<PackedKey128>(seed, 3'000, 1 << 20);
    }
    // So many of one key that its group is counted before the end.
    count_and_judge<std::uint64_t>(1, 500'000, 1 << 20, 1);
    count_and_judge<PackedKey128>(2, 500'000, 1 << 20, 1);
}

TEST(PackedCounts, LeaveOutWhatIsBeyondTheirBound) {
    // Two keys a group; the keys of one group, found by trying.
    PackedCounts<std::uint64_t> counts(2 * PackedCounts<std::uint64_t>::kGroups);
    std::vector<std::uint64_t> keys;
    for (std::uint64_t key = 1; keys.size() < 3; ++key)
        if (hash_of_packed(key) >> (64 - PackedCounts<std::uint64_t>::kGroupBits) == 5)
            keys.push_back(key);
    for (std::uint32_t i = 0; i < PackedCounts<std::uint64_t>::kWaitingMax; ++i)
        counts.add(keys[i % 3]);
    EXPECT_EQ(counts.left_out(), PackedCounts<std::uint64_t>::kWaitingMax / 3);
    PackedCounts<std::uint64_t>* const one[] = {&counts};
    const auto top = PackedCounts<std::uint64_t>::take_top(one, 5, 6, 10);
    EXPECT_EQ(top.distinct, 2U);
    EXPECT_EQ(top.total + counts.left_out(), PackedCounts<std::uint64_t>::kWaitingMax);
}

}  // namespace
}  // namespace twofold::kernel
