// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <gtest/gtest.h>
#include <memory>
#include <random>
#include <thread>
#include <vector>

#include "base/locked.h"
#include "io/memory_env.h"
#include "store/naive_rows.h"
#include "store/store.h"

namespace twofold::store {
namespace {

Options small_options() {
    Options options;
    options.mini_rows = 200;
    options.head_rows_seal = 1'000;
    options.head_rows_max = 1'000'000;
    options.part_rows_max = 20'000;
    return options;
}

// Work on a thread of its own, one at a time, as a project does it.
class Background {
public:
    ~Background() { join(); }
    bool busy() const { return thread_.joinable(); }
    void start(std::unique_ptr<Work> work) {
        done_ = false;
        thread_ = std::thread([this, own = std::move(work)] {
            result_.with([&](Finished& result) { result = own->run(); });
            done_ = true;
        });
    }
    bool done() const { return busy() && done_; }
    Finished take() {
        join();
        return result_.with([](Finished& result) { return std::exchange(result, {}); });
    }

private:
    void join() {
        if (thread_.joinable()) thread_.join();
    }
    std::thread thread_;
    std::atomic<bool> done_ = false;
    Locked<Finished> result_;
};

// Readers hold snapshots and read everything, again and again, while rows come in and parts are
// sealed, merged, replaced and deleted under them.
TEST(StoreThreads, ReadersSeeWholeSnapshotsWhileRowsComeAndPartsGo) {
    io::MemoryEnv env;
    auto store = *Store::open(env, "events", {}, small_options());
    std::mt19937_64 random(21);
    Variety variety;
    variety.persons = 50;
    constexpr model::Sequence kRows = 12'000;
    std::vector<NaiveRow> rows;
    for (model::Sequence sequence = 1; sequence <= kRows; ++sequence) {
        rows.push_back(random_row(random, sequence, variety));
    }

    std::atomic<bool> stop = false;
    std::atomic<int> reads = 0;
    const auto read = [&] {
        model::Sequence last = 0;
        while (!stop || reads == 0) {
            const auto snapshot = store->snapshot();
            ASSERT_GE(snapshot->position, last);
            last = snapshot->position;
            const auto seen = read_snapshot(*snapshot);
            ASSERT_TRUE(seen.has_value());
            ASSERT_EQ(seen->size(), snapshot->position);
            ASSERT_TRUE(std::equal(seen->begin(), seen->end(), rows.begin()));
            ++reads;
        }
    };
    std::thread first(read);
    std::thread second(read);

    Background background;
    const auto install = [&](model::Sequence position) {
        ASSERT_TRUE(store->install(background.take()).has_value());
        store->publish(position);
        store->committed(store->manifest());
    };
    for (const NaiveRow& row : rows) {
        ASSERT_TRUE(append(*store, row).has_value());
        if (row.sequence % 50 != 0) continue;
        store->publish(row.sequence);
        if (background.done()) install(row.sequence);
        if (background.busy()) continue;
        auto work = store->wants_seal() ? store->next_seal() : store->next_merge(kNow, true);
        if (work != nullptr) background.start(std::move(work));
    }
    if (background.busy()) install(kRows);
    stop = true;
    first.join();
    second.join();
    EXPECT_GT(reads, 0);
    const auto snapshot = store->snapshot();
    EXPECT_EQ(snapshot->position, kRows);
    EXPECT_EQ(*read_snapshot(*snapshot), rows);
}

// The first touch of a block verifies it, and the first use of a column opens it: by many at once.
TEST(StoreThreads, ManyReadersOpenTheSameColumnsAtOnce) {
    io::MemoryEnv env;
    auto store = *Store::open(env, "events", {}, small_options());
    std::mt19937_64 random(22);
    std::vector<NaiveRow> rows;
    for (model::Sequence sequence = 1; sequence <= 5'000; ++sequence) {
        rows.push_back(random_row(random, sequence, {}));
        ASSERT_TRUE(append(*store, rows.back()).has_value());
    }
    store->publish(rows.size());
    ASSERT_TRUE(store->install(store->next_seal()->run()).has_value());
    store->publish(rows.size());
    std::vector<std::thread> readers;
    for (int reader = 0; reader < 4; ++reader) {
        readers.emplace_back([&] { EXPECT_EQ(*read_snapshot(*store->snapshot()), rows); });
    }
    for (std::thread& reader : readers)
        reader.join();
}

}  // namespace
}  // namespace twofold::store
