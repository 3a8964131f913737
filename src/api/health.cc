// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "api/services.h"

namespace twofold::api {

namespace {

using nlohmann::json;

json rejected(const Services& services) {
    json counts = json::object();
    for (const intake::RejectionInfo& info : intake::rejections()) {
        if (const std::uint64_t count = services.rejections.of(info.code); count > 0) {
            counts[std::string(info.name)] = count;
        }
    }
    return counts;
}

void health(Services& services, const http::Reply& reply) {
    const project::Health now = services.project.health();
    json body = {{"ok", now.failure.empty()},
                 {"durable", now.durable},
                 {"position", now.position},
                 {"events", now.events},
                 {"parts", now.parts},
                 {"head_rows", now.head_rows},
                 {"users", now.ids.user_ordinals},
                 {"customers", now.ids.customer_ordinals},
                 {"shared_device_records", now.ids.shared_device_records},
                 {"key_conflicts", now.ids.key_conflicts},
                 {"not_applied", now.not_applied},
                 {"message_days", now.message_days},
                 {"stripe",
                  {{"read", services.stripe.read.load()},
                   {"ignored", services.stripe.ignored.load()},
                   {"notes", services.stripe.notes.load()},
                   {"refused", services.stripe.refused.load()}}},
                 {"rejected", rejected(services)}};
    if (!now.failure.empty()) body["failure"] = "the project takes no more records; see the log";
    reply(http::json(now.failure.empty() ? 200 : 503, body.dump()));
}

/// Prometheus' text format; for this machine only.
void metrics(Services& services, const http::Request& request, const http::Reply& reply) {
    if (request.remote_address != "127.0.0.1" && request.remote_address != "::1") {
        reply(problem({ErrorCode::kDenied, "metrics are for this machine only", std::nullopt, {}}));
        return;
    }
    const project::Health now = services.project.health();
    std::string text;
    const auto gauge = [&](std::string_view name, std::uint64_t value) {
        text += fmt::format("# TYPE twofold_{} gauge\ntwofold_{} {}\n", name, name, value);
    };
    gauge("durable_position", now.durable);
    gauge("answered_position", now.position);
    gauge("events", now.events);
    gauge("parts", now.parts);
    gauge("head_rows", now.head_rows);
    gauge("users", now.ids.user_ordinals);
    gauge("customers", now.ids.customer_ordinals);
    gauge("failed", now.failure.empty() ? 0 : 1);
    text += "# TYPE twofold_rejected_total counter\n";
    for (const intake::RejectionInfo& info : intake::rejections()) {
        text += fmt::format("twofold_rejected_total{{reason=\"{}\"}} {}\n", info.name,
                            services.rejections.of(info.code));
    }
    const auto stripe = [&](std::string_view outcome, std::uint64_t count) {
        text += fmt::format("twofold_stripe_total{{outcome=\"{}\"}} {}\n", outcome, count);
    };
    text += "# TYPE twofold_stripe_total counter\n";
    stripe("read", services.stripe.read.load());
    stripe("ignored", services.stripe.ignored.load());
    stripe("noted", services.stripe.notes.load());
    stripe("refused", services.stripe.refused.load());
    reply(http::respond(200, "text/plain; version=0.0.4; charset=utf-8", std::move(text)));
}

}  // namespace

void add_health_routes(http::Router& router, Services& services) {
    router.add(
        {http::Method::kGet, "/health",
         [&services](const http::Request&, const http::Reply& reply) { health(services, reply); },
         http::Runs::kOnWorker, 0, false});
    router.add({http::Method::kGet, "/metrics",
                [&services](const http::Request& request, const http::Reply& reply) {
                    metrics(services, request, reply);
                },
                http::Runs::kOnWorker, 0, false});
}

}  // namespace twofold::api
