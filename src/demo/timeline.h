// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "demo/draft.h"

// What happened, in order: events, and everything that is not an event.

namespace twofold::demo {

/// An event, 16 bytes. Three million of them are what the world keeps in memory.
struct Row {
    enum Flag : std::uint8_t {
        kNamed = 1,         ///< Carries context.groupId.
        kAnonymous = 2,     ///< Sent with the anonymous id alone.
        kSecondDevice = 4,  ///< … that of the second device.
        kLate = 8,          ///< Did not arrive when it happened.
    };
    TimeMs time = 0;
    std::uint32_t person = kNobody;        ///< From draft.people.size() on: visitors.
    std::uint16_t customer = kNoCustomer;  ///< For which it was done; printed if kNamed.
    EventName name = EventName::kPageViewed;
    std::uint8_t flags = 0;

    bool has(Flag flag) const { return (flags & flag) != 0; }
    auto operator<=>(const Row&) const = default;
};
static_assert(sizeof(Row) == 16);

struct PaymentLine {
    TimeMs time = 0;
    std::uint16_t customer = kNoCustomer;
    std::uint16_t number = 0;  ///< Of the customer's payments, from 1.
    std::uint8_t subscription = 1;
    std::int64_t amount = 0;  ///< Cents.
};

/// A record that is no event. `index` and `other` say of what, by kind.
struct Note {
    enum class Kind : std::uint8_t {
        kCustomer,      ///< customer
        kIdentify,      ///< person; 0 or 1: which device
        kGroup,         ///< person; customer
        kGroupAdmin,    ///< the same with role admin
        kRelation,      ///< membership
        kRelationEnd,   ///< membership, now with its end
        kExtraRole,     ///< extra role
        kExtraRoleEnd,  ///< extra role, now with its end
        kSegmentEnd,    ///< customer; segment, now with its end
        kSegment,       ///< customer; segment
        kPayment,       ///< payment line
    };
    TimeMs time = 0;
    Kind kind = Kind::kCustomer;
    std::uint32_t index = 0;
    std::uint32_t other = 0;
    auto operator<=>(const Note&) const = default;
};

/// An event that arrives again, or later than it happened.
struct Arrival {
    TimeMs time = 0;
    std::uint32_t row = 0;
    auto operator<=>(const Arrival&) const = default;
};

struct Timeline {
    std::vector<Row> rows;    ///< By time; exactly draft.events.
    std::vector<Note> notes;  ///< By time; at one time a note comes before a row.
    std::vector<PaymentLine> payments;
    std::vector<Arrival> arrivals;  ///< By time: late rows and duplicates.
};

/// Sessions, placed events, visitors, automatic events; and the `group` calls and second devices
/// that go with them. Sorts the rows.
void write_rows(const Draft& draft, Timeline& timeline);
/// Customers, people, relations and money. Sorts the notes.
void write_notes(const Draft& draft, Timeline& timeline);
/// Late events and those sent twice. REQUIRES: sorted rows.
void write_arrivals(const Draft& draft, Timeline& timeline);

}  // namespace twofold::demo
