// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "ask/parts.h"
#include "base/result.h"

namespace twofold::ask {

struct Token {
    enum class Kind : std::uint8_t {
        kWord,      ///< Keywords and plain names: ASCII letters, digits, `_`, `$`.
        kQuoted,    ///< A name in backquotes; `text` is what they hold.
        kString,    ///< In double quotes; `text` is what they hold.
        kInteger,   ///< `integer`; without a sign.
        kReal,      ///< `real`; without a sign.
        kDuration,  ///< `7d`: `integer` and `unit`.
        kDate,      ///< `date`
        kInstant,   ///< `instant`
        kSymbol,    ///< `text`: ( ) [ ] , . + - * / % = != < <= > >=
        kEnd,
    };
    Kind kind = Kind::kEnd;
    std::string text;
    std::int64_t integer = 0;
    double real = 0;
    DurationUnit unit = DurationUnit::kDay;
    Date date;
    TimeMs instant = 0;
    Span span;

    bool is_word(std::string_view word) const { return kind == Kind::kWord && text == word; }
    bool is_symbol(std::string_view symbol) const {
        return kind == Kind::kSymbol && text == symbol;
    }
};

/// The tokens of a text, the last one kEnd. Spaces, line breaks and `--` comments are left out.
/// Errors: kInvalid with the place: a quote that is not closed, a character that starts nothing, a
/// number, date or escape that is none; kTooLarge for a text beyond kTextBytesMax.
Result<std::vector<Token>> lex(std::string_view text);

/// Whether `text` can be written as a word, without quotes of any kind.
bool is_plain_word(std::string_view text) noexcept;
/// Whether all of `text`, split at its dots, is plain words.
bool is_plain_path(std::string_view text) noexcept;

}  // namespace twofold::ask
