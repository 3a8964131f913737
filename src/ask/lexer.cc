// SPDX-License-Identifier: Apache-2.0
#include "ask/lexer.h"

#include <array>
#include <charconv>
#include <optional>

#include "ask/question.h"
#include "base/text.h"

namespace twofold::ask {
namespace {

bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
bool starts_word(char c) noexcept {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}
bool continues_word(char c) noexcept {
    return starts_word(c) || is_digit(c);
}
bool continues_character(char c) noexcept {
    return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U;
}

void append_utf8(std::string& out, std::uint32_t code) {
    const auto put = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
    if (code < 0x80) {
        put(code);
    } else if (code < 0x800) {
        put(0xC0U | (code >> 6U));
        put(0x80U | (code & 0x3FU));
    } else {
        put(0xE0U | (code >> 12U));
        put(0x80U | ((code >> 6U) & 0x3FU));
        put(0x80U | (code & 0x3FU));
    }
}

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}

    Result<std::vector<Token>> run() {
        while (true) {
            skip_space();
            Token token;
            start(token);
            if (here_ == text_.size()) {
                // The end has a place too: errors that say what is missing point at it.
                token.span.end = token.span.begin + 1;
                tokens_.push_back(std::move(token));
                return std::move(tokens_);
            }
            TF_TRY(read(token));
            finish(token);
            tokens_.push_back(std::move(token));
        }
    }

private:
    char peek(std::size_t ahead = 0) const {
        return here_ + ahead < text_.size() ? text_[here_ + ahead] : '\0';
    }
    void advance() {
        if (text_[here_] == '\n') {
            ++place_.line;
            place_.column = 1;
        } else if (!continues_character(text_[here_])) {
            ++place_.column;
        }
        ++here_;
    }
    void start(Token& token) const {
        token.span.at = place_;
        token.span.begin = static_cast<std::uint32_t>(here_);
    }
    void finish(Token& token) const { token.span.end = static_cast<std::uint32_t>(here_); }

    static std::unexpected<Error> error(const Token& token, std::string message,
                                        std::string suggestion = {}) {
        return std::unexpected(
            Error{ErrorCode::kInvalid, std::move(message), token.span.at, std::move(suggestion)});
    }
    std::string taken(const Token& token) const {
        return quoted(text_.substr(token.span.begin, here_ - token.span.begin));
    }

    void skip_space() {
        while (here_ < text_.size()) {
            const char c = peek();
            if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
                advance();
            } else if (c == '-' && peek(1) == '-') {
                while (here_ < text_.size() && peek() != '\n') {
                    advance();
                }
            } else {
                return;
            }
        }
    }

    Status read(Token& token) {
        const char c = peek();
        if (c == '"' || c == '`') {
            return read_quoted(token, c);
        }
        if (is_digit(c)) {
            return looks_like_date() ? read_date(token) : read_number(token);
        }
        if (starts_word(c)) {
            token.kind = Token::Kind::kWord;
            while (continues_word(peek())) {
                token.text.push_back(peek());
                advance();
            }
            return {};
        }
        return read_symbol(token);
    }

    Status read_symbol(Token& token) {
        static constexpr std::array<std::string_view, 16> kSymbols = {
            "!=", "<=", ">=", "<", ">", "=", "(", ")", "[", "]", ",", ".", "+", "-", "*", "/"};
        token.kind = Token::Kind::kSymbol;
        for (const std::string_view symbol : kSymbols) {
            if (text_.substr(here_).starts_with(symbol)) {
                return take_symbol(token, symbol);
            }
        }
        if (peek() == '%') {
            return take_symbol(token, "%");
        }
        const std::size_t begin = here_;
        do {
            advance();
        } while (here_ < text_.size() && continues_character(peek()));
        return unknown_character(token, text_.substr(begin, here_ - begin));
    }
    static Status unknown_character(const Token& token, std::string_view character) {
        // What keyboards and word processors make of a quote.
        for (const std::string_view quote : {"'", "“", "”", "„", "‘", "’", "«", "»"}) {
            if (character == quote) {
                return error(token,
                             "names and texts stand in straight double quotes: found " +
                                 std::string(character),
                             "\"");
            }
        }
        const auto first = static_cast<unsigned char>(character[0]);
        return error(token,
                     (first >= 0x80 ? "a name beyond a-z stands in quotes or backquotes: found "
                                    : "nothing starts with ") +
                         quoted(character));
    }
    Status take_symbol(Token& token, std::string_view symbol) {
        token.text = symbol;
        for (std::size_t i = 0; i < symbol.size(); ++i) {
            advance();
        }
        return {};
    }

    Status read_quoted(Token& token, char quote) {
        token.kind = quote == '"' ? Token::Kind::kString : Token::Kind::kQuoted;
        advance();
        while (peek() != quote) {
            // A line break would be a forgotten quote, reported far from where it is missing.
            if (here_ == text_.size() || peek() == '\n') {
                return error(token, std::string("this name has no closing ") + quote);
            }
            if (peek() == '\\') {
                TF_TRY(read_escape(token, quote));
            } else {
                token.text.push_back(peek());
                advance();
            }
        }
        advance();
        if (token.text.size() > kNameBytesMax) {
            return std::unexpected(Error{
                ErrorCode::kTooLarge,
                "a name has at most " + std::to_string(kNameBytesMax) + " bytes: " + taken(token),
                token.span.at,
                {}});
        }
        return {};
    }

    Status read_escape(Token& token, char quote) {
        advance();
        const char c = peek();
        if (c == quote || c == '\\') {
            token.text.push_back(c);
        } else if (c == 'n') {
            token.text.push_back('\n');
        } else if (c == 't') {
            token.text.push_back('\t');
        } else if (c == 'u') {
            return read_unicode_escape(token);
        } else {
            return error(token,
                         std::string("after \\ stands ") + quote +
                             ", \\, n, t or u with four hexadecimal digits",
                         "\\\\");
        }
        advance();
        return {};
    }

    Status read_unicode_escape(Token& token) {
        std::uint32_t code = 0;
        const std::string_view digits = text_.substr(here_ + 1).substr(0, 4);
        const auto [end, problem] =
            std::from_chars(digits.data(), digits.data() + digits.size(), code, 16);
        const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
        if (digits.size() != 4 || problem != std::errc() || end != digits.data() + 4 || surrogate) {
            return error(token, "\\u takes four hexadecimal digits of a character");
        }
        append_utf8(token.text, code);
        for (int i = 0; i < 5; ++i) {
            advance();
        }
        return {};
    }

    bool looks_like_date() const {
        static constexpr std::string_view kShape = "dddd-dd-dd";
        for (std::size_t i = 0; i < kShape.size(); ++i) {
            if (kShape[i] == 'd' ? !is_digit(peek(i)) : peek(i) != '-') {
                return false;
            }
        }
        return true;
    }

    Status read_date(Token& token) {
        while (is_digit(peek()) || peek() == '-') {
            advance();
        }
        if (peek() == 'T') {
            return read_instant(token);
        }
        token.kind = Token::Kind::kDate;
        const std::string_view written = text_.substr(token.span.begin, here_ - token.span.begin);
        const auto date = parse_date(written);
        if (!date || continues_word(peek())) {
            while (continues_word(peek())) {
                advance();
            }
            return error(token, "there is no date " + taken(token));
        }
        token.date = *date;
        return {};
    }

    Status read_instant(Token& token) {
        token.kind = Token::Kind::kInstant;
        const auto is_part = [](char c) {
            return continues_word(c) || c == ':' || c == '.' || c == '+' || c == '-';
        };
        bool ended = false;
        while (!ended && is_part(peek())) {
            ended = peek() == 'Z';
            advance();
        }
        const std::string written(text_.substr(token.span.begin, here_ - token.span.begin));
        // A local time would mean another moment in another zone.
        const std::size_t time = written.find('T');
        if (!ended && written.find_first_of("+-", time) == std::string::npos) {
            const bool is_time = parse_instant(written + "Z").has_value();
            return error(token, "an instant ends with Z or its offset: " + quoted(written),
                         is_time ? written + "Z" : std::string());
        }
        const auto instant = parse_instant(written);
        if (!instant) {
            return error(token, "there is no instant " + quoted(written));
        }
        token.instant = *instant;
        return {};
    }

    Status read_number(Token& token) {
        bool real = false;
        while (is_digit(peek())) {
            advance();
        }
        if (peek() == '.' && is_digit(peek(1))) {
            real = true;
            advance();
            while (is_digit(peek())) {
                advance();
            }
        }
        if (const std::size_t digits_at = exponent_digits_at(); digits_at > 0) {
            real = true;
            for (std::size_t i = 0; i < digits_at; ++i) {
                advance();
            }
            while (is_digit(peek())) {
                advance();
            }
        }
        const std::string_view number = text_.substr(token.span.begin, here_ - token.span.begin);
        if (!(real ? set_real(token, number) : set_integer(token, number))) {
            return error(token, "this number is too large: " + quoted(number));
        }
        return continues_word(peek()) ? read_unit(token, real) : Status{};
    }

    /// Where the digits of an exponent begin, counted from here; 0 when none follows.
    std::size_t exponent_digits_at() const {
        if (peek() != 'e' && peek() != 'E') {
            return 0;
        }
        const std::size_t sign = peek(1) == '+' || peek(1) == '-' ? 1 : 0;
        return is_digit(peek(1 + sign)) ? 1 + sign : 0;
    }
    static bool set_real(Token& token, std::string_view number) {
        token.kind = Token::Kind::kReal;
        return std::from_chars(number.data(), number.data() + number.size(), token.real).ec ==
               std::errc();
    }
    static bool set_integer(Token& token, std::string_view number) {
        token.kind = Token::Kind::kInteger;
        return std::from_chars(number.data(), number.data() + number.size(), token.integer).ec ==
               std::errc();
    }

    Status read_unit(Token& token, bool real) {
        std::string unit;
        while (continues_word(peek())) {
            unit.push_back(peek());
            advance();
        }
        static constexpr std::string_view kUnits = "smhdw";
        const std::size_t at = unit.size() == 1 ? kUnits.find(unit[0]) : std::string_view::npos;
        if (real || at == std::string_view::npos) {
            return error(token, "neither a number nor a duration such as 7d: " + taken(token));
        }
        token.kind = Token::Kind::kDuration;
        token.unit = static_cast<DurationUnit>(at);
        return {};
    }

    std::string_view text_;
    std::size_t here_ = 0;
    Place place_;
    std::vector<Token> tokens_;
};

}  // namespace

Result<std::vector<Token>> lex(std::string_view text) {
    if (text.size() > kTextBytesMax) {
        return fail(ErrorCode::kTooLarge, "a question has at most " +
                                              std::to_string(kTextBytesMax) +
                                              " bytes: " + std::to_string(text.size()));
    }
    if (!is_valid_utf8(text)) {
        return fail(ErrorCode::kInvalid, "a question is UTF-8: " + quoted(text));
    }
    return Lexer(text).run();
}

bool is_plain_word(std::string_view text) noexcept {
    if (text.empty() || !starts_word(text[0])) {
        return false;
    }
    for (const char c : text) {
        if (!continues_word(c)) {
            return false;
        }
    }
    return true;
}

bool is_plain_path(std::string_view text) noexcept {
    while (true) {
        const std::size_t dot = text.find('.');
        if (!is_plain_word(text.substr(0, dot))) {
            return false;
        }
        if (dot == std::string_view::npos) {
            return true;
        }
        text.remove_prefix(dot + 1);
    }
}

}  // namespace twofold::ask
