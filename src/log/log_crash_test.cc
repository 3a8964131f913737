// SPDX-License-Identifier: Apache-2.0
// What was acknowledged is there after any crash, in its order; what is damaged is refused.
#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random>
#include <string>

#include "base/seeds.h"
#include "io/faulty_env.h"
#include "io/memory_env.h"
#include "log/log_fixture.h"
#include "log/segment.h"

namespace twofold::log {
namespace {

using Texts = std::vector<std::string>;

constexpr const char* kFirstSegment = "log/00000000000000000001.log";

Options crash_segments() {
    Options options;
    options.segment_bytes = 1'500;
    options.reserve_bytes = 700;
    return options;
}

/// One machine that crashes again and again. The whole run follows from the seed: every append is
/// waited for, so that the disk is only ever used by one thread at a time.
class CrashRun {
public:
    CrashRun(std::uint64_t seed, const Options& options)
        : env_(seed), random_(seed), options_(options) {}

    /// What went wrong, or nothing.
    std::optional<std::string> run() {
        for (int life = 0; life < 4 && problem_.empty(); ++life)
            live();
        env_.power_cut();
        if (problem_.empty()) check_kept();
        if (problem_.empty()) return std::nullopt;
        return problem_;
    }

private:
    void live() {
        // A third of the crashes hit while the log is being opened.
        plan_failure(random_() % 3 == 0 ? 12 : 80);
        if (auto log = Log::open(env_, "log", options_)) {
            check_records(**log);
            append_until_it_fails(**log);
            env_.stop_after(0);  // No clean end.
        }
        // After a kill what the cache shows is read again, synced or not.
        if (random_() % 3 == 0) {
            env_.kill();
        } else {
            env_.power_cut();
        }
    }

    void plan_failure(std::uint64_t operations) {
        const std::uint64_t n = random_() % operations;
        if (random_() % 2 == 0) {
            env_.stop_after(n);
        } else {
            env_.fail_after(n);
        }
    }

    void append_until_it_fails(Log& log) {
        for (int i = 0; i < 30; ++i) {
            Texts texts(1 + random_() % 5);
            for (std::string& text : texts) {
                text = fmt::format("{}:{}", ++written_, std::string(random_() % 300, 'x'));
            }
            const auto ticket = log.append(batch_of(texts));
            if (!ticket) return;
            // What was sent before under these numbers has failed.
            sent_.resize(ticket->first() - 1);
            sent_.insert(sent_.end(), texts.begin(), texts.end());
            if (!log.wait(*ticket)) {
                // The next one must not pass either.
                if (log.append(batch_of({"late"}))) problem_ = "a failed log took a record";
                return;
            }
            acknowledged_ = ticket->last();
        }
    }

    /// What is there must be what was sent, up to the last acknowledged at least.
    void check_records(Log& log) {
        const auto found = replay_all(log);
        if (!found) {
            problem_ = "replay: " + found.error().message;
        } else if (found->size() < acknowledged_) {
            problem_ = fmt::format("{} acknowledged, {} kept", acknowledged_, found->size());
        } else if (found->size() > sent_.size() ||
                   !std::equal(found->begin(), found->end(), sent_.begin())) {
            problem_ = "other records than those sent";
        } else {
            // What an opened log shows it has promised to keep.
            acknowledged_ = found->size();
            sent_.resize(acknowledged_);
        }
    }

    void check_kept() {
        const auto log = Log::open(env_, "log", options_);
        if (!log) {
            problem_ = "open: " + log.error().message;
            return;
        }
        check_records(**log);
        if (store_all(**log, {"last"}) != acknowledged_ + 1) problem_ = "does not go on";
    }

    io::FaultyEnv env_;
    std::mt19937_64 random_;
    Options options_;
    Texts sent_;  // By number, the first at 0.
    Sequence acknowledged_ = 0;
    int written_ = 0;
    std::string problem_;
};

TEST(LogCrash, EveryAcknowledgedRecordSurvivesAPowerCut) {
    for (std::uint64_t seed = 0; seed < seed_count(2'000); ++seed) {
        SCOPED_TRACE(fmt::format("seed {}", seed));
        const auto problem = CrashRun(seed, crash_segments()).run();
        ASSERT_EQ(problem, std::nullopt);
    }
}

/// Seeds of the first `count` that find something wrong.
std::uint64_t seeds_that_find(const Options& options, std::uint64_t count) {
    std::uint64_t found = 0;
    for (std::uint64_t seed = 0; seed < count; ++seed) {
        if (CrashRun(seed, options).run()) ++found;
    }
    return found;
}

TEST(LogCrash, ALogThatForgotToSyncItsFilesIsFound) {
    Options options = crash_segments();
    options.unsafe_skip_file_sync = true;
    EXPECT_GT(seeds_that_find(options, 200), 20u);
}

TEST(LogCrash, ALogThatForgotToSyncItsFolderIsFound) {
    Options options = crash_segments();
    options.unsafe_skip_folder_sync = true;
    EXPECT_GT(seeds_that_find(options, 200), 20u);
}

/// Three groups of records, and where each ends.
struct Sample {
    std::vector<std::byte> bytes;
    Texts texts;
    std::vector<std::size_t> ends;  // Of each record.
    std::size_t last_group = 0;     // Where the last group's mark begins.
};

Sample sample(bool closed) {
    Sample made;
    io::FaultyEnv env(1);
    auto log = open_log(env);
    std::size_t at = kSegmentHeaderBytes;
    for (int group = 0; group < 3; ++group) {
        made.last_group = at;
        if (group > 0) at += kMarkBytes;
        Texts texts;
        for (int i = 0; i < 3; ++i) {
            texts.push_back(fmt::format("group {} record {}", group, i));
            at += kRecordHeaderBytes + texts.back().size();
            made.ends.push_back(at);
        }
        EXPECT_NE(store_all(*log, texts), 0u);
        made.texts.insert(made.texts.end(), texts.begin(), texts.end());
    }
    if (!closed) env.stop_after(0);
    log->close();
    made.bytes = env.read(kFirstSegment).value();
    EXPECT_EQ(made.bytes.size(), at + (closed ? kMarkBytes : 0));
    return made;
}

/// A data folder whose log is one segment of these bytes.
std::unique_ptr<io::MemoryEnv> env_with(std::span<const std::byte> bytes) {
    auto env = std::make_unique<io::MemoryEnv>();
    EXPECT_TRUE(env->make_folders("log"));
    EXPECT_TRUE((*env->create(kFirstSegment))->append(bytes));
    return env;
}

/// The log opens with the first `count` records of the sample and goes on behind them.
void expect_prefix(io::Env& env, const Sample& from, std::size_t count) {
    {
        const auto log = open_log(env);
        ASSERT_EQ(
            replay_all(*log).value(),
            Texts(from.texts.begin(), from.texts.begin() + static_cast<std::ptrdiff_t>(count)));
        ASSERT_EQ(store_all(*log, {"next"}), count + 1);
    }
    ASSERT_EQ(open_log(env)->last_sequence(), count + 1);
}

std::size_t records_within(const Sample& from, std::size_t bytes) {
    return static_cast<std::size_t>(
        std::ranges::count_if(from.ends, [&](std::size_t end) { return end <= bytes; }));
}

TEST(LogCrash, CutAtAnyByteTheCompleteRecordsBeforeItAreKept) {
    for (const bool closed : {false, true}) {
        const Sample whole = sample(closed);
        for (std::size_t cut = 0; cut <= whole.bytes.size(); ++cut) {
            SCOPED_TRACE(cut);
            const auto env = env_with(std::span(whole.bytes).first(cut));
            ASSERT_NO_FATAL_FAILURE(expect_prefix(*env, whole, records_within(whole, cut)));
        }
    }
}

TEST(LogCrash, AnyByteOfTheTornGroupMayBeWrong) {
    const Sample whole = sample(false);
    for (std::size_t at = whole.last_group; at < whole.bytes.size(); ++at) {
        for (const unsigned mask : {0x01u, 0x80u, 0xFFu}) {
            SCOPED_TRACE(at);
            const auto env = env_with(whole.bytes);
            env->corrupt(kFirstSegment, at, static_cast<std::uint8_t>(mask));
            ASSERT_NO_FATAL_FAILURE(expect_prefix(*env, whole, records_within(whole, at)));
        }
    }
}

TEST(LogCrash, ATornGroupMayHaveGoodRecordsBehindBadOnes) {
    const Sample whole = sample(false);
    // The first record of the last group never reached the disk; the others did.
    std::vector<std::byte> torn = whole.bytes;
    const std::size_t begin = whole.last_group + kMarkBytes;
    std::fill(torn.begin() + static_cast<std::ptrdiff_t>(begin),
              torn.begin() + static_cast<std::ptrdiff_t>(whole.ends[6]), std::byte{0});
    const auto env = env_with(torn);
    ASSERT_NO_FATAL_FAILURE(expect_prefix(*env, whole, 6));
}

TEST(LogCrash, DamageBeforeTheLastGroupIsRefusedByFileAndOffset) {
    for (const bool closed : {false, true}) {
        const Sample whole = sample(closed);
        // A clean end vouches for the last group as well.
        const std::size_t end = closed ? whole.bytes.size() - kMarkBytes : whole.last_group;
        for (std::size_t at = 0; at < end; ++at) {
            SCOPED_TRACE(at);
            const auto env = env_with(whole.bytes);
            env->corrupt(kFirstSegment, at, 0x10);
            const auto log = Log::open(*env, "log", {});
            ASSERT_FALSE(log);
            ASSERT_EQ(log.error().code, ErrorCode::kCorrupt);
            std::size_t frame = at < kSegmentHeaderBytes ? 0 : kSegmentHeaderBytes;
            for (const std::size_t record_end : whole.ends) {
                if (record_end <= at) frame = record_end;
            }
            // A mark between two groups is a frame of its own.
            const bool group_start = frame == whole.ends[2] || frame == whole.ends[5];
            if (group_start && at >= frame + kMarkBytes) frame += kMarkBytes;
            ASSERT_EQ(log.error().message,
                      fmt::format("the log is damaged at byte {}: {}", frame, kFirstSegment));
            ASSERT_EQ(env->read(kFirstSegment)->size(), whole.bytes.size());  // Left as it is.
        }
    }
}

TEST(LogCrash, DamageInAnOlderSegmentIsFoundByReplay) {
    io::MemoryEnv env;
    Options options;
    options.segment_bytes = 100;
    Texts texts;
    {
        const auto log = open_log(env, options);
        for (int i = 0; i < 6; ++i) {
            texts.push_back(std::string(100, static_cast<char>('a' + i)));
            ASSERT_NE(store_all(*log, {texts.back()}), 0u);
        }
    }
    const std::string second = "log/" + segment_name(2);
    env.corrupt(second, kSegmentHeaderBytes + 50, 0x01);
    {
        const auto log = open_log(env, options);
        EXPECT_EQ(log->last_sequence(), 6u);
        EXPECT_EQ(replay_all(*log, 3)->size(), 4u);
        const auto found = replay_all(*log);
        ASSERT_FALSE(found);
        EXPECT_EQ(found.error().code, ErrorCode::kCorrupt);
        EXPECT_EQ(found.error().message,
                  fmt::format("the log is damaged at byte {}: {}", kSegmentHeaderBytes, second));
    }
    // A segment that ends too early is no torn tail when another follows.
    ASSERT_TRUE(env.truncate("log/" + segment_name(4), kSegmentHeaderBytes));
    const auto found = replay_all(*open_log(env, options), 3);
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::kCorrupt);
    EXPECT_TRUE(found.error().message.ends_with(segment_name(4)));
}

TEST(LogCrash, ASegmentThatIsMissingIsDamage) {
    io::MemoryEnv env;
    Options options;
    options.segment_bytes = 100;
    {
        const auto log = open_log(env, options);
        for (int i = 0; i < 4; ++i)
            store_all(*log, {std::string(100, 'x')});
    }
    ASSERT_TRUE(env.remove("log/" + segment_name(2)));
    const auto found = replay_all(*open_log(env, options));
    ASSERT_FALSE(found);
    EXPECT_EQ(found.error().code, ErrorCode::kCorrupt);
}

TEST(LogCrash, ASecondCrashWhileRecoveringIsNoDifferent) {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        for (std::uint64_t stop = 0; stop < 6; ++stop) {
            SCOPED_TRACE(fmt::format("seed {} stop {}", seed, stop));
            io::FaultyEnv env(seed);
            auto log = open_log(env);
            ASSERT_EQ(store_all(*log, {"one", "two"}), 1u);
            env.stop_after(1);  // The group is written, but not synced.
            ASSERT_EQ(store_all(*log, {std::string(2'000, 'x'), "four"}), 0u);
            log.reset();
            env.power_cut();
            env.stop_after(stop);
            static_cast<void>(Log::open(env, "log", {}));
            env.power_cut();
            log = open_log(env);
            ASSERT_GE(log->last_sequence(), 2u);
            ASSERT_EQ(replay_all(*log)->at(1), "two");
        }
    }
}

TEST(LogCrash, WhatALaterProcessReadsAfterAFailedSyncItAlsoKeeps) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        SCOPED_TRACE(seed);
        io::FaultyEnv env(seed);
        auto log = open_log(env);
        ASSERT_EQ(store_all(*log, {"one"}), 1u);
        env.fail_after(1);
        ASSERT_EQ(store_all(*log, {std::string(2'000, 'x'), "three"}), 0u);
        log.reset();
        env.kill();
        // The cache still shows the group whose sync failed.
        log = open_log(env);
        ASSERT_EQ(log->last_sequence(), 3u);
        ASSERT_EQ(store_all(*log, {"four"}), 4u);
        env.stop_after(0);
        log.reset();
        env.power_cut();
        log = open_log(env);
        ASSERT_EQ(replay_all(*log).value(),
                  (Texts{"one", std::string(2'000, 'x'), "three", "four"}));
    }
}

TEST(LogCrash, DroppingLeavesNoGapWhereverTheMachineStops) {
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        SCOPED_TRACE(seed);
        io::FaultyEnv env(seed);
        Options options;
        options.segment_bytes = 100;
        auto log = open_log(env, options);
        for (int i = 1; i <= 6; ++i)
            store_all(*log, {std::string(100, 'x')});
        env.stop_after(seed % 12);
        static_cast<void>(log->drop_before(5, kEndOfTime));
        env.stop_after(0);
        log.reset();
        env.power_cut();
        log = open_log(env, options);
        const Sequence first = log->first_sequence();
        ASSERT_LE(first, 5u);
        ASSERT_EQ(log->last_sequence(), 6u);
        const auto found = replay_all(*log, first);
        ASSERT_TRUE(found) << found.error().message;
        ASSERT_EQ(found->size(), 7 - first);
    }
}

}  // namespace
}  // namespace twofold::log
