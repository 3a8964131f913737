// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "ledger/settings.h"
#include "oracle/record.h"

namespace twofold::questions {

/// The settings of a project as the oracle reads them.
inline oracle::Settings oracle_settings(const ledger::Settings& settings) {
    oracle::Settings plain;
    plain.zone = settings.zone;
    plain.now = settings.now.value_or(0);
    plain.automatic_events = settings.automatic_events;
    plain.outside_roles = settings.outside_roles;
    for (const ledger::JoinRule& rule : settings.join_rules) {
        plain.rules.push_back({std::string(name_of(rule.by)), rule.user_trait, rule.customer_trait,
                               rule.role, rule.unverified, rule.days});
    }
    plain.self_customers = settings.self_customers;
    plain.first_relation_days = settings.first_relation_days;
    plain.payment_counts_days = settings.payment_counts_days;
    return plain;
}

}  // namespace twofold::questions
