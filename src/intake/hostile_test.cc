// SPDX-License-Identifier: Apache-2.0
// Bytes that nobody means well with. What must hold for all of them is in decode_check.h.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>

#include "intake/decode_check.h"
#include "intake/gzip_test_data.h"
#include "intake/test_decode.h"
#include "model/record_samples.h"

namespace twofold::intake {
namespace {

std::vector<std::string> seeds() {
    std::vector<std::string> all;
    std::vector<std::filesystem::path> paths;
    for (const auto& entry :
         std::filesystem::directory_iterator(TWOFOLD_SOURCE_DIR "/src/intake/testdata")) {
        paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    for (const auto& path : paths) {
        std::ifstream file(path, std::ios::binary);
        all.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    std::string lines;
    for (const model::RecordBuilder& sample : model::sample_records()) {
        const auto bytes = sample.bytes();
        lines += model::to_json_line(*model::RecordView::parse(bytes)) + "\n";
        all.push_back(lines);
    }
    all.push_back(gzipped(all.front()));
    return all;
}

// Pieces that parsers stumble over.
const std::vector<std::string>& pieces() {
    static const std::vector<std::string> all{"{",
                                              "}",
                                              "[",
                                              "]",
                                              ",",
                                              ":",
                                              "\"",
                                              "\\",
                                              "\n",
                                              "null",
                                              "1e400",
                                              "-0",
                                              "01",
                                              "NaN",
                                              "9223372036854775808",
                                              "-9223372036854775808",
                                              "1e-400",
                                              "0.1",
                                              "\\u0000",
                                              "\\ud800",
                                              "\\udc00",
                                              "\\ud83d\\ude00",
                                              "\\u00",
                                              std::string(1, '\0'),
                                              "\xEF\xBB\xBF",
                                              "\xff",
                                              "\xed\xa0\x80",
                                              "\xf4\x90\x80\x80",
                                              "\"batch\":[",
                                              "\"batch\":",
                                              "\"type\":\"track\"",
                                              "\"event\":\"E\"",
                                              "\"userId\":\"u\"",
                                              "\"properties\":{",
                                              "\"traits\":{",
                                              "\"a.b\":",
                                              "\"timestamp\":\"0001-01-01T00:00:00Z\"",
                                              "\"from\":\"2200-01-01\"",
                                              "[[[[[[[[[[[[",
                                              "{\"a\":{\"a\":{\"a\":",
                                              "data=",
                                              "\x1f\x8b",
                                              std::string(300, 'x'),
                                              "true",
                                              "\t\r "};
    return all;
}

std::string mutated(const std::vector<std::string>& from, std::mt19937& random) {
    std::string text = from[random() % from.size()];
    const auto changes = 1 + random() % 6;
    for (std::size_t i = 0; i < changes && !text.empty(); ++i) {
        const std::size_t at = random() % text.size();
        const std::size_t length = std::min<std::size_t>(1 + random() % 40, text.size() - at);
        switch (random() % 6) {
            case 0:
                text[at] = static_cast<char>(random());
                break;
            case 1:
                text.erase(at, length);
                break;
            case 2:
                text.insert(at, text.substr(at, length));
                break;
            case 3:
                text.insert(at, pieces()[random() % pieces().size()]);
                break;
            case 4:
                text.replace(at, length, pieces()[random() % pieces().size()]);
                break;
            default: {
                const std::string& other = from[random() % from.size()];
                text = text.substr(0, at) + other.substr(random() % other.size());
            }
        }
    }
    return text;
}

TEST(Hostile, MutatedRequestsAreTakenOrRefusedSoundly) {
    constexpr unsigned kSeed = 6'021'023;
    SCOPED_TRACE(kSeed);
    std::mt19937 random(kSeed);
    const std::vector<std::string> from = seeds();
    DecodeCheck check;
    std::size_t taken = 0;
    for (int round = 0; round < 15'000; ++round)
        taken += check.run(mutated(from, random));
    EXPECT_GT(taken, 20'000U);  // so that not all were broken at their first byte
}

TEST(Hostile, EveryTruncationIsTakenOrRefusedSoundly) {
    DecodeCheck check;
    const std::vector<std::string> from = seeds();
    for (const std::string& seed : from) {
        for (std::size_t length = 0; length < seed.size(); length += 1 + seed.size() / 300) {
            check.run(std::string_view(seed).substr(0, length));
        }
    }
}

TEST(Hostile, LargestRecordsComeBackFromTheirExport) {
    // Every character escaped is the longest that JSON can become.
    std::string body = R"({"type":"track","userId":"u","event":"E","properties":{"p0":1)";
    for (int i = 0; i < 3; ++i) {
        body += ",\"t" + std::to_string(i) + "\":\"";
        for (std::size_t k = 0; k < kStringBytesMax; ++k)
            body += "\\u0001";
        body += '"';
    }
    body += "}}";
    EXPECT_EQ(DecodeCheck().run(body), 4U);  // three routes and as a line
}

// What must cost no other record and no crash, however large (a body's worth of each).
TEST(Hostile, BodiesFullOfOneThingAreSettledOneByOne) {
    constexpr std::size_t kBytes = 4 * kMebibyte;
    const auto filled = [](std::string_view piece) {
        std::string text;
        while (text.size() + piece.size() < kBytes)
            text += piece;
        return text;
    };
    const std::string start = R"([{"type":"track","userId":"u","event":"E","properties":{"a":)";
    const std::string end = R"(}},{"type":"page","userId":"u"}])";
    struct Case {
        std::string value;
        const char* code;
    };
    for (const Case& c :
         {Case{"\"" + filled("x") + "\"", "event_too_large"},
          Case{"\"" + filled("\\u0000") + "\"", "event_too_large"},
          Case{filled("9"), "event_too_large"},
          Case{std::string(1'000'000, '[') + std::string(1'000'000, ']'), "too_deep"},
          Case{"{\"k\":1" + filled(",\"k\":1") + "}", "event_too_large"},
          Case{"[0" + filled(",0") + "]", "event_too_large"}}) {
        const Outcome outcome = decode_body(Route::kBatch, start + c.value + end);
        EXPECT_EQ(outcome.error, "");
        EXPECT_EQ(outcome.lines.size(), 1U);
        EXPECT_EQ(outcome.refusals(), std::vector<std::string>{std::string("0:") + c.code});
    }
    EXPECT_NE(decode_body(Route::kBatch, std::string(kBytes, '[')).error, "");
    EXPECT_NE(decode_body(Route::kBatch, std::string(kBytes, '"')).error, "");
    EXPECT_NE(decode_body(Route::kBatch, "[" + filled("\\")).error, "");
}

}  // namespace
}  // namespace twofold::intake
