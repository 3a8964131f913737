// SPDX-License-Identifier: Apache-2.0
#include "directory/device_clock.h"

#include <algorithm>
#include <cstdlib>

namespace twofold::directory {
namespace {

constexpr std::uint8_t kGoodRequestsKept = kClockRequests - 1;

DurationMs size_of(DurationMs difference) noexcept {
    return std::abs(difference);
}

void push(DeviceClock& clock, DurationMs difference) {
    if (clock.count == kClockRequests) {
        std::ranges::rotate(clock.differences, clock.differences.begin() + 1);
        --clock.count;
    }
    clock.differences[clock.count++] = difference;
}

// Nothing of what made it suspicious is left.
bool is_right(const DeviceClock& clock) {
    return clock.offset == 0 && clock.count == kClockRequests &&
           std::ranges::all_of(clock.differences, [](DurationMs difference) {
               return size_of(difference) <= kClockTolerance;
           });
}

}  // namespace

std::uint32_t request_mark(TimeMs received, TimeMs sent) noexcept {
    const auto mixed = static_cast<std::uint64_t>(received) * 0x9e37'79b9'7f4a'7c15U ^
                       static_cast<std::uint64_t>(sent) * 0xc2b2'ae3d'27d4'eb4fU;
    return static_cast<std::uint32_t>(mixed >> 32) | 1U;  // never 0: no request yet
}

DurationMs judge_offset(const DeviceClock& clock, DurationMs current) noexcept {
    std::array<DurationMs, kClockRequests> sorted = clock.differences;
    const auto last = sorted.begin() + clock.count;
    std::sort(sorted.begin(), last);
    for (auto one = sorted.begin(); one != last; ++one) {
        const bool shown_twice = std::any_of(sorted.begin(), last, [&](const DurationMs& other) {
            return &other != &*one && size_of(other - *one) <= kClockTolerance;
        });
        if (!shown_twice) continue;
        const DurationMs judged = size_of(*one) <= kClockTolerance ? 0 : *one;
        return size_of(judged - current) <= kClockTolerance ? current : judged;
    }
    return current;
}

DurationMs DeviceClocks::observe(std::uint32_t device, TimeMs received, TimeMs sent) {
    IdEntry& entry = lookup_[device];
    const DurationMs difference = received - sent;
    const std::uint32_t mark = request_mark(received, sent);
    auto at = clocks_.find(device);
    if (at == clocks_.end()) {
        if (size_of(difference) <= kClockTolerance) {
            if (entry.good_requests < kGoodRequestsKept && entry.last_request != mark) {
                ++entry.good_requests;
                entry.last_request = mark;
                unsaved_.push_back(device);
            }
            return 0;
        }
        DeviceClock fresh;
        fresh.count = entry.good_requests;
        at = clocks_.emplace(device, fresh).first;
    }
    DeviceClock& clock = at->second;
    if (clock.last_request == mark) return clock.offset;
    clock.last_request = mark;
    push(clock, difference);
    const DurationMs offset = judge_offset(clock, clock.offset);
    count_correction(clock.offset, offset);
    clock.offset = offset;
    unsaved_.push_back(device);
    if (is_right(clock)) {
        entry.good_requests = kGoodRequestsKept;
        entry.last_request = mark;
        clocks_.erase(at);
    }
    return offset;
}

void DeviceClocks::count_correction(DurationMs before, DurationMs now) noexcept {
    if (before == 0 && now != 0) ++corrected_;
    if (before != 0 && now == 0) --corrected_;
}

void DeviceClocks::restore(std::uint32_t device, const DeviceClock& clock) {
    DeviceClock& kept = clocks_[device];
    count_correction(kept.offset, clock.offset);
    kept = clock;
    if (clock.count == 0) clocks_.erase(device);
}

}  // namespace twofold::directory
