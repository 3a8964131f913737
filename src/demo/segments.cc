// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "demo/moments.h"
#include "demo/price_list.h"
#include "demo/stages.h"

namespace twofold::demo {
namespace {

constexpr int kTrialSeats = 5;  ///< Of a trial that came to nothing.

int quantity_on(const Customer& customer, int day) {
    if (customer.change.day != kNever && day < customer.change.day) {
        return customer.change.quantity_before;
    }
    return day < customer.growth_day && customer.growth_day != kNever ? customer.seats_before
                                                                      : customer.seats;
}

/// `term` is the day on which the running term began; a monthly price changes for all at once.
Price price_on(const Customer& customer, int day, int term) {
    if (customer.change.day != kNever && day < customer.change.day) {
        return customer.change.price_before;
    }
    if (!customer.price.listed) return customer.price;
    const bool old = (customer.price.yearly ? term : day) < kPriceRiseDay;
    return list_price(customer.price.plan, customer.price.yearly, old);
}

/// Days on which a term of a year begins, from the first to the last before `end`.
std::vector<int> terms(const Draft& draft, const Customer& customer, int end) {
    std::vector<int> days;
    if (!customer.price.yearly) return days;
    const int anchor = customer.due_day != kNever ? customer.due_day : customer.pay_day;
    for (int year = -3; year <= 1; ++year) {
        const int day = draft.year.months_later(anchor, 12 * year);
        if (day >= customer.pay_day && day < end) days.push_back(day);
    }
    return days;
}

/// The segments of one subscription from `start` (a trial until `paid`, if later) to `end`.
struct Subscribed {
    int start;
    int paid;
    int end;
    std::uint8_t number;
};

void write_stretch(const Draft& draft, Customer& customer, std::size_t index,
                   const Subscribed& stretch) {
    const std::vector<int> term_days = terms(draft, customer, std::min(stretch.end, kLastDay + 1));
    std::vector<int> days = term_days;
    days.push_back(customer.growth_day);
    days.push_back(customer.change.day);
    if (!customer.price.yearly && customer.price.listed) days.push_back(kPriceRiseDay);
    std::erase_if(
        days, [&](int day) { return day <= stretch.paid || day >= stretch.end || day > kLastDay; });
    days.push_back(stretch.start);
    std::sort(days.begin(), days.end());
    days.erase(std::unique(days.begin(), days.end()), days.end());
    for (std::size_t i = 0; i < days.size(); ++i) {
        const int day = days[i];
        const int next = i + 1 < days.size() ? days[i + 1] : stretch.end;
        int term = stretch.paid;
        for (const int begun : term_days) {
            if (begun <= day) term = begun;
        }
        Segment segment;
        segment.from = money_time(draft, index, day);
        segment.until = next <= kLastDay ? money_time(draft, index, next) : 0;
        segment.left = i + 1 == days.size() && segment.until != 0;
        if (day < stretch.paid) segment.trial_until = money_time(draft, index, stretch.paid);
        if (customer.price.yearly) {
            segment.renews_at = money_time(draft, index, draft.year.months_later(term, 12));
        }
        segment.price = price_on(customer, std::max(day, stretch.paid), term);
        segment.quantity = quantity_on(customer, std::max(day, stretch.paid));
        segment.number = stretch.number;
        customer.segments.push_back(segment);
    }
}

void write_trial(const Draft& draft, Customer& customer, std::size_t index) {
    Segment segment;
    segment.from = money_time(draft, index, customer.trial_day);
    segment.trial_until = money_time(draft, index, customer.end_day);
    if (customer.end_day <= kLastDay) {
        segment.until = segment.trial_until;
        segment.left = true;
    }
    segment.price = list_price(Plan::kPro, false, customer.trial_day < kPriceRiseDay);
    segment.quantity = customer.seats > 0 ? customer.seats : kTrialSeats;
    customer.segments.push_back(segment);
}

}  // namespace

void write_segments(Draft& draft) {
    Random random = draft.random("trials");
    for (std::size_t i = 0; i < draft.customers.size(); ++i) {
        Customer& customer = draft.customers[i];
        const bool tried = customer.course == Course::kFree &&
                           customer.begin < kQuietMoneyFrom - 30 && customer.busy_day == kNever &&
                           random.chance(120);
        if (tried) {
            customer.trial_day = customer.begin + random.between(2, 10);
            customer.end_day = customer.trial_day + 14;
        }
        if (customer.pay_day == kNever) {
            if (customer.trial_day != kNever) write_trial(draft, customer, i);
            continue;
        }
        const int start = std::min(customer.trial_day, customer.pay_day);
        write_stretch(draft, customer, i, {start, customer.pay_day, customer.end_day, 1});
        if (customer.return_day != kNever) {
            write_stretch(draft, customer, i,
                          {customer.return_day, customer.return_day, kNever, 2});
        }
    }
}

}  // namespace twofold::demo
