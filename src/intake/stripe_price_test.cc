// SPDX-License-Identifier: Apache-2.0
// What Stripe's prices come to a month, whatever they look like.
#include "intake/stripe_price.h"

#include <cmath>
#include <gtest/gtest.h>
#include <map>

namespace twofold::intake {
namespace {

// By the definition, from what a record would say.
std::map<std::string, double> monthly(const std::string& subscription) {
    JsonParser parser;
    const auto parsed = parser.parse(subscription, 0);
    EXPECT_TRUE(parsed) << subscription;
    std::map<std::string, double> sums;
    const auto discounts = read_stripe_discounts(*parsed);
    for (const auto& price : read_stripe_prices(*parsed, discounts)) {
        if (!price || price->metered) continue;
        const std::map<std::string_view, double> months{
            {"day", 365.0 / 12}, {"week", 365.0 / 7 / 12}, {"month", 1}, {"year", 1.0 / 12}};
        const double whole = static_cast<double>(price->amount * price->quantity);
        const double each =
            whole * (1 - price->percent_off / 100) - static_cast<double>(price->amount_off);
        sums[price->currency] +=
            std::max(each, 0.0) * months.at(price->unit) / static_cast<double>(price->count);
    }
    for (auto& [currency, sum] : sums)
        sum = std::round(sum * 100) / 100;
    return sums;
}

std::string item(const std::string& price, const std::string& rest = R"(,"quantity":3)") {
    return R"({"id":"si","price":{)" + price + "}" + rest + "}";
}

std::string priced(const std::string& items, const std::string& rest = "") {
    return R"({"id":"sub","currency":"eur","items":{"data":[)" + items + "]}" + rest + "}";
}

std::string price(const std::string& amount, const std::string& interval = "month",
                  const std::string& rest = R"(,"interval_count":1)") {
    return R"("currency":"eur","billing_scheme":"per_unit",)" + amount +
           R"(,"recurring":{"usage_type":"licensed","interval":")" + interval + "\"" + rest + "}";
}

const std::string kMonthly = price(R"("unit_amount":4900,"unit_amount_decimal":"4900")");
using Money = std::map<std::string, double>;

TEST(StripePrice, IntervalsAndQuantitiesComeToAMonth) {
    EXPECT_EQ(monthly(priced(item(kMonthly))), (Money{{"eur", 14700}}));
    const auto one = [](const std::string& text) { return priced(item(text, "")); };
    EXPECT_EQ(monthly(one(price(R"("unit_amount":58800)", "year"))), (Money{{"eur", 4900}}));
    EXPECT_EQ(monthly(one(price(R"("unit_amount":12000)", "month", R"(,"interval_count":3)"))),
              (Money{{"eur", 4000}}));
    EXPECT_EQ(monthly(one(price(R"("unit_amount":1000)", "week"))), (Money{{"eur", 4345.24}}));
    EXPECT_EQ(monthly(one(price(R"("unit_amount":100)", "day", ""))), (Money{{"eur", 3041.67}}));
    EXPECT_EQ(monthly(priced(item(kMonthly) + "," + item(kMonthly, R"(,"quantity":1)"))),
              (Money{{"eur", 19600}}));
    EXPECT_EQ(monthly(priced(item(kMonthly, R"(,"quantity":0)"))), (Money{{"eur", 0}}));
}

TEST(StripePrice, APlanStandsInForAPrice) {
    EXPECT_EQ(monthly(priced(R"({"id":"si","quantity":2,"plan":{"id":"p","amount":4900,)"
                             R"("currency":"usd","interval":"month","interval_count":1}})")),
              (Money{{"usd", 9800}}));
}

TEST(StripePrice, PartsOfACentAreRoundedOnceForAPeriod) {
    const auto cents = [](const std::string& decimal, const std::string& quantity) {
        return monthly(
            priced(item(price(R"("unit_amount":null,"unit_amount_decimal":")" + decimal + "\""),
                        R"(,"quantity":)" + quantity)));
    };
    EXPECT_EQ(cents("0.5", "1000"), (Money{{"eur", 500}}));
    EXPECT_EQ(cents("0.5", "1001"), (Money{{"eur", 501}}));
    EXPECT_EQ(cents("12.345678", "1000000"), (Money{{"eur", 12345678}}));
    EXPECT_EQ(cents("0.001", "1"), (Money{{"eur", 0}}));
}

TEST(StripePrice, TheQuantityStaysWhatItIsWhereTheAmountIsNoMultiple) {
    JsonParser parser;
    const auto parsed = *parser.parse(
        priced(item(price(R"("unit_amount_decimal":"0.5")"), R"(,"quantity":1001)")), 0);
    const auto prices = read_stripe_prices(parsed, {});
    EXPECT_EQ(prices.at(0)->quantity, 1001);
    EXPECT_EQ(prices.at(0)->amount, 1);
    EXPECT_EQ(prices.at(0)->amount_off, 500);
}

TEST(StripePrice, MeteredAndOneTimePricesAreNoRecurringRevenue) {
    const std::string metered = R"("currency":"eur","unit_amount":5,)"
                                R"("recurring":{"usage_type":"metered","interval":"month"})";
    EXPECT_EQ(monthly(priced(item(metered, ""))), Money{});
    JsonParser parser;
    const auto parsed = *parser.parse(
        priced(item(metered, "") + "," + item(R"("currency":"eur","unit_amount":5)")), 0);
    const auto prices = read_stripe_prices(parsed, {});
    EXPECT_TRUE(prices.at(0)->metered);
    EXPECT_FALSE(prices.at(1));
}

TEST(StripePrice, TiersCountWhereTheyAreTold) {
    const auto tiered = [](const std::string& mode, const std::string& tiers, int quantity) {
        return monthly(priced(
            item(R"("currency":"eur","billing_scheme":"tiered","unit_amount":null,"tiers_mode":")" +
                     mode + R"(","recurring":{"interval":"month"})" + tiers,
                 R"(,"quantity":)" + std::to_string(quantity))));
    };
    const std::string tiers = R"(,"tiers":[{"up_to":10,"unit_amount":500,"flat_amount":1000},)"
                              R"({"up_to":20,"unit_amount":400,"flat_amount":null},)"
                              R"({"up_to":null,"unit_amount":null,"unit_amount_decimal":"0.5"}])";
    EXPECT_EQ(tiered("graduated", tiers, 10), (Money{{"eur", 6000}}));
    EXPECT_EQ(tiered("graduated", tiers, 25), (Money{{"eur", 10003}}));  // + 2.5, rounded
    EXPECT_EQ(tiered("volume", tiers, 10), (Money{{"eur", 6000}}));
    EXPECT_EQ(tiered("volume", tiers, 11), (Money{{"eur", 4400}}));
    EXPECT_EQ(tiered("volume", tiers, 40), (Money{{"eur", 20}}));
    EXPECT_EQ(tiered("volume", tiers, 0), (Money{{"eur", 1000}}));  // the flat amount
    EXPECT_EQ(tiered("graduated", "", 3), (Money{{"eur", 0}}));
    JsonParser parser;
    const auto parsed = *parser.parse(
        priced(item(R"("billing_scheme":"tiered","recurring":{"interval":"month"})")), 0);
    EXPECT_TRUE(read_stripe_prices(parsed, {}).at(0)->tiers_unknown);
}

TEST(StripePrice, PackagesAreCountedWhole) {
    const auto of = [](const std::string& round, int quantity) {
        return monthly(priced(
            item(kMonthly + R"(,"transform_quantity":{"divide_by":100,"round":")" + round + "\"}",
                 R"(,"quantity":)" + std::to_string(quantity))));
    };
    EXPECT_EQ(of("up", 130), (Money{{"eur", 9800}}));
    EXPECT_EQ(of("down", 130), (Money{{"eur", 4900}}));
    EXPECT_EQ(of("up", 200), (Money{{"eur", 9800}}));
    EXPECT_EQ(of("down", 99), (Money{{"eur", 0}}));
}

TEST(StripePrice, DiscountsThatLastAreTakenOff) {
    const auto with = [](const std::string& rest) {
        return monthly(priced(item(kMonthly), "," + rest));
    };
    const std::string forever = R"("coupon":{"id":"c","duration":"forever","percent_off":20})";
    EXPECT_EQ(with(R"("discounts":[{"id":"d","source":{"type":"coupon",)" + forever + "}}]"),
              (Money{{"eur", 11760}}));
    EXPECT_EQ(with(R"("discount":{"id":"d",)" + forever + "}"), (Money{{"eur", 11760}}));
    // The same discount in both places is one.
    EXPECT_EQ(with(R"("discount":{"id":"d",)" + forever + R"(},"discounts":["d"])"),
              (Money{{"eur", 11760}}));
    EXPECT_EQ(with(R"("discounts":[{"id":"d","coupon":{"duration":"once","percent_off":20}}])"),
              (Money{{"eur", 14700}}));
    EXPECT_EQ(with(R"("discounts":["di_1"])"), (Money{{"eur", 14700}}));
    const std::string off = R"({"id":"e","coupon":{"duration":"repeating","amount_off":5000,)"
                            R"("currency":"eur"}})";
    EXPECT_EQ(with(R"("discounts":[)" + off + "]"), (Money{{"eur", 9700}}));
    // One after the other, in their order.
    EXPECT_EQ(with(R"("discounts":[{"id":"d",)" + forever + "}," + off + "]"),
              (Money{{"eur", 6760}}));
    EXPECT_EQ(with(R"("discounts":[)" + off + R"(,{"id":"d",)" + forever + "}]"),
              (Money{{"eur", 7760}}));
    EXPECT_EQ(with(R"("discounts":[{"id":"u","coupon":{"amount_off":5000,"currency":"usd"}}])"),
              (Money{{"eur", 14700}}));
}

TEST(StripePrice, MoneyOffIsOffAllItemsTogetherAndNeverMoreThanAll) {
    const std::string two = item(kMonthly, R"(,"quantity":1)") + "," + item(kMonthly);
    const auto off = [&](int cents) {
        return monthly(
            priced(two, R"(,"discounts":[{"id":"e","coupon":{"currency":"eur","amount_off":)" +
                            std::to_string(cents) + "}}]"));
    };
    EXPECT_EQ(off(1000), (Money{{"eur", 18600}}));
    EXPECT_EQ(off(6000), (Money{{"eur", 13600}}));
    EXPECT_EQ(off(100000), (Money{{"eur", 0}}));
}

TEST(StripePrice, AmountsAreInTheCurrencysOwnMinorUnit) {
    const auto of = [](const std::string& currency, const std::string& rest = "") {
        return monthly(priced(item(R"("currency":")" + currency +
                                       R"(","unit_amount":5000,"recurring":{"interval":"month"})",
                                   ""),
                              rest));
    };
    EXPECT_EQ(of("jpy"), (Money{{"jpy", 5000}}));
    EXPECT_EQ(of("kwd"), (Money{{"kwd", 5000}}));
    EXPECT_EQ(of("isk"), (Money{{"isk", 50}}));
    EXPECT_EQ(
        of("ugx", R"(,"discounts":[{"id":"d","coupon":{"amount_off":1000,"currency":"ugx"}}])"),
        (Money{{"ugx", 40}}));
    EXPECT_EQ(of("mga"), (Money{{"mga", 500000}}));
    EXPECT_EQ(stripe_minor_units(14700, "eur"), 14700);
    EXPECT_EQ(stripe_minor_units(14700, "isk"), 147);
    EXPECT_EQ(stripe_minor_units(147, "MGA"), 14700);
}

}  // namespace
}  // namespace twofold::intake
