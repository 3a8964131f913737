// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "demo/recount.h"
#include "demo/world.h"

// What tests ask a recounted world, worked out in one pass over its events.

namespace twofold::demo {

struct Tally {
    using Company = Recount::Company;
    using Person = Recount::Person;

    /// A person's last events for a company, which it is inside at D, or for anybody.
    struct Last {
        TimeMs event = 0;
        TimeMs use = 0;
        void see(const Recount::Event& seen) {
            event = std::max(event, seen.time);
            if (!seen.automatic) use = std::max(use, seen.time);
        }
    };

    explicit Tally(const Options& options);
    /// Works everything out anew, after more was read.
    void count();

    std::vector<Company> all() const;
    bool pays(Company company) const { return recount.mrr(company, now) > 0; }
    /// Paying customers without anything (without use) of a person inside it in the last 30 days.
    std::vector<Company> silent(bool use) const;
    /// The same by a tool that takes any event of any member as a sign of life.
    std::vector<Company> silent_naively(bool use) const;
    std::int64_t mrr_cents(const std::vector<Company>& companies) const;
    std::set<std::string> ids(const std::vector<Company>& companies) const;
    /// People inside with use in the last 30 days.
    int active(Company company) const;
    /// Customers with use in [from, until).
    int used_between(TimeMs from, TimeMs until);

    World world;
    Recount recount;
    TimeMs now = 0;
    TimeMs bound = 0;                            ///< 30 days before now.
    TimeMs year_start = 0;                       ///< Of the first event's day, about.
    std::vector<std::map<Person, Last>> inside;  ///< By company: those inside at D.
    std::vector<Last> companies;                 ///< Whatever belongs to it.
    std::vector<TimeMs> first_event;             ///< By company.
    std::vector<Last> persons;                   ///< By person.
    std::vector<std::vector<TimeMs>> signups;    ///< By person.
};

}  // namespace twofold::demo
