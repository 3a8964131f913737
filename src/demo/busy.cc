// SPDX-License-Identifier: Apache-2.0
//
// Truth 9: free customers with ten active people or more and three limits hit in 30 days. 120 were
// in that state in the year: 54 paid soon after, 43 fell back, 23 are in it now.
#include "base/check.h"
#include "demo/stages.h"

namespace twofold::demo {

void claim_busy(Draft& draft) {
    Random random = draft.random("busy");
    std::vector<std::uint16_t> payers;
    std::vector<std::uint16_t> free;
    for (std::size_t i = 0; i < draft.customers.size(); ++i) {
        const Customer& customer = draft.customers[i];
        if (customer.story != Story::kOrdinary) continue;
        const bool late =
            customer.course == Course::kLatePayer && customer.pay_day <= kQuietMoneyFrom;
        if (late) payers.push_back(static_cast<std::uint16_t>(i));
        const bool long_free = customer.course == Course::kFree && customer.begin <= 230;
        if (long_free) free.push_back(static_cast<std::uint16_t>(i));
    }
    random.shuffle(payers);
    random.shuffle(free);
    TF_CHECK(payers.size() >= kBusyPaid && free.size() >= kBusyEver - kBusyPaid);
    for (int i = 0; i < kBusyPaid; ++i) {
        Customer& customer = draft.customer(payers[static_cast<std::size_t>(i)]);
        customer.busy_day = customer.pay_day - 3;
    }
    for (int i = 0; i < kBusyEver - kBusyPaid; ++i) {
        const std::uint16_t index = free[static_cast<std::size_t>(i)];
        Customer& customer = draft.customer(index);
        if (i < kBusyNow) {
            customer.story = Story::kBusy;
            customer.busy_day = kLastDay - 1;
            draft.busy.push_back(index);
        } else {
            customer.busy_day = random.between(customer.begin + 40, kQuietMoneyFrom);
        }
    }
}

}  // namespace twofold::demo
