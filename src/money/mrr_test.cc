// SPDX-License-Identifier: Apache-2.0
#include "money/mrr.h"

#include <cmath>
#include <fstream>
#include <gtest/gtest.h>
#include <limits>
#include <sstream>
#include <string>

namespace twofold::money {
namespace {

Segment priced(Amount amount, Every every) {
    Segment segment;
    segment.amount = amount;
    segment.every = every;
    return segment;
}

// "18.2900" to 182'900: four decimals, exactly.
std::int64_t ten_thousandths(const std::string& text) {
    const std::size_t point = text.find('.');
    return std::stoll(text.substr(0, point)) * 10'000 + std::stoll(text.substr(point + 1));
}

TEST(Mrr, ReproducesThePublishedTableOfPrices) {
    std::ifstream file(std::string(TWOFOLD_SOURCE_DIR) + "/src/money/testdata/price_to_mrr.csv");
    std::string line;
    std::getline(file, line);
    int cases = 0;
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        std::string period;
        std::string price;
        std::string mrr;
        std::getline(fields, period, ',');
        std::getline(fields, price, ',');
        std::getline(fields, mrr, ',');
        if (mrr.ends_with('\r')) mrr.pop_back();
        SCOPED_TRACE(line);
        Every every = Every::once();
        if (period == "MONTHLY") every = Every::month();
        if (period == "ANNUAL") every = Every::year();
        ASSERT_TRUE(every != Every::once() || period == "NO_BILLING_PERIOD");
        // The table has four decimals of the major unit, that is hundredths of a minor one.
        const Mrr got = mrr_of(priced(ten_thousandths(price) / 100, every));
        EXPECT_EQ((got + 50) / 100, ten_thousandths(mrr));
        ++cases;
    }
    EXPECT_EQ(cases, 63);
}

TEST(Mrr, DividesEveryPeriodToAMonth) {
    EXPECT_EQ(mrr_of(priced(12'000, Every::quarter())), 4'000 * kMrrScale);
    EXPECT_EQ(mrr_of(priced(58'800, Every::year())), 4'900 * kMrrScale);
    EXPECT_EQ(mrr_of(priced(6'000, {6, 0})), 1'000 * kMrrScale);
    // 1,000 × 365 / 7 / 12 = 4,345.238…
    EXPECT_EQ(mrr_of(priced(1'000, Every::week())), 43'452'381);
    EXPECT_EQ(mrr_of(priced(100, Every::day())), 30'416'667);
    EXPECT_EQ(mrr_of(priced(9'900, Every::once())), 0);
}

TEST(Mrr, TwelveMonthsOfAYearlyPriceShowThatPrice) {
    for (Amount price : {1'829, 1'995, 229'900, 549'900, 1, 100'003}) {
        const Mrr mrr = mrr_of(priced(price, Every::year()));
        EXPECT_EQ(to_minor_units(12 * mrr), price);
    }
}

TEST(Mrr, TakesQuantityAndDiscountsIntoAccount) {
    Segment segment = priced(4'900, Every::month());
    segment.quantity = 3;
    EXPECT_EQ(mrr_of(segment), 14'700 * kMrrScale);
    segment.discount = 200'000;  // 20 %
    EXPECT_EQ(mrr_of(segment), 11'760 * kMrrScale);
    segment.amount_off = 1'760;
    EXPECT_EQ(mrr_of(segment), 10'000 * kMrrScale);
    segment.amount_off = 1'000'000;
    EXPECT_EQ(mrr_of(segment), 0);
    segment.amount_off = 0;
    segment.discount = kDiscountWhole;
    EXPECT_EQ(mrr_of(segment), 0);
}

TEST(Mrr, CountsOnlyWhatIsOwed) {
    Segment segment = priced(4'900, Every::month());
    for (const char* status : {"", "active", "past_due"}) {
        segment.status = status;
        EXPECT_EQ(mrr_of(segment), 4'900 * kMrrScale) << status;
    }
    for (const char* status : {"trialing", "paused", "incomplete", "unpaid", "canceled"}) {
        segment.status = status;
        EXPECT_EQ(mrr_of(segment), 0) << status;
    }
    segment.status = "active";
    segment.metered = true;
    EXPECT_EQ(mrr_of(segment), 0);
}

TEST(Mrr, NeverOverflowsNorGoesBelowZero) {
    constexpr auto kMost = std::numeric_limits<std::int64_t>::max();
    Segment segment = priced(kMost, Every::day());
    segment.quantity = kMost;
    EXPECT_EQ(mrr_of(segment), kMrrMax);
    segment.discount = -kMost;
    EXPECT_EQ(mrr_of(segment), kMrrMax);
    segment.discount = kMost;
    EXPECT_EQ(mrr_of(segment), 0);
    segment = priced(-5, Every::month());
    EXPECT_EQ(mrr_of(segment), 0);
    segment = priced(5, {std::numeric_limits<std::int32_t>::min(), -1});
    EXPECT_EQ(mrr_of(segment), 0);
}

TEST(Mrr, RoundsHalfAwayFromZero) {
    EXPECT_EQ(to_minor_units(14'999), 1);
    EXPECT_EQ(to_minor_units(15'000), 2);
    EXPECT_EQ(to_minor_units(-14'999), -1);
    EXPECT_EQ(to_minor_units(-15'000), -2);
    EXPECT_EQ(to_minor_units(std::numeric_limits<Mrr>::min()), -922'337'203'685'478);
}

}  // namespace
}  // namespace twofold::money
