// SPDX-License-Identifier: Apache-2.0
#include "belonging/model.h"

#include <algorithm>
#include <tuple>

namespace twofold::belonging {
namespace {

constexpr DurationMs kReachBackMs = 30 * kDayMs;

}  // namespace

bool is_outside(const std::string& role) {
    return role == "guest" || role == "audience" || role == "partner";
}

Model::Model(const std::vector<Record>& log, TimeMs at) : at_(at) {
    identify(log);
    for (const About& about : log_)
        if (about.record.time <= at_) take(about);
    take_stated();
    for (int person = 0; person < static_cast<int>(people_.size()); ++person)
        for (int customer = 0; customer < static_cast<int>(customers_.size()); ++customer)
            relate(person, customer);
    find_first_relations();
    for (const Act& act : namings_)
        make_guest(act);
    join_relations();
    reach_back();
}

/// Once, in the order of the log, whatever the times are; joins count for all of the log.
void Model::identify(const std::vector<Record>& log) {
    Users users;
    Customers customers;
    for (const Record& record : log)
        log_.push_back({record, users.take(record), customers.take(record), -1, -1});
    for (About& about : log_) {
        if (about.user >= 0) about.person = person_of(users, about.user);
        // On a shared device there is somebody else too.
        const std::string& device = about.record.anonymous;
        if (!device.empty()) person_of(users, users.of_anonymous(device));
        if (about.customer_node >= 0) {
            about.customer = customer_of(customers, about.customer_node);
        }
    }
}

int Model::person_of(const Users& users, int node) {
    const std::set<std::string> ids = users.ids_of(node);
    const auto found = std::ranges::find(people_, ids, &Person::ids);
    if (found != people_.end()) return static_cast<int>(found - people_.begin());
    Person& person = people_.emplace_back();
    person.ids = ids;
    person.known = users.has_user_id(node);
    return static_cast<int>(people_.size()) - 1;
}

int Model::customer_of(const Customers& customers, int node) {
    const std::set<std::string> ids = customers.ids_of(node);
    const auto found = std::ranges::find(customers_, ids, &Customer::ids);
    if (found != customers_.end()) return static_cast<int>(found - customers_.begin());
    customers_.emplace_back().ids = ids;
    return static_cast<int>(customers_.size()) - 1;
}

void Model::take(const About& about) {
    const Record& record = about.record;
    const int person = about.person;
    const int customer = about.customer;
    if (record.what == What::kRelation) return;
    if (person >= 0) {
        people_[person].exists_from = std::min(people_[person].exists_from, record.time);
    }
    if (customer >= 0) {
        customers_[customer].exists_from = std::min(customers_[customer].exists_from, record.time);
        if (!record.tier.empty()) customers_[customer].tiers[record.time] = record.tier;
    }
    if (record.what == What::kTrack) {
        people_[person].first_event = std::min(people_[person].first_event, record.time);
        events_.push_back({record.name, record.time, person, customer});
        if (customer >= 0) namings_.push_back({person, customer, "guest", record.time});
    }
    if (record.what == What::kGroup && person >= 0) {
        groups_.push_back(
            {person, customer, record.role.empty() ? "user" : record.role, record.time});
    }
    if (record.what == What::kSubscription) {
        customers_[customer].paying.emplace_back(record.time, record.until.value_or(kEndOfTime));
    }
}

/// The same user, customer, role and from replaces; the last word in the log counts.
void Model::take_stated() {
    std::map<std::tuple<int, int, std::string, TimeMs>, About> last;
    for (const About& about : log_) {
        const Record& record = about.record;
        if (record.what != What::kRelation) continue;
        last.insert_or_assign({about.user, about.customer_node, record.role, record.time}, about);
    }
    for (const auto& [key, about] : last) {
        const Record& record = about.record;
        if (record.removed || record.time > at_) continue;
        stated_.push_back({about.person, about.customer, record.role, record.time,
                           record.until.value_or(kEndOfTime)});
        Person& person = people_[about.person];
        Customer& customer = customers_[about.customer];
        person.exists_from = std::min(person.exists_from, record.time);
        customer.exists_from = std::min(customer.exists_from, record.time);
    }
}

/// From when on what clients imply counts: the end of the last stated interval.
TimeMs Model::implied_from(int person, int customer) const {
    TimeMs from = kBeginningOfTime;
    for (const Relation& one : stated_)
        if (one.person == person && one.customer == customer) from = std::max(from, one.until);
    return from;
}

/// Stated intervals, and those that calls imply.
void Model::relate(int person, int customer) {
    for (const Relation& one : stated_)
        if (one.person == person && one.customer == customer) relations_.push_back(one);
    for (const Act& act : groups_) {
        if (act.person != person || act.customer != customer) continue;
        if (act.time < implied_from(person, customer)) continue;
        relations_.push_back({person, customer, act.role, act.time, kEndOfTime});
    }
}

/// Who names a customer is its guest from then on, but while related to it anyway.
void Model::make_guest(const Act& act) {
    if (act.time < implied_from(act.person, act.customer)) return;
    TimeMs until = kEndOfTime;
    for (const Act& group : groups_) {
        const bool same = group.person == act.person && group.customer == act.customer;
        if (!same || group.time < implied_from(act.person, act.customer)) continue;
        until = std::min(until, begins({act.person, act.customer, group.role, group.time}));
    }
    if (act.time < until) {
        relations_.push_back({act.person, act.customer, "guest", act.time, until});
    }
}

/// Intervals of one role are one where they overlap or touch.
void Model::join_relations() {
    std::ranges::sort(relations_);
    std::vector<Relation> joined;
    for (const Relation& one : relations_) {
        const bool goes_on = !joined.empty() && joined.back().person == one.person &&
                             joined.back().customer == one.customer &&
                             joined.back().role == one.role && one.since <= joined.back().until;
        if (goes_on) {
            joined.back().until = std::max(joined.back().until, one.until);
        } else {
            joined.push_back(one);
        }
    }
    relations_ = std::move(joined);
}

/// Of those inside: a guest is not yet at home.
void Model::find_first_relations() {
    for (const Relation& one : relations_) {
        if (is_outside(one.role)) continue;
        const auto [first, is_new] = first_since_.try_emplace(one.person, one.since);
        first->second = std::min(first->second, one.since);
    }
}

/// A user's first relation reaches back to its first event, at most so far.
TimeMs Model::begins(const Relation& relation) const {
    const auto first = first_since_.find(relation.person);
    const bool is_first = first != first_since_.end() && first->second == relation.since;
    if (!is_first || is_outside(relation.role)) return relation.since;
    const TimeMs first_event = people_[relation.person].first_event;
    return std::min(relation.since, std::max(first_event, relation.since - kReachBackMs));
}

/// A customer is there from where its relations reach back to.
void Model::reach_back() {
    for (const Relation& one : relations_) {
        TimeMs& from = customers_[one.customer].exists_from;
        from = std::min(from, begins(one));
    }
}

bool Model::holds(const Relation& relation, TimeMs time) const {
    return begins(relation) <= time && time < relation.until;
}

std::set<std::string> Model::roles(int person, int customer, TimeMs time) const {
    std::set<std::string> roles;
    for (const Relation& one : relations_) {
        if (one.person == person && one.customer == customer && holds(one, time)) {
            roles.insert(one.role);
        }
    }
    return roles;
}

bool Model::related(int person, int customer, TimeMs time) const {
    return !roles(person, customer, time).empty();
}

bool Model::inside(int person, int customer, TimeMs time) const {
    return std::ranges::any_of(roles(person, customer, time),
                               [](const std::string& role) { return !is_outside(role); });
}

std::set<int> Model::belongs_to(int person, TimeMs time, Mode mode) const {
    if (mode == Mode::kAsOfEvent) {
        const Act* chosen = nullptr;
        for (const Act& act : groups_) {
            const bool counts = act.person == person && act.time <= time;
            if (counts && (chosen == nullptr || chosen->time <= act.time)) chosen = &act;
        }
        if (chosen != nullptr && related(person, chosen->customer, time)) {
            return {chosen->customer};
        }
    }
    std::set<int> all;
    for (const Relation& one : relations_) {
        if (one.person != person || is_outside(one.role)) continue;
        const bool counts = mode == Mode::kEver || holds(one, mode == Mode::kNow ? at_ : time);
        if (counts) all.insert(one.customer);
    }
    return all;
}

std::set<int> Model::customers_of(const Event& event, Mode mode) const {
    if (event.named >= 0) return {event.named};
    return belongs_to(event.person, event.time, mode);
}

std::string Model::tier(int customer, TimeMs time) const {
    std::string last;
    for (const auto& [from, tier] : customers_[customer].tiers)
        if (from <= time) last = tier;
    return last;
}

bool Model::paying(int customer, TimeMs time) const {
    return std::ranges::any_of(customers_[customer].paying, [time](const auto& interval) {
        return interval.first <= time && time < interval.second;
    });
}

}  // namespace twofold::belonging
