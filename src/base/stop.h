// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <utility>

namespace twofold {

/// When work is to end before it is done: once somebody asks for it, or at a moment. Who works
/// looks at it every few milliseconds. Any thread.
class Stop {
public:
    using Clock = std::chrono::steady_clock;

    /// Never.
    Stop() = default;
    /// `asked` may be null.
    explicit Stop(std::shared_ptr<const std::atomic<bool>> asked,
                  Clock::time_point until = Clock::time_point::max())
        : asked_(std::move(asked)), until_(until) {}

    bool asked() const noexcept {
        return asked_ != nullptr && asked_->load(std::memory_order_relaxed);
    }
    bool out_of_time() const noexcept {
        return until_ != Clock::time_point::max() && Clock::now() >= until_;
    }
    bool wanted() const noexcept { return asked() || out_of_time(); }

private:
    std::shared_ptr<const std::atomic<bool>> asked_;
    Clock::time_point until_ = Clock::time_point::max();
};

}  // namespace twofold
