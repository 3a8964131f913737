// SPDX-License-Identifier: Apache-2.0
#include "intake/stripe_signature.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <sodium.h>
#include <vector>

namespace twofold::intake {

namespace {

using Digest = std::array<unsigned char, crypto_auth_hmacsha256_BYTES>;

// More digits than any time has, few enough for the milliseconds to fit.
constexpr std::size_t kTimeDigitsMax = 15;

struct SignatureHeader {
    std::string_view time;  // digits; empty when there are none
    std::vector<Digest> signatures;
};

std::string_view trimmed(std::string_view text) {
    const std::size_t start = text.find_first_not_of(" \t");
    if (start == std::string_view::npos) return {};
    return text.substr(start, text.find_last_not_of(" \t") - start + 1);
}

bool is_time(std::string_view text) {
    return !text.empty() && text.size() <= kTimeDigitsMax &&
           text.find_first_not_of("0123456789") == std::string_view::npos;
}

bool read_digest(std::string_view hex, Digest& digest) {
    std::size_t length = 0;
    return hex.size() == 2 * digest.size() &&
           sodium_hex2bin(digest.data(), digest.size(), hex.data(), hex.size(), nullptr, &length,
                          nullptr) == 0 &&
           length == digest.size();
}

SignatureHeader read_header(std::string_view header) {
    SignatureHeader read;
    while (!header.empty()) {
        const std::string_view part = header.substr(0, header.find(','));
        header.remove_prefix(std::min(header.size(), part.size() + 1));
        const std::size_t equals = part.find('=');
        if (equals == std::string_view::npos) continue;
        const std::string_view name = trimmed(part.substr(0, equals));
        const std::string_view value = trimmed(part.substr(equals + 1));
        if (name == "t") read.time = is_time(value) ? value : std::string_view();
        Digest digest{};
        if (name == "v1" && read_digest(value, digest)) read.signatures.push_back(digest);
    }
    return read;
}

Digest sign(std::string_view time, std::string_view body, std::string_view secret) {
    const auto bytes = [](std::string_view text) {
        return reinterpret_cast<const unsigned char*>(text.data());
    };
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, bytes(secret), secret.size());
    crypto_auth_hmacsha256_update(&state, bytes(time), time.size());
    crypto_auth_hmacsha256_update(&state, bytes("."), 1);
    crypto_auth_hmacsha256_update(&state, bytes(body), body.size());
    Digest digest{};
    crypto_auth_hmacsha256_final(&state, digest.data());
    sodium_memzero(&state, sizeof(state));
    return digest;
}

}  // namespace

Status check_stripe_signature(std::string_view body, std::string_view header,
                              std::string_view secret, TimeMs received) {
    const SignatureHeader read = read_header(header);
    if (read.time.empty()) {
        return fail(ErrorCode::kInvalid, "the header Stripe-Signature is missing or has no time t");
    }
    if (read.signatures.empty()) {
        return fail(ErrorCode::kInvalid, "the header Stripe-Signature has no signature v1");
    }
    const Digest right = sign(read.time, body, secret);
    bool signed_by_secret = false;
    for (const Digest& one : read.signatures) {
        if (crypto_verify_32(one.data(), right.data()) == 0) signed_by_secret = true;
    }
    if (!signed_by_secret) {
        return fail(ErrorCode::kInvalid,
                    "the signature does not fit the body: another secret, or changed on its way");
    }
    std::int64_t seconds = 0;
    std::from_chars(read.time.data(), read.time.data() + read.time.size(), seconds);
    if (std::abs(received - seconds * kSecondMs) > kStripeToleranceMs) {
        return fail(ErrorCode::kInvalid,
                    "the signature was made more than five minutes before or after now");
    }
    return {};
}

}  // namespace twofold::intake
