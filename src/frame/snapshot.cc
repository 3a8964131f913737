// SPDX-License-Identifier: Apache-2.0
#include "frame/snapshot.h"

#include <algorithm>

#include "base/check.h"
#include "frame/customer_facts.h"
#include "frame/derive_relations.h"
#include "frame/roll_up.h"

namespace twofold::frame {

using model::CustomerOrdinal;
using model::UserOrdinal;

Snapshot::Snapshot()
    : directory_(std::make_shared<const directory::View>()),
      roles_(std::make_shared<const std::vector<Role>>()),
      customer_trait_names_(std::make_shared<const std::vector<std::string>>()) {
    relation_rules_.roles = roles_.get();
    edges_.edges_before.assign(1, 0);
}
Snapshot::~Snapshot() = default;
Snapshot::Snapshot(const Snapshot&) = default;

CustomerOrdinal Snapshot::rolled_root(CustomerOrdinal customer, TimeMs time) const noexcept {
    return rolled_up_->roots.of(customer, time);
}

const RolledDates* Snapshot::rolled_dates(CustomerOrdinal customer) const noexcept {
    if (rolled_up_ == nullptr) return nullptr;
    const auto found = rolled_up_->dates.find(model::index(customer));
    return found == rolled_up_->dates.end() ? nullptr : &found->second;
}

TimeMs Snapshot::exists_from(UserOrdinal user) const noexcept {
    if (model::index(user) >= user_count() || canonical(user) != user) return kEndOfTime;
    TimeMs from = directory_->seen(user).first_fact;
    const UserEdges edges = edges_of(user);
    for (std::uint32_t i = 0; i < edges.size(); ++i) {
        for (const RelationInterval& relation : edges[i].relations) {
            from = std::min(from, relation.since);
        }
    }
    return from;
}

TimeMs Snapshot::exists_from(CustomerOrdinal customer) const noexcept {
    if (model::index(customer) >= customer_count() || canonical(customer) != customer) {
        return kEndOfTime;
    }
    if (const auto* dates = rolled_dates(customer); dates != nullptr) return dates->exists_from;
    const TimeMs from = exists_by_itself(customer);
    const CustomerEdgesBlock* block = block_of(customer);
    return block == nullptr ? from : std::min(from, block->first);
}

TimeMs Snapshot::exists_by_itself(CustomerOrdinal customer) const noexcept {
    const TimeMs from = directory_->seen(customer).first_fact;
    const CustomerFacts* known = facts(customer);
    return known == nullptr ? from : std::min(from, known->money.first_fact);
}

std::optional<RoleCode> Snapshot::role(std::string_view name) const noexcept {
    const auto at = std::ranges::find(*roles_, name, &Role::name);
    if (at == roles_->end()) return std::nullopt;
    return static_cast<RoleCode>(at - roles_->begin());
}

UserEdges Snapshot::edges_of(UserOrdinal user) const noexcept {
    const auto* chunk = chunk_at(edges_.users, model::index(user) / kEdgeChunk);
    return chunk == nullptr ? UserEdges() : chunk->of(model::index(user) % kEdgeChunk);
}

const CustomerEdgesBlock* Snapshot::block_of(CustomerOrdinal customer) const noexcept {
    const auto* chunk = chunk_at(edges_.customers, model::index(customer) / kEdgeChunk);
    return chunk == nullptr ? nullptr : chunk->blocks[model::index(customer) % kEdgeChunk].get();
}

CustomerEdges Snapshot::edges_of(CustomerOrdinal customer) const noexcept {
    return {customer, block_of(customer)};
}

std::uint32_t Snapshot::first_edge(CustomerOrdinal customer) const noexcept {
    const std::size_t number = model::index(customer) / kEdgeChunk;
    if (number >= edges_.customers.size()) return edge_count();
    const auto* chunk = edges_.customers[number].get();
    const std::uint32_t within =
        chunk == nullptr ? 0 : chunk->edges_before[model::index(customer) % kEdgeChunk];
    return edges_.edges_before[number] + within;
}

CustomerOrdinal Snapshot::customer_of(std::uint32_t edge) const noexcept {
    TF_CHECK(edge < edge_count());
    // The last chunk, and in it the last customer, that begins at or before the edge.
    const auto& before = edges_.edges_before;
    const auto number =
        static_cast<std::size_t>(std::ranges::upper_bound(before, edge) - before.begin() - 1);
    const auto& within = edges_.customers[number]->edges_before;
    const auto i = std::ranges::upper_bound(within, edge - before[number]) - within.begin() - 1;
    return CustomerOrdinal{static_cast<std::uint32_t>(number * kEdgeChunk) +
                           static_cast<std::uint32_t>(i)};
}

TimeMs Snapshot::settled_from(UserOrdinal user) const noexcept {
    const auto* chunk = chunk_at(edges_.users, model::index(user) / kEdgeChunk);
    return chunk == nullptr ? kBeginningOfTime
                            : chunk->settled_from[model::index(user) % kEdgeChunk];
}

std::span<const RelationInterval> Snapshot::relations(
    UserOrdinal user, std::uint32_t i, TimeMs at, std::vector<RelationInterval>& scratch) const {
    const UserEdge edge = edges_of(user)[i];
    const auto known = [at](const RelationInterval& relation) { return relation.since <= at; };
    if (at >= settled_from(user)) {
        if (std::ranges::all_of(edge.relations, known)) return edge.relations;
        scratch.assign(edge.relations.begin(), edge.relations.end());
    } else {
        scratch.clear();
        RelationFacts facts;
        RelationDeriver deriver;
        gather_facts(edges_, *directory_, user, facts);
        const TimeMs first_event = directory_->seen(user).first_event;
        auto derived = deriver.derive(facts, first_event, relation_rules_, at);
        std::vector<DerivedEdge> rolled;
        if (rolled_up_ != nullptr) derived = rolled = roll_up(derived, rolled_up_->roots, *roles_);
        for (const DerivedEdge& one : derived) {
            if (one.customer == model::index(edge.customer)) scratch = one.relations;
        }
    }
    std::erase_if(scratch, [&](const RelationInterval& relation) { return !known(relation); });
    return scratch;
}

std::string_view Snapshot::source_of(const RelationInterval& relation) const noexcept {
    if (relation.source != RelationSource::kRule || rule_sources_ == nullptr ||
        relation.rule >= rule_sources_->size()) {
        return name_of(relation.source);
    }
    return (*rule_sources_)[relation.rule];
}

std::int64_t Snapshot::acting_days(UserOrdinal user, CustomerOrdinal customer, TimeMs at) const {
    RelationFacts facts;
    gather_facts(edges_, *directory_, user, facts);
    TimeMs from = kBeginningOfTime;
    for (const StatedFact& fact : facts.stated) {
        if (fact.customer == model::index(customer)) from = std::max(from, fact.until);
    }
    std::int64_t days = 0;
    std::int64_t last = 0;
    for (const ActFact& act : facts.acts) {
        const bool counts = act.customer == model::index(customer) &&
                            act.source == RelationSource::kNaming && act.time >= from &&
                            act.time <= at;
        if (!counts || (days > 0 && act.time / kDayMs == last)) continue;
        last = act.time / kDayMs;
        ++days;
    }
    return days;
}

std::vector<StatedInterval> Snapshot::stated(UserOrdinal user, CustomerOrdinal customer) const {
    std::vector<StatedInterval> found;
    for (const UserOrdinal member : directory_->members(user)) {
        const FactsChunk* chunk = chunk_at(edges_.facts, model::index(member) / kEdgeChunk);
        if (chunk == nullptr) continue;
        for (const StatedFact& fact : chunk->stated.of(model::index(member) % kEdgeChunk)) {
            const CustomerOrdinal named{fact.customer};
            if (directory_->canonical(named) != customer) continue;
            found.push_back({member, named, fact.role, fact.from, fact.until});
        }
    }
    std::ranges::stable_sort(
        found, {}, [](const StatedInterval& one) { return std::pair(one.role, one.from); });
    return found;
}

std::vector<std::string> Snapshot::user_traits() const {
    std::vector<std::string> names;
    for (const auto& trait : user_traits_)
        names.push_back(trait->name());
    return names;
}

const TraitColumn* Snapshot::user_trait(std::string_view name) const noexcept {
    const auto at = std::ranges::find_if(user_traits_,
                                         [&](const auto& trait) { return trait->name() == name; });
    return at == user_traits_.end() ? nullptr : at->get();
}

std::vector<std::string> Snapshot::customer_traits() const {
    std::vector<std::string> names = *customer_trait_names_;
    std::ranges::sort(names);
    return names;
}

std::optional<CustomerTraitCode> Snapshot::customer_trait(std::string_view name) const noexcept {
    const auto at = std::ranges::find(*customer_trait_names_, name);
    if (at == customer_trait_names_->end()) return std::nullopt;
    return static_cast<CustomerTraitCode>(at - customer_trait_names_->begin()) + kFirstTrait;
}

const CustomerFacts* Snapshot::facts(CustomerOrdinal customer) const noexcept {
    constexpr std::uint32_t kSize = CustomerFactsChunk::kSize;
    const auto* chunk = chunk_at(customer_facts_, model::index(customer) / kSize);
    return chunk == nullptr ? nullptr : chunk->facts[model::index(customer) % kSize].get();
}

model::Value Snapshot::trait(CustomerOrdinal customer, CustomerTraitCode trait,
                             TimeMs time) const noexcept {
    const CustomerFacts* known = facts(customer);
    return known == nullptr ? model::Value::null() : known->at(trait, time);
}

std::span<const DatedValue> Snapshot::trait_history(CustomerOrdinal customer,
                                                    CustomerTraitCode trait) const noexcept {
    const CustomerFacts* known = facts(customer);
    return known == nullptr ? std::span<const DatedValue>() : known->history(trait);
}

std::string_view Snapshot::kind(CustomerOrdinal customer, TimeMs time) const noexcept {
    return trait(customer, kKindField, time).text;
}

std::string_view Snapshot::owner(CustomerOrdinal customer, TimeMs time) const noexcept {
    return trait(customer, kOwnerField, time).text;
}

std::optional<CustomerOrdinal> Snapshot::parent(CustomerOrdinal customer,
                                                TimeMs time) const noexcept {
    const model::Value value = trait(customer, kParentField, time);
    if (value.type != model::ValueType::kInt) return std::nullopt;
    return canonical(CustomerOrdinal{static_cast<std::uint32_t>(value.integer)});
}

std::string_view Snapshot::name(CustomerOrdinal customer, TimeMs time) const noexcept {
    // What billing calls it yields to the product's own name, whichever was told last: a payer that
    // is joined to a customer does not rename it.
    for (const std::string_view own_or_billing : {"name", "billing_name"}) {
        const auto code = customer_trait(own_or_billing);
        if (!code) continue;
        const std::string_view name = trait(customer, *code, time).text;
        if (!name.empty()) return name;
    }
    return directory_->id(customer);
}

const money::CustomerMoney& Snapshot::money(CustomerOrdinal customer) const noexcept {
    static const money::CustomerMoney kNothing;
    const CustomerFacts* known = facts(customer);
    return known == nullptr ? kNothing : known->money;
}

std::vector<TimeMs> Snapshot::changes(CustomerOrdinal customer) const {
    std::vector<TimeMs> times{free_since(customer)};
    if (const CustomerFacts* known = facts(customer); known != nullptr) {
        for (const DatedValue& value : known->values)
            times.push_back(value.time);
        for (const money::Step& step : known->money.steps)
            times.push_back(step.from);
        for (const money::RevenuePoint& point : known->money.revenue)
            times.push_back(point.time);
    }
    std::ranges::sort(times);
    times.erase(std::ranges::unique(times).begin(), times.end());
    return times;
}

TimeMs Snapshot::free_since(CustomerOrdinal customer) const noexcept {
    if (model::index(customer) >= customer_count() || canonical(customer) != customer) {
        return kEndOfTime;
    }
    if (const auto* dates = rolled_dates(customer); dates != nullptr) return dates->free_since;
    const TimeMs first_event = directory_->seen(customer).first_event;
    const CustomerEdgesBlock* block = block_of(customer);
    return block == nullptr ? first_event : std::min(first_event, block->first_inside);
}

std::string_view Snapshot::plan(CustomerOrdinal customer, TimeMs time) const noexcept {
    const money::CustomerMoney& paid = money(customer);
    if (const money::Step& step = paid.at(time); step.subscribed) return paid.text(step.plan);
    const auto code = customer_trait("plan");
    return code ? trait(customer, *code, time).text : std::string_view();
}

}  // namespace twofold::frame
