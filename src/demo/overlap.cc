// SPDX-License-Identifier: Apache-2.0
//
// Truth 11: 412 people are inside two customers or more and active in each, so that the people of
// each customer add up to more than there are. And those of truth 1 whose people are busy
// elsewhere: a freelancer is inside a silent customer and inside two others, where the work is
// done. Four of the five came to one of these as guests, in the last 30 days, and acted there while
// the silent one was their choice.
#include <algorithm>

#include "base/check.h"
#include "demo/stages.h"

namespace twofold::demo {
namespace {

bool may_share(const Draft& draft, const Membership& member) {
    const Customer& customer = draft.customer(member.customer);
    return member.active && member.part == Part::kPlain && !member.fixed &&
           customer.story != Story::kGhost && member.joined < kLastDay - 60;
}

/// Slots that may become consultants, at random, those at customers older than the year apart: a
/// consultant was known before the year at the first of the customers.
struct Slots {
    std::vector<std::uint32_t> older;
    std::vector<std::uint32_t> any;
};

Slots find_slots(const Draft& draft, Random& random) {
    Slots slots;
    for (std::uint32_t i = 0; i < draft.members.size(); ++i) {
        const Membership& member = draft.members[i];
        if (!may_share(draft, member)) continue;
        const bool older = member.joined < 0;
        (older && random.chance(500) ? slots.older : slots.any).push_back(i);
    }
    random.shuffle(slots.older);
    random.shuffle(slots.any);
    return slots;
}

std::uint32_t take(std::vector<std::uint32_t>& slots) {
    TF_CHECK(!slots.empty());
    const std::uint32_t slot = slots.back();
    slots.pop_back();
    return slot;
}

/// `count` slots at different customers, the first older than the year.
std::vector<std::uint32_t> take_slots(const Draft& draft, Slots& slots, int count) {
    std::vector<std::uint32_t> taken = {take(slots.older)};
    while (static_cast<int>(taken.size()) < count) {
        const std::uint32_t slot = take(slots.any);
        const bool new_customer = std::ranges::none_of(taken, [&](std::uint32_t other) {
            return draft.members[other].customer == draft.members[slot].customer;
        });
        if (new_customer) taken.push_back(slot);
    }
    return taken;
}

std::uint32_t add_joined_person(Draft& draft, std::uint32_t home, Part part) {
    Person person;
    person.home = home;
    person.joined = draft.members[home].joined;
    person.part = part;
    draft.people.push_back(person);
    return static_cast<std::uint32_t>(draft.people.size() - 1);
}

/// The day, or one just before it, on which it is this customer's turn.
int day_of_turn(const Membership& member, int day) {
    while (day % member.every != member.turn)
        --day;
    return day;
}

/// Works for one customer on one day, says so by `group`.
void choose_by_day(Draft& draft, const std::vector<std::uint32_t>& slots, Random& random) {
    const int every = static_cast<int>(slots.size());
    for (int turn = 0; turn < every; ++turn) {
        Membership& member = draft.members[slots[static_cast<std::size_t>(turn)]];
        member.way = Way::kGroup;
        member.every = static_cast<std::uint8_t>(every);
        member.turn = static_cast<std::uint8_t>(turn);
        member.forced = {kNever, kNever, kNever};
        // A last day of the right turn; idle ones end a day or two earlier.
        const int latest =
            member.active ? random.between(kActiveFirst + every, kLastDay) : member.last_day;
        const int day = day_of_turn(member, latest);
        member.force(day);
        if (!member.active) member.last_day = day;
    }
}

/// Chooses nothing: what is done counts for every customer that the person is inside.
void choose_nothing(Draft& draft, const std::vector<std::uint32_t>& slots) {
    for (std::size_t i = 0; i < slots.size(); ++i) {
        Membership& member = draft.members[slots[i]];
        member.way = Way::kStated;
        member.follows = i > 0;
        if (member.follows) member.forced = {kNever, kNever, kNever};
    }
}

std::uint32_t join(Draft& draft, const std::vector<std::uint32_t>& slots, Part part) {
    const std::uint32_t person = add_joined_person(draft, slots.front(), part);
    for (const std::uint32_t slot : slots) {
        Membership& member = draft.members[slot];
        member.person = person;
        member.part = part;
        member.fixed = true;
        // Somebody else comes first at a customer that began in the year.
        const Customer& customer = draft.customer(member.customer);
        if (member.joined <= customer.begin) member.joined = customer.begin + 1;
        member.first_day = std::max(member.joined, 0);
    }
    return person;
}

/// A place at a silent customer for each freelancer: not of the first, who was the last to act.
std::vector<std::uint32_t> silent_slots(Draft& draft, Random& random) {
    std::vector<std::uint16_t> silent = draft.silent;
    std::erase_if(silent, [&](std::uint16_t index) {
        const Customer& customer = draft.customer(index);
        const bool gone = std::ranges::find(draft.gone_now, index) != draft.gone_now.end();
        const bool client = std::ranges::find(draft.clients, index) != draft.clients.end();
        return customer.people() < 3 || gone || client;
    });
    random.shuffle(silent);
    std::vector<std::uint32_t> slots;
    for (int i = 0; i < kSilentGuests + kSilentConsultants; ++i) {
        const std::uint16_t index = silent[static_cast<std::size_t>(i)];
        draft.silent_busy.push_back(index);
        const std::uint32_t slot = draft.customer(index).members_begin + 1;
        Membership& member = draft.members[slot];
        member.joined = std::min(member.joined, member.last_day - 10);
        slots.push_back(slot);
    }
    return slots;
}

/// The second place was first that of a guest, who acted there while the silent one was chosen, and
/// has become the place of a user only lately: both are in the last 30 days.
void begin_as_guest(Draft& draft, const std::vector<std::uint32_t>& places, Random& random) {
    constexpr int kUserFrom = kLastDay - 5;
    Membership& user = draft.members[places[1]];
    user.way = Way::kStatedGroup;
    user.joined = kUserFrom;
    user.first_day = kUserFrom;
    user.forced = {kNever, kNever, kNever};
    user.force(day_of_turn(user, kLastDay));

    const Membership& silent = draft.members[places[2]];
    Membership guest;
    guest.person = silent.person;
    guest.customer = user.customer;
    guest.role = Role::kGuest;
    guest.way = Way::kStated;
    guest.part = Part::kFreelancer;
    guest.fixed = true;
    guest.quiet = true;
    guest.chooses = silent.customer;
    guest.joined = kLastDay - 50;
    guest.first_day = guest.joined;
    guest.last_day = kUserFrom - 1;
    guest.left_day = kUserFrom;
    guest.every = silent.every;
    guest.turn = silent.turn;
    for (int i = 0; i < 3; ++i) {
        const int day = random.between(kActiveFirst + guest.every, guest.last_day);
        guest.force(day_of_turn(guest, day));
    }
    draft.members.push_back(guest);
}

}  // namespace

void join_consultants(Draft& draft) {
    Random random = draft.random("overlap");
    Slots slots = find_slots(draft, random);
    const std::vector<std::uint32_t> silent = silent_slots(draft, random);
    const int freelancers = static_cast<int>(silent.size());
    for (int i = 0; i < freelancers; ++i) {
        const std::uint32_t silent_slot = silent[static_cast<std::size_t>(i)];
        std::vector<std::uint32_t> places = take_slots(draft, slots, 2);
        places.push_back(silent_slot);
        join(draft, places, Part::kFreelancer);
        choose_by_day(draft, places, random);
        if (i < kSilentGuests) begin_as_guest(draft, places, random);
    }
    for (int i = freelancers; i < kActiveInTwo + kActiveInThree; ++i) {
        const std::vector<std::uint32_t> places =
            take_slots(draft, slots, i < kActiveInTwo ? 2 : 3);
        join(draft, places, Part::kConsultant);
        if (random.chance(600)) {
            choose_by_day(draft, places, random);
        } else {
            choose_nothing(draft, places);
        }
    }
}

}  // namespace twofold::demo
