// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/bytes.h"

/// Numbers in a fixed number of bits. Part of the file format:
///
/// Whole groups of 256 numbers of up to 32 bits are laid out for vectors of eight lanes: number
/// j of a group belongs to lane j % 8, each lane is a stream of 32-bit words of its own, low bits
/// first, and word k of lane l is at k * 8 + l. So eight neighbours are unpacked by one shift and
/// one mask, in order. What remains, and numbers of more than 32 bits, is one stream of bits, low
/// bits first.
namespace twofold::column {

inline constexpr std::uint32_t kPackGroup = 256;

/// Bits of the largest number up to `max`; 0 for 0.
unsigned bits_for(std::uint64_t max) noexcept;

/// Bytes that `count` numbers of `width` bits take. REQUIRES: width <= 64.
std::size_t packed_bytes(std::uint32_t count, unsigned width) noexcept;

/// REQUIRES: every value fits into `width` bits.
void pack(std::span<const std::uint64_t> values, unsigned width, ByteWriter& out);

/// REQUIRES: in.size() == packed_bytes(out.size(), width); width <= 32.
void unpack(Bytes in, unsigned width, std::span<std::uint32_t> out) noexcept;
/// REQUIRES: in.size() == packed_bytes(out.size(), width); width <= 64.
void unpack(Bytes in, unsigned width, std::span<std::uint64_t> out) noexcept;

}  // namespace twofold::column
