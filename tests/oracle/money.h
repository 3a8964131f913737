// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "oracle/value.h"

namespace twofold::oracle {

struct Customer;

/// Money of one customer at one moment, from its segments and payments as they are.
/// All of a customer with its children: the sum, any of them, or the one with the largest MRR.
double mrr_at(const Customer& customer, TimeMs moment);
/// A subscription with MRR above zero outside its trial; or, for a customer that never had one, a
/// payment within `payment_days` before.
bool paying_at(const Customer& customer, TimeMs moment, int payment_days);
/// Of several, the largest MRR, then by id; the trait where there never was a subscription.
Value plan_at(const Customer& customer, TimeMs moment);
Value seats_at(const Customer& customer, TimeMs moment);
Value status_at(const Customer& customer, TimeMs moment, int payment_days);
/// A trait as it was: nothing before it was first sent.
Value trait_at(const Customer& customer, const std::string& name, TimeMs moment);

struct MoneyFact {
    TimeMs time = 0;
    std::string name;
    std::map<std::string, Value> properties;
};
/// started, paid, refunded, expanded, contracted, churned, reactivated up to `at`, by time.
std::vector<MoneyFact> money_facts(const Customer& customer, TimeMs at, int payment_days);
/// Of its subscriptions; empty when there are none.
std::string currency_of(const Customer& customer);

}  // namespace twofold::oracle
