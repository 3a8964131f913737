// SPDX-License-Identifier: Apache-2.0
// What a whole body may be like: encodings, forms, keys, envelopes, and when it is refused at once.
#include "intake/gzip_test_data.h"
#include "intake/test_decode.h"

namespace twofold::intake {
namespace {

constexpr std::string_view kBatch =
    R"({"batch":[{"type":"track","userId":"u","event":"E"}],"writeKey":"wk"})";

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view kDigits = "0123456789ABCDEF";
    std::string made;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        made += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
    return made;
}

std::string base64(std::string_view text) {
    constexpr std::string_view kDigits =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string made;
    unsigned bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        bits = bits << 8U | static_cast<unsigned char>(c);
        for (count += 8; count >= 6; count -= 6)
            made += kDigits[bits >> (count - 6) & 63U];
    }
    if (count > 0) made += kDigits[bits << (6 - count) & 63U];
    while (made.size() % 4 != 0)
        made += '=';
    return made;
}

void expect_taken(std::string_view body, std::string_view encoding = "") {
    const Outcome outcome = decode_body(Route::kBatch, body, encoding);
    EXPECT_EQ(outcome.error, "");
    EXPECT_EQ(outcome.key, "wk");
    EXPECT_EQ(outcome.lines.size(), 1U);
}

TEST(Body, IsDecidedByItsBytes) {
    expect_taken(kBatch);
    expect_taken(gzipped(kBatch));
    expect_taken(gzipped(kBatch), "gzip");
    expect_taken(kBatch, "gzip");  // unpacked on the way, header left
    expect_taken(kBatch, "identity");
    expect_taken("\xEF\xBB\xBF  \r\n" + std::string(kBatch) + "\n ");
    expect_taken("data=" + percent_encoded(kBatch));
    expect_taken("x=1&data=" + percent_encoded(base64(kBatch)) + "&compression=");
    expect_taken("data=" + base64(kBatch));  // its + and = as they are
    EXPECT_NE(decode_body(Route::kBatch, kBatch, "br").error, "");
}

TEST(Body, RecordsAreToldApartWhateverTheirStringsHold) {
    // Quotes, backslashes and brackets in strings, at every place of a stretch of 16 bytes.
    for (std::size_t before = 0; before < 40; ++before) {
        for (const std::string_view inside :
             {R"(\")", R"(\\)", R"(\\\")", "[", "]", "{", "}", "{[", "]}", R"(\"}])", ""}) {
            const std::string text = std::string(before, 'x') + std::string(inside);
            const std::string record =
                R"({"type":"track","userId":"u","event":"E","properties":{"p":")" + text +
                R"(","q":{"r":[{"s":")" + text + R"("},[]]}}})";
            const Outcome outcome = decode_body(
                Route::kBatch, R"({"writeKey":"wk","batch":[)" + record + ", " + record + "]}");
            EXPECT_EQ(outcome.error, "") << record;
            EXPECT_EQ(outcome.key, "wk") << record;
            EXPECT_EQ(outcome.lines.size(), 2U) << record;
        }
    }
}

TEST(Body, MembersOfGzipAreOneStreamAndWhatFollowsIsIgnored) {
    const std::string text(kBatch);
    expect_taken(gzipped(text.substr(0, 30)) + gzipped(text.substr(30)));
    expect_taken(gzipped(text) + std::string(8, '\0'));
}

TEST(Body, DamagedGzipIsRefused) {
    const std::string packed = gzipped(kBatch);
    for (std::size_t length = 2; length < packed.size(); length += 7) {
        EXPECT_NE(decode_body(Route::kBatch, packed.substr(0, length)).error, "") << length;
    }
    std::string flipped = packed;
    flipped[packed.size() / 2] = static_cast<char>(~flipped[packed.size() / 2]);
    EXPECT_NE(decode_body(Route::kBatch, flipped).error, "");
}

TEST(Body, KeyIsFoundWhereClientsPutIt) {
    const auto key_of = [](std::string_view body) { return decode_body(Route::kBatch, body).key; };
    const std::string event = R"("type":"track","userId":"u","event":"E")";
    EXPECT_EQ(key_of(R"({"writeKey":"a","api_key":"b","token":"c","batch":[]})"), "a");
    EXPECT_EQ(key_of(R"({"api_key":"b","token":"c","batch":[]})"), "b");
    EXPECT_EQ(key_of(R"({"token":"c","batch":[]})"), "c");
    EXPECT_EQ(key_of("{" + event + R"(,"writeKey":"a"})"), "a");
    EXPECT_EQ(key_of("{" + event + R"(,"properties":{"token":"d"}})"), "d");
    EXPECT_EQ(key_of("[{" + event + R"(,"properties":{"token":"d"}}])"), "d");
    EXPECT_EQ(key_of(R"({"batch":[{)" + event + R"(,"properties":{"token":"d"}}]})"), "d");
    EXPECT_EQ(key_of("{" + event + R"(,"writeKey":5})"), "");
    EXPECT_EQ(key_of("[]"), "");
}

TEST(Body, WithoutRecordsIsTaken) {
    for (const char* body : {"[]", R"({"batch":[]})", " [ ] "}) {
        const Outcome outcome = decode_body(Route::kBatch, body);
        EXPECT_EQ(outcome.error, "");
        EXPECT_TRUE(outcome.lines.empty() && outcome.rejected.empty());
    }
}

TEST(Body, ThatIsNoJsonIsRefusedWithItsPlace) {
    struct Case {
        const char* body;
        const char* message;
    };
    for (const Case& c : {
             Case{"", "not JSON"},
             Case{"  \n", "not JSON"},
             Case{"hello", "not JSON"},
             Case{"data=hello", "not JSON"},
             Case{"<html>", "not JSON"},
             Case{"\xff\xfe{\x00", "not JSON"},
             Case{R"({"batch":[{"a":1})",
                  "line 1, column 18: expected a comma or ], found the end"},
             Case{"{\"batch\":[],\n \"x\" 1}", "line 2, column 6: expected a colon, found \"1}\""},
             Case{"{\"æøå\" 1}", "line 1, column 8: expected a colon"},
             Case{R"({"batch":[{"a":"x}]})", "expected a closing quote, found the end"},
             Case{R"([1,,2])", "line 1, column 4: expected a value"},
             Case{R"([1]])", "line 1, column 4: expected nothing more, found \"]\""},
             Case{R"([1)", "expected a comma or ]"},
             Case{R"({"a":1,})", "expected a name in quotes"},
             Case{R"({a:1})", "expected a name in quotes"},
             Case{R"({"batch":[],"writeKey":01})", "around its batch: a number is malformed"},
             Case{"{\"batch\":[],\"x\":\"\xff\"}", "around its batch: invalid UTF-8"},
         }) {
        const Outcome outcome = decode_body(Route::kBatch, c.body);
        EXPECT_NE(outcome.error.find(c.message), std::string::npos)
            << c.body << " -> " << outcome.error;
    }
}

TEST(Body, SaysThePlaceInItsErrorToo) {
    Decoder decoder;
    const auto opened = decoder.open({as_bytes("{\"batch\":[],\n \"x\" 1}"), ""}, Route::kBatch);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::kInvalid);
    EXPECT_EQ(opened.error().at, (Place{2, 6}));
}

TEST(Body, UnclosedLastRecordOfARecordsBodyIsOneBadLine) {
    // One line alone that is no JSON is a bad request; among others it is a bad line.
    EXPECT_NE(decode_body(Route::kRecords, R"({"type":"identify")").error, "");
    const Outcome outcome =
        decode_body(Route::kRecords, "{\"type\":\"identify\",\"userId\":\"u\"}\n{\"type\"");
    EXPECT_EQ(outcome.lines.size(), 1U);
    EXPECT_EQ(outcome.refusals(), std::vector<std::string>{"1:malformed_json"});
}

TEST(Body, LinesComeByTheRecordsRouteOnly) {
    const std::string lines =
        "{\"type\":\"page\",\"userId\":\"u\"}\n{\"type\":\"page\",\"userId\":\"u\"}";
    EXPECT_EQ(decode_body(Route::kRecords, lines).lines.size(), 2U);
    EXPECT_NE(decode_body(Route::kBatch, lines).error, "");
}

std::string body_of(std::size_t bytes) {
    std::string body = R"({"batch":[{"type":"page","userId":"u"}],"writeKey":"wk"})";
    body.resize(bytes, ' ');
    return body;
}

ErrorCode code_of(std::string_view body) {
    Decoder decoder;
    const auto opened = decoder.open({as_bytes(body), ""}, Route::kBatch);
    return opened ? ErrorCode::kInternal : opened.error().code;
}

TEST(Body, UpToTheCapIsTakenPlainAndUnpacked) {
    EXPECT_EQ(decode_body(Route::kBatch, body_of(kBodyBytesMax)).lines.size(), 1U);
    EXPECT_EQ(decode_body(Route::kBatch, gzipped(body_of(kBodyBytesMax))).lines.size(), 1U);
    EXPECT_EQ(code_of(body_of(kBodyBytesMax + 1)), ErrorCode::kTooLarge);
    EXPECT_EQ(code_of(gzipped(body_of(kBodyBytesMax + 1))), ErrorCode::kTooLarge);
}

TEST(Body, GzipBombStopsAtTheCap) {
    // 100 MiB in 0.5 MB: a ratio that is seen of clients, so only the size decides.
    const std::string bomb = gzipped(std::string(100 * 1024 * 1024, '['));
    EXPECT_LT(bomb.size(), 600'000U);
    EXPECT_EQ(code_of(bomb), ErrorCode::kTooLarge);
}

TEST(Body, RecordsBeyondTheLimitAreRefusedTogether) {
    std::string body = "[0";
    for (std::size_t i = 1; i < kRecordsPerRequestMax; ++i)
        body += ",0";
    EXPECT_EQ(decode_body(Route::kBatch, body + "]").rejected.size(), kRecordsPerRequestMax);
    EXPECT_EQ(code_of(body + ",0]"), ErrorCode::kTooLarge);
}

TEST(Body, EnvelopeBeyondTheLimitIsRefused) {
    const std::string filler(kEnvelopeBytesMax, 'x');
    EXPECT_EQ(code_of(R"({"batch":[],"x":")" + filler + R"("})"), ErrorCode::kTooLarge);
}

TEST(Body, DecoderKeepsNothingOfTheLastRequest) {
    Decoder decoder;
    Context context = test_context(Route::kBatch);
    const std::string first =
        R"({"writeKey":"wk","sentAt":"2026-03-01T11:00:00Z","context":{"groupId":"acme"},)"
        R"("batch":[{"type":"page","userId":"u","traits":{"x":1}}]})";
    ASSERT_TRUE(decoder.open({as_bytes(first), ""}, context.route));
    Decoded decoded;
    decoder.decode(context, decoded);
    const std::string second = R"([{"type":"page","userId":"v"}])";
    const auto key = decoder.open({as_bytes(second), ""}, context.route);
    ASSERT_TRUE(key);
    EXPECT_EQ(*key, "");
    Decoded again;
    decoder.decode(context, again);
    EXPECT_EQ(again.arena, decode_with(context, second).decoded.arena);
}

TEST(Route, IsFoundByItsPath) {
    EXPECT_EQ(route_of("/v1/track"), Route::kTrack);
    EXPECT_EQ(route_of("/v1/t"), Route::kTrack);
    EXPECT_EQ(route_of("/v1/i/"), Route::kIdentify);
    EXPECT_EQ(route_of("/v1/p"), Route::kPage);
    EXPECT_EQ(route_of("/v1/s"), Route::kScreen);
    EXPECT_EQ(route_of("/v1/g"), Route::kGroup);
    EXPECT_EQ(route_of("/v1/a"), Route::kAlias);
    EXPECT_EQ(route_of("/v1/batch/"), Route::kBatch);
    EXPECT_EQ(route_of("/v1/b"), Route::kBatch);
    EXPECT_EQ(route_of("/beacon/v1/batch"), Route::kBatch);
    EXPECT_EQ(route_of("/v1/import"), Route::kImport);
    EXPECT_EQ(route_of("/v1/records"), Route::kRecords);
    for (const char* path : {"/v1/", "/v1", "/v1/x", "/v1/batch//", "/v2/track", "", "track"}) {
        EXPECT_EQ(route_of(path), std::nullopt) << path;
    }
}

TEST(Body, AContextThatSwellsTheBatchStopsAtTheLimitAndNotInMemory) {
    constexpr std::size_t kEvents = 2'000;
    std::string body =
        R"({"context":{"page":{"url":")" + std::string(60'000, 'x') + R"("}},"batch":[)";
    for (std::size_t i = 0; i < kEvents; ++i)
        body += std::string(i == 0 ? "" : ",") + R"({"type":"track","userId":"u","event":"E"})";
    body += "]}";
    Decoder decoder;
    ASSERT_TRUE(decoder.open({as_bytes(body), ""}, Route::kBatch));
    Decoded decoded;
    decoder.decode(test_context(Route::kBatch), decoded);
    EXPECT_LT(decoded.arena.size(), kRequestKeptBytesMax + model::kRecordBytesMax);
    EXPECT_GT(decoded.records.size(), 900U);
    ASSERT_EQ(decoded.records.size() + decoded.rejected.size(), kEvents);
    EXPECT_EQ(decoded.rejected.back().index, kEvents - 1);
    EXPECT_EQ(decoded.rejected.back().code, RejectionCode::kEventTooLarge);
}

}  // namespace
}  // namespace twofold::intake
