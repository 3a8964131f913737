// SPDX-License-Identifier: Apache-2.0
#include "engine/judge.h"

#include <algorithm>
#include <variant>

#include "engine/point_condition.h"
#include "engine/value_math.h"

namespace twofold::engine {
namespace {

using kernel::BitSet;
using model::Value;

/// What is asked first: facts cost nothing, relations little, events much.
int cost_of(const plan::Condition& condition) {
    const plan::Mentions found = plan::mentions(condition);
    if (found.behaviour) return 3;
    if (found.lift) return 2;
    return found.lower ? 1 : 0;
}

std::vector<const plan::Condition*> cheapest_first(const std::vector<plan::Condition>& parts) {
    std::vector<const plan::Condition*> order;
    for (const plan::Condition& part : parts)
        order.push_back(&part);
    std::ranges::stable_sort(order, {}, [](const plan::Condition* part) { return cost_of(*part); });
    return order;
}

/// Sets in `all` what `picked` says of those set in `among`.
void put_back(const BitSet& among, const BitSet& picked, BitSet& all) {
    std::uint32_t next = 0;
    among.each([&](std::uint32_t i) { all.assign(i, picked.test(next++)); });
}

}  // namespace

/// What `test` says of each point.
template <typename Test>
Result<BitSet> Judge::each_holds(const Points& points, const Test& test) const {
    BitSet held(points.size());
    TF_TRY(run_.for_each(points.size(), [&](std::size_t at) {
        const auto i = static_cast<std::uint32_t>(at);
        held.assign(i, test(i));
    }));
    return held;
}

At Judge::at(const Points& points, std::uint32_t i) const {
    At at;
    if (!points.users.empty()) at.user = points.users[i];
    if (!points.customers.empty()) at.customer = points.customers[i];
    if (!points.relations.empty()) at.relation = &points.relations[i];
    at.moment = points.moment(i);
    return at;
}

Result<BitSet> Judge::holds(const plan::Condition& condition, const Points& points) {
    if (points.size() == 0) return BitSet(0);
    if (const auto* all = std::get_if<plan::All>(&condition.node)) {
        return all_hold(all->parts, points);
    }
    if (const auto* any = std::get_if<plan::Any>(&condition.node)) {
        return any_holds(any->parts, points);
    }
    if (const auto* inverted = std::get_if<plan::Not>(&condition.node)) {
        TF_ASSIGN(BitSet held, holds(*inverted->part, points));
        held.flip();
        return held;
    }
    if (const auto* test = std::get_if<plan::FactTest>(&condition.node)) {
        return test_holds(*test, points);
    }
    if (const auto* compare = std::get_if<plan::Compare>(&condition.node)) {
        return compare_holds(*compare, points);
    }
    if (const auto* near = std::get_if<plan::NearMoment>(&condition.node)) {
        return near_holds(*near, points);
    }
    if (const auto* did = std::get_if<plan::Did>(&condition.node)) return did_holds(*did, points);
    if (const auto* chain = std::get_if<plan::Chain>(&condition.node)) {
        return behaviour_.chain(*chain, points);
    }
    if (const auto* lift = std::get_if<plan::Lift>(&condition.node)) {
        return lift_holds(*lift, points);
    }
    if (const auto* lower = std::get_if<plan::Lower>(&condition.node)) {
        return lower_holds(*lower, points);
    }
    // A role, a relation.
    return each_holds(
        points, [&](std::uint32_t i) { return facts_hold(facts_, condition, at(points, i)); });
}

Result<BitSet> Judge::all_hold(const std::vector<plan::Condition>& parts, const Points& points) {
    BitSet alive(points.size(), true);
    for (const plan::Condition* part : cheapest_first(parts)) {
        TF_TRY(run_.check_cancelled());
        if (alive.none()) break;
        const bool everybody = alive.count() == points.size();
        TF_ASSIGN(const BitSet held,
                  everybody ? holds(*part, points) : holds(*part, points.pick(alive)));
        const BitSet among = alive;
        put_back(among, held, alive);
    }
    return alive;
}

Result<BitSet> Judge::any_holds(const std::vector<plan::Condition>& parts, const Points& points) {
    BitSet result(points.size());
    for (const plan::Condition* part : cheapest_first(parts)) {
        TF_TRY(run_.check_cancelled());
        BitSet open = result;
        open.flip();
        if (open.none()) break;
        TF_ASSIGN(const BitSet held, holds(*part, points.pick(open)));
        put_back(open, held, result);
    }
    return result;
}

Result<BitSet> Judge::trait_holds(const plan::FactTest& test, const frame::TraitColumn* column,
                                  const Points& points) const {
    const bool missing = test.test.accepts_missing();
    // Decided once per value, when first met: a trait may have more values than there are points.
    constexpr std::uint8_t kUnknown = 2;
    std::vector<std::uint8_t> known(column == nullptr ? 1 : column->code_count(), kUnknown);
    known[0] = missing ? 1 : 0;
    return each_holds(points, [&](std::uint32_t i) {
        const std::uint32_t user = points.users[i];
        const std::uint32_t code = column == nullptr || user == kNobody
                                       ? 0
                                       : column->code_at(model::UserOrdinal{user}, run_.plan().at);
        if (known[code] == kUnknown) known[code] = test.test.accepts(column->value(code)) ? 1 : 0;
        return known[code] == 1;
    });
}

Result<BitSet> Judge::test_holds(const plan::FactTest& test, const Points& points) {
    const auto* fact = std::get_if<plan::Fact>(&test.left.node);
    if (fact != nullptr && fact->about == plan::About::kUser &&
        fact->kind == plan::FactKind::kSent) {
        return trait_holds(test, frames().user_trait(fact->name), points);
    }
    TF_ASSIGN(const std::vector<Value> left, values(test.left, points));
    const plan::Meaning meaning = test.left.meaning();
    const double scale = facts_.money_scale();
    return each_holds(points, [&](std::uint32_t i) {
        return test.test.accepts(comparable(left[i], meaning, scale));
    });
}

Result<BitSet> Judge::compare_holds(const plan::Compare& compare, const Points& points) {
    TF_ASSIGN(const std::vector<Value> left, values(compare.left, points));
    TF_ASSIGN(const std::vector<Value> right, values(compare.right, points));
    const double scale = facts_.money_scale();
    return each_holds(points, [&](std::uint32_t i) {
        return plan::compare_values(comparable(left[i], compare.left.meaning(), scale), compare.op,
                                    comparable(right[i], compare.right.meaning(), scale));
    });
}

Result<BitSet> Judge::near_holds(const plan::NearMoment& near, const Points& points) {
    TF_ASSIGN(const std::vector<Value> left, values(near.left, points));
    return each_holds(points, [&](std::uint32_t i) {
        const plan::Moment& moment = points.moment(i);
        const TimeMs from = near.next ? moment.nominal : moment.nominal - near.duration;
        const TimeMs to = near.next ? moment.nominal + near.duration : moment.before;
        return plan::ValueTest::time_within(from, to).accepts(left[i]);
    });
}

Result<BitSet> Judge::did_holds(const plan::Did& did, const Points& points) {
    TF_ASSIGN(const std::vector<std::int64_t> counts,
              behaviour_.counts(did.selector, did.window, did.about, points));
    return each_holds(points, [&](std::uint32_t i) {
        return counts[i] >= did.at_least && counts[i] <= did.at_most;
    });
}

bool Judge::seen_by_directory(const plan::Fact& fact, const Points& points) const {
    if (!run_.world().settings->automatic_events.empty()) return false;
    if (fact.kind == plan::FactKind::kUserFirstSeen) return true;
    // The directory knows the last time of all, not the last before an earlier moment.
    for (std::uint32_t i = 0; i < points.size(); ++i) {
        const std::uint32_t user = points.users[i];
        if (user == kNobody) continue;
        const directory::Seen seen = frames().directory().seen(model::UserOrdinal{user});
        const TimeMs before = points.moment(i).before;
        if (seen.last_use >= before && seen.first_use < before) return false;
    }
    return true;
}

Result<std::vector<Value>> Judge::values(const plan::Expression& expression, const Points& points) {
    if (const auto* measure = std::get_if<plan::Measure>(&expression.node)) {
        return behaviour_.numbers(*measure, points);
    }
    if (const auto* fact = std::get_if<plan::Fact>(&expression.node)) {
        const bool user_seen = fact->kind == plan::FactKind::kUserFirstSeen ||
                               fact->kind == plan::FactKind::kUserLastSeen;
        if (fact->needs_events() || (user_seen && !seen_by_directory(*fact, points))) {
            return behaviour_.seen(*fact, points);
        }
    }
    std::vector<Value> values(points.size());
    if (const auto* node = std::get_if<plan::Arithmetic>(&expression.node)) {
        TF_ASSIGN(const std::vector<Value> left, this->values(*node->left, points));
        TF_ASSIGN(const std::vector<Value> right, this->values(*node->right, points));
        const double scale = facts_.money_scale();
        TF_TRY(run_.for_each(points.size(), [&](std::size_t i) {
            values[i] = arithmetic(node->op, left[i], node->left->meaning(), right[i],
                                   node->right->meaning(), scale);
        }));
        return values;
    }
    TF_TRY(run_.for_each(points.size(), [&](std::size_t i) {
        values[i] = facts_value(facts_, expression, at(points, static_cast<std::uint32_t>(i)));
    }));
    return values;
}

Result<std::shared_ptr<const BitSet>> Judge::everyone(const plan::Condition& condition,
                                                      Points::Side side) {
    const auto known =
        std::ranges::find(everyone_, &condition, [](const auto& one) { return one.first; });
    if (known != everyone_.end()) return known->second;
    Points points;
    points.side = side;
    points.moments = {run_.plan().moment};
    const bool users = side == Points::Side::kUsers;
    auto& ordinals = users ? points.users : points.customers;
    TF_ASSIGN(ordinals, users ? users_existing(run_, run_.plan().at, false)
                              : customers_existed(run_, run_.plan().at));
    TF_ASSIGN(const BitSet held, holds(condition, points));
    auto bits = std::make_shared<BitSet>(users ? frames().user_count() : frames().customer_count());
    held.each([&](std::uint32_t i) { bits->set(ordinals[i]); });
    everyone_.emplace_back(&condition, bits);
    return std::shared_ptr<const BitSet>(std::move(bits));
}

}  // namespace twofold::engine
