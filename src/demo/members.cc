// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/check.h"
#include "demo/stages.h"

namespace twofold::demo {
namespace {

/// Truth 9 needs so many people with a session some days before busy_day.
constexpr int kBusyPeople = 12;

/// A day in [first, last] that is not in the week of truth 12, whose use is counted exactly.
int day_outside_week(const Year& year, int first, int last, Random& random) {
    for (;;) {
        const int day = random.between(first, last);
        if (!year.in_week(day)) return day;
    }
}

/// The day, or the one after that week.
int not_in_week(const Year& year, int day) {
    return year.in_week(day) ? year.week() + 7 : day;
}

/// Some do a lot, most little.
void set_habits(Membership& member, Random& random) {
    const int kind = random.below(100);
    if (kind < 15) {
        member.work = static_cast<std::int16_t>(random.between(200, 420));
    } else if (kind < 60) {
        member.work = static_cast<std::int16_t>(random.between(80, 200));
    } else {
        member.work = static_cast<std::int16_t>(random.between(20, 80));
    }
    member.weight = static_cast<std::uint8_t>(random.between(1, 8));
}

/// When somebody who is not the first comes: soon after the customer began, or long after.
int join_day(const Customer& customer, int latest, Random& random) {
    if (customer.begin < 0) {
        // A quarter came in the year.
        const int last = random.chance(250) ? latest : -1;
        return last < 0 ? random.between(customer.begin, -1) : random.between(0, last);
    }
    const int span = latest - customer.begin;
    if (span <= 0) return customer.begin;
    return customer.begin + std::min(random.between(0, span), random.between(0, span));
}

void set_active_days(const Customer& customer, Membership& member, bool owner, Random& random) {
    member.active = true;
    member.joined = owner ? customer.begin : join_day(customer, kLastDay - 5, random);
    member.force(random.between(std::max(kActiveFirst, member.joined), kLastDay));
}

void set_idle_days(const Year& year, const Customer& customer, Membership& member, bool owner,
                   Random& random) {
    const int cap = std::min(customer.last_use, kIdleLast);
    member.joined =
        owner ? customer.begin : join_day(customer, std::max(cap - 5, customer.begin), random);
    const bool silent =
        customer.story == Story::kSilentShort || customer.story == Story::kSilentLong;
    int earliest = std::max(member.joined, 0);
    // Where use ends at once, nearly all are there to the end.
    if (silent && random.chance(800)) earliest = std::max(earliest, cap - 8);
    member.last_day = owner ? cap : not_in_week(year, random.between(earliest, cap));
    member.force(member.last_day);
}

/// Truth 9: enough people who were there before and acted in the days before busy_day.
void make_busy(const Year& year, const Customer& customer, Membership& member, Random& random) {
    const int from = customer.busy_day - kBusyUseDays;
    if (member.joined > from - 3) member.joined = random.between(customer.begin, from - 3);
    member.last_day = not_in_week(year, std::max(member.last_day, customer.busy_day + 1));
    if (!member.active) member.forced[0] = member.last_day;
    member.force(day_outside_week(year, from, customer.busy_day - kBusyLimitDays - 1, random));
    member.fixed = true;
}

Membership make_member(const Draft& draft, std::size_t index, int number, Random& random) {
    const Customer& customer = draft.customers[index];
    Membership member;
    member.customer = static_cast<std::uint16_t>(index);
    set_habits(member, random);
    const bool owner = number == 0;
    if (owner) {
        member.part = Part::kOwner;
        member.role = Role::kAdmin;
        member.fixed = true;
        member.work = std::max<std::int16_t>(member.work, 60);
    } else if (random.chance(200)) {
        member.way = Way::kStated;
    }
    if (customer.story == Story::kSolo) {
        member.role = Role::kSelf;
        member.way = Way::kStated;
    }
    if (number < customer.active) {
        set_active_days(customer, member, owner, random);
    } else {
        set_idle_days(draft.year, customer, member, owner, random);
    }
    const bool was_busy = customer.busy_day != kNever && customer.busy_day < kActiveFirst;
    if (was_busy && number < kBusyPeople) make_busy(draft.year, customer, member, random);
    member.first_day = std::max(member.joined, 0);
    return member;
}

}  // namespace

void cast_members(Draft& draft) {
    Random random = draft.random("members");
    for (std::size_t i = 0; i < draft.customers.size(); ++i) {
        Customer& customer = draft.customers[i];
        customer.members_begin = static_cast<std::uint32_t>(draft.members.size());
        for (int number = 0; number < customer.people(); ++number) {
            draft.members.push_back(make_member(draft, i, number, random));
        }
        customer.members_end = static_cast<std::uint32_t>(draft.members.size());
        const bool plain = customer.standing == Standing::kPaying &&
                           customer.story == Story::kOrdinary && customer.active >= 5;
        if (plain && random.chance(350)) customer.digests = true;
    }
}

}  // namespace twofold::demo
