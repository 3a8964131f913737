// SPDX-License-Identifier: Apache-2.0
//
// Truth 6: five hundred terms of a year ended in the year. Whether anybody had exported a report
// in the 30 days before goes with the renewal; emoji reactions do not.
#include "base/check.h"
#include "demo/stages.h"

namespace twofold::demo {
namespace {

void set_due(Draft& draft, Customer& customer, Random& random) {
    customer.due_day = random.between(40, kQuietMoneyFrom);
    // A day that every year has, so that a year after the term's first day is its end.
    const Date date = draft.year.date(customer.due_day);
    if (date.month == 2 && date.day == 29) --customer.due_day;
    customer.pay_day = draft.year.months_later(customer.due_day, -12 * random.between(1, 3));
    customer.begin = customer.pay_day - random.between(1, 30);
    customer.price.yearly = true;
}

/// `exported` of them did, and `reacted` of them, each spread over the other by chance.
void mark(std::vector<Customer*> customers, Random& random, int exported, int reacted) {
    random.shuffle(customers);
    for (int i = 0; i < exported; ++i)
        customers[static_cast<std::size_t>(i)]->exported = true;
    random.shuffle(customers);
    for (int i = 0; i < reacted; ++i)
        customers[static_cast<std::size_t>(i)]->reacted = true;
}

}  // namespace

void claim_terms(Draft& draft) {
    Random random = draft.random("terms");
    std::vector<Customer*> renewed;
    std::vector<Customer*> lost;
    for (Customer& customer : draft.customers) {
        const bool plain = customer.story == Story::kOrdinary && customer.return_day == kNever;
        if (!plain) continue;
        if (customer.course == Course::kOlderPaying) renewed.push_back(&customer);
        if (customer.course == Course::kOlderLeft && customer.end_day <= kQuietMoneyFrom) {
            lost.push_back(&customer);
        }
    }
    random.shuffle(renewed);
    random.shuffle(lost);
    TF_CHECK(renewed.size() >= kTermsRenewed && lost.size() >= kTermsEnded - kTermsRenewed);
    renewed.resize(kTermsRenewed);
    lost.resize(kTermsEnded - kTermsRenewed);
    for (Customer* customer : renewed) {
        set_due(draft, *customer, random);
        customer->renewed = true;
    }
    for (Customer* customer : lost) {
        set_due(draft, *customer, random);
        customer->end_day = customer->due_day;
        customer->last_use = customer->due_day;
    }
    mark(renewed, random, kTermsExportedRenewed, kTermsReactedRenewed);
    mark(lost, random, kTermsExported - kTermsExportedRenewed,
         kTermsReacted - kTermsReactedRenewed);
}

}  // namespace twofold::demo
