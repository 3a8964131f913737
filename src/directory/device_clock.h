// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <unordered_map>
#include <vector>

#include "base/time.h"
#include "directory/lookup.h"

namespace twofold::directory {

/// Below this a device's clock is taken as right, and changes of its offset are left out.
inline constexpr DurationMs kClockTolerance = 60 * kSecondMs;
/// A device is judged by its last so many requests.
inline constexpr std::size_t kClockRequests = 5;

/// How wrong the clock of one device is.
struct DeviceClock {
    DurationMs offset = 0;  ///< To add to the times it sends.
    /// receivedAt − sentAt of its last requests, oldest first.
    std::array<DurationMs, kClockRequests> differences{};
    std::uint8_t count = 0;
    std::uint32_t last_request = 0;  ///< Mark of the newest.
    bool operator==(const DeviceClock&) const = default;
};

/// Tells the requests of a device apart: records of one request have both times in common.
std::uint32_t request_mark(TimeMs received, TimeMs sent) noexcept;

/// The smallest difference among the last requests that a second of them shows too (within the
/// tolerance): delays only add, so the smallest is nearest to the truth, and one request alone,
/// with a frozen or wrong time, decides nothing. `current` when none is shown twice, or the step is
/// within the tolerance.
DurationMs judge_offset(const DeviceClock& clock, DurationMs current) noexcept;

/// The clocks of the devices that showed a wrong time lately. Of the others an entry's
/// good_requests is enough: they count as differences of nothing. One thread; REQUIRES the lookup's
/// lock.
class DeviceClocks {
public:
    explicit DeviceClocks(Lookup& lookup) : lookup_(lookup) {}

    /// Takes a record of the device (an entry of the lookup) and returns the offset for its time.
    DurationMs observe(std::uint32_t device, TimeMs received, TimeMs sent);

    /// Devices with another offset than 0.
    std::uint64_t corrected() const noexcept { return corrected_; }
    const std::unordered_map<std::uint32_t, DeviceClock>& all() const noexcept { return clocks_; }
    /// With a count of 0: forgets it.
    void restore(std::uint32_t device, const DeviceClock& clock);

    /// Devices whose entry or clock changed since the last call; a device may come twice.
    std::vector<std::uint32_t> take_unsaved() { return std::exchange(unsaved_, {}); }

private:
    void count_correction(DurationMs before, DurationMs now) noexcept;

    Lookup& lookup_;
    std::unordered_map<std::uint32_t, DeviceClock> clocks_;
    std::uint64_t corrected_ = 0;
    std::vector<std::uint32_t> unsaved_;
};

}  // namespace twofold::directory
