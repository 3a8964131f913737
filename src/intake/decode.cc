// SPDX-License-Identifier: Apache-2.0
#include "intake/decode.h"

#include <algorithm>
#include <cstring>
#include <fmt/format.h>
#include <sodium.h>
#include <utility>

#include "base/check.h"
#include "intake/json_value.h"
#include "intake/outline.h"
#include "intake/record_decoder.h"
#include "intake/refusal.h"
#include "intake/unpack.h"

namespace twofold::intake {

namespace {

// A body larger than this is not kept for the next request.
constexpr std::size_t kKeptBufferBytes = 4 * kMebibyte;

constexpr auto kRoutes = std::to_array<std::pair<std::string_view, Route>>({
    {"track", Route::kTrack},
    {"t", Route::kTrack},
    {"identify", Route::kIdentify},
    {"i", Route::kIdentify},
    {"page", Route::kPage},
    {"p", Route::kPage},
    {"screen", Route::kScreen},
    {"s", Route::kScreen},
    {"group", Route::kGroup},
    {"g", Route::kGroup},
    {"alias", Route::kAlias},
    {"a", Route::kAlias},
    {"batch", Route::kBatch},
    {"b", Route::kBatch},
    {"import", Route::kImport},
    {"records", Route::kRecords},
});

std::optional<WireType> type_of(Route route) noexcept {
    switch (route) {
        case Route::kTrack:
            return WireType::kTrack;
        case Route::kIdentify:
            return WireType::kIdentify;
        case Route::kPage:
            return WireType::kPage;
        case Route::kScreen:
            return WireType::kScreen;
        case Route::kGroup:
            return WireType::kGroup;
        case Route::kAlias:
            return WireType::kAlias;
        case Route::kBatch:
        case Route::kImport:
        case Route::kRecords:
            break;
    }
    return std::nullopt;
}

std::string_view text_of(JsonValue value) noexcept {
    return value.is(JsonType::kString) ? value.text() : std::string_view{};
}

// What an object at the top says of its key.
std::string_view key_in(JsonValue object) noexcept {
    for (const std::string_view name : {"writeKey", "api_key", "token"}) {
        const std::string_view key = text_of(object.member(name));
        if (!key.empty()) return key;
    }
    return {};
}

}  // namespace

RejectionCode rejection_of(JsonFault fault) noexcept {
    switch (fault) {
        case JsonFault::kMalformed:
            return RejectionCode::kMalformedJson;
        case JsonFault::kNumber:
            return RejectionCode::kNumberTooLarge;
        case JsonFault::kUtf8:
            return RejectionCode::kInvalidUtf8;
        case JsonFault::kTooDeep:
            return RejectionCode::kTooDeep;
    }
    return RejectionCode::kMalformedJson;
}

std::optional<Route> route_of(std::string_view path) noexcept {
    if (path.ends_with('/')) path.remove_suffix(1);
    if (path == "/beacon/v1/batch") return Route::kBatch;
    constexpr std::string_view kPrefix = "/v1/";
    if (!path.starts_with(kPrefix)) return std::nullopt;
    path.remove_prefix(kPrefix.size());
    for (const auto& [name, route] : kRoutes) {
        if (name == path) return route;
    }
    return std::nullopt;
}

model::MessageHash hash_message_id(const MessageKey& key, std::string_view message_id) noexcept {
    static_assert(crypto_shorthash_siphashx24_KEYBYTES == std::tuple_size_v<MessageKey>);
    std::array<unsigned char, crypto_shorthash_siphashx24_BYTES> digest{};
    crypto_shorthash_siphashx24(
        digest.data(), reinterpret_cast<const unsigned char*>(message_id.data()), message_id.size(),
        reinterpret_cast<const unsigned char*>(key.data()));
    model::MessageHash hash;
    std::memcpy(&hash.low, digest.data(), sizeof(hash.low));
    std::memcpy(&hash.high, digest.data() + sizeof(hash.low), sizeof(hash.high));
    return hash;
}

struct Decoder::State {
    struct Place {
        std::uint64_t index = 0;
        std::uint64_t line = 0;  // of a file
    };

    Status open_envelope();
    void find_key();
    void decode_one(std::string_view json, std::size_t readable, const Scope& scope, Place place,
                    Decoded& out);

    std::string buffer;     // the body when it had to be unpacked
    std::string_view text;  // in buffer, or in the caller's bytes
    Outline outline;
    std::string key;
    TimeMs envelope_sent = 0;
    JsonValue envelope_context;

    JsonParser envelope_parser;  // keeps envelope_context while records are parsed
    JsonParser parser;
    RecordDecoder decoder;
};

Decoder::Decoder() : state_(std::make_unique<State>()) {}
Decoder::~Decoder() = default;
Decoder::Decoder(Decoder&&) noexcept = default;
Decoder& Decoder::operator=(Decoder&&) noexcept = default;

Result<std::string_view> Decoder::open(const RequestBody& body, Route route) {
    State& state = *state_;
    if (state.buffer.capacity() > kKeptBufferBytes) state.buffer = std::string();
    state.key.clear();
    state.outline = {};
    state.envelope_sent = 0;
    state.envelope_context = JsonValue();
    TF_ASSIGN(state.text, unpack_body(body.bytes, body.content_encoding, state.buffer));
    TF_ASSIGN(state.outline, outline(state.text, route == Route::kRecords));
    if (state.outline.form == BodyForm::kEnvelope) TF_TRY(state.open_envelope());
    if (state.key.empty()) state.find_key();
    return std::string_view(state.key);
}

Status Decoder::State::open_envelope() {
    const auto envelope = envelope_parser.parse(outline.envelope, 0);
    if (!envelope) {
        return fail(ErrorCode::kInvalid, fmt::format("the body is not JSON around its batch: {}",
                                                     envelope.error().reason));
    }
    key = key_in(*envelope);
    // Unreadable, it costs the correction of a clock and not the batch.
    const auto sent = read_time(envelope->member("sentAt"), "sentAt", Zone::utc());
    envelope_sent = sent ? sent->value_or(0) : 0;
    envelope_context = envelope->member("context");
    return {};
}

void Decoder::State::find_key() {
    if (outline.records.empty()) return;
    const Slice first = outline.records.front();
    if (first.length == 0 || first.length > kRecordJsonBytesMax) return;
    const auto record = parser.parse(text.substr(first.offset, first.length),
                                     text.size() - first.offset - first.length);
    if (!record) return;
    const std::string_view in_record = key_in(*record);
    key = in_record.empty() ? text_of(record->member("properties").member("token")) : in_record;
}

void Decoder::State::decode_one(std::string_view json, std::size_t readable, const Scope& scope,
                                Place place, Decoded& out) {
    const std::size_t offset = out.arena.size();
    const auto reject = [&](RejectionCode code, std::string message) {
        out.rejected.push_back({place.index, place.line, code, std::move(message)});
    };
    if (json.size() > kRecordJsonBytesMax) {
        return reject(RejectionCode::kEventTooLarge,
                      fmt::format("the record has {} bytes of JSON, more than {} MiB", json.size(),
                                  kRecordJsonBytesMax / kMebibyte));
    }
    const auto record = parser.parse(json, readable);
    if (!record) {
        return reject(rejection_of(record.error().fault),
                      fmt::format("the record cannot be read: {}", record.error().reason));
    }
    const model::Origin origin{scope.context->file, place.line};
    if (auto done = decoder.decode(*record, scope, origin, out); !done) {
        return reject(done.error().code, std::move(done.error().message));
    }
    out.records.push_back({static_cast<std::uint32_t>(offset),
                           static_cast<std::uint32_t>(out.arena.size() - offset), place.index});
}

void Decoder::decode(const Context& context, Decoded& out) {
    State& state = *state_;
    Scope scope;
    scope.context = &context;
    if (state.outline.form == BodyForm::kSingle) scope.type = type_of(context.route);
    scope.own_records = context.route == Route::kRecords;
    scope.historical = context.historical || context.route == Route::kImport;
    scope.envelope_context = state.envelope_context;
    scope.envelope_sent = state.envelope_sent;
    for (std::size_t i = 0; i < state.outline.records.size(); ++i) {
        const Slice slice = state.outline.records[i];
        if (slice.length == 0) continue;
        if (out.arena.size() > kRequestKeptBytesMax) {
            out.rejected.push_back({i, 0, RejectionCode::kEventTooLarge,
                                    fmt::format("the records before it take up the {} MiB that one "
                                                "request may have as kept",
                                                kRequestKeptBytesMax / kMebibyte)});
            continue;
        }
        const std::size_t end = std::size_t{slice.offset} + slice.length;
        state.decode_one(state.text.substr(slice.offset, slice.length), state.text.size() - end,
                         scope, {i, 0}, out);
    }
}

void Decoder::decode_lines(const LineChunk& lines, const Context& context, Decoded& out) {
    Scope scope;
    scope.context = &context;
    scope.own_records = true;
    scope.historical = true;
    const std::string_view text = lines.bytes;
    std::uint64_t line = lines.first_line;
    for (std::size_t start = 0; start < text.size(); ++line) {
        const std::size_t end = std::min(text.find('\n', start), text.size());
        const std::string_view json = text.substr(start, end - start);
        if (json.find_first_not_of(" \t\r") != std::string_view::npos) {
            state_->decode_one(json, text.size() - end, scope, {line - 1, line}, out);
        }
        start = end + 1;
    }
}

}  // namespace twofold::intake
