// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"

#include <cstdio>
#include <cstdlib>

namespace twofold {

void check_failed(const char* condition, const char* file, int line) noexcept {
    std::fprintf(stderr, "twofold: broken assumption: %s (%s:%d)\n", condition, file, line);
    std::abort();
}

}  // namespace twofold
