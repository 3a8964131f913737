// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <memory>
#include <nlohmann/json.hpp>

#include "api/receiving.h"
#include "api/services.h"
#include "base/bytes.h"
#include "intake/decode.h"

namespace twofold::api {

namespace {

using nlohmann::json;

// Segment's clients send to these; the short forms are the browser's, beacon is RudderStack's.
constexpr std::string_view kWriteKeyPaths[] = {
    "/v1/track", "/v1/identify", "/v1/page", "/v1/screen",      "/v1/group", "/v1/alias",
    "/v1/batch", "/v1/import",   "/v1/t",    "/v1/i",           "/v1/p",     "/v1/s",
    "/v1/g",     "/v1/a",        "/v1/b",    "/beacon/v1/batch"};

/// A small body is decoded in less time than handing it to a worker takes.
constexpr std::size_t kAtOnceBytesMax = 4 << 10;
/// Records beyond this are not kept for the next request.
constexpr std::size_t kKeptArenaBytes = 1 << 20;

/// What a thread keeps from one request to the next: memory, and what the settings say of decoding.
struct Desk {
    intake::Decoder decoder;
    intake::Decoded decoded;
    std::shared_ptr<const ledger::Settings> settings;
    Zone zone = Zone::utc();
    intake::NameSet automatic;

    Status take_settings(std::shared_ptr<const ledger::Settings> now) {
        if (settings == now) return {};
        TF_ASSIGN(zone, Zone::find(now->zone));
        automatic = intake::NameSet(now->automatic_events.begin(), now->automatic_events.end());
        settings = std::move(now);
        return {};
    }
    void clear() {
        if (decoded.arena.capacity() > kKeptArenaBytes) decoded = {};
        decoded.clear();
    }
};

Desk& this_threads_desk() {
    thread_local Desk desk;
    return desk;
}

/// Borrows from the desk.
Result<intake::Context> context_of(const Services& services, Desk& desk, intake::Route route,
                                   TimeMs received) {
    TF_TRY(desk.take_settings(services.project.world()->settings));
    intake::Context context;
    context.route = route;
    context.received = received;
    context.message_key = services.project.message_key();
    context.zone = desk.zone;
    context.automatic_names = &desk.automatic;
    return context;
}

/// Where a request is being handled.
enum class On : std::uint8_t { kConnection, kWorker };

/// Answers once the records are on disk. False on a connection's thread when others are being let
/// in: then nothing was done.
bool accept(Services& services, Desk& desk, const http::Reply& reply, On thread) {
    std::vector<intake::RejectionCode> refused;
    for (const intake::Rejection& one : desk.decoded.rejected)
        refused.push_back(one.code);
    project::Project::OnAccepted done =
        answer_with_receipt(reply, std::move(desk.decoded.rejected));
    if (thread == On::kWorker) {
        services.project.accept(desk.decoded, std::move(done));
    } else if (!services.project.accept_at_once(desk.decoded, done)) {
        return false;
    }
    for (const intake::RejectionCode code : refused)
        services.rejections.add(code);
    return true;
}

Result<std::uint64_t> number_in(const http::Request& request, std::string_view name, int base) {
    const std::string text = request.query_value(name);
    std::uint64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
    if (error != std::errc() || end != text.data() + text.size() || number == 0) {
        return fail(ErrorCode::kInvalid, fmt::format("\"{}\" in the address must be a number above "
                                                     "zero, not \"{}\"",
                                                     name, text));
    }
    return number;
}

/// ?file=<hash>&first_line=<n>: whole lines of a file that `twofold import` sends. Remembered under
/// the file's hash, so that sending the file again changes nothing.
void take_file_lines(Services& services, const http::Request& request, const http::Reply& reply) {
    if (const Status allowed = needs_secret_key(services, request); !allowed) {
        reply(problem(allowed.error()));
        return;
    }
    const auto file = number_in(request, "file", 16);
    const auto first_line = number_in(request, "first_line", 10);
    Desk& desk = this_threads_desk();
    auto context = context_of(services, desk, intake::Route::kRecords, request.received_at);
    if (!file || !first_line || !context) {
        reply(problem(!file ? file.error() : !first_line ? first_line.error() : context.error()));
        return;
    }
    context->historical = true;
    context->file = *file;
    intake::LineChunk lines;
    lines.bytes = request.body;
    lines.first_line = *first_line;
    lines.line_count = static_cast<std::uint64_t>(std::ranges::count(lines.bytes, '\n')) +
                       (lines.bytes.empty() || lines.bytes.ends_with('\n') ? 0 : 1);
    desk.clear();
    desk.decoder.decode_lines(lines, *context, desk.decoded);
    if (is_dry_run(request)) return answer_dry_run(services, desk.decoded, desk.zone, reply);
    accept(services, desk, reply, On::kWorker);
}

bool is_file_lines(intake::Route route, const http::Request& request) {
    return route == intake::Route::kRecords && !request.query_value("file").empty();
}

bool is_stripe_objects(intake::Route route, const http::Request& request) {
    return route == intake::Route::kRecords && request.query_value("from") == "stripe-json";
}

/// What begins as JSON need not be unpacked, whatever its header says.
bool is_small(const http::Request& request) {
    return request.body.size() <= kAtOnceBytesMax &&
           (request.body.starts_with('{') || request.body.starts_with('['));
}

/// Any key will do: that of the body, or else of the request. Errors: kDenied.
Status needs_key(const Services& services, const http::Request& request,
                 std::string_view body_key) {
    const std::string key = body_key.empty() ? key_of(request, true) : std::string(body_key);
    if (services.accounts.find_key(key)) return {};
    return fail(ErrorCode::kDenied, "unknown write key; `twofold key list` shows them");
}

/// Decodes, accepts, and answers once the records are on disk. False as accept().
bool take(Services& services, intake::Route route, const http::Request& request,
          const http::Reply& reply, On thread) {
    Desk& desk = this_threads_desk();
    const intake::RequestBody body{as_bytes(request.body), request.header("content-encoding")};
    const auto body_key = desk.decoder.open(body, route);
    if (!body_key) {
        reply(problem(body_key.error()));
        return true;
    }
    const Status allowed = route == intake::Route::kRecords
                               ? may_send_records(services, request)
                               : needs_key(services, request, *body_key);
    if (!allowed) {
        reply(problem(allowed.error()));
        return true;
    }
    const auto context = context_of(services, desk, route, request.received_at);
    if (!context) {
        reply(problem(context.error()));
        return true;
    }
    desk.clear();
    desk.decoder.decode(*context, desk.decoded);
    if (is_dry_run(request)) {
        answer_dry_run(services, desk.decoded, desk.zone, reply);
        return true;
    }
    return accept(services, desk, reply, thread);
}

/// What analytics.js asks before it sends anything; without it the client stays silent.
void settings_of_client(const http::Request& request, const http::Reply& reply) {
    const std::string_view host = request.header("host");
    const json settings = {
        {"integrations",
         {{"Segment.io",
           {{"apiKey", request.parameter}, {"apiHost", fmt::format("{}/v1", host)}}}}},
        {"metrics", {{"sampleRate", 0}}}};
    reply(http::json(200, settings.dump(-1, ' ', false, json::error_handler_t::replace)));
}

}  // namespace

void add_ingest_routes(http::Router& router, Services& services) {
    const auto add = [&](std::string_view path, intake::Route route, bool any_origin) {
        router.add({http::Method::kPost, std::string(path),
                    [&services, route](const http::Request& request, const http::Reply& reply) {
                        if (is_stripe_objects(route, request)) {
                            take_stripe_objects(services, request, reply);
                        } else if (is_file_lines(route, request)) {
                            take_file_lines(services, request, reply);
                        } else {
                            take(services, route, request, reply, On::kWorker);
                        }
                    },
                    http::Runs::kOnWorker, intake::kBodyBytesMax, any_origin, false,
                    [&services, route](const http::Request& request, const http::Reply& reply) {
                        return is_small(request) && !is_file_lines(route, request) &&
                               !is_stripe_objects(route, request) && !is_dry_run(request) &&
                               take(services, route, request, reply, On::kConnection);
                    }});
    };
    for (const std::string_view path : kWriteKeyPaths)
        add(path, *intake::route_of(path), true);
    add("/v1/records", intake::Route::kRecords, false);
    router.add({http::Method::kGet, "/v1/projects/<key>/settings", settings_of_client,
                http::Runs::kInline, 0, true});
}

}  // namespace twofold::api
