// SPDX-License-Identifier: Apache-2.0
#include "base/text.h"

#include <algorithm>
#include <fmt/format.h>
#include <simdjson.h>

namespace twofold {

namespace {

constexpr std::size_t kQuotedBytesMax = 80;

/// Whether the byte continues a character: 10xxxxxx.
bool continues(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0u) == 0x80u;
}

}  // namespace

bool is_valid_utf8(std::string_view text) noexcept {
    return simdjson::validate_utf8(text.data(), text.size());
}

std::size_t character_count(std::string_view text) noexcept {
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char byte) { return !continues(byte); }));
}

std::string_view truncate_utf8(std::string_view text, std::size_t bytes_max) noexcept {
    if (text.size() <= bytes_max) return text;
    std::size_t end = bytes_max;
    while (end > 0 && continues(text[end]))
        --end;
    return text.substr(0, end);
}

std::string quoted(std::string_view text) {
    const std::string_view shown = truncate_utf8(text, kQuotedBytesMax);
    const bool valid = is_valid_utf8(shown);
    std::string result = "\"";
    for (const char c : shown) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte == 0x7F) {
            result += fmt::format("\\u{:04X}", byte);
        } else if (byte >= 0x80 && !valid) {
            result += fmt::format("\\x{:02X}", byte);
        } else {
            result += c;
        }
    }
    if (shown.size() < text.size()) result += "…";
    return result + "\"";
}

}  // namespace twofold
