// SPDX-License-Identifier: Apache-2.0
#include "api/ask_request.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "ask/parse.h"
#include "ask/question_json.h"
#include "base/text.h"

namespace twofold::api {

namespace {

using nlohmann::json;

std::unexpected<Error> invalid(std::string message) {
    return fail(ErrorCode::kInvalid, std::move(message));
}

Result<std::optional<std::uint64_t>> whole_number(const json& body, const char* name) {
    if (!body.contains(name)) return std::nullopt;
    if (!body[name].is_number_unsigned()) {
        return invalid(
            fmt::format("\"{}\" must be a whole number, not {}", name,
                        quoted(body[name].dump(-1, ' ', false, json::error_handler_t::replace))));
    }
    return body[name].get<std::uint64_t>();
}

Result<ask::Question> question_of(const json& body) {
    const bool text = body.contains("ask");
    if (text == body.contains("question")) {
        return invalid("send either \"ask\" (the question as text) or \"question\" (as JSON)");
    }
    if (!text) return ask::from_json(body["question"].dump());
    if (!body["ask"].is_string()) return invalid("\"ask\" must be a text");
    return ask::parse(body["ask"].get_ref<const std::string&>());
}

}  // namespace

Result<TimeMs> moment(std::string_view text, const Zone& zone) {
    if (const auto date = parse_date(text)) {
        return zone.advance(Interval::kDay, zone.day_start(*date), 1) - 1;
    }
    return parse_instant(text);
}

Result<AskRequest> read_ask_request(std::string_view text, const Zone& zone) {
    // Before it is parsed: to copy or print what nests without end would overflow the stack.
    if (ask::json_depth(text) > kRequestDepthMax) {
        return fail(
            ErrorCode::kTooLarge,
            fmt::format("a question in JSON nests at most {} levels deep", ask::kJsonDepthMax));
    }
    const json body = json::parse(text, nullptr, false);
    if (!body.is_object()) return invalid(R"(the body must be JSON: {"ask": "count users"})");
    AskRequest request;
    TF_ASSIGN(request.question, question_of(body));
    if (body.contains("at")) {
        if (!body["at"].is_string()) return invalid("\"at\" must be a date or an instant as text");
        TF_ASSIGN(request.options.now, moment(body["at"].get_ref<const std::string&>(), zone));
    }
    if (body.contains("open")) {
        if (!body["open"].is_object()) return invalid("\"open\" must be an object: {\"step\": 2}");
        request.options.open = body["open"].dump();
    }
    TF_ASSIGN(const auto offset, whole_number(body, "offset"));
    request.options.offset = offset.value_or(0);
    TF_ASSIGN(request.options.limit, whole_number(body, "limit"));
    TF_ASSIGN(request.options.position, whole_number(body, "position"));
    return request;
}

ask::AnswerFormat answer_format(std::string_view accept) {
    if (accept.find("text/csv") != std::string_view::npos) return ask::AnswerFormat::kCsv;
    if (accept.find("application/x-ndjson") != std::string_view::npos) {
        return ask::AnswerFormat::kNdjson;
    }
    if (accept.find("text/plain") != std::string_view::npos) return ask::AnswerFormat::kTable;
    if (accept.find("text/markdown") != std::string_view::npos) {
        return ask::AnswerFormat::kMarkdown;
    }
    return ask::AnswerFormat::kJson;
}

std::string_view content_type(ask::AnswerFormat format) {
    switch (format) {
        case ask::AnswerFormat::kJson:
            return "application/json; charset=utf-8";
        case ask::AnswerFormat::kCsv:
            return "text/csv; charset=utf-8";
        case ask::AnswerFormat::kNdjson:
            return "application/x-ndjson; charset=utf-8";
        case ask::AnswerFormat::kTable:
            return "text/plain; charset=utf-8";
        case ask::AnswerFormat::kMarkdown:
            return "text/markdown; charset=utf-8";
    }
    return "text/plain; charset=utf-8";
}

}  // namespace twofold::api
