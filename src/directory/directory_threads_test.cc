// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <atomic>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "base/locked.h"
#include "directory/directory.h"
#include "directory/directory_testing.h"
#include "io/memory_env.h"

namespace twofold::directory {
namespace {

using model::RecordBuilder;
using model::RecordType;

TEST(MessageWindowThreads, EachMessageIsFreshForExactlyOneThread) {
    constexpr int kThreads = 4;
    constexpr std::uint64_t kMessages = 20'000;
    io::MemoryEnv env;
    ASSERT_TRUE(env.make_folders("m").has_value());
    ByteReader nothing({});
    auto window = *MessageWindow::open(env, "m", {}, nothing);
    std::atomic<std::uint64_t> fresh_count = 0;
    std::atomic<int> running = kThreads;
    Locked<std::vector<MessageKey>> log;
    const auto accept = [&] {
        for (std::uint64_t begin = 0; begin < kMessages; begin += 50) {
            std::array<MessageKey, 50> keys;
            for (std::uint64_t i = 0; i < 50; ++i) {
                keys[i] = {.hash = {.low = (begin + i) * 0x9e37'79b9'7f4a'7c15U, .high = 1},
                           .day = 20'000};
            }
            std::array<bool, 50> fresh{};
            ASSERT_TRUE(window->admit(keys, fresh).has_value());
            for (std::size_t i = 0; i < 50; ++i) {
                if (!fresh[i]) continue;
                ++fresh_count;
                log.with([&](auto& records) { records.push_back(keys[i]); });
            }
        }
        --running;
    };
    std::vector<std::jthread> threads;
    for (int i = 0; i < kThreads; ++i)
        threads.emplace_back(accept);
    while (true) {
        const bool last = running == 0;
        const auto records = log.with([](auto& waiting) { return std::exchange(waiting, {}); });
        for (const MessageKey& key : records)
            window->remember(key, 20'000 * kDayMs);
        ByteWriter piece;
        ASSERT_TRUE(window->commit(piece).has_value());
        if (last) break;
    }
    EXPECT_EQ(fresh_count, kMessages);
    EXPECT_EQ(window->size(), kMessages);
}

TEST(DirectoryThreads, ViewsAreReadWhileRecordsAreApplied) {
    io::MemoryEnv env;
    TestDirectory directory(env);
    Locked<std::shared_ptr<const View>> current(directory->publish().view);
    std::atomic<bool> done = false;
    const auto read = [&] {
        while (!done) {
            const auto view = current.with([](auto& shared) { return shared; });
            std::uint32_t known = 0;
            for (std::uint32_t i = 0; i < view->user_count(); ++i) {
                const model::UserOrdinal person = view->canonical(model::UserOrdinal{i});
                known += view->known(person) ? 1 : 0;
                ASSERT_FALSE(view->id(person).empty());
                ASSERT_LE(view->seen(person).first_use, view->seen(person).last_use);
            }
            ASSERT_LE(known, view->user_count());
            if (view->user_count() > 0) {
                const model::UserOrdinal first = view->canonical(model::UserOrdinal{0});
                ASSERT_FALSE(view->ids(first).empty());
                ASSERT_EQ(view->find_user(view->id(first)), first);
            }
        }
    };
    std::vector<std::jthread> readers;
    for (int i = 0; i < 3; ++i)
        readers.emplace_back(read);
    for (int i = 0; i < 3'000; ++i) {
        const std::string user = fmt::format("u{}", i % 700);
        const std::string device = fmt::format("a{}", i % 900);
        directory.apply(RecordBuilder(RecordType::kTrack)
                            .user_id(i % 3 == 0 ? std::string_view() : user)
                            .anonymous_id(i % 3 == 1 ? std::string_view() : device)
                            .time(kYear2000Ms + i)
                            .received(kYear2000Ms + i));
        if (i % 20 != 0) continue;
        current.with([&](auto& shared) { shared = directory->publish().view; });
    }
    done = true;
}

}  // namespace
}  // namespace twofold::directory
