// SPDX-License-Identifier: Apache-2.0
#include <charconv>
#include <cstdint>
#include <string>

#include "plan/value.h"

// Reads the JSON text of an array as a record carries it. The text was made by model::append_json,
// so it is valid; what is not ends the walk.

namespace twofold::plan {
namespace {

class ListReader {
public:
    explicit ListReader(std::string_view json) : rest_(json) {}

    /// Whether another element was read into `element`; its text lives until the next call.
    bool next(model::Value& element) {
        if (rest_.empty() || (rest_[0] != '[' && rest_[0] != ',')) return false;
        rest_.remove_prefix(1);
        skip_spaces();
        if (rest_.empty() || rest_[0] == ']') return false;
        const bool read = read_value(element);
        skip_spaces();
        return read;
    }

private:
    void skip_spaces() {
        while (!rest_.empty() && (rest_[0] == ' ' || rest_[0] == '\t' || rest_[0] == '\n'))
            rest_.remove_prefix(1);
    }

    bool read_value(model::Value& element) {
        switch (rest_[0]) {
            case '"':
                if (!read_string()) return false;
                element = model::Value::of_string(text_);
                return true;
            case '[':
            case '{':
                element = model::Value::of_list(take_nested());
                return !element.text.empty();
            case 't':
                element = model::Value::of_bool(true);
                return take_word("true");
            case 'f':
                element = model::Value::of_bool(false);
                return take_word("false");
            case 'n':
                element = model::Value::null();
                return take_word("null");
            default:
                return read_number(element);
        }
    }

    bool take_word(std::string_view word) {
        if (!rest_.starts_with(word)) return false;
        rest_.remove_prefix(word.size());
        return true;
    }

    bool read_number(model::Value& element) {
        const std::size_t end = rest_.find_first_of(",] ");
        const std::string_view number = rest_.substr(0, end);
        const char* const last = number.data() + number.size();
        std::int64_t whole = 0;
        double real = 0;
        if (const auto done = std::from_chars(number.data(), last, whole);
            done.ec == std::errc() && done.ptr == last) {
            element = model::Value::of_int(whole);
        } else if (const auto real_done = std::from_chars(number.data(), last, real);
                   real_done.ec == std::errc() && real_done.ptr == last) {
            element = model::Value::of_double(real);
        } else {
            return false;
        }
        rest_.remove_prefix(number.size());
        return true;
    }

    bool read_string() {
        text_.clear();
        for (std::size_t at = 1; at < rest_.size(); ++at) {
            if (rest_[at] == '"') {
                rest_.remove_prefix(at + 1);
                return true;
            }
            if (rest_[at] == '\\') {
                if (++at >= rest_.size()) return false;
                at = unescape(at);
            } else {
                text_ += rest_[at];
            }
        }
        return false;
    }

    /// `at` is the character after the backslash; gives the last character that was used.
    std::size_t unescape(std::size_t at) {
        switch (rest_[at]) {
            case 'b':
                text_ += '\b';
                return at;
            case 'f':
                text_ += '\f';
                return at;
            case 'n':
                text_ += '\n';
                return at;
            case 'r':
                text_ += '\r';
                return at;
            case 't':
                text_ += '\t';
                return at;
            case 'u':
                return unescape_unicode(at);
            default:
                text_ += rest_[at];
                return at;
        }
    }

    std::uint32_t hex4(std::size_t at) const {
        std::uint32_t code = 0xfffd;
        if (at + 4 <= rest_.size())
            std::from_chars(rest_.data() + at, rest_.data() + at + 4, code, 16);
        return code;
    }

    std::size_t unescape_unicode(std::size_t at) {
        std::uint32_t code = hex4(at + 1);
        std::size_t last = at + 4;
        if (code >= 0xd800 && code < 0xdc00 && rest_.substr(last + 1).starts_with("\\u")) {
            const std::uint32_t low = hex4(last + 3);
            code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
            last += 6;
        }
        append_utf8(code);
        return last;
    }

    void append_utf8(std::uint32_t code) {
        const auto put = [this](std::uint32_t byte) { text_ += static_cast<char>(byte); };
        if (code < 0x80) {
            put(code);
        } else if (code < 0x800) {
            put(0xc0 | code >> 6);
            put(0x80 | (code & 0x3f));
        } else if (code < 0x10000) {
            put(0xe0 | code >> 12);
            put(0x80 | (code >> 6 & 0x3f));
            put(0x80 | (code & 0x3f));
        } else {
            put(0xf0 | code >> 18);
            put(0x80 | (code >> 12 & 0x3f));
            put(0x80 | (code >> 6 & 0x3f));
            put(0x80 | (code & 0x3f));
        }
    }

    std::string_view take_nested() {
        int depth = 0;
        bool quoted = false;
        for (std::size_t at = 0; at < rest_.size(); ++at) {
            const char c = rest_[at];
            if (quoted) {
                if (c == '\\') ++at;
                quoted = c != '"';
            } else if (c == '"') {
                quoted = true;
            } else if (c == '[' || c == '{') {
                ++depth;
            } else if ((c == ']' || c == '}') && --depth == 0) {
                const std::string_view nested = rest_.substr(0, at + 1);
                rest_.remove_prefix(at + 1);
                return nested;
            }
        }
        return {};
    }

    std::string_view rest_;
    std::string text_;
};

}  // namespace

bool any_element(std::string_view json, const std::function<bool(const model::Value&)>& function) {
    ListReader reader(json);
    model::Value element;
    while (reader.next(element)) {
        if (function(element)) return true;
    }
    return false;
}

}  // namespace twofold::plan
