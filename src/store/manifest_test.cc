// SPDX-License-Identifier: Apache-2.0
#include "store/manifest.h"

#include <gtest/gtest.h>
#include <random>
#include <string>

namespace twofold::store {
namespace {

ManifestPiece example() {
    ManifestPiece piece;
    piece.position = 77;
    piece.next_part_id = 9;
    piece.counters = {3, 4};
    PartInfo part;
    part.id = 5;
    part.bytes = 1000;
    part.checksum = 0x1234'5678'9ABC'DEF0;
    part.rows = 10;
    part.persons = 4;
    part.min_time = 1'767'225'600'000;
    part.max_time = 1'767'225'600'999;
    part.min_ordinal = 1;
    part.max_ordinal = 1'000'000;
    part.first_sequence = 2;
    part.last_sequence = 76;
    part.month_begin = 312;
    part.month_end = 313;
    part.run = 5;
    piece.parts = {part, part};
    piece.parts[1].id = 6;
    piece.names.add_event("Signed Up", false);
    piece.names.add_event("Signed Up", true);
    piece.names.add_column("plan", model::ValueType::kString);
    return piece;
}

TEST(Names, EventsAndColumnsAreNumberedInOrderOfAppearance) {
    Names names;
    EXPECT_EQ(names.add_event("a", false), 0U);
    EXPECT_EQ(names.add_event("a", true), 1U);
    EXPECT_EQ(names.add_event("b", false), 2U);
    EXPECT_EQ(names.add_event("a", false), 0U);
    EXPECT_EQ(names.event(1), (EventName{"a", true}));
    EXPECT_EQ(names.find_event("b", false), 2U);
    EXPECT_EQ(names.find_event("b", true), std::nullopt);

    const std::string long_name(300, 'n');
    EXPECT_EQ(names.add_column(long_name, model::ValueType::kInt), 0U);
    EXPECT_EQ(names.add_column(long_name, model::ValueType::kString), 1U);
    EXPECT_EQ(names.add_column("x", model::ValueType::kBool), 2U);
    EXPECT_EQ(names.column(1), (PropertyName{long_name, model::ValueType::kString}));
    EXPECT_EQ(names.columns_named(long_name), (std::vector<model::ColumnCode>{0, 1}));
    EXPECT_EQ(names.find_column("x", model::ValueType::kInt), std::nullopt);
}

TEST(ManifestPiece, ComesBackFromItsBytes) {
    const ManifestPiece piece = example();
    const auto decoded = ManifestPiece::decode(piece.encode());
    ASSERT_TRUE(decoded.has_value());
    EXPECT_EQ(decoded->position, piece.position);
    EXPECT_EQ(decoded->next_part_id, piece.next_part_id);
    EXPECT_EQ(decoded->parts, piece.parts);
    EXPECT_EQ(decoded->counters, piece.counters);
    ASSERT_EQ(decoded->names.event_count(), 2U);
    EXPECT_EQ(decoded->names.event(1), (EventName{"Signed Up", true}));
    EXPECT_EQ(decoded->names.column(0), (PropertyName{"plan", model::ValueType::kString}));
    EXPECT_EQ(decoded->encode(), piece.encode());
}

TEST(ManifestPiece, ANewerFormatIsRefusedInClearWords) {
    auto bytes = example().encode();
    bytes[0] = std::byte{2};
    const auto decoded = ManifestPiece::decode(bytes);
    ASSERT_FALSE(decoded.has_value());
    EXPECT_EQ(decoded.error().code, ErrorCode::kCorrupt);
    EXPECT_NE(decoded.error().message.find("newer Twofold"), std::string::npos);
}

TEST(ManifestPiece, CutOrChangedBytesAreRefusedOrReadWithinBounds) {
    const auto bytes = example().encode();
    for (std::size_t length = 0; length < bytes.size(); ++length) {
        EXPECT_FALSE(ManifestPiece::decode(Bytes(bytes).first(length)).has_value()) << length;
    }
    std::mt19937_64 random(11);
    for (int i = 0; i < 5'000; ++i) {
        auto damaged = bytes;
        damaged[random() % damaged.size()] ^= static_cast<std::byte>(1 + random() % 255);
        static_cast<void>(ManifestPiece::decode(damaged));
    }
}

}  // namespace
}  // namespace twofold::store
