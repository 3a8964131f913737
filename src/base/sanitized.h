// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace twofold {

/// Whether a sanitizer is built in, which makes everything some ten times slower. For tests alone:
/// what sanitizers look for is found with fewer seeds too.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool kSanitized = true;
#else
inline constexpr bool kSanitized = false;
#endif

}  // namespace twofold
