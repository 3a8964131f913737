// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace twofold {

/// XXH3, 64 bits: the one checksum of all our files. Part of the file formats, so it never changes.
/// The seed says where the bytes belong (file, block or record number), so that a block which is
/// whole but lies in the wrong place fails too. Not for secrets: anybody can compute it.
/// Cost: about 10 bytes a nanosecond. Thread-safe.
std::uint64_t checksum(std::span<const std::byte> bytes, std::uint64_t seed = 0) noexcept;

/// Its low half, where four bytes are enough.
inline std::uint32_t checksum32(std::span<const std::byte> bytes, std::uint64_t seed = 0) noexcept {
    return static_cast<std::uint32_t>(checksum(bytes, seed));
}

}  // namespace twofold
