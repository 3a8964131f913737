// SPDX-License-Identifier: Apache-2.0
#include "log/segment.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "io/memory_env.h"
#include "log/log_fixture.h"

namespace twofold::log {
namespace {

constexpr SegmentHeader kHeader{41, 1'767'225'600'000, 0x0123456789ABCDEF};

/// The frames of a batch. Batches give their bytes to the log alone, so they are laid out anew.
std::vector<std::byte> frames_of(const std::vector<std::string>& texts, Sequence first) {
    ByteWriter writer;
    for (const std::string& text : texts) {
        writer.put(static_cast<std::uint32_t>(text.size()));
        writer.put(std::uint32_t{0});
        writer.put_bytes(as_bytes(text));
    }
    std::vector<std::byte> frames = std::move(writer).take();
    seal_frames(frames, kHeader, first, std::nullopt);
    return frames;
}

const std::vector<std::string>& golden_texts() {
    static const std::vector<std::string> texts{"the first record", "x", std::string(300, 'y'),
                                                "the last record, in a group of its own"};
    return texts;
}

/// Two groups, closed cleanly.
std::vector<std::byte> golden_segment() {
    std::vector<std::byte> segment;
    const auto add = [&](std::span<const std::byte> bytes) {
        segment.insert(segment.end(), bytes.begin(), bytes.end());
    };
    const auto& texts = golden_texts();
    add(encode(kHeader));
    add(frames_of({texts[0], texts[1], texts[2]}, 41));
    append_mark(segment, kHeader, 44, segment.size());
    add(frames_of({texts[3]}, 44));
    append_mark(segment, kHeader, 45, segment.size());
    return segment;
}

std::vector<std::byte> golden_file() {
    std::ifstream file(TWOFOLD_SOURCE_DIR "/src/log/testdata/segment_1.golden", std::ios::binary);
    EXPECT_TRUE(file);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const Bytes bytes = as_bytes(text);
    return {bytes.begin(), bytes.end()};
}

// A change that fails this changes what old data folders mean: it needs a new magic.
TEST(Segment, TheFirstFormatIsWrittenAsEver) {
    EXPECT_EQ(golden_segment(), golden_file());
}

TEST(Segment, TheFirstFormatIsReadForEver) {
    io::MemoryEnv env;
    ASSERT_TRUE(env.make_folders("log"));
    {
        auto file = env.create("log/00000000000000000041.log");
        ASSERT_TRUE(file && (*file)->append(golden_file()));
    }
    const auto log = open_log(env);
    EXPECT_EQ(log->first_sequence(), 41u);
    EXPECT_EQ(log->last_sequence(), 44u);
    EXPECT_EQ(replay_all(*log, 41).value(), golden_texts());
    EXPECT_EQ(store_all(*log, {"and one more"}), 45u);
    EXPECT_EQ(replay_all(*log, 45).value(), std::vector<std::string>{"and one more"});
}

TEST(Segment, HeadersComeBackAndEveryFlippedBitIsSeen) {
    auto bytes = encode(kHeader);
    EXPECT_EQ(decode_header(bytes), kHeader);
    EXPECT_EQ(decode_header(std::span(bytes).first(31)), std::nullopt);
    for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
        bytes[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
        EXPECT_EQ(decode_header(bytes), std::nullopt) << bit;
        bytes[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
    }
}

TEST(Segment, NamesSortAsNumbers) {
    EXPECT_EQ(segment_name(1), "00000000000000000001.log");
    EXPECT_EQ(segment_name(~Sequence{0}), "18446744073709551615.log");
    EXPECT_EQ(parse_segment_name(segment_name(123'456)), 123'456u);
    EXPECT_LT(segment_name(9), segment_name(10));
    for (const char* name : {"", "1.log", "00000000000000000000.log", "0000000000000000000x.log",
                             "00000000000000000001.tmp", "00000000000000000001.log~",
                             "99999999999999999999.log", "+0000000000000000001.log"}) {
        EXPECT_EQ(parse_segment_name(name), std::nullopt) << name;
    }
}

TEST(Segment, EveryFlippedBitOfARecordOrMarkIsSeen) {
    std::vector<std::byte> segment = golden_segment();
    for (std::size_t bit = kSegmentHeaderBytes * 8; bit < segment.size() * 8; ++bit) {
        segment[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
        SegmentReader reader(segment, kHeader);
        std::size_t at = 0;
        while (const auto payload = reader.next()) {
            ASSERT_EQ(as_text(*payload), golden_texts()[at++]) << bit;
        }
        ASSERT_FALSE(reader.at_end()) << bit;
        ASSERT_LE(reader.position(), bit / 8);
        segment[bit / 8] ^= static_cast<std::byte>(1u << bit % 8);
    }
}

TEST(Segment, RecordsThatChangedPlacesAreSeen) {
    std::vector<std::byte> segment;
    const auto header = encode(kHeader);
    const auto frames = frames_of({"aaaa", "bbbb"}, 41);
    segment.insert(segment.end(), header.begin(), header.end());
    segment.insert(segment.end(), frames.begin() + 12, frames.end());
    segment.insert(segment.end(), frames.begin(), frames.begin() + 12);
    SegmentReader reader(segment, kHeader);
    EXPECT_EQ(reader.next(), std::nullopt);
    EXPECT_EQ(reader.position(), kSegmentHeaderBytes);
}

TEST(Segment, ARecordThatLooksLikeAMarkIsNone) {
    // Somebody sends bytes that would be a mark at their very place, had they known the salt.
    const SegmentHeader guessed{41, kHeader.made, 0};
    std::vector<std::byte> mark;
    append_mark(mark, guessed, 42, kSegmentHeaderBytes + kRecordHeaderBytes);
    const auto header = encode(kHeader);
    std::vector<std::byte> segment(header.begin(), header.end());
    const auto frames = frames_of({std::string(as_text(mark))}, 41);
    segment.insert(segment.end(), frames.begin(), frames.end());
    segment[kSegmentHeaderBytes] ^= std::byte{1};
    SegmentReader reader(segment, kHeader);
    EXPECT_EQ(reader.next(), std::nullopt);
    EXPECT_FALSE(reader.mark_follows());
}

}  // namespace
}  // namespace twofold::log
