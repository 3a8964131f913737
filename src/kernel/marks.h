// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace twofold::kernel {

/// A byte that is set, of bytes that are told in any order and read as bits together. Setting
/// bytes is quicker than setting bits of one word, which wait for each other.
inline constexpr std::uint8_t kMarkByte = 0x80;

/// Bit i of the result: byte i of 64 is a mark. REQUIRES: the others are 0. They all are then.
inline std::uint64_t take_marks(std::uint8_t* marks) noexcept {
    std::uint64_t bits = 0;
#if defined(__SSE2__)
    for (unsigned i = 0; i < 64; i += 16) {
        auto* const sixteen = reinterpret_cast<__m128i*>(marks + i);
        const int found = _mm_movemask_epi8(_mm_loadu_si128(sixteen));
        bits |= std::uint64_t{static_cast<std::uint16_t>(found)} << i;
        _mm_storeu_si128(sixteen, _mm_setzero_si128());
    }
#else
    for (unsigned i = 0; i < 64; ++i) {
        bits |= std::uint64_t{marks[i]} >> 7U << i;
        marks[i] = 0;
    }
#endif
    return bits;
}

}  // namespace twofold::kernel
