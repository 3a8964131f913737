// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <limits>
#include <random>

namespace twofold {
namespace {

TEST(Bytes, AreLittleEndian) {
    ByteWriter writer;
    writer.put<std::uint32_t>(0x01020304);
    writer.put<std::uint16_t>(0xBEEF);
    const std::vector<std::byte> expected{std::byte{4}, std::byte{3},    std::byte{2},
                                          std::byte{1}, std::byte{0xEF}, std::byte{0xBE}};
    EXPECT_TRUE(std::ranges::equal(writer.bytes(), expected));
}

TEST(Bytes, ComeBackAsWritten) {
    ByteWriter writer;
    writer.put<std::uint8_t>(7);
    writer.align(8);
    EXPECT_EQ(writer.size(), 8u);
    writer.put(1.5);
    writer.put<std::int64_t>(-3);
    writer.put_text("grüße");
    writer.put_bytes(as_bytes("abc"));
    writer.put_at<std::uint8_t>(0, 9);

    ByteReader reader(writer.bytes());
    EXPECT_EQ(reader.get<std::uint8_t>(), 9);
    reader.align(8);
    EXPECT_EQ(reader.get<double>(), 1.5);
    EXPECT_EQ(reader.get<std::int64_t>(), -3);
    EXPECT_EQ(reader.get_text(), "grüße");
    EXPECT_FALSE(reader.finished());
    EXPECT_EQ(as_text(reader.get_bytes(3)), "abc");
    EXPECT_TRUE(reader.finished());
}

TEST(Bytes, VarintsComeBackAtEveryLength) {
    for (unsigned bit = 0; bit < 64; ++bit) {
        for (const std::uint64_t value :
             {std::uint64_t{1} << bit, (std::uint64_t{1} << bit) - 1, ~std::uint64_t{0} >> bit}) {
            const auto number = static_cast<std::int64_t>(value);
            ByteWriter writer;
            writer.put_varint(value);
            writer.put_signed_varint(number);
            writer.put_signed_varint(std::numeric_limits<std::int64_t>::min());
            ByteReader reader(writer.bytes());
            EXPECT_EQ(reader.get_varint(), value);
            EXPECT_EQ(reader.get_signed_varint(), number);
            EXPECT_EQ(reader.get_signed_varint(), std::numeric_limits<std::int64_t>::min());
            EXPECT_TRUE(reader.finished());
        }
    }
    ByteWriter writer;
    writer.put_signed_varint(-1);
    EXPECT_EQ(writer.size(), 1u);
}

TEST(Bytes, AVarintOfMoreThan64BitsFailsTheReader) {
    const std::vector<std::byte> endless(11, std::byte{0xFF});
    ByteReader reader(endless);
    EXPECT_EQ(reader.get_varint(), 0u);
    EXPECT_FALSE(reader.ok());
    std::vector<std::byte> too_big(10, std::byte{0x80});
    too_big.back() = std::byte{2};
    ByteReader second(too_big);
    second.get_varint();
    EXPECT_FALSE(second.ok());
}

TEST(Bytes, AReaderThatFailedReadsNothingMore) {
    ByteWriter writer;
    writer.put<std::uint32_t>(1);
    ByteReader reader(writer.bytes());
    EXPECT_EQ(reader.get<std::uint64_t>(), 0u);
    EXPECT_FALSE(reader.ok());
    EXPECT_EQ(reader.get<std::uint8_t>(), 0u);
    EXPECT_TRUE(reader.get_text().empty());
    EXPECT_FALSE(reader.finished());
}

TEST(Bytes, ALengthBeyondTheEndFailsTheReader) {
    ByteWriter writer;
    writer.put_varint(std::numeric_limits<std::uint64_t>::max());
    writer.put_bytes(as_bytes("short"));
    ByteReader reader(writer.bytes());
    EXPECT_TRUE(reader.get_text().empty());
    EXPECT_FALSE(reader.ok());
}

TEST(Bytes, RandomBytesNeverMakeAReaderLeaveThem) {
    std::mt19937 random(11);
    for (int i = 0; i < 5'000; ++i) {
        std::vector<std::byte> bytes(random() % 40);
        for (std::byte& byte : bytes)
            byte = static_cast<std::byte>(random());
        ByteReader reader(bytes);
        while (reader.ok() && reader.remaining() > 0) {
            switch (random() % 5) {
                case 0:
                    reader.get<std::uint64_t>();
                    break;
                case 1:
                    reader.get_varint();
                    break;
                case 2:
                    reader.get_text();
                    break;
                case 3:
                    reader.align(4);
                    reader.get<std::uint8_t>();
                    break;
                default:
                    reader.skip(random() % 9 + 1);
            }
            ASSERT_LE(reader.position(), bytes.size());
        }
    }
}

TEST(BytesDeathTest, LoadingBeyondTheEndIsOurMistake) {
    const std::vector<std::byte> bytes(4);
    EXPECT_DEATH(load<std::uint32_t>(bytes, 1), "broken assumption");
    EXPECT_DEATH(load<std::uint8_t>(bytes, std::numeric_limits<std::size_t>::max()),
                 "broken assumption");
}

}  // namespace
}  // namespace twofold
