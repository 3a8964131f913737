// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/time.h"

namespace twofold::belonging {

enum class What : std::uint8_t {
    kTrack,
    kIdentify,
    kGroup,
    kAlias,
    kRelation,
    kCustomer,
    kKey,  ///< A customer's record that gives it a key, or takes its keys away.
    kCustomerAlias,
    kSubscription,
};

/// One record of what a judged world is made of: what the model reads, and what json() sends.
struct Record {
    What what = What::kTrack;
    std::string user;
    std::string anonymous;
    std::string customer;  ///< Named, chosen, related, joined to.
    std::string previous;  ///< Of an alias.
    std::string role;      ///< Empty: not said.
    std::string key;       ///< Of kKey: "stripe:…"; empty: none any more.
    std::string name;      ///< Of an event: what tells it from all others. Of a subscription: id.
    std::string tier;      ///< A trait of the customer.
    std::string message;   ///< Empty: none.
    TimeMs time = 0;       ///< Of a relation and a subscription: from.
    std::optional<TimeMs> until;
    bool removed = false;
    bool undo = false;
};

/// As intake takes it.
std::string json(const Record& record);

}  // namespace twofold::belonging
