// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "intake/json_value.h"

/// Single values as Stripe has them.
namespace twofold::intake {

/// Empty when it is no text.
inline std::string_view stripe_text(JsonValue value) noexcept {
    return value.is(JsonType::kString) ? value.text() : std::string_view();
}

inline std::optional<std::int64_t> stripe_integer(JsonValue value) noexcept {
    return value.is(JsonType::kInt) ? std::optional(value.integer()) : std::nullopt;
}

/// An id, or that of the object which stands in its place where the request expanded it.
inline std::string_view stripe_id(JsonValue value) noexcept {
    return value.is(JsonType::kObject) ? stripe_text(value.member("id")) : stripe_text(value);
}

/// Seconds since 1970.
inline std::optional<TimeMs> stripe_time(JsonValue value) noexcept {
    constexpr std::int64_t kSecondsMax = 100'000'000'000;  // year 5138
    const auto seconds = stripe_integer(value);
    if (!seconds || *seconds <= 0 || *seconds > kSecondsMax) return std::nullopt;
    return *seconds * kSecondMs;
}

}  // namespace twofold::intake
