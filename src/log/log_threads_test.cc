// SPDX-License-Identifier: Apache-2.0
// Many threads on one log. Also run under the thread sanitizer.
#include <atomic>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <thread>

#include "io/faulty_env.h"
#include "io/memory_env.h"
#include "log/log_fixture.h"

namespace twofold::log {
namespace {

using namespace std::chrono_literals;

constexpr int kThreads = 8;
constexpr int kBatches = 200;

Options delivering() {
    Options options;
    options.segment_bytes = 20'000;
    options.reserve_bytes = 4'096;
    options.deliver = true;
    return options;
}

/// Sends batches of 1 to 4 records "thread batch record of-how-many".
void send(Log& log, int thread, std::atomic<std::uint64_t>& sent) {
    std::mt19937 random(static_cast<unsigned>(thread));
    for (int batch = 0; batch < kBatches; ++batch) {
        const int count = 1 + static_cast<int>(random() % 4);
        std::vector<std::string> texts;
        for (int i = 0; i < count; ++i) {
            texts.push_back(fmt::format("{} {} {} {}", thread, batch, i, count));
        }
        auto ticket = log.append(batch_of(texts));
        ASSERT_TRUE(ticket);
        ASSERT_EQ(ticket->last() - ticket->first() + 1, texts.size());
        // Half wait for each, as a request does; half only at the end, as an import does.
        if (thread % 2 == 0 || batch + 1 == kBatches) {
            ASSERT_TRUE(log.wait(*ticket));
        }
        sent += texts.size();
    }
}

/// Every thread's batches are whole and in its order.
class Expectation {
public:
    void add(Sequence sequence, std::string_view text) {
        ASSERT_EQ(sequence, ++last_);
        int thread = 0;
        int batch = 0;
        int record = 0;
        int count = 0;
        ASSERT_EQ(
            std::sscanf(std::string(text).c_str(), "%d %d %d %d", &thread, &batch, &record, &count),
            4);
        if (record == 0) {
            ASSERT_EQ(batch, next_batch_[thread]++);
        } else {
            ASSERT_EQ(std::tuple(thread, batch, record), expected_) << "a batch was split";
        }
        expected_ = {thread, batch, record + 1};
        if (record + 1 == count) expected_ = {-1, -1, -1};
    }
    Sequence last() const { return last_; }

private:
    Sequence last_ = 0;
    std::map<int, int> next_batch_;
    std::tuple<int, int, int> expected_{-1, -1, -1};
};

TEST(LogThreads, EveryBatchIsWholeInItsThreadsOrderAndDeliveredOnce) {
    io::MemoryEnv env;
    const auto log = open_log(env, delivering());
    std::atomic<std::uint64_t> sent = 0;
    std::atomic<bool> done = false;
    Expectation delivered;
    std::jthread applier([&] {
        for (;;) {
            const bool last_round = done;
            const auto batches = log->take_committed(10ms);
            for (const Committed& batch : batches) {
                Sequence sequence = batch.first();
                for (const Bytes payload : batch)
                    delivered.add(sequence++, as_text(payload));
            }
            if (last_round && batches.empty()) return;
        }
    });
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < kThreads; ++i) {
            threads.emplace_back([&, i] { send(*log, i, sent); });
        }
        // Others look on meanwhile.
        threads.emplace_back([&] {
            for (int i = 0; i < 20; ++i) {
                const Sequence last = log->last_sequence();
                EXPECT_LE(last, log->statistics().durable);
                EXPECT_TRUE(replay_all(*log, last / 2 + 1));
            }
        });
    }
    done = true;
    applier.join();
    EXPECT_EQ(delivered.last(), sent);
    EXPECT_EQ(log->last_sequence(), sent);
    EXPECT_EQ(log->statistics().waiting_bytes, 0u);

    Expectation replayed;
    ASSERT_TRUE(log->replay(1, [&](Sequence sequence, Bytes payload) -> Status {
        replayed.add(sequence, as_text(payload));
        return {};
    }));
    EXPECT_EQ(replayed.last(), sent);
}

TEST(LogThreads, AfterAFailureEveryWaiterIsToldAndTheAcknowledgedAreKept) {
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        SCOPED_TRACE(seed);
        io::FaultyEnv env(seed);
        auto log = open_log(env);
        env.fail_after(10 + seed * 3);
        std::atomic<Sequence> acknowledged = 0;
        std::atomic<int> told = 0;
        {
            std::vector<std::jthread> threads;
            for (int i = 0; i < kThreads; ++i) {
                threads.emplace_back([&] {
                    for (;;) {
                        const auto ticket = log->append(batch_of({"a record", "another"}));
                        if (!ticket || !log->wait(*ticket)) break;
                        Sequence before = acknowledged;
                        while (before < ticket->last() &&
                               !acknowledged.compare_exchange_weak(before, ticket->last())) {
                        }
                    }
                    ++told;
                });
            }
        }
        EXPECT_EQ(told, kThreads);
        EXPECT_EQ(log->last_sequence(), acknowledged);
        log.reset();
        env.power_cut();
        EXPECT_GE(open_log(env)->last_sequence(), acknowledged);
    }
}

TEST(LogThreads, ClosingAnswersEverybody) {
    io::MemoryEnv env;
    for (int round = 0; round < 20; ++round) {
        const auto log = open_log(env);
        std::atomic<int> answered = 0;
        std::atomic<int> appended = 0;
        std::vector<std::jthread> threads;
        for (int i = 0; i < kThreads; ++i) {
            threads.emplace_back([&] {
                while (log->append(batch_of({"a record"}),
                                   [&](const Status& status) { answered += status ? 1 : 1'000; })) {
                    ++appended;
                }
            });
        }
        std::this_thread::sleep_for(1ms);
        log->close();
        threads.clear();
        EXPECT_EQ(answered, appended);
        EXPECT_TRUE(log->wait_for_room(1).error().code == ErrorCode::kUnavailable);
    }
}

}  // namespace
}  // namespace twofold::log
