// SPDX-License-Identifier: Apache-2.0
#include "intake/unpack.h"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <sodium.h>
#include <zlib.h>

#include "base/check.h"
#include "base/text.h"
#include "intake/decode.h"

namespace twofold::intake {

namespace {

constexpr std::size_t kStepBytes = std::size_t{64} * 1024;
constexpr std::byte kGzip0{0x1f};
constexpr std::byte kGzip1{0x8b};

std::unexpected<Error> too_large() {
    return fail(ErrorCode::kTooLarge,
                fmt::format("the body is larger than {} MiB", kBodyBytesMax / kMebibyte));
}

// The buffer grows by what has come out, never by what a bomb promises.
Result<std::string_view> inflate_all(std::span<const std::byte> bytes, std::string& buffer) {
    Inflater inflater;
    std::size_t size = 0;
    buffer.clear();
    while (!bytes.empty()) {
        if (buffer.size() - size < kStepBytes) {
            if (size > kBodyBytesMax) return too_large();
            buffer.resize(
                std::min(std::max(2 * size, size + kStepBytes), kBodyBytesMax + kStepBytes + 1));
        }
        auto step = inflater.step(bytes, std::span(buffer).subspan(size));
        if (!step) return fail(ErrorCode::kInvalid, std::move(step).error().message);
        size += step->written;
        bytes = bytes.subspan(step->read);
        if (step->ended) break;
    }
    if (size > kBodyBytesMax) return too_large();
    if (!inflater.at_boundary()) return fail(ErrorCode::kInvalid, "the gzip body ends too early");
    buffer.resize(size);
    return std::string_view(buffer);
}

std::string lower(std::string_view text) {
    std::string made(text);
    for (char& c : made) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return made;
}

// What begins JSON, after a byte order mark and white space; nothing when this is no JSON.
std::optional<std::string_view> json_in(std::string_view text) noexcept {
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    const std::size_t start = text.find_first_not_of(" \t\r\n");
    if (start == std::string_view::npos) return std::nullopt;
    if (text[start] != '{' && text[start] != '[') return std::nullopt;
    return text;
}

std::optional<std::string_view> form_field(std::string_view form, std::string_view name) noexcept {
    while (!form.empty()) {
        const std::size_t end = std::min(form.find('&'), form.size());
        const std::string_view pair = form.substr(0, end);
        if (pair.starts_with(name) && pair.size() > name.size() && pair[name.size()] == '=') {
            return pair.substr(name.size() + 1);
        }
        form.remove_prefix(std::min(end + 1, form.size()));
    }
    return std::nullopt;
}

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

std::string percent_decode(std::string_view text) {
    std::string made;
    made.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int high = text[i] == '%' && i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
        const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        if (low >= 0) {
            made.push_back(static_cast<char>(high * 16 + low));
            i += 2;
        } else {
            made.push_back(text[i] == '+' ? ' ' : text[i]);
        }
    }
    return made;
}

std::optional<std::string> base64_decode(std::string text) {
    // Unescaped, a + had become a space; both alphabets occur, with and without padding.
    for (char& c : text) {
        if (c == ' ' || c == '-') c = '+';
        if (c == '_') c = '/';
    }
    while (text.ends_with('='))
        text.pop_back();
    std::string made(text.size() / 4 * 3 + 3, '\0');
    std::size_t length = 0;
    const int failed = sodium_base642bin(reinterpret_cast<unsigned char*>(made.data()), made.size(),
                                         text.data(), text.size(), "\r\n\t", &length, nullptr,
                                         sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    if (failed != 0) return std::nullopt;
    made.resize(length);
    return made;
}

}  // namespace

struct Inflater::Stream {
    z_stream z{};
    bool fresh = true;  // nothing of the next member has been read
};

Inflater::Inflater() : stream_(std::make_unique<Stream>()) {
    constexpr int kGzipOrZlib = 15 + 32;
    TF_CHECK(inflateInit2(&stream_->z, kGzipOrZlib) == Z_OK);
}

Inflater::~Inflater() {
    inflateEnd(&stream_->z);
}

Result<Inflater::Step> Inflater::step(std::span<const std::byte> in, std::span<char> out) {
    z_stream& z = stream_->z;
    constexpr std::size_t kMax = 1U << 30;
    const auto in_bytes = static_cast<uInt>(std::min(in.size(), kMax));
    const auto out_bytes = static_cast<uInt>(std::min(out.size(), kMax));
    // zlib's interface is older than const.
    z.next_in = reinterpret_cast<Bytef*>(const_cast<std::byte*>(in.data()));
    z.avail_in = in_bytes;
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = out_bytes;
    Step step;
    const int code = inflate(&z, Z_NO_FLUSH);
    step.read = in_bytes - z.avail_in;
    step.written = out_bytes - z.avail_out;
    if (code == Z_STREAM_END) {
        at_boundary_ = true;
        const auto rest = in.subspan(step.read);
        step.ended = !rest.empty() && rest[0] != kGzip0;
        inflateReset(&z);
        return step;
    }
    if (code != Z_OK && code != Z_BUF_ERROR) {
        return fail(ErrorCode::kCorrupt, "the gzip data is damaged");
    }
    if (step.read > 0) at_boundary_ = false;
    return step;
}

bool is_gzip(std::span<const std::byte> bytes) noexcept {
    return bytes.size() >= 2 && bytes[0] == kGzip0 && bytes[1] == kGzip1;
}

Result<std::string_view> unpack_body(std::span<const std::byte> bytes,
                                     std::string_view content_encoding, std::string& buffer) {
    const std::string encoding = lower(content_encoding);
    const bool known = encoding.empty() || encoding == "identity" || encoding == "gzip" ||
                       encoding == "x-gzip" || encoding == "deflate";
    if (!known) {
        return fail(ErrorCode::kInvalid, fmt::format("Content-Encoding is not gzip or deflate: {}",
                                                     quoted(content_encoding)));
    }
    std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const bool plain = json_in(text).has_value();  // some proxies unpack and leave the header
    if (is_gzip(bytes) || (encoding == "deflate" && !plain)) {
        TF_ASSIGN(text, inflate_all(bytes, buffer));
    }
    if (text.size() > kBodyBytesMax) return too_large();
    if (const auto json = json_in(text)) return *json;
    if (const auto data = form_field(text, "data")) {
        std::string decoded = percent_decode(*data);
        if (!json_in(decoded)) decoded = base64_decode(std::move(decoded)).value_or("");
        if (json_in(decoded)) {
            buffer = std::move(decoded);
            return *json_in(buffer);
        }
    }
    auto error = fail(ErrorCode::kInvalid, fmt::format("the body is not JSON: {}", quoted(text)));
    error.error().at = Place{};
    return error;
}

}  // namespace twofold::intake
