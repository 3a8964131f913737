// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <functional>

#include "base/check.h"
#include "demo/stages.h"

namespace twofold::demo {
namespace {

// The people who are active, by what their customer is (constants.h has the sums).
constexpr int kActiveTrial = 480;
constexpr int kActiveBusy = 322;
constexpr int kActiveFreeCustomers = 375;  ///< Free ones with active people, the busy ones aside.
constexpr int kActiveFree = kActivePerCustomerSum - kSeatsUsed - kActiveTrial - kActiveBusy;
/// People of customers who are not active: what is left of the known users. The freelancers of
/// silent customers are active elsewhere and counted there.
constexpr int kIdle = kUsersKnown - kActivePeople - kBuyersWithoutEvent - kGuestsOnly -
                      kUsersUnattached + kSilentGuests + kSilentConsultants;

/// A number that each of some customers gets, between bounds.
struct Share {
    int* number;
    int wish;
    int low;
    int high;
};

/// Near the wishes, within the bounds, with exactly that sum.
void share_out(std::vector<Share>& shares, int total, Random& random) {
    std::int64_t wishes = 0;
    for (const Share& share : shares)
        wishes += share.wish;
    std::int64_t sum = 0;
    std::int64_t low = 0;
    std::int64_t high = 0;
    for (Share& share : shares) {
        const auto scaled = static_cast<int>(std::int64_t{share.wish} * total / wishes);
        *share.number = std::clamp(scaled, share.low, share.high);
        sum += *share.number;
        low += share.low;
        high += share.high;
    }
    TF_CHECK(low <= total && total <= high);
    while (sum != total) {
        const Share& share = random.pick(shares);
        const int step = sum < total ? 1 : -1;
        const int next = *share.number + step;
        if (next < share.low || next > share.high) continue;
        *share.number = next;
        sum += step;
    }
}

using Pick = std::function<bool(const Customer&)>;

std::vector<Customer*> picked(Draft& draft, const Pick& pick) {
    std::vector<Customer*> found;
    for (Customer& customer : draft.customers) {
        if (pick(customer)) found.push_back(&customer);
    }
    return found;
}

std::vector<Customer*> of_group(Draft& draft, MoneyGroup group) {
    return picked(
        draft, [group](const Customer& c) { return c.group == group && c.story != Story::kSolo; });
}

/// Mostly small teams, some large.
int wish_seats(Random& random) {
    const int kind = random.below(100);
    if (kind < 48) return random.between(4, 12);
    if (kind < 75) return random.between(12, 32);
    if (kind < 92) return random.between(33, 85);
    return random.between(86, 240);
}

struct SeatBounds {
    int low;
    int high;
};

void share_seats(std::vector<Customer*> customers, int total, SeatBounds bounds, Random& random) {
    std::vector<Share> shares;
    for (Customer* customer : customers) {
        const int low = customer->busy_day != kNever ? std::max(bounds.low, 14) : bounds.low;
        shares.push_back({&customer->seats, wish_seats(random), low, bounds.high});
    }
    share_out(shares, total, random);
}

/// About how many seats a sum of money buys: the price of a seat is 19.50 on average.
int seats_for(std::int64_t cents) {
    return static_cast<int>((cents + 975) / 1'950);
}

void size_seats(Draft& draft, Random& random) {
    constexpr int kSeatsSilent = 760;
    constexpr int kSeatsAutomatic = 107;
    for (Customer& customer : draft.customers) {
        if (customer.story == Story::kSolo) customer.seats = 1;
    }
    // Below 50 seats, or they would have ghost seats too.
    share_seats(of_group(draft, MoneyGroup::kSilentOnes), kSeatsSilent, {5, 45}, random);
    share_seats(of_group(draft, MoneyGroup::kMailOnlyOnes), kSeatsAutomatic, {8, 30}, random);
    share_seats(of_group(draft, MoneyGroup::kGhostOnes), kGhostSeats, {60, 320}, random);
    share_seats(of_group(draft, MoneyGroup::kNewLastMonth), seats_for(kMrrNew), {5, 120}, random);
    share_seats(of_group(draft, MoneyGroup::kNewThisMonth), seats_for(kMrr - kMrrLastMonth),
                {5, 160}, random);
    int silent_gone = 0;
    for (const std::uint16_t index : draft.gone_now) {
        if (draft.customer(index).group == MoneyGroup::kSilentOnes) {
            silent_gone += draft.customer(index).seats;
        }
    }
    share_seats(of_group(draft, MoneyGroup::kChampionGone),
                seats_for(kChampionGoneNowMrr) - silent_gone, {8, 120}, random);
    share_seats(of_group(draft, MoneyGroup::kChurnedSmall), seats_for(kMrrChurn - kMrrChurnLargest),
                {10, 90}, random);
    of_group(draft, MoneyGroup::kChurnedLarge).front()->seats = 364;
    // Without a common divisor, so that any sum can be met.
    std::vector<Customer*> returned = of_group(draft, MoneyGroup::kReturned);
    returned[0]->seats = 56;
    returned[1]->seats = 57;

    int placed = 0;
    for (const Customer& customer : draft.customers) {
        if (customer.standing == Standing::kPaying) placed += customer.seats;
    }
    share_seats(of_group(draft, MoneyGroup::kRest), kSeats - placed, {4, 260}, random);
    for (Customer& customer : draft.customers) {
        const bool past = customer.standing == Standing::kPast && customer.seats == 0;
        if (past)
            customer.seats = std::max(random.between(3, 24), customer.busy_day != kNever ? 14 : 0);
        if (customer.standing == Standing::kTrial) customer.seats = random.between(4, 24);
    }
}

void size_active_payers(Draft& draft, Random& random) {
    std::vector<Share> ghosts;
    std::vector<Share> others;
    for (Customer& customer : draft.customers) {
        if (customer.standing != Standing::kPaying) continue;
        if (customer.story == Story::kSolo) customer.active = 1;
        const int seats = customer.seats;
        // Under a fifth of the seats for the ghosts, far above for everybody else.
        if (customer.story == Story::kGhost) {
            ghosts.push_back(
                {&customer.active, seats * 150, std::max(3, seats * 8 / 100), seats * 175 / 1'000});
        } else if (customer.story == Story::kOrdinary && customer.course != Course::kNeverUser) {
            others.push_back({&customer.active, seats * random.between(600, 950),
                              std::max(2, (seats * 34 + 99) / 100), seats});
        }
    }
    share_out(ghosts, kGhostPeople, random);
    share_out(others, kSeatsUsed - kGhostPeople - kSolosPaying, random);
}

void size_active_others(Draft& draft, Random& random) {
    std::vector<Share> trials;
    std::vector<Share> busy;
    std::vector<Customer*> free;
    for (Customer& customer : draft.customers) {
        if (customer.standing == Standing::kTrial) {
            trials.push_back(
                {&customer.active, random.between(2, 9), 1, std::min(12, customer.seats)});
        } else if (customer.story == Story::kBusy) {
            busy.push_back({&customer.active, random.between(11, 17), 11, 20});
        } else if (customer.standing == Standing::kFree) {
            free.push_back(&customer);
        }
    }
    share_out(trials, kActiveTrial, random);
    share_out(busy, kActiveBusy, random);
    // Those who began lately are all active; those who were busy once are not.
    random.shuffle(free);
    std::stable_sort(free.begin(), free.end(), [](const Customer* a, const Customer* b) {
        const auto rank = [](const Customer* c) {
            return c->begin > kIdleLast ? 0 : (c->busy_day == kNever ? 1 : 2);
        };
        return rank(a) < rank(b);
    });
    std::vector<Share> shares;
    for (int i = 0; i < kActiveFreeCustomers; ++i) {
        Customer& customer = *free[static_cast<std::size_t>(i)];
        shares.push_back({&customer.active, random.between(1, 7), 1, 9});
    }
    share_out(shares, kActiveFree, random);
    for (std::size_t i = kActiveFreeCustomers; i < free.size(); ++i) {
        Customer& customer = *free[i];
        const int from = customer.busy_day == kNever ? customer.begin + 8 : customer.busy_day + 3;
        customer.last_use = random.between(from, kIdleLast);
    }
}

Share idle_of(Customer& customer, Random& random) {
    int* idle = &customer.idle;
    if (customer.story == Story::kSolo) {
        const int count = customer.standing == Standing::kPaying ? 0 : 1;
        return {idle, count, count, count};
    }
    const bool nobody = customer.course == Course::kNeverUser ||
                        customer.course == Course::kGoneBefore ||
                        (customer.active > 0 && customer.begin > kIdleLast - 20);
    if (nobody) return {idle, 0, 0, 0};
    if (customer.story == Story::kGhost) {
        return {idle, customer.seats / 3, customer.seats / 6, customer.seats / 2};
    }
    const bool was_busy = customer.busy_day != kNever && customer.story != Story::kBusy;
    if (customer.standing == Standing::kPaying) {
        const bool silent = customer.active == 0;
        const int wish = silent ? customer.seats * 7 / 10 : 1 + customer.active / 5;
        const int low = silent ? 4 : (was_busy ? 13 : 3);
        return {idle, wish, std::min(low, std::max(customer.seats, 3)),
                std::max(3, customer.seats)};
    }
    if (customer.standing == Standing::kPast) {
        const int low = was_busy ? 13 : 3;
        return {idle, customer.seats * random.between(5, 9) / 10, std::max(low, 3),
                std::max(low + 1, customer.seats)};
    }
    if (was_busy) return {idle, 13, 12, 16};
    const int low = customer.active == 0 ? 1 : 0;
    return {idle, random.between(0, 3), low, 5};
}

}  // namespace

void size_customers(Draft& draft) {
    Random random = draft.random("sizes");
    size_seats(draft, random);
    size_active_payers(draft, random);
    size_active_others(draft, random);
    std::vector<Share> idle;
    for (Customer& customer : draft.customers)
        idle.push_back(idle_of(customer, random));
    share_out(idle, kIdle, random);
}

}  // namespace twofold::demo
