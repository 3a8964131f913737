// SPDX-License-Identifier: Apache-2.0
#include "demo/truth_checks.h"

#include <algorithm>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "demo/year.h"

namespace twofold::demo {
namespace {

using Company = Tally::Company;
using Person = Tally::Person;

std::set<std::string> ids(const std::vector<PlantedCustomer>& planted) {
    std::set<std::string> found;
    for (const PlantedCustomer& customer : planted)
        found.insert(customer.id);
    return found;
}

std::set<std::string> both(const std::vector<PlantedCustomer>& a,
                           const std::vector<PlantedCustomer>& b) {
    std::set<std::string> found = ids(a);
    found.merge(ids(b));
    return found;
}

/// By company: the times at which an event of that name happened for it.
std::vector<std::vector<TimeMs>> times_of(Tally& tally, std::string_view name) {
    const std::uint8_t code = tally.recount.name(name);
    std::vector<std::vector<TimeMs>> times(tally.recount.companies.size());
    for (const Recount::Event& event : tally.recount.events) {
        if (event.name != code) continue;
        for (const Company company : tally.recount.belongs(event)) {
            times[company].push_back(event.time);
        }
    }
    for (std::vector<TimeMs>& list : times)
        std::ranges::sort(list);
    return times;
}

bool any_between(const std::vector<TimeMs>& times, TimeMs from, TimeMs until) {
    return std::ranges::any_of(times, [&](TimeMs time) { return time >= from && time < until; });
}

/// When a company stopped paying; kEndOfTime: never.
TimeMs churned(const Recount& recount, Company company) {
    bool paid = false;
    for (const TimeMs time : recount.money_moments(company)) {
        const bool pays = recount.mrr(company, time) > 0;
        if (paid && !pays) return time;
        paid = paid || pays;
    }
    return kEndOfTime;
}

struct ChampionEnd {
    Person person;
    Company company;
    TimeMs time;
};

std::vector<ChampionEnd> champion_ends(const Tally& tally) {
    std::vector<ChampionEnd> ends;
    for (const Person person : tally.recount.persons()) {
        for (const Recount::Edge& edge : tally.recount.edges(person)) {
            for (const Recount::Relation& relation : edge.relations) {
                if (relation.role == "champion" && relation.when.until != kEndOfTime) {
                    ends.push_back({person, edge.company, relation.when.until});
                }
            }
        }
    }
    return ends;
}

bool has_champion(const Tally& tally, Company company, TimeMs time) {
    for (const auto& [person, last] : tally.inside[company]) {
        for (const Recount::Edge& edge : tally.recount.edges(person)) {
            if (edge.company != company) continue;
            for (const Recount::Relation& relation : edge.relations) {
                if (relation.role == "champion" && relation.when.holds(time)) return true;
            }
        }
    }
    return false;
}

}  // namespace

void check_world(const Tally& tally, const Options& options) {
    const Recount& recount = tally.recount;
    EXPECT_EQ(recount.unknown_lines, 0);
    EXPECT_EQ(std::ssize(recount.events), options.events);
    EXPECT_EQ(recount.duplicates, kDuplicates * options.events / kEvents / 20 * 20);
    EXPECT_EQ(recount.late, kLate * options.events / kEvents);

    int paying = 0;
    int trial = 0;
    int past = 0;
    int older = 0;
    std::int64_t seats = 0;
    for (const Company company : tally.all()) {
        const TimeMs started = recount.started(company);
        if (tally.pays(company)) {
            ++paying;
            seats += recount.seats(company, tally.now);
        } else if (recount.in_trial(company, tally.now)) {
            ++trial;
        } else if (started <= tally.now) {
            ++past;
        }
        // Whoever began before the year had paid by then.
        if (started < tally.year_start) ++older;
    }
    EXPECT_EQ(std::ssize(recount.companies), kCustomers);
    EXPECT_EQ(paying, kCustomersPaying);
    EXPECT_EQ(trial, kCustomersTrial);
    EXPECT_EQ(past, kCustomersPast);
    EXPECT_EQ(older, kCustomersOlder);
    EXPECT_EQ(kCustomersPaying + kCustomersTrial + kCustomersFree + kCustomersPast, kCustomers);
    EXPECT_EQ(seats, kSeats);
    EXPECT_EQ(tally.mrr_cents(tally.all()), kMrr);

    int known = 0;
    int visitors = 0;
    int without_event = 0;
    int guests = 0;
    for (const Person person : recount.persons()) {
        recount.known(person) ? ++known : ++visitors;
        const bool buyer = std::ranges::any_of(recount.edges(person), [](const auto& edge) {
            return edge.relations.size() == 1 && edge.relations[0].role == "buyer";
        });
        if (tally.persons[person].event == 0) {
            EXPECT_TRUE(buyer);
            ++without_event;
        }
        const bool guest = std::ranges::any_of(recount.edges(person), [&](const auto& edge) {
            return std::ranges::any_of(edge.relations, [&](const auto& relation) {
                return relation.outside() && relation.when.holds(tally.now);
            });
        });
        if (guest) ++guests;
    }
    EXPECT_EQ(known, kUsersKnown);
    EXPECT_EQ(visitors, kVisitors);
    EXPECT_EQ(without_event, kBuyersWithoutEvent);
    EXPECT_EQ(guests, kGuests);
}

void check_silent(const Tally& tally) {
    const std::vector<Company> silent = tally.silent(false);
    EXPECT_EQ(silent.size(), kSilent);
    EXPECT_EQ(tally.mrr_cents(silent), kSilentMrr);
    EXPECT_EQ(tally.ids(silent), ids(tally.world.truths().silent));

    int never = 0;
    int two_months = 0;
    int longer = 0;
    for (const Company company : silent) {
        const TimeMs last = tally.companies[company].event;
        if (tally.inside[company].empty()) {
            EXPECT_EQ(last, 0);
            ++never;
        } else if (last >= tally.now - 60 * kDayMs) {
            ++two_months;
        } else {
            ++longer;
        }
    }
    EXPECT_EQ(never, kSilentNeverUser);
    EXPECT_EQ(two_months, kSilentTwoMonths);
    EXPECT_EQ(longer, kSilentLonger);

    const std::vector<Company> naive = tally.silent_naively(false);
    std::set<std::string> woken = tally.ids(silent);
    for (const std::string& id : tally.ids(naive))
        woken.erase(id);
    EXPECT_EQ(naive.size(), kSilent - kSilentGuests - kSilentConsultants);
    EXPECT_EQ(woken, ids(tally.world.truths().silent_but_busy));

    for (const PlantedCustomer& planted : tally.world.truths().silent) {
        const Company company = tally.recount.company(planted.id);
        EXPECT_EQ(planted.mrr * 10'000, tally.recount.mrr(company, tally.now));
        EXPECT_EQ(planted.seats, tally.recount.seats(company, tally.now));
        EXPECT_EQ(planted.last_event, tally.companies[company].event);
        EXPECT_EQ(planted.name, tally.recount.company_names[company]);
    }
}

void check_automatic(const Tally& tally) {
    const std::vector<Company> silent = tally.silent(true);
    EXPECT_EQ(silent.size(), kSilent + kAutomaticOnly);
    EXPECT_EQ(tally.mrr_cents(silent), kSilentMrr + kAutomaticOnlyMrr);
    EXPECT_EQ(tally.ids(silent),
              both(tally.world.truths().silent, tally.world.truths().automatic_only));
    EXPECT_EQ(tally.silent_naively(true).size(),
              kSilent + kAutomaticOnly - kSilentGuests - kSilentConsultants);
}

void check_champions(const Tally& tally) {
    const Recount& recount = tally.recount;
    // Months 2 to 9 of the year.
    const TimeMs from = tally.year_start + 31 * kDayMs;
    const TimeMs until = tally.year_start + 273 * kDayMs;
    std::map<Company, TimeMs> lost;
    std::set<Company> lately;
    for (const ChampionEnd& end : champion_ends(tally)) {
        if (end.time >= from && end.time < until) lost[end.company] = end.time;
        if (end.time >= tally.now - 60 * kDayMs) lately.insert(end.company);
    }
    int left = 0;
    for (const auto& [company, time] : lost) {
        const TimeMs end = churned(recount, company);
        if (end > time && end <= time + 90 * kDayMs) ++left;
        EXPECT_FALSE(has_champion(tally, company, tally.now)) << recount.companies[company];
    }
    EXPECT_EQ(lost.size(), kChampionsLost);
    EXPECT_EQ(left, kChampionsLostChurned);

    int kept = 0;
    int kept_left = 0;
    for (const Company company : tally.all()) {
        if (!has_champion(tally, company, tally.now)) continue;
        ++kept;
        if (churned(recount, company) != kEndOfTime) ++kept_left;
    }
    EXPECT_EQ(kept, kChampionsKept);
    EXPECT_EQ(kept_left, kChampionsKeptChurned);

    std::vector<Company> gone(lately.begin(), lately.end());
    std::erase_if(gone, [&](Company company) {
        return !tally.pays(company) || has_champion(tally, company, tally.now);
    });
    EXPECT_EQ(gone.size(), kChampionGoneNow);
    EXPECT_EQ(tally.mrr_cents(gone), kChampionGoneNowMrr);
    EXPECT_EQ(tally.ids(gone), ids(tally.world.truths().champion_gone));
    const std::set<std::string> silent = ids(tally.world.truths().silent);
    EXPECT_EQ(
        std::ranges::count_if(
            gone, [&](Company company) { return silent.contains(recount.companies[company]); }),
        kChampionGoneNowSilent);
}

void check_invitations(Tally& tally) {
    const auto invites = times_of(tally, "Invite Sent");
    const auto dark = times_of(tally, "Dark Mode Turned On");
    int begun = 0;
    int invited = 0;
    int invited_paid = 0;
    int other_paid = 0;
    int darkened = 0;
    int darkened_paid = 0;
    for (const Company company : tally.all()) {
        const TimeMs first = tally.first_event[company];
        const TimeMs started = tally.recount.started(company);
        const TimeMs week = first + 7 * kDayMs;
        const bool seen = first != kEndOfTime && first + 37 * kDayMs <= tally.now;
        if (!seen || started <= week) continue;
        ++begun;
        const bool paid = started <= week + 30 * kDayMs;
        if (any_between(invites[company], first, week)) {
            ++invited;
            invited_paid += paid ? 1 : 0;
        } else {
            other_paid += paid ? 1 : 0;
        }
        if (any_between(dark[company], first, week)) {
            ++darkened;
            darkened_paid += paid ? 1 : 0;
        }
    }
    EXPECT_EQ(begun, kBegun);
    EXPECT_EQ(invited, kInvited);
    EXPECT_EQ(invited_paid, kInvitedPaid);
    EXPECT_EQ(other_paid, kNotInvitedPaid);
    EXPECT_EQ(darkened, kDark);
    EXPECT_EQ(darkened_paid, kDarkPaid);
}

void check_release(Tally& tally, const Options& options) {
    constexpr int kReleaseDay = kLastDay - kReleaseDaysAgo;
    const Year year = *Year::make(options.until);
    const auto begun_between = [&](int from, int until) {
        std::pair<int, int> begun_paid;
        for (const Company company : tally.all()) {
            const TimeMs first = tally.first_event[company];
            const TimeMs started = tally.recount.started(company);
            const bool here = first >= year.start(from) && first < year.start(until);
            if (!here || started < first) continue;
            ++begun_paid.first;
            if (started <= first + 30 * kDayMs) ++begun_paid.second;
        }
        return begun_paid;
    };
    const std::uint8_t project = tally.recount.name("Project Created");
    std::map<Person, std::vector<TimeMs>> projects;
    for (const Recount::Event& event : tally.recount.events) {
        if (event.name == project) projects[event.person].push_back(event.time);
    }
    const auto signed_up_between = [&](int from, int until) {
        std::pair<int, int> signed_created;
        for (const Person person : tally.recount.persons()) {
            for (const TimeMs time : tally.signups[person]) {
                if (time < year.start(from) || time >= year.start(until)) continue;
                ++signed_created.first;
                if (any_between(projects[person], time, time + kDayMs)) ++signed_created.second;
            }
        }
        return signed_created;
    };
    using testing::Pair;
    EXPECT_THAT(signed_up_between(kReleaseDay - 60, kReleaseDay),
                Pair(kSignupsBefore, kProjectsBefore));
    EXPECT_THAT(signed_up_between(kReleaseDay, kReleaseDay + 60),
                Pair(kSignupsAfter, kProjectsAfter));
    EXPECT_THAT(begun_between(kReleaseDay - 60, kReleaseDay), Pair(kBegunBefore, kPaidBefore));
    EXPECT_THAT(begun_between(kReleaseDay, kReleaseDay + 60), Pair(kBegunAfter, kPaidAfter));
}

void check_terms(Tally& tally) {
    const auto exports = times_of(tally, "Report Exported");
    const auto emoji = times_of(tally, "Emoji Reacted");
    int ended = 0;
    std::map<bool, std::pair<int, int>> by_export;
    std::map<bool, std::pair<int, int>> by_emoji;
    for (const Company company : tally.all()) {
        for (const Recount::Segment& segment : tally.recount.segments[company]) {
            const TimeMs due = segment.renews_at;
            const bool last_of_term = due != 0 && segment.when.until == due;
            if (!last_of_term || due < tally.year_start || due > tally.now) continue;
            ++ended;
            const bool renewed = tally.recount.mrr(company, due) > 0;
            auto& exported = by_export[any_between(exports[company], due - 30 * kDayMs, due)];
            auto& reacted = by_emoji[any_between(emoji[company], due - 30 * kDayMs, due)];
            ++exported.first;
            ++reacted.first;
            exported.second += renewed ? 1 : 0;
            reacted.second += renewed ? 1 : 0;
        }
    }
    using testing::Pair;
    EXPECT_EQ(ended, kTermsEnded);
    EXPECT_THAT(by_export[true], Pair(kTermsExported, kTermsExportedRenewed));
    EXPECT_THAT(by_export[false],
                Pair(kTermsEnded - kTermsExported, kTermsRenewed - kTermsExportedRenewed));
    EXPECT_THAT(by_emoji[true], Pair(kTermsReacted, kTermsReactedRenewed));
    EXPECT_THAT(by_emoji[false],
                Pair(kTermsEnded - kTermsReacted, kTermsRenewed - kTermsReactedRenewed));

    const auto people = [&](std::string_view name) {
        std::set<Person> found;
        const std::uint8_t code = tally.recount.name(name);
        for (const Recount::Event& event : tally.recount.events) {
            if (event.name == code && event.time >= tally.bound) found.insert(event.person);
        }
        return found.size();
    };
    EXPECT_EQ(people("Emoji Reacted"), kActiveReacted);
    EXPECT_EQ(people("Report Exported"), kActiveExported);
}

void check_movements(const Tally& tally, const Options& options) {
    const Year year = *Year::make(options.until);
    const TimeMs from = year.start(year.month_before());
    const TimeMs until = year.start(year.month());
    std::int64_t sum_before = 0;
    std::int64_t sum_after = 0;
    std::int64_t by_new = 0;
    std::int64_t expansion = 0;
    std::int64_t contraction = 0;
    std::int64_t churn = 0;
    std::int64_t reactivation = 0;
    std::int64_t largest = 0;
    std::set<std::string> left;
    for (const Company company : tally.all()) {
        const std::int64_t before = tally.recount.mrr(company, from - 1) / 10'000;
        const std::int64_t after = tally.recount.mrr(company, until - 1) / 10'000;
        sum_before += before;
        sum_after += after;
        if (before == 0 && after > 0) {
            (tally.recount.started(company) >= from ? by_new : reactivation) += after;
        } else if (before > 0 && after == 0) {
            churn += before;
            largest = std::max(largest, before);
            left.insert(tally.recount.companies[company]);
        } else {
            (after > before ? expansion : contraction) += std::abs(after - before);
        }
    }
    EXPECT_EQ(sum_before, kMrrMonthBefore);
    EXPECT_EQ(sum_after, kMrrLastMonth);
    EXPECT_EQ(by_new, kMrrNew);
    EXPECT_EQ(expansion, kMrrExpansion);
    EXPECT_EQ(contraction, kMrrContraction);
    EXPECT_EQ(churn, kMrrChurn);
    EXPECT_EQ(reactivation, kMrrReactivation);
    EXPECT_EQ(largest, kMrrChurnLargest);
    EXPECT_EQ(left.size(), kChurnedLastMonth);
    EXPECT_EQ(left, ids(tally.world.truths().churned_last_month));
}

void check_ghosts(const Tally& tally) {
    std::vector<Company> ghosts;
    std::int64_t seats = 0;
    int people = 0;
    for (const Company company : tally.all()) {
        const std::int64_t paid = tally.recount.seats(company, tally.now);
        const int active = tally.active(company);
        if (paid < 50) continue;
        if (active * 5 < paid) {
            ghosts.push_back(company);
            seats += paid;
            people += active;
        } else {
            // Nobody else is near.
            EXPECT_GT(active * 10, paid * 3) << tally.recount.companies[company];
        }
    }
    EXPECT_EQ(ghosts.size(), kGhosts);
    EXPECT_EQ(seats, kGhostSeats);
    EXPECT_EQ(people, kGhostPeople);
    EXPECT_EQ(tally.mrr_cents(ghosts), kGhostMrr);
    EXPECT_EQ(tally.ids(ghosts), ids(tally.world.truths().ghost_seats));
}

namespace {

/// Whether ten people used it in the 30 days up to `time`.
bool ten_people(const std::vector<std::pair<TimeMs, Person>>& uses, TimeMs time) {
    std::set<Person> people;
    for (const auto& [when, person] : uses) {
        if (when > time - 30 * kDayMs && when <= time) people.insert(person);
    }
    return people.size() >= 10;
}

}  // namespace

void check_busy(Tally& tally) {
    const auto limits = times_of(tally, "Limit Reached");
    std::map<Company, std::vector<std::pair<TimeMs, Person>>> uses;
    for (const Recount::Event& event : tally.recount.events) {
        if (event.automatic) continue;
        for (const Company company : tally.recount.belongs(event)) {
            if (limits[company].size() < 3) continue;
            if (tally.recount.inside(event.person, company, event.time)) {
                uses[company].emplace_back(event.time, event.person);
            }
        }
    }
    int ever = 0;
    int paid = 0;
    std::set<std::string> at_end;
    for (const auto& [company, list] : uses) {
        const std::vector<TimeMs>& hits = limits[company];
        const TimeMs started = tally.recount.started(company);
        TimeMs state = 0;  // the last moment at which it was in the state
        for (std::size_t i = 2; i < hits.size(); ++i) {
            const bool three = hits[i] - hits[i - 2] < 30 * kDayMs && hits[i] < started;
            if (three && ten_people(list, hits[i])) state = hits[i];
        }
        const bool now = started > tally.now && hits[hits.size() - 3] >= tally.bound &&
                         ten_people(list, tally.now);
        if (now) at_end.insert(tally.recount.companies[company]);
        if (now) state = tally.now;
        if (state == 0) continue;
        ++ever;
        if (started != kEndOfTime && started - state <= 30 * kDayMs) ++paid;
    }
    EXPECT_EQ(ever, kBusyEver);
    EXPECT_EQ(paid, kBusyPaid);
    EXPECT_EQ(at_end.size(), kBusyNow);
    EXPECT_EQ(at_end, ids(tally.world.truths().free_and_busy));
}

void check_movers(const Tally& tally) {
    const std::vector<ChampionEnd> ends = champion_ends(tally);
    int moved = 0;
    int paid = 0;
    for (const ChampionEnd& end : ends) {
        bool began = false;
        bool began_paid = false;
        for (const Recount::Edge& edge : tally.recount.edges(end.person)) {
            for (const Recount::Relation& relation : edge.relations) {
                if (edge.company == end.company || relation.when.from < end.time) continue;
                const TimeMs started = tally.recount.started(edge.company);
                began = true;
                began_paid = began_paid ||
                             (started > relation.when.from && started <= end.time + 180 * kDayMs);
            }
        }
        moved += began ? 1 : 0;
        paid += began_paid ? 1 : 0;
    }
    EXPECT_EQ(ends.size(), kChampionsEnded);
    EXPECT_EQ(moved, kChampionsMoved);
    EXPECT_EQ(paid, kChampionsMovedPaid);
}

void check_overlap(Tally& tally) {
    int sum = 0;
    int seats_used = 0;
    std::map<Person, int> customers_of;
    for (const Company company : tally.all()) {
        const int active = tally.active(company);
        sum += active;
        if (tally.pays(company)) seats_used += active;
        for (const auto& [person, last] : tally.inside[company]) {
            if (last.use >= tally.bound) ++customers_of[person];
        }
    }
    int two = 0;
    int three = 0;
    for (const auto& [person, count] : customers_of) {
        two += count == 2 ? 1 : 0;
        three += count == 3 ? 1 : 0;
        EXPECT_LE(count, 3);
    }
    // Whoever acts for a customer is inside it: counting all who acted gives the same.
    std::set<std::pair<Company, Person>> acted;
    for (const Recount::Event& event : tally.recount.events) {
        if (event.automatic || event.time < tally.bound) continue;
        for (const Company company : tally.recount.belongs(event)) {
            acted.emplace(company, event.person);
        }
    }
    EXPECT_EQ(acted.size(), kActivePerCustomerSum);
    EXPECT_EQ(customers_of.size(), kActivePeople);
    EXPECT_EQ(sum, kActivePerCustomerSum);
    EXPECT_EQ(two, kActiveInTwo);
    EXPECT_EQ(three, kActiveInThree);
    EXPECT_EQ(seats_used, kSeatsUsed);

    int several = 0;
    int active = 0;
    for (const Person person : tally.recount.persons()) {
        const auto& edges = tally.recount.edges(person);
        const auto inside = std::ranges::count_if(edges, [&](const auto& edge) {
            return tally.recount.inside(person, edge.company, tally.now);
        });
        several += inside >= 2 ? 1 : 0;
        const bool used = tally.recount.known(person) && tally.persons[person].use >= tally.bound;
        active += used ? 1 : 0;
    }
    EXPECT_EQ(several, kInsideSeveral);
    // Nobody who is known is active only where nobody is inside.
    EXPECT_EQ(active, kActivePeople);
}

void check_repair(Tally& tally) {
    const TimeMs week = tally.world.truths().repaired_week;
    const Year year = *Year::make(Zone::find(kZoneName)->date_of(tally.now));
    const TimeMs week_end = year.start(year.day_of(week) + 7);
    EXPECT_EQ(week, year.start(year.week()));
    EXPECT_EQ(tally.used_between(week, week_end), kActiveInWeek);
    EXPECT_EQ(tally.silent(false).size(), kSilent);

    const std::string lines = tally.world.late_relation_lines();
    EXPECT_EQ(std::ranges::count(lines, '\n'), kLateRelations);
    EXPECT_EQ(std::ranges::count(tally.world.late_relations_csv(), '\n'), kLateRelations + 1);
    for (int times = 0; times < 2; ++times) {  // loading them again changes nothing
        tally.recount.read(lines);
        tally.count();
        EXPECT_EQ(tally.used_between(week, week_end), kActiveInWeekRepaired);
        const std::vector<Company> silent = tally.silent(false);
        EXPECT_EQ(silent.size(), kSilentRepaired);
        std::set<std::string> woken = ids(tally.world.truths().silent);
        for (const std::string& id : tally.ids(silent))
            woken.erase(id);
        EXPECT_EQ(woken, ids(tally.world.truths().repaired));
    }
}

void check_bounds(const Tally& tally) {
    const auto near = [&](TimeMs time, int days) {
        const TimeMs at = tally.now - days * kDayMs;
        return time > at - 2 * kDayMs && time < at + 2 * kDayMs;
    };
    int persons = 0;
    int companies = 0;
    int pairs = 0;
    for (const Tally::Last& last : tally.persons) {
        persons += near(last.event, 30) || near(last.use, 30) ? 1 : 0;
    }
    for (const Company company : tally.all()) {
        const Tally::Last& last = tally.companies[company];
        companies += near(last.event, 30) || near(last.use, 30) ? 1 : 0;
        for (const auto& [person, own] : tally.inside[company]) {
            pairs += near(own.event, 30) || near(own.use, 30) ? 1 : 0;
        }
    }
    EXPECT_EQ(persons, 0);
    EXPECT_EQ(companies, 0);
    EXPECT_EQ(pairs, 0);
    for (const PlantedCustomer& planted : tally.world.truths().silent) {
        EXPECT_FALSE(near(planted.last_event, 60)) << planted.id;
    }
}

}  // namespace twofold::demo
