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
/// `usual`, of which a tenth under sanitizers.
inline std::uint32_t seed_count(std::uint32_t usual) {
    if (const char* wished = std::getenv("TWOFOLD_SEEDS")) {
        return static_cast<std::uint32_t>(std::strtoul(wished, nullptr, 10));
    }
    return kSanitized ? usual / 10 : usual;
}

}  // namespace twofold
