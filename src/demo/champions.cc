// SPDX-License-Identifier: Apache-2.0
//
// Truths 3 and 10: champions. 48 customers lost their only one in months 2 to 9, and most of those
// left soon after; 11 lost it lately; 11 lost one of two. Nineteen of those champions began at
// another customer, and twelve of these then began to pay.
#include <algorithm>

#include "base/check.h"
#include "demo/stages.h"

namespace twofold::demo {
namespace {

constexpr int kLossFirst = 40;  ///< Months 2 to 9, by some days.
constexpr int kLossLast = 262;
constexpr int kChampionsExtra = kChampionsEnded - kChampionsLost - kChampionGoneNow;

using Indexes = std::vector<std::uint16_t>;

/// A day in [first, last] that is not in the week of truth 12. REQUIRES: eight days or more.
int outside_week(const Year& year, int first, int last, Random& random) {
    for (;;) {
        const int day = random.between(first, last);
        if (!year.in_week(day)) return day;
    }
}

/// A member of the customer that nothing else was picked for; kNobody when there is none.
std::uint32_t find_member(const Draft& draft, const Customer& customer, bool active) {
    for (std::uint32_t slot = customer.members_begin; slot < customer.members_end; ++slot) {
        const Membership& member = draft.members[slot];
        const bool busy = member.fixed && customer.busy_day != kNever;
        if (member.part == Part::kPlain && member.active == active && !busy) return slot;
    }
    return kNobody;
}

bool may_have_champion(const Draft& draft, const Customer& customer) {
    const bool plain = customer.story == Story::kOrdinary || customer.story == Story::kGhost;
    const bool agency_or_client =
        std::ranges::any_of(draft.clients, [&](auto i) { return &draft.customer(i) == &customer; });
    return plain && !agency_or_client && customer.pay_day < kQuietMoneyFrom &&
           find_member(draft, customer, false) != kNobody;
}

void make_champion(Draft& draft, std::uint32_t slot) {
    Membership& member = draft.members[slot];
    Person person;
    person.home = slot;
    person.part = Part::kChampion;
    member.part = Part::kChampion;
    member.way = Way::kStatedGroup;
    member.person = static_cast<std::uint32_t>(draft.people.size());
    draft.people.push_back(person);
}

/// A champion until that day, who then leaves the customer.
void lose(Draft& draft, std::uint16_t index, int day, bool only, Random& random) {
    Customer& customer = draft.customer(index);
    const std::uint32_t slot = find_member(draft, customer, false);
    TF_CHECK(slot != kNobody);
    make_champion(draft, slot);
    Membership& member = draft.members[slot];
    member.fixed = true;
    member.joined =
        std::min(member.joined, std::max(customer.begin + 1, day - random.between(25, 200)));
    member.first_day = std::max(member.joined, 0);
    member.last_day = std::min(day - 1, kIdleLast);
    if (draft.year.in_week(member.last_day)) member.last_day = draft.year.week() - 1;
    member.left_day = day;
    member.forced = {kNever, kNever, kNever};
    member.force(std::max(member.last_day, 0));
    draft.extra_roles.push_back(
        {member.person, index, Role::kChampion, std::max(member.joined, day - 400), day});
    draft.losses.push_back({index, day, slot, only, false});
}

/// A champion who is still there at D, or was when the customer left.
void keep(Draft& draft, std::uint16_t index, Random& random) {
    const Customer& customer = draft.customer(index);
    const bool active = find_member(draft, customer, true) != kNobody;
    const std::uint32_t slot = find_member(draft, customer, active);
    make_champion(draft, slot);
    Membership& member = draft.members[slot];
    member.fixed = true;
    const int end = std::min(customer.end_day, kQuietMoneyFrom);
    const int from = std::min(member.joined + random.between(0, 60), end - 6);
    draft.extra_roles.push_back(
        {member.person, index, Role::kChampion, std::max(from, member.joined), kNever});
}

struct Candidates {
    Indexes paying;
    Indexes left;
};

Candidates find_candidates(const Draft& draft, Random& random) {
    Candidates found;
    for (std::size_t i = 0; i < draft.customers.size(); ++i) {
        const Customer& customer = draft.customers[i];
        const auto index = static_cast<std::uint16_t>(i);
        const bool gone = std::ranges::find(draft.gone_now, index) != draft.gone_now.end();
        if (gone || customer.return_day != kNever || !may_have_champion(draft, customer)) continue;
        if (customer.standing == Standing::kPaying) found.paying.push_back(index);
        const bool left =
            customer.standing == Standing::kPast && customer.end_day <= kQuietMoneyFrom;
        if (left && customer.end_day >= 20) found.left.push_back(index);
    }
    random.shuffle(found.paying);
    random.shuffle(found.left);
    return found;
}

void lose_in_months(Draft& draft, Candidates& candidates, Random& random) {
    int churned = 0;
    std::erase_if(candidates.left, [&](std::uint16_t index) {
        const Customer& customer = draft.customer(index);
        const int latest = std::min(customer.end_day - 12, kLossLast);
        const int earliest = std::max(
            {customer.end_day - 78, kLossFirst, customer.begin + 30, customer.pay_day + 3});
        if (churned == kChampionsLostChurned || earliest > latest) return false;
        lose(draft, index, random.between(earliest, latest), true, random);
        ++churned;
        return true;
    });
    TF_CHECK(churned == kChampionsLostChurned);
    int stayed = 0;
    std::erase_if(candidates.paying, [&](std::uint16_t index) {
        if (stayed == kChampionsLost - kChampionsLostChurned) return false;
        if (draft.customer(index).begin > 0) return false;
        lose(draft, index, random.between(kLossFirst, kLossLast), true, random);
        ++stayed;
        return true;
    });
}

void lose_one_of_two(Draft& draft, const Indexes& kept, Random& random) {
    int lost = 0;
    for (const std::uint16_t index : kept) {
        const Customer& customer = draft.customer(index);
        const bool may = customer.begin < -40 && customer.standing == Standing::kPaying &&
                         find_member(draft, customer, false) != kNobody;
        if (!may) continue;
        const int day = lost % 2 == 0 ? random.between(3, 27) : random.between(276, 297);
        lose(draft, index, day, false, random);
        if (++lost == kChampionsExtra) return;
    }
    TF_CHECK(false && "too few customers with two champions");
}

/// A champion who left begins at another customer.
void move_to(Draft& draft, ChampionLoss& loss, std::uint16_t index, int day, Random& random) {
    const Customer& customer = draft.customer(index);
    Membership member;
    member.person = draft.members[loss.membership].person;
    member.customer = index;
    member.part = Part::kChampion;
    member.fixed = true;
    member.joined = day;
    member.first_day = day;
    const int latest = std::min(customer.last_use, kIdleLast);
    member.last_day = outside_week(draft.year, day + 2, latest, random);
    member.force(member.last_day);
    loss.taken = true;
    draft.members.push_back(member);
}

/// Customers that begin to pay within 180 days of the leaving, after the champion came.
void move_to_payers(Draft& draft, std::vector<ChampionLoss*>& losses, Random& random) {
    Indexes payers;
    for (std::size_t i = 0; i < draft.customers.size(); ++i) {
        const Customer& customer = draft.customers[i];
        const bool late =
            customer.course == Course::kLatePayer && customer.story == Story::kOrdinary;
        if (late && customer.pay_day <= kQuietMoneyFrom)
            payers.push_back(static_cast<std::uint16_t>(i));
    }
    random.shuffle(payers);
    int moved = 0;
    for (const std::uint16_t index : payers) {
        if (moved == kChampionsMovedPaid) return;
        const Customer& customer = draft.customer(index);
        const auto fits = [&](const ChampionLoss* loss) {
            return !loss->taken && loss->day >= customer.pay_day - 170 &&
                   std::max(loss->day + 3, customer.begin + 12) <= customer.pay_day - 13;
        };
        const auto loss = std::ranges::find_if(losses, fits);
        if (loss == losses.end()) continue;
        const int first = std::max((*loss)->day + 3, customer.begin + 12);
        const int day = outside_week(draft.year, first, customer.pay_day - 5, random);
        move_to(draft, **loss, index, day, random);
        ++moved;
    }
    TF_CHECK(moved == kChampionsMovedPaid);
}

void move_to_others(Draft& draft, std::vector<ChampionLoss*>& losses, Random& random) {
    Indexes older;
    for (std::size_t i = 0; i < draft.customers.size(); ++i) {
        const Customer& customer = draft.customers[i];
        const bool plain = customer.course == Course::kOlderPaying &&
                           customer.story == Story::kOrdinary && customer.return_day == kNever;
        if (plain) older.push_back(static_cast<std::uint16_t>(i));
    }
    int moved = 0;
    for (ChampionLoss* loss : losses) {
        if (moved == kChampionsMoved - kChampionsMovedPaid) return;
        if (loss->taken) continue;
        const std::uint16_t index = random.pick(older);
        if (index == loss->customer) continue;
        const int day = outside_week(draft.year, loss->day + 5, loss->day + 25, random);
        move_to(draft, *loss, index, day, random);
        ++moved;
    }
    TF_CHECK(moved == kChampionsMoved - kChampionsMovedPaid);
}

}  // namespace

void claim_champions(Draft& draft) {
    Random random = draft.random("champions gone");
    Indexes silent;
    Indexes plain;
    for (std::size_t i = 0; i < draft.customers.size(); ++i) {
        Customer& customer = draft.customers[i];
        const bool older = customer.course == Course::kOlderPaying;
        const auto index = static_cast<std::uint16_t>(i);
        if (older && customer.story == Story::kSilentShort) silent.push_back(index);
        if (older && customer.group == MoneyGroup::kRest && customer.story == Story::kOrdinary) {
            plain.push_back(index);
        }
    }
    random.shuffle(silent);
    random.shuffle(plain);
    for (std::size_t i = 0; i < kChampionGoneNowSilent; ++i)
        draft.gone_now.push_back(silent[i]);
    for (std::size_t i = 0; i < kChampionGoneNow - kChampionGoneNowSilent; ++i) {
        draft.customer(plain[i]).group = MoneyGroup::kChampionGone;
        draft.gone_now.push_back(plain[i]);
    }
}

void place_champions(Draft& draft) {
    Random random = draft.random("champions");
    for (const std::uint16_t index : draft.gone_now) {
        const Customer& customer = draft.customer(index);
        // Where use ends at once, it is with the champion.
        const bool silent = customer.story == Story::kSilentShort;
        const int day = silent ? customer.last_use : random.between(kLastDay - 56, kLastDay - 8);
        lose(draft, index, day, true, random);
    }
    Candidates candidates = find_candidates(draft, random);
    lose_in_months(draft, candidates, random);
    TF_CHECK(candidates.left.size() >= kChampionsKeptChurned &&
             candidates.paying.size() >= kChampionsKept - kChampionsKeptChurned);
    candidates.left.resize(kChampionsKeptChurned);
    candidates.paying.resize(kChampionsKept - kChampionsKeptChurned);
    for (const std::uint16_t index : candidates.left)
        keep(draft, index, random);
    for (const std::uint16_t index : candidates.paying)
        keep(draft, index, random);
    lose_one_of_two(draft, candidates.paying, random);

    std::vector<ChampionLoss*> losses;
    for (ChampionLoss& loss : draft.losses) {
        if (loss.day < kLastDay - 100) losses.push_back(&loss);
    }
    random.shuffle(losses);
    move_to_payers(draft, losses, random);
    move_to_others(draft, losses, random);
}

}  // namespace twofold::demo
