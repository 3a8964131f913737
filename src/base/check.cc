// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"

#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>

namespace twofold {

void check_failed(const char* condition, const char* file, int line) noexcept {
    std::fprintf(stderr, "twofold: broken assumption: %s (%s:%d)\n", condition, file, line);
    std::abort();
}

void check_failed(const char* condition, const std::string& left, const std::string& right,
                  const char* file, int line) noexcept {
    std::fprintf(stderr, "twofold: broken assumption: %s, with %s and %s (%s:%d)\n", condition,
                 left.c_str(), right.c_str(), file, line);
    std::abort();
}

namespace check_detail {
std::string text(long long value) {
    return fmt::format("{}", value);
}
std::string text(unsigned long long value) {
    return fmt::format("{}", value);
}
std::string text(double value) {
    return fmt::format("{}", value);
}
std::string text(std::string_view value) {
    return fmt::format("\"{}\"", value);
}
}  // namespace check_detail

}  // namespace twofold
