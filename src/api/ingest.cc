// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>

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

// A decoder keeps its buffers from one request to the next.
intake::Decoder& this_threads_decoder() {
    thread_local intake::Decoder decoder;
    return decoder;
}

// Written piece by piece: of half a million refusals a tree of JSON would be hundreds of megabytes.
std::string receipt(const project::Accepted& accepted,
                    const std::vector<intake::Rejection>& rejected) {
    std::string text = fmt::format(R"({{"success":true,"accepted":{},"duplicate":{},"rejected":[)",
                                   accepted.accepted, accepted.duplicate);
    const auto quoted = [](const std::string& words) {
        return json(words).dump(-1, ' ', false, json::error_handler_t::replace);
    };
    for (std::size_t i = 0; i < rejected.size(); ++i) {
        const intake::Rejection& one = rejected[i];
        fmt::format_to(std::back_inserter(text), R"({}{{"index":{},"code":"{}","message":{})",
                       i == 0 ? "" : ",", one.index, intake::rejection_info(one.code).name,
                       quoted(one.message));
        if (one.line != 0) fmt::format_to(std::back_inserter(text), R"(,"line":{})", one.line);
        text += '}';
    }
    return text + "]}";
}

Result<intake::Context> context_of(const Services& services, intake::Route route, TimeMs received) {
    const auto settings = services.project.settings();
    intake::Context context;
    context.route = route;
    context.received = received;
    context.message_key = services.project.message_key();
    TF_ASSIGN(context.zone, Zone::find(settings.zone));
    return context;
}

/// Answers once the records are on disk.
void accept(Services& services, intake::Decoded& decoded, const http::Reply& reply) {
    for (const intake::Rejection& one : decoded.rejected)
        services.rejections.add(one.code);
    auto rejected = std::make_shared<std::vector<intake::Rejection>>(std::move(decoded.rejected));
    services.project.accept(decoded, [reply, rejected](const Result<project::Accepted>& accepted) {
        if (!accepted) {
            // 429 waits without using up a client's attempts, 503 does; both try again.
            http::Response busy = problem(accepted.error());
            if (busy.status == 503) busy.status = 429;
            reply(std::move(busy));
            return;
        }
        reply(http::json(200, receipt(*accepted, *rejected)));
    });
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
    if (services.accounts.find_key(key_of(request, false)) != account::KeyKind::kSecret) {
        reply(
            problem({ErrorCode::kDenied,
                     "this route needs a secret key; `twofold key create --kind secret` makes one",
                     std::nullopt,
                     {}}));
        return;
    }
    const auto file = number_in(request, "file", 16);
    const auto first_line = number_in(request, "first_line", 10);
    auto context = context_of(services, intake::Route::kRecords, request.received_at);
    if (!file || !first_line || !context) {
        reply(problem(!file ? file.error() : !first_line ? first_line.error() : context.error()));
        return;
    }
    const auto settings = services.project.settings();
    const intake::NameSet automatic(settings.automatic_events.begin(),
                                    settings.automatic_events.end());
    context->automatic_names = &automatic;
    context->historical = true;
    context->file = *file;
    intake::LineChunk lines;
    lines.bytes = request.body;
    lines.first_line = *first_line;
    lines.line_count = static_cast<std::uint64_t>(std::ranges::count(lines.bytes, '\n')) +
                       (lines.bytes.empty() || lines.bytes.ends_with('\n') ? 0 : 1);
    intake::Decoded decoded;
    this_threads_decoder().decode_lines(lines, *context, decoded);
    accept(services, decoded, reply);
}

/// Decodes, accepts, and answers once the records are on disk.
void take(Services& services, intake::Route route, const http::Request& request,
          const http::Reply& reply) {
    if (route == intake::Route::kRecords && !request.query_value("file").empty()) {
        take_file_lines(services, request, reply);
        return;
    }
    intake::Decoder& decoder = this_threads_decoder();
    const intake::RequestBody body{as_bytes(request.body), request.header("content-encoding")};
    const auto body_key = decoder.open(body, route);
    if (!body_key) {
        reply(problem(body_key.error()));
        return;
    }
    const bool records = route == intake::Route::kRecords;
    std::string key = records ? std::string() : std::string(*body_key);
    if (key.empty()) key = key_of(request, !records);
    const auto kind = services.accounts.find_key(key);
    if (!kind || (records && *kind != account::KeyKind::kSecret)) {
        reply(problem(
            {ErrorCode::kDenied,
             records ? "this route needs a secret key; `twofold key create --kind secret` makes one"
                     : "unknown write key; `twofold key list` shows them",
             std::nullopt,
             {}}));
        return;
    }
    auto context = context_of(services, route, request.received_at);
    if (!context) {
        reply(problem(context.error()));
        return;
    }
    const auto settings = services.project.settings();
    const intake::NameSet automatic(settings.automatic_events.begin(),
                                    settings.automatic_events.end());
    context->automatic_names = &automatic;
    intake::Decoded decoded;
    decoder.decode(*context, decoded);
    accept(services, decoded, reply);
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
                        take(services, route, request, reply);
                    },
                    http::Runs::kOnWorker, intake::kBodyBytesMax, any_origin});
    };
    for (const std::string_view path : kWriteKeyPaths)
        add(path, *intake::route_of(path), true);
    add("/v1/records", intake::Route::kRecords, false);
    router.add({http::Method::kGet, "/v1/projects/<key>/settings", settings_of_client,
                http::Runs::kInline, 0, true});
}

}  // namespace twofold::api
