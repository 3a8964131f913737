// SPDX-License-Identifier: Apache-2.0
#include "kernel/sum.h"

#include <bit>
#include <cmath>
#include <limits>
#include <span>

namespace twofold::kernel {
namespace {

// A double is mantissa × 2^(exponent) with exponent >= -1074; limb 0 starts there.
constexpr int kLowestExponent = 1074;
constexpr int kMantissaBits = 52;
constexpr std::uint32_t kAdditionsMax = 1U
                                        << 30;  // of 2^31 that would fit, so that merging two fits

/// Adds ± bits × 2^(position - 1074).
void add_bits(std::span<std::int64_t> limbs, std::uint64_t bits, unsigned position, bool negative) {
    const unsigned limb = position / 32;
    const unsigned shift = position % 32;
    const std::uint64_t low = bits << shift;
    const std::uint64_t high = shift == 0 ? 0 : bits >> (64 - shift);
    const std::int64_t pieces[3] = {static_cast<std::int64_t>(low & 0xffff'ffff),
                                    static_cast<std::int64_t>(low >> 32),
                                    static_cast<std::int64_t>(high)};
    for (unsigned i = 0; i < 3; ++i)
        limbs[limb + i] += negative ? -pieces[i] : pieces[i];
}

bool bit_at(std::span<const std::int64_t> limbs, int position) {
    const auto at = static_cast<unsigned>(position);
    return (limbs[at / 32] >> (at % 32) & 1) != 0;
}

int highest_bit(std::span<const std::int64_t> limbs) {
    for (std::size_t limb = limbs.size(); limb-- > 0;) {
        if (limbs[limb] != 0) {
            return static_cast<int>(limb) * 32 + 63 -
                   std::countl_zero(static_cast<std::uint64_t>(limbs[limb]));
        }
    }
    return -1;
}

}  // namespace

ExactSum::ExactSum(const ExactSum& other)
    : whole_(other.whole_), wide_(other.wide_ ? std::make_unique<Wide>(*other.wide_) : nullptr) {}

ExactSum& ExactSum::operator=(const ExactSum& other) {
    whole_ = other.whole_;
    wide_ = other.wide_ ? std::make_unique<Wide>(*other.wide_) : nullptr;
    return *this;
}

void ExactSum::add(double value) {
    if (!std::isfinite(value)) return;
    if (!wide_) wide_ = std::make_unique<Wide>();
    add_to(*wide_, value);
}

void ExactSum::add_to(Wide& wide, double value) noexcept {
    if (wide.additions >= kAdditionsMax) carry(wide);
    ++wide.additions;
    const auto raw = std::bit_cast<std::uint64_t>(value);
    const auto exponent = static_cast<unsigned>(raw >> kMantissaBits & 0x7ff);
    std::uint64_t mantissa = raw & ((std::uint64_t{1} << kMantissaBits) - 1);
    // Subnormals have no hidden bit and share the exponent of the smallest normal numbers.
    if (exponent != 0) mantissa |= std::uint64_t{1} << kMantissaBits;
    add_bits(wide.limbs, mantissa, exponent == 0 ? 0 : exponent - 1, (raw >> 63) != 0);
}

/// Leaves every limb but the last in [0, 2^32); the last carries the sign.
void ExactSum::carry(Wide& wide) noexcept {
    for (std::size_t limb = 0; limb + 1 < wide.limbs.size(); ++limb) {
        wide.limbs[limb + 1] += wide.limbs[limb] >> 32;
        wide.limbs[limb] &= 0xffff'ffff;
    }
    wide.additions = 1;
}

void ExactSum::merge(const ExactSum& other) {
    whole_ += other.whole_;
    if (!other.wide_) return;
    if (!wide_) {
        wide_ = std::make_unique<Wide>(*other.wide_);
        return;
    }
    if (wide_->additions >= kAdditionsMax) carry(*wide_);
    for (std::size_t limb = 0; limb < wide_->limbs.size(); ++limb) {
        wide_->limbs[limb] += other.wide_->limbs[limb];
    }
    wide_->additions += other.wide_->additions;
}

bool ExactSum::is_whole() const noexcept {
    return !wide_ && whole_ >= std::numeric_limits<std::int64_t>::min() &&
           whole_ <= std::numeric_limits<std::int64_t>::max();
}

double ExactSum::value() const {
    if (!wide_) return static_cast<double>(whole_);
    Wide sum = *wide_;
    if (sum.additions >= kAdditionsMax) carry(sum);
    const bool negative = whole_ < 0;
    __extension__ using Magnitude = unsigned __int128;
    const auto magnitude =
        negative ? -static_cast<Magnitude>(whole_) : static_cast<Magnitude>(whole_);
    add_bits(sum.limbs, static_cast<std::uint64_t>(magnitude), kLowestExponent, negative);
    add_bits(sum.limbs, static_cast<std::uint64_t>(magnitude >> 64), kLowestExponent + 64,
             negative);
    return round(sum);
}

double ExactSum::round(Wide wide) noexcept {
    carry(wide);
    const bool negative = wide.limbs.back() < 0;
    if (negative) {
        for (std::int64_t& limb : wide.limbs)
            limb = -limb;
        carry(wide);
    }
    const int top = highest_bit(wide.limbs);
    const int lowest = top > kMantissaBits ? top - kMantissaBits : 0;
    std::uint64_t mantissa = 0;
    for (int position = top; position >= lowest; --position) {
        mantissa = mantissa << 1 | (bit_at(wide.limbs, position) ? 1 : 0);
    }
    if (lowest > 0 && bit_at(wide.limbs, lowest - 1)) {
        bool beyond_half = (mantissa & 1) != 0;
        for (int position = lowest - 2; position >= 0 && !beyond_half; --position) {
            beyond_half = bit_at(wide.limbs, position);
        }
        if (beyond_half) ++mantissa;
    }
    const double value = std::ldexp(static_cast<double>(mantissa), lowest - kLowestExponent);
    return negative ? -value : value;
}

}  // namespace twofold::kernel
