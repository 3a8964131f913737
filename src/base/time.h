// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>

namespace twofold {

/// Milliseconds since 1970-01-01T00:00Z. All times in the house; zones come in at the edges.
using TimeMs = std::int64_t;
using DurationMs = std::int64_t;

inline constexpr DurationMs kSecondMs = 1'000;
inline constexpr DurationMs kMinuteMs = 60 * kSecondMs;
inline constexpr DurationMs kHourMs = 60 * kMinuteMs;
inline constexpr DurationMs kDayMs = 24 * kHourMs;

/// Ends of time for open intervals [from, until).
inline constexpr TimeMs kBeginningOfTime = std::numeric_limits<TimeMs>::min();
inline constexpr TimeMs kEndOfTime = std::numeric_limits<TimeMs>::max();

/// Year 2000 in UTC: nothing earlier is accepted, and stored seconds count from here.
inline constexpr TimeMs kYear2000Ms = 946'684'800'000;

/// Where the time comes from. Real in production; tests set it by hand.
class Clock {
public:
    virtual ~Clock() = default;
    virtual TimeMs now() const = 0;
    /// The wall clock of this machine.
    static const Clock& real();
};

/// A clock that stands still until it is moved.
class ManualClock final : public Clock {
public:
    explicit ManualClock(TimeMs now) : now_(now) {}
    TimeMs now() const override { return now_; }
    void set(TimeMs now) { now_ = now; }

private:
    std::atomic<TimeMs> now_;  // set by a test while threads of what it tests read it
};

}  // namespace twofold
