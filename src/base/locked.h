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
    /// As with(), unless somebody else is inside: false then, and nothing was called.
    template <typename Function>
    bool try_with(Function&& function) {
        const std::unique_lock lock(mutex_, std::try_to_lock);
        if (!lock.owns_lock()) return false;
        std::forward<Function>(function)(value_);
        return true;
    }

private:
    mutable std::mutex mutex_;
    T value_;
};

}  // namespace twofold
