// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/check.h"
#include "demo/names.h"
#include "demo/stages.h"

namespace twofold::demo {
namespace {

/// Part of the guests are known by a relation record, the others by what they do only.
constexpr int kGuestsStatedPerMille = 370;

std::uint32_t add_person(Draft& draft, std::uint32_t home, Part part) {
    Person person;
    person.home = home;
    person.part = part;
    draft.people.push_back(person);
    return static_cast<std::uint32_t>(draft.people.size() - 1);
}

void cast_plain(Draft& draft) {
    for (std::uint32_t slot = 0; slot < draft.members.size(); ++slot) {
        Membership& member = draft.members[slot];
        if (member.person == kNobody) member.person = add_person(draft, slot, member.part);
    }
}

/// Customers at which others may be guests: old ones in plain use, so that a guest changes nothing
/// about when they began or whether they are used.
std::vector<std::uint16_t> hosts(const Draft& draft) {
    std::vector<std::uint16_t> found;
    for (std::size_t i = 0; i < draft.customers.size(); ++i) {
        const Customer& customer = draft.customers[i];
        const bool plain = customer.course == Course::kOlderPaying &&
                           customer.story == Story::kOrdinary && customer.active >= 4;
        const auto index = static_cast<std::uint16_t>(i);
        const bool client = std::ranges::find(draft.clients, index) != draft.clients.end();
        if (plain && !client) found.push_back(index);
    }
    return found;
}

Membership guest_at(std::uint16_t host, Random& random) {
    Membership member;
    member.customer = host;
    member.role = Role::kGuest;
    member.way = random.chance(kGuestsStatedPerMille) ? Way::kStated : Way::kNamed;
    member.part = Part::kGuest;
    member.fixed = true;
    member.work = static_cast<std::int16_t>(random.between(5, 40));
    member.weight = static_cast<std::uint8_t>(random.between(1, 3));
    return member;
}

/// A day that is not in the week of truth 12, a few days off if need be.
int before_week(const Year& year, int day) {
    return year.in_week(day) ? day - 7 : day;
}

/// People of one customer who act at another, which their events name. None of them did so in the
/// last 30 days: the people of a customer are then those inside it, whoever counts.
void cast_guests_from_inside(Draft& draft, Random& random) {
    const std::vector<std::uint16_t> places = hosts(draft);
    std::vector<std::uint32_t> people;
    for (std::uint32_t i = 0; i < draft.people.size(); ++i) {
        const Person& person = draft.people[i];
        if (person.part != Part::kPlain) continue;
        const Membership& home = draft.members[person.home];
        const Story story = draft.customer(home.customer).story;
        const bool plain = story == Story::kOrdinary || story == Story::kBusy;
        if (plain && home.last_day - std::max(home.joined, 0) > 40) people.push_back(i);
    }
    random.shuffle(people);
    const int count = kGuests - kGuestsOnly;
    TF_CHECK(static_cast<int>(people.size()) >= count);
    for (int i = 0; i < count; ++i) {
        Person& person = draft.people[people[static_cast<std::size_t>(i)]];
        Membership& home = draft.members[person.home];
        person.part = Part::kGuest;
        home.part = Part::kGuest;
        home.fixed = true;
        std::uint16_t host = random.pick(places);
        while (host == home.customer)
            host = random.pick(places);
        Membership guest = guest_at(host, random);
        guest.person = people[static_cast<std::size_t>(i)];
        guest.joined = std::max(home.joined, 0) + random.between(3, 20);
        const int cap = std::min(home.last_day, kIdleLast);
        guest.joined = std::min(guest.joined, cap);
        guest.last_day = before_week(draft.year, random.between(guest.joined, cap));
        guest.joined = std::min(guest.joined, guest.last_day);
        guest.first_day = guest.joined;
        guest.force(guest.last_day);
        draft.members.push_back(guest);
    }
}

/// People who are nowhere inside: guests of one customer, and those who signed up and were let in
/// nowhere. They were last seen long ago.
void cast_outsiders(Draft& draft, Random& random) {
    const std::vector<std::uint16_t> places = hosts(draft);
    for (int i = 0; i < kGuestsOnly; ++i) {
        Membership guest = guest_at(random.pick(places), random);
        guest.joined = before_week(draft.year, random.between(10, kIdleLast - 30));
        guest.last_day = before_week(draft.year, random.between(guest.joined + 9, kIdleLast));
        guest.first_day = guest.joined;
        guest.force(guest.last_day);
        guest.person =
            add_person(draft, static_cast<std::uint32_t>(draft.members.size()), Part::kGuest);
        draft.members.push_back(guest);
    }
    for (int i = 0; i < kUsersUnattached; ++i) {
        Membership nowhere;
        nowhere.joined = random.between(0, kIdleLast - 4);
        nowhere.first_day = nowhere.joined;
        nowhere.last_day = random.between(nowhere.joined, std::min(nowhere.joined + 60, kIdleLast));
        nowhere.work = static_cast<std::int16_t>(random.between(20, 120));
        nowhere.force(nowhere.last_day);
        nowhere.person =
            add_person(draft, static_cast<std::uint32_t>(draft.members.size()), Part::kPlain);
        draft.members.push_back(nowhere);
    }
}

/// They signed, and never logged in: one for each customer that is gone, the others anywhere.
void cast_buyers(Draft& draft, Random& random) {
    std::vector<std::uint16_t> customers;
    std::vector<std::uint16_t> paying;
    for (std::size_t i = 0; i < draft.customers.size(); ++i) {
        const Customer& customer = draft.customers[i];
        const auto index = static_cast<std::uint16_t>(i);
        if (customer.course == Course::kGoneBefore) customers.push_back(index);
        const bool pays = customer.standing == Standing::kPaying &&
                          customer.story != Story::kSolo && customer.course != Course::kNeverUser;
        if (pays) paying.push_back(index);
    }
    random.shuffle(paying);
    paying.resize(kBuyersWithoutEvent - customers.size());
    customers.insert(customers.end(), paying.begin(), paying.end());
    for (const std::uint16_t index : customers) {
        const int day = draft.customer(index).pay_day;
        const std::uint32_t person = add_person(draft, kNobody, Part::kPlain);
        draft.people[person].bought_only = true;
        draft.people[person].joined = day;
        draft.extra_roles.push_back({person, index, Role::kBuyer, day, kNever});
    }
}

/// Some of the first users also decide or pay.
void add_buying_roles(Draft& draft, Random& random) {
    for (std::size_t i = 0; i < draft.customers.size(); ++i) {
        const Customer& customer = draft.customers[i];
        const bool pays = customer.standing == Standing::kPaying && customer.people() > 3 &&
                          customer.story == Story::kOrdinary;
        if (!pays || !random.chance(450)) continue;
        Membership& owner = draft.members[customer.members_begin];
        owner.way = Way::kStatedGroup;
        const Role role = random.chance(500) ? Role::kBilling : Role::kDecisionMaker;
        draft.extra_roles.push_back({owner.person, static_cast<std::uint16_t>(i), role,
                                     std::max(customer.pay_day, owner.joined), kNever});
    }
}

void set_devices(Draft& draft, Random& random) {
    for (Person& person : draft.people) {
        if (person.home != kNobody) {
            const Membership& home = draft.members[person.home];
            person.joined = home.joined;
            const bool nowhere = home.customer == kNoCustomer;
            person.country = nowhere || random.chance(250) ? country(random.next())
                                                           : draft.customer(home.customer).country;
        } else {
            person.country = country(random.next());
        }
        person.sends_anonymous = random.chance(350);
        person.second_device = person.part == Part::kPlain && random.chance(80);
    }
}

}  // namespace

void cast_people(Draft& draft) {
    Random random = draft.random("people");
    cast_plain(draft);
    cast_guests_from_inside(draft, random);
    cast_outsiders(draft, random);
    cast_buyers(draft, random);
    add_buying_roles(draft, random);
    set_devices(draft, random);
    TF_CHECK(draft.people.size() == kUsersKnown);
}

}  // namespace twofold::demo
