// SPDX-License-Identifier: Apache-2.0
#include "http/message.h"

#include <boost/beast/core/string.hpp>
#include <cctype>

namespace twofold::http {

namespace {
int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string decode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 &&
            hex_digit(text[i + 2]) >= 0) {
            out += static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2]));
            i += 2;
        } else {
            out += text[i] == '+' && plus_is_space ? ' ' : text[i];
        }
    }
    return out;
}
}  // namespace

std::string percent_decode(std::string_view text) {
    return decode(text, false);
}

void Headers::add(std::string_view name, std::string_view value) {
    places_.push_back({static_cast<std::uint32_t>(text_.size()),
                       static_cast<std::uint32_t>(name.size()),
                       static_cast<std::uint32_t>(value.size())});
    for (const char c : name)
        text_ += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    text_ += value;
}

void Headers::clear() noexcept {
    text_.clear();
    places_.clear();
}

std::string_view Headers::find(std::string_view name) const noexcept {
    const std::string_view text(text_);
    for (const Place& place : places_) {
        if (place.name_bytes == name.size() && text.substr(place.at, name.size()) == name) {
            return text.substr(place.at + place.name_bytes, place.value_bytes);
        }
    }
    return {};
}

std::string Request::query_value(std::string_view name) const {
    std::string_view rest = query;
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        const std::size_t equals = pair.find('=');
        if (decode(pair.substr(0, equals), true) != name) continue;
        return equals == std::string_view::npos ? "" : decode(pair.substr(equals + 1), true);
    }
    return {};
}

std::string_view Request::cookie(std::string_view name) const noexcept {
    std::string_view rest = header("cookie");
    while (!rest.empty()) {
        std::string_view pair = rest.substr(0, rest.find(';'));
        rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
        while (pair.starts_with(' '))
            pair.remove_prefix(1);
        if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) {
            return pair.substr(name.size() + 1);
        }
    }
    return {};
}

Response respond(int status, std::string_view content_type, std::string body) {
    Response response{status, {}, std::move(body)};
    response.with("Content-Type", std::string(content_type));
    return response;
}

Response json(int status, std::string body) {
    return respond(status, "application/json; charset=utf-8", std::move(body));
}

}  // namespace twofold::http
