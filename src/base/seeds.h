// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>

#include "base/sanitized.h"

namespace twofold {

/// What randomised tests draw from: 32 bits a call, the same on every machine.
using Random = std::independent_bits_engine<std::mt19937, 32, std::uint32_t>;

/// How many seeds a randomised test takes: as many as the environment's TWOFOLD_SEEDS says, else
/// `usual`, or under sanitizers `sanitized`, of which 0 is a tenth of the usual.
inline std::uint32_t seed_count(std::uint32_t usual, std::uint32_t sanitized = 0) {
    if (const char* wished = std::getenv("TWOFOLD_SEEDS")) {
        return static_cast<std::uint32_t>(std::strtoul(wished, nullptr, 10));
    }
    if (!kSanitized) return usual;
    return sanitized != 0 ? sanitized : usual / 10;
}

}  // namespace twofold
