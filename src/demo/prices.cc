// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cstdlib>
#include <numeric>
#include <optional>

#include "base/check.h"
#include "demo/price_list.h"
#include "demo/stages.h"

namespace twofold::demo {
namespace {

/// What may be negotiated for a seat.
constexpr std::int64_t kSeatCheapest = 600;
constexpr std::int64_t kSeatDearest = 4'500;

using Group = std::vector<Customer*>;

/// A yearly price of a term that began before the price rise is the old one.
bool has_old_price(const Customer& customer) {
    const int term = customer.due_day != kNever ? customer.due_day : customer.pay_day;
    return customer.price.yearly && term < kPriceRiseDay;
}

Price listed(const Customer& customer, Plan plan) {
    return list_price(plan, customer.price.yearly, has_old_price(customer));
}

Price negotiated(const Customer& customer, std::int64_t month) {
    return {Plan::kBusiness, customer.price.yearly, false, month};
}

/// Prices of two customers' seats with seats_a × a + seats_b × b = total, near `near_a`. One exists
/// among any seats_b neighbours of near_a if the seats have no common divisor.
struct PricePair {
    std::int64_t a;
    std::int64_t b;
};
std::optional<PricePair> split(std::int64_t total, int seats_a, int seats_b, std::int64_t near_a) {
    if (std::gcd(seats_a, seats_b) != 1) return std::nullopt;
    for (std::int64_t step = 0; step <= seats_b; ++step) {
        for (const std::int64_t a : {near_a + step, near_a - step}) {
            const std::int64_t rest = total - a * seats_a;
            if (rest <= 0 || rest % seats_b != 0) continue;
            const std::int64_t b = rest / seats_b;
            const bool sane =
                a >= kSeatCheapest && a <= kSeatDearest && b >= kSeatCheapest && b <= kSeatDearest;
            if (sane) return PricePair{a, b};
        }
    }
    return std::nullopt;
}

Plan wish_plan(const Customer& customer, Random& random) {
    const int kind = random.below(100) + std::min(40, customer.seats / 3);
    return kind < 35 ? Plan::kTeam : (kind < 95 ? Plan::kPro : Plan::kBusiness);
}

/// Sets prices so that the group pays exactly `total` a month: from the list as far as that goes,
/// then two customers have negotiated theirs.
void fit(const Group& group, std::int64_t total, Random& random) {
    std::int64_t missing = total;
    for (Customer* customer : group) {
        customer->price = listed(*customer, wish_plan(*customer, random));
        missing -= customer->mrr();
    }
    constexpr std::int64_t kNear = 20'000;
    constexpr int kTriesMax = 2'000'000;
    for (int i = 0; i < kTriesMax; ++i) {
        Customer& customer =
            *group[static_cast<std::size_t>(random.below(static_cast<int>(group.size())))];
        const Price other = listed(customer, static_cast<Plan>(random.between(1, 3)));
        const std::int64_t gain = (other.month - customer.price.month) * customer.seats;
        const bool nearer = std::llabs(missing - gain) < std::llabs(missing);
        if (customer.price.listed && (nearer || random.chance(20))) {
            customer.price = other;
            missing -= gain;
        }
        if (missing == 0) return;
        if (std::llabs(missing) > kNear) continue;
        Customer& a =
            *group[static_cast<std::size_t>(random.below(static_cast<int>(group.size())))];
        Customer& b =
            *group[static_cast<std::size_t>(random.below(static_cast<int>(group.size())))];
        if (&a == &b) continue;
        if (const auto pair = split(a.mrr() + b.mrr() + missing, a.seats, b.seats, a.price.month)) {
            a.price = negotiated(a, pair->a);
            b.price = negotiated(b, pair->b);
            return;
        }
    }
    TF_CHECK(false && "a planted sum of money cannot be met");
}

Group priced_of(Draft& draft, MoneyGroup group) {
    Group found;
    for (Customer& customer : draft.customers) {
        if (customer.group == group && customer.story != Story::kSolo) found.push_back(&customer);
    }
    return found;
}

void price_groups(Draft& draft, Random& random) {
    fit(priced_of(draft, MoneyGroup::kSilentOnes), kSilentMrr, random);
    fit(priced_of(draft, MoneyGroup::kMailOnlyOnes), kAutomaticOnlyMrr, random);
    fit(priced_of(draft, MoneyGroup::kGhostOnes), kGhostMrr, random);
    fit(priced_of(draft, MoneyGroup::kNewLastMonth), kMrrNew, random);
    fit(priced_of(draft, MoneyGroup::kNewThisMonth), kMrr - kMrrLastMonth, random);
    fit(priced_of(draft, MoneyGroup::kReturned), kMrrReactivation, random);
    std::int64_t silent_gone = 0;
    for (const std::uint16_t index : draft.gone_now) {
        const Customer& customer = draft.customer(index);
        if (customer.group == MoneyGroup::kSilentOnes) silent_gone += customer.mrr();
    }
    fit(priced_of(draft, MoneyGroup::kChampionGone), kChampionGoneNowMrr - silent_gone, random);
    Customer& largest = *priced_of(draft, MoneyGroup::kChurnedLarge).front();
    largest.price = negotiated(largest, kMrrChurnLargest / largest.seats);
    TF_CHECK(largest.mrr() == kMrrChurnLargest);
    fit(priced_of(draft, MoneyGroup::kChurnedSmall), kMrrChurn - kMrrChurnLargest, random);
}

void price_rest(Draft& draft, Random& random) {
    std::int64_t placed = 0;
    for (Customer& customer : draft.customers) {
        const bool unpriced = customer.price.month == 0;
        if (customer.story == Story::kSolo) {
            customer.price = list_price(Plan::kSolo, false, false);
        } else if (unpriced && customer.group == MoneyGroup::kNone && customer.seats > 0) {
            customer.price = listed(customer, wish_plan(customer, random));
        }
        if (customer.standing == Standing::kPaying) placed += customer.mrr();
    }
    fit(priced_of(draft, MoneyGroup::kRest), kMrr - placed, random);
}

/// Of all groups' customers some pay by the year, without a term that ends in the year.
void choose_yearly(Draft& draft, Random& random) {
    for (Customer& customer : draft.customers) {
        const bool payer = customer.pay_day > 30 && customer.pay_day <= kLastDay &&
                           customer.course != Course::kOlderPaying;
        if (payer && customer.story != Story::kSolo && random.chance(200)) {
            customer.price.yearly = true;
        }
    }
}

/// Some began with fewer seats.
void grow(Draft& draft, Random& random) {
    for (Customer& customer : draft.customers) {
        const int end = std::min(customer.end_day, kQuietMoneyFrom + 1);
        const int from = std::max(customer.pay_day + 40, -300);
        const bool may = customer.seats >= 6 && customer.change.day == kNever &&
                         customer.return_day == kNever && from < end - 5 &&
                         customer.course != Course::kGoneBefore &&
                         customer.standing != Standing::kTrial;
        if (!may || !random.chance(350)) continue;
        customer.growth_day = random.between(from, end - 5);
        customer.seats_before = std::max(2, customer.seats * random.between(40, 95) / 100);
    }
}

/// Gives some customers another price and quantity until a day of last month, so that the sum of
/// what changed on those days is `total`: above zero for more, below zero for less.
void change(Group& from, std::int64_t total, int count, const Year& year, Random& random) {
    const auto take = [&from] {
        Customer* customer = from.back();
        from.pop_back();
        return customer;
    };
    const auto before = [&](Customer& customer, std::int64_t gain) {
        customer.change.day = random.between(year.month_before(), year.month() - 1);
        customer.change.price_before = customer.price;
        const auto seats = static_cast<int>(gain / customer.price.month);
        customer.change.quantity_before =
            customer.seats - (seats == 0 ? (gain > 0 ? 1 : -1) : seats);
        return customer.mrr() - customer.change.quantity_before * customer.price.month;
    };
    std::int64_t missing = total;
    for (int i = 0; i + 2 < count; ++i) {
        missing -= before(*take(), total / count);
    }
    for (;;) {
        TF_CHECK(from.size() >= 2);
        Customer& a = *take();
        Customer& b = *take();
        before(a, missing / 2);
        before(b, missing / 2);
        const std::int64_t paid_before = a.mrr() + b.mrr() - missing;
        const auto pair =
            split(paid_before, a.change.quantity_before, b.change.quantity_before, a.price.month);
        if (pair) {
            a.change.price_before = negotiated(a, pair->a);
            b.change.price_before = negotiated(b, pair->b);
            const std::int64_t gain_a = a.mrr() - pair->a * a.change.quantity_before;
            const std::int64_t gain_b = b.mrr() - pair->b * b.change.quantity_before;
            const bool both = total > 0 ? gain_a > 0 && gain_b > 0 : gain_a < 0 && gain_b < 0;
            if (both) return;
        }
        a.change = MoneyChange();
        b.change = MoneyChange();
    }
}

void change_last_month(Draft& draft, Random& random) {
    constexpr std::int64_t kLargeMrr = 180'000;
    Group may;
    for (Customer& customer : draft.customers) {
        const bool plain =
            customer.group == MoneyGroup::kRest && customer.story == Story::kOrdinary;
        if (plain && customer.mrr() >= kLargeMrr && customer.pay_day < kQuietMoneyFrom) {
            may.push_back(&customer);
        }
    }
    random.shuffle(may);
    constexpr int kExpanded = 13;
    constexpr int kContracted = 6;
    change(may, kMrrExpansion, kExpanded, draft.year, random);
    change(may, -kMrrContraction, kContracted, draft.year, random);
}

}  // namespace

Price list_price(Plan plan, bool yearly, bool old) {
    struct ListPrices {
        std::int64_t now;
        std::int64_t before;
    };
    constexpr std::array<ListPrices, 4> kPlans = {
        {{900, 800}, {1'200, 1'100}, {1'950, 1'800}, {2'900, 2'700}}};
    const ListPrices& prices = kPlans[static_cast<std::size_t>(plan)];
    const std::int64_t month = old ? prices.before : prices.now;
    return {plan, yearly, true, yearly ? month * (100 - kYearlyDiscountPercent) / 100 : month};
}

std::string_view plan_name(Plan plan) {
    constexpr std::array<std::string_view, 4> kNames = {"Solo", "Team", "Pro", "Business"};
    return kNames[static_cast<std::size_t>(plan)];
}

void price_customers(Draft& draft) {
    Random random = draft.random("prices");
    choose_yearly(draft, random);
    price_groups(draft, random);
    price_rest(draft, random);
    change_last_month(draft, random);
    grow(draft, random);
}

}  // namespace twofold::demo
