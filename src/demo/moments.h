// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "demo/draft.h"

// At which moment of a day things happen. Times of day are elapsed since midnight and stay below 23
// hours, so that they lie within a day that has lost an hour.

namespace twofold::demo {

/// Subscriptions of a customer begin, change and end at its own time of day, 8 to 18 o'clock.
inline TimeMs money_time(const Draft& draft, std::size_t customer, int day) {
    const std::uint64_t bits = scatter(draft.seed ^ (customer + 0x6d6f'6e65'79ULL));
    return draft.year.at(day, 8 * kHourMs + static_cast<DurationMs>(bits % 36'000) * kSecondMs);
}

/// When a person signs up on a day, 7 to 13 o'clock.
inline TimeMs signup_time(const Draft& draft, std::uint32_t person, int day) {
    const std::uint64_t bits = scatter(draft.seed ^ (person + 0x7369'676eULL));
    return draft.year.at(day, 7 * kHourMs + static_cast<DurationMs>(bits % 21'600'000));
}

/// A person who signs up is let in so much later.
inline constexpr DurationMs kJoinsAfterSignup = 2 * kMinuteMs;

/// When a membership begins; before all its sessions.
inline TimeMs join_time(const Draft& draft, const Membership& member) {
    const Person& person = draft.people[member.person];
    if (person.signs_up && person.joined == member.joined) {
        return signup_time(draft, member.person, member.joined) + kJoinsAfterSignup;
    }
    return draft.year.at(member.joined, 6 * kHourMs);
}

/// When a further role begins: with the relation itself, or later.
inline TimeMs extra_role_from(const Draft& draft, const ExtraRole& extra) {
    return draft.year.at(extra.from_day, 6 * kHourMs);
}

/// When a relation that ends on a day ends; after all sessions of the days before.
inline TimeMs leave_time(const Draft& draft, int day) {
    return draft.year.at(day, 20 * kHourMs);
}

}  // namespace twofold::demo
