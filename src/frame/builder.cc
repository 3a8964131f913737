// SPDX-License-Identifier: Apache-2.0
#include "frame/builder.h"

#include <algorithm>
#include <map>
#include <utility>

#include "frame/customer_builder.h"
#include "frame/edge_builder.h"
#include "frame/join_rules.h"
#include "frame/self_customers.h"
#include "frame/trait_builder.h"

namespace twofold::frame {
namespace {

constexpr std::string_view kOtherRole = "other";
constexpr std::string_view kSelfRole = "self";

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
    SelfCustomers self_customers;
    JoinRules join_rules;
    std::vector<RoleCode> join_roles;  // by rule
    std::shared_ptr<const std::vector<ActingRule>> acting_rules;
    std::shared_ptr<const std::vector<std::string>> rule_sources;
    bool rules_are_new = true;  // customers have not been read for them
    std::map<std::string, TraitBuilder, std::less<>> traits;

    RoleCode role(std::string_view name);
    void name_roles();
    void take_rules();
    JoinSources join_sources(const directory::View& view) const;
    void changed_by_rules(const directory::Publication& publication,
                          std::vector<model::UserOrdinal>& users);
    void changed_selves(const directory::Publication& publication,
                        std::vector<model::UserOrdinal>& users);
    const EdgeLists& publish_edges(const directory::Publication& publication,
                                   const RelationRules& relation_rules);

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

// Roles and names of the rules; what they match is found at the next publish.
void Builder::State::take_rules() {
    join_rules.set(rules.join_rules);
    join_roles.clear();
    auto acting = std::make_shared<std::vector<ActingRule>>();
    auto sources = std::make_shared<std::vector<std::string>>();
    for (const ledger::JoinRule& rule : rules.join_rules) {
        const auto number = static_cast<std::uint8_t>(join_roles.size());
        join_roles.push_back(role(rule.role));
        sources->push_back("rule:" + rule.name);
        if (rule.by == ledger::JoinBy::kActing) {
            acting->push_back({rule.days, join_roles.back(), number});
        }
    }
    acting_rules = acting->empty() ? nullptr : std::move(acting);
    rule_sources = std::move(sources);
    rules_are_new = true;
}

JoinSources Builder::State::join_sources(const directory::View& view) const {
    JoinSources sources;
    sources.view = &view;
    sources.user_trait = [this](std::string_view name) -> const TraitColumn* {
        const auto at = traits.find(name);
        return at == traits.end() ? nullptr : at->second.published();
    };
    sources.history = [this](model::CustomerOrdinal customer, std::string_view trait) {
        return customers.history(customer, trait);
    };
    return sources;
}

void Builder::State::changed_by_rules(const directory::Publication& publication,
                                      std::vector<model::UserOrdinal>& users) {
    if (!join_rules.any()) return;
    const JoinSources sources = join_sources(*publication.view);
    if (rules_are_new) {
        for (std::uint32_t i = 0; i < publication.view->customer_count(); ++i)
            join_rules.refresh(model::CustomerOrdinal{i}, sources);
        edges.derive_all();
        rules_are_new = false;
    }
    for (const std::uint32_t customer : customers.derived())
        join_rules.refresh(model::CustomerOrdinal{customer}, sources);
    for (const std::string_view id : publication.customer_ids)
        join_rules.refresh_id(id);
    join_rules.take_users(users);
    for (const auto& [name, trait] : traits) {
        if (!join_rules.reads(name)) continue;
        for (const std::uint32_t user : trait.last_changed())
            users.push_back(model::UserOrdinal{user});
    }
}

void Builder::State::changed_selves(const directory::Publication& publication,
                                    std::vector<model::UserOrdinal>& users) {
    if (!rules.self_customers) return;
    const directory::View& view = *publication.view;
    for (const auto& [user, customer] : publication.self_customers) {
        self_customers.link(user, customer);
        users.push_back(user);
    }
    for (const std::uint32_t number : customers.derived()) {
        const model::CustomerOrdinal customer{number};
        self_customers.users_of(view.canonical(customer), view, users);
    }
}

// After customers and traits: standing relations follow from what is known of them.
const EdgeLists& Builder::State::publish_edges(const directory::Publication& publication,
                                               const RelationRules& relation_rules) {
    std::vector<model::UserOrdinal> users = publication.redated_users;
    changed_selves(publication, users);
    changed_by_rules(publication, users);
    if (!rules.self_customers && !join_rules.any()) {
        return edges.publish(publication, relation_rules, {}, {});
    }
    const directory::View& view = *publication.view;
    const JoinSources sources = join_sources(view);
    const RoleCode self = rules.self_customers ? role(kSelfRole) : kNoRole;
    const auto own_since = [this](model::CustomerOrdinal one) { return customers.own_since(one); };
    return edges.publish(publication, relation_rules, users,
                         [&](model::UserOrdinal person, RelationFacts& facts) {
                             if (rules.self_customers) {
                                 self_customers.find(person, view, own_since, self, facts);
                             }
                             join_rules.find(person, sources, join_roles, facts.standing);
                         });
}

Builder::Builder(Rules rules) : state_(std::make_unique<State>()) {
    state_->rules = std::move(rules);
    state_->take_rules();
}
Builder::~Builder() = default;

void Builder::add(const ledger::Fact& fact) {
    std::visit([this](const auto& one) { state_->add(one); }, fact);
}

void Builder::set_rules(Rules rules) {
    if (rules == state_->rules) return;
    if (!rules.self_customers) state_->self_customers.clear();
    state_->rules = std::move(rules);
    state_->name_roles();
    state_->take_rules();
    state_->edges.derive_all();
    state_->customers.derive_all();
}

std::shared_ptr<const Snapshot> Builder::publish(const directory::Publication& publication,
                                                 model::Sequence position) {
    State& state = *state_;
    if (state.rules.self_customers) state.role(kSelfRole);
    if (state.published_roles == nullptr) {
        state.published_roles = std::make_shared<const std::vector<Role>>(state.roles);
    }
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->position_ = position;
    snapshot->directory_ = publication.view;
    snapshot->roles_ = state.published_roles;
    snapshot->acting_rules_ = state.acting_rules;
    snapshot->rule_sources_ = state.rule_sources;
    snapshot->relation_rules_ = {snapshot->roles_.get(), state.rules.naming_makes_guests,
                                 state.rules.first_relation_ms, state.acting_rules.get()};
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
    snapshot->edges_ = state.publish_edges(publication, snapshot->relation_rules_);
    return snapshot;
}

std::uint64_t Builder::memory_bytes() const {
    std::uint64_t bytes = state_->self_customers.memory_bytes() +
                          state_->join_rules.memory_bytes() + state_->edges.memory_bytes() +
                          state_->customers.memory_bytes();
    for (const auto& [name, trait] : state_->traits)
        bytes += trait.memory_bytes();
    return bytes;
}

}  // namespace twofold::frame
