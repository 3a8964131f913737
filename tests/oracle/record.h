// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/calendar.h"
#include "oracle/value.h"

namespace twofold::oracle {

/// A rule that joins users to customers.
struct Rule {
    std::string by;  ///< trait, email-domain, acting
    std::string user_trait;
    std::string customer_trait;  ///< Of trait: empty: the id, or a key.
    std::string role;
    bool unverified = false;
    std::int64_t days = 0;
};

/// What a project sets for itself, as far as questions mean something else by it.
struct Settings {
    std::string zone = "UTC";
    TimeMs now = 0;
    std::vector<std::string> automatic_events;
    std::vector<std::string> outside_roles = {"guest", "audience", "partner"};
    std::vector<Rule> rules;  ///< By name.
    bool self_customers = false;
    int first_relation_days = 30;
    int payment_counts_days = 90;
};

enum class RecordType : std::uint8_t {
    kEvent,  ///< track, page, screen
    kIdentify,
    kAlias,
    kGroup,
    kRelation,
    kCustomer,
    kSubscription,
    kPayment
};

/// One line of JSON as wire.md means it, plainly. What is absent is empty.
struct Record {
    RecordType type = RecordType::kEvent;
    std::string user;
    std::string anonymous;
    std::string previous;           ///< alias
    std::string previous_customer;  ///< alias of customers
    std::string customer;           ///< context.groupId, groupId, customerId
    std::string name;               ///< Of the event; id of a subscription or payment.
    std::string role;
    std::string item;
    std::string plan;
    std::string kind;
    std::string parent;
    bool says_parent = false;  ///< Also that there is none.
    std::string currency;
    std::string message;  ///< messageId
    TimeMs time = 0;      ///< Receipt where none was sent; `from` of relations and subscriptions.
    TimeMs until = kEndOfTime;
    TimeMs trial_until = kBeginningOfTime;
    bool automatic = false;
    bool removed = false;
    bool undo = false;
    std::int64_t amount = 0;
    std::int64_t quantity = 1;
    double months = 0;  ///< Of `every`; 0: once.
    double discount_percent = 0;
    std::int64_t amount_off = 0;
    std::map<std::string, Value> values;      ///< Properties or traits, flattened by dots.
    std::map<std::string, std::string> keys;  ///< A customer's ids in other systems.
};

/// REQUIRES: the line is a record that intake takes.
Record read_record(std::string_view line, const Settings& settings);

}  // namespace twofold::oracle
