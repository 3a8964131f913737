// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "intake/json_value.h"

/// What an item of a Stripe subscription costs, in either layout that Stripe's API has had. The
/// price (or, before it, the plan) stands in the item; discounts stand at the subscription.
namespace twofold::intake {

/// One item's price as a subscription record has it. What it comes to each time is
/// `amount` × `quantity`, less `percent_off`, less `amount_off`.
struct StripePrice {
    std::int64_t amount = 0;  ///< Minor units for one of `quantity`.
    std::int64_t quantity = 1;
    double percent_off = 0;
    std::int64_t amount_off = 0;
    std::string currency;
    std::string_view unit;  ///< "day", "week", "month", "year".
    std::int64_t count = 1;
    bool metered = false;
    bool tiers_unknown = false;  ///< Tiers without their prices: `amount` is 0.
};

/// Stripe's amount in the currency's own minor unit (ISO 4217). They are the same but for those
/// that lost or never had hundredths and that Stripe counts its own way: 100 are one króna (ISK) or
/// Ugandan shilling (UGX), 1 is one ariary (MGA), whose minor unit is a hundredth here.
std::int64_t stripe_minor_units(std::int64_t amount, std::string_view currency) noexcept;

/// A discount that lasts: those that count once change no recurring revenue.
struct StripeDiscount {
    double percent_off = 0;
    std::int64_t amount_off = 0;
    std::string currency;  ///< Of amount_off, lower case.
};

struct StripeDiscounts {
    std::vector<StripeDiscount> lasting;  ///< In Stripe's order, which counts.
    bool some_unknown = false;            ///< Some are ids, which say nothing.
};

/// Of `discount` (until 2025) and `discounts` of a subscription.
StripeDiscounts read_stripe_discounts(JsonValue subscription);

/// The prices of all items in their order, the discounts of the subscription spread over them;
/// nothing for an item without a recurring price. An amount that is no whole number of minor units
/// (a price of half a cent, tiers, packages) is rounded to one for each period, as on an invoice,
/// and told as the next larger amount per unit and what is off the whole.
std::vector<std::optional<StripePrice>> read_stripe_prices(JsonValue subscription,
                                                           const StripeDiscounts& discounts);

/// The price of one item alone, without discounts.
std::optional<StripePrice> read_stripe_price(JsonValue item, std::string_view currency);

}  // namespace twofold::intake
