// SPDX-License-Identifier: Apache-2.0
// The faulty disk keeps what was synced, and takes everything else away for some seed: a crash test
// on it can only fail for the right reason, and does fail when there is one.
#include "io/faulty_env.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <set>
#include <string>

#include "base/bytes.h"

namespace twofold::io {
namespace {

constexpr std::uint64_t kSeeds = 300;

std::string text_of(Env& env, const Path& path) {
    const auto bytes = env.read(path);
    return bytes ? std::string(as_text(*bytes)) : "(none)";
}

/// A file of `text`, synced and with a durable name.
std::unique_ptr<WritableFile> synced_file(Env& env, const Path& path, std::string_view text) {
    auto file = env.create(path);
    EXPECT_TRUE(file && (*file)->append(as_bytes(text)) && (*file)->sync());
    EXPECT_TRUE(env.sync_folder(Path(parent(path))));
    return std::move(*file);
}

/// The different results of `run` over many seeds.
template <typename Run>
std::set<std::string> results(Run run) {
    std::set<std::string> all;
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        SCOPED_TRACE(seed);
        FaultyEnv env(seed);
        all.insert(run(env));
    }
    return all;
}

using Texts = std::set<std::string>;

TEST(FaultyEnv, WhatWasSyncedSurvivesEveryPowerCut) {
    EXPECT_EQ(results([](FaultyEnv& env) {
                  auto file = synced_file(env, "a", "kept");
                  env.power_cut();
                  env.power_cut();
                  return text_of(env, "a");
              }),
              Texts{"kept"});
}

TEST(FaultyEnv, AFileWhoseFolderWasNotSyncedMayBeGone) {
    EXPECT_EQ(results([](FaultyEnv& env) {
                  auto file = env.create("a");
                  EXPECT_TRUE((*file)->append(as_bytes("kept")) && (*file)->sync());
                  env.power_cut();
                  return text_of(env, "a");
              }),
              (Texts{"(none)", "kept"}));
}

TEST(FaultyEnv, WhatWasNotSyncedIsKeptLostOrTorn) {
    const std::string tail(1'500, 't');
    const Texts found = results([&](FaultyEnv& env) {
        auto file = synced_file(env, "a", "kept");
        EXPECT_TRUE(file->append(as_bytes(tail)));
        env.power_cut();
        const std::string text = text_of(env, "a");
        EXPECT_EQ(text.substr(0, 4), "kept");
        EXPECT_LE(text.size(), 4 + tail.size());
        return text;
    });
    EXPECT_TRUE(found.contains("kept"));
    EXPECT_TRUE(found.contains("kept" + tail));
    // A hole: a sector that is missing before one that is there.
    const bool hole = std::ranges::any_of(found, [&](const std::string& text) {
        return text.size() == 4 + tail.size() && text.back() == 't' && text[600] != 't';
    });
    EXPECT_TRUE(hole);
    EXPECT_GT(found.size(), 20u);
}

TEST(FaultyEnv, RenamesAndRemovalsNotSyncedMayBeUndone) {
    EXPECT_EQ(results([](FaultyEnv& env) {
                  auto old_file = synced_file(env, "a", "old");
                  auto new_file = synced_file(env, "b", "new");
                  EXPECT_TRUE(env.rename("b", "a"));
                  env.power_cut();
                  return text_of(env, "a") + " " + text_of(env, "b");
              }),
              (Texts{"new (none)", "old new"}));
    EXPECT_EQ(results([](FaultyEnv& env) {
                  auto file = synced_file(env, "a", "old");
                  EXPECT_TRUE(env.remove("a"));
                  env.power_cut();
                  return text_of(env, "a");
              }),
              (Texts{"(none)", "old"}));
    EXPECT_EQ(results([](FaultyEnv& env) {
                  auto file = synced_file(env, "a", "old");
                  EXPECT_TRUE(env.remove("a") && env.sync_folder("."));
                  env.power_cut();
                  return text_of(env, "a");
              }),
              Texts{"(none)"});
}

TEST(FaultyEnv, ATruncationNotSyncedMayNotHaveHappened) {
    EXPECT_EQ(results([](FaultyEnv& env) {
                  auto file = synced_file(env, "a", "onetwo");
                  EXPECT_TRUE(env.truncate("a", 3));
                  env.power_cut();
                  return text_of(env, "a");
              }),
              (Texts{"one", "onetwo"}));
}

TEST(FaultyEnv, ASyncThatFailedIsLostForLaterSyncsButNotForAResync) {
    const std::string tail(600, 't');
    const auto run = [&](bool resync) {
        return results([&, resync](FaultyEnv& env) {
            auto file = synced_file(env, "a", "kept");
            env.fail_after(1);
            EXPECT_TRUE(file->append(as_bytes(tail)));
            EXPECT_EQ(file->sync().error().code, ErrorCode::kIo);
            EXPECT_EQ(file->sync().error().code, ErrorCode::kUnavailable);
            EXPECT_EQ(file->append({}).error().code, ErrorCode::kUnavailable);
            EXPECT_EQ(text_of(env, "a"), "kept" + tail);
            if (resync) {
                EXPECT_TRUE(env.resync("a", 0));
            } else {
                EXPECT_TRUE((*env.append_to("a"))->sync());
            }
            env.power_cut();
            return text_of(env, "a");
        });
    };
    EXPECT_GT(run(false).size(), 1u);
    EXPECT_EQ(run(true), Texts{"kept" + tail});
}

TEST(FaultyEnv, PlannedFailuresHitTheirOperation) {
    FaultyEnv env(1);
    auto file = env.create("a");
    ASSERT_TRUE(file);
    env.fail_after(2);
    EXPECT_TRUE((*file)->append(as_bytes("1")));
    EXPECT_TRUE((*file)->sync());
    EXPECT_EQ((*file)->append(as_bytes("2")).error().code, ErrorCode::kIo);
    EXPECT_TRUE(env.sync_folder("."));
    EXPECT_EQ(env.operation_count(), 5u);

    env.stop_after(1);
    EXPECT_TRUE(env.create("b"));
    EXPECT_EQ(env.create("c").error().code, ErrorCode::kIo);
    EXPECT_EQ(env.remove("a").error().code, ErrorCode::kIo);
    env.kill();
    EXPECT_TRUE(env.exists("b"));
    EXPECT_TRUE(env.remove("a"));
}

TEST(FaultyEnv, AKillLosesNothingThatWasWritten) {
    EXPECT_EQ(results([](FaultyEnv& env) {
                  auto file = env.create("a");
                  EXPECT_TRUE((*file)->append(as_bytes("written")));
                  env.kill();
                  EXPECT_EQ((*file)->sync().error().code, ErrorCode::kUnavailable);
                  return text_of(env, "a");
              }),
              Texts{"written"});
}

TEST(FaultyEnv, APowerCutFreesLocksAndKillsOpenFiles) {
    FaultyEnv env(2);
    auto file = synced_file(env, "a", "kept");
    auto lock = env.lock(".");
    ASSERT_TRUE(lock);
    env.power_cut();
    EXPECT_EQ(file->append(as_bytes("x")).error().code, ErrorCode::kUnavailable);
    auto second = env.lock(".");
    ASSERT_TRUE(second);
    lock->reset();  // The old one, which holds nothing any more.
    EXPECT_EQ(env.lock(".").error().code, ErrorCode::kConflict);
}

TEST(FaultyEnv, AFullDiskTakesNoMoreThanWasReserved) {
    FaultyEnv env(3);
    env.set_free_bytes(100);
    auto file = env.create("a");
    ASSERT_TRUE(file);
    EXPECT_EQ((*file)->reserve(101).error().code, ErrorCode::kUnavailable);
    ASSERT_TRUE((*file)->reserve(90));
    auto other = env.create("b");
    EXPECT_EQ((*other)->append(as_bytes("12345678901")).error().code, ErrorCode::kUnavailable);
    EXPECT_TRUE((*file)->append(as_bytes(std::string(90, 'x'))));
    ASSERT_TRUE(env.remove("a"));
    EXPECT_TRUE((*env.create("c"))->append(as_bytes(std::string(90, 'x'))));
}

TEST(FaultyEnv, AReplacedFileIsOldOrNewAtEveryPointWhereTheMachineMayStop) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        for (std::uint64_t stop = 0; stop <= 5; ++stop) {
            SCOPED_TRACE(std::to_string(seed) + " " + std::to_string(stop));
            FaultyEnv env(seed);
            ASSERT_TRUE(replace_file(env, "a", as_bytes("old")));
            env.stop_after(stop);
            const Status replaced = replace_file(env, "a", as_bytes("new"));
            env.power_cut();
            const std::string text = text_of(env, "a");
            EXPECT_TRUE(text == "new" || (!replaced && text == "old")) << text;
            ASSERT_TRUE(replace_file(env, "a", as_bytes("newer")));
            EXPECT_EQ(text_of(env, "a"), "newer");
        }
    }
}

TEST(FaultyEnv, CorruptionIsForGood) {
    FaultyEnv env(4);
    auto file = synced_file(env, "a", "abc");
    env.corrupt("a", 1, 0x01);
    EXPECT_EQ(text_of(env, "a"), "acc");
    env.power_cut();
    EXPECT_EQ(text_of(env, "a"), "acc");
}

TEST(FaultyEnv, TheSameSeedGivesTheSameDisk) {
    const auto run = [](std::uint64_t seed) {
        FaultyEnv env(seed);
        auto file = synced_file(env, "a", "kept");
        EXPECT_TRUE(file->append(as_bytes(std::string(5'000, 't'))));
        env.power_cut();
        return text_of(env, "a");
    };
    for (std::uint64_t seed = 0; seed < 20; ++seed)
        EXPECT_EQ(run(seed), run(seed));
}

}  // namespace
}  // namespace twofold::io
