// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "ask/answer.h"

// Pieces of format_answer(), used by answer_print.cc and answer_text.cc only.

namespace twofold::ask {

/// "text", "integer", … as in JSON.
std::string_view cell_type_name(CellType type) noexcept;
/// In the zone of the range, or in UTC when that is not known; empty at the ends of time.
std::string local_time(TimeMs time, const AnswerRange& range);
/// For people: aligned with spaces, or Markdown.
std::string terminal_table(const Answer& answer);
std::string markdown_table(const Answer& answer);

}  // namespace twofold::ask
