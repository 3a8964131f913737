// SPDX-License-Identifier: Apache-2.0
#include "engine/event_customers.h"

#include <algorithm>

#include "engine/facts.h"

namespace twofold::engine {

void EventCustomers::of(std::uint32_t person, std::uint32_t acting, TimeMs time,
                        std::vector<std::uint32_t>& out) const {
    out.clear();
    if (acting != kNobody) {
        out.push_back(acting);
        return;
    }
    thread_local std::vector<frame::Belonging::OfUser> edges;
    run_.belonging().of_user(model::UserOrdinal{person}, edges);
    for (const auto& edge : edges) {
        if (std::ranges::any_of(edge.spans,
                                [time](const frame::Span& span) { return span.holds(time); })) {
            out.push_back(model::index(edge.customer));
        }
    }
}

}  // namespace twofold::engine
