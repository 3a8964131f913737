// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <mutex>
#include <utility>

namespace twofold {

/// A value that can only be reached through its lock: no lock, no value.
///
///   Locked<Queue> queue;
///   queue.with([](Queue& q) { q.push(1); });
template <typename T>
class Locked {
public:
    template <typename... Arguments>
    explicit Locked(Arguments&&... arguments) : value_(std::forward<Arguments>(arguments)...) {}

    template <typename Function>
    decltype(auto) with(Function&& function) {
        const std::scoped_lock lock(mutex_);
        return std::forward<Function>(function)(value_);
    }
    template <typename Function>
    decltype(auto) with(Function&& function) const {
        const std::scoped_lock lock(mutex_);
        return std::forward<Function>(function)(value_);
    }

private:
    mutable std::mutex mutex_;
    T value_;
};

}  // namespace twofold
