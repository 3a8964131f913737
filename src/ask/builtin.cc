// SPDX-License-Identifier: Apache-2.0
#include "ask/builtin.h"

#include <array>

namespace twofold::ask {
namespace {

constexpr ValueKinds kText{.text = true};
constexpr ValueKinds kNumber{.number = true};
constexpr ValueKinds kBoolean{.boolean = true};
constexpr ValueKinds kTime{.time = true};
constexpr ValueKinds kMoney{.number = true, .money = true};

constexpr std::array kBuiltIns = std::to_array<BuiltIn>({
    {Owner::kUser, "id", kText},
    {Owner::kUser, "known", kBoolean},
    {Owner::kUser, "kind", kText},
    {Owner::kUser, "first_seen", kTime},
    {Owner::kUser, "last_seen", kTime},
    {Owner::kUser, "customers", kNumber},
    {Owner::kCustomer, "id", kText},
    {Owner::kCustomer, "name", kText},
    {Owner::kCustomer, "kind", kText},
    {Owner::kCustomer, "status", kText},
    {Owner::kCustomer, "plan", kText},
    {Owner::kCustomer, "mrr", kMoney},
    {Owner::kCustomer, "paying", kBoolean},
    {Owner::kCustomer, "paying_since", kTime},
    {Owner::kCustomer, "lifetime_revenue", kMoney},
    {Owner::kCustomer, "seats", kNumber},
    {Owner::kCustomer, "term", kNumber},
    {Owner::kCustomer, "renews_on", kTime},
    {Owner::kCustomer, "trial_until", kTime},
    {Owner::kCustomer, "users", kNumber},
    {Owner::kCustomer, "first_seen", kTime},
    {Owner::kCustomer, "last_seen", kTime},
    {Owner::kCustomer, "owner", kText},
    {Owner::kCustomer, "parent", kText},
    {Owner::kEvent, "name", kText},
    {Owner::kEvent, "time", kTime},
    {Owner::kEvent, "hour", kNumber},
    {Owner::kEvent, "weekday", {.text = true, .number = true}},
    {Owner::kEvent, "source", kText},
    {Owner::kEvent, "session_number", kNumber},
    {Owner::kEvent, "seconds", kNumber},
    {Owner::kEvent, "acting", kText},
    {Owner::kRelation, "role", kText},
    {Owner::kRelation, "since", kTime},
    {Owner::kRelation, "until", kTime},
    {Owner::kRelation, "source", kText},
});

constexpr std::array kFactProperties = std::to_array<BuiltIn>({
    {Owner::kEvent, "amount", kMoney},
    {Owner::kEvent, "plan", kText},
    {Owner::kEvent, "plan_before", kText},
    {Owner::kEvent, "product", kText},
    {Owner::kEvent, "kind", kText},
    {Owner::kEvent, "currency", kText},
    {Owner::kEvent, "reason", kText},
    {Owner::kEvent, "role", kText},
    {Owner::kEvent, "source", kText},
    {Owner::kEvent, "time", kTime},
});

constexpr std::array<std::string_view, 11> kRoles = {
    "user",       "admin", "buyer", "decision_maker", "billing", "champion",
    "influencer", "self",  "guest", "audience",       "partner"};

}  // namespace

std::span<const std::string_view> standard_roles() noexcept {
    return kRoles;
}

std::span<const BuiltIn> built_ins() noexcept {
    return kBuiltIns;
}

std::span<const BuiltIn> fact_properties() noexcept {
    return kFactProperties;
}

const BuiltIn* find_built_in(const Property& property) noexcept {
    if (property.sent) {
        return nullptr;
    }
    for (const BuiltIn& one : kBuiltIns) {
        if (one.owner == property.owner && one.name == property.name) {
            return &one;
        }
    }
    return nullptr;
}

}  // namespace twofold::ask
