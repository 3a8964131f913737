// SPDX-License-Identifier: Apache-2.0
#include "api/services.h"

#include <sodium.h>

#include "ask/answer_print.h"
#include "base/text.h"

namespace twofold::api {

http::Response problem(const Error& error) {
    const ErrorInfo& info = error_info(error.code);
    http::Response response = http::json(info.http_status, ask::problem_json(error));
    if (info.retry) response.with("Retry-After", "1");
    return response;
}

namespace {

// The user part of Basic's base64("user:password").
std::string basic_user(std::string_view encoded) {
    std::string decoded(encoded.size(), '\0');
    std::size_t length = 0;
    if (sodium_base642bin(reinterpret_cast<unsigned char*>(decoded.data()), decoded.size(),
                          encoded.data(), encoded.size(), " \r\n", &length, nullptr,
                          sodium_base64_VARIANT_ORIGINAL) != 0) {
        return {};
    }
    decoded.resize(length);
    return decoded.substr(0, decoded.find(':'));
}

}  // namespace

std::string key_of(const http::Request& request, bool in_query) {
    const std::string_view authorization = request.header("authorization");
    if (authorization.starts_with("Basic ")) {
        if (std::string user = basic_user(authorization.substr(6)); !user.empty()) return user;
    }
    if (authorization.starts_with("Bearer ")) return std::string(authorization.substr(7));
    if (!in_query) return {};
    for (const std::string_view name : {"writeKey", "token", "api_key"}) {
        if (std::string value = request.query_value(name); !value.empty()) return value;
    }
    return {};
}

Status may_ask(const Services& services, const http::Request& request) {
    if (const std::string key = key_of(request, false); !key.empty()) {
        if (services.accounts.find_key(key) == account::KeyKind::kSecret) return {};
        return fail(ErrorCode::kDenied,
                    "this needs a secret key; `twofold key create --kind secret` makes one");
    }
    if (!services.accounts.session_lives(request.cookie(kSessionCookie))) {
        return fail(ErrorCode::kDenied, "sign in first; `twofold key link` prints a sign-in link");
    }
    const bool reads =
        request.method == http::Method::kGet || request.method == http::Method::kHead;
    if (!reads && request.header("x-twofold").empty()) {
        return fail(ErrorCode::kDenied,
                    "a signed-in page sends the header X-Twofold; this did not");
    }
    return {};
}

void add_routes(http::Router& router, Services& services) {
    add_ingest_routes(router, services);
    add_source_routes(router, services);
    add_ask_routes(router, services);
    add_entity_routes(router, services);
    add_rule_routes(router, services);
    add_match_routes(router, services);
    add_session_routes(router, services);
    add_demo_routes(router, services);
    add_health_routes(router, services);
}

}  // namespace twofold::api
