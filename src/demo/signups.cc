// SPDX-License-Identifier: Apache-2.0
//
// Truth 5 counts the sign-ups of 60 days before a release and of 60 days after it: the day on which
// people came is moved until both are right, for people for whom it does not matter otherwise.
#include <algorithm>
#include <array>

#include "base/check.h"
#include "demo/stages.h"

namespace twofold::demo {
namespace {

struct Quota {
    int first;
    int last;
    int wanted;
    int have = 0;
    bool holds(int day) const { return day >= first && day <= last; }
};

/// Whether this membership is how its person came to the product, in the year.
bool is_signup(const Draft& draft, const Membership& member, std::uint32_t slot) {
    const Person& person = draft.people[member.person];
    return person.home == slot && member.joined >= 0 && member.role != Role::kGuest &&
           member.joined == person.joined;
}

/// Days on which it may begin.
struct Bounds {
    int first;
    int last;
};
Bounds bounds(const Draft& draft, const Membership& member) {
    int last = member.last_day;
    for (const int day : member.forced) {
        if (day != kNever) last = std::min(last, day);
    }
    const bool nowhere = member.customer == kNoCustomer;
    return {nowhere ? 0 : std::max(draft.customer(member.customer).begin + 1, 0), last};
}

/// In the week of truth 12 nobody comes to a customer that must not be used in it.
bool may_come(const Draft& draft, const Membership& member, int day) {
    if (!draft.year.in_week(day) || member.customer == kNoCustomer) return true;
    return draft.customer(member.customer).on_in_week;
}

void set_joined(Draft& draft, Membership& member, int day) {
    member.joined = day;
    member.first_day = std::max(day, 0);
    draft.people[member.person].joined = day;
}

bool is_movable(const Draft& draft, const Membership& member, std::uint32_t slot) {
    return !member.fixed && draft.people[member.person].home == slot;
}

/// Moves whoever came in the week to a customer that must not be used.
void clear_week(Draft& draft) {
    for (std::uint32_t slot = 0; slot < draft.members.size(); ++slot) {
        Membership& member = draft.members[slot];
        if (member.joined < 0 || may_come(draft, member, member.joined)) continue;
        const bool later = member.joined + 7 <= bounds(draft, member).last;
        const int day = later ? member.joined + 7 : draft.year.week() - 1;
        if (draft.people[member.person].home == slot) {
            set_joined(draft, member, day);
        } else {
            member.joined = day;
            member.first_day = day;
        }
    }
}

void meet(Draft& draft, std::array<Quota, 2>& quotas, Random& random) {
    const auto met = [](const Quota& quota) { return quota.have == quota.wanted; };
    constexpr int kTriesMax = 20'000'000;
    for (int i = 0; i < kTriesMax && !std::ranges::all_of(quotas, met); ++i) {
        const auto slot =
            static_cast<std::uint32_t>(random.below(static_cast<int>(draft.members.size())));
        Membership& member = draft.members[slot];
        if (!is_movable(draft, member, slot)) continue;
        Quota* const from = quotas[0].holds(member.joined)   ? &quotas[0]
                            : quotas[1].holds(member.joined) ? &quotas[1]
                                                             : nullptr;
        if (from != nullptr && from->have <= from->wanted) continue;
        const Bounds range = bounds(draft, member);
        if (range.first > range.last) continue;
        const int day = random.between(range.first, range.last);
        Quota* const to = quotas[0].holds(day)   ? &quotas[0]
                          : quotas[1].holds(day) ? &quotas[1]
                                                 : nullptr;
        if (to == from || (to != nullptr && to->have >= to->wanted)) continue;
        if (to == nullptr && from == nullptr) continue;
        if (!may_come(draft, member, day)) continue;
        set_joined(draft, member, day);
        if (from != nullptr) --from->have;
        if (to != nullptr) ++to->have;
    }
    TF_CHECK(std::ranges::all_of(quotas, met));
}

}  // namespace

void place_signups(Draft& draft) {
    Random random = draft.random("signups");
    clear_week(draft);
    std::array<Quota, 2> quotas = {{{kReleaseDay - 60, kReleaseDay - 1, kSignupsBefore},
                                    {kReleaseDay, kReleaseDay + 59, kSignupsAfter}}};
    for (std::uint32_t slot = 0; slot < draft.members.size(); ++slot) {
        const Membership& member = draft.members[slot];
        if (!is_signup(draft, member, slot)) continue;
        for (Quota& quota : quotas)
            quota.have += quota.holds(member.joined) ? 1 : 0;
    }
    meet(draft, quotas, random);
    for (std::uint32_t slot = 0; slot < draft.members.size(); ++slot) {
        const Membership& member = draft.members[slot];
        if (!is_signup(draft, member, slot)) continue;
        Person& person = draft.people[member.person];
        person.signs_up = true;
        person.visits_first = random.chance(450);
    }
}

}  // namespace twofold::demo
