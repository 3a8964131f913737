// SPDX-License-Identifier: Apache-2.0
#include "project/lanes.h"

#include <algorithm>
#include <exception>
#include <fmt/format.h>
#include <iterator>
#include <sys/resource.h>
#include <utility>

namespace twofold::project {
namespace {

// What takes records in and applies them, and what is quick, comes before what is slow.
constexpr int kSlowNice = 5;

void step_back() {
    setpriority(PRIO_PROCESS, 0, kSlowNice);  // of this thread alone, on Linux
}

// The one handler of what libraries throw in jobs: whoever waits is told by what the job leaves
// behind, and the others go on.
void run(const Lanes::Job& job) {
    try {
        job();
    } catch (const std::exception&) {
    }
}

}  // namespace

Lanes::Lanes(const Options& options) : waiting_max_(options.waiting_max) {
    for (unsigned i = 0; i < options.quick_at_once; ++i)
        threads_.emplace_back([this] { work(quick_); });
    for (unsigned i = 0; i < options.slow_at_once; ++i) {
        threads_.emplace_back([this] {
            step_back();
            work(slow_);
        });
    }
}

Lanes::~Lanes() {
    close();
}

Status Lanes::put(Lane lane, Stop stop, Job job) {
    std::vector<Waiting> left;
    {
        const std::scoped_lock lock(mutex_);
        Line& into = line(lane);
        if (!closed_ && into.waiting.size() >= waiting_max_) {
            const auto gone = std::ranges::stable_partition(
                into.waiting, [](const Waiting& one) { return !one.stop.asked(); });
            std::ranges::move(gone, std::back_inserter(left));
            into.waiting.erase(gone.begin(), gone.end());
        }
        if (closed_ || into.waiting.size() >= waiting_max_) {
            if (closed_) return fail(ErrorCode::kUnavailable, "the server is stopping");
            return fail(
                ErrorCode::kBusy,
                fmt::format("{} questions are waiting already; ask again later", waiting_max_));
        }
        into.waiting.push_back({std::move(stop), std::move(job)});
        into.wanted.notify_one();
    }
    for (const Waiting& one : left)
        run(one.job);
    return {};
}

Lanes::Counts Lanes::counts(Lane lane) const {
    const std::scoped_lock lock(mutex_);
    return {line(lane).running, line(lane).waiting.size()};
}

void Lanes::work(Line& line) {
    std::unique_lock lock(mutex_);
    while (true) {
        line.wanted.wait(lock, [&] { return closed_ || !line.waiting.empty(); });
        if (line.waiting.empty()) return;
        Job job = std::move(line.waiting.front().job);
        line.waiting.pop_front();
        ++line.running;
        lock.unlock();
        run(job);
        job = nullptr;
        lock.lock();
        --line.running;
    }
}

void Lanes::close() {
    {
        const std::scoped_lock lock(mutex_);
        closed_ = true;
        quick_.wanted.notify_all();
        slow_.wanted.notify_all();
    }
    for (std::thread& thread : threads_)
        if (thread.joinable()) thread.join();
    threads_.clear();
}

}  // namespace twofold::project
