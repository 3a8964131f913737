// SPDX-License-Identifier: Apache-2.0
#include "model/record.h"

#include <cstring>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <limits>
#include <random>
#include <vector>

#include "model/record_samples.h"

namespace twofold::model {
namespace {

using Bytes = std::vector<std::byte>;

Bytes read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto* data = reinterpret_cast<const std::byte*>(text.data());
    return {data, data + text.size()};
}

void write_file(const std::string& path, const Bytes& bytes) {
    std::ofstream file(path, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
}

TEST(Record, GivesBackWhatWasWritten) {
    const std::string text = "pdf";
    RecordBuilder builder(RecordType::kTrack);
    builder.user_id("u1").anonymous_id("a9").name("Exported").customer_id("acme");
    builder.time(1'000).received(2'000).sent(1'500).message_hash({7, 8}).origin({9, 10});
    builder.flag(RecordFlag::kAutomatic).property("format", Value::of_string(text));
    builder.property("pages", Value::of_int(-3)).property("ratio", Value::of_double(0.25));
    builder.property("done", Value::of_bool(true)).property("tags", Value::of_list("[1,\"a\"]"));
    builder.trait("gone", Value::null());
    Bytes bytes = builder.bytes();
    set_sequence(bytes, 42);

    const auto record = RecordView::parse(bytes);
    ASSERT_TRUE(record) << record.error().message;
    EXPECT_EQ(record->type(), RecordType::kTrack);
    EXPECT_EQ(record->sequence(), 42U);
    EXPECT_EQ(record->time(), 1'000);
    EXPECT_EQ(record->received(), 2'000);
    EXPECT_EQ(record->sent(), 1'500);
    EXPECT_EQ(record->message_hash(), (MessageHash{7, 8}));
    EXPECT_EQ(record->origin(), (Origin{9, 10}));
    EXPECT_TRUE(record->has(RecordFlag::kAutomatic));
    EXPECT_TRUE(record->has(RecordFlag::kHasTime));
    EXPECT_FALSE(record->has(RecordFlag::kUndo));
    EXPECT_EQ(record->user_id(), "u1");
    EXPECT_EQ(record->anonymous_id(), "a9");
    EXPECT_EQ(record->name(), "Exported");
    EXPECT_EQ(record->customer_id(), "acme");
    const std::vector<Field> fields(record->fields().begin(), record->fields().end());
    ASSERT_EQ(fields.size(), 6U);
    EXPECT_EQ(fields[0], (Field{Section::kProperty, "format", Value::of_string("pdf")}));
    EXPECT_EQ(fields[1], (Field{Section::kProperty, "pages", Value::of_int(-3)}));
    EXPECT_EQ(fields[2], (Field{Section::kProperty, "ratio", Value::of_double(0.25)}));
    EXPECT_EQ(fields[3], (Field{Section::kProperty, "done", Value::of_bool(true)}));
    EXPECT_EQ(fields[4], (Field{Section::kProperty, "tags", Value::of_list("[1,\"a\"]")}));
    EXPECT_EQ(fields[5], (Field{Section::kTrait, "gone", Value::null()}));
    EXPECT_EQ(record->find(Section::kProperty, "pages"), Value::of_int(-3));
    EXPECT_TRUE(record->find(Section::kTrait, "pages").is_null());
}

TEST(Record, TakesTheTimeOfReceiptWhenNoneWasSent) {
    const Bytes bytes = RecordBuilder(RecordType::kTrack).received(5'000).bytes();
    const auto record = RecordView::parse(bytes);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->time(), 5'000);
    EXPECT_FALSE(record->has(RecordFlag::kHasTime));
}

TEST(Record, ReusedBuilderKeepsNothingOfTheLastRecord) {
    RecordBuilder builder(RecordType::kGroup);
    builder.user_id("u").customer_id("c").time(1).sent(2).message_hash({3, 4}).origin({5, 6});
    builder.flag(RecordFlag::kHistorical).own("role", Value::of_string("admin"));
    builder.reset(RecordType::kTrack);
    EXPECT_EQ(builder.bytes(), RecordBuilder(RecordType::kTrack).bytes());
}

// The format of version 1, for good: what was written then must be written and read the same.
TEST(Record, FormatIsThatOfTheGoldenFile) {
    Bytes made;
    for (const RecordBuilder& sample : sample_records())
        sample.append_to(made);
    const std::string golden = TWOFOLD_SOURCE_DIR "/src/model/testdata/records.v1.bin";
    const Bytes kept = read_file(golden);
    if (made != kept) {
        const std::string beside = testing::TempDir() + "records.v1.bin";
        write_file(beside, made);
        FAIL() << "differs from " << golden << "; what is written now: " << beside;
    }
}

TEST(Record, GoldenFileIsReadRecordByRecord) {
    const Bytes kept = read_file(TWOFOLD_SOURCE_DIR "/src/model/testdata/records.v1.bin");
    std::span<const std::byte> left(kept);
    std::size_t count = 0;
    while (!left.empty()) {
        const std::size_t length = record_length(left);
        ASSERT_GT(length, 0U);
        ASSERT_LE(length, left.size());
        const auto record = RecordView::parse(left.first(length));
        ASSERT_TRUE(record) << record.error().message;
        left = left.subspan(length);
        ++count;
    }
    EXPECT_EQ(count, sample_records().size());
}

// Reads all there is, so that a sanitizer sees every access.
std::size_t read_all(const RecordView& record) {
    std::size_t sum = record.user_id().size() + record.name().size();
    for (const Field& field : record.fields()) {
        for (const char c : field.name)
            sum += static_cast<unsigned char>(c);
        for (const char c : field.value.text)
            sum += static_cast<unsigned char>(c);
    }
    return sum;
}

TEST(Record, EveryTruncationIsRefused) {
    for (const RecordBuilder& sample : sample_records()) {
        const Bytes whole = sample.bytes();
        for (std::size_t length = 0; length < whole.size(); ++length) {
            // A copy of its own, so that a read beyond it is seen.
            const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(length));
            const auto record = RecordView::parse(cut);
            ASSERT_FALSE(record) << length;
            EXPECT_EQ(record.error().code, ErrorCode::kCorrupt);
        }
        Bytes longer = whole;
        longer.push_back(std::byte{0});
        EXPECT_FALSE(RecordView::parse(longer));
    }
}

TEST(Record, DamagedBytesAreRefusedOrReadSafely) {
    constexpr unsigned kSeed = 20'261'121;
    SCOPED_TRACE(kSeed);
    std::mt19937 random(kSeed);
    std::size_t accepted = 0;
    for (int round = 0; round < 20'000; ++round) {
        const auto samples = sample_records();
        Bytes bytes = samples[random() % samples.size()].bytes();
        const unsigned changes = 1 + random() % 4;
        for (unsigned i = 0; i < changes; ++i) {
            bytes[4 + random() % (bytes.size() - 4)] = static_cast<std::byte>(random());
        }
        if (const auto record = RecordView::parse(bytes)) accepted += read_all(*record) > 0;
    }
    EXPECT_GT(accepted, 0U);
}

TEST(Record, EachImpossibleHeaderIsNamed) {
    const Bytes sound = RecordBuilder(RecordType::kTrack).user_id("u").bytes();
    struct Case {
        std::size_t at;
        unsigned char value;
        const char* message;
    };
    for (const Case& c : {Case{0, 200, "length differs"}, Case{4, 2, "unknown version"},
                          Case{5, 0, "unknown type"}, Case{5, 9, "unknown type"},
                          Case{7, 0x80, "unknown flags"}, Case{52, 1, "a field goes beyond"},
                          Case{72, 200, "a text goes beyond"}, Case{72, 0, "left over"}}) {
        Bytes bytes = sound;
        bytes[c.at] = static_cast<std::byte>(c.value);
        const auto record = RecordView::parse(bytes);
        ASSERT_FALSE(record) << c.message;
        EXPECT_NE(record.error().message.find(c.message), std::string::npos)
            << record.error().message;
    }
}

TEST(Record, NumbersThatAreNotFiniteAreRefused) {
    Bytes bytes = RecordBuilder(RecordType::kTrack).property("x", Value::of_double(1)).bytes();
    const double infinite = std::numeric_limits<double>::infinity();
    std::memcpy(bytes.data() + bytes.size() - 8, &infinite, 8);
    EXPECT_FALSE(RecordView::parse(bytes));
}

TEST(RecordDeathTest, ABuilderDoesNotWriteWhatCannotBeRead) {
    const std::string long_text(kRecordTextBytesMax + 1, 'x');
    const double infinite = std::numeric_limits<double>::infinity();
    RecordBuilder builder(RecordType::kTrack);
    EXPECT_DEATH(builder.property("x", Value::of_double(infinite)), "isfinite");
    EXPECT_DEATH(builder.property(long_text, Value::null()), "kRecordTextBytesMax");
    EXPECT_DEATH(builder.user_id(long_text).bytes(), "kRecordTextBytesMax");
}

TEST(Record, TheLongestIsWrittenAndReadAndNoLonger) {
    RecordBuilder builder(RecordType::kTrack);
    const std::size_t room = kRecordBytesMax - kRecordHeaderBytes - 4 - 1 - 4;
    const std::string text(room, 'x');
    builder.property("x", Value::of_string(text));
    EXPECT_EQ(builder.byte_count(), kRecordBytesMax);
    Bytes bytes = builder.bytes();
    EXPECT_TRUE(RecordView::parse(bytes));
    bytes.push_back(std::byte{0});
    const auto length = static_cast<std::uint32_t>(bytes.size());
    std::memcpy(bytes.data(), &length, 4);
    EXPECT_FALSE(RecordView::parse(bytes));
    EXPECT_EQ(record_length(bytes), 0U);
}

TEST(Value, EqualMeansSameTypeAndContent) {
    EXPECT_EQ(Value::of_int(1), Value::of_int(1));
    EXPECT_NE(Value::of_int(1), Value::of_double(1));
    EXPECT_NE(Value::of_string("[1]"), Value::of_list("[1]"));
    EXPECT_NE(Value::of_double(0.0), Value::of_double(-0.0));
    EXPECT_EQ(Value::null(), Value());
    const OwnedValue kept(Value::of_string(std::string("gone soon")));
    const OwnedValue copy = kept;
    EXPECT_EQ(copy.view(), Value::of_string("gone soon"));
}

}  // namespace
}  // namespace twofold::model
