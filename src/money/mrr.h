// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"

/// Money of customers: pure functions over their subscriptions and payments. No clock, no files.
namespace twofold::money {

/// Amounts are integers in the currency's minor unit (cents; yen for JPY). Monthly recurring
/// revenue is kept finer, in 1/10,000 of a minor unit a month, so that a yearly price divided by
/// twelve still adds up: 2,299.00 a year is 191.5833 a month, and twelve such make 2,299.00 when
/// shown.
using Amount = std::int64_t;
using Mrr = std::int64_t;
inline constexpr Mrr kMrrScale = 10'000;

/// A segment's and a customer's MRR is cut at this (a billion a month where a unit has 100
/// minor ones), so that sums over 9,000 such customers still fit. A payment has the same bound.
inline constexpr Mrr kMrrMax = 1'000'000'000'000'000;

/// To minor units, half away from zero.
Amount to_minor_units(Mrr mrr) noexcept;

/// How often a price comes due. Exactly one of months and days is set, or neither: once.
struct Every {
    std::int32_t months = 0;
    std::int32_t days = 0;
    static constexpr Every month() noexcept { return {1, 0}; }
    static constexpr Every quarter() noexcept { return {3, 0}; }
    static constexpr Every year() noexcept { return {12, 0}; }
    static constexpr Every week() noexcept { return {0, 7}; }
    static constexpr Every day() noexcept { return {0, 1}; }
    static constexpr Every once() noexcept { return {0, 0}; }
    bool operator==(const Every&) const = default;
};

/// 12.5 % is 125'000.
inline constexpr std::int64_t kDiscountWhole = 1'000'000;

/// One stretch of one subscription's item at one price. Texts are borrowed.
struct Segment {
    std::string_view id;    ///< Of the subscription.
    std::string_view item;  ///< "default" unless it has several.
    std::string_view plan;
    std::string_view product;
    std::string_view currency;  ///< Upper case.
    std::string_view status;    ///< As the source says it; empty counts as active.
    std::string_view end_reason;
    Amount amount = 0;  ///< Of one unit of quantity, each time it comes due.
    Every every = Every::month();
    std::int64_t quantity = 1;
    std::int64_t discount = 0;  ///< Of kDiscountWhole.
    Amount amount_off = 0;      ///< Off the whole, each time; after `discount`.
    bool metered = false;
    TimeMs from = 0;
    TimeMs until = kEndOfTime;              ///< Exclusive.
    TimeMs trial_until = kBeginningOfTime;  ///< Exclusive; nothing is owed before.
    std::int32_t term_months = 0;           ///< 0 = none said.
    std::int32_t term_days = 0;
    TimeMs renews_at = kBeginningOfTime;  ///< kBeginningOfTime = not said.
};

/// Statuses under which money is owed: none given, active, past_due. All others (trialing, paused,
/// incomplete, unpaid, canceled …) owe nothing.
bool status_counts(std::string_view status) noexcept;

/// What the segment is worth a month while it runs and outside its trial: amount × quantity, less
/// discounts, per month: year / 12, quarter / 3, week × 365 / 7 / 12 (52.14 weeks a year), day ×
/// 365 / 12. Metered and `once` are 0, and so is a status that doesn't count. One rounding, half
/// away from zero, at the end; never negative, at most kMrrMax.
Mrr mrr_of(const Segment& segment) noexcept;

enum class PaymentKind : std::uint8_t { kRecurring = 1, kOneOff = 2, kRefund = 3, kDispute = 4 };
/// As records and questions spell it.
std::string_view name_of(PaymentKind kind) noexcept;
/// None for other words.
std::optional<PaymentKind> payment_kind_named(std::string_view name) noexcept;

struct Payment {
    std::string_view id;
    std::string_view currency;
    std::string_view subscription_id;  ///< Empty when it belongs to none.
    Amount amount = 0;                 ///< Positive for refunds and disputes too.
    TimeMs time = 0;
    PaymentKind kind = PaymentKind::kRecurring;
};

}  // namespace twofold::money
