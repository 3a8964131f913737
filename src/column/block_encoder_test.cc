// SPDX-License-Identifier: Apache-2.0
#include "column/block_encoder.h"

#include <bit>
#include <gtest/gtest.h>
#include <limits>
#include <optional>
#include <random>
#include <vector>

#include "base/seeds.h"

namespace twofold::column {
namespace {

using Values = std::vector<std::optional<std::uint64_t>>;

struct Block {
    BlockEntry entry;
    std::vector<std::byte> content;
};

// Encodes a block, reads it back and compares; returns it, so that a test can look at the modes.
class BlockEncoding : public testing::Test {
protected:
    Block round_trip(ColumnKind kind, const Values& rows,
                     const std::vector<std::uint16_t>& names = {}) {
        Presence presence;
        std::vector<std::uint64_t> values;
        for (std::uint32_t row = 0; row < rows.size(); ++row) {
            if (!rows[row]) continue;
            presence.set(row);
            values.push_back(*rows[row]);
        }
        std::vector<std::uint16_t> rows_of(names.empty() ? 0 : 1000);
        for (const std::uint16_t name : names)
            ++rows_of[name];
        const CodesView view{nullptr, names.empty() ? nullptr : names.data()};
        const auto count = static_cast<std::uint32_t>(rows.size());
        ByteWriter out;
        out.put(std::uint8_t{0});  // contents need no alignment
        const BlockEntry entry =
            encoder_.encode(kind, count, presence, values, {view, rows_of}, out);
        Block block{entry, {out.bytes().begin() + 1, out.bytes().end()}};
        EXPECT_EQ(block.content.size(), entry.bytes);
        EXPECT_EQ(entry.present, values.size());

        const BlockShape shape{kind, count, view};
        Presence read;
        EXPECT_TRUE(decode_presence(entry, shape, block.content, read));
        EXPECT_EQ(read, presence);
        std::vector<std::uint64_t> got(values.size());
        EXPECT_TRUE(decode_values(entry, shape, block.content, got));
        EXPECT_EQ(got, values);
        if (kind == ColumnKind::kCodes) {
            std::vector<std::uint32_t> codes(values.size());
            EXPECT_TRUE(decode_codes(entry, shape, block.content, codes));
            EXPECT_TRUE(std::equal(codes.begin(), codes.end(), values.begin(), values.end()));
        }
        return block;
    }

    static std::uint64_t bits(double value) { return std::bit_cast<std::uint64_t>(value); }

    BlockEncoder encoder_;
};

TEST_F(BlockEncoding, OneValueForAllRowsTakesNoBytes) {
    const Block block = round_trip(ColumnKind::kCodes, Values(kBlockRows, 7));
    EXPECT_EQ(block.entry.value_mode, ValueMode::kConstant);
    EXPECT_EQ(block.entry.presence_mode, PresenceMode::kAll);
    EXPECT_EQ(block.content.size(), 0U);
    EXPECT_EQ(block.entry.codes, std::uint64_t{1} << 7);
}

TEST_F(BlockEncoding, ASingleValueInASingleRow) {
    round_trip(ColumnKind::kCodes, {1});
    round_trip(ColumnKind::kInts, {std::numeric_limits<std::uint64_t>::max()});
    Values rows(kBlockRows);
    rows[4095] = 1;
    EXPECT_EQ(round_trip(ColumnKind::kCodes, rows).entry.presence_mode, PresenceMode::kPositions);
}

TEST_F(BlockEncoding, LongRunsAreRuns) {
    Values rows;
    for (std::uint64_t row = 0; row < kBlockRows; ++row)
        rows.push_back(1 + row / 50 % 30);
    const Block block = round_trip(ColumnKind::kCodes, rows);
    EXPECT_EQ(block.entry.value_mode, ValueMode::kRuns);
    EXPECT_LT(block.content.size(), 120U);
}

TEST_F(BlockEncoding, FewScatteredCodesAreASet) {
    std::mt19937_64 random(3);
    Values rows;
    for (std::uint32_t row = 0; row < kBlockRows; ++row) {
        rows.push_back(1 + random() % 16 * 100'003);
    }
    const Block block = round_trip(ColumnKind::kCodes, rows);
    EXPECT_EQ(block.entry.value_mode, ValueMode::kSet);
    EXPECT_EQ(block.entry.width, 4);
    EXPECT_LT(block.content.size(), 2200U);
}

TEST_F(BlockEncoding, ManyDistinctNumbersArePacked) {
    std::mt19937_64 random(4);
    Values rows;
    for (std::uint32_t row = 0; row < kBlockRows; ++row)
        rows.push_back(1 + random() % 100'000);
    const Block block = round_trip(ColumnKind::kCodes, rows);
    EXPECT_EQ(block.entry.value_mode, ValueMode::kPacked);
    EXPECT_EQ(block.entry.width, 17);
}

TEST_F(BlockEncoding, EndsOfIntegersComeBack) {
    constexpr auto kLeast = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::min());
    constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    const Block block =
        round_trip(ColumnKind::kInts, {kLeast, kMost, 0, ~std::uint64_t{0}, kLeast});
    EXPECT_EQ(block.entry.min, kLeast);
    EXPECT_EQ(block.entry.max, kMost);
    Values rows(300, kMost);
    rows[100] = kLeast;
    round_trip(ColumnKind::kInts, rows);
}

TEST_F(BlockEncoding, DecimalsAreScaledInts) {
    Values rows;
    for (int row = 0; row < 4096; ++row)
        rows.push_back(bits((1999 + row % 700) / 100.0));
    const Block block = round_trip(ColumnKind::kDoubles, rows);
    EXPECT_EQ(block.entry.scale, 2);
    EXPECT_LE(block.content.size(), 4096U * 10 / 8);
    EXPECT_EQ(std::bit_cast<double>(block.entry.min), 19.99);
}

TEST_F(BlockEncoding, DecimalsComeBackOnBothSidesOf32Bits) {
    std::mt19937_64 random(6);
    constexpr std::int64_t kEnd = std::int64_t{1} << 31;
    for (const std::int64_t base : {-kEnd - 9, -kEnd, std::int64_t{-3}, kEnd - 700, kEnd}) {
        for (const double divisor : {1.0, 10.0, 100.0, 1e9}) {
            for (const std::size_t count : {1U, 2U, 3U, 7U, 4093U, 4096U}) {
                for (const std::uint64_t repeat : {1U, 5U, 90U}) {
                    Values rows;
                    std::int64_t number = base;
                    for (std::size_t row = 0; row < count; ++row) {
                        if (random() % repeat == 0)
                            number = base + static_cast<std::int64_t>(random() % 700);
                        rows.push_back(bits(static_cast<double>(number) / divisor));
                    }
                    round_trip(ColumnKind::kDoubles, rows);
                }
            }
        }
    }
}

TEST_F(BlockEncoding, EveryDecimalIsTheNearestDouble) {
    std::mt19937_64 random(7);
    for (std::uint8_t scale = 0; scale <= kScaleMax; ++scale) {
        for (int block = 0; block < 60; ++block) {
            const unsigned width = 1 + static_cast<unsigned>(random() % 31);
            Values rows;
            for (std::uint32_t row = 0; row < kBlockRows; ++row) {
                const auto number = static_cast<std::int64_t>(random() >> (64 - width));
                rows.push_back(bits(static_cast<double>(number - 1'000) / power_of_ten(scale)));
            }
            round_trip(ColumnKind::kDoubles, rows);
        }
    }
}

TEST_F(BlockEncoding, DoublesThatAreNoDecimalsKeepEveryBit) {
    EXPECT_EQ(round_trip(ColumnKind::kDoubles, {bits(1.0 / 3), bits(0.5)}).entry.scale,
              kRawDoubles);
    EXPECT_EQ(round_trip(ColumnKind::kDoubles, {bits(-0.0), bits(0.0)}).entry.scale, kRawDoubles);
    round_trip(ColumnKind::kDoubles,
               {bits(std::numeric_limits<double>::max()), bits(std::numeric_limits<double>::min()),
                bits(std::numeric_limits<double>::denorm_min()), bits(1e300), bits(-1e-300)});
    round_trip(ColumnKind::kDoubles, {bits(std::numeric_limits<double>::infinity()), bits(1.0)});
    round_trip(ColumnKind::kDoubles, {bits(9007199254740993.0), bits(0.1), bits(123456789.987654)});
}

TEST_F(BlockEncoding, PropertiesOfCertainEventsNeedNoPresence) {
    std::mt19937_64 random(5);
    std::vector<std::uint16_t> names;
    Values rows;
    for (std::uint32_t row = 0; row < kBlockRows; ++row) {
        names.push_back(static_cast<std::uint16_t>(random() % 40 * 20));
        const bool has = names.back() == 60 || names.back() == 780;
        rows.push_back(has ? std::optional<std::uint64_t>(5) : std::nullopt);
    }
    const Block block = round_trip(ColumnKind::kCodes, rows, names);
    EXPECT_EQ(block.entry.presence_mode, PresenceMode::kByName);
    EXPECT_EQ(block.content.size(), 6U);

    // One row of such an event without the property: names no longer tell.
    for (std::uint32_t row = 0; row < kBlockRows; ++row) {
        if (names[row] != 60) continue;
        rows[row] = std::nullopt;
        break;
    }
    EXPECT_NE(round_trip(ColumnKind::kCodes, rows, names).entry.presence_mode,
              PresenceMode::kByName);
}

// Everything at once: kinds, widths, densities, runs, sets, short blocks.
TEST_F(BlockEncoding, RandomBlocksComeBack) {
    for (std::uint64_t seed = 1; seed <= seed_count(1'500); ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        std::mt19937_64 random(seed);
        const auto kind = static_cast<ColumnKind>(1 + random() % 3);
        const std::uint64_t count = random() % 3 == 0 ? kBlockRows : 1 + random() % kBlockRows;
        const unsigned width =
            static_cast<unsigned>(1 + random() % (kind == ColumnKind::kCodes ? 31 : 64));
        const std::uint64_t distinct = 1 + random() % (random() % 2 == 0 ? 20 : 100'000);
        const std::uint64_t run = 1 + random() % (random() % 2 == 0 ? 1 : 40);
        const std::uint64_t density = random() % 4 == 0 ? 100 : 1 + random() % 100;
        const bool by_name = random() % 2 == 0;
        const std::uint64_t mixer = random() | 1;
        Values rows;
        std::vector<std::uint16_t> names;
        std::uint64_t value = 0;
        for (std::uint64_t row = 0; row < count; ++row) {
            if (row % run == 0) {
                value = (random() % distinct * mixer) >> (64 - width);
                if (kind == ColumnKind::kCodes) ++value;
                if (kind == ColumnKind::kDoubles && std::isnan(std::bit_cast<double>(value))) {
                    value = 0;
                }
            }
            names.push_back(static_cast<std::uint16_t>(random() % 100));
            const bool present = by_name ? names.back() < density : random() % 100 < density;
            rows.push_back(present ? std::optional(value) : std::nullopt);
        }
        rows.front() = kind == ColumnKind::kCodes ? 1 : 0;
        round_trip(kind, rows, names);
        if (HasFailure()) return;
    }
}

// A damaged content may decode to other values (its checksum is for that), but never reads or
// writes beyond what it was given.
TEST_F(BlockEncoding, DamagedContentIsReadWithinItsBounds) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        SCOPED_TRACE(testing::Message() << "seed " << seed);
        std::mt19937_64 random(seed);
        Values rows;
        const std::uint64_t run = 1 + random() % 8;
        for (std::uint32_t row = 0; row < 1000; ++row) {
            if (random() % 10 == 0) rows.emplace_back(std::nullopt);
            rows.push_back(1 + row / run * 7919 % (1 + seed * 10));
        }
        Block block = round_trip(ColumnKind::kCodes, rows);
        for (int damage = 0; damage < 20; ++damage) {
            auto content = block.content;
            if (!content.empty() && random() % 2 == 0) {
                content[random() % content.size()] ^= static_cast<std::byte>(1 + random() % 255);
            } else {
                content.resize(random() % (content.size() + 8));
            }
            const BlockShape shape{ColumnKind::kCodes, static_cast<std::uint32_t>(rows.size()), {}};
            Presence presence;
            std::vector<std::uint64_t> values(block.entry.present);
            static_cast<void>(decode_presence(block.entry, shape, content, presence));
            static_cast<void>(decode_values(block.entry, shape, content, values));
        }
    }
}

}  // namespace
}  // namespace twofold::column
