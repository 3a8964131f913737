// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "kernel/sessions.h"
#include "world.h"

namespace twofold::bench {

/// What the store has of a world's events when they are asked for times and names alone: columns by
/// user and time. Events of one millisecond lie by their names, so that peers can put them in the
/// same order. 7 bytes an event.
struct EventColumns {
    std::vector<std::uint32_t> seconds;  ///< Since 2000.
    std::vector<std::uint16_t> millis;
    std::vector<std::uint8_t> codes;
    std::vector<std::uint64_t> ends;  ///< By user: where its rows end and the next one's begin.

    struct Rows {
        std::span<const std::uint32_t> seconds;
        std::span<const std::uint8_t> codes;
        kernel::StoredTimes times;

        std::uint32_t count() const { return static_cast<std::uint32_t>(codes.size()); }
    };
    std::uint32_t users() const { return static_cast<std::uint32_t>(ends.size()); }
    Rows rows_of(std::uint32_t user) const;
};

Result<EventColumns> columns_of(const World& world);

}  // namespace twofold::bench
