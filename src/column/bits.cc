// SPDX-License-Identifier: Apache-2.0
#include "column/bits.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <utility>

#include "base/check.h"

namespace twofold::column {
namespace {

constexpr std::uint32_t kLanes = 8;
constexpr std::uint32_t kSteps = kPackGroup / kLanes;

// Eight lanes as one value: the compiler makes of it what the machine has.
using Lanes = std::uint32_t __attribute__((vector_size(kLanes * sizeof(std::uint32_t))));

std::uint64_t mask_of(unsigned width) noexcept {
    return width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
}

std::uint32_t grouped(std::uint32_t count, unsigned width) noexcept {
    return width <= 32 ? count / kPackGroup * kPackGroup : 0;
}

// One step of eight numbers; shifts and word numbers are constants, so this is three instructions.
template <unsigned Width, std::uint32_t Step>
void unpack_step(const std::byte* in, std::uint32_t* out) noexcept {
    constexpr unsigned kBit = Step * Width;
    constexpr unsigned kWord = kBit / 32;
    constexpr unsigned kShift = kBit % 32;
    Lanes lanes;
    std::memcpy(&lanes, in + kWord * sizeof(Lanes), sizeof(Lanes));
    lanes >>= kShift;
    if constexpr (kShift + Width > 32) {
        Lanes next;
        std::memcpy(&next, in + (kWord + 1) * sizeof(Lanes), sizeof(Lanes));
        lanes |= next << (32 - kShift);
    }
    if constexpr (Width < 32) lanes &= (std::uint32_t{1} << Width) - 1;
    std::memcpy(out + Step * kLanes, &lanes, sizeof(lanes));
}

template <unsigned Width>
void unpack_group(const std::byte* in, std::uint32_t* out) noexcept {
    if constexpr (Width == 0) {
        std::fill_n(out, kPackGroup, 0U);
    } else {
        [&]<std::uint32_t... Step>(std::integer_sequence<std::uint32_t, Step...>) {
            (unpack_step<Width, Step>(in, out), ...);
        }(std::make_integer_sequence<std::uint32_t, kSteps>{});
    }
}

using UnpackGroup = void (*)(const std::byte*, std::uint32_t*) noexcept;

constexpr auto kUnpackGroup = []<unsigned... Width>(std::integer_sequence<unsigned, Width...>) {
    return std::array<UnpackGroup, sizeof...(Width)>{&unpack_group<Width>...};
}(std::make_integer_sequence<unsigned, 33>{});

void pack_group(const std::uint64_t* values, unsigned width, std::byte* out) noexcept {
    std::array<std::uint32_t, kPackGroup> words{};
    for (std::uint32_t step = 0; step < kSteps; ++step) {
        const unsigned bit = step * width;
        for (std::uint32_t lane = 0; lane < kLanes; ++lane) {
            const std::uint64_t value = values[step * kLanes + lane] << (bit % 32);
            words[bit / 32 * kLanes + lane] |= static_cast<std::uint32_t>(value);
            if (bit % 32 + width > 32) {
                words[(bit / 32 + 1) * kLanes + lane] |= static_cast<std::uint32_t>(value >> 32);
            }
        }
    }
    std::memcpy(out, words.data(), kPackGroup / 8 * width);
}

// The stream of bits behind the groups.
void pack_stream(std::span<const std::uint64_t> values, unsigned width, std::byte* out) noexcept {
    std::uint64_t word = 0;
    unsigned filled = 0;
    for (const std::uint64_t value : values) {
        word |= value << filled;
        filled += width;
        if (filled < 64) continue;
        std::memcpy(out, &word, sizeof(word));
        out += sizeof(word);
        filled -= 64;
        word = filled == 0 ? 0 : value >> (width - filled);
    }
    if (filled > 0) std::memcpy(out, &word, (filled + 7) / 8);
}

template <typename T>
T unpack_one(const std::byte* at, std::size_t bytes, unsigned shift, std::uint64_t mask) noexcept {
    std::uint64_t word = 0;
    std::memcpy(&word, at, bytes);
    return static_cast<T>((word >> shift) & mask);
}

// A number wider than 57 bits may reach into a ninth byte.
template <typename T>
T unpack_wide(Bytes in, std::size_t at, unsigned shift, unsigned width) noexcept {
    const std::size_t bytes = std::min<std::size_t>(sizeof(std::uint64_t), in.size() - at);
    auto value = unpack_one<std::uint64_t>(in.data() + at, bytes, shift, ~std::uint64_t{0});
    if (shift + width > 64) value |= std::to_integer<std::uint64_t>(in[at + 8]) << (64 - shift);
    return static_cast<T>(value & mask_of(width));
}

template <typename T>
void unpack_stream(Bytes in, unsigned width, std::span<T> out) noexcept {
    const std::uint64_t mask = mask_of(width);
    std::size_t bit = 0;
    for (T& value : out) {
        const std::size_t at = bit / 8;
        if (width <= 57 && at + sizeof(std::uint64_t) <= in.size()) {
            value = unpack_one<T>(in.data() + at, sizeof(std::uint64_t), bit % 8, mask);
        } else {
            value = unpack_wide<T>(in, at, bit % 8, width);
        }
        bit += width;
    }
}

}  // namespace

unsigned bits_for(std::uint64_t max) noexcept {
    return static_cast<unsigned>(std::bit_width(max));
}

std::size_t packed_bytes(std::uint32_t count, unsigned width) noexcept {
    const std::size_t in_groups = grouped(count, width);
    return in_groups * width / 8 + ((count - in_groups) * width + 7) / 8;
}

void pack(std::span<const std::uint64_t> values, unsigned width, ByteWriter& out) {
    TF_CHECK(width <= 64);
    if (width == 0) return;
    const auto count = static_cast<std::uint32_t>(values.size());
    const std::span<std::byte> to = out.extend(packed_bytes(count, width));
    const std::uint32_t in_groups = grouped(count, width);
    const std::size_t group_bytes = kPackGroup / 8 * width;
    for (std::uint32_t at = 0; at < in_groups; at += kPackGroup) {
        pack_group(values.data() + at, width, to.data() + at / kPackGroup * group_bytes);
    }
    pack_stream(values.subspan(in_groups), width, to.data() + in_groups / kPackGroup * group_bytes);
}

void unpack(Bytes in, unsigned width, std::span<std::uint32_t> out) noexcept {
    const auto count = static_cast<std::uint32_t>(out.size());
    TF_CHECK(width <= 32 && in.size() == packed_bytes(count, width));
    if (width == 0) {
        std::fill(out.begin(), out.end(), 0U);
        return;
    }
    const std::uint32_t in_groups = grouped(count, width);
    const std::size_t group_bytes = kPackGroup / 8 * width;
    const UnpackGroup unpack_group_of_width = kUnpackGroup[width];
    for (std::uint32_t at = 0; at < in_groups; at += kPackGroup) {
        unpack_group_of_width(in.data() + at / kPackGroup * group_bytes, out.data() + at);
    }
    unpack_stream(in.subspan(in_groups / kPackGroup * group_bytes), width, out.subspan(in_groups));
}

void unpack(Bytes in, unsigned width, std::span<std::uint64_t> out) noexcept {
    const auto count = static_cast<std::uint32_t>(out.size());
    TF_CHECK(width <= 64 && in.size() == packed_bytes(count, width));
    if (width == 0) {
        std::fill(out.begin(), out.end(), 0U);
        return;
    }
    const std::uint32_t in_groups = grouped(count, width);
    const std::size_t group_bytes = kPackGroup / 8 * width;
    std::array<std::uint32_t, kPackGroup> group;
    for (std::uint32_t at = 0; at < in_groups; at += kPackGroup) {
        kUnpackGroup[width](in.data() + at / kPackGroup * group_bytes, group.data());
        std::copy(group.begin(), group.end(), out.begin() + at);
    }
    unpack_stream(in.subspan(in_groups / kPackGroup * group_bytes), width, out.subspan(in_groups));
}

}  // namespace twofold::column
