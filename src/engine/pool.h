// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "base/result.h"

namespace twofold::engine {

/// A few threads that help whoever asks. Work is handed out by the askers themselves (a counter of
/// blocks), so a helper that comes late finds nothing left and no asker ever waits for one that has
/// not started.
class Pool {
public:
    /// `helpers` threads beside the callers; 0 is allowed.
    explicit Pool(unsigned helpers);
    /// REQUIRES: no run() under way.
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    unsigned helpers() const noexcept { return static_cast<unsigned>(threads_.size()); }

    /// Calls work(0) on this thread and work(1) … work(count - 1) on helpers that are free before
    /// work(0) returns; the others are never called. Returns when all that were called are done.
    /// Any thread; several at once share the helpers. `work` must not throw.
    void run(unsigned count, const std::function<void(unsigned)>& work);

private:
    struct Run {
        const std::function<void(unsigned)>* work;
        unsigned started = 0;
    };
    struct Task {
        Run* run;
        unsigned number;
    };
    void help();

    std::mutex mutex_;
    std::condition_variable wanted_;
    std::condition_variable done_;
    std::deque<Task> tasks_;
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

/// What a question ends with that needs more memory than it may: kTooLarge.
Error memory_error();

/// As Pool::run, for the work of one question: all threads charge the MemoryAccount of the caller,
/// and what does not fit ends as memory_error(). Gives the first thread's error, and sets `failed`
/// as soon as there is one, so that the others may end early.
Status run_charged(Pool& pool, unsigned count, std::atomic<bool>& failed,
                   const std::function<Status(unsigned)>& work);

}  // namespace twofold::engine
