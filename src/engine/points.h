// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "frame/edges.h"
#include "kernel/bit_set.h"
#include "plan/timeline.h"

namespace twofold::engine {

/// Of whom something is asked, and when: many at once. A user, a customer, or a pair of both.
struct Points {
    enum class Side : std::uint8_t { kUsers, kCustomers, kPairs };
    Side side = Side::kUsers;
    std::vector<std::uint32_t> users;      ///< kUsers, kPairs: canonical ordinals.
    std::vector<std::uint32_t> customers;  ///< kCustomers, kPairs.
    std::vector<std::uint32_t> edges;      ///< kPairs: number of the pair in the frames.
    /// kPairs, only where the relation itself is asked for (role, since …): then one point for each
    /// relation that holds, so that conditions speak of the same one. Empty: not asked for.
    std::vector<frame::RelationInterval> relations;
    /// kUsers, where each is asked for an event of theirs: the customer that the event names, or
    /// kNobody. Its customers are then those it belongs to. Empty: the users' own customers.
    std::vector<std::uint32_t> acting;
    /// One for all points, or one each.
    std::vector<plan::Moment> moments;

    std::uint32_t size() const {
        return static_cast<std::uint32_t>(side == Side::kCustomers ? customers.size()
                                                                   : users.size());
    }
    bool one_moment() const { return moments.size() == 1; }
    const plan::Moment& moment(std::uint32_t i) const {
        return moments.size() == 1 ? moments[0] : moments[i];
    }

    /// Those whose bit is set, in order. REQUIRES: keep.size() == size().
    Points pick(const kernel::BitSet& keep) const;
};

}  // namespace twofold::engine
