// SPDX-License-Identifier: Apache-2.0
#include "column/bits.h"

#include <gtest/gtest.h>
#include <random>
#include <vector>

namespace twofold::column {
namespace {

std::vector<std::uint64_t> random_numbers(std::mt19937_64& random, std::uint32_t count,
                                          unsigned width) {
    const std::uint64_t mask = width == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
    std::vector<std::uint64_t> numbers(count);
    for (std::uint64_t& number : numbers)
        number = random() & mask;
    if (count > 0) numbers[count / 2] = mask;
    return numbers;
}

TEST(Bits, EveryWidthAndCountComesBack) {
    std::mt19937_64 random(1);
    for (unsigned width = 0; width <= 64; ++width) {
        for (const std::uint32_t count : {0U, 1U, 7U, 8U, 63U, 255U, 256U, 257U, 700U, 4096U}) {
            SCOPED_TRACE(testing::Message() << "width " << width << ", count " << count);
            const auto numbers = random_numbers(random, count, width);
            ByteWriter out;
            pack(numbers, width, out);
            ASSERT_EQ(out.size(), packed_bytes(count, width));
            std::vector<std::uint64_t> wide(count);
            unpack(out.bytes(), width, std::span(wide));
            ASSERT_EQ(wide, numbers);
            if (width > 32) continue;
            std::vector<std::uint32_t> narrow(count);
            unpack(out.bytes(), width, std::span(narrow));
            ASSERT_TRUE(std::equal(narrow.begin(), narrow.end(), numbers.begin(), numbers.end()));
        }
    }
}

// The layout is a file format: eight lanes of 32-bit words, then a plain stream.
TEST(Bits, LayoutIsAsDocumented) {
    std::vector<std::uint64_t> numbers(258);
    for (std::size_t i = 0; i < numbers.size(); ++i)
        numbers[i] = i % 16;
    ByteWriter out;
    pack(numbers, 4, out);
    ASSERT_EQ(out.size(), 256U / 2 + 1);
    // Lane 0 holds numbers 0, 8, 16, …: 0, 8, 0, 8, …
    EXPECT_EQ(load<std::uint32_t>(out.bytes(), 0), 0x8080'8080U);
    EXPECT_EQ(load<std::uint32_t>(out.bytes(), 4), 0x9191'9191U);
    EXPECT_EQ(load<std::uint8_t>(out.bytes(), 128), 0x10U);
}

TEST(Bits, BitsForCountsTheHighestBit) {
    EXPECT_EQ(bits_for(0), 0U);
    EXPECT_EQ(bits_for(1), 1U);
    EXPECT_EQ(bits_for(255), 8U);
    EXPECT_EQ(bits_for(256), 9U);
    EXPECT_EQ(bits_for(~std::uint64_t{0}), 64U);
}

}  // namespace
}  // namespace twofold::column
