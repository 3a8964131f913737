// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/check.h"
#include "demo/moments.h"
#include "demo/timeline.h"

namespace twofold::demo {
namespace {

using Kind = Note::Kind;

void write_customers(const Draft& draft, std::vector<Note>& notes) {
    for (std::uint32_t i = 0; i < draft.customers.size(); ++i) {
        const Customer& customer = draft.customers[i];
        const TimeMs time = customer.people() > 0 && customer.begin >= 0
                                ? join_time(draft, draft.members[customer.members_begin])
                                : draft.year.at(customer.begin, 5 * kHourMs);
        notes.push_back({time, Kind::kCustomer, i, 0});
    }
}

void write_people(const Draft& draft, std::vector<Note>& notes) {
    for (std::uint32_t i = 0; i < draft.people.size(); ++i) {
        const Person& person = draft.people[i];
        const TimeMs time = person.signs_up ? signup_time(draft, i, person.joined)
                                            : draft.year.at(person.joined, 5 * kHourMs);
        notes.push_back({time, Kind::kIdentify, i, 0});
    }
}

void write_memberships(const Draft& draft, std::vector<Note>& notes) {
    for (std::uint32_t slot = 0; slot < draft.members.size(); ++slot) {
        const Membership& member = draft.members[slot];
        if (member.customer == kNoCustomer || member.way == Way::kNamed) continue;
        const TimeMs time = join_time(draft, member);
        if (member.way != Way::kStated) {
            const Kind kind = member.role == Role::kAdmin ? Kind::kGroupAdmin : Kind::kGroup;
            notes.push_back({time, kind, member.person, member.customer});
        }
        if (member.way != Way::kGroup) {
            notes.push_back({time, Kind::kRelation, slot, 0});
            if (member.left_day != kNever) {
                notes.push_back({leave_time(draft, member.left_day), Kind::kRelationEnd, slot, 0});
            }
        }
    }
    for (std::uint32_t i = 0; i < draft.extra_roles.size(); ++i) {
        const ExtraRole& extra = draft.extra_roles[i];
        notes.push_back({extra_role_from(draft, extra), Kind::kExtraRole, i, 0});
        if (extra.until_day != kNever) {
            notes.push_back({leave_time(draft, extra.until_day), Kind::kExtraRoleEnd, i, 0});
        }
    }
}

/// Every month or year from the day the money began; the first after a trial at its end.
void write_payments(const Draft& draft, std::uint32_t index, Timeline& timeline) {
    const Customer& customer = draft.customers[index];
    std::uint16_t number = 0;
    std::uint8_t subscription = 0;
    int anchor = 0;
    int periods = 0;
    for (const Segment& segment : customer.segments) {
        const TimeMs owed = std::max(segment.from, segment.trial_until);
        const TimeMs end = segment.until != 0 ? segment.until : draft.year.now() + 1;
        if (segment.number != subscription) {
            subscription = segment.number;
            anchor = draft.year.day_of(owed);
            periods = 0;
        }
        const int months = segment.price.yearly ? 12 : 1;
        for (;; ++periods) {
            const int day = draft.year.months_later(anchor, periods * months);
            const TimeMs time = money_time(draft, index, day);
            if (time >= end) break;
            PaymentLine line{time, static_cast<std::uint16_t>(index), ++number, subscription,
                             segment.price.month * segment.quantity * months};
            timeline.notes.push_back(
                {time, Kind::kPayment, static_cast<std::uint32_t>(timeline.payments.size()), 0});
            timeline.payments.push_back(line);
        }
    }
}

void write_money(const Draft& draft, Timeline& timeline) {
    for (std::uint32_t i = 0; i < draft.customers.size(); ++i) {
        const Customer& customer = draft.customers[i];
        for (std::uint32_t s = 0; s < customer.segments.size(); ++s) {
            const Segment& segment = customer.segments[s];
            timeline.notes.push_back({segment.from, Kind::kSegment, i, s});
            if (segment.until != 0) {
                timeline.notes.push_back({segment.until, Kind::kSegmentEnd, i, s});
            }
        }
        if (customer.pay_day != kNever) write_payments(draft, i, timeline);
    }
}

}  // namespace

void write_notes(const Draft& draft, Timeline& timeline) {
    write_customers(draft, timeline.notes);
    write_people(draft, timeline.notes);
    write_memberships(draft, timeline.notes);
    write_money(draft, timeline);
    std::ranges::sort(timeline.notes);
}

void write_arrivals(const Draft& draft, Timeline& timeline) {
    // What arrives later must have arrived by the end of D.
    constexpr DurationMs kRoom = 10 * kDayMs;
    constexpr std::int64_t kBatch = 20;
    const auto later =
        std::ranges::upper_bound(timeline.rows, draft.year.now() - kRoom, {}, &Row::time);
    const std::int64_t count = later - timeline.rows.begin();
    Random random = draft.random("arrivals");

    // One of each of so many equal stretches: late by 34 hours to nine days, from phones that were
    // offline.
    const std::int64_t late = kLate * draft.events / kEvents;
    for (std::int64_t i = 0; i < late; ++i) {
        const std::int64_t first = i * count / late;
        const std::int64_t row = first + random.below((i + 1) * count / late - first);
        timeline.rows[static_cast<std::size_t>(row)].flags |= Row::kLate;
        const DurationMs delay = 34 * kHourMs + random.below(std::int64_t{180 * kHourMs});
        timeline.arrivals.push_back({timeline.rows[static_cast<std::size_t>(row)].time + delay,
                                     static_cast<std::uint32_t>(row)});
    }
    // Batches that were sent again because their answer was lost.
    const std::int64_t batches = kDuplicates * draft.events / kEvents / kBatch;
    for (std::int64_t i = 0; i < batches; ++i) {
        const std::int64_t first = i * count / batches;
        const std::int64_t room = (i + 1) * count / batches - first - 3 * kBatch;
        TF_CHECK(room > 0);
        std::vector<std::uint32_t> batch;
        for (std::int64_t row = first + random.below(room); std::ssize(batch) < kBatch; ++row) {
            const bool sent = !timeline.rows[static_cast<std::size_t>(row)].has(Row::kLate);
            if (sent) batch.push_back(static_cast<std::uint32_t>(row));
        }
        const TimeMs again =
            timeline.rows[batch.back()].time + kHourMs + random.below(std::int64_t{3 * kDayMs});
        for (const std::uint32_t row : batch)
            timeline.arrivals.push_back({again, row});
    }
    std::ranges::sort(timeline.arrivals);
}

}  // namespace twofold::demo
