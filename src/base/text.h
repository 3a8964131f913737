// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace twofold {

/// Whether the bytes are well-formed UTF-8 (no surrogates, no overlong forms, at most U+10FFFF).
/// Cost: some bytes a nanosecond.
bool is_valid_utf8(std::string_view text) noexcept;

/// Number of characters (code points) of a valid UTF-8 text.
std::size_t character_count(std::string_view text) noexcept;

/// At most `bytes_max` bytes from the start, never cutting a character in two.
/// REQUIRES: `text` is valid UTF-8.
std::string_view truncate_utf8(std::string_view text, std::size_t bytes_max) noexcept;

/// For the end of an error message: in double quotes, control characters and invalid bytes as
/// \u00XX and \xXX, long texts cut after 80 bytes with "…".
std::string quoted(std::string_view text);
/// So that a std::string does not mean std::quoted.
inline std::string quoted(const std::string& text) {
    return quoted(std::string_view(text));
}
inline std::string quoted(const char* text) {
    return quoted(std::string_view(text));
}

}  // namespace twofold
