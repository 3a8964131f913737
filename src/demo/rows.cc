// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/check.h"
#include "demo/moments.h"
#include "demo/timeline.h"

namespace twofold::demo {
namespace {

constexpr DurationMs kSessionFrom = 6 * kHourMs + 30 * kMinuteMs;
constexpr DurationMs kSessionStarts = 14 * kHourMs;  ///< They start within so long.
constexpr int kSessionRowsMax = 50;                  ///< With the gaps below: an hour and a half.
constexpr DurationMs kGapMin = 3 * kSecondMs;
constexpr DurationMs kGapSpread = 107 * kSecondMs;
constexpr DurationMs kIdentifiesAfter = 30 * kSecondMs;
constexpr DurationMs kDeviceGap = 40 * kSecondMs;  ///< Before what follows on a second device.

struct Session {
    TimeMs start = 0;
    std::uint32_t member = 0;
    std::uint8_t weight = 1;
    bool second_device = false;
};

bool works_for_several(const Membership& member) {
    return member.part == Part::kConsultant || member.part == Part::kFreelancer;
}

bool names_customer(const Draft& draft, const Membership& member) {
    if (member.role == Role::kGuest) return true;
    const bool own = member.part != Part::kContractor && !works_for_several(member);
    return own && member.customer != kNoCustomer && draft.customer(member.customer).names_itself;
}

class SessionMaker {
public:
    SessionMaker(const Draft& draft, std::vector<Session>& out)
        : draft_(draft), out_(out), random_(draft.random("sessions")) {}

    void make(std::uint32_t slot) {
        const Membership& member = draft_.members[slot];
        if (member.follows) return;
        const Person& person = draft_.people[member.person];
        bool second = person.second_device && person.home == slot;
        for (int day = member.first_day; day <= std::min(member.last_day, kLastDay); ++day) {
            if (!happens(member, day)) continue;
            const bool here = second && day > member.joined + 4;
            out_.push_back({start(member, day), slot, member.weight, here});
            if (here) second = false;
        }
    }

private:
    bool happens(const Membership& member, int day) {
        if (member.every > 1 && day % member.every != member.turn) return false;
        if (draft_.year.in_week(day) && member.customer != kNoCustomer) {
            // The week of truth 12 belongs to those who work for one customer, and to the customers
            // that are to be used in it.
            const bool may = draft_.customer(member.customer).on_in_week &&
                             !works_for_several(member) && member.role != Role::kGuest;
            if (!may) return false;
        }
        if (member.forces(day)) return true;
        if (member.quiet || day == member.joined) return false;
        constexpr std::int64_t kMillion = 1'000'000;
        const std::int64_t often = std::int64_t{member.work} * draft_.year.work(day);
        return random_.below(kMillion * kEvents) < often * draft_.events;
    }

    TimeMs start(const Membership& member, int day) {
        const Person& person = draft_.people[member.person];
        if (person.signs_up && day == person.joined) {
            return signup_time(draft_, member.person, day) + 10 * kMinuteMs +
                   random_.below(std::int64_t{kHourMs});
        }
        return draft_.year.at(day, kSessionFrom + random_.below(std::int64_t{kSessionStarts}));
    }

    const Draft& draft_;
    std::vector<Session>& out_;
    Random random_;
};

/// Those who work for several customers and say for which: a `group` call whenever it changes.
void write_choices(const Draft& draft, const std::vector<Session>& sessions,
                   std::vector<Note>& notes) {
    struct Choice {
        std::uint32_t person;
        TimeMs time;
        bool joins;
        std::uint16_t customer;
        auto operator<=>(const Choice&) const = default;
    };
    std::vector<Choice> choices;
    for (const Membership& member : draft.members) {
        const bool chooses = works_for_several(member) && member.way != Way::kStated;
        if (chooses)
            choices.push_back({member.person, join_time(draft, member), true, member.customer});
    }
    for (const Session& session : sessions) {
        const Membership& member = draft.members[session.member];
        const bool never_chooses = member.way == Way::kStated && member.chooses == kNoCustomer;
        if (!works_for_several(member) || never_chooses) continue;
        const std::uint16_t chosen =
            member.chooses != kNoCustomer ? member.chooses : member.customer;
        choices.push_back({member.person, session.start, false, chosen});
    }
    std::ranges::sort(choices);
    std::uint32_t person = kNobody;
    std::uint16_t current = kNoCustomer;
    for (const Choice& choice : choices) {
        if (choice.person != person) current = kNoCustomer;
        person = choice.person;
        if (!choice.joins && choice.customer != current) {
            notes.push_back({choice.time - kSecondMs, Note::Kind::kGroup, person, choice.customer});
        }
        current = choice.customer;
    }
}

/// Clients call `group` again now and then, which changes nothing.
void write_repeated_groups(const Draft& draft, const std::vector<Session>& sessions,
                           std::vector<Note>& notes) {
    Random random = draft.random("groups");
    for (const Session& session : sessions) {
        const Membership& member = draft.members[session.member];
        const bool plain = member.part == Part::kPlain && member.way == Way::kGroup &&
                           member.customer != kNoCustomer;
        if (plain && random.chance(25)) {
            notes.push_back(
                {session.start - kSecondMs, Note::Kind::kGroup, member.person, member.customer});
        }
    }
}

void write_placed(const Draft& draft, std::vector<Row>& rows) {
    for (const PlacedEvent& event : draft.placed) {
        const bool named =
            event.customer != kNoCustomer && draft.customer(event.customer).names_itself;
        rows.push_back({event.time, event.person, event.customer, event.name,
                        named ? std::uint8_t{Row::kNamed} : std::uint8_t{0}});
    }
}

void write_signups(const Draft& draft, std::vector<Row>& rows) {
    Random random = draft.random("visits");
    for (std::uint32_t i = 0; i < draft.people.size(); ++i) {
        const Person& person = draft.people[i];
        if (!person.signs_up) continue;
        const std::uint16_t customer = draft.members[person.home].customer;
        const TimeMs time = signup_time(draft, i, person.joined);
        rows.push_back({time, i, customer, EventName::kSignedUp, 0});
        // On the same day: signup_time leaves room for it.
        for (int visits = person.visits_first ? random.between(1, 4) : 0; visits > 0; --visits) {
            const DurationMs before = kMinuteMs + random.below(std::int64_t{4 * kHourMs});
            rows.push_back({time - before, i, customer, EventName::kSiteVisited, Row::kAnonymous});
        }
    }
}

void write_visitors(const Draft& draft, std::vector<Row>& rows) {
    Random random = draft.random("visitors");
    const auto first = static_cast<std::uint32_t>(draft.people.size());
    for (std::uint32_t i = 0; i < kVisitors; ++i) {
        int day = random.between(0, kLastDay);
        if (day > kIdleLast && day < kActiveFirst) day -= 10;
        TimeMs time = draft.year.at(day, 5 * kHourMs + random.below(std::int64_t{16 * kHourMs}));
        const auto more = static_cast<int>(random.between(0, 5) * draft.events / kEvents);
        for (int page = 0; page <= more; ++page) {
            rows.push_back(
                {time, first + i, kNoCustomer, EventName::kSiteVisited, Row::kAnonymous});
            time += kGapMin + random.below(std::int64_t{kGapSpread});
        }
    }
}

/// A mail every Monday morning, to some, whether they come or not.
void write_digests(const Draft& draft, std::vector<Row>& rows) {
    Random random = draft.random("digests");
    const auto share = static_cast<int>(250 * draft.events / kEvents);
    for (const Customer& customer : draft.customers) {
        if (!customer.digests) continue;
        for (std::uint32_t slot = customer.members_begin; slot < customer.members_end; ++slot) {
            const Membership& member = draft.members[slot];
            const bool only = customer.story == Story::kMailOnly;
            const bool may = member.part == Part::kOwner || member.part == Part::kPlain;
            if (!may || !(only || random.chance(share))) continue;
            for (int day = std::max(member.joined + 1, 0); day <= kLastDay; ++day) {
                if (draft.year.weekday(day) != 0) continue;
                const DurationMs into = 5 * kHourMs + random.below(std::int64_t{kHourMs});
                rows.push_back({draft.year.at(day, into), member.person, member.customer,
                                EventName::kDigestSent, 0});
            }
        }
    }
}

/// Some customers have connected another system, which reports every night under its owner's id.
void write_syncs(const Draft& draft, std::vector<Row>& rows) {
    constexpr int kSyncing = 20;
    Random random = draft.random("syncs");
    int count = 0;
    for (const Customer& customer : draft.customers) {
        const bool may = customer.course == Course::kOlderPaying && customer.active > 20 &&
                         customer.story == Story::kOrdinary && customer.begin < 0;
        if (!may || count == kSyncing) continue;
        ++count;
        const Membership& owner = draft.members[customer.members_begin];
        for (int day = 0; day <= kLastDay; ++day) {
            const DurationMs into = 2 * kHourMs + random.below(std::int64_t{kHourMs});
            rows.push_back({draft.year.at(day, into), owner.person, owner.customer,
                            EventName::kSyncCompleted, Row::kNamed});
        }
    }
}

/// The rows of the sessions: one each, and what is missing to draft.events by their weights.
void write_sessions(const Draft& draft, const std::vector<Session>& sessions, Timeline& timeline) {
    std::vector<Row>& rows = timeline.rows;
    const std::int64_t missing = draft.events - static_cast<std::int64_t>(rows.size()) -
                                 static_cast<std::int64_t>(sessions.size());
    TF_CHECK(missing >= 0);
    std::int64_t weights = 0;
    for (const Session& session : sessions)
        weights += session.weight;
    Random random = draft.random("rows");
    std::int64_t weight = 0;
    std::int64_t given = 0;
    for (const Session& session : sessions) {
        weight += session.weight;
        std::int64_t more = missing * weight / weights - given;
        more = std::min<std::int64_t>(more, kSessionRowsMax - 1);
        given += more;
        const Membership& member = draft.members[session.member];
        const std::uint8_t named = names_customer(draft, member) ? Row::kNamed : 0;
        TimeMs time = session.start;
        for (std::int64_t i = 0; i <= more; ++i) {
            const bool device = session.second_device && i == 0;
            rows.push_back({time, member.person, member.customer, filler(random.next()),
                            device ? std::uint8_t{Row::kAnonymous | Row::kSecondDevice} : named});
            time += (device ? kDeviceGap : kGapMin) + random.below(std::int64_t{kGapSpread});
        }
        if (session.second_device) {
            timeline.notes.push_back(
                {session.start + kIdentifiesAfter, Note::Kind::kIdentify, member.person, 1});
        }
    }
    TF_CHECK(given == missing);
}

}  // namespace

void write_rows(const Draft& draft, Timeline& timeline) {
    std::vector<Session> sessions;
    SessionMaker maker(draft, sessions);
    for (std::uint32_t slot = 0; slot < draft.members.size(); ++slot)
        maker.make(slot);
    write_choices(draft, sessions, timeline.notes);
    write_repeated_groups(draft, sessions, timeline.notes);

    timeline.rows.reserve(static_cast<std::size_t>(draft.events));
    write_placed(draft, timeline.rows);
    write_signups(draft, timeline.rows);
    write_visitors(draft, timeline.rows);
    write_digests(draft, timeline.rows);
    write_syncs(draft, timeline.rows);
    write_sessions(draft, sessions, timeline);
    std::ranges::sort(timeline.rows);
}

}  // namespace twofold::demo
