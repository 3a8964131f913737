// SPDX-License-Identifier: Apache-2.0
#include "intake/stripe_price.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

#include "intake/stripe_json.h"

namespace twofold::intake {

namespace {

// Minor units. 64 bits of mantissa hold every amount below the limit (10^13) with the twelve
// decimals that unit_amount_decimal may have, but for the last ones.
using Exact = long double;

constexpr std::int64_t kNoEnd = std::numeric_limits<std::int64_t>::max();
// Larger is no amount: RecordDecoder refuses it by its own limit, far below.
constexpr Exact kTooMuch = 4e18L;
// The same of quantities, so that nothing below overflows.
constexpr std::int64_t kQuantityTooMuch = 1'000'000'000'000;

std::optional<Exact> decimal_of(JsonValue value) {
    if (value.is(JsonType::kInt)) return static_cast<Exact>(value.integer());
    if (value.is(JsonType::kDouble)) return static_cast<Exact>(value.real());
    if (!value.is(JsonType::kString)) return std::nullopt;
    const std::string_view text = value.text();
    Exact number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

// `unit_amount_decimal` where there is one: `unit_amount` is null for parts of a cent.
std::optional<Exact> amount_in(JsonValue price, std::string_view name) {
    const auto exact = decimal_of(price.member(std::string(name) + "_decimal"));
    return exact ? exact : decimal_of(price.member(name));
}

Exact tier_amount(JsonValue tier, Exact units) {
    return units * amount_in(tier, "unit_amount").value_or(0) +
           amount_in(tier, "flat_amount").value_or(0);
}

// Every unit at the price of the tier that the whole quantity falls into.
std::optional<Exact> by_volume(JsonValue tiers, std::int64_t quantity) {
    for (JsonValue tier = tiers.inside(); !tier.is_end(); tier = tier.next()) {
        if (quantity <= stripe_integer(tier.member("up_to")).value_or(kNoEnd)) {
            return tier_amount(tier, static_cast<Exact>(quantity));
        }
    }
    return std::nullopt;
}

// Each unit at the price of its own tier.
Exact by_graduation(JsonValue tiers, std::int64_t quantity) {
    Exact sum = 0;
    std::int64_t before = 0;
    for (JsonValue tier = tiers.inside(); !tier.is_end(); tier = tier.next()) {
        const std::int64_t end =
            std::max(stripe_integer(tier.member("up_to")).value_or(kNoEnd), before);
        const std::int64_t units = std::min(quantity, end) - before;
        if (units <= 0) break;
        sum += tier_amount(tier, static_cast<Exact>(units));
        before = end;
    }
    return sum;
}

// 130 units sold by the hundred are two packages, or one.
std::int64_t packages(JsonValue transform, std::int64_t quantity) {
    const std::int64_t by =
        std::max<std::int64_t>(stripe_integer(transform.member("divide_by")).value_or(1), 1);
    const bool up = stripe_text(transform.member("round")) == "up";
    return quantity / by + (up && quantity % by != 0 ? 1 : 0);
}

// What the item comes to each time; nothing when its tiers are not told.
std::optional<Exact> total_of(JsonValue price, std::int64_t quantity) {
    const JsonValue transform = price.member("transform_quantity");
    if (transform.is(JsonType::kObject)) {
        auto each = decimal_of(price.member("unit_amount"));
        if (!each) each = amount_in(price, "unit_amount");
        return each.value_or(0) * static_cast<Exact>(packages(transform, quantity));
    }
    if (stripe_text(price.member("billing_scheme")) == "tiered") {
        const JsonValue tiers = price.member("tiers");
        if (!tiers.is(JsonType::kArray)) return std::nullopt;
        return stripe_text(price.member("tiers_mode")) == "volume" ? by_volume(tiers, quantity)
                                                                   : by_graduation(tiers, quantity);
    }
    auto each = amount_in(price, "unit_amount");
    if (!each) each = amount_in(price, "amount");  // of a plan
    return each.value_or(0) * static_cast<Exact>(quantity);
}

// By what Stripe's amounts are multiplied to be in the currency's minor unit. Lower or upper case.
Exact unit_factor(std::string_view currency) {
    if (currency == "isk" || currency == "ugx" || currency == "ISK" || currency == "UGX") {
        return 0.01L;
    }
    return currency == "mga" || currency == "MGA" ? 100 : 1;
}

std::int64_t rounded(Exact amount) {
    return static_cast<std::int64_t>(std::llround(std::clamp(amount, -kTooMuch, kTooMuch)));
}

// As amount per unit and what is off the whole, so that the quantity stays what it is.
void set_amount(StripePrice& price, Exact total) {
    const std::int64_t whole = rounded(total);
    if (price.quantity == 0 && whole > 0) price.quantity = 1;  // a tier's flat amount
    if (price.quantity <= 1 || whole <= 0) {
        price.amount = whole;
        return;
    }
    price.amount = whole / price.quantity + (whole % price.quantity != 0 ? 1 : 0);
    price.amount_off = price.amount * price.quantity - whole;
}

void add_discount(StripeDiscounts& all, JsonValue discount, std::vector<std::string_view>& seen) {
    if (discount.is_absent()) return;
    // `discount` is also among `discounts`, as its id or expanded.
    const std::string_view id = stripe_id(discount);
    if (!id.empty() && std::ranges::find(seen, id) != seen.end()) return;
    seen.push_back(id);
    JsonValue coupon = discount.member("source").member("coupon");
    if (coupon.is_absent()) coupon = discount.member("coupon");
    if (!coupon.is(JsonType::kObject)) {
        all.some_unknown = true;
        return;
    }
    if (stripe_text(coupon.member("duration")) == "once") return;
    StripeDiscount one;
    one.percent_off = std::clamp(
        static_cast<double>(decimal_of(coupon.member("percent_off")).value_or(0)), 0.0, 100.0);
    one.amount_off =
        std::max<std::int64_t>(stripe_integer(coupon.member("amount_off")).value_or(0), 0);
    one.currency = stripe_text(coupon.member("currency"));
    all.lasting.push_back(std::move(one));
}

// Taken off one after the other: what is off in money shrinks with the percentages after it.
struct Combined {
    Exact kept = 1;
    Exact off = 0;
};

Combined combine(const StripeDiscounts& discounts, std::string_view currency) {
    Combined all;
    for (const StripeDiscount& one : discounts.lasting) {
        if (one.percent_off > 0) {
            const Exact kept = 1 - static_cast<Exact>(one.percent_off) / 100;
            all.kept *= kept;
            all.off *= kept;
        } else if (one.currency == currency) {
            all.off += static_cast<Exact>(one.amount_off) * unit_factor(currency);
        }
    }
    return all;
}

}  // namespace

std::int64_t stripe_minor_units(std::int64_t amount, std::string_view currency) noexcept {
    const Exact factor = unit_factor(currency);
    return factor == 1 ? amount : rounded(static_cast<Exact>(amount) * factor);
}

StripeDiscounts read_stripe_discounts(JsonValue subscription) {
    StripeDiscounts all;
    std::vector<std::string_view> seen;
    add_discount(all, subscription.member("discount"), seen);
    const JsonValue list = subscription.member("discounts");
    if (!list.is(JsonType::kArray)) return all;
    for (JsonValue one = list.inside(); !one.is_end(); one = one.next())
        add_discount(all, one, seen);
    return all;
}

std::optional<StripePrice> read_stripe_price(JsonValue item, std::string_view currency) {
    JsonValue from = item.member("price");
    if (!from.is(JsonType::kObject)) from = item.member("plan");
    if (!from.is(JsonType::kObject)) return std::nullopt;
    const JsonValue recurring =
        from.member("recurring").is(JsonType::kObject) ? from.member("recurring") : from;
    StripePrice price;
    price.unit = stripe_text(recurring.member("interval"));
    if (price.unit.empty()) return std::nullopt;
    price.count =
        std::max<std::int64_t>(stripe_integer(recurring.member("interval_count")).value_or(1), 1);
    price.currency = stripe_text(from.member("currency"));
    if (price.currency.empty()) price.currency = currency;
    price.quantity = stripe_integer(item.member("quantity")).value_or(1);
    price.metered = stripe_text(recurring.member("usage_type")) == "metered";
    if (price.metered) return price;
    if (price.quantity < 0 || price.quantity > kQuantityTooMuch) return price;  // refused later
    const auto total = total_of(from, price.quantity);
    price.tiers_unknown = !total;
    set_amount(price, total.value_or(0) * unit_factor(price.currency));
    return price;
}

std::vector<std::optional<StripePrice>> read_stripe_prices(JsonValue subscription,
                                                           const StripeDiscounts& discounts) {
    std::vector<std::optional<StripePrice>> prices;
    const std::string_view currency = stripe_text(subscription.member("currency"));
    const JsonValue items = subscription.member("items").member("data");
    if (!items.is(JsonType::kArray)) return prices;
    for (JsonValue item = items.inside(); !item.is_end(); item = item.next())
        prices.push_back(read_stripe_price(item, currency));
    if (discounts.lasting.empty()) return prices;
    // What is off in money is off each of the first item's periods, and goes round its fellows
    // until it is used up.
    const StripePrice* first = nullptr;
    Exact off_left = 0;
    for (std::optional<StripePrice>& price : prices) {
        if (!price || price->metered) continue;
        const Combined all = combine(discounts, price->currency);
        if (first == nullptr) {
            first = &*price;
            off_left = all.off;
        }
        price->percent_off = static_cast<double>((1 - all.kept) * 100);
        const Exact whole = static_cast<Exact>(price->amount) * static_cast<Exact>(price->quantity);
        const Exact rounding = static_cast<Exact>(price->amount_off) * all.kept;
        Exact off = 0;
        if (price->unit == first->unit && price->count == first->count &&
            price->currency == first->currency) {
            off = std::min(off_left, std::max<Exact>(whole * all.kept - rounding, 0));
            off_left -= off;
        }
        price->amount_off = rounded(rounding + off);
    }
    return prices;
}

}  // namespace twofold::intake
