// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace twofold::kernel {

/// A number as an event carries it: a whole number stays whole, so that sums of money are exact.
struct Number {
    enum class Kind : std::uint8_t { kMissing, kInt, kDouble };

    static constexpr Number missing() noexcept { return {}; }
    static constexpr Number of(std::int64_t value) noexcept {
        Number number;
        number.whole = value;
        number.kind = Kind::kInt;
        return number;
    }
    static constexpr Number of(double value) noexcept {
        Number number;
        number.real = value;
        number.kind = Kind::kDouble;
        return number;
    }

    bool is_missing() const noexcept { return kind == Kind::kMissing; }
    /// Nearest double; 0 when missing.
    double as_double() const noexcept {
        return kind == Kind::kDouble ? real : kind == Kind::kInt ? static_cast<double>(whole) : 0.0;
    }

    union {
        std::int64_t whole = 0;
        double real;
    };
    Kind kind = Kind::kMissing;
};

}  // namespace twofold::kernel
