// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "engine/run.h"
#include "frame/edges.h"

namespace twofold::engine {

/// The customers of an event (ask.md, Belonging), event by event: for what is asked of events while
/// units are users. Immutable; any thread.
class EventCustomers {
public:
    explicit EventCustomers(const Run& run) : run_(run) {}

    /// One person's customers: of rows that come person by person, looked up once.
    struct OfPerson {
        std::uint32_t person = 0xffff'ffff;
        std::vector<frame::Belonging::OfUser> customers;
    };
    /// `acting` is the customer that the event names, or kNobody. `out` is emptied first. `last` is
    /// kept by the caller from row to row, for one EventCustomers.
    void of(std::uint32_t person, std::uint32_t acting, TimeMs time, OfPerson& last,
            std::vector<std::uint32_t>& out) const;
    void of(std::uint32_t person, std::uint32_t acting, TimeMs time,
            std::vector<std::uint32_t>& out) const;

private:
    const Run& run_;
};

}  // namespace twofold::engine
