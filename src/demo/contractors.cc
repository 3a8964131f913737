// SPDX-License-Identifier: Apache-2.0
//
// Truth 12: contractors work for twenty customers, but nobody wrote that down: they are inside
// their agencies only. In the week of D-100 exactly kActiveInWeek customers are used. When the late
// relations are loaded, thirteen more are, and three of the silent ones wake up.
#include <algorithm>

#include "base/check.h"
#include "demo/stages.h"

namespace twofold::demo {
namespace {

constexpr int kAgencies = 6;
constexpr int kContractors = kLateRelations / 2;
constexpr int kAgencyPeople = 45;
constexpr int kWokenSilent = kSilent - kSilentRepaired;
constexpr int kWokenInWeek = kActiveInWeekRepaired - kActiveInWeek;
constexpr int kLateFrom = kLastDay - 200;

bool is_plain_older(const Customer& customer) {
    return customer.course == Course::kOlderPaying && customer.story == Story::kOrdinary &&
           customer.group == MoneyGroup::kRest;
}

void pick_clients(Draft& draft, Random& random) {
    std::vector<std::uint16_t> plain;
    std::vector<std::uint16_t> silent;
    std::vector<std::uint16_t> large;
    for (std::size_t i = 0; i < draft.customers.size(); ++i) {
        const Customer& customer = draft.customers[i];
        const auto index = static_cast<std::uint16_t>(i);
        const bool long_silent =
            customer.story == Story::kSilentLong && customer.last_use < draft.year.week() - 8;
        if (long_silent) silent.push_back(index);
        if (!is_plain_older(customer)) continue;
        (customer.active >= kAgencyPeople ? large : plain).push_back(index);
    }
    random.shuffle(plain);
    random.shuffle(silent);
    random.shuffle(large);
    TF_CHECK(silent.size() >= kWokenSilent && large.size() >= kAgencies);
    draft.agencies.assign(large.begin(), large.begin() + kAgencies);
    draft.clients.assign(silent.begin(), silent.begin() + kWokenSilent);
    draft.clients.insert(draft.clients.end(), plain.begin(),
                         plain.begin() + (kLateCustomers - kWokenSilent));
}

constexpr int kFirstDays = 5;  ///< Its first user acts on some of them for sure.

bool could_be_used(const Draft& draft, const Customer& customer) {
    return customer.people() > 0 && customer.begin < draft.year.week() + 7 &&
           customer.last_use >= draft.year.week() + 7;
}

bool must_be_used(const Draft& draft, const Customer& customer) {
    return draft.year.in_week(customer.begin) || draft.year.in_week(customer.begin + kFirstDays);
}

/// Nobody's use ends in the week.
void end_outside_week(Draft& draft) {
    const int week = draft.year.week();
    for (Customer& customer : draft.customers) {
        if (!draft.year.in_week(customer.last_use)) continue;
        const bool busy_by_then = customer.busy_day != kNever && customer.busy_day + 10 > week;
        const bool begun_by_then = customer.begin > week - 12;
        customer.last_use = busy_by_then || begun_by_then ? week + 8 : week - 1;
    }
}

/// Exactly kActiveInWeek customers are used in the week: those that begin in it, the agencies, the
/// other clients, and as many as it takes. Of the clients the first kWokenInWeek are not.
void pick_used_in_week(Draft& draft, Random& random) {
    int used = 0;
    const auto use = [&used](Customer& customer) {
        if (!customer.on_in_week) ++used;
        customer.on_in_week = true;
    };
    for (const std::uint16_t index : draft.agencies)
        use(draft.customer(index));
    for (std::size_t i = kWokenInWeek; i < draft.clients.size(); ++i) {
        use(draft.customer(draft.clients[i]));
    }
    std::vector<Customer*> others;
    for (Customer& customer : draft.customers) {
        if (!could_be_used(draft, customer)) continue;
        if (must_be_used(draft, customer)) {
            use(customer);
        } else if (!customer.on_in_week) {
            others.push_back(&customer);
        }
    }
    for (std::size_t i = 0; i < kWokenInWeek; ++i) {
        std::erase(others, &draft.customer(draft.clients[i]));
    }
    random.shuffle(others);
    // Rather the larger ones, as it would be.
    std::stable_sort(others.begin(), others.end(), [](const Customer* a, const Customer* b) {
        return a->people() / 4 > b->people() / 4;
    });
    TF_CHECK(others.size() + static_cast<std::size_t>(used) >= kActiveInWeek);
    for (std::size_t i = 0; used < kActiveInWeek; ++i)
        use(*others[i]);
}

LateRelation make_late(const Draft& draft, std::uint32_t person, std::size_t client,
                       Random& random) {
    LateRelation late;
    late.person = person;
    late.customer = draft.clients[client];
    // Those who must show in the week are there by then.
    const bool woken = client < kWokenInWeek;
    late.from_day = woken ? random.between(kLateFrom, draft.year.week() - 4)
                          : random.between(kLateFrom, kLastDay - 20);
    const bool silent = client < kWokenSilent;
    const bool may_end = !silent && late.from_day < draft.year.week();
    if (may_end && random.chance(300)) {
        late.until_day = random.between(draft.year.week() + 10, kLastDay - 10);
    }
    return late;
}

/// The first user of each customer that is used in the week is there in it.
void force_use_in_week(Draft& draft, Random& random) {
    for (const Customer& customer : draft.customers) {
        if (!customer.on_in_week || draft.year.in_week(customer.begin)) continue;
        draft.members[customer.members_begin].force(draft.year.week() + random.between(0, 4));
    }
}

}  // namespace

void claim_contractors(Draft& draft) {
    Random random = draft.random("contractors");
    end_outside_week(draft);
    pick_clients(draft, random);
    pick_used_in_week(draft, random);
    for (const std::uint16_t index : draft.agencies)
        draft.customer(index).names_itself = false;
}

void place_contractors(Draft& draft) {
    Random random = draft.random("contracts");
    std::vector<std::uint32_t> people;
    for (const std::uint16_t index : draft.agencies) {
        const Customer& agency = draft.customer(index);
        for (std::uint32_t slot = agency.members_begin; slot < agency.members_end; ++slot) {
            const Membership& member = draft.members[slot];
            const bool may = member.active && member.part == Part::kPlain && !member.fixed;
            if (may) people.push_back(slot);
        }
    }
    random.shuffle(people);
    TF_CHECK(people.size() >= kContractors);
    people.resize(kContractors);
    force_use_in_week(draft, random);
    std::size_t client = 0;
    for (const std::uint32_t slot : people) {
        Membership& member = draft.members[slot];
        Person person;
        person.home = slot;
        person.part = Part::kContractor;
        member.part = Part::kContractor;
        member.way = Way::kStated;
        member.fixed = true;
        member.joined = std::min(member.joined, random.between(-300, kLateFrom - 10));
        member.joined = std::max(member.joined, draft.customer(member.customer).begin + 1);
        member.first_day = std::max(member.joined, 0);
        member.force(draft.year.week() + random.between(0, 4));
        person.joined = member.joined;
        member.person = static_cast<std::uint32_t>(draft.people.size());
        draft.people.push_back(person);
        for (int i = 0; i < 2; ++i) {
            draft.late_relations.push_back(make_late(draft, member.person, client, random));
            client = (client + 1) % draft.clients.size();
        }
    }
}

}  // namespace twofold::demo
