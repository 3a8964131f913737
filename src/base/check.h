// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <concepts>
#include <string>
#include <string_view>
#include <type_traits>

namespace twofold {

/// Prints the broken assumption and aborts. For our mistakes only, never for input or disks.
[[noreturn]] void check_failed(const char* condition, const char* file, int line) noexcept;
/// The same with the two sides of a comparison.
[[noreturn]] void check_failed(const char* condition, const std::string& left,
                               const std::string& right, const char* file, int line) noexcept;

namespace check_detail {
std::string text(long long value);
std::string text(unsigned long long value);
std::string text(double value);
std::string text(std::string_view value);

template <typename T>
std::string side(const T& value) {
    if constexpr (std::is_enum_v<T>) {
        return side(static_cast<std::underlying_type_t<T>>(value));
    } else if constexpr (std::floating_point<T>) {
        return text(static_cast<double>(value));
    } else if constexpr (std::signed_integral<T>) {
        return text(static_cast<long long>(value));
    } else if constexpr (std::unsigned_integral<T>) {
        return text(static_cast<unsigned long long>(value));
    } else if constexpr (std::convertible_to<const T&, std::string_view>) {
        return text(std::string_view(value));
    } else {
        return "(no text)";
    }
}
}  // namespace check_detail

}  // namespace twofold

// On in every build.
#define TF_CHECK(condition)                                          \
    do {                                                             \
        if (!(condition)) [[unlikely]] {                             \
            ::twofold::check_failed(#condition, __FILE__, __LINE__); \
        }                                                            \
    } while (false)

// TF_CHECK_EQ(a, b) and so on: TF_CHECK(a == b) that also prints both values.
#define TF_CHECK_COMPARISON(a, comparison, b)                                                     \
    do {                                                                                          \
        const auto& tf_left = (a);                                                                \
        const auto& tf_right = (b);                                                               \
        if (!(tf_left comparison tf_right)) [[unlikely]] {                                        \
            ::twofold::check_failed(#a " " #comparison " " #b,                                    \
                                    ::twofold::check_detail::side(tf_left),                       \
                                    ::twofold::check_detail::side(tf_right), __FILE__, __LINE__); \
        }                                                                                         \
    } while (false)
#define TF_CHECK_EQ(a, b) TF_CHECK_COMPARISON(a, ==, b)
#define TF_CHECK_NE(a, b) TF_CHECK_COMPARISON(a, !=, b)
#define TF_CHECK_LT(a, b) TF_CHECK_COMPARISON(a, <, b)
#define TF_CHECK_LE(a, b) TF_CHECK_COMPARISON(a, <=, b)
#define TF_CHECK_GT(a, b) TF_CHECK_COMPARISON(a, >, b)
#define TF_CHECK_GE(a, b) TF_CHECK_COMPARISON(a, >=, b)
