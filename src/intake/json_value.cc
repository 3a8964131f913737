// SPDX-License-Identifier: Apache-2.0
#include "intake/json_value.h"

#include <algorithm>
#include <bit>
#include <simdjson.h>

#include "base/check.h"

namespace twofold::intake {

namespace {

constexpr std::size_t kPadding = 64;
static_assert(kPadding >= simdjson::SIMDJSON_PADDING);

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

std::size_t skip_digits(std::string_view text, std::size_t at) noexcept {
    while (at < text.size() && is_digit(text[at]))
        ++at;
    return at;
}

// Length of the JSON number that starts here, 0 when none does.
std::size_t number_length(std::string_view text) noexcept {
    std::size_t at = text.starts_with('-') ? 1 : 0;
    const std::size_t whole = at;
    at = skip_digits(text, at);
    if (at == whole || (at - whole > 1 && text[whole] == '0')) return 0;
    if (at < text.size() && text[at] == '.') {
        const std::size_t fraction = at + 1;
        at = skip_digits(text, fraction);
        if (at == fraction) return 0;
    }
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
        const std::size_t exponent = at;
        at = skip_digits(text, exponent);
        if (at == exponent) return 0;
    }
    return at;
}

std::size_t string_end(std::string_view json, std::size_t at) noexcept {
    for (++at; at < json.size() && json[at] != '"'; ++at) {
        if (json[at] == '\\') ++at;
    }
    return at + 1;
}

// simdjson calls a number out of range and a misspelt one the same; the sender should know which.
bool numbers_are_well_formed(std::string_view json) noexcept {
    for (std::size_t at = 0; at < json.size();) {
        if (json[at] == '"') {
            at = string_end(json, at);
        } else if (json[at] == '-' || is_digit(json[at])) {
            const std::size_t length = number_length(json.substr(at));
            if (length == 0) return false;
            at += length;
            if (at < json.size() && (is_digit(json[at]) || json[at] == '.')) return false;
        } else {
            ++at;
        }
    }
    return true;
}

JsonError error_of(simdjson::error_code code, std::string_view json) noexcept {
    switch (code) {
        case simdjson::UTF8_ERROR:
            return {JsonFault::kUtf8, "invalid UTF-8"};
        case simdjson::DEPTH_ERROR:
            return {JsonFault::kTooDeep, "more than 1,024 levels"};
        case simdjson::NUMBER_ERROR:
            if (numbers_are_well_formed(json)) {
                return {JsonFault::kNumber, "a number beyond 64 bits"};
            }
            return {JsonFault::kMalformed, "a number is malformed"};
        case simdjson::STRING_ERROR:
            return {JsonFault::kMalformed, "a string is malformed"};
        case simdjson::UNCLOSED_STRING:
            return {JsonFault::kMalformed, "a string is not closed"};
        case simdjson::UNESCAPED_CHARS:
            return {JsonFault::kMalformed, "a control character in a string is not escaped"};
        case simdjson::EMPTY:
            return {JsonFault::kMalformed, "nothing is there"};
        // Any other: what is wrong is the order of things.
        default:
            return {JsonFault::kMalformed, "a comma, colon, bracket or value is out of place"};
    }
}

// The four hex digits at `at`, or -1.
int hex4(std::string_view text, std::size_t at) noexcept {
    if (at + 4 > text.size()) return -1;
    int value = 0;
    for (std::size_t i = at; i < at + 4; ++i) {
        const char c = text[i];
        const int digit = is_digit(c)              ? c - '0'
                          : (c >= 'a' && c <= 'f') ? c - 'a' + 10
                          : (c >= 'A' && c <= 'F') ? c - 'A' + 10
                                                   : -1;
        if (digit < 0) return -1;
        value = value * 16 + digit;
    }
    return value;
}

constexpr std::size_t kEscapeLength = 6;  // \uXXXX

bool is_low_surrogate_escape(std::string_view text, std::size_t at) noexcept {
    if (at + kEscapeLength > text.size() || text[at] != '\\' || text[at + 1] != 'u') return false;
    const int value = hex4(text, at + 2);
    return value >= 0xdc00 && value < 0xe000;
}

}  // namespace

JsonValue JsonValue::member(std::string_view name) const noexcept {
    JsonValue found;
    if (!is(JsonType::kObject)) return found;
    each_member(*this, [&](std::string_view key, JsonValue value) {
        if (key == name) found = value;
    });
    return found;
}

bool repair_escapes(std::string& json) {
    bool repaired = false;
    std::size_t at = json.find('\\');
    while (at != std::string::npos && at + 1 < json.size()) {
        std::size_t length = 2;
        const int value = json[at + 1] == 'u' ? hex4(json, at + 2) : -1;
        if (value >= 0) {
            const bool high = value >= 0xd800 && value < 0xdc00;
            const bool paired = high && is_low_surrogate_escape(json, at + kEscapeLength);
            const bool lone = value >= 0xd800 && value < 0xe000 && !paired;
            if (lone || value == 0) {
                json.replace(at + 2, 4, "fffd");
                repaired = true;
            }
            length = paired ? 2 * kEscapeLength : kEscapeLength;
        }
        at = json.find('\\', at + length);
    }
    return repaired;
}

struct JsonParser::State {
    simdjson::dom::parser parser;
    std::string copy;
    JsonTape tape;
};

JsonParser::JsonParser() : state_(std::make_unique<State>()) {}
JsonParser::~JsonParser() = default;
JsonParser::JsonParser(JsonParser&&) noexcept = default;
JsonParser& JsonParser::operator=(JsonParser&&) noexcept = default;

std::expected<JsonValue, JsonError> JsonParser::parse(std::string_view text, std::size_t readable) {
    // Escapes are rare, and each \u may need a repair that cannot be done in borrowed bytes.
    const bool has_escapes = text.find("\\u") != std::string_view::npos;
    if (has_escapes || readable < kPadding) {
        state_->copy.reserve(text.size() + kPadding);
        state_->copy.assign(text);
        if (has_escapes) repair_escapes(state_->copy);
        text = state_->copy;
    }
    simdjson::dom::parser& parser = state_->parser;
    if (text.size() > parser.capacity()) {
        // In steps, or a file of slowly growing lines would allocate for each.
        constexpr std::size_t kLeast = std::size_t{16} * 1024;
        const std::size_t wanted = std::max(kLeast, std::bit_ceil(text.size()));
        TF_CHECK(parser.allocate(wanted) == simdjson::SUCCESS);
        TF_CHECK(parser.doc.allocate(wanted) == simdjson::SUCCESS);
    }
    const auto parsed =
        parser.parse(reinterpret_cast<const std::uint8_t*>(text.data()), text.size(), false);
    if (parsed.error() != simdjson::SUCCESS) {
        return std::unexpected(error_of(parsed.error(), text));
    }
    state_->tape = {parser.doc.tape.get(), parser.doc.string_buf.get()};
    return JsonValue(&state_->tape, 1);  // word 0 is the root's
}

}  // namespace twofold::intake
