// SPDX-License-Identifier: Apache-2.0
#include "engine/pool.h"

#include <algorithm>
#include <new>

#include "base/memory_account.h"

namespace twofold::engine {

Pool::Pool(unsigned helpers) {
    threads_.reserve(helpers);
    for (unsigned i = 0; i < helpers; ++i)
        threads_.emplace_back([this] { help(); });
}

Pool::~Pool() {
    {
        const std::scoped_lock lock(mutex_);
        stopping_ = true;
    }
    wanted_.notify_all();
    for (std::thread& thread : threads_)
        thread.join();
}

void Pool::help() {
    std::unique_lock lock(mutex_);
    while (true) {
        wanted_.wait(lock, [this] { return stopping_ || !tasks_.empty(); });
        if (stopping_) return;
        const Task task = tasks_.front();
        tasks_.pop_front();
        ++task.run->started;
        lock.unlock();
        (*task.run->work)(task.number);
        lock.lock();
        --task.run->started;
        done_.notify_all();
    }
}

void Pool::run(unsigned count, const std::function<void(unsigned)>& work) {
    Run run{&work};
    // The line of tasks is the pool's own: an asker's bound must not leave it half made.
    const Charging none(nullptr);
    {
        const std::scoped_lock lock(mutex_);
        for (unsigned number = 1; number < count; ++number)
            tasks_.push_back({&run, number});
    }
    if (count > 1) wanted_.notify_all();
    work(0);
    std::unique_lock lock(mutex_);
    std::erase_if(tasks_, [&run](const Task& task) { return task.run == &run; });
    done_.wait(lock, [&run] { return run.started == 0; });
}

Error memory_error() {
    return {ErrorCode::kTooLarge,
            "answering needs more memory than a question may have; ask for a shorter range, fewer "
            "values or fewer groups",
            std::nullopt,
            {}};
}

Status run_charged(Pool& pool, unsigned count, std::atomic<bool>& failed,
                   const std::function<Status(unsigned)>& work) {
    std::vector<Status> statuses(count);
    MemoryAccount* const account = MemoryAccount::current();
    pool.run(count, [&](unsigned number) {
        const Charging charging(account);
        try {
            statuses[number] = work(number);
        } catch (const std::bad_alloc&) {
            statuses[number] = std::unexpected(memory_error());
        }
        if (!statuses[number]) failed = true;
    });
    for (const Status& status : statuses)
        TF_TRY(status);
    return {};
}

}  // namespace twofold::engine
