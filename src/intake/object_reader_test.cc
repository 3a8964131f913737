// SPDX-License-Identifier: Apache-2.0
#include "intake/object_reader.h"

#include <algorithm>
#include <cstring>

#include "intake/gzip_test_data.h"
#include "intake/test_decode.h"

namespace twofold::intake {
namespace {

class TextPieces final : public ByteSource {
public:
    TextPieces(std::string text, std::size_t piece) : text_(std::move(text)), piece_(piece) {}
    Result<std::size_t> read(std::span<std::byte> into) override {
        const std::size_t count = std::min({into.size(), piece_, text_.size() - at_});
        std::memcpy(into.data(), text_.data() + at_, count);
        at_ += count;
        return count;
    }

private:
    std::string text_;
    std::size_t piece_;
    std::size_t at_ = 0;
};

// The objects, each in front of a |, then the error if there is one.
std::string objects_of(const std::string& text, std::size_t piece = 1U << 20U) {
    TextPieces source(text, piece);
    ObjectReader reader(source);
    LineChunk chunk;
    std::string all;
    std::uint64_t expected = 1;
    while (true) {
        const auto more = reader.next(chunk);
        if (!more) return all + "error: " + more.error().message;
        if (!*more) return all;
        EXPECT_EQ(chunk.first_line, expected);
        EXPECT_EQ(std::ranges::count(chunk.bytes, '\n'), chunk.line_count);
        expected += chunk.line_count;
        all += chunk.bytes;
        std::ranges::replace(all, '\n', '|');
    }
}

TEST(ObjectReader, TakesObjectsOutOfWhateverHoldsThem) {
    const std::string both = R"({"a":1}|{"b":[{"c":"]}"}]}|)";
    const std::string a = R"({"a":1})";
    const std::string b = R"({"b":[{"c":"]}"}]})";
    for (const std::string& text :
         {a + "\n" + b + "\n", a + "\n\n" + b, a + "\r\n" + b, a + b, "[" + a + "," + b + "]",
          "[" + a + "]\n[" + b + "]", "[\n" + a + ",\n" + b + "\n]\n",
          "[[" + a + "],[],[" + b + "]]",
          R"({"object":"list","data":[)" + a + "," + b + R"(],"has_more":false,"url":"/v1]}"})",
          R"({"data":[)" + a + R"(]} {"object":"list", "data" : [)" + b + "]}",
          R"({"data":[)" + a + "]}\n" + R"({"x":{"data":[7]},"data":[)" + b + "]}\n",
          R"([{"object":"list","data":[)" + a + R"(]},{"object":"list","data":[)" + b + "]}]",
          R"({"data":[{"data":[)" + a + R"(]},)" + b + R"(],"data":"no"})"}) {
        EXPECT_EQ(objects_of(text), both) << text;
        EXPECT_EQ(objects_of(text, 1), both) << text;
        EXPECT_EQ(objects_of("\xEF\xBB\xBF" + text), both) << text;
        EXPECT_EQ(objects_of(gzipped(text), 7), both) << text;
    }
}

TEST(ObjectReader, PutsAnObjectOfManyLinesOnOne) {
    EXPECT_EQ(objects_of("[\n  {\n    \"a\": 1,\n    \"b\": \"x\\\"\\n\"\n  }\n]"),
              R"({     "a": 1,     "b": "x\"\n"   }|)");
    EXPECT_EQ(objects_of("{\n\"a\":1\n}\n{\n\"a\":2\n}\n"), R"({ "a":1 }|{ "a":2 }|)");
}

TEST(ObjectReader, AnEventIsNoListAlthoughItHasData) {
    const std::string event = R"({"object":"event","data":{"object":{"data":[1,2]}}})";
    EXPECT_EQ(objects_of(event), event + "|");
    EXPECT_EQ(objects_of(R"({"items":{"data":[1]},"text":"data","other":[{"x":1}]})"),
              R"({"items":{"data":[1]},"text":"data","other":[{"x":1}]}|)");
}

TEST(ObjectReader, InJsonLinesABrokenLineCostsItself) {
    EXPECT_EQ(objects_of("{\"a\":1}\n{\"b\":\n{\"c\":3}\n{\"d\":\"x\n{\"e\":5}\n"),
              "{\"a\":1}|{\"b\":|{\"c\":3}|{\"d\":\"x|{\"e\":5}|");
    EXPECT_EQ(objects_of("{\"a\":1}\n[{\"b\":2},{\n{\"c\":3}"), "{\"a\":1}|{\"b\":2}|{|{\"c\":3}|");
}

TEST(ObjectReader, WhatIsNoObjectIsGivenToBeRefused) {
    EXPECT_EQ(objects_of(R"([1,"a,]",null,true])"), R"(1|"a,]"|null|true|)");
    EXPECT_EQ(objects_of("]{\"a\":1}"), "]|{\"a\":1}|");
    EXPECT_EQ(objects_of(""), "");
    EXPECT_EQ(objects_of(" \n "), "");
    // A line break in a string is an error and must not become a space.
    EXPECT_EQ(objects_of("[{\"a\":\"x\ny\"}]"), "{\"a\":\"x\x01y\"}|");
}

TEST(ObjectReader, AFileThatEndsInsideAListSaysSoAfterItsObjects) {
    EXPECT_EQ(objects_of(R"([{"a":1},{"b":)"),
              R"({"a":1}|{"b":|error: the file ends inside a list, after object 2)");
    EXPECT_EQ(objects_of(R"({"object":"list","data":[{"a":1}])"),
              R"({"a":1}|error: the file ends inside a list, after object 1)");
    const std::string packed = gzipped(R"([{"a":1},{"b":2}])");
    EXPECT_NE(objects_of(packed.substr(0, packed.size() - 9)).find("error: "), std::string::npos);
}

TEST(ObjectReader, CutsAnObjectBeyondTheLimitSoThatItIsRefused) {
    const std::string huge = R"({"a":")" + std::string(3 * kMebibyte, 'x') + R"("})";
    TextPieces source("[" + huge + R"(,{"b":1}])", 1U << 20U);
    ObjectReader reader(source);
    LineChunk chunk;
    ASSERT_TRUE(*reader.next(chunk));
    EXPECT_EQ(chunk.line_count, 1U);
    EXPECT_EQ(chunk.bytes.size(), kRecordJsonBytesMax + 2);
    ASSERT_TRUE(*reader.next(chunk));
    EXPECT_EQ(chunk.bytes, "{\"b\":1}\n");
    EXPECT_EQ(chunk.first_line, 2U);
}

}  // namespace
}  // namespace twofold::intake
