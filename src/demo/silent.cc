// SPDX-License-Identifier: Apache-2.0
//
// Truths 1, 2 and 8: customers that pay and are not used, that only get automatic mail, and that
// pay for many more seats than they use.
#include "base/check.h"
#include "demo/stages.h"

namespace twofold::demo {
namespace {

/// Half of them paid before the year, half began in it. Of those only early ones may be picked, so
/// that there was a time in which the product was used.
constexpr int kPaidBy = 150;

std::vector<std::uint16_t> candidates(const Draft& draft, bool older) {
    std::vector<std::uint16_t> found;
    for (std::size_t i = 0; i < draft.customers.size(); ++i) {
        const Customer& customer = draft.customers[i];
        if (customer.standing != Standing::kPaying || customer.story != Story::kOrdinary) continue;
        if (customer.course == Course::kNeverUser || customer.older() != older) continue;
        if (!older && customer.pay_day > kPaidBy) continue;
        found.push_back(static_cast<std::uint16_t>(i));
    }
    return found;
}

struct Silence {
    Story story;
    MoneyGroup group;
    int count;
    int first;  ///< last_use lies in [first, last]
    int last;
};

void silence(Draft& draft, Random& random, const Silence& silence,
             std::vector<std::uint16_t>& list) {
    std::vector<std::uint16_t> older = candidates(draft, true);
    std::vector<std::uint16_t> newer = candidates(draft, false);
    random.shuffle(older);
    random.shuffle(newer);
    for (int i = 0; i < silence.count; ++i) {
        std::vector<std::uint16_t>& from = i % 2 == 0 ? older : newer;
        const std::uint16_t index = from.back();
        from.pop_back();
        Customer& customer = draft.customer(index);
        customer.story = silence.story;
        customer.group = silence.group;
        customer.last_use = random.between(silence.first, silence.last);
        customer.names_itself = false;
        list.push_back(index);
    }
}

}  // namespace

void claim_silent(Draft& draft) {
    Random random = draft.random("silent");
    for (std::size_t i = 0; i < draft.customers.size(); ++i) {
        Customer& customer = draft.customers[i];
        if (customer.course != Course::kNeverUser) continue;
        customer.group = MoneyGroup::kSilentOnes;
        draft.silent.push_back(static_cast<std::uint16_t>(i));
    }
    TF_CHECK(draft.silent.size() == kSilentNeverUser);
    silence(
        draft, random,
        {Story::kSilentShort, MoneyGroup::kSilentOnes, kSilentTwoMonths, kLastDay - 57, kIdleLast},
        draft.silent);
    silence(
        draft, random,
        {Story::kSilentLong, MoneyGroup::kSilentOnes, kSilentLonger, kPaidBy + 15, kLastDay - 64},
        draft.silent);
    silence(
        draft, random,
        {Story::kMailOnly, MoneyGroup::kMailOnlyOnes, kAutomaticOnly, kLastDay - 90, kLastDay - 36},
        draft.automatic);
    for (const std::uint16_t index : draft.automatic)
        draft.customer(index).digests = true;
}

void claim_ghosts(Draft& draft) {
    Random random = draft.random("ghosts");
    std::vector<std::uint16_t> older = candidates(draft, true);
    random.shuffle(older);
    for (int i = 0; i < kGhosts; ++i) {
        Customer& customer = draft.customer(older[static_cast<std::size_t>(i)]);
        customer.story = Story::kGhost;
        customer.group = MoneyGroup::kGhostOnes;
        draft.ghosts.push_back(older[static_cast<std::size_t>(i)]);
    }
}

}  // namespace twofold::demo
