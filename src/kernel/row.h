// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "base/time.h"

namespace twofold::kernel {

/// One event as a kernel sees it.
struct Row {
    TimeMs time = 0;
    std::uint32_t unit = 0;  ///< In the block: 0 … block size - 1.
    std::uint32_t mask = 0;  ///< Bit k: the row matches selector k of the question.
};

}  // namespace twofold::kernel
