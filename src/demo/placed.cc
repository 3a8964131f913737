// SPDX-License-Identifier: Apache-2.0
//
// Events that truths ask for, each at its place: truth 4 (invitations and dark mode in the first
// week), 5 (projects on the day of the sign-up), 6 (reports and emoji before a term ends, and of
// the people who are active now), 9 (limits). Noise of the same names keeps out of their way.
#include <algorithm>

#include "base/check.h"
#include "demo/moments.h"
#include "demo/stages.h"

namespace twofold::demo {
namespace {

/// Noise keeps this far from a day on which a term ended.
constexpr int kTermDays = 33;
constexpr int kFirstWeek = 12;

class Placer {
public:
    Placer(Draft& draft, Random& random) : draft_(draft), random_(random) {}

    void place(const Membership& member, EventName name, int day) {
        const DurationMs into = 14 * kHourMs + random_.below(std::int64_t{6 * kHourMs});
        place_at(member, name, draft_.year.at(day, into));
    }
    void place_at(const Membership& member, EventName name, TimeMs time) {
        draft_.placed.push_back({member.person, member.customer, name, time});
    }

    /// A day in [first, last] on which an event may lie, or kNever.
    int day(const Customer& customer, int first, int last) {
        constexpr int kTries = 40;
        for (int i = 0; i < kTries && first <= last; ++i) {
            const int day = random_.between(first, last);
            if (customer.on_in_week || !draft_.year.in_week(day)) return day;
        }
        return kNever;
    }

    /// Somebody of the customer who acts for it alone and was there on that day: anybody, else the
    /// first user.
    const Membership& member_on(const Customer& customer, int day) {
        constexpr int kTries = 8;
        for (int i = 0; i < kTries; ++i) {
            const auto slot = static_cast<std::uint32_t>(
                random_.between(static_cast<std::int64_t>(customer.members_begin),
                                static_cast<std::int64_t>(customer.members_end) - 1));
            if (may_act(draft_.members[slot], day)) return draft_.members[slot];
        }
        const Membership& owner = draft_.members[customer.members_begin];
        TF_CHECK(may_act(owner, day));
        return owner;
    }

    bool may_act(const Membership& member, int day) const {
        const bool simple = member.part == Part::kPlain || member.part == Part::kOwner ||
                            member.part == Part::kChampion || member.part == Part::kGuest;
        return simple && member.joined < day && day <= member.last_day && member.first_day <= day;
    }

    Draft& draft() { return draft_; }
    Random& random() { return random_; }

private:
    Draft& draft_;
    Random& random_;
};

/// As often as the world has events.
int noise(const Draft& draft, int count) {
    return static_cast<int>(std::int64_t{count} * draft.events / kEvents);
}

// Truth 4.

void act_early(Placer& placer, std::vector<Customer*>& customers, int count, EventName name) {
    placer.random().shuffle(customers);
    for (int i = 0; i < count; ++i) {
        const Customer& customer = *customers[static_cast<std::size_t>(i)];
        const Membership& owner = placer.draft().members[customer.members_begin];
        const int day = placer.day(customer, customer.begin + 1, customer.begin + 4);
        placer.place(owner, name, day == kNever ? customer.begin + 1 : day);
    }
}

void place_first_weeks(Placer& placer) {
    std::vector<Customer*> paid;
    std::vector<Customer*> others;
    for (Customer& customer : placer.draft().customers) {
        const bool begun =
            !customer.older() && customer.people() > 0 && customer.begin < kLastDay - 38;
        if (!begun) continue;
        (customer.course == Course::kEarlyPayer ? paid : others).push_back(&customer);
    }
    TF_CHECK(paid.size() + others.size() == kBegun &&
             paid.size() == kInvitedPaid + kNotInvitedPaid);
    act_early(placer, paid, kInvitedPaid, EventName::kInviteSent);
    act_early(placer, others, kInvited - kInvitedPaid, EventName::kInviteSent);
    act_early(placer, paid, kDarkPaid, EventName::kDarkModeTurnedOn);
    act_early(placer, others, kDark - kDarkPaid, EventName::kDarkModeTurnedOn);
}

/// Later everybody invites, and who stays and pays turns on dark mode at some time.
void place_later_weeks(Placer& placer) {
    Random& random = placer.random();
    for (const Customer& customer : placer.draft().customers) {
        if (customer.people() == 0) continue;
        const int first = std::max(customer.begin, 0) + kFirstWeek;
        const int last = std::min(customer.last_use, kIdleLast);
        const bool ever_paid = customer.pay_day != kNever;
        const auto once = [&](EventName name, int per_mille) {
            const int day = placer.day(customer, first, last);
            if (day != kNever && random.chance(per_mille)) {
                placer.place(placer.member_on(customer, day), name, day);
            }
        };
        once(EventName::kDarkModeTurnedOn, ever_paid ? 830 : 70);
        for (int i = 0; i < 3; ++i)
            once(EventName::kInviteSent, ever_paid ? 500 : 200);
    }
}

// Truth 5.

void place_projects(Placer& placer) {
    Draft& draft = placer.draft();
    std::vector<std::uint32_t> before;
    std::vector<std::uint32_t> after;
    for (std::uint32_t i = 0; i < draft.people.size(); ++i) {
        const Person& person = draft.people[i];
        if (!person.signs_up) continue;
        const int since = person.joined - kReleaseDay;
        if (since >= -60 && since < 0) before.push_back(i);
        if (since >= 0 && since < 60) after.push_back(i);
        const bool else_when = since < -60 || since >= 60;
        if (else_when && placer.random().chance(since < 0 ? 420 : 570)) {
            const Membership& home = draft.members[person.home];
            placer.place_at(home, EventName::kProjectCreated,
                            signup_time(draft, i, person.joined) + 30 * kMinuteMs);
        }
    }
    TF_CHECK(before.size() == kSignupsBefore && after.size() == kSignupsAfter);
    placer.random().shuffle(before);
    placer.random().shuffle(after);
    before.resize(kProjectsBefore);
    after.resize(kProjectsAfter);
    for (const auto* people : {&before, &after}) {
        for (const std::uint32_t i : *people) {
            const DurationMs later =
                5 * kMinuteMs + placer.random().below(std::int64_t{5 * kHourMs});
            placer.place_at(draft.members[draft.people[i].home], EventName::kProjectCreated,
                            signup_time(draft, i, draft.people[i].joined) + later);
        }
    }
}

// Truth 6.

void place_before_terms(Placer& placer) {
    for (const Customer& customer : placer.draft().customers) {
        if (customer.due_day == kNever) continue;
        const auto act = [&](EventName name) {
            for (int i = placer.random().between(1, 3); i > 0; --i) {
                const int day = placer.day(customer, customer.due_day - 27, customer.due_day - 3);
                TF_CHECK(day != kNever);
                placer.place(placer.member_on(customer, day), name, day);
            }
        };
        if (customer.exported) act(EventName::kReportExported);
        if (customer.reacted) act(EventName::kEmojiReacted);
    }
}

/// Of the people who are active at D.
void place_active(Placer& placer, EventName name, int count) {
    std::vector<std::uint32_t> slots;
    const Draft& draft = placer.draft();
    for (std::uint32_t slot = 0; slot < draft.members.size(); ++slot) {
        const Membership& member = draft.members[slot];
        const bool simple =
            member.active && member.role != Role::kGuest && placer.may_act(member, kLastDay);
        if (simple) slots.push_back(slot);
    }
    placer.random().shuffle(slots);
    TF_CHECK(slots.size() >= static_cast<std::size_t>(count));
    for (int i = 0; i < count; ++i) {
        const Membership& member = draft.members[slots[static_cast<std::size_t>(i)]];
        const int first = std::max(kActiveFirst, member.joined + 1);
        placer.place(member, name, placer.random().between(first, kLastDay));
    }
}

void place_earlier(Placer& placer, EventName name, int count) {
    std::vector<Customer>& customers = placer.draft().customers;
    for (int i = 0; i < count; ++i) {
        const Customer& customer = placer.random().pick(customers);
        const int last = std::min(customer.last_use, kIdleLast);
        if (customer.people() == 0 || last <= customer.begin + 1) continue;
        const int day = placer.day(customer, std::max(customer.begin, 0) + 1, last);
        const bool near_term =
            customer.due_day != kNever && std::abs(customer.due_day - day) <= kTermDays;
        if (day == kNever || near_term) continue;
        placer.place(placer.member_on(customer, day), name, day);
    }
}

// Truth 9.

void place_limits(Placer& placer) {
    for (const Customer& customer : placer.draft().customers) {
        if (customer.busy_day != kNever) {
            for (int i = placer.random().between(3, 5); i > 0; --i) {
                const int day =
                    placer.day(customer, customer.busy_day - kBusyLimitDays, customer.busy_day - 1);
                TF_CHECK(day != kNever);
                placer.place(placer.member_on(customer, day), EventName::kLimitReached, day);
            }
        } else if (customer.standing == Standing::kFree && placer.random().chance(300)) {
            const int last = std::min(customer.last_use, kIdleLast);
            const int day = placer.day(customer, customer.begin + 3, last);
            if (day == kNever) continue;
            placer.place(placer.member_on(customer, day), EventName::kLimitReached, day);
        }
    }
}

}  // namespace

void place_events(Draft& draft) {
    Random random = draft.random("placed");
    Placer placer(draft, random);
    place_first_weeks(placer);
    place_later_weeks(placer);
    place_projects(placer);
    place_before_terms(placer);
    place_active(placer, EventName::kEmojiReacted, kActiveReacted);
    place_active(placer, EventName::kReportExported, kActiveExported);
    place_earlier(placer, EventName::kEmojiReacted, noise(draft, 40'000));
    place_earlier(placer, EventName::kReportExported, noise(draft, 2'500));
    place_limits(placer);
}

}  // namespace twofold::demo
