// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "api/ask_request.h"
#include "api/services.h"
#include "ask/check.h"
#include "ask/complete.h"
#include "ask/parse.h"
#include "ask/print.h"
#include "ask/question_json.h"

namespace twofold::api {

namespace {

using nlohmann::json;

Status put_in_line(Services& services, const http::Request& request, const http::Reply& reply) {
    TF_TRY(may_ask(services, request));
    TF_ASSIGN(const Zone zone, Zone::find(services.project.settings().zone));
    TF_ASSIGN(AskRequest asked, read_ask_request(request.body, zone));
    const ask::AnswerFormat format = answer_format(request.header("accept"));
    return services.asking.ask(std::move(asked.question), std::move(asked.options), request.gone,
                               [reply, format](const Result<ask::Answer>& answered) {
                                   reply(answered
                                             ? http::respond(200, content_type(format),
                                                             ask::format_answer(*answered, format))
                                             : problem(answered.error()));
                               });
}

void answer(Services& services, const http::Request& request, const http::Reply& reply) {
    if (const Status put = put_in_line(services, request, reply); !put) reply(problem(put.error()));
}

std::string_view kind_name(ask::Completion::Kind kind) {
    switch (kind) {
        case ask::Completion::Kind::kKeyword:
            return "keyword";
        case ask::Completion::Kind::kEvent:
            return "event";
        case ask::Completion::Kind::kFact:
            return "fact";
        case ask::Completion::Kind::kProperty:
            return "property";
        case ask::Completion::Kind::kSegment:
            return "segment";
        case ask::Completion::Kind::kRole:
            return "role";
        case ask::Completion::Kind::kRelease:
            return "release";
        case ask::Completion::Kind::kSurvey:
            return "survey";
        case ask::Completion::Kind::kCustomer:
            return "customer";
    }
    return "keyword";
}

/// {"ask": text} → the question as JSON; {"question": {…}} → its text; with "complete_at" (a byte
/// offset in the text) → what could stand there. Errors come with their place.
Result<http::Response> parse(Services& services, const http::Request& request) {
    TF_TRY(may_ask(services, request));
    TF_ASSIGN(const auto names, services.asking.engine().names());
    const json body = json::parse(request.body, nullptr, false);
    if (body.is_object() && body.contains("complete_at") &&
        body["complete_at"].is_number_unsigned() && body.contains("ask") &&
        body["ask"].is_string()) {
        const ask::Completions found = ask::complete(
            body["ask"].get<std::string>(), body["complete_at"].get<std::size_t>(), *names);
        json items = json::array();
        for (const ask::Completion& item : found.items) {
            items.push_back({{"text", item.text}, {"kind", kind_name(item.kind)}});
        }
        return http::json(200, json{{"replace_from", found.replace_from}, {"items", items}}.dump(
                                   -1, ' ', false, json::error_handler_t::replace));
    }
    TF_ASSIGN(const AskRequest asked, read_ask_request(request.body, Zone::utc()));
    TF_TRY(ask::check(asked.question, *names));
    return http::json(200, json{{"ask", ask::print(asked.question)},
                                {"question", json::parse(ask::to_json(asked.question))}}
                               .dump());
}

json names_of(const std::vector<std::string>& names) {
    return json(names);
}

Result<http::Response> schema(Services& services, const http::Request& request) {
    TF_TRY(may_ask(services, request));
    TF_ASSIGN(const auto names, services.asking.engine().names());
    const json body = {{"events", names_of(names->events())},
                       {"properties",
                        {{"event", names_of(names->properties(ask::Owner::kEvent))},
                         {"user", names_of(names->properties(ask::Owner::kUser))},
                         {"customer", names_of(names->properties(ask::Owner::kCustomer))}}},
                       {"roles", names_of(names->roles())},
                       {"segments", names_of(names->segments())}};
    return http::json(200, body.dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace

void add_ask_routes(http::Router& router, Services& services) {
    const auto add = [&](http::Method method, std::string path, auto handler) {
        router.add({method, std::move(path),
                    [&services, handler](const http::Request& request, const http::Reply& reply) {
                        auto response = handler(services, request);
                        reply(response ? *std::move(response) : problem(response.error()));
                    },
                    http::Runs::kOnWorker, kRequestBytesMax, false});
    };
    router.add({http::Method::kPost, "/v1/ask",
                [&services](const http::Request& request, const http::Reply& reply) {
                    answer(services, request, reply);
                },
                http::Runs::kOnWorker, kRequestBytesMax, false, true});
    add(http::Method::kPost, "/v1/ask/parse", parse);
    add(http::Method::kGet, "/v1/schema", schema);
}

}  // namespace twofold::api
