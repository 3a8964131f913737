// SPDX-License-Identifier: Apache-2.0
#include "base/bytes.h"

namespace twofold {

namespace {
constexpr unsigned kVarintBits = 7;
constexpr unsigned kVarintMore = 0x80;
constexpr unsigned kVarintLastShift = 63;  // The tenth byte holds one bit.

std::size_t padding(std::size_t at, std::size_t alignment) {
    return (alignment - at % alignment) % alignment;
}
}  // namespace

void ByteWriter::put_varint(std::uint64_t value) {
    while (value >= kVarintMore) {
        bytes_.push_back(static_cast<std::byte>(value | kVarintMore));
        value >>= kVarintBits;
    }
    bytes_.push_back(static_cast<std::byte>(value));
}

void ByteWriter::put_signed_varint(std::int64_t value) {
    const auto sign = static_cast<std::uint64_t>(value >> 63);
    put_varint((static_cast<std::uint64_t>(value) << 1) ^ sign);
}

void ByteWriter::put_text(std::string_view text) {
    put_varint(text.size());
    put_bytes(as_bytes(text));
}

void ByteWriter::align(std::size_t alignment) {
    bytes_.resize(bytes_.size() + padding(bytes_.size(), alignment));
}

std::uint64_t ByteReader::get_varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift <= kVarintLastShift; shift += kVarintBits) {
        const auto byte = get<std::uint8_t>();
        if (!ok_) return 0;
        if (shift == kVarintLastShift && byte > 1) break;  // More than 64 bits.
        value |= std::uint64_t{byte & 0x7Fu} << shift;
        if ((byte & kVarintMore) == 0) return value;
    }
    ok_ = false;
    return 0;
}

std::int64_t ByteReader::get_signed_varint() {
    const std::uint64_t value = get_varint();
    return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

Bytes ByteReader::get_bytes(std::uint64_t count) {
    if (!ok_ || count > remaining()) {
        ok_ = false;
        return {};
    }
    const Bytes found = bytes_.subspan(at_, static_cast<std::size_t>(count));
    at_ += found.size();
    return found;
}

std::string_view ByteReader::get_text() {
    return as_text(get_bytes(get_varint()));
}

void ByteReader::align(std::size_t alignment) {
    skip(padding(at_, alignment));
}

}  // namespace twofold
