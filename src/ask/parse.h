// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "ask/question.h"
#include "base/result.h"

namespace twofold::ask {

/// Reads a question from text. Knows no project: names are looked at by check().
/// Errors: kInvalid, with the place, what was found, what could stand there and, where a word is
/// nearly a keyword, a suggestion; kTooLarge beyond a bound of question.h.
Result<Question> parse(std::string_view text);

/// The same for a part alone, for settings (selectors with a name, segments).
Result<Selector> parse_selector(std::string_view text);
Result<Predicate> parse_predicate(std::string_view text);

}  // namespace twofold::ask
