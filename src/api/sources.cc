// SPDX-License-Identifier: Apache-2.0
// Other systems that send on their own. Stripe's addresses are those of sources that
// `twofold source add` made; its signature stands where others have a key.
#include <fmt/format.h>

#include "api/receiving.h"
#include "api/services.h"
#include "base/text.h"
#include "intake/stripe.h"
#include "intake/stripe_signature.h"

namespace twofold::api {

namespace {

// A decoder keeps its buffers from one event to the next.
intake::StripeDecoder& this_threads_stripe_decoder() {
    thread_local intake::StripeDecoder decoder;
    return decoder;
}

/// What has to be right before the body is looked into. Errors: kNotFound, kInvalid.
Status check_sender(const Services& services, const http::Request& request) {
    const auto source = services.accounts.find_source("stripe", request.parameter);
    if (!source) {
        Error unknown{
            ErrorCode::kNotFound,
            fmt::format("there is no Stripe source of this name: {}", quoted(request.parameter)),
            std::nullopt,
            "`twofold source add stripe <name>` makes one, `twofold source list` shows "
            "them"};
        return std::unexpected(std::move(unknown));
    }
    return intake::check_stripe_signature(request.body, request.header("stripe-signature"),
                                          source->secret, request.received_at);
}

Result<intake::Context> context_of(const Services& services, TimeMs received) {
    intake::Context context;
    context.route = intake::Route::kRecords;
    context.received = received;
    context.message_key = services.project.message_key();
    TF_ASSIGN(context.zone, Zone::find(services.project.world()->settings->zone));
    return context;
}

Result<intake::StripeDecoded> decode(const Services& services, const http::Request& request) {
    TF_TRY(check_sender(services, request));
    TF_ASSIGN(const intake::Context context, context_of(services, request.received_at));
    intake::StripeDecoded decoded;
    TF_TRY(this_threads_stripe_decoder().decode_event(request.body, context, decoded));
    return decoded;
}

/// Counts what was read, hands the records on, and answers once they are on disk.
void accept_stripe(Services& services, intake::StripeDecoded decoded, const http::Reply& reply) {
    services.stripe.read.fetch_add(decoded.objects, std::memory_order_relaxed);
    services.stripe.ignored.fetch_add(decoded.ignored, std::memory_order_relaxed);
    services.stripe.notes.fetch_add(decoded.note_count, std::memory_order_relaxed);
    for (const intake::Rejection& one : decoded.records.rejected)
        services.rejections.add(one.code);
    auto answer = answer_with_receipt(
        reply, std::move(decoded.records.rejected),
        ReceiptNotes{decoded.ignored, decoded.note_count, std::move(decoded.notes)});
    services.project.accept(decoded.records, std::move(answer));
}

/// One event. Stripe sends it again, for up to three days, until it is answered with 200.
void take_stripe_event(Services& services, const http::Request& request, const http::Reply& reply) {
    auto decoded = decode(services, request);
    if (!decoded) {
        services.stripe.refused.fetch_add(1, std::memory_order_relaxed);
        reply(problem(decoded.error()));
        return;
    }
    accept_stripe(services, std::move(*decoded), reply);
}

}  // namespace

void take_stripe_objects(Services& services, const http::Request& request,
                         const http::Reply& reply) {
    if (const Status allowed = needs_secret_key(services, request); !allowed) {
        reply(problem(allowed.error()));
        return;
    }
    const auto context = context_of(services, request.received_at);
    if (!context) {
        reply(problem(context.error()));
        return;
    }
    intake::LineChunk lines;
    lines.bytes = request.body;
    intake::StripeDecoded decoded;
    this_threads_stripe_decoder().decode_objects(lines, *context, decoded);
    if (is_dry_run(request)) {
        return answer_dry_run(
            services, decoded.records, context->zone, reply,
            ReceiptNotes{decoded.ignored, decoded.note_count, std::move(decoded.notes)});
    }
    accept_stripe(services, std::move(decoded), reply);
}

void add_source_routes(http::Router& router, Services& services) {
    router.add({http::Method::kPost, "/v1/sources/stripe/<source>",
                [&services](const http::Request& request, const http::Reply& reply) {
                    take_stripe_event(services, request, reply);
                },
                http::Runs::kOnWorker, intake::kStripeBodyBytesMax, false});
}

}  // namespace twofold::api
