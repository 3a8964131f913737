// SPDX-License-Identifier: Apache-2.0
#include "log/log.h"

#include <future>
#include <gtest/gtest.h>
#include <string>
#include <thread>

#include "io/faulty_env.h"
#include "io/memory_env.h"
#include "log/log_fixture.h"
#include "log/segment.h"

namespace twofold::log {
namespace {

using Texts = std::vector<std::string>;
using namespace std::chrono_literals;

Options small_segments() {
    Options options;
    options.segment_bytes = 200;
    options.reserve_bytes = 64;
    return options;
}

TEST(Log, RecordsAreNumberedInTheOrderOfAppend) {
    io::MemoryEnv env;
    const auto log = open_log(env);
    EXPECT_EQ(log->first_sequence(), 1u);
    EXPECT_EQ(log->last_sequence(), 0u);
    EXPECT_EQ(store_all(*log, {"one"}), 1u);
    const auto ticket = log->append(batch_of({"two", "three"}));
    ASSERT_TRUE(ticket);
    EXPECT_EQ(ticket->first(), 2u);
    EXPECT_EQ(ticket->last(), 3u);
    EXPECT_TRUE(log->wait(*ticket));
    EXPECT_TRUE(log->wait(*ticket));
    EXPECT_EQ(log->last_sequence(), 3u);
    EXPECT_EQ(replay_all(*log).value(), (Texts{"one", "two", "three"}));
    EXPECT_EQ(replay_all(*log, 3).value(), Texts{"three"});
    EXPECT_EQ(replay_all(*log, 4).value(), Texts{});
}

TEST(Log, WhoAsksLaterIsToldOnceWhatBecameOfTheBatch) {
    for (const bool fails : {false, true}) {
        io::FaultyEnv env(1);
        const auto log = open_log(env);
        if (fails) env.stop_after(0);
        constexpr int kBatches = 200;
        std::atomic<int> told = 0;
        std::atomic<int> good = 0;
        const auto tell = [&](const Status& status) {
            ++told;
            if (status) ++good;
        };
        std::optional<Ticket> last;
        int appended = 0;
        for (int i = 0; i < kBatches; ++i) {
            const auto ticket = log->append(batch_of({"one"}));
            if (!ticket) continue;
            ++appended;
            log->when_durable(*ticket, tell);
            last = *ticket;
        }
        ASSERT_TRUE(last);
        EXPECT_EQ(log->wait(*last).has_value(), !fails);
        log->close();
        EXPECT_EQ(told, appended);
        EXPECT_EQ(good, fails ? 0 : kBatches);
        log->when_durable(*last, tell);
        EXPECT_EQ(told, appended + 1);
    }
}

TEST(Log, GoesOnWhereItStopped) {
    io::MemoryEnv env;
    for (Sequence i = 1; i <= 5; ++i) {
        const auto log = open_log(env);
        EXPECT_EQ(log->last_sequence(), i - 1);
        EXPECT_EQ(store_all(*log, {std::to_string(i)}), i);
    }
    const auto log = open_log(env);
    EXPECT_EQ(replay_all(*log).value(), (Texts{"1", "2", "3", "4", "5"}));
}

TEST(Log, OpeningAndClosingAloneWritesNothing) {
    io::MemoryEnv env;
    store_all(*open_log(env), {"one"});
    const auto before = env.read("log/00000000000000000001.log").value();
    for (int i = 0; i < 3; ++i)
        open_log(env);
    EXPECT_EQ(env.read("log/00000000000000000001.log").value(), before);
}

TEST(Log, BeginsANewSegmentWhenOneIsFull) {
    io::MemoryEnv env;
    Texts texts;
    {
        const auto log = open_log(env, small_segments());
        for (int i = 0; i < 20; ++i) {
            texts.push_back(std::string(50, static_cast<char>('a' + i)));
            ASSERT_NE(store_all(*log, {texts.back()}), 0u);
        }
        EXPECT_GE(log->statistics().segments, 5u);
        EXPECT_GE(log->statistics().file_bytes, 20u * 58);
    }
    const auto log = open_log(env, small_segments());
    EXPECT_EQ(replay_all(*log).value(), texts);
    EXPECT_EQ(replay_all(*log, 7).value(), Texts(texts.begin() + 6, texts.end()));
    EXPECT_EQ(env.list("log")->size(), log->statistics().segments);
}

TEST(Log, ABatchIsNeverSplitBetweenSegments) {
    io::MemoryEnv env;
    const auto log = open_log(env, small_segments());
    Texts texts(100, "some text of some length");
    EXPECT_EQ(store_all(*log, texts), 1u);
    EXPECT_EQ(log->statistics().segments, 1u);
    EXPECT_EQ(store_all(*log, {"next"}), 101u);
    EXPECT_EQ(log->statistics().segments, 2u);
}

TEST(Log, OtherFilesInTheFolderAreLeftAlone) {
    io::MemoryEnv env;
    ASSERT_TRUE(env.make_folders("log"));
    ASSERT_TRUE(env.create("log/notes.txt"));
    ASSERT_TRUE(env.create("log/1.log"));
    store_all(*open_log(env), {"one"});
    EXPECT_EQ(open_log(env)->last_sequence(), 1u);
    EXPECT_TRUE(env.exists("log/notes.txt"));
}

TEST(Log, WritesTheNumberIntoTheRecordWhereAsked) {
    io::MemoryEnv env;
    Options options;
    options.sequence_offset = 4;
    options.deliver = true;
    const auto log = open_log(env, options);
    store_all(*log, {"abcd--------efgh", "ABCD--------"});
    const auto number = [](Bytes bytes) { return load<std::uint64_t>(bytes, 4); };
    Sequence expected = 1;
    ASSERT_TRUE(log->replay(1, [&](Sequence sequence, Bytes bytes) -> Status {
        EXPECT_EQ(number(bytes), sequence);
        EXPECT_EQ(sequence, expected++);
        return {};
    }));
    const auto taken = log->take_committed(0ms);
    ASSERT_EQ(taken.size(), 1u);
    expected = 1;
    for (const Bytes payload : taken[0])
        EXPECT_EQ(number(payload), expected++);
    EXPECT_EQ(as_text((*taken[0].begin()).subspan(12)), "efgh");
}

TEST(Log, CommittedBatchesAreTakenOnceAndInOrder) {
    io::MemoryEnv env;
    Options options;
    options.deliver = true;
    const auto log = open_log(env, options);
    EXPECT_TRUE(log->take_committed(0ms).empty());
    store_all(*log, {"one"});
    store_all(*log, {"two", "three"});
    std::vector<Committed> taken = log->take_committed(1h);
    ASSERT_EQ(taken.size(), 2u);
    EXPECT_EQ(taken[1].first(), 2u);
    EXPECT_EQ(taken[1].last(), 3u);
    EXPECT_EQ(taken[1].count(), 2u);
    Texts texts;
    for (const Committed& batch : taken) {
        for (const Bytes payload : batch)
            texts.emplace_back(as_text(payload));
    }
    EXPECT_EQ(texts, (Texts{"one", "two", "three"}));
    store_all(*log, {"four"});
    log->close();
    EXPECT_EQ(log->take_committed(1h).size(), 1u);
    EXPECT_TRUE(log->take_committed(1h).empty());  // Closed: does not wait.
}

TEST(Log, CallsBackOnceDurable) {
    io::MemoryEnv env;
    const auto log = open_log(env);
    std::promise<Sequence> promise;
    ASSERT_TRUE(log->append(batch_of({"one"}), [&](const Status& status) {
        EXPECT_TRUE(status);
        promise.set_value(1);
    }));
    EXPECT_EQ(promise.get_future().get(), 1u);
    EXPECT_EQ(log->last_sequence(), 1u);
}

TEST(Log, ABatchBeyondTheBoundIsTooLargeAndOneAtItIsNot) {
    io::MemoryEnv env;
    Options options;
    options.waiting_bytes_max = 108;
    const auto log = open_log(env, options);
    EXPECT_EQ(log->append(batch_of({std::string(101, 'x')})).error().code, ErrorCode::kTooLarge);
    EXPECT_EQ(log->wait_for_room(109).error().code, ErrorCode::kTooLarge);
    EXPECT_EQ(store_all(*log, {std::string(100, 'x')}), 1u);
}

TEST(Log, RefusesWhatIsMoreThanMayWaitUntilTheAppliersTakeIt) {
    io::MemoryEnv env;
    Options options;
    options.deliver = true;
    options.waiting_bytes_max = 2 * 58;
    const auto log = open_log(env, options);
    const std::string text(50, 'x');
    EXPECT_EQ(store_all(*log, {text}), 1u);
    EXPECT_EQ(store_all(*log, {text}), 2u);
    const auto refused = log->append(batch_of({"x"}));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(log->statistics().waiting_bytes, 2u * 58);

    std::jthread applier([&] { EXPECT_EQ(log->take_committed(1h).size(), 2u); });
    EXPECT_TRUE(log->wait_for_room(58));
    EXPECT_EQ(store_all(*log, {text}), 3u);
}

TEST(Log, WhatWaitsWhileAGroupIsWrittenSharesTheNextSync) {
    io::MemoryEnv env;
    const auto log = open_log(env);
    std::promise<void> release;
    // Holds up the log's thread, as a slow sync would.
    ASSERT_TRUE(
        log->append(batch_of({"slow"}), [&](const Status&) { release.get_future().wait(); }));
    while (log->last_sequence() == 0)
        std::this_thread::yield();
    std::vector<Ticket> tickets;
    for (int i = 0; i < 100; ++i)
        tickets.push_back(log->append(batch_of({"fast"})).value());
    release.set_value();
    for (const Ticket& ticket : tickets)
        EXPECT_TRUE(log->wait(ticket));
    EXPECT_EQ(log->statistics().groups, 2u);
    EXPECT_EQ(log->statistics().waiting_bytes, 0u);
}

TEST(Log, AGroupHasABound) {
    io::MemoryEnv env;
    Options options;
    options.group_bytes_max = 100;
    const auto log = open_log(env, options);
    std::promise<void> release;
    ASSERT_TRUE(
        log->append(batch_of({"slow"}), [&](const Status&) { release.get_future().wait(); }));
    while (log->last_sequence() == 0)
        std::this_thread::yield();
    for (int i = 0; i < 6; ++i)
        ASSERT_TRUE(log->append(batch_of({std::string(42, 'x')})));
    const auto large = log->append(batch_of({std::string(400, 'x')}));
    release.set_value();
    EXPECT_TRUE(log->wait(*large));
    EXPECT_EQ(log->statistics().groups, 1u + 3 + 1);
}

TEST(Log, AfterAFailedSyncNothingIsAcknowledgedAnyMore) {
    io::FaultyEnv env(1);
    Options options;
    options.deliver = true;
    const auto log = open_log(env, options);
    EXPECT_EQ(store_all(*log, {"kept"}), 1u);
    env.fail_after(1);  // The append passes, its sync does not.
    bool called = false;
    const auto ticket = log->append(batch_of({"lost"}), [&](const Status& status) {
        called = true;
        EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
    });
    ASSERT_TRUE(ticket);
    EXPECT_EQ(log->wait(*ticket).error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(log->append(batch_of({"more"})).error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(log->wait_for_room(1).error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(log->health().error().code, ErrorCode::kIo);
    EXPECT_EQ(log->last_sequence(), 1u);
    EXPECT_EQ(log->take_committed(1h).size(), 1u);
    EXPECT_EQ(replay_all(*log).value(), Texts{"kept"});
    log->close();
    EXPECT_TRUE(called);
}

TEST(Log, OnAFullDiskItRefusesAndGoesOnWhenThereIsSpace) {
    io::FaultyEnv env(1);
    const auto log = open_log(env, small_segments());
    EXPECT_EQ(store_all(*log, {"one"}), 1u);
    env.set_free_bytes(100);
    const std::string text(150, 'x');
    const auto ticket = log->append(batch_of({text}));
    ASSERT_TRUE(ticket);
    EXPECT_EQ(log->wait(*ticket).error().code, ErrorCode::kUnavailable);
    EXPECT_TRUE(log->health());
    EXPECT_EQ(log->statistics().waiting_bytes, 0u);
    env.set_free_bytes(10'000);
    EXPECT_EQ(store_all(*log, {text, "two"}), 2u);
    // The number belongs to another now, but the old ticket has failed for good.
    EXPECT_FALSE(log->wait(*ticket));

    env.set_free_bytes(10);  // Not even a new segment.
    EXPECT_EQ(store_all(*log, {"three"}), 0u);
    env.set_free_bytes(10'000);
    EXPECT_EQ(store_all(*log, {"three"}), 4u);
    EXPECT_EQ(replay_all(*log).value(), (Texts{"one", text, "two", "three"}));
}

TEST(Log, AClosedLogTakesNothing) {
    io::MemoryEnv env;
    const auto log = open_log(env);
    const auto waiting = log->append(batch_of({"one"}));
    log->close();
    log->close();
    EXPECT_TRUE(log->wait(*waiting));
    EXPECT_EQ(log->append(batch_of({"two"})).error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(replay_all(*log).value(), Texts{"one"});
}

TEST(Log, ReplayStopsWhereToldTo) {
    io::MemoryEnv env;
    const auto log = open_log(env);
    store_all(*log, {"one", "two", "three"});
    Sequence seen = 0;
    const Status status = log->replay(1, [&](Sequence sequence, Bytes) -> Status {
        seen = sequence;
        if (sequence == 2) return fail(ErrorCode::kConflict, "enough");
        return {};
    });
    EXPECT_EQ(status.error().code, ErrorCode::kConflict);
    EXPECT_EQ(seen, 2u);
}

class LogDrop : public testing::Test {
protected:
    LogDrop() {
        Options options = small_segments();
        options.segment_bytes = 60;  // One record of 50 bytes each.
        options.clock = &clock_;
        log_ = open_log(env_, options);
        for (int i = 1; i <= 5; ++i) {
            clock_.set(i * 1'000);
            EXPECT_NE(store_all(*log_, {std::string(50, static_cast<char>('0' + i))}), 0u);
        }
        EXPECT_EQ(log_->statistics().segments, 5u);
    }

    io::MemoryEnv env_;
    ManualClock clock_{0};
    std::unique_ptr<Log> log_;
};

TEST_F(LogDrop, DropsWholeSegmentsThatEverybodyHasPassed) {
    ASSERT_TRUE(log_->drop_before(3, kEndOfTime));
    EXPECT_EQ(log_->first_sequence(), 3u);
    EXPECT_EQ(env_.list("log")->size(), 3u);
    EXPECT_EQ(replay_all(*log_, 3)->size(), 3u);
    EXPECT_EQ(replay_all(*log_, 2).error().code, ErrorCode::kNotFound);
    ASSERT_TRUE(log_->drop_before(100, kEndOfTime));
    EXPECT_EQ(log_->first_sequence(), 5u);  // The newest stays.
    EXPECT_EQ(store_all(*log_, {"six"}), 6u);
}

TEST_F(LogDrop, DropsNoneThatIsTooYoung) {
    ASSERT_TRUE(log_->drop_before(100, 3'000));
    // Segment 1 was full before segment 2 was made at 2,000; segment 2 not before 3,000.
    EXPECT_EQ(log_->first_sequence(), 2u);
    ASSERT_TRUE(log_->drop_before(1, kEndOfTime));
    EXPECT_EQ(log_->first_sequence(), 2u);
}

TEST_F(LogDrop, ADroppedLogIsOpenedWithItsNumbers) {
    ASSERT_TRUE(log_->drop_before(100, kEndOfTime));
    log_.reset();
    const auto log = open_log(env_);
    EXPECT_EQ(log->first_sequence(), 5u);
    EXPECT_EQ(log->last_sequence(), 5u);
}

TEST_F(LogDrop, AReplayThatRunsKeepsWhatItReads) {
    int seen = 0;
    ASSERT_TRUE(log_->replay(1, [&](Sequence, Bytes) -> Status {
        ++seen;
        return log_->drop_before(100, kEndOfTime);
    }));
    EXPECT_EQ(seen, 5);
    EXPECT_EQ(log_->first_sequence(), 5u);
}

TEST(Log, ALongRecordIsKept) {
    io::MemoryEnv env;
    const std::string text(kRecordBytesMax, 'x');
    store_all(*open_log(env), {"one", text});
    const auto log = open_log(env);
    EXPECT_EQ(replay_all(*log, 2).value(), Texts{text});
}

TEST(LogDeathTest, AnEmptyBatchOrAnOverlongRecordIsOurMistake) {
    GTEST_FLAG_SET(death_test_style, "threadsafe");
    io::MemoryEnv env;
    const auto log = open_log(env);
    EXPECT_DEATH(static_cast<void>(log->append(Batch{})), "broken assumption");
    Batch batch;
    EXPECT_DEATH(batch.add({}), "broken assumption");
    EXPECT_DEATH(batch.add_room(kRecordBytesMax + 1), "broken assumption");
}

}  // namespace
}  // namespace twofold::log
