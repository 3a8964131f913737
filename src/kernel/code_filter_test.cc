// SPDX-License-Identifier: Apache-2.0
#include "kernel/code_filter.h"

#include <gtest/gtest.h>

#include "base/seeds.h"

namespace twofold::kernel {
namespace {

std::vector<VectorLevel> levels_here() {
    std::vector<VectorLevel> levels{VectorLevel::kScalar};
    if (vector_level_of_this_machine() >= VectorLevel::kAvx2) levels.push_back(VectorLevel::kAvx2);
    if (vector_level_of_this_machine() >= VectorLevel::kAvx512) {
        levels.push_back(VectorLevel::kAvx512);
    }
    return levels;
}

template <typename Code>
void compare(std::uint32_t name_count, std::uint32_t wanted_share, std::uint32_t seed) {
    SCOPED_TRACE(testing::Message() << "seed " << seed << " names " << name_count);
    Random random(seed);
    std::vector<std::uint8_t> wanted(name_count);
    for (auto& code : wanted)
        code = random() % 100 < wanted_share ? 1 : 0;
    std::vector<Code> codes(random() % 700);
    for (Code& code : codes)
        code = static_cast<Code>(random() % name_count);
    const std::size_t skip = std::min<std::size_t>(codes.size(), random() % 5);  // unaligned
    const std::span<const Code> read = std::span<const Code>(codes).subspan(skip);

    std::vector<std::uint32_t> expected;
    for (std::uint32_t i = 0; i < read.size(); ++i) {
        if (wanted[read[i]] != 0) expected.push_back(i);
    }
    for (const VectorLevel level : levels_here()) {
        SCOPED_TRACE(static_cast<int>(level));
        const CodeFilter filter(wanted, level);
        std::vector<std::uint32_t> found(read.size() + 16);
        found.resize(filter.select(read, found.data()));
        EXPECT_EQ(found, expected);
    }
}

TEST(CodeFilter, EveryLevelFindsTheSameRows) {
    for (std::uint32_t seed = 0; seed < seed_count(500); ++seed) {
        compare<std::uint8_t>(1 + seed % 255, seed % 101, seed);
        compare<std::uint8_t>(255, 1, seed);
        compare<std::uint16_t>(300 + seed * 100, seed % 101, seed);
        compare<std::uint16_t>(300, 1, seed);
    }
}

TEST(CodeFilter, KnowsNoneAndEvery) {
    const std::vector<std::uint8_t> none(3, 0);
    const std::vector<std::uint8_t> every(3, 1);
    EXPECT_TRUE(CodeFilter(none).none());
    EXPECT_FALSE(CodeFilter(none).every());
    EXPECT_TRUE(CodeFilter(every).every());
    EXPECT_TRUE(CodeFilter().none());
}

}  // namespace
}  // namespace twofold::kernel
