// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/result.h"
#include "base/stop.h"

namespace twofold::project {

/// Threads for questions, apart from those that take records in, in two lanes: what is quick never
/// waits behind what is slow. A lane runs a few at a time; more wait in its line, in order, up to a
/// bound.
///
/// Thread-safe.
class Lanes {
public:
    enum class Lane : std::uint8_t { kQuick, kSlow };
    struct Options {
        unsigned quick_at_once = 1;
        unsigned slow_at_once = 1;
        std::size_t waiting_max = 64;  ///< In each line.
    };
    struct Counts {
        std::size_t running = 0;
        std::size_t waiting = 0;
    };
    using Job = std::function<void()>;

    explicit Lanes(const Options& options);
    /// As close().
    ~Lanes();
    Lanes(const Lanes&) = delete;
    Lanes& operator=(const Lanes&) = delete;

    /// Puts a job in line; it runs once, on a thread of the lane. Those in line whose `stop` was
    /// asked for make room for others: they run at once on the calling thread, which must be quick.
    /// Errors: kBusy when the line is full, kUnavailable after close(); then the job never runs.
    /// What a job throws ends that job alone.
    Status put(Lane lane, Stop stop, Job job);
    Counts counts(Lane lane) const;
    /// Runs what is in line, and returns when all is done.
    void close();

private:
    struct Waiting {
        Stop stop;
        Job job;
    };
    struct Line {
        std::deque<Waiting> waiting;
        std::size_t running = 0;
        std::condition_variable wanted;
    };

    Line& line(Lane lane) { return lane == Lane::kQuick ? quick_ : slow_; }
    const Line& line(Lane lane) const { return lane == Lane::kQuick ? quick_ : slow_; }
    void work(Line& line);

    const std::size_t waiting_max_;
    mutable std::mutex mutex_;
    Line quick_;
    Line slow_;
    bool closed_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace twofold::project
