// SPDX-License-Identifier: Apache-2.0
#include "directory/import_lines.h"

#include <array>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <set>

namespace twofold::directory {
namespace {

TEST(RangeSet, HoldsWhatASetHolds) {
    for (unsigned seed = 0; seed < 50; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random(seed);
        RangeSet ranges;
        std::set<std::uint64_t> plain;
        for (int i = 0; i < 200; ++i) {
            const std::uint64_t number = random() % 40 + 1;
            const std::uint64_t last = number + random() % 6;
            switch (random() % 3) {
                case 0:
                    ASSERT_EQ(ranges.add(number), plain.insert(number).second);
                    break;
                case 1: {
                    std::uint64_t fresh = 0;
                    for (auto n = number; n <= last; ++n)
                        fresh += plain.insert(n).second ? 1 : 0;
                    ASSERT_EQ(ranges.add_range(number, last), fresh);
                    break;
                }
                default:
                    ranges.remove(number);
                    plain.erase(number);
            }
            ASSERT_EQ(ranges.size(), plain.size());
            for (std::uint64_t n = 0; n < 50; ++n)
                ASSERT_EQ(ranges.contains(n), plain.contains(n));
            for (auto at = ranges.ranges().begin(); at != ranges.ranges().end(); ++at) {
                const auto next = std::next(at);
                ASSERT_TRUE(next == ranges.ranges().end() || at->second + 1 < next->first);
            }
        }
    }
}

TEST(ImportLines, ALineIsTakenOnceAndCanBeGivenBack) {
    ImportLines lines;
    std::array<model::Origin, 4> sent{{{7, 1}, {7, 2}, {7, 2}, {0, 0}}};
    std::array<bool, 4> fresh{};
    lines.admit(sent, fresh);
    EXPECT_EQ(fresh, (std::array{true, true, false, true}));
    lines.withdraw(std::span(sent).subspan(1, 1));
    lines.admit(sent, fresh);
    EXPECT_EQ(fresh, (std::array{false, true, false, true}));
    EXPECT_EQ(lines.taken(7), 2U);
    EXPECT_EQ(lines.taken(8), 0U);
}

TEST(ImportLines, OnlyWhatWasRememberedIsSaved) {
    ImportLines lines;
    for (std::uint64_t line : {1, 2, 3, 5})
        lines.remember({7, line});
    lines.remember({7, 3});
    std::array<model::Origin, 1> waiting{{{7, 9}}};
    std::array<bool, 1> fresh{};
    lines.admit(waiting, fresh);
    EXPECT_EQ(lines.take_unsaved(), (std::vector<ImportLines::Range>{{7, 1, 3}, {7, 5, 5}}));
    EXPECT_TRUE(lines.take_unsaved().empty());
    ImportLines again;
    for (const auto& range : lines.all())
        again.restore(range);
    EXPECT_EQ(again.taken(7), 4U);
    EXPECT_EQ(lines.taken(7), 5U);
}

}  // namespace
}  // namespace twofold::directory
