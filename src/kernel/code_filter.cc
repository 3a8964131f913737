// SPDX-License-Identifier: Apache-2.0
//
// A set of byte codes is a table of 256 bits. Split a code into its low half l and its high half h:
// one shuffle by l fetches the 8 bits of all codes with that low half, another shuffle by h makes
// the bit to look at, and an AND tells membership for 32 or 64 codes at a time, however many codes
// the set has. Up to kComparesMax codes are compared one by one, which is less work.
#include "kernel/code_filter.h"

#include <bit>

#include "base/check.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define TF_X86 1
#else
#define TF_X86 0
#endif

namespace twofold::kernel {
namespace {

constexpr std::size_t kComparesMax = 4;

template <typename Code>
std::uint32_t select_scalar(std::span<const Code> codes, const std::uint8_t* is_in,
                            std::uint32_t first, std::uint32_t* out) {
    std::uint32_t count = 0;
    for (std::uint32_t i = first; i < codes.size(); ++i) {
        out[count] = i;
        count += is_in[codes[i]];
    }
    return count;
}

#if TF_X86

/// Writes base + i for each set bit i.
inline std::uint32_t put_bits(std::uint64_t bits, std::uint32_t base, std::uint32_t* out) {
    std::uint32_t count = 0;
    for (; bits != 0; bits &= bits - 1) {
        out[count++] = base + static_cast<std::uint32_t>(std::countr_zero(bits));
    }
    return count;
}

__attribute__((target("avx2"))) inline std::uint32_t match_shuffle_avx2(__m256i codes,
                                                                        __m256i low_rows,
                                                                        __m256i high_rows) {
    const __m256i nibble = _mm256_set1_epi8(0x0f);
    const __m256i low = _mm256_and_si256(codes, nibble);
    const __m256i high = _mm256_and_si256(_mm256_srli_epi16(codes, 4), nibble);
    // 1 << (h % 8), twice over.
    const __m256i powers =
        _mm256_setr_epi8(1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128, 1, 2, 4, 8, 16,
                         32, 64, -128, 1, 2, 4, 8, 16, 32, 64, -128);
    const __m256i bit = _mm256_shuffle_epi8(powers, high);
    // A shuffle looks at bits 0 to 3 and gives 0 where bit 7 is set: code bit 7 is h >= 8.
    const __m256i below = _mm256_shuffle_epi8(
        low_rows, _mm256_or_si256(low, _mm256_and_si256(codes, _mm256_set1_epi8(-128))));
    const __m256i above = _mm256_shuffle_epi8(
        high_rows, _mm256_or_si256(low, _mm256_andnot_si256(codes, _mm256_set1_epi8(-128))));
    const __m256i found = _mm256_and_si256(_mm256_or_si256(below, above), bit);
    return ~static_cast<std::uint32_t>(
        _mm256_movemask_epi8(_mm256_cmpeq_epi8(found, _mm256_setzero_si256())));
}

__attribute__((target("avx2"))) std::uint32_t select_avx2(
    std::span<const std::uint8_t> codes, std::span<const std::uint16_t> wanted,
    const std::array<std::array<std::uint8_t, 16>, 2>& rows, const std::uint8_t* is_in,
    std::uint32_t* out) {
    const __m256i low_rows = _mm256_broadcastsi128_si256(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(rows[0].data())));
    const __m256i high_rows = _mm256_broadcastsi128_si256(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(rows[1].data())));
    __m256i compared[kComparesMax];
    const bool compare = wanted.size() <= kComparesMax;
    for (std::size_t k = 0; k < kComparesMax; ++k) {
        compared[k] = _mm256_set1_epi8(
            static_cast<char>(compare && k < wanted.size() ? wanted[k] : wanted[0]));
    }
    std::uint32_t count = 0;
    std::uint32_t i = 0;
    for (; i + 32 <= codes.size(); i += 32) {
        const __m256i block =
            _mm256_loadu_si256(reinterpret_cast<const __m256i*>(codes.data() + i));
        std::uint32_t bits = 0;
        if (compare) {
            __m256i found = _mm256_cmpeq_epi8(block, compared[0]);
            for (std::size_t k = 1; k < kComparesMax; ++k) {
                found = _mm256_or_si256(found, _mm256_cmpeq_epi8(block, compared[k]));
            }
            bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(found));
        } else {
            bits = match_shuffle_avx2(block, low_rows, high_rows);
        }
        count += put_bits(bits, i, out + count);
    }
    return count + select_scalar(codes, is_in, i, out + count);
}

__attribute__((target("avx512f,avx512bw"))) inline std::uint64_t match_shuffle_avx512(
    __m512i codes, __m512i low_rows, __m512i high_rows) {
    const __m512i nibble = _mm512_set1_epi8(0x0f);
    const __m512i low = _mm512_and_si512(codes, nibble);
    const __m512i high = _mm512_and_si512(_mm512_srli_epi16(codes, 4), nibble);
    const __m512i powers = _mm512_set1_epi64(static_cast<long long>(0x8040201008040201ULL));
    const __m512i bit = _mm512_shuffle_epi8(powers, high);
    const __mmask64 is_above = _mm512_movepi8_mask(codes);
    const __m512i row =
        _mm512_mask_shuffle_epi8(_mm512_shuffle_epi8(low_rows, low), is_above, high_rows, low);
    return _mm512_test_epi8_mask(row, bit);
}

__attribute__((target("avx512f,avx512bw"))) inline std::uint32_t put_bits_avx512(
    std::uint64_t bits, std::uint32_t base, std::uint32_t* out) {
    const __m512i steps = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    std::uint32_t count = 0;
    for (std::uint32_t quarter = 0; quarter < 4; ++quarter) {
        const auto mask = static_cast<__mmask16>(bits >> (quarter * 16));
        const __m512i numbers =
            _mm512_add_epi32(steps, _mm512_set1_epi32(static_cast<int>(base + quarter * 16)));
        // Compress in the register: a masked store is slow on some machines.
        _mm512_storeu_si512(out + count, _mm512_maskz_compress_epi32(mask, numbers));
        count += static_cast<std::uint32_t>(std::popcount(static_cast<std::uint32_t>(mask)));
    }
    return count;
}

__attribute__((target("avx512f,avx512bw"))) std::uint32_t select_avx512(
    std::span<const std::uint8_t> codes, std::span<const std::uint16_t> wanted,
    const std::array<std::array<std::uint8_t, 16>, 2>& rows, const std::uint8_t* is_in,
    std::uint32_t* out) {
    const __m512i low_rows = _mm512_maskz_broadcast_i32x4(
        0xffff, _mm_loadu_si128(reinterpret_cast<const __m128i*>(rows[0].data())));
    const __m512i high_rows = _mm512_maskz_broadcast_i32x4(
        0xffff, _mm_loadu_si128(reinterpret_cast<const __m128i*>(rows[1].data())));
    __m512i compared[kComparesMax];
    const bool compare = wanted.size() <= kComparesMax;
    for (std::size_t k = 0; k < kComparesMax; ++k) {
        compared[k] = _mm512_set1_epi8(
            static_cast<char>(compare && k < wanted.size() ? wanted[k] : wanted[0]));
    }
    std::uint32_t count = 0;
    std::uint32_t i = 0;
    for (; i + 64 <= codes.size(); i += 64) {
        const __m512i block = _mm512_loadu_si512(codes.data() + i);
        std::uint64_t bits = 0;
        if (compare) {
            for (const __m512i& code : compared)
                bits |= _mm512_cmpeq_epi8_mask(block, code);
        } else {
            bits = match_shuffle_avx512(block, low_rows, high_rows);
        }
        // Where few match, a bit at a time beats four stores.
        count += std::popcount(bits) <= 6 ? put_bits(bits, i, out + count)
                                          : put_bits_avx512(bits, i, out + count);
    }
    return count + select_scalar(codes, is_in, i, out + count);
}

__attribute__((target("avx2"))) std::uint32_t select_avx2(std::span<const std::uint16_t> codes,
                                                          std::span<const std::uint16_t> wanted,
                                                          const std::uint8_t* is_in,
                                                          std::uint32_t* out) {
    __m256i compared[kComparesMax];
    for (std::size_t k = 0; k < kComparesMax; ++k) {
        compared[k] = _mm256_set1_epi16(static_cast<short>(wanted[k < wanted.size() ? k : 0]));
    }
    std::uint32_t count = 0;
    std::uint32_t i = 0;
    for (; i + 16 <= codes.size(); i += 16) {
        const __m256i block =
            _mm256_loadu_si256(reinterpret_cast<const __m256i*>(codes.data() + i));
        __m256i found = _mm256_cmpeq_epi16(block, compared[0]);
        for (std::size_t k = 1; k < kComparesMax; ++k) {
            found = _mm256_or_si256(found, _mm256_cmpeq_epi16(block, compared[k]));
        }
        // Two bits a code: keep the lower.
        auto bits = static_cast<std::uint32_t>(_mm256_movemask_epi8(found)) & 0x5555'5555;
        for (; bits != 0; bits &= bits - 1) {
            out[count++] = i + static_cast<std::uint32_t>(std::countr_zero(bits)) / 2;
        }
    }
    return count + select_scalar(codes, is_in, i, out + count);
}

#endif  // TF_X86

}  // namespace

VectorLevel vector_level_of_this_machine() noexcept {
#if TF_X86
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw")) {
        return VectorLevel::kAvx512;
    }
    if (__builtin_cpu_supports("avx2")) return VectorLevel::kAvx2;
#endif
    return VectorLevel::kScalar;
}

CodeFilter::CodeFilter(std::span<const std::uint8_t> wanted, VectorLevel level)
    : level_(level), is_in_(wanted.begin(), wanted.end()) {
    TF_CHECK(wanted.size() <= 65'536);
    for (std::size_t code = 0; code < wanted.size(); ++code) {
        if (wanted[code] == 0) continue;
        codes_.push_back(static_cast<std::uint16_t>(code));
        if (code >= 256) continue;
        const std::size_t high = code / 16;
        rows_[high / 8][code % 16] |= static_cast<std::uint8_t>(1U << high % 8);
    }
    every_ = codes_.size() == wanted.size();
}

std::uint32_t CodeFilter::select(std::span<const std::uint8_t> codes, std::uint32_t* out) const {
    if (none()) return 0;
#if TF_X86
    switch (level_) {
        case VectorLevel::kAvx512:
            return select_avx512(codes, codes_, rows_, is_in_.data(), out);
        case VectorLevel::kAvx2:
            return select_avx2(codes, codes_, rows_, is_in_.data(), out);
        case VectorLevel::kScalar:
            break;
    }
#endif
    return select_scalar(codes, is_in_.data(), 0, out);
}

std::uint32_t CodeFilter::select(std::span<const std::uint16_t> codes, std::uint32_t* out) const {
    if (none()) return 0;
#if TF_X86
    if (level_ != VectorLevel::kScalar && codes_.size() <= kComparesMax) {
        return select_avx2(codes, codes_, is_in_.data(), out);
    }
#endif
    return select_scalar(codes, is_in_.data(), 0, out);
}

}  // namespace twofold::kernel
