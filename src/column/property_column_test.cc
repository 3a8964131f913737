// SPDX-License-Identifier: Apache-2.0
#include "column/property_column.h"

#include <algorithm>
#include <bit>
#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <vector>

#include "column/column_writer.h"

namespace twofold::column {
namespace {

using Values = std::vector<std::optional<std::uint64_t>>;

// A column as a part keeps it, with its bytes.
struct Made {
    std::vector<std::byte> blocks;
    std::vector<BlockEntry> index;
    std::vector<std::byte> dictionary;
    ColumnKind kind;
    std::uint32_t rows;

    std::unique_ptr<PropertyColumn> open() const {
        PropertyColumn::Source source;
        source.file = "a.part";
        source.name = "plan";
        source.file_id = 12;
        source.column = 3;
        source.kind = kind;
        source.rows = rows;
        source.blocks = blocks;
        source.index = std::as_bytes(std::span(index));
        source.dictionary = dictionary;
        auto column = PropertyColumn::open(std::move(source));
        EXPECT_TRUE(column.has_value());
        return column ? *std::move(column) : nullptr;
    }
};

Made make(ColumnKind kind, const Values& rows) {
    Made made{{}, {}, {}, kind, static_cast<std::uint32_t>(rows.size())};
    BlockEncoder encoder;
    ColumnWriter writer(kind, {12, 3, 0}, encoder);
    ByteWriter out;
    for (std::uint32_t block = 0; block * kBlockRows < rows.size(); ++block) {
        Presence presence;
        std::vector<std::uint64_t> values;
        const std::uint32_t first = block * kBlockRows;
        const std::uint32_t count = std::min(kBlockRows, made.rows - first);
        for (std::uint32_t row = 0; row < count; ++row) {
            if (!rows[first + row]) continue;
            presence.set(row);
            values.push_back(*rows[first + row]);
        }
        writer.add(block, count, presence, values, {}, out);
    }
    made.blocks.assign(out.bytes().begin(), out.bytes().end());
    made.index.assign(writer.index().begin(), writer.index().end());
    return made;
}

// Every third block is empty, every fifth full.
Values random_rows(std::uint64_t seed, std::uint32_t count, std::uint64_t value_max) {
    std::mt19937_64 random(seed);
    Values rows;
    for (std::uint32_t row = 0; row < count; ++row) {
        const std::uint32_t block = row / kBlockRows;
        const bool present = block % 3 != 1 && (block % 5 == 0 || random() % 4 == 0);
        rows.push_back(present ? std::optional(1 + random() % value_max) : std::nullopt);
    }
    return rows;
}

TEST(PropertyColumn, CodesComeBackWithZeroWhereMissing) {
    const Values rows = random_rows(1, 50'000, 900);
    const Made made = make(ColumnKind::kCodes, rows);
    const auto column = made.open();
    ASSERT_EQ(column->block_count(), 13U);
    std::vector<std::uint32_t> codes(kBlockRows);
    for (std::uint32_t block = 0; block < column->block_count(); ++block) {
        std::fill(codes.begin(), codes.end(), 77U);
        ASSERT_TRUE(column->decode_codes(block, codes).has_value());
        const BlockStats stats = column->stats(block);
        std::uint32_t present = 0;
        for (std::uint32_t row = 0; row < column->rows_in(block); ++row) {
            const auto expected = rows[block * kBlockRows + row].value_or(0);
            ASSERT_EQ(codes[row], expected);
            if (expected == 0) continue;
            ++present;
            ASSERT_GE(expected, stats.min_code);
            ASSERT_LE(expected, stats.max_code);
            ASSERT_NE(stats.codes >> (expected % 64) & 1, 0U);
        }
        ASSERT_EQ(stats.present, present);
        ASSERT_EQ(stats.rows, column->rows_in(block));
    }
    EXPECT_TRUE(column->scrub().has_value());
}

TEST(PropertyColumn, RunsAreTheCodesOfTheirRows) {
    std::mt19937_64 random(4);
    std::vector<std::uint32_t> codes(kBlockRows);
    std::vector<std::uint32_t> of_run(kBlockRows);
    std::vector<std::uint32_t> ends(kBlockRows);
    std::uint32_t kept_so = 0;
    for (const std::uint64_t length_max : {1U, 3U, 60U, 9'000U}) {
        Values rows;
        while (rows.size() < 30'000)
            rows.resize(rows.size() + 1 + random() % length_max, 1 + random() % 200);
        // Of another block not every row has a value.
        rows[9'000] = std::nullopt;
        const Made made = make(ColumnKind::kCodes, rows);
        const auto column = made.open();
        for (std::uint32_t block = 0; block < column->block_count(); ++block) {
            ASSERT_TRUE(column->decode_codes(block, codes).has_value());
            const auto count = column->decode_code_runs(block, of_run, ends);
            ASSERT_TRUE(count.has_value());
            if (*count == 0) continue;
            ++kept_so;
            std::uint32_t row = 0;
            for (std::uint32_t run = 0; run < *count; ++run) {
                ASSERT_LT(row, ends[run]);
                for (; row < ends[run]; ++row)
                    ASSERT_EQ(codes[row], of_run[run]) << row;
            }
            EXPECT_EQ(row, column->rows_in(block));
        }
    }
    EXPECT_GE(kept_so, 14U);
}

TEST(PropertyColumn, IntsAndDoublesComeBackWithPresence) {
    const Values rows = random_rows(2, 20'000, 1'000'000);
    const auto ints = make(ColumnKind::kInts, rows);
    const auto doubles = make(ColumnKind::kDoubles, rows);
    const auto int_column = ints.open();
    const auto double_column = doubles.open();
    std::vector<std::int64_t> int_values(kBlockRows);
    std::vector<double> double_values(kBlockRows);
    for (std::uint32_t block = 0; block < int_column->block_count(); ++block) {
        Presence presence;
        ASSERT_TRUE(int_column->decode_ints(block, int_values, presence).has_value());
        Presence same;
        ASSERT_TRUE(double_column->decode_doubles(block, double_values, same).has_value());
        ASSERT_EQ(presence, same);
        for (std::uint32_t row = 0; row < int_column->rows_in(block); ++row) {
            const auto& expected = rows[block * kBlockRows + row];
            ASSERT_EQ(presence.test(row), expected.has_value());
            ASSERT_EQ(int_values[row], static_cast<std::int64_t>(expected.value_or(0)));
            ASSERT_EQ(std::bit_cast<std::uint64_t>(double_values[row]), expected.value_or(0));
        }
    }
}

TEST(PropertyColumn, AColumnWithoutAnyValueHasNoBytes) {
    const Made made = make(ColumnKind::kCodes, Values(10'000));
    EXPECT_TRUE(made.blocks.empty());
    EXPECT_TRUE(made.index.empty());
    const auto column = made.open();
    std::vector<std::uint32_t> codes(kBlockRows, 9);
    ASSERT_TRUE(column->decode_codes(2, codes).has_value());
    EXPECT_EQ(codes[0], 0U);
    EXPECT_EQ(column->stats(2).present, 0U);
    EXPECT_EQ(column->entry_count(), 0U);
    EXPECT_EQ(column->find("x"), 0U);
}

TEST(PropertyColumn, EveryFlippedBitOfABlockIsFound) {
    const Values rows = random_rows(3, 3 * kBlockRows, 50);
    Made made = make(ColumnKind::kCodes, rows);
    std::vector<std::uint32_t> codes(kBlockRows);
    for (std::size_t byte = 0; byte < made.blocks.size(); byte += 7) {
        const auto mask = static_cast<std::byte>(1U << (byte % 8));
        made.blocks[byte] ^= mask;
        const auto column = made.open();
        bool failed = false;
        for (std::uint32_t block = 0; block < column->block_count(); ++block) {
            const Status status = column->decode_codes(block, codes);
            if (status) continue;
            failed = true;
            EXPECT_EQ(status.error().code, ErrorCode::kCorrupt);
            EXPECT_NE(status.error().message.find("a.part"), std::string::npos);
            EXPECT_NE(status.error().message.find("block " + std::to_string(block)),
                      std::string::npos);
        }
        EXPECT_TRUE(failed) << "byte " << byte;
        EXPECT_FALSE(column->scrub().has_value());
        made.blocks[byte] ^= mask;
    }
}

// Two blocks that are whole, each in the other's place: what a misdirected write leaves.
TEST(PropertyColumn, SwappedBlocksAreFound) {
    Values rows(2 * kBlockRows);
    for (std::uint32_t row = 0; row < rows.size(); ++row)
        rows[row] = 1 + row * 7919 % 1000;
    Made made = make(ColumnKind::kCodes, rows);
    ASSERT_EQ(made.index.size(), 2U);
    std::swap(made.index[0].block, made.index[1].block);
    std::swap(made.index[0], made.index[1]);
    const auto column = made.open();
    std::vector<std::uint32_t> codes(kBlockRows);
    EXPECT_FALSE(column->decode_codes(0, codes).has_value());
    EXPECT_FALSE(column->decode_codes(1, codes).has_value());
}

TEST(PropertyColumn, AnIndexThatPointsOutsideIsRefused) {
    const auto open_damaged = [](auto damage) {
        Made made = make(ColumnKind::kCodes, Values(2 * kBlockRows, 5));
        made.index[0].bytes = 0;
        damage(made.index[1]);
        PropertyColumn::Source source;
        source.rows = made.rows;
        source.blocks = made.blocks;
        source.index = std::as_bytes(std::span(made.index));
        return PropertyColumn::open(std::move(source)).has_value();
    };
    EXPECT_TRUE(open_damaged([](BlockEntry&) {}));
    EXPECT_FALSE(open_damaged([](BlockEntry& entry) { entry.block = 0; }));
    EXPECT_FALSE(open_damaged([](BlockEntry& entry) { entry.block = 2; }));
    EXPECT_FALSE(open_damaged([](BlockEntry& entry) { entry.present = 0; }));
    EXPECT_FALSE(open_damaged([](BlockEntry& entry) { entry.present = kBlockRows + 1; }));
    EXPECT_FALSE(open_damaged([](BlockEntry& entry) { entry.offset = 1; }));
    EXPECT_FALSE(open_damaged([](BlockEntry& entry) { entry.bytes = 1; }));
}

TEST(PropertyColumn, BoolsHaveTwoEntriesWithoutADictionary) {
    Made made = make(ColumnKind::kCodes, {1, 2, std::nullopt});
    PropertyColumn::Source source;
    source.fixed_bools = true;
    source.trusted = true;
    source.rows = made.rows;
    source.blocks = made.blocks;
    source.index = std::as_bytes(std::span(made.index));
    const auto column = PropertyColumn::open(std::move(source));
    ASSERT_TRUE(column.has_value());
    EXPECT_EQ((*column)->entry_count(), 2U);
    EXPECT_EQ((*column)->find("false"), 1U);
    EXPECT_EQ((*column)->find("true"), 2U);
    EXPECT_EQ((*column)->find("maybe"), 0U);
    EXPECT_EQ((*column)->lower_bound("zebra"), 3U);
    std::vector<std::string> entries;
    (*column)->each_entry(
        [&](std::uint32_t, std::string_view text) { entries.emplace_back(text); });
    EXPECT_EQ(entries, (std::vector<std::string>{"false", "true"}));
}

}  // namespace
}  // namespace twofold::column
