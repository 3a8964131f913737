// SPDX-License-Identifier: Apache-2.0
//
// Rules that join users to customers: GET /v1/rules lists them, POST /v1/rules turns one on (or
// says what it would do, with "preview": true), DELETE /v1/rules/<name> takes one back.
#include <nlohmann/json.hpp>

#include "api/services.h"
#include "frame/join_preview.h"
#include "ledger/join_rule.h"

namespace twofold::api {

namespace {

using nlohmann::json;

constexpr std::size_t kPairsShown = 100;

json rule_json(const ledger::JoinRule& rule) {
    json body = {{"name", rule.name}, {"by", ledger::name_of(rule.by)}, {"role", rule.role}};
    if (rule.by == ledger::JoinBy::kActing) {
        body["days"] = rule.days;
    } else {
        body["user_trait"] = rule.user_trait;
        body["customer_trait"] = rule.customer_trait;
    }
    if (rule.by == ledger::JoinBy::kEmailDomain) body["unverified"] = rule.unverified;
    return body;
}

Result<std::string> text_in(const json& body, const char* name) {
    const auto member = body.find(name);
    if (member == body.end() || member->is_null()) return std::string();
    if (member->is_string()) return member->get<std::string>();
    return fail(ErrorCode::kInvalid, std::string("a rule's ") + name + " is a text");
}

Result<bool> flag_in(const json& body, const char* name) {
    const auto member = body.find(name);
    if (member == body.end() || member->is_null()) return false;
    if (member->is_boolean()) return member->get<bool>();
    return fail(ErrorCode::kInvalid, std::string("a rule's ") + name + " is true or false");
}

Result<ledger::JoinRule> rule_in(const json& body) {
    if (!body.is_object()) {
        return fail(ErrorCode::kInvalid,
                    R"(a rule is a JSON object: {"name": "mail", "by": "email-domain"})");
    }
    ledger::JoinRule rule;
    TF_ASSIGN(rule.name, text_in(body, "name"));
    TF_ASSIGN(const std::string by, text_in(body, "by"));
    TF_ASSIGN(rule.by, ledger::join_by_of(by));
    TF_ASSIGN(rule.user_trait, text_in(body, "user_trait"));
    TF_ASSIGN(rule.customer_trait, text_in(body, "customer_trait"));
    TF_ASSIGN(rule.role, text_in(body, "role"));
    TF_ASSIGN(rule.unverified, flag_in(body, "unverified"));
    if (const auto days = body.find("days"); days != body.end() && !days->is_null()) {
        if (!days->is_number_integer()) return fail(ErrorCode::kInvalid, "days is a whole number");
        rule.days = days->get<std::int64_t>();
    }
    return ledger::checked(std::move(rule));
}

json preview_json(const frame::Snapshot& frames, const frame::JoinPreview& preview) {
    const directory::View& ids = frames.directory();
    json pairs = json::array();
    for (const frame::JoinPreview::Pair& pair : preview.pairs) {
        pairs.push_back({{"user", ids.id(pair.user)},
                         {"customer", ids.id(pair.customer)},
                         {"evidence", pair.evidence}});
    }
    return {{"relations", preview.relations}, {"users", preview.users},
            {"customers", preview.customers}, {"already", preview.already},
            {"stated", preview.stated},       {"pairs", std::move(pairs)},
            {"shared", preview.shared}};
}

http::Response done(const json& body) {
    return http::json(200, body.dump(-1, ' ', false, json::error_handler_t::replace));
}

Result<http::Response> list(Services& services, const http::Request& request) {
    TF_TRY(may_ask(services, request));
    const auto world = services.project.world();
    const auto& rules = world->settings->join_rules;
    const auto counts =
        frame::joined_by_rules(*world->frames, rules.size(), services.project.now());
    json all = json::array();
    for (std::size_t i = 0; i < rules.size(); ++i) {
        json rule = rule_json(rules[i]);
        rule["relations"] = counts[i];
        all.push_back(std::move(rule));
    }
    return done({{"rules", std::move(all)}});
}

Result<http::Response> add(Services& services, const http::Request& request) {
    TF_TRY(may_ask(services, request));
    const json body = json::parse(request.body, nullptr, false);
    TF_ASSIGN(const ledger::JoinRule rule, rule_in(body));
    TF_ASSIGN(const bool only_preview, flag_in(body, "preview"));
    const auto world = services.project.world();
    json answer = preview_json(
        *world->frames,
        frame::preview_join(*world->frames, rule, services.project.now(), kPairsShown));
    answer["rule"] = rule_json(rule);
    answer["preview"] = only_preview;
    if (!only_preview) {
        TF_TRY(services.project.change_settings([&rule](ledger::Settings& settings) {
            return ledger::put_rule(settings.join_rules, rule);
        }));
    }
    return done(answer);
}

Result<http::Response> remove(Services& services, const http::Request& request) {
    TF_TRY(may_ask(services, request));
    TF_TRY(services.project.change_settings([&request](ledger::Settings& settings) {
        return ledger::take_rule(settings.join_rules, request.parameter);
    }));
    return done({{"removed", request.parameter}});
}

}  // namespace

void add_rule_routes(http::Router& router, Services& services) {
    const auto route = [&](http::Method method, std::string path, auto handler) {
        router.add({method, std::move(path),
                    [&services, handler](const http::Request& request, const http::Reply& reply) {
                        auto response = handler(services, request);
                        reply(response ? *std::move(response) : problem(response.error()));
                    }});
    };
    route(http::Method::kGet, "/v1/rules", list);
    route(http::Method::kPost, "/v1/rules", add);
    route(http::Method::kDelete, "/v1/rules/<name>", remove);
}

}  // namespace twofold::api
