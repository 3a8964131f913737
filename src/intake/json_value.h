// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <expected>
#include <memory>
#include <string>
#include <string_view>

/// JSON read in place: simdjson parses a record onto its tape, and JsonValue walks the tape. So the
/// rest of the room needs no heavy header, nothing is allocated per value, and what a record does
/// not use costs nothing to skip.
///
/// The tape, as simdjson documents it (doc/tape.md): words of 64 bits, the type in the top byte.
/// An object or array says in its low 32 bits where the word after its end is, and that end has a
/// word of its own; a string has its offset into the texts, where its length (u32) comes first;
/// a number has its value in the next word. In an object keys and values alternate.
namespace twofold::intake {

enum class JsonType : std::uint8_t {
    kMissing = 0,  ///< Not there at all.
    kObject = '{',
    kArray = '[',
    kString = '"',
    kInt = 'l',
    kUnsigned = 'u',  ///< From 2^63 to 2^64 - 1.
    kDouble = 'd',
    kTrue = 't',
    kFalse = 'f',
    kNull = 'n',
};

struct JsonTape {
    const std::uint64_t* words = nullptr;
    const std::uint8_t* texts = nullptr;
};

/// A value on the tape, or nothing. Borrowed from its JsonParser until that parses again.
class JsonValue {
public:
    JsonValue() = default;
    JsonValue(const JsonTape* tape, std::uint32_t at) noexcept : tape_(tape), at_(at) {}

    JsonType type() const noexcept {
        return tape_ == nullptr ? JsonType::kMissing : static_cast<JsonType>(word() >> 56);
    }
    bool is(JsonType type_asked) const noexcept { return type() == type_asked; }
    /// Null counts as missing: both mean that the sender said nothing.
    bool is_absent() const noexcept { return tape_ == nullptr || type() == JsonType::kNull; }

    /// REQUIRES: a string.
    std::string_view text() const noexcept {
        const std::uint8_t* start = tape_->texts + (word() & kPayload);
        std::uint32_t length = 0;
        std::memcpy(&length, start, sizeof(length));
        return {reinterpret_cast<const char*>(start + sizeof(length)), length};
    }
    /// REQUIRES: kInt, kUnsigned or kDouble.
    std::int64_t integer() const noexcept { return static_cast<std::int64_t>(number_word()); }
    std::uint64_t unsigned_integer() const noexcept { return number_word(); }
    double real() const noexcept {
        double value = 0;
        const std::uint64_t bits = number_word();
        std::memcpy(&value, &bits, sizeof(value));
        return value;
    }

    /// The first thing inside. REQUIRES: an object or array.
    JsonValue inside() const noexcept { return {tape_, at_ + 1}; }
    /// Whether this is the end of the object or array that holds it.
    bool is_end() const noexcept {
        const auto tag = static_cast<char>(word() >> 56);
        return tag == '}' || tag == ']';
    }
    /// What comes after this value. REQUIRES: a value that is inside another.
    JsonValue next() const noexcept {
        switch (type()) {
            case JsonType::kObject:
            case JsonType::kArray:
                return {tape_, static_cast<std::uint32_t>(word())};
            case JsonType::kInt:
            case JsonType::kUnsigned:
            case JsonType::kDouble:
                return {tape_, at_ + 2};
            case JsonType::kMissing:
            case JsonType::kString:
            case JsonType::kTrue:
            case JsonType::kFalse:
            case JsonType::kNull:
                break;
        }
        return {tape_, at_ + 1};
    }

    /// The last member of that name, or nothing; also when this is no object. O(members).
    JsonValue member(std::string_view name) const noexcept;

private:
    static constexpr std::uint64_t kPayload = 0x00ff'ffff'ffff'ffffULL;

    std::uint64_t word() const noexcept { return tape_->words[at_]; }
    std::uint64_t number_word() const noexcept { return tape_->words[at_ + 1]; }

    const JsonTape* tape_ = nullptr;
    std::uint32_t at_ = 0;
};

/// Calls visit(key, value) for each member in order, repeated keys included.
/// REQUIRES: `object` is an object.
template <typename Visit>
void each_member(JsonValue object, Visit&& visit) {
    for (JsonValue key = object.inside(); !key.is_end();) {
        const JsonValue value{key.next()};
        visit(key.text(), value);
        key = value.next();
    }
}

enum class JsonFault : std::uint8_t {
    kMalformed,
    kNumber,  ///< Well-formed, but with a number that no 64 bits can hold.
    kUtf8,
    kTooDeep,  ///< More than 1,024 levels.
};
struct JsonError {
    JsonFault fault = JsonFault::kMalformed;
    const char* reason = "";  ///< Lives for ever.
};

/// Parses one JSON text after the other. Its memory grows with the longest seen, about 14 times
/// its bytes. One per thread.
class JsonParser {
public:
    JsonParser();
    ~JsonParser();
    JsonParser(JsonParser&&) noexcept;
    JsonParser& operator=(JsonParser&&) noexcept;

    /// A lone surrogate and \u0000 in a string are read as U+FFFD, so that every text is UTF-8 and
    /// holds no NUL. `readable` bytes after the text may be read (never looked at): with 64 of them
    /// the text is not copied.
    std::expected<JsonValue, JsonError> parse(std::string_view text, std::size_t readable);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Replaces each lone surrogate escape and each \u0000 by \ufffd, in place: same length.
/// Returns whether anything was replaced. Backslashes outside strings are left to the parser.
bool repair_escapes(std::string& json);

}  // namespace twofold::intake
