// SPDX-License-Identifier: Apache-2.0
//
// Truth 7: MRR of last month, and because of whom. Here is who begins, returns and leaves;
// prices.cc makes the amounts.
#include "base/check.h"
#include "demo/stages.h"

namespace twofold::demo {
namespace {

/// Who begins to pay in a month: some early payers do so anyway, late payers make up the number.
constexpr int kNewLastMonth = 26;
constexpr int kNewThisMonth = 9;

int count_new(Draft& draft, int first, int last, MoneyGroup group) {
    int count = 0;
    for (Customer& customer : draft.customers) {
        if (customer.course != Course::kEarlyPayer && customer.course != Course::kLatePayer)
            continue;
        if (customer.pay_day < first || customer.pay_day > last) continue;
        customer.group = group;
        ++count;
    }
    return count;
}

void begin_in(Customer& customer, MoneyGroup group, int first, int last, Random& random) {
    customer.pay_day = random.between(first, last);
    customer.trial_day = random.chance(400) ? customer.pay_day - 14 : kNever;
    customer.group = group;
}

}  // namespace

void claim_movements(Draft& draft) {
    Random random = draft.random("movements");
    const int month = draft.year.month();
    const int before = draft.year.month_before();
    const int have_last = count_new(draft, before, month - 1, MoneyGroup::kNewLastMonth);
    const int have_this = count_new(draft, month, kLastDay, MoneyGroup::kNewThisMonth);

    std::vector<Customer*> late;
    std::vector<Customer*> older;
    for (std::size_t i = 0; i < draft.customers.size(); ++i) {
        Customer& customer = draft.customers[i];
        if (customer.course == Course::kOlderLeft && customer.end_day >= before) {
            draft.churned_last_month.push_back(static_cast<std::uint16_t>(i));
        }
        if (customer.standing != Standing::kPaying || customer.group != MoneyGroup::kRest ||
            customer.story != Story::kOrdinary) {
            continue;
        }
        if (customer.course == Course::kLatePayer) late.push_back(&customer);
        if (customer.course == Course::kOlderPaying) older.push_back(&customer);
    }
    random.shuffle(late);
    for (int i = have_last; i < kNewLastMonth; ++i) {
        begin_in(*late.back(), MoneyGroup::kNewLastMonth, before, month - 1, random);
        late.pop_back();
    }
    for (int i = have_this; i < kNewThisMonth; ++i) {
        begin_in(*late.back(), MoneyGroup::kNewThisMonth, month, kLastDay, random);
        late.pop_back();
    }

    TF_CHECK(draft.churned_last_month.size() == kChurnedLastMonth);
    for (const std::uint16_t index : draft.churned_last_month) {
        const bool large = index == draft.churned_last_month.front();
        draft.customer(index).group = large ? MoneyGroup::kChurnedLarge : MoneyGroup::kChurnedSmall;
    }
    random.shuffle(older);
    for (std::size_t i = 0; i < 2; ++i) {
        older[i]->group = MoneyGroup::kReturned;
        older[i]->end_day = random.between(100, 220);
        older[i]->return_day = random.between(before, month - 1);
    }
}

}  // namespace twofold::demo
