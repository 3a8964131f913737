// SPDX-License-Identifier: Apache-2.0
#include "base/memory_account.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <memory>
#include <new>
#include <thread>
#include <vector>

namespace twofold {
namespace {

constexpr std::int64_t kMiB = 1 << 20;
constexpr std::int64_t kSlack = kMiB / 4;  // what threads have not told yet

TEST(MemoryAccount, CountsWhatIsHeldAndForgetsWhatIsFreed) {
    MemoryAccount account(100 * kMiB);
    {
        const Charging charging(&account);
        EXPECT_EQ(MemoryAccount::current(), &account);
        std::vector<std::unique_ptr<char[]>> kept;
        for (int i = 0; i < 1'000; ++i)
            kept.push_back(std::make_unique<char[]>(10 << 10));
        EXPECT_GE(account.bytes(), 10'000 << 10);
        EXPECT_LE(account.bytes(), (10'000 << 10) + kSlack);
    }
    EXPECT_EQ(MemoryAccount::current(), nullptr);
    EXPECT_LE(std::abs(account.bytes()), kSlack);
}

TEST(MemoryAccount, WhatGoesBeyondIsRefusedAndTheRestStands) {
    MemoryAccount account(10 * kMiB);
    const Charging charging(&account);
    std::vector<std::vector<char>> kept;
    const auto take = [&kept] {
        while (true)
            kept.emplace_back(static_cast<std::size_t>(kMiB));
    };
    EXPECT_THROW(take(), std::bad_alloc);
    EXPECT_GE(kept.size(), 9U);
    EXPECT_LE(kept.size(), 10U);
    EXPECT_THROW(std::vector<char>(static_cast<std::size_t>(20 * kMiB)), std::bad_alloc);
    EXPECT_EQ(new (std::nothrow) char[20 * kMiB], nullptr);
    kept.pop_back();
    kept.pop_back();
    EXPECT_NO_THROW(kept.emplace_back(static_cast<std::size_t>(kMiB)));
}

TEST(MemoryAccount, ThreadsOfOneAccountShareItsBound) {
    MemoryAccount account(64 * kMiB);
    std::vector<std::vector<char>> kept[4];
    std::vector<std::thread> threads;
    for (auto& mine : kept) {
        threads.emplace_back([&account, &mine] {
            const Charging charging(&account);
            try {
                while (true)
                    mine.emplace_back(static_cast<std::size_t>(kMiB / 4));
            } catch (const std::bad_alloc&) {
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    std::size_t count = 0;
    for (const auto& mine : kept)
        count += mine.size();
    EXPECT_LE(count, 256U);
    EXPECT_GE(count, 240U);
}

TEST(MemoryAccount, AnInnerAccountIsCountedAlone) {
    MemoryAccount outer(100 * kMiB);
    const Charging charging(&outer);
    const std::int64_t before = outer.bytes();
    std::vector<char> kept;
    {
        const Charging none(nullptr);
        kept.resize(static_cast<std::size_t>(10 * kMiB));
    }
    EXPECT_LE(outer.bytes() - before, kSlack);
    const Charging none(nullptr);
    kept = {};
}

TEST(MemoryAccount, AlignedObjectsAreAlignedAndCounted) {
    struct alignas(256) Wide {
        char bytes[kMiB];
    };
    MemoryAccount account(4 * kMiB);
    const Charging charging(&account);
    const auto one = std::make_unique<Wide>();
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(one.get()) % 256, 0U);
    EXPECT_GE(account.bytes(), kMiB);
    EXPECT_THROW(std::make_unique<Wide[]>(8), std::bad_alloc);
}

}  // namespace
}  // namespace twofold
