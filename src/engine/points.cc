// SPDX-License-Identifier: Apache-2.0
#include "engine/points.h"

namespace twofold::engine {

Points Points::pick(const kernel::BitSet& keep) const {
    Points picked;
    picked.side = side;
    if (one_moment()) picked.moments = moments;
    keep.each([&](std::uint32_t i) {
        if (!users.empty()) picked.users.push_back(users[i]);
        if (!customers.empty()) picked.customers.push_back(customers[i]);
        if (!edges.empty()) picked.edges.push_back(edges[i]);
        if (!relations.empty()) picked.relations.push_back(relations[i]);
        if (!acting.empty()) picked.acting.push_back(acting[i]);
        if (!one_moment()) picked.moments.push_back(moments[i]);
    });
    return picked;
}

}  // namespace twofold::engine
