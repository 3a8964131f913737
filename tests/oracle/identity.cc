// SPDX-License-Identifier: Apache-2.0
#include "oracle/identity.h"

#include <algorithm>
#include <limits>

namespace twofold::oracle {
namespace {

constexpr std::size_t kNobody = std::numeric_limits<std::size_t>::max();

/// People as first seen.
class People {
public:
    std::size_t of(const Record& record) {
        if (record.type == RecordType::kAlias) return alias(record);
        if (!record.user.empty() && !record.anonymous.empty()) {
            claim(record.anonymous, record.user);
        }
        if (!record.user.empty()) return user(record.user);
        if (!record.anonymous.empty()) return anonymous(record.anonymous);
        return kNobody;
    }
    const Joins& joins() const { return joins_; }
    const std::map<std::string, std::size_t>& users() const { return users_; }

private:
    std::size_t user(const std::string& id) {
        const auto found = users_.find(id);
        return found != users_.end() ? found->second : users_[id] = joins_.add(id);
    }
    std::size_t anonymous(const std::string& id) {
        const auto found = anonymous_.find(id);
        return found != anonymous_.end() ? found->second : anonymous_[id] = joins_.add(id);
    }

    /// The first user id that comes with an anonymous id takes it; it stays with that user.
    void claim(const std::string& anonymous_id, const std::string& user_id) {
        if (!claimed_.try_emplace(anonymous_id, user_id).second) return;
        const bool new_user = !users_.contains(user_id);
        const bool new_anonymous = !anonymous_.contains(anonymous_id);
        if (new_user && !new_anonymous) {
            users_[user_id] = anonymous_[anonymous_id];
            joins_.rename(anonymous_[anonymous_id], user_id);
        } else if (new_anonymous) {
            anonymous_[anonymous_id] = user(user_id);
        } else {
            joins_.join(anonymous_[anonymous_id], users_[user_id]);
        }
    }

    std::size_t alias(const Record& record) {
        if (record.user.empty()) return kNobody;
        const std::string label = record.previous + '\n' + record.user;
        if (record.undo) {
            joins_.undo(label);
        } else if (users_.contains(record.previous)) {
            joins_.join(users_[record.previous], user(record.user), label);
        } else {
            claim(record.previous, record.user);
        }
        return user(record.user);
    }

    Joins joins_;
    std::map<std::string, std::size_t> users_;
    std::map<std::string, std::size_t> anonymous_;
    std::map<std::string, std::string> claimed_;
};

/// Customers as first named. An id of the form `stripe:cus_1` means whoever holds that key.
class Customers {
public:
    std::size_t of(const Record& record) {
        if (record.customer.empty()) return kNobody;
        const std::size_t customer = named(record.customer);
        if (!record.previous_customer.empty()) {
            const std::string label = record.previous_customer + '\n' + record.customer;
            if (record.undo) {
                joins_.undo(label);
            } else {
                joins_.join(named(record.previous_customer), customer, label);
            }
        }
        if (!record.parent.empty()) named(record.parent);
        for (const auto& [system, id] : record.keys)
            hold(system + ':' + id, record.customer, customer);
        return customer;
    }
    /// The parent that a record names, which of() has met.
    std::size_t parent_of(const Record& record) {
        return record.parent.empty() ? kNobody : named(record.parent);
    }
    const Joins& joins() const { return joins_; }
    const std::map<std::string, std::size_t>& ids() const { return customers_; }
    std::size_t named(const std::string& id) {
        const auto found = customers_.find(id);
        if (found != customers_.end()) return found->second;
        const std::size_t customer = customers_[id] = joins_.add(id);
        if (id.find(':') == std::string::npos) own_.push_back(customer);
        return customer;
    }

private:
    /// Two that both have an id of their own are joined by an alias only. What a key joined is
    /// parted as an alias would be.
    void hold(const std::string& key, const std::string& id, std::size_t customer) {
        const auto [found, is_new] = customers_.try_emplace(key, customer);
        if (is_new || found->second == customer || has_own_id(found->second)) return;
        joins_.join(found->second, customer, key + '\n' + id);
    }
    bool has_own_id(std::size_t customer) const {
        const Joins::Groups groups = joins_.groups();
        return std::ranges::any_of(
            own_, [&](std::size_t own) { return groups.of_node[own] == groups.of_node[customer]; });
    }

    Joins joins_;
    std::map<std::string, std::size_t> customers_;
    std::vector<std::size_t> own_;  ///< Named first by an id of their own.
};

int grouped(const Joins::Groups& groups, std::size_t node) {
    return node == kNobody ? -1 : static_cast<int>(groups.of_node[node]);
}

}  // namespace

std::size_t Joins::add(std::string id) {
    ids_.push_back(std::move(id));
    return ids_.size() - 1;
}

void Joins::join(std::size_t previous, std::size_t target, std::string label) {
    joins_.push_back({previous, target, std::move(label)});
}

void Joins::undo(const std::string& label) {
    std::erase_if(joins_, [&](const Join& join) { return join.label == label; });
}

Joins::Groups Joins::groups() const {
    // Who each node is named by: follow the joins one by one.
    std::vector<std::size_t> leader(ids_.size());
    for (std::size_t i = 0; i < leader.size(); ++i)
        leader[i] = i;
    for (const Join& join : joins_) {
        const std::size_t from = leader[join.previous];
        const std::size_t to = leader[join.target];
        std::ranges::replace(leader, from, to);
    }
    Groups groups;
    std::map<std::size_t, std::size_t> numbers;
    for (const std::size_t led : leader) {
        const auto [found, is_new] = numbers.try_emplace(led, numbers.size());
        if (is_new) groups.ids.push_back(ids_[led]);
        groups.of_node.push_back(found->second);
    }
    return groups;
}

Identities identify(const std::vector<Record>& records, bool self_customers) {
    People people;
    Customers customers;
    std::vector<std::size_t> person_of;
    std::vector<std::size_t> customer_of;
    std::vector<std::size_t> parent_of;
    for (const Record& record : records) {
        person_of.push_back(people.of(record));
        customer_of.push_back(customers.of(record));
        parent_of.push_back(customers.parent_of(record));
    }
    std::map<std::size_t, std::size_t> own;  // by the users' nodes, in their order
    if (self_customers) {
        for (const auto& [id, node] : people.users())
            own[node] = customers.named(id);
    }
    const Joins::Groups persons = people.joins().groups();
    const Joins::Groups payers = customers.joins().groups();
    Identities result;
    result.people = persons.ids;
    result.customers = payers.ids;
    result.known.resize(persons.ids.size(), false);
    // A person is called by its first user id.
    std::vector<std::size_t> first(persons.ids.size(), kNobody);
    for (const auto& [id, node] : people.users()) {
        const std::size_t person = persons.of_node[node];
        result.known[person] = true;
        if (first[person] != kNobody && first[person] < node) continue;
        first[person] = node;
        result.people[person] = id;
    }
    for (std::size_t i = 0; i < records.size(); ++i) {
        result.person_of.push_back(grouped(persons, person_of[i]));
        result.customer_of.push_back(grouped(payers, customer_of[i]));
        result.parent_of.push_back(grouped(payers, parent_of[i]));
    }
    for (const auto& [id, node] : customers.ids())
        result.customer_ids[id] = grouped(payers, node);
    result.selves.resize(persons.ids.size());
    for (const auto& [node, customer] : own)
        result.selves[persons.of_node[node]].push_back(grouped(payers, customer));
    return result;
}

}  // namespace twofold::oracle
