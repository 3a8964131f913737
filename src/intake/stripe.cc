// SPDX-License-Identifier: Apache-2.0
#include "intake/stripe.h"

#include <algorithm>
#include <fmt/format.h>

#include "base/bytes.h"
#include "base/check.h"
#include "base/checksum.h"
#include "intake/json_value.h"
#include "intake/refusal.h"
#include "intake/stripe_json.h"
#include "intake/stripe_records.h"

namespace twofold::intake {

void StripeDecoded::clear() {
    records.clear();
    objects = 0;
    ignored = 0;
    note_count = 0;
    notes.clear();
}

struct StripeDecoder::State {
    struct Place {
        std::uint64_t index = 0;
        std::uint64_t line = 0;
    };

    void take(JsonValue object, std::string_view json, Place place, const Context& context,
              StripeDecoded& out);
    void decode_lines_of(JsonValue object, Place place, const Context& context, Decoded& out);

    JsonParser parser;
    Decoder decoder;
    StripeRecords made;
};

StripeDecoder::StripeDecoder() : state_(std::make_unique<State>()) {}
StripeDecoder::~StripeDecoder() = default;
StripeDecoder::StripeDecoder(StripeDecoder&&) noexcept = default;
StripeDecoder& StripeDecoder::operator=(StripeDecoder&&) noexcept = default;

void StripeDecoder::State::take(JsonValue object, std::string_view json, Place place,
                                const Context& context, StripeDecoded& out) {
    made.lines.clear();
    made.count = 0;
    made.notes.clear();
    made.ignored = false;
    ++out.objects;
    const auto done = append_stripe_records(object, checksum(as_bytes(json)), made);
    if (!done) {
        out.records.rejected.push_back(
            {place.index, place.line, done.error().code, done.error().message});
        return;
    }
    if (made.ignored) ++out.ignored;
    out.note_count += made.notes.size();
    for (std::string& note : made.notes) {
        if (out.notes.size() < kStripeNotesMax) out.notes.push_back(std::move(note));
    }
    if (made.count > 0) decode_lines_of(object, place, context, out.records);
}

// The records say which of their object's they are; to the outside it is the object that counts.
void StripeDecoder::State::decode_lines_of(JsonValue object, Place place, const Context& context,
                                           Decoded& out) {
    const std::size_t records = out.records.size();
    const std::size_t rejected = out.rejected.size();
    Context own = context;
    own.route = Route::kRecords;
    own.historical = true;
    own.file = 0;
    TF_CHECK(decoder.open({as_bytes(made.lines), {}}, own.route).has_value());
    decoder.decode(own, out);
    for (std::size_t i = records; i < out.records.size(); ++i)
        out.records[i].index = place.index;
    for (std::size_t i = rejected; i < out.rejected.size(); ++i) {
        Rejection& one = out.rejected[i];
        one.index = place.index;
        one.line = place.line;
        one.message = fmt::format("{}: {}", stripe_id(object), one.message);
    }
}

Status StripeDecoder::decode_event(std::string_view body, const Context& context,
                                   StripeDecoded& out) {
    const auto event = state_->parser.parse(body, 0);
    if (!event) {
        return fail(ErrorCode::kInvalid,
                    fmt::format("the body cannot be read as JSON: {}", event.error().reason));
    }
    const std::string_view kind = stripe_text(event->member("object"));
    if (kind != "event" && !kind.ends_with(".event")) {
        return fail(ErrorCode::kInvalid, "the body is no event of Stripe's");
    }
    state_->take(*event, body, {}, context, out);
    return {};
}

void StripeDecoder::decode_objects(const LineChunk& lines, const Context& context,
                                   StripeDecoded& out) {
    const std::string_view text = lines.bytes;
    std::uint64_t line = lines.first_line;
    for (std::size_t start = 0; start < text.size(); ++line) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        const std::string_view json = text.substr(start, end - start);
        start = end + 1;
        const State::Place place{line - 1, line};
        const auto reject = [&](RejectionCode code, std::string message) {
            out.records.rejected.push_back({place.index, place.line, code, std::move(message)});
        };
        if (json.empty()) continue;
        if (json.size() > kRecordJsonBytesMax) {
            reject(RejectionCode::kEventTooLarge,
                   fmt::format("the object has more than {} MiB of JSON",
                               kRecordJsonBytesMax / kMebibyte));
        } else if (const auto object = state_->parser.parse(json, text.size() - end); object) {
            state_->take(*object, json, place, context, out);
        } else {
            reject(rejection_of(object.error().fault),
                   fmt::format("the object cannot be read: {}", object.error().reason));
        }
    }
}

}  // namespace twofold::intake
