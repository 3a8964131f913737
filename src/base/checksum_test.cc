// SPDX-License-Identifier: Apache-2.0
#include "base/checksum.h"

#include <gtest/gtest.h>

#include "base/bytes.h"

namespace twofold {
namespace {

// Known values of XXH3: the checksum is part of our file formats and must never change.
TEST(Checksum, IsXxh3) {
    EXPECT_EQ(checksum({}), 0x2D06800538D394C2u);
    EXPECT_EQ(checksum(as_bytes("abc")), 0x78AF5F94892F3950u);
}

TEST(Checksum, FindsEveryFlippedBitAndEverySeed) {
    std::vector<std::byte> bytes(300);
    for (std::size_t i = 0; i < bytes.size(); ++i)
        bytes[i] = static_cast<std::byte>(i * 31);
    const std::uint32_t sum = checksum32(bytes, 5);
    EXPECT_NE(checksum32(bytes, 6), sum);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        bytes[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
        ASSERT_NE(checksum32(bytes, 5), sum) << bit;
        bytes[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
    }
    EXPECT_EQ(checksum32(bytes, 5), sum);
}

}  // namespace
}  // namespace twofold
