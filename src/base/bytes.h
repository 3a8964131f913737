// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>
#include <vector>

#include "base/check.h"

// Bytes of files and messages: all integers little-endian, whatever the machine.

namespace twofold {

static_assert(std::endian::native == std::endian::little,
              "columns are mapped and used in place; a big-endian machine needs a conversion");

using Bytes = std::span<const std::byte>;

/// A number that lies in a file as its own bytes.
template <typename T>
concept Plain = std::is_arithmetic_v<T> || std::is_enum_v<T>;

/// REQUIRES: the span holds sizeof(T) bytes from `offset`. Any alignment.
template <Plain T>
T load(Bytes bytes, std::size_t offset) {
    TF_CHECK(offset <= bytes.size() && sizeof(T) <= bytes.size() - offset);
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof(T));
    return value;
}

/// REQUIRES: the span holds sizeof(T) bytes from `offset`. Any alignment.
template <Plain T>
void save(std::span<std::byte> bytes, std::size_t offset, T value) {
    TF_CHECK(offset <= bytes.size() && sizeof(T) <= bytes.size() - offset);
    std::memcpy(bytes.data() + offset, &value, sizeof(T));
}

inline Bytes as_bytes(std::string_view text) {
    return {reinterpret_cast<const std::byte*>(text.data()), text.size()};
}
inline std::string_view as_text(Bytes bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Appends numbers and texts to bytes that it owns. Not thread-safe.
class ByteWriter {
public:
    ByteWriter() = default;
    /// Continues at the end of `bytes`.
    explicit ByteWriter(std::vector<std::byte> bytes) : bytes_(std::move(bytes)) {}

    template <Plain T>
    void put(T value) {
        const std::size_t at = bytes_.size();
        bytes_.resize(at + sizeof(T));
        std::memcpy(bytes_.data() + at, &value, sizeof(T));
    }
    /// LEB128: seven bits a byte, low bits first; 1 to 10 bytes.
    void put_varint(std::uint64_t value);
    /// Zigzag, then varint: small negative numbers stay short.
    void put_signed_varint(std::int64_t value);
    /// The bytes alone, without their length.
    void put_bytes(Bytes bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
    /// Length as varint, then the bytes.
    void put_text(std::string_view text);
    /// Zero bytes until size() is a multiple of `alignment`.
    void align(std::size_t alignment);

    /// Room for `count` more bytes, zero, to be written in place. Valid until the next put.
    std::span<std::byte> extend(std::size_t count) {
        const std::size_t at = bytes_.size();
        bytes_.resize(at + count);
        return std::span(bytes_).subspan(at);
    }

    /// Overwrites what was put before, for a length or checksum known only later.
    /// REQUIRES: those bytes were put.
    template <Plain T>
    void put_at(std::size_t offset, T value) {
        save(std::span(bytes_), offset, value);
    }

    std::size_t size() const noexcept { return bytes_.size(); }
    Bytes bytes() const noexcept { return bytes_; }
    std::vector<std::byte> take() && { return std::move(bytes_); }
    void clear() noexcept { bytes_.clear(); }
    void reserve(std::size_t bytes) { bytes_.reserve(bytes); }

private:
    std::vector<std::byte> bytes_;
};

/// Reads what a ByteWriter wrote, from bytes that may be damaged: it never reads beyond them. The
/// first get that does not fit fails the reader: that get and all later ones return zero or empty.
/// So a decoder reads all its fields and then asks ok() once, before it uses them.
/// Texts and bytes are views into what it reads: they live as long as that does. Not thread-safe.
class ByteReader {
public:
    explicit ByteReader(Bytes bytes) : bytes_(bytes) {}

    template <Plain T>
    T get() {
        T value{};
        const Bytes raw = get_bytes(sizeof(T));
        if (raw.size() == sizeof(T)) std::memcpy(&value, raw.data(), sizeof(T));
        return value;
    }
    std::uint64_t get_varint();
    std::int64_t get_signed_varint();
    Bytes get_bytes(std::uint64_t count);
    std::string_view get_text();
    /// Moves to the next multiple of `alignment`, counted from the start of the bytes.
    void align(std::size_t alignment);
    void skip(std::uint64_t count) { static_cast<void>(get_bytes(count)); }

    /// Nothing so far went beyond the end, and every varint was well formed.
    bool ok() const noexcept { return ok_; }
    /// ok(), and nothing is left.
    bool finished() const noexcept { return ok_ && at_ == bytes_.size(); }
    std::size_t position() const noexcept { return at_; }
    std::size_t remaining() const noexcept { return bytes_.size() - at_; }

private:
    Bytes bytes_;
    std::size_t at_ = 0;
    bool ok_ = true;
};

}  // namespace twofold
