// SPDX-License-Identifier: Apache-2.0
#include "column/block.h"

#include <algorithm>
#include <array>
#include <bit>
#include <bitset>
#include <cstring>
#include <limits>
#include <optional>

#include "base/check.h"
#include "column/bits.h"

#if defined(__x86_64__)
#define TF_COLUMN_X86 1
#include <immintrin.h>
#else
#define TF_COLUMN_X86 0
#endif

namespace twofold::column {
namespace {

constexpr std::array<double, kScaleMax + 1> kPowersOfTen = {1e0, 1e1, 1e2, 1e3, 1e4,
                                                            1e5, 1e6, 1e7, 1e8, 1e9};

// Where the presence ends and the values begin; nothing if the content is too short.
bool split(const BlockEntry& entry, const BlockShape& shape, Bytes content, Bytes& presence,
           Bytes& values) {
    std::size_t bytes = 0;
    switch (entry.presence_mode) {
        case PresenceMode::kAll:
            break;
        case PresenceMode::kBitmap:
            bytes = (shape.rows + 7) / 8;
            break;
        case PresenceMode::kPositions:
            bytes = packed_bytes(entry.present, kPositionBits);
            break;
        case PresenceMode::kByName:
            if (content.size() < sizeof(std::uint16_t)) return false;
            bytes = sizeof(std::uint16_t) * (1 + std::size_t{load<std::uint16_t>(content, 0)});
            break;
    }
    if (content.size() < bytes) return false;
    presence = content.first(bytes);
    values = content.subspan(bytes);
    return true;
}

bool read_bitmap(Bytes bytes, Presence& presence) {
    std::memcpy(presence.words.data(), bytes.data(), bytes.size());
    return true;
}

bool read_positions(Bytes bytes, const BlockEntry& entry, std::uint32_t rows, Presence& presence) {
    std::array<std::uint32_t, kBlockRows> positions;
    const std::span<std::uint32_t> used = std::span(positions).first(entry.present);
    unpack(bytes, kPositionBits, used);
    for (const std::uint32_t position : used) {
        if (position >= rows) return false;
        presence.set(position);
    }
    return true;
}

// Bit i of the result is the lowest bit of byte i, for eight bytes of 0 and 1 at a time.
std::uint64_t bits_of(const std::array<std::uint8_t, 64>& marks) {
    std::uint64_t bits = 0;
    for (unsigned eight = 0; eight < 8; ++eight) {
        std::uint64_t bytes;
        std::memcpy(&bytes, marks.data() + eight * 8, sizeof(bytes));
        bits |= (bytes * 0x0102'0408'1020'4080) >> 56 << (eight * 8);
    }
    return bits;
}

template <typename Code, typename Marks>
void mark_names(const Code* codes, std::uint32_t rows, const Marks& wanted, Presence& presence) {
    std::array<std::uint8_t, 64> marks;
    for (std::uint32_t first = 0; first < rows; first += 64) {
        const std::uint32_t count = std::min<std::uint32_t>(64, rows - first);
        if (count < 64) marks.fill(0);
        for (std::uint32_t row = 0; row < count; ++row)
            marks[row] = wanted[codes[first + row]];
        presence.words[first / 64] = bits_of(marks);
    }
}

bool read_names(Bytes bytes, const BlockShape& shape, Presence& presence) {
    const std::size_t count = bytes.size() / sizeof(std::uint16_t) - 1;
    const auto name = [&](std::size_t i) { return load<std::uint16_t>(bytes, 2 + 2 * i); };
    if (shape.names.narrow != nullptr) {
        std::array<std::uint8_t, 256> wanted{};
        for (std::size_t i = 0; i < count; ++i) {
            if (name(i) >= wanted.size()) return false;
            wanted[name(i)] = 1;
        }
        mark_names(shape.names.narrow, shape.rows, wanted, presence);
        return true;
    }
    if (shape.names.wide == nullptr) return false;
    std::bitset<65536> wanted;
    for (std::size_t i = 0; i < count; ++i)
        wanted.set(name(i));
    mark_names(shape.names.wide, shape.rows, wanted, presence);
    return true;
}

template <typename T>
bool read_set(const BlockEntry& entry, Bytes content, std::span<T> values) {
    if (content.size() < sizeof(std::uint16_t)) return false;
    const std::uint32_t count = load<std::uint16_t>(content, 0);
    const std::size_t set_bytes = packed_bytes(count, entry.value_width);
    const std::size_t place_bytes = packed_bytes(entry.present, entry.width);
    if (count == 0 || count > kBlockRows || entry.width > 32) return false;
    if (content.size() != sizeof(std::uint16_t) + set_bytes + place_bytes) return false;

    std::array<T, kBlockRows> set;
    unpack(content.subspan(sizeof(std::uint16_t), set_bytes), entry.value_width,
           std::span(set).first(count));
    unpack(content.last(place_bytes), entry.width, values);
    for (T& value : values) {
        if (value >= count) return false;
        value = set[value];
    }
    return true;
}

// Most runs are short: writing sixteen values, of which the next run overwrites some, beats
// counting.
template <typename T>
void fill_run(std::span<T> values, std::size_t at, std::size_t end, T value) {
    constexpr std::size_t kTogether = 16;
    for (; at < end && at + kTogether <= values.size(); at += kTogether) {
        for (std::size_t i = 0; i < kTogether; ++i)
            values[at + i] = value;
    }
    for (; at < end; ++at)
        values[at] = value;
}

// The value of each run and where it ends; how many they are, none when the content is damaged.
template <typename T>
std::optional<std::uint32_t> list_runs(const BlockEntry& entry, Bytes content, std::span<T> of_run,
                                       std::span<std::uint32_t> ends) {
    if (content.size() < sizeof(std::uint16_t)) return std::nullopt;
    const std::uint32_t count = load<std::uint16_t>(content, 0);
    const std::size_t value_bytes = packed_bytes(count, entry.value_width);
    const std::size_t length_bytes = packed_bytes(count, entry.width);
    if (count > entry.present || entry.width > 32) return std::nullopt;
    if (content.size() != sizeof(std::uint16_t) + value_bytes + length_bytes) return std::nullopt;
    unpack(content.subspan(sizeof(std::uint16_t), value_bytes), entry.value_width,
           of_run.first(count));
    unpack(content.last(length_bytes), entry.width, ends.first(count));
    std::uint64_t at = 0;
    for (std::uint32_t& end : ends.first(count)) {
        at += std::uint64_t{end} + 1;
        if (at > entry.present) return std::nullopt;
        end = static_cast<std::uint32_t>(at);
    }
    if (at != entry.present) return std::nullopt;
    return count;
}

template <typename T>
bool read_runs(const BlockEntry& entry, Bytes content, std::span<T> values) {
    std::array<T, kBlockRows> of_run;
    std::array<std::uint32_t, kBlockRows> ends;
    const auto count =
        list_runs(entry, content, std::span<T>(of_run), std::span<std::uint32_t>(ends));
    if (!count) return false;
    std::size_t at = 0;
    for (std::uint32_t run = 0; run < *count; ++run) {
        fill_run(values, at, ends[run], of_run[run]);
        at = ends[run];
    }
    return true;
}

template <typename T>
bool read_numbers(const BlockEntry& entry, const BlockShape& shape, Bytes content,
                  std::span<T> values) {
    TF_CHECK(values.size() == entry.present);
    constexpr unsigned kWidthMax = sizeof(T) * 8;
    Bytes presence;
    Bytes packed;
    if (entry.present > shape.rows || shape.rows > kBlockRows) return false;
    if (entry.width > kWidthMax || entry.value_width > kWidthMax) return false;
    if (!split(entry, shape, content, presence, packed)) return false;
    switch (entry.value_mode) {
        case ValueMode::kConstant:
            std::fill(values.begin(), values.end(), T{0});
            return packed.empty();
        case ValueMode::kPacked:
            if (packed.size() != packed_bytes(entry.present, entry.width)) return false;
            unpack(packed, entry.width, values);
            return true;
        case ValueMode::kSet:
            return read_set(entry, packed, values);
        case ValueMode::kRuns:
            return read_runs(entry, packed, values);
    }
    return false;
}

// Several numbers as one value: the compiler makes of it what the machine has.
using EightCodes = std::uint32_t __attribute__((vector_size(8 * sizeof(std::uint32_t))));
using FourInts = std::int32_t __attribute__((vector_size(4 * sizeof(std::int32_t))));
using FourDoubles = double __attribute__((vector_size(4 * sizeof(double))));

// Whether what is kept, with the base, is a number of 32 bits: then a vector turns four into
// doubles at once. So are amounts of up to 21 million with hundredths.
bool fits_32_bits(const BlockEntry& entry) {
    const unsigned width = entry.value_mode == ValueMode::kConstant ? 0U
                           : entry.value_mode == ValueMode::kPacked ? entry.width
                                                                    : entry.value_width;
    if (width > 31) return false;
    constexpr std::int64_t kLeast = std::numeric_limits<std::int32_t>::min();
    constexpr std::int64_t kMost = std::numeric_limits<std::int32_t>::max();
    const auto base = static_cast<std::int64_t>(entry.base);
    const std::int64_t range = (std::int64_t{1} << width) - 1;
    return base >= kLeast && base <= kMost - range;
}

void add_to_each(std::span<std::uint32_t> codes, std::uint32_t base) {
    if (base == 0) return;
    std::size_t i = 0;
    for (; i + 8 <= codes.size(); i += 8) {
        EightCodes eight;
        std::memcpy(&eight, codes.data() + i, sizeof(eight));
        eight += base;
        std::memcpy(codes.data() + i, &eight, sizeof(eight));
    }
    for (; i < codes.size(); ++i)
        codes[i] += base;
}

std::size_t divide_by_division(const std::uint32_t* numbers, std::int32_t base, double divisor,
                               std::span<std::uint64_t> values) {
    std::size_t i = 0;
    for (; i + 4 <= values.size(); i += 4) {
        FourInts four;
        std::memcpy(&four, numbers + i, sizeof(four));
        four += base;
        const FourDoubles doubles = __builtin_convertvector(four, FourDoubles) / divisor;
        std::memcpy(values.data() + i, &doubles, sizeof(doubles));
    }
    return i;
}

#if TF_COLUMN_X86
// A division takes as long as a dozen of these steps, and these round as it does. The first
// quotient is off by 2^-51 of it at the most; what it leaves over is exact, so before it is rounded
// the second is off by 2^-104. But a number of 31 bits over one of 30 is never nearer than 2^-84 of
// itself to where rounding turns over.
__attribute__((target("avx2,fma"))) std::size_t divide_by_reciprocal(
    const std::uint32_t* numbers, std::int32_t base, double divisor,
    std::span<std::uint64_t> values) {
    const __m128i bases = _mm_set1_epi32(base);
    const __m256d divisors = _mm256_set1_pd(divisor);
    const __m256d reciprocals = _mm256_set1_pd(1 / divisor);
    std::size_t i = 0;
    for (; i + 4 <= values.size(); i += 4) {
        const __m128i four = _mm_loadu_si128(reinterpret_cast<const __m128i*>(numbers + i));
        const __m256d dividends = _mm256_cvtepi32_pd(_mm_add_epi32(four, bases));
        const __m256d near = _mm256_mul_pd(dividends, reciprocals);
        const __m256d left = _mm256_fnmadd_pd(near, divisors, dividends);
        _mm256_storeu_pd(reinterpret_cast<double*>(values.data() + i),
                         _mm256_fmadd_pd(left, reciprocals, near));
    }
    return i;
}
#endif

// (number + base) / divisor for all numbers but the last few; returns how many.
std::size_t divide_in_fours(const std::uint32_t* numbers, std::int32_t base, double divisor,
                            std::span<std::uint64_t> values) {
#if TF_COLUMN_X86
    static const bool fuses = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    if (fuses) return divide_by_reciprocal(numbers, base, divisor, values);
#endif
    return divide_by_division(numbers, base, divisor, values);
}

bool decode_small_decimals(const BlockEntry& entry, const BlockShape& shape, Bytes content,
                           std::span<std::uint64_t> values) {
    if (values.size() > kBlockRows) return false;
    std::array<std::uint32_t, kBlockRows> numbers;
    if (!read_numbers(entry, shape, content, std::span(numbers).first(values.size()))) return false;
    const auto base = static_cast<std::int32_t>(static_cast<std::int64_t>(entry.base));
    const double divisor = kPowersOfTen[entry.scale];
    std::size_t i = divide_in_fours(numbers.data(), base, divisor, values);
    for (; i < values.size(); ++i) {
        const std::int32_t number = static_cast<std::int32_t>(numbers[i]) + base;
        values[i] = std::bit_cast<std::uint64_t>(static_cast<double>(number) / divisor);
    }
    return true;
}

}  // namespace

bool decode_presence(const BlockEntry& entry, const BlockShape& shape, Bytes content,
                     Presence& presence) {
    Bytes bytes;
    Bytes values;
    if (entry.present > shape.rows || shape.rows > kBlockRows) return false;
    if (!split(entry, shape, content, bytes, values)) return false;
    presence.clear();
    bool read = false;
    switch (entry.presence_mode) {
        case PresenceMode::kAll:
            presence.set_all(shape.rows);
            read = true;
            break;
        case PresenceMode::kBitmap:
            read = read_bitmap(bytes, presence);
            break;
        case PresenceMode::kPositions:
            read = read_positions(bytes, entry, shape.rows, presence);
            break;
        case PresenceMode::kByName:
            read = read_names(bytes, shape, presence);
            break;
    }
    return read && presence.count() == entry.present;
}

bool decode_values(const BlockEntry& entry, const BlockShape& shape, Bytes content,
                   std::span<std::uint64_t> values) {
    if (shape.kind == ColumnKind::kDoubles && entry.scale <= kScaleMax && fits_32_bits(entry)) {
        return decode_small_decimals(entry, shape, content, values);
    }
    if (!read_numbers(entry, shape, content, values)) return false;
    for (std::uint64_t& value : values)
        value += entry.base;
    if (shape.kind != ColumnKind::kDoubles || entry.scale == kRawDoubles) return true;
    if (entry.scale > kScaleMax) return false;
    const double divisor = kPowersOfTen[entry.scale];
    for (std::uint64_t& value : values) {
        const auto scaled = static_cast<double>(static_cast<std::int64_t>(value));
        value = std::bit_cast<std::uint64_t>(scaled / divisor);
    }
    return true;
}

bool decode_codes(const BlockEntry& entry, const BlockShape& shape, Bytes content,
                  std::span<std::uint32_t> codes) {
    if (!read_numbers(entry, shape, content, codes)) return false;
    add_to_each(codes, static_cast<std::uint32_t>(entry.base));
    return true;
}

std::optional<std::uint32_t> decode_code_runs(const BlockEntry& entry, const BlockShape& shape,
                                              Bytes content, std::span<std::uint32_t> codes,
                                              std::span<std::uint32_t> ends) {
    TF_CHECK(codes.size() >= kBlockRows && ends.size() >= kBlockRows);
    const bool every_row = entry.presence_mode == PresenceMode::kAll;
    if (!every_row || entry.present != shape.rows || shape.rows > kBlockRows) return 0;
    std::uint32_t count = 1;
    if (entry.value_mode == ValueMode::kRuns) {
        const auto listed = list_runs(entry, content, codes, ends);
        if (!listed) return std::nullopt;
        count = *listed;
    } else if (entry.value_mode == ValueMode::kConstant) {
        if (!content.empty()) return std::nullopt;
        codes[0] = 0;
        ends[0] = shape.rows;
    } else {
        return 0;
    }
    add_to_each(codes.first(count), static_cast<std::uint32_t>(entry.base));
    return count;
}

double power_of_ten(std::uint8_t scale) noexcept {
    TF_CHECK(scale <= kScaleMax);
    return kPowersOfTen[scale];
}

}  // namespace twofold::column
