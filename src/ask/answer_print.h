// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

#include "ask/answer.h"
#include "base/result.h"

namespace twofold::ask {

enum class AnswerFormat : std::uint8_t { kJson, kCsv, kNdjson, kTable, kMarkdown };

/// The answer as text. Where there is no number, null in JSON, empty in CSV, a dash in tables.
///   kJson      the object of wire.md, one line
///   kCsv       a header and the rows, RFC 4180; text that a spreadsheet would run begins with '
///   kNdjson    one object a row, by column name
///   kTable     aligned for a terminal, with totals, rule, notes and cost below
///   kMarkdown  a table, with totals, rule and notes below
std::string format_answer(const Answer& answer, AnswerFormat format);

/// {"error":{"code","message","at":{"line","column"},"suggestion"}}; the last two where there are.
/// The message of an error that must not leave the house is replaced by a general one.
std::string problem_json(const Error& error);

}  // namespace twofold::ask
