// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/services.h"

namespace twofold::api {

namespace {

using nlohmann::json;

std::string cookie(std::string_view value, std::int64_t seconds) {
    return fmt::format("{}={}; Path=/; HttpOnly; SameSite=Strict; Max-Age={}", kSessionCookie,
                       value, seconds);
}

void sign_in(Services& services, const http::Request& request, const http::Reply& reply) {
    const json body = json::parse(request.body, nullptr, false);
    if (!body.is_object() || !body.contains("link") || !body["link"].is_string()) {
        reply(problem({ErrorCode::kInvalid,
                       R"(send {"link": "…"}, the link's last part)",
                       std::nullopt,
                       {}}));
        return;
    }
    const auto session = services.accounts.redeem_link(body["link"].get<std::string>());
    if (!session) {
        reply(problem(session.error()));
        return;
    }
    reply(http::json(200, R"({"signed_in":true})")
              .with("Set-Cookie", cookie(*session, account::kSessionLifeMs / kSecondMs)));
}

void sign_out(Services& services, const http::Request& request, const http::Reply& reply) {
    const Status ended = services.accounts.end_session(request.cookie(kSessionCookie));
    if (!ended) {
        reply(problem(ended.error()));
        return;
    }
    reply(http::json(200, R"({"signed_in":false})").with("Set-Cookie", cookie("", 0)));
}

/// Who is looking, and at what: what the page needs before it asks anything.
void about(Services& services, const http::Request& request, const http::Reply& reply) {
    const bool signed_in = services.accounts.session_lives(request.cookie(kSessionCookie));
    json body = {{"signed_in", signed_in}};
    if (signed_in) {
        const auto settings = services.project.settings();
        const auto zone = Zone::find(settings.zone);
        json keys = json::array();
        for (const account::Key& key : services.accounts.keys()) {
            if (key.kind == account::KeyKind::kWrite) {
                keys.push_back({{"name", key.name}, {"text", key.text}});
            }
        }
        const auto world = services.project.world();
        json roles = json::array();
        for (const frame::Role& role : world->frames->roles())
            roles.push_back({{"name", role.name}, {"outside", role.outside}});
        body["project"] = {
            {"zone", settings.zone},
            {"now", services.project.now()},
            {"today", zone ? zone->label(Interval::kDay, services.project.now()) : ""},
            {"fixed_now", settings.now.has_value()},
            {"demo", services.demo},
            {"user_label", settings.user_label},
            {"customer_label", settings.customer_label},
            {"write_keys", std::move(keys)},
            {"roles", std::move(roles)},
            {"events", world->events->rows}};
    }
    reply(http::json(200, body.dump()));
}

}  // namespace

void add_session_routes(http::Router& router, Services& services) {
    using http::Method;
    const auto add = [&](Method method, auto handler) {
        router.add({method, "/v1/session",
                    [&services, handler](const http::Request& request, const http::Reply& reply) {
                        handler(services, request, reply);
                    },
                    http::Runs::kOnWorker, 4096, false});
    };
    add(Method::kGet, about);
    add(Method::kPost, sign_in);
    add(Method::kDelete, sign_out);
}

}  // namespace twofold::api
