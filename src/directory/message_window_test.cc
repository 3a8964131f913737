// SPDX-License-Identifier: Apache-2.0
#include "directory/message_window.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <set>

#include "directory/message_run.h"
#include "io/memory_env.h"

namespace twofold::directory {
namespace {

constexpr std::int32_t kToday = 20'000;

MessageKey key(std::uint64_t number, std::int32_t day = kToday) {
    // Spread as a keyed hash is.
    std::uint64_t low = number * 0x9e37'79b9'7f4a'7c15U;
    low ^= low >> 29;
    return {
        .hash = {.low = low * 0xbf58'476d'1ce4'e5b9U, .high = static_cast<std::uint32_t>(number)},
        .day = day};
}

class Window : public ::testing::Test {
protected:
    Window() { open(); }

    void open() {
        window_.reset();
        ByteReader reader(piece_);
        auto opened = MessageWindow::open(env_, "m", options_, reader);
        ASSERT_TRUE(opened.has_value());
        ASSERT_TRUE(reader.finished());
        window_ = std::move(*opened);
    }
    bool admit(const MessageKey& key) {
        std::array<bool, 1> fresh{};
        const Status status = window_->admit(std::span(&key, 1), fresh);
        EXPECT_TRUE(status.has_value());
        return fresh[0];
    }
    void remember(const MessageKey& key, std::int32_t received = kToday) {
        window_->remember(key, received * kDayMs);
    }
    void commit() {
        ByteWriter piece;
        ASSERT_TRUE(window_->commit(piece).has_value());
        piece_ = std::move(piece).take();
    }
    void let_in(std::uint64_t first, std::uint64_t last, std::int32_t day = kToday,
                std::int32_t received = kToday) {
        for (std::uint64_t number = first; number <= last; ++number) {
            ASSERT_TRUE(admit(key(number, day))) << number;
            remember(key(number, day), received);
        }
    }

    io::MemoryEnv env_;
    Status made_ = env_.make_folders("m");
    MessageWindow::Options options_;
    std::vector<std::byte> piece_;
    std::unique_ptr<MessageWindow> window_;
};

TEST_F(Window, CountsAMessageOnce) {
    EXPECT_TRUE(admit(key(1)));
    EXPECT_FALSE(admit(key(1)));
    EXPECT_TRUE(admit(key(2)));
    EXPECT_TRUE(admit(key(1, kToday - 1))) << "filed under another day it is another";
    const std::array<MessageKey, 3> batch{key(5), key(5), key(2)};
    std::array<bool, 3> fresh{};
    ASSERT_TRUE(window_->admit(batch, fresh).has_value());
    EXPECT_EQ(fresh, (std::array{true, false, false}));
    EXPECT_EQ(window_->size(), 4U);
}

TEST_F(Window, WithoutATimeTheDayBeforeIsLookedAtToo) {
    MessageKey evening = key(1, kToday);
    evening.day_is_receipt = true;
    MessageKey after_midnight = key(1, kToday + 1);
    after_midnight.day_is_receipt = true;
    EXPECT_TRUE(admit(evening));
    EXPECT_FALSE(admit(after_midnight));
    remember(evening);
    commit();
    EXPECT_FALSE(admit(after_midnight));
    MessageKey later = key(1, kToday + 2);
    later.day_is_receipt = true;
    EXPECT_TRUE(admit(later));
}

TEST_F(Window, WhatDidNotGetIntoTheLogMayComeAgain) {
    EXPECT_TRUE(admit(key(1)));
    const std::array<MessageKey, 1> refused{key(1)};
    window_->withdraw(refused);
    EXPECT_EQ(window_->size(), 0U);
    EXPECT_TRUE(admit(key(1)));
    remember(key(1));
    window_->withdraw(refused);
    EXPECT_FALSE(admit(key(1))) << "what is in the log stays";
}

TEST_F(Window, OnlyWhatCameOutOfTheLogIsKept) {
    let_in(1, 100);
    EXPECT_TRUE(admit(key(101)));  // waits for the log
    commit();
    EXPECT_EQ(window_->size(), 101U);
    EXPECT_FALSE(admit(key(101)));
    open();
    EXPECT_EQ(window_->size(), 100U);
    for (std::uint64_t number = 1; number <= 100; ++number)
        EXPECT_FALSE(admit(key(number)));
    EXPECT_TRUE(admit(key(101)));
}

TEST_F(Window, AReplayRemembersTheRest) {
    let_in(1, 10);
    commit();
    let_in(11, 20);
    open();
    for (std::uint64_t number = 11; number <= 20; ++number)
        remember(key(number));
    for (std::uint64_t number = 1; number <= 20; ++number)
        EXPECT_FALSE(admit(key(number)));
    commit();
    open();
    EXPECT_EQ(window_->size(), 20U);
}

TEST_F(Window, ManyCommitsBecomeFewFiles) {
    for (std::uint64_t commits = 0; commits < 70; ++commits) {
        let_in(commits * 50, commits * 50 + 49, kToday - static_cast<std::int32_t>(commits % 3));
        commit();
    }
    EXPECT_LT(window_->files().size(), 8U);
    open();
    EXPECT_EQ(window_->size(), 3'500U);
    for (std::uint64_t number = 0; number < 3'500; ++number) {
        EXPECT_FALSE(admit(key(number, kToday - static_cast<std::int32_t>(number / 50 % 3))));
    }
}

TEST_F(Window, ForgetsAfterThirtyDaysFromTheFirstReceipt) {
    let_in(1, 5, kToday, kToday);
    commit();
    let_in(6, 6, kToday + 30, kToday + 30);
    commit();
    EXPECT_FALSE(admit(key(1))) << "30 days later it is still known";
    let_in(7, 7, kToday + 31, kToday + 31);
    commit();
    EXPECT_TRUE(admit(key(1)));
    EXPECT_EQ(window_->days_kept(), 30);
}

TEST_F(Window, AtTheBoundTheOldestGo) {
    options_.ids_max = 25;
    open();
    for (std::int32_t day = 0; day < 5; ++day) {
        const auto first = static_cast<std::uint64_t>(day) * 10;
        let_in(first, first + 9, kToday + day, kToday + day);
        commit();
    }
    EXPECT_EQ(window_->size(), 20U);
    EXPECT_EQ(window_->days_kept(), 1);
    EXPECT_TRUE(admit(key(0, kToday)));
    EXPECT_FALSE(admit(key(30, kToday + 3)));
    EXPECT_FALSE(admit(key(49, kToday + 4)));
}

TEST_F(Window, ADamagedFileIsNotTrusted) {
    let_in(1, 1'000);
    commit();
    env_.corrupt("m/" + window_->files().front(), 16 + 500 * 12, 4);
    open();
    const std::array<MessageKey, 2> batch{key(5'000, kToday + 9), key(5)};
    std::array<bool, 2> fresh{};
    const Status status = window_->admit(batch, fresh);
    ASSERT_FALSE(status.has_value());
    EXPECT_EQ(status.error().code, ErrorCode::kCorrupt);
    EXPECT_TRUE(admit(key(5'000, kToday + 9))) << "nothing of a failed call was put in";
}

TEST_F(Window, AFileWithADamagedTableDoesNotOpen) {
    let_in(1, 1'000);
    commit();
    const std::string path = "m/" + window_->files().front();
    env_.corrupt(path, *env_.size(path) - 40, 1);
    ByteReader reader(piece_);
    const auto opened = MessageWindow::open(env_, "m", options_, reader);
    ASSERT_FALSE(opened.has_value());
    EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
}

TEST_F(Window, AgreesWithASetOverRandomHistories) {
    for (unsigned seed = 0; seed < 20; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random(seed);
        piece_.clear();
        env_ = io::MemoryEnv();
        ASSERT_TRUE(env_.make_folders("m").has_value());
        open();
        std::set<std::pair<std::uint64_t, std::int32_t>> in_log;
        std::set<std::pair<std::uint64_t, std::int32_t>> saved;
        for (int step = 0; step < 400; ++step) {
            std::array<MessageKey, 5> keys;
            std::array<std::pair<std::uint64_t, std::int32_t>, 5> plain;
            for (std::size_t i = 0; i < keys.size(); ++i) {
                plain[i] = {random() % 500, kToday - static_cast<std::int32_t>(random() % 3)};
                keys[i] = key(plain[i].first, plain[i].second);
            }
            std::array<bool, 5> fresh{};
            ASSERT_TRUE(window_->admit(keys, fresh).has_value());
            for (std::size_t i = 0; i < keys.size(); ++i) {
                ASSERT_EQ(fresh[i], in_log.insert(plain[i]).second);
                if (fresh[i]) remember(keys[i]);
            }
            if (random() % 20 == 0) {
                commit();
                saved = in_log;
            }
            if (random() % 50 == 0) {
                open();
                in_log = saved;
            }
        }
    }
}

TEST_F(Window, AdmitsMillionsASecondBesideCommittedFiles) {
    std::vector<MessageKey> keys;
    constexpr std::uint64_t kCommitted = 400'000;
    for (std::uint64_t number = 0; number < kCommitted; ++number)
        keys.push_back(key(number));
    const auto fresh = std::make_unique<bool[]>(kCommitted);
    for (std::uint64_t begin = 0; begin < kCommitted; begin += 100'000) {
        const auto part = std::span(keys).subspan(begin, 100'000);
        ASSERT_TRUE(window_->admit(part, {fresh.get(), part.size()}).has_value());
        for (const MessageKey& one : part)
            remember(one);
        commit();
    }
    for (std::uint64_t i = 0; i < 200'000; ++i)
        keys[i] = key(kCommitted + i);
    const auto start = std::chrono::steady_clock::now();
    for (std::uint64_t begin = 0; begin < 200'000; begin += 100) {
        ASSERT_TRUE(
            window_->admit(std::span(keys).subspan(begin, 100), {fresh.get(), 100}).has_value());
        ASSERT_TRUE(std::all_of(fresh.get(), fresh.get() + 100, [](bool yes) { return yes; }));
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    RecordProperty("keys_per_second", static_cast<int>(200'000 / took.count()));
    std::printf("%.1f M keys a second beside %zu files\n", 0.2 / took.count(),
                window_->files().size());
    EXPECT_LT(took.count(), 2.0);  // a busy machine and sanitizers included
}

}  // namespace
}  // namespace twofold::directory
