// SPDX-License-Identifier: Apache-2.0
#include "intake/lines.h"

#include <algorithm>
#include <cstring>

#include "intake/gzip_test_data.h"
#include "intake/test_decode.h"

namespace twofold::intake {
namespace {

// Gives its text in pieces of a chosen size, and then fails if it is told to.
class Pieces final : public ByteSource {
public:
    explicit Pieces(std::string text, std::size_t piece = 1U << 20U)
        : text_(std::move(text)), piece_(piece) {}

    Result<std::size_t> read(std::span<std::byte> into) override {
        if (at_ == text_.size() && fails_) return fail(ErrorCode::kIo, "the disk is gone");
        const std::size_t count = std::min({into.size(), piece_, text_.size() - at_});
        std::memcpy(into.data(), text_.data() + at_, count);
        at_ += count;
        return count;
    }
    void fail_at_the_end() { fails_ = true; }

private:
    std::string text_;
    std::size_t piece_;
    std::size_t at_ = 0;
    bool fails_ = false;
};

struct Read {
    std::string text;
    std::uint64_t lines = 0;
    std::uint64_t first_line = 0;
    std::string error;
};

Read read_all(ByteSource& source, std::uint64_t start = 1) {
    LineReader reader(source);
    reader.start_at(start);
    Read all;
    LineChunk chunk;
    while (true) {
        const auto more = reader.next(chunk);
        if (!more) {
            all.error = more.error().message;
            return all;
        }
        if (!*more) return all;
        EXPECT_LE(chunk.bytes.size(), kChunkBytes + kRecordJsonBytesMax + 2);
        EXPECT_EQ(
            static_cast<std::uint64_t>(std::count(chunk.bytes.begin(), chunk.bytes.end(), '\n')),
            chunk.line_count);
        if (all.lines == 0) all.first_line = chunk.first_line;
        EXPECT_EQ(chunk.first_line, all.first_line + all.lines);
        all.text += chunk.bytes;
        all.lines += chunk.line_count;
    }
}

std::string numbered(std::size_t count) {
    std::string text;
    for (std::size_t i = 1; i <= count; ++i)
        text += "line " + std::to_string(i) + "\n";
    return text;
}

TEST(Lines, AreTheSameInPiecesOfAnySizePlainAndPacked) {
    const std::string text = numbered(1'000);
    for (const std::size_t piece : {1U, 2U, 3U, 17U, 4'096U, 1U << 20U}) {
        Pieces plain(text, piece);
        EXPECT_EQ(read_all(plain).text, text) << piece;
        Pieces packed(gzipped(text), piece);
        EXPECT_EQ(read_all(packed).text, text) << piece;
        Pieces members(gzipped(text.substr(0, 777)) + gzipped(text.substr(777)), piece);
        EXPECT_EQ(read_all(members).text, text) << piece;
        Pieces marked("\xEF\xBB\xBF" + text, piece);
        EXPECT_EQ(read_all(marked).text, text) << piece;
    }
}

TEST(Lines, LastOneNeedsNoBreak) {
    Pieces source("a\n\nb");
    const Read all = read_all(source);
    EXPECT_EQ(all.text, "a\n\nb\n");
    EXPECT_EQ(all.lines, 3U);
    Pieces empty("");
    EXPECT_EQ(read_all(empty).lines, 0U);
}

TEST(Lines, ManyComeInChunksOfBoundedSize) {
    const std::string text = numbered(500'000);
    Pieces source(text);
    LineReader reader(source);
    LineChunk chunk;
    std::size_t chunks = 0;
    while (*reader.next(chunk))
        ++chunks;
    EXPECT_GE(chunks, text.size() / (2 * kChunkBytes));
    EXPECT_EQ(reader.bytes_read(), text.size());
}

TEST(Lines, ResumeAtAnyLineWithItsNumber) {
    const std::string text = numbered(300'000);
    for (const std::uint64_t start : {1U, 2U, 150'000U, 300'000U}) {
        Pieces source(gzipped(text));
        const Read all = read_all(source, start);
        EXPECT_EQ(all.first_line, start);
        EXPECT_EQ(all.lines, 300'000U - start + 1);
        EXPECT_TRUE(all.text.starts_with("line " + std::to_string(start) + "\n"));
    }
    Pieces source(text);
    EXPECT_EQ(read_all(source, 300'001).lines, 0U);
}

TEST(Lines, OneThatIsTooLongIsCutAndRefusedAndTheNextIsTaken) {
    const std::string good = R"({"type":"page","userId":"u"})";
    const std::string text =
        good + "\n{\"x\":\"" + std::string(5 * kRecordJsonBytesMax, 'x') + "\"}\n" + good + "\n";
    Pieces source(text, 100'000);
    LineReader reader(source);
    LineChunk chunk;
    Decoder decoder;
    Decoded decoded;
    Context context = test_context(Route::kRecords);
    context.file = 99;
    std::size_t bytes = 0;
    while (*reader.next(chunk)) {
        bytes += chunk.bytes.size();
        decoder.decode_lines(chunk, context, decoded);
    }
    EXPECT_LT(bytes, 2 * kRecordJsonBytesMax);
    ASSERT_EQ(decoded.records.size(), 2U);
    ASSERT_EQ(decoded.rejected.size(), 1U);
    EXPECT_EQ(decoded.rejected[0].code, RejectionCode::kEventTooLarge);
    EXPECT_EQ(decoded.rejected[0].line, 2U);
    const auto last = model::RecordView::parse(decoded.bytes(decoded.records[1]));
    ASSERT_TRUE(last);
    EXPECT_EQ(last->origin(), (model::Origin{99, 3}));
    EXPECT_TRUE(last->has(model::RecordFlag::kHistorical));
}

TEST(Lines, DamagedGzipSaysAfterWhichLine) {
    const std::string packed = gzipped(numbered(200'000));
    Pieces cut(packed.substr(0, packed.size() / 2));
    const Read all = read_all(cut);
    EXPECT_NE(all.error.find("ends too early, after line "), std::string::npos) << all.error;
    std::string damaged = packed;
    for (std::size_t i = packed.size() / 2; i < packed.size() / 2 + 50; ++i)
        damaged[i] = '\x55';
    Pieces source(damaged);
    EXPECT_NE(read_all(source).error.find("after line "), std::string::npos);
}

TEST(Lines, FailingSourceFailsTheReader) {
    Pieces source("a\n");
    source.fail_at_the_end();
    EXPECT_EQ(read_all(source).error, "the disk is gone");
}

TEST(Lines, AFilesIdIsThatOfItsBytes) {
    const auto id_of = [](const std::string& text, std::size_t piece) {
        Pieces source(text, piece);
        return *hash_content(source);
    };
    EXPECT_EQ(id_of("abc", 1), id_of("abc", 100));
    EXPECT_NE(id_of("abc", 1), id_of("abd", 1));
    EXPECT_NE(id_of("", 1), 0U);
    // Kept with what was imported, so it never changes: BLAKE2b of 16 bytes, the first eight.
    EXPECT_EQ(id_of("abc", 3), 0x2b8d2bc691b74acfULL);
}

}  // namespace
}  // namespace twofold::intake
