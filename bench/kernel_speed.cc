// SPDX-License-Identifier: Apache-2.0
//
// The raw speed of kernels over columns in memory: what a question would take if it were nothing
// but its kernel. A line of JSON for each kernel and number of threads, with what was counted, so
// that a peer that is asked the same can be compared. `--check` counts with slow and obvious code
// as well and fails where that differs.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <atomic>
#include <fmt/format.h>
#include <memory>
#include <thread>

#include "event_columns.h"
#include "kernel/buckets.h"
#include "kernel/lifecycle.h"
#include "kernel/packed_counts.h"
#include "kernel/paths.h"
#include "kernel/stickiness.h"
#include "kernel/unique.h"
#include "kernel_judge.h"
#include "timing.h"

namespace twofold::bench {
namespace {

constexpr std::uint32_t kBlockUsers = 4'096;
constexpr std::uint32_t kSteps = 5;
constexpr std::size_t kTop = 10;

struct Speed {
    const EventColumns& columns;
    const World& world;
    unsigned threads = 1;

    /// Each thread gets a worker of its own and takes blocks of users until there are none.
    template <typename Worker, typename Make>
    std::vector<std::unique_ptr<Worker>> run(const Make& make) const {
        std::vector<std::unique_ptr<Worker>> workers;
        for (unsigned i = 0; i < threads; ++i)
            workers.push_back(make());
        each_thread([&](unsigned thread, std::atomic<std::uint32_t>& next) {
            for (;;) {
                const std::uint32_t first = next.fetch_add(kBlockUsers);
                if (first >= columns.users()) return;
                workers[thread]->block(first, std::min(kBlockUsers, columns.users() - first));
            }
        });
        return workers;
    }
    template <typename Work>
    void each_thread(const Work& work) const {
        std::atomic<std::uint32_t> next = 0;
        std::vector<std::jthread> others;
        for (unsigned i = 1; i < threads; ++i)
            others.emplace_back([&, i] { work(i, next); });
        work(0, next);
    }
};

/// Bounds of days, weeks or other equal intervals from `from`, until the world's end is behind.
std::vector<TimeMs> bounds_from(TimeMs from, DurationMs length, const World& world) {
    std::vector<TimeMs> bounds{from};
    while (bounds.back() < world.to())
        bounds.push_back(bounds.back() + length);
    return bounds;
}

/// Sessions by the day of their beginning: how many, of how many users, how long, how many bounced.
struct SessionsWorker {
    SessionsWorker(const EventColumns& all, const kernel::Buckets& buckets)
        : columns(all), days(buckets), by_day(buckets.count()), users(buckets.count()) {}

    void block(std::uint32_t first, std::uint32_t count) {
        const auto day_of = days.even_second_finder();
        users.begin(count);
        for (std::uint32_t lane = 0; lane < count; ++lane) {
            const EventColumns::Rows rows = columns.rows_of(first + lane);
            const auto begins = sessions.cut(rows.times, rows.count());
            for (std::size_t i = 0; i + 1 < begins.size(); ++i) {
                const std::uint32_t day = day_of.find(rows.seconds[begins[i]]);
                by_day[day].add(begins[i + 1] - begins[i],
                                rows.times.at(begins[i + 1] - 1) - rows.times.at(begins[i]));
                users.grid().setter().set(lane, day);
            }
        }
        users.finish();
    }

    const EventColumns& columns;
    const kernel::Buckets& days;
    kernel::Sessions sessions{kernel::SessionRules{}};
    std::vector<kernel::SessionTotals> by_day;
    kernel::UniqueCounter users;
};

Counted count_sessions(const Speed& speed) {
    const kernel::Buckets days(bounds_from(speed.world.from(), kDayMs, speed.world));
    const auto workers = speed.run<SessionsWorker>(
        [&] { return std::make_unique<SessionsWorker>(speed.columns, days); });
    for (std::size_t i = 1; i < workers.size(); ++i) {
        for (std::size_t day = 0; day < days.count(); ++day)
            workers[0]->by_day[day].merge(workers[i]->by_day[day]);
        workers[0]->users.merge(workers[i]->users);
    }
    kernel::SessionTotals all;
    std::uint64_t user_days = 0;
    for (std::size_t day = 0; day < days.count(); ++day) {
        all.merge(workers[0]->by_day[day]);
        user_days += workers[0]->users.counts()[day];
    }
    return {{"sessions", all.sessions},
            {"bounces", all.bounces},
            {"duration_ms", all.duration_ms},
            {"users_by_day", user_days}};
}

using Counts = kernel::PackedCounts<std::uint64_t>;

/// What paths of sessions are found with.
struct PathSearch {
    explicit PathSearch(const EventColumns& all) : columns(all) {}

    const EventColumns& columns;
    kernel::Sessions sessions{kernel::SessionRules{}};
    kernel::Paths paths{kernel::PathRules{.steps = kSteps}};
};

/// The first steps of each session, equal neighbours as one: whole paths.
struct PathsWorker : PathSearch {
    using PathSearch::PathSearch;

    void block(std::uint32_t first, std::uint32_t count) {
        for (std::uint32_t lane = 0; lane < count; ++lane) {
            const EventColumns::Rows rows = columns.rows_of(first + lane);
            const auto begins = sessions.cut(rows.times, rows.count());
            if (keys.size() < begins.size()) keys.resize(begins.size());
            const std::uint32_t found =
                paths.pack(rows.codes, begins, kernel::path_bits(World::kNames), keys.data());
            for (std::uint32_t i = 0; i < found; ++i)
                counts.add(keys[i]);
        }
    }

    std::vector<std::uint64_t> keys;
    Counts counts;
};

/// Every five events of a user that follow one another.
struct SequencesWorker {
    explicit SequencesWorker(const EventColumns& all) : columns(all) {}

    void block(std::uint32_t first, std::uint32_t count) {
        constexpr unsigned kBits = kernel::path_bits(World::kNames);
        constexpr std::uint64_t kMask = (std::uint64_t{1} << (kBits * kSteps)) - 1;
        for (std::uint32_t lane = 0; lane < count; ++lane) {
            const std::span<const std::uint8_t> codes = columns.rows_of(first + lane).codes;
            std::uint64_t key = 0;
            for (std::size_t row = 0; row < codes.size(); ++row) {
                key = (key << kBits | (codes[row] + 1U)) & kMask;
                if (row + 1 >= kSteps) counts.add(key);
            }
        }
    }

    const EventColumns& columns;
    Counts counts;
};

std::string path_name(std::uint64_t key) {
    std::string name;
    for (const std::uint32_t code : kernel::unpack_path(key, kernel::path_bits(World::kNames)))
        name += (name.empty() ? "" : " > ") + World::name(static_cast<std::uint8_t>(code));
    return name;
}

template <typename Worker>
Counted count_packed(const Speed& speed) {
    const auto workers = speed.run<Worker>([&] { return std::make_unique<Worker>(speed.columns); });
    std::vector<Counts*> counts;
    for (const auto& worker : workers)
        counts.push_back(&worker->counts);
    std::vector<kernel::PackedTop<std::uint64_t>> tops(speed.threads);
    speed.each_thread([&](unsigned thread, std::atomic<std::uint32_t>& next) {
        constexpr std::uint32_t kGroupsAtOnce = 16;
        for (;;) {
            const std::uint32_t group = next.fetch_add(kGroupsAtOnce);
            if (group >= Counts::kGroups) return;
            tops[thread].merge(Counts::take_top(counts, group, group + kGroupsAtOnce, kTop), kTop);
        }
    });
    for (std::size_t i = 1; i < tops.size(); ++i)
        tops[0].merge(tops[i], kTop);
    return {{"total", tops[0].total},
            {"distinct", tops[0].distinct},
            {"top_count", tops[0].entries[0].count},
            {"top", path_name(tops[0].entries[0].key)}};
}

/// The answer of `paths up to 5 steps`: who goes from where to where at which step, and how long it
/// takes.
struct EdgesWorker : PathSearch {
    using PathSearch::PathSearch;

    void block(std::uint32_t first, std::uint32_t count) {
        for (std::uint32_t lane = 0; lane < count; ++lane) {
            const EventColumns::Rows rows = columns.rows_of(first + lane);
            const auto begins = sessions.cut(rows.times, rows.count());
            paths.each(rows.codes, begins, [&](std::uint32_t, const kernel::Path& path) {
                edges.add(path, rows.codes, rows.times);
            });
        }
    }

    kernel::PathEdges edges{kSteps};
};

Counted count_edges(const Speed& speed) {
    const auto workers =
        speed.run<EdgesWorker>([&] { return std::make_unique<EdgesWorker>(speed.columns); });
    for (std::size_t i = 1; i < workers.size(); ++i)
        workers[0]->edges.merge(workers[i]->edges);
    std::uint64_t moves = 0;
    std::uint64_t left = 0;
    std::uint64_t duration = 0;
    const auto edges = workers[0]->edges.edges(World::kNames);
    for (const kernel::PathEdge& edge : edges) {
        (edge.target == kernel::kPathLeft ? left : moves) += edge.count;
        duration += edge.duration_ms;
    }
    return {{"edges", std::uint64_t{edges.size()}},
            {"moves", moves},
            {"left", left},
            {"duration_ms", duration}};
}

/// Weeks from the world's beginning; a user is new in the week of its first event.
struct LifecycleWorker {
    LifecycleWorker(const EventColumns& all, const kernel::Buckets& buckets)
        : columns(all), weeks(buckets), lifecycle(buckets.count() - 1) {}

    void block(std::uint32_t first, std::uint32_t count) {
        lifecycle.begin(count);
        for (std::uint32_t lane = 0; lane < count; ++lane) {
            const auto seconds = columns.rows_of(first + lane).seconds;
            if (seconds.empty()) continue;
            lifecycle.active().set_times(lane, seconds, weeks);
            lifecycle.first(lane, weeks.even_second_finder().find(seconds.front()));
        }
        lifecycle.finish();
    }

    const EventColumns& columns;
    const kernel::Buckets& weeks;  // the first one lies before the range
    kernel::Lifecycle lifecycle;
};

Counted count_lifecycle(const Speed& speed) {
    const kernel::Buckets weeks(
        bounds_from(speed.world.from() - 7 * kDayMs, 7 * kDayMs, speed.world));
    const auto workers = speed.run<LifecycleWorker>(
        [&] { return std::make_unique<LifecycleWorker>(speed.columns, weeks); });
    for (std::size_t i = 1; i < workers.size(); ++i)
        workers[0]->lifecycle.merge(workers[i]->lifecycle);
    using State = kernel::LifecycleState;
    const auto sum = [&](State state) {
        std::uint64_t all = 0;
        for (std::uint32_t week = 1; week < weeks.count(); ++week)
            all += workers[0]->lifecycle.count(week, state);
        return all;
    };
    return {{"new", sum(State::kNew)},
            {"returning", sum(State::kReturning)},
            {"resurrecting", sum(State::kResurrecting)},
            {"dormant", sum(State::kDormant)}};
}

struct StickinessWorker {
    StickinessWorker(const EventColumns& all, const kernel::Buckets& buckets)
        : columns(all), days(buckets), stickiness({.intervals = buckets.count()}) {}

    void block(std::uint32_t first, std::uint32_t count) {
        stickiness.begin(count);
        for (std::uint32_t lane = 0; lane < count; ++lane) {
            const auto seconds = columns.rows_of(first + lane).seconds;
            if (!seconds.empty()) stickiness.active().set_times(lane, seconds, days);
        }
        stickiness.finish();
    }

    const EventColumns& columns;
    const kernel::Buckets& days;
    kernel::Stickiness stickiness;
};

Counted count_stickiness(const Speed& speed) {
    const kernel::Buckets days(bounds_from(speed.world.from(), kDayMs, speed.world));
    const auto workers = speed.run<StickinessWorker>(
        [&] { return std::make_unique<StickinessWorker>(speed.columns, days); });
    for (std::size_t i = 1; i < workers.size(); ++i)
        workers[0]->stickiness.merge(workers[i]->stickiness);
    const kernel::Stickiness& all = workers[0]->stickiness;
    std::uint64_t user_days = 0;
    for (std::uint32_t n = 1; n <= days.count(); ++n)
        user_days += n * all.exactly(n);
    return {{"users", all.at_least(1)},
            {"on_one_day", all.exactly(1)},
            {"on_10_days_or_more", all.at_least(10)},
            {"users_by_day", user_days}};
}

struct Kernel {
    const char* name;
    Counted (*count)(const Speed&);
    Counted (*judge)(const World&);
};
constexpr Kernel kKernels[] = {
    {"sessions by day", count_sessions, judge_sessions},
    {"paths of 5 steps", count_packed<PathsWorker>, judge_paths},
    {"edges of paths of 5 steps", count_edges, judge_edges},
    {"sequences of 5 events", count_packed<SequencesWorker>, judge_sequences},
    {"lifecycle by week", count_lifecycle, judge_lifecycle},
    {"stickiness by day", count_stickiness, judge_stickiness},
};

/// The best of so many runs; of processor time (of all threads) likewise, which tells more on a
/// machine that is busy otherwise.
void measure(const Kernel& kernel, const Speed& speed, int runs) {
    double best = 1e9;
    double best_of_processors = 1e9;
    Counted counted;
    for (int run = 0; run < runs; ++run) {
        const double processors = processor_seconds();
        const SteadyClock::time_point start = SteadyClock::now();
        counted = kernel.count(speed);
        best = std::min(best, seconds_since(start));
        best_of_processors = std::min(best_of_processors, processor_seconds() - processors);
    }
    fmt::print(
        "{{\"kernel\":\"{}\",\"threads\":{},\"rows\":{},\"seconds\":{:.4f},"
        "\"processor_seconds\":{:.4f}",
        kernel.name, speed.threads, speed.columns.codes.size(), best, best_of_processors);
    for (const auto& [name, value] : counted)
        fmt::print(",\"{}\":{}", name, value.json());
    fmt::print("}}\n");
    std::fflush(stdout);
}

int main(int argc, char** argv) {
    CLI::App app("Raw speed of kernels over columns in memory");
    Options options;
    int runs = 5;
    bool check = false;
    std::string only;
    app.add_option("--events", options.events, "How many events the world has");
    app.add_option("--seed", options.seed, "Another world");
    app.add_option("--runs", runs, "The best of so many is told");
    app.add_option("--only", only, "One kernel by its name");
    app.add_flag("--check", check, "Count by slow and obvious code as well, and compare");
    CLI11_PARSE(app, argc, argv);
    const World world(options);
    const auto columns = columns_of(world);
    if (!columns) {
        fmt::print(stderr, "kernel_speed: {}\n", columns.error().message);
        return 1;
    }
    int differ = 0;
    for (const Kernel& kernel : kKernels) {
        if (!only.empty() && only != kernel.name) continue;
        for (const unsigned threads : {1U, 2U}) {
            const Speed speed{*columns, world, threads};
            measure(kernel, speed, runs);
            if (!check || kernel.count(speed) == kernel.judge(world)) continue;
            fmt::print(stderr, "kernel_speed: {} is not what obvious code counts\n", kernel.name);
            ++differ;
        }
    }
    return differ == 0 ? 0 : 1;
}

}  // namespace
}  // namespace twofold::bench

int main(int argc, char** argv) {
    return twofold::bench::main(argc, argv);
}
