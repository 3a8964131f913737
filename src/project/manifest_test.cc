// SPDX-License-Identifier: Apache-2.0
#include "project/manifest.h"

#include <fstream>
#include <gtest/gtest.h>
#include <iterator>

#include "base/bytes.h"
#include "io/faulty_env.h"
#include "io/memory_env.h"

namespace twofold::project {
namespace {

Manifest sample() {
    Manifest manifest;
    manifest.position = 42;
    for (const char c : std::string("directory"))
        manifest.directory.push_back(std::byte(c));
    for (const char c : std::string("store"))
        manifest.store.push_back(std::byte(c));
    return manifest;
}

TEST(Manifest, ComesBackAsItWasWritten) {
    io::MemoryEnv env;
    ASSERT_TRUE(env.make_folders("p"));
    EXPECT_EQ(*read_manifest(env, "p"), Manifest{});
    ASSERT_TRUE(write_manifest(env, "p", sample()));
    EXPECT_EQ(*read_manifest(env, "p"), sample());
}

TEST(Manifest, AnyChangedBitIsSeen) {
    const std::vector<std::byte> good = sample().encode();
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::vector<std::byte> bad = good;
        bad[at] ^= std::byte{4};
        EXPECT_EQ(Manifest::decode(bad).error().code, ErrorCode::kCorrupt) << at;
        bad = good;
        bad.resize(at);
        EXPECT_FALSE(Manifest::decode(bad)) << at;
    }
}

TEST(Manifest, ANewerFormatIsRefusedByAClearWord) {
    std::vector<std::byte> bytes = sample().encode();
    bytes[4] = std::byte{2};
    EXPECT_NE(Manifest::decode(bytes).error().message.find("newer Twofold"), std::string::npos);
}

// Whoever reads a manifest removes what it does not name: the one before must not come back.
TEST(Manifest, WhatWasReadAfterAKillSurvivesAPowerCut) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        io::FaultyEnv env(seed);
        ASSERT_TRUE(env.make_folders("p"));
        ASSERT_TRUE(write_manifest(env, "p", Manifest{}));
        env.stop_after(seed % 6);
        static_cast<void>(write_manifest(env, "p", sample()));
        env.kill();
        const auto read = read_manifest(env, "p");
        ASSERT_TRUE(read);
        env.power_cut();
        EXPECT_EQ(*read_manifest(env, "p"), *read) << "seed " << seed;
    }
}

// The first format's bytes, for ever. A change of them is a new format, not a new golden file.
TEST(Manifest, ReadsTheFirstFormat) {
    std::ifstream file(std::string(TWOFOLD_SOURCE_DIR) + "/src/project/testdata/manifest.v1",
                       std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    ASSERT_FALSE(bytes.empty());
    EXPECT_EQ(*Manifest::decode(as_bytes(bytes)), sample());
    EXPECT_EQ(as_text(sample().encode()), bytes);
}

}  // namespace
}  // namespace twofold::project
