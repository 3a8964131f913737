// SPDX-License-Identifier: Apache-2.0
// What real clients sent, byte for byte, must become the records beside it: testdata/README.md.
#include <fstream>
#include <iterator>

#include "intake/gzip_test_data.h"
#include "intake/test_decode.h"

namespace twofold::intake {
namespace {

struct Recording {
    const char* name;
    const char* path;
    const char* key;    // in the body
    std::size_t count;  // of records
};

void PrintTo(const Recording& recording, std::ostream* out) {
    *out << recording.name;
}

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string test_file(const std::string& name) {
    return TWOFOLD_SOURCE_DIR "/src/intake/testdata/" + name;
}

Context replay_context(Route route) {
    Context context = test_context(route);
    context.received = 1'795'298'400'000;  // 2026-11-21T22:00:00Z, an hour after the recordings
    return context;
}

class Replay : public testing::TestWithParam<Recording> {};

TEST_P(Replay, BecomesTheRecordsItMeant) {
    const Recording& recording = GetParam();
    const auto route = route_of(recording.path);
    ASSERT_TRUE(route);
    const std::string body = read_file(test_file(std::string(recording.name) + ".json"));
    const Outcome outcome = decode_with(replay_context(*route), body);
    EXPECT_EQ(outcome.error, "");
    EXPECT_EQ(outcome.key, recording.key);
    EXPECT_EQ(outcome.lines.size(), recording.count);
    EXPECT_TRUE(outcome.refusals().empty()) << testing::PrintToString(outcome.refusals());
    std::string made;
    for (const std::string& line : outcome.lines)
        made += line + "\n";
    const std::string expected = test_file(std::string(recording.name) + ".expected.jsonl");
    if (made != read_file(expected)) {
        const std::string beside = testing::TempDir() + recording.name + ".expected.jsonl";
        std::ofstream(beside) << made;
        FAIL() << "differs from " << expected << "; what is made now: " << beside;
    }
}

TEST_P(Replay, IsTheSameInGzipWithAndWithoutTheHeader) {
    const Recording& recording = GetParam();
    const Context context = replay_context(*route_of(recording.path));
    const std::string body = read_file(test_file(std::string(recording.name) + ".json"));
    const std::string packed = gzipped(body);
    const Outcome plain = decode_with(context, body);
    for (const char* encoding : {"gzip", "", "GZIP"}) {
        const Outcome outcome = decode_with(context, packed, encoding);
        EXPECT_EQ(outcome.key, recording.key) << encoding;
        EXPECT_EQ(outcome.lines, plain.lines) << encoding;
    }
}

TEST_P(Replay, ComesBackFromItsExportAsTheSameBytes) {
    const Recording& recording = GetParam();
    const std::string body = read_file(test_file(std::string(recording.name) + ".json"));
    const Outcome first = decode_with(replay_context(*route_of(recording.path)), body);
    std::string exported;
    for (const std::string& line : first.lines)
        exported += line + "\n";
    const Outcome second = decode_with(replay_context(Route::kRecords), exported);
    EXPECT_EQ(second.decoded.arena, first.decoded.arena);
}

INSTANTIATE_TEST_SUITE_P(
    Clients, Replay,
    testing::Values(Recording{"segment-node-batch", "/v1/batch", "twofold-write-key", 9},
                    Recording{"segment-browser-page", "/v1/p", "wk_twofold", 1},
                    Recording{"segment-browser-identify", "/v1/i", "wk_twofold", 1},
                    Recording{"segment-browser-track", "/v1/t", "wk_twofold", 1},
                    Recording{"segment-browser-group", "/v1/g", "wk_twofold", 1},
                    Recording{"segment-browser-screen", "/v1/s", "wk_twofold", 1},
                    Recording{"segment-browser-alias", "/v1/a", "wk_twofold", 1},
                    Recording{"segment-browser-batch", "/v1/b", "wk_twofold", 7},
                    Recording{"rudder-node-first", "/v1/batch", "", 1},
                    Recording{"rudder-node-batch", "/v1/batch/", "", 7},
                    Recording{"rudder-browser-page", "/v1/page", "", 1},
                    Recording{"rudder-browser-identify", "/v1/identify", "", 1},
                    Recording{"rudder-browser-track", "/v1/track", "", 1},
                    Recording{"rudder-browser-group", "/v1/group", "", 1},
                    Recording{"rudder-browser-alias", "/v1/alias", "", 1}),
    [](const auto& tested) {
        std::string name = tested.param.name;
        for (char& c : name)
            c = c == '-' ? '_' : c;
        return name;
    });

}  // namespace
}  // namespace twofold::intake
