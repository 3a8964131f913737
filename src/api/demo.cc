// SPDX-License-Identifier: Apache-2.0
#include "api/services.h"

namespace twofold::api {

namespace {

/// The table that docs/demo.md speaks of: user,customer,role,from,until.
Result<http::Response> late_relations(Services& services, const http::Request& request) {
    TF_TRY(may_ask(services, request));
    if (services.late_relations.empty()) {
        return fail(ErrorCode::kNotFound, "only the demo's server has late relations to try out");
    }
    return http::respond(200, "text/csv; charset=utf-8", services.late_relations);
}

}  // namespace

void add_demo_routes(http::Router& router, Services& services) {
    router.add({http::Method::kGet, "/v1/demo/late-relations",
                [&services](const http::Request& request, const http::Reply& reply) {
                    auto response = late_relations(services, request);
                    reply(response ? *std::move(response) : problem(response.error()));
                },
                http::Runs::kOnWorker, 0, false});
}

}  // namespace twofold::api
