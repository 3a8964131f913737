// SPDX-License-Identifier: Apache-2.0
#include "frame/self_customers.h"

#include <algorithm>
#include <limits>

namespace twofold::frame {
namespace {

constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

void put(std::vector<std::uint32_t>& numbers, std::uint32_t at, std::uint32_t number) {
    if (numbers.size() <= at) numbers.resize(at + 1, kNone);
    numbers[at] = number;
}

std::uint32_t number_at(const std::vector<std::uint32_t>& numbers, std::uint32_t at) {
    return at < numbers.size() ? numbers[at] : kNone;
}

}  // namespace

void SelfCustomers::link(model::UserOrdinal user, model::CustomerOrdinal customer) {
    put(customer_of_, model::index(user), model::index(customer));
    put(user_of_, model::index(customer), model::index(user));
}

void SelfCustomers::clear() {
    customer_of_ = {};
    user_of_ = {};
}

void SelfCustomers::users_of(model::CustomerOrdinal canonical, const directory::View& view,
                             std::vector<model::UserOrdinal>& out) const {
    for (const model::CustomerOrdinal member : view.members(canonical)) {
        const std::uint32_t user = number_at(user_of_, model::index(member));
        if (user != kNone) out.push_back(model::UserOrdinal{user});
    }
}

void SelfCustomers::add_own(std::uint32_t customer, TimeMs since) {
    if (since == kEndOfTime) return;
    const auto known = std::ranges::find(own_, customer, &Own::customer);
    if (known == own_.end()) {
        own_.push_back({customer, since});
    } else {
        known->since = std::min(known->since, since);
    }
}

void SelfCustomers::find(model::UserOrdinal person, const directory::View& view,
                         const OwnSince& own_since, RoleCode self, RelationFacts& facts) {
    std::uint32_t shown = kNone;
    own_.clear();
    for (const model::UserOrdinal member : view.members(person)) {
        const std::uint32_t linked = number_at(customer_of_, model::index(member));
        if (linked == kNone) continue;
        const auto customer = view.canonical(model::CustomerOrdinal{linked});
        if (shown == kNone) shown = model::index(customer);
        add_own(model::index(customer), own_since(customer));
    }
    if (shown == kNone) return;
    for (const StatedFact& fact : facts.stated) {
        if (fact.role == self) add_own(fact.customer, fact.from);
    }
    TimeMs alone_until = kEndOfTime;
    TimeMs shown_since = kEndOfTime;
    for (const Own& own : own_) {
        TimeMs& since = own.customer == shown ? shown_since : alone_until;
        since = std::min(since, own.since);
    }
    for (const Own& own : own_) {
        if (own.customer == shown) continue;
        facts.standing.push_back({own.since, kEndOfTime, own.customer, self});
    }
    if (shown_since <= alone_until) {
        facts.standing.push_back({kBeginningOfTime, kEndOfTime, shown, self});
    } else {
        facts.standing.push_back({kBeginningOfTime, alone_until, shown, self});
        if (shown_since != kEndOfTime) {
            facts.standing.push_back({shown_since, kEndOfTime, shown, self});
        }
    }
}

}  // namespace twofold::frame
