// SPDX-License-Identifier: Apache-2.0
#include "money/mrr.h"

#include <algorithm>
#include <array>

namespace twofold::money {
namespace {

__extension__ typedef __int128 Wide;

// What an amount times a quantity is cut to, so that all products below fit 128 bits.
constexpr Wide kPriceMax = 1'000'000'000'000'000'000;

Wide clamp(Wide value, Wide low, Wide high) noexcept {
    return std::min(std::max(value, low), high);
}

// REQUIRES: value >= 0, by > 0.
Wide divide_half_up(Wide value, Wide by) noexcept {
    return (value + by / 2) / by;
}

/// By number, from 1.
constexpr std::array<std::string_view, 4> kPaymentKinds{"recurring", "one_off", "refund",
                                                        "dispute"};

}  // namespace

std::string_view name_of(PaymentKind kind) noexcept {
    return kPaymentKinds[static_cast<std::size_t>(kind) - 1];
}

std::optional<PaymentKind> payment_kind_named(std::string_view name) noexcept {
    const auto found = std::ranges::find(kPaymentKinds, name);
    if (found == kPaymentKinds.end()) return std::nullopt;
    return static_cast<PaymentKind>(found - kPaymentKinds.begin() + 1);
}

Amount to_minor_units(Mrr mrr) noexcept {
    const Mrr half = kMrrScale / 2;
    return mrr >= 0 ? (mrr / kMrrScale) + (mrr % kMrrScale >= half ? 1 : 0)
                    : (mrr / kMrrScale) - (-(mrr % kMrrScale) >= half ? 1 : 0);
}

bool status_counts(std::string_view status) noexcept {
    return status.empty() || status == "active" || status == "past_due";
}

Mrr mrr_of(const Segment& segment) noexcept {
    if (segment.metered || segment.every == Every::once() || !status_counts(segment.status)) {
        return 0;
    }
    const Wide amount = std::max<Amount>(segment.amount, 0);
    const Wide quantity = std::max<std::int64_t>(segment.quantity, 0);
    const Wide price = clamp(amount * quantity, 0, kPriceMax);
    const Wide kept = clamp(kDiscountWhole - Wide{segment.discount}, 0, kDiscountWhole);
    const Wide off = clamp(segment.amount_off, 0, kPriceMax) * kDiscountWhole;
    const Wide each_time = std::max<Wide>(price * kept - off, 0);
    // A day is 12/365 of a month, so a week is 7 * 12/365 of one.
    const bool by_months = segment.every.months > 0;
    const Wide times = by_months ? 1 : 365;
    const Wide per = by_months ? segment.every.months : Wide{12} * segment.every.days;
    if (per <= 0) return 0;
    const Wide mrr = divide_half_up(each_time * times * kMrrScale, per * kDiscountWhole);
    return static_cast<Mrr>(std::min<Wide>(mrr, kMrrMax));
}

}  // namespace twofold::money
