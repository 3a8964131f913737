// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "directory/directory.h"
#include "frame/relation_facts.h"
#include "model/types.h"

namespace twofold::frame {

/// Which customer everyone is by itself, where the project says that all users are customers:
///   1. those to whom a record relates the person in the role `self`,
///   2. those of the person's user ids that have traits or money of their own,
///   3. where it has none of these, the customer of the id that is shown.
/// Each counts from when what makes it one is dated; until then 3. One thread.
class SelfCustomers {
public:
    /// The customer of the same id, both as first seen.
    void link(model::UserOrdinal user, model::CustomerOrdinal customer);
    void clear();
    bool any() const noexcept { return !customer_of_.empty(); }
    /// Users with an id of one of the customer's.
    void users_of(model::CustomerOrdinal canonical, const directory::View& view,
                  std::vector<model::UserOrdinal>& out) const;

    /// When a canonical customer first had a trait or money; kEndOfTime: never.
    using OwnSince = std::function<TimeMs(model::CustomerOrdinal)>;
    /// Adds to `facts.standing` what follows for a person.
    void find(model::UserOrdinal person, const directory::View& view, const OwnSince& own_since,
              RoleCode self, RelationFacts& facts);

    std::uint64_t memory_bytes() const noexcept {
        return (customer_of_.capacity() + user_of_.capacity()) * sizeof(std::uint32_t);
    }

private:
    struct Own {
        std::uint32_t customer;
        TimeMs since;
    };
    void add_own(std::uint32_t customer, TimeMs since);

    std::vector<std::uint32_t> customer_of_;  // by user; both as first seen
    std::vector<std::uint32_t> user_of_;      // by customer
    std::vector<Own> own_;                    // of find()
};

}  // namespace twofold::frame
