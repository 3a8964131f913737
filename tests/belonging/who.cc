// SPDX-License-Identifier: Apache-2.0
#include "belonging/who.h"

#include <algorithm>
#include <vector>

namespace twofold::belonging {

int Nodes::add() {
    return size_++;
}

std::set<int> Nodes::one_with(int node) const {
    std::set<int> all = {node};
    for (std::size_t before = 0; before != all.size();) {
        before = all.size();
        for (const auto& [a, b] : joins_) {
            if (all.contains(a)) all.insert(b);
            if (all.contains(b)) all.insert(a);
        }
    }
    return all;
}

int Users::take(const Record& record) {
    if (record.what == What::kAlias) {
        if (record.undo) {
            undo(record);
        } else {
            alias(record);
        }
        return -1;
    }
    if (!record.user.empty() && !record.anonymous.empty()) {
        return claim(record.user, record.anonymous);
    }
    if (!record.user.empty()) return of_user(record.user);
    if (record.anonymous.empty()) return -1;
    const auto found = anonymous_.find(record.anonymous);
    if (found != anonymous_.end()) return found->second;
    return anonymous_[record.anonymous] = nodes_.add();
}

int Users::of_user(const std::string& id) {
    const auto found = users_.find(id);
    if (found != users_.end()) return found->second;
    return users_[id] = nodes_.add();
}

int Users::claim(const std::string& user, const std::string& anonymous) {
    // A claimed anonymous id stays with its user.
    if (!claimed_by_.try_emplace(anonymous, user).second) return of_user(user);
    const bool seen = anonymous_.contains(anonymous);
    if (!seen) return anonymous_[anonymous] = of_user(user);
    // A new user id takes over what the anonymous one was.
    if (!users_.contains(user)) return users_[user] = anonymous_[anonymous];
    nodes_.join(of_user(user), anonymous_[anonymous]);
    return of_user(user);
}

/// What was identified is joined; else the id is an anonymous one, to be claimed.
void Users::alias(const Record& record) {
    if (users_.contains(record.previous)) {
        nodes_.join(of_user(record.user), of_user(record.previous));
    } else {
        claim(record.user, record.previous);
    }
}

void Users::undo(const Record& record) {
    const int user = of_user(record.user);
    if (users_.contains(record.previous)) {
        nodes_.part(user, of_user(record.previous));
        return;
    }
    const auto claim = claimed_by_.find(record.previous);
    const bool was_claimed = claim != claimed_by_.end() && claim->second == record.user;
    if (was_claimed && nodes_.part(user, anonymous_[record.previous])) claimed_by_.erase(claim);
}

std::set<std::string> Users::ids_of(int node) const {
    std::set<std::string> ids;
    const std::set<int> all = nodes_.one_with(node);
    for (const auto& [id, of] : users_)
        if (all.contains(of)) ids.insert(id);
    for (const auto& [id, of] : anonymous_)
        if (all.contains(of)) ids.insert('~' + id);
    return ids;
}

bool Users::has_user_id(int node) const {
    const std::set<int> all = nodes_.one_with(node);
    return std::ranges::any_of(users_, [&](const auto& user) { return all.contains(user.second); });
}

int Customers::take(const Record& record) {
    if (record.customer.empty()) return -1;
    const int customer = of(record.customer);
    if (record.what == What::kKey && record.key.empty()) take_keys(customer);
    if (record.what == What::kKey && !record.key.empty()) give_key(customer, record.key);
    if (record.what != What::kCustomerAlias) return customer;
    if (record.undo) {
        undo(customer, record);
    } else {
        nodes_.join(customer, of(record.previous));
    }
    return -1;
}

int Customers::of(const std::string& id) {
    const auto found = ids_.find(id);
    if (found != ids_.end()) return found->second;
    const int node = nodes_.add();
    if (!id.contains(':')) own_.insert(node);
    return ids_[id] = node;
}

bool Customers::has_own_id(int node) const {
    return std::ranges::any_of(nodes_.one_with(node),
                               [&](int member) { return own_.contains(member); });
}

void Customers::give_key(int customer, const std::string& key) {
    const auto [holder, is_free] = ids_.try_emplace(key, customer);
    if (is_free || nodes_.one_with(customer).contains(holder->second)) return;
    // Two that both have an id of their own are joined by an alias only: the first one keeps it.
    if (!has_own_id(holder->second)) nodes_.join(customer, holder->second);
}

void Customers::take_keys(int customer) {
    std::vector<std::string> free;
    for (const auto& [id, node] : ids_) {
        if (!id.contains(':')) continue;
        if (node == customer) {
            free.push_back(id);
        } else if (!own_.contains(node)) {
            nodes_.part(customer, node);
        }
    }
    for (const std::string& id : free)
        ids_.erase(id);
}

void Customers::undo(int customer, const Record& record) {
    const auto previous = ids_.find(record.previous);
    if (previous == ids_.end() || record.previous == record.customer) return;
    if (previous->second != customer) {
        nodes_.part(customer, previous->second);
    } else if (record.previous.contains(':')) {
        ids_.erase(previous);
    }
}

std::set<std::string> Customers::ids_of(int node) const {
    std::set<std::string> ids;
    const std::set<int> all = nodes_.one_with(node);
    for (const auto& [id, of] : ids_)
        if (all.contains(of)) ids.insert(id);
    return ids;
}

}  // namespace twofold::belonging
