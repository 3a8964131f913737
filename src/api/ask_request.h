// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include "ask/answer_print.h"
#include "ask/backend.h"
#include "ask/question.h"
#include "ask/question_json.h"
#include "base/calendar.h"
#include "base/result.h"

namespace twofold::api {

/// Bounds of the body of POST /v1/ask and /v1/ask/parse: those of a question in JSON, and room for
/// what stands around it.
inline constexpr std::size_t kRequestBytesMax = ask::kJsonBytesMax + (std::size_t{64} << 10);
inline constexpr int kRequestDepthMax = ask::kJsonDepthMax + 1;

/// The body of POST /v1/ask: {"ask": text} or {"question": {…}}, and optionally "at" (an instant or
/// a date, which counts as its end), "open" (which cell), "offset", "limit" and "position".
struct AskRequest {
    ask::Question question;
    ask::AskOptions options;
};

/// Errors: kInvalid with what is wrong; kTooLarge beyond kRequestDepthMax; the parser's, with the
/// place in the text.
Result<AskRequest> read_ask_request(std::string_view body, const Zone& zone);

/// By the Accept header: JSON, unless CSV, NDJSON, plain text or Markdown is asked for.
ask::AnswerFormat answer_format(std::string_view accept);
std::string_view content_type(ask::AnswerFormat format);

/// "2026-03-01" is the last moment of that day in the zone, so that the day is seen whole;
/// "2026-03-01T06:00Z" is itself. Errors: kInvalid.
Result<TimeMs> moment(std::string_view text, const Zone& zone);

}  // namespace twofold::api
