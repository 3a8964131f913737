// SPDX-License-Identifier: Apache-2.0
//
// Lifts and lowers: from a customer to its users and from a user to its customers. Both are laid
// out as pairs, the condition is judged for all pairs at once, and what holds is counted by owner.
#include <algorithm>

#include "engine/event_customers.h"
#include "engine/judge.h"
#include "engine/point_condition.h"

namespace twofold::engine {
namespace {

using kernel::BitSet;

/// How many of an owner's pairs there are, and how many hold. Relations of one pair count once.
struct Tally {
    std::uint32_t pairs = 0;
    std::uint32_t held = 0;
};

std::vector<Tally> tally(const Judge::Pairs& pairs, const BitSet& held, std::uint32_t owners) {
    std::vector<Tally> tallies(owners);
    for (std::uint32_t i = 0; i < pairs.owners.size();) {
        bool any = false;
        std::uint32_t next = i;
        for (; next < pairs.owners.size() && pairs.owners[next] == pairs.owners[i] &&
               pairs.points.edges[next] == pairs.points.edges[i];
             ++next) {
            any |= held.test(next);
        }
        Tally& owner = tallies[pairs.owners[i]];
        ++owner.pairs;
        owner.held += any ? 1 : 0;
        i = next;
    }
    return tallies;
}

bool decide(const Tally& tally, ask::Quantifier quantifier, std::int64_t count, double percent) {
    switch (quantifier) {
        case ask::Quantifier::kAny:
            return tally.held > 0;
        case ask::Quantifier::kEvery:
            return tally.pairs > 0 && tally.held == tally.pairs;
        case ask::Quantifier::kNo:
            return tally.held == 0;
        case ask::Quantifier::kAtLeastCount:
            return tally.pairs > 0 && std::int64_t{tally.held} >= count;
        case ask::Quantifier::kAtLeastShare:
            // Counts and percentages are small: both products are exact.
            return tally.pairs > 0 && tally.held * 100.0 >= percent * tally.pairs;
    }
    return false;
}

/// Adds one pair to `pairs`, or one point for each of its relations.
struct PairWriter {
    const FactReader& facts;
    const Roles& roles;
    bool by_relation;
    Look look;
    Judge::Pairs& pairs;
    std::vector<frame::RelationInterval> relations;

    void push(const Points& from, std::uint32_t owner, std::uint32_t user, std::uint32_t customer,
              std::uint32_t edge) {
        pairs.owners.push_back(owner);
        pairs.points.users.push_back(user);
        pairs.points.customers.push_back(customer);
        pairs.points.edges.push_back(edge);
        if (!from.one_moment()) pairs.points.moments.push_back(from.moment(owner));
    }

    /// `given`: the pair is there without a relation in a role that counts.
    void add(const Points& from, std::uint32_t owner, std::uint32_t user, std::uint32_t customer,
             std::uint32_t edge, bool given) {
        if (given && roles.only.empty() && !by_relation) {
            push(from, owner, user, customer, edge);
            return;
        }
        // Who is not inside counts only in a role that is named.
        if (!given && roles.only.empty() && roles.named.empty()) return;
        facts.relations(user, customer, from.moment(owner), roles, relations, look);
        if (relations.empty() && given && roles.only.empty()) {
            relations.push_back({});
            relations.back().role = frame::kNoRole;
        }
        if (!by_relation) {
            if (!relations.empty()) push(from, owner, user, customer, edge);
            return;
        }
        for (const frame::RelationInterval& relation : relations) {
            push(from, owner, user, customer, edge);
            pairs.points.relations.push_back(relation);
        }
    }
};

Judge::Pairs empty_pairs(const Points& from) {
    Judge::Pairs pairs;
    pairs.points.side = Points::Side::kPairs;
    if (from.one_moment()) pairs.points.moments = from.moments;
    return pairs;
}

}  // namespace

Result<Judge::Pairs> Judge::users_of(const Points& points, const Roles& roles, bool by_relation,
                                     bool ever) const {
    Pairs pairs = empty_pairs(points);
    PairWriter writer{facts_, roles, by_relation, Look::kAtTheMoment, pairs, {}};
    TF_TRY(run_.for_each(points.size(), [&](std::size_t at) {
        const auto owner = static_cast<std::uint32_t>(at);
        const std::uint32_t customer = points.customers[owner];
        if (customer == kNobody) return;
        const auto edges = frames().edges_of(model::CustomerOrdinal{customer});
        if (edges.empty()) return;
        const std::uint32_t first = frames().first_edge(model::CustomerOrdinal{customer});
        const plan::Moment& moment = points.moment(owner);
        for (std::uint32_t i = 0; i < edges.size(); ++i) {
            const bool inside = ever ? facts_.ever_inside(edges, i, moment)
                                     : facts_.inside(edges, i, moment, Look::kAtTheMoment);
            writer.add(points, owner, model::index(edges.user(i)), customer, first + i, inside);
        }
    }));
    return pairs;
}

Result<Judge::Pairs> Judge::customers_of(const Points& points, const Roles& roles,
                                         bool by_relation) const {
    if (!points.acting.empty()) return customers_of_events(points, roles, by_relation);
    Pairs pairs = empty_pairs(points);
    PairWriter writer{facts_, roles, by_relation, Look::kAsAsked, pairs, {}};
    TF_TRY(run_.for_each(points.size(), [&](std::size_t at) {
        const auto owner = static_cast<std::uint32_t>(at);
        const std::uint32_t user = points.users[owner];
        if (user == kNobody) return;
        const auto of_user = frames().edges_of(model::UserOrdinal{user});
        for (std::uint32_t i = 0; i < of_user.size(); ++i) {
            const model::CustomerOrdinal customer = of_user.customer(i);
            const auto edges = frames().edges_of(customer);
            const std::uint32_t place = edges.find(model::UserOrdinal{user});
            if (place >= edges.size()) continue;
            writer.add(points, owner, user, model::index(customer),
                       frames().first_edge(customer) + place,
                       facts_.inside(edges, place, points.moment(owner)));
        }
    }));
    return pairs;
}

Result<Judge::Pairs> Judge::customers_of_events(const Points& points, const Roles& roles,
                                                bool by_relation) const {
    Pairs pairs = empty_pairs(points);
    PairWriter writer{facts_, roles, by_relation, Look::kAsAsked, pairs, {}};
    const EventCustomers belonging(run_);
    std::vector<std::uint32_t> customers;
    TF_TRY(run_.for_each(points.size(), [&](std::size_t at) {
        const auto owner = static_cast<std::uint32_t>(at);
        const std::uint32_t user = points.users[owner];
        belonging.of(user, points.acting[owner], points.moment(owner).instant(), customers);
        for (const std::uint32_t customer : customers) {
            const auto edges = frames().edges_of(model::CustomerOrdinal{customer});
            const std::uint32_t place = edges.find(model::UserOrdinal{user});
            const std::uint32_t edge =
                place < edges.size() ? frames().first_edge(model::CustomerOrdinal{customer}) + place
                                     : kNobody;
            writer.add(points, owner, user, customer, edge, true);
        }
    }));
    return pairs;
}

Result<BitSet> Judge::lift_holds(const plan::Lift& lift, const Points& points) {
    const bool by_relation = lift.condition && speaks_of_relation(*lift.condition);
    TF_ASSIGN(const Pairs pairs,
              users_of(points, {.only = lift.roles, .named = {}}, by_relation, lift.ever_related));
    BitSet held(pairs.points.size(), true);
    if (lift.condition) {
        TF_ASSIGN(held, holds(*lift.condition, pairs.points));
    }
    const std::vector<Tally> tallies = tally(pairs, held, points.size());
    BitSet result(points.size());
    for (std::uint32_t i = 0; i < points.size(); ++i) {
        // A lift speaks of a customer: where there is none, nothing holds.
        result.assign(i, points.customers[i] != kNobody &&
                             decide(tallies[i], lift.quantifier, lift.count, lift.percent));
    }
    return result;
}

Result<BitSet> Judge::lower_holds(const plan::Lower& lower, const Points& points) {
    Roles roles{.only = lower.roles, .named = {}};
    if (lower.bare) roles.named = named_roles(*lower.condition);
    const bool by_relation = lower.condition && speaks_of_relation(*lower.condition);
    TF_ASSIGN(const Pairs pairs, customers_of(points, roles, by_relation));
    BitSet held(pairs.points.size(), true);
    if (lower.condition) {
        TF_ASSIGN(held, holds(*lower.condition, pairs.points));
    }
    const std::vector<Tally> tallies = tally(pairs, held, points.size());
    BitSet result(points.size());
    BitSet without(points.size());
    for (std::uint32_t i = 0; i < points.size(); ++i) {
        result.assign(i, decide(tallies[i], lower.quantifier, 0, 0));
        without.assign(i, tallies[i].pairs == 0);
    }
    if (!lower.bare || without.none()) return result;
    // Without customers every customer.x is missing: ask the condition that.
    Points nobody = points.pick(without);
    nobody.side = Points::Side::kPairs;
    nobody.customers.assign(nobody.users.size(), kNobody);
    nobody.edges.assign(nobody.users.size(), kNobody);
    nobody.relations.clear();
    nobody.acting.clear();
    TF_ASSIGN(const BitSet missing, holds(*lower.condition, nobody));
    std::uint32_t next = 0;
    without.each([&](std::uint32_t i) { result.assign(i, missing.test(next++)); });
    return result;
}

}  // namespace twofold::engine
