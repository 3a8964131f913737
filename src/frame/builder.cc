// SPDX-License-Identifier: Apache-2.0
#include "frame/builder.h"

#include <algorithm>
#include <map>
#include <utility>

#include "frame/customer_builder.h"
#include "frame/edge_builder.h"
#include "frame/trait_builder.h"

namespace twofold::frame {
namespace {

constexpr std::string_view kOtherRole = "other";

bool contains(const std::vector<std::string>& names, std::string_view name) {
    return std::ranges::find(names, name) != names.end();
}

}  // namespace

struct Builder::State {
    Rules rules;
    std::vector<Role> roles;
    std::shared_ptr<const std::vector<Role>> published_roles;
    EdgeBuilder edges;
    CustomerBuilder customers;
    std::map<std::string, TraitBuilder, std::less<>> traits;

    RoleCode role(std::string_view name);
    void name_roles();

    void add(const ledger::StatedRelation& fact) {
        edges.add(fact.user,
                  StatedFact{fact.from, fact.until, model::index(fact.customer), role(fact.role)},
                  fact.removed);
    }
    void add(const ledger::ImpliedRelation& fact) {
        const RelationSource source = fact.by == ledger::ImpliedBy::kNaming
                                          ? RelationSource::kNaming
                                          : RelationSource::kGroup;
        edges.add(fact.user,
                  ActFact{fact.time, model::index(fact.customer), role(fact.role), source});
    }
    void add(const ledger::Choice& fact) {
        edges.add(fact.user, ChoiceFact{fact.time, fact.sequence, model::index(fact.customer)});
    }
    void add(const ledger::UserTrait& fact) {
        auto at = traits.find(fact.name);
        if (at == traits.end()) {
            if (traits.size() == kTraitsMax) return;
            at = traits.emplace(std::string(fact.name), std::string(fact.name)).first;
        }
        at->second.add(fact.user, fact.value, fact.time, fact.sequence);
    }
    void add(const ledger::CustomerTrait& fact) { customers.add(fact); }
    void add(const ledger::SubscriptionSegment& fact) { customers.add(fact); }
    void add(const ledger::CustomerPayment& fact) { customers.add(fact); }
};

RoleCode Builder::State::role(std::string_view name) {
    const auto known = std::ranges::find(roles, name, &Role::name);
    if (known != roles.end()) return static_cast<RoleCode>(known - roles.begin());
    if (roles.size() + 1 >= kRolesMax && name != kOtherRole) return role(kOtherRole);
    roles.push_back({std::string(name), contains(rules.outside_roles, name),
                     contains(rules.buying_roles, name)});
    published_roles.reset();
    return static_cast<RoleCode>(roles.size() - 1);
}

void Builder::State::name_roles() {
    for (Role& role : roles) {
        role.outside = contains(rules.outside_roles, role.name);
        role.buying = contains(rules.buying_roles, role.name);
    }
    published_roles.reset();
}

Builder::Builder(Rules rules) : state_(std::make_unique<State>()) {
    state_->rules = std::move(rules);
}
Builder::~Builder() = default;

void Builder::add(const ledger::Fact& fact) {
    std::visit([this](const auto& one) { state_->add(one); }, fact);
}

void Builder::set_rules(Rules rules) {
    if (rules == state_->rules) return;
    state_->rules = std::move(rules);
    state_->name_roles();
    state_->edges.derive_all();
    state_->customers.derive_all();
}

std::shared_ptr<const Snapshot> Builder::publish(const directory::Publication& publication,
                                                 model::Sequence position) {
    State& state = *state_;
    if (state.published_roles == nullptr) {
        state.published_roles = std::make_shared<const std::vector<Role>>(state.roles);
    }
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->position_ = position;
    snapshot->directory_ = publication.view;
    snapshot->roles_ = state.published_roles;
    snapshot->relation_rules_ = {snapshot->roles_.get(), state.rules.naming_makes_guests,
                                 state.rules.first_relation_ms};
    snapshot->edges_ = state.edges.publish(publication, snapshot->relation_rules_);
    const CustomerBuilder::Published& customers = state.customers.publish(
        publication,
        {.currency = state.rules.currency, .payment_counts_ms = state.rules.payment_counts_ms});
    snapshot->customer_facts_ = customers.chunks;
    snapshot->customer_trait_names_ = customers.trait_names;
    snapshot->currency_ = customers.currency;
    snapshot->foreign_money_ = customers.foreign_money;
    for (auto& [name, trait] : state.traits) {
        for (model::UserOrdinal user : publication.changed_users)
            trait.refresh(user);
        snapshot->user_traits_.push_back(trait.publish(*publication.view));
    }
    return snapshot;
}

std::uint64_t Builder::memory_bytes() const {
    std::uint64_t bytes = state_->edges.memory_bytes() + state_->customers.memory_bytes();
    for (const auto& [name, trait] : state_->traits)
        bytes += trait.memory_bytes();
    return bytes;
}

}  // namespace twofold::frame
