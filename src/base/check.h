// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace twofold {

/// Prints the broken assumption and aborts. For our mistakes only, never for input or disks.
[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;

}  // namespace twofold

// On in every build.
#define TF_CHECK(condition)                                          \
    do {                                                             \
        if (!(condition)) [[unlikely]] {                             \
            ::twofold::check_failed(#condition, __FILE__, __LINE__); \
        }                                                            \
    } while (false)
