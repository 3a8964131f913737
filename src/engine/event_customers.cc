// SPDX-License-Identifier: Apache-2.0
#include "engine/event_customers.h"

#include <algorithm>

#include "engine/facts.h"

namespace twofold::engine {

void EventCustomers::of(std::uint32_t person, std::uint32_t acting, TimeMs time, OfPerson& last,
                        std::vector<std::uint32_t>& out) const {
    out.clear();
    if (acting != kNobody) {
        out.push_back(acting);
        return;
    }
    if (last.person != person) {
        run_.belonging().of_user(model::UserOrdinal{person}, last.customers);
        last.person = person;
    }
    for (const auto& edge : last.customers) {
        if (std::ranges::any_of(edge.spans,
                                [time](const frame::Span& span) { return span.holds(time); })) {
            out.push_back(model::index(edge.customer));
        }
    }
}

void EventCustomers::of(std::uint32_t person, std::uint32_t acting, TimeMs time,
                        std::vector<std::uint32_t>& out) const {
    thread_local OfPerson one;
    one.person = kNobody;
    of(person, acting, time, one, out);
}

}  // namespace twofold::engine
