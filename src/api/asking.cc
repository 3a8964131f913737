// SPDX-License-Identifier: Apache-2.0
#include <nlohmann/json.hpp>

#include "api/ask_request.h"
#include "api/services.h"
#include "ask/builtin.h"
#include "ask/check.h"
#include "ask/complete.h"
#include "ask/list_parts.h"
#include "ask/parse.h"
#include "ask/print.h"
#include "ask/question_json.h"
#include "engine/fact_rows.h"

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

json parts_json(const ask::ListParts& parts) {
    json show = json::array();
    for (const auto& column : parts.show)
        show.push_back({{"text", column.text}, {"name", column.name}});
    json sort = json::array();
    for (const auto& key : parts.sort)
        sort.push_back({{"text", key.text}, {"descending", key.descending}});
    return {{"head", parts.head}, {"show", show}, {"where", parts.where}, {"sort", sort}};
}

/// {"ask": text} → the question as JSON, and the "parts" of a list as texts; {"question": {…}} →
/// its text; with "complete_at" (a byte offset in the text) → what could stand there. Errors come
/// with their place.
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
    json read{{"ask", ask::print(asked.question)},
              {"question", json::parse(ask::to_json(asked.question))}};
    if (const auto parts = ask::list_parts(asked.question)) read["parts"] = parts_json(*parts);
    return http::json(200, read.dump(-1, ' ', false, json::error_handler_t::replace));
}

json names_of(const std::vector<std::string>& names) {
    return json(names);
}

/// "money", "text"…; "any" of what comes in several kinds.
std::string_view type_name(const ask::ValueKinds& kinds) {
    if (kinds.money) return "money";
    if (kinds.time) return "time";
    if (kinds.text + kinds.number + kinds.boolean + kinds.list != 1) return "any";
    return kinds.text ? "text" : kinds.number ? "number" : kinds.boolean ? "boolean" : "list";
}

/// The dated facts that this version answers.
json facts_of() {
    json facts = json::array();
    for (const std::string& name : ask::fact_names())
        if (engine::knows_fact(name)) facts.push_back(name);
    return facts;
}

/// What a list of users or customers can show of one, as it is written in a question: the built-in
/// facts that this version answers, then what was sent.
json shown_of(Services& services, const ask::Names& names, ask::Owner owner) {
    json shown = json::array();
    const std::string list = owner == ask::Owner::kUser ? "list users" : "list customers";
    for (const ask::BuiltIn& fact : ask::built_ins()) {
        if (fact.owner != owner) continue;
        const std::string text =
            ask::print(ask::Property{owner, std::string(fact.name), false, {}});
        const auto question = ask::parse(list + " show " + text);
        if (!question || !services.asking.engine().look_ahead(*question, {})) continue;
        shown.push_back({{"text", text}, {"type", type_name(fact.kinds)}, {"sent", false}});
    }
    for (const std::string& name : names.properties(owner)) {
        ask::Property property{owner, name, false, {}};
        property.sent = ask::find_built_in(property) != nullptr;
        const auto kinds = names.find_property(owner, name);
        shown.push_back({{"text", ask::print(property)},
                         {"type", type_name(kinds.value_or(ask::ValueKinds{}))},
                         {"sent", true}});
    }
    return shown;
}

Result<http::Response> schema(Services& services, const http::Request& request) {
    TF_TRY(may_ask(services, request));
    TF_ASSIGN(const auto names, services.asking.engine().names());
    const json body = {{"events", names_of(names->events())},
                       {"facts", facts_of()},
                       {"properties",
                        {{"event", names_of(names->properties(ask::Owner::kEvent))},
                         {"user", names_of(names->properties(ask::Owner::kUser))},
                         {"customer", names_of(names->properties(ask::Owner::kCustomer))}}},
                       {"shown",
                        {{"users", shown_of(services, *names, ask::Owner::kUser)},
                         {"customers", shown_of(services, *names, ask::Owner::kCustomer)}}},
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
