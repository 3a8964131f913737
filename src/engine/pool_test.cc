// SPDX-License-Identifier: Apache-2.0
#include "engine/pool.h"

#include <atomic>
#include <gtest/gtest.h>

namespace twofold::engine {
namespace {

TEST(Pool, TheCallerAlwaysTakesPart) {
    Pool pool(0);
    int calls = 0;
    pool.run(4, [&](unsigned number) {
        EXPECT_EQ(number, 0U);
        ++calls;
    });
    EXPECT_EQ(calls, 1);
}

TEST(Pool, WorkIsDoneOnceHoweverManyHelp) {
    Pool pool(3);
    for (int round = 0; round < 200; ++round) {
        std::atomic<int> next = 0;
        std::vector<std::atomic<int>> done(100);
        pool.run(4, [&](unsigned) {
            for (int i = next++; i < 100; i = next++)
                ++done[static_cast<std::size_t>(i)];
        });
        for (const auto& times : done)
            EXPECT_EQ(times, 1);
    }
}

TEST(Pool, HelpersComeWhileTheCallerWaitsForThem) {
    Pool pool(1);
    std::atomic<bool> helped = false;
    pool.run(2, [&](unsigned number) {
        if (number == 1) helped = true;
        while (!helped)
            std::this_thread::yield();
    });
    EXPECT_TRUE(helped);
}

TEST(Pool, ManyCallersShareTheHelpers) {
    Pool pool(2);
    std::atomic<int> sum = 0;
    std::vector<std::thread> callers;
    for (int caller = 0; caller < 4; ++caller) {
        callers.emplace_back([&] {
            for (int round = 0; round < 100; ++round) {
                std::atomic<int> next = 0;
                pool.run(3, [&](unsigned) {
                    while (next++ < 10)
                        ++sum;
                });
            }
        });
    }
    for (std::thread& caller : callers)
        caller.join();
    EXPECT_EQ(sum, 4 * 100 * 10);
}

}  // namespace
}  // namespace twofold::engine
