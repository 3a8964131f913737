// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "ledger/join_rule.h"

namespace twofold::ledger {

class Ledger;

/// What a project sets for itself. Each is kept under its own name, so a build that knows more
/// settings reads what an older one left.
struct Settings {
    std::string zone = "UTC";         ///< Of calendars and bare dates.
    std::optional<TimeMs> now;        ///< What counts as now; unset: the clock.
    std::string user_label = "user";  ///< What page, export and messages call the two sides.
    std::string customer_label = "customer";
    std::string currency;  ///< Of sums; empty: the one most prices are in.
    std::vector<std::string> outside_roles = {"guest", "audience", "partner"};
    std::vector<std::string> buying_roles = {"buyer", "billing", "decision_maker"};
    /// Events that are automatic by name, beside those marked so.
    std::vector<std::string> automatic_events;
    /// Types of $groups whose entry is a customer.
    std::vector<std::string> customer_types = {"account",      "company", "customer",
                                               "organization", "team",    "workspace"};
    bool naming_makes_guests = true;  ///< An event that names a customer implies `guest`.
    /// Positions of the log after which self customers were turned on, off, on again …: what is
    /// opened for users follows from them. The project keeps them; people set self_customers.
    std::vector<std::uint64_t> self_customers_turned;
    bool self_customers = false;       ///< Every known user has a customer of the same id.
    std::vector<JoinRule> join_rules;  ///< By name.
    int first_relation_days = 30;      ///< How far a first relation reaches back.
    int payment_counts_days = 90;      ///< How long a payment makes a customer paying.
    std::uint64_t message_ids_max = 200'000'000;
    bool operator==(const Settings&) const = default;
};

/// Errors: kCorrupt for a value that cannot be read, kIo.
Result<Settings> load_settings(const Ledger& ledger);
/// Writes those that differ from what is there. Errors: kInvalid (a number out of its range), kIo.
Status save_settings(Ledger& ledger, const Settings& settings);

}  // namespace twofold::ledger
