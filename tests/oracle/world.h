// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ask/question.h"
#include "oracle/identity.h"
#include "oracle/record.h"

// What the records say as of a moment: plain tables, made anew for each question. Everything dated
// after the moment is left out; who is who is decided by the whole log.

namespace twofold::oracle {

struct Person {
    std::string id;
    bool known = false;
    TimeMs exists_from = kEndOfTime;
    std::map<std::string, Value> traits;
};

struct Segment {
    std::string id;
    std::string item;
    std::string plan;
    std::string currency;
    double monthly = 0;  ///< Major units a month, without its trial.
    std::int64_t quantity = 1;
    TimeMs from = 0;
    TimeMs until = kEndOfTime;  ///< Of the record, or where the next of this id and item begins.
    TimeMs trial_until = kBeginningOfTime;
};

struct Payment {
    TimeMs time = 0;
    std::string kind;
    std::int64_t amount = 0;
    std::string currency;
};

struct Customer;
/// A customer that another one is made of, and when.
struct Part {
    const Customer* customer = nullptr;
    TimeMs from = kBeginningOfTime;
    TimeMs until = kEndOfTime;
};

struct Customer {
    std::string id;
    std::string kind;
    TimeMs exists_from = kEndOfTime;
    TimeMs free_from = kEndOfTime;  ///< No prospect any more: used, or subscribed to something.
    std::map<std::string, std::map<TimeMs, Value>> traits;
    std::vector<Segment> segments;
    std::vector<Payment> payments;
    std::map<TimeMs, int> parents;  ///< From when on; -1: none.
    bool rolled_up = false;         ///< It is its `parts`, and not itself.
    std::vector<Part> parts;
};

struct Relation {
    int person = 0;
    int customer = 0;
    std::string role;
    TimeMs from = 0;
    TimeMs until = kEndOfTime;
    bool inside = true;
};

/// An event, or a dated fact of money.
struct Event {
    TimeMs time = 0;
    std::size_t position = 0;
    int person = -1;  ///< -1: a fact, which is its customer's.
    int named = -1;   ///< The customer that the event names; of a fact, its customer.
    std::string name;
    bool automatic = false;
    bool fact = false;
    std::map<std::string, Value> properties;
};

/// A `group` call.
struct Choice {
    TimeMs time = 0;
    std::size_t position = 0;
    int person = 0;
    int customer = 0;
};

/// Whose relations are asked about: of one moment, or of all moments up to `at`.
struct Looking {
    TimeMs moment = 0;
    bool ever = false;
};

class World {
public:
    /// `rolled_up`: customers with their children, by the parents of this mode.
    World(const std::vector<Record>& records, const Settings& settings, TimeMs at,
          std::optional<ask::RelationsAsOf> rolled_up = std::nullopt);
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    Settings settings;
    TimeMs at = 0;
    std::vector<Person> people;
    std::vector<Customer> customers;
    std::vector<Event> events;        ///< By time, then position in the log.
    std::vector<Relation> relations;  ///< Of roots, where customers are rolled up.
    std::vector<Choice> choices;      ///< Likewise.

    /// The top-most of its parents at the moment; itself where nothing is rolled up. Who leads
    /// back to itself has no parent; who comes upon such stays with the first it comes upon.
    int root(int customer, TimeMs moment) const;
    /// Its parent then, -1: none.
    int parent(int customer, TimeMs moment) const;

    bool is_outside(const std::string& role) const;
    bool holds(const Relation& relation, const Looking& looking) const;
    bool inside(int person, int customer, const Looking& looking) const;
    /// ask.md, Belonging.
    std::set<int> customers_of(const Event& event, ask::RelationsAsOf mode) const;

private:
    void take(const Record& record, int person, int customer, int parent, std::size_t position);
    void roll_up();
    std::set<int> own_customers_of(const Event& event, ask::RelationsAsOf mode) const;
    void take_segments();
    void relate(const std::vector<Record>& records, const Identities& who);
    void reach_back();
    void self_customers(const Identities& who);
    void join_by_rules(const Identities& who);
    bool matches(const Rule& rule, const Person& person, int customer, const Identities& who) const;
    bool has_facts(const Customer& customer) const;
    void guests();
    void add_guest(const std::pair<int, int>& pair, const std::string& role, TimeMs from,
                   TimeMs until);
    void find_free();
    void add_money_facts();

    std::optional<ask::RelationsAsOf> rolled_up_;
    std::vector<Relation> own_relations_;  ///< As they are before anything is rolled up.
    std::map<std::pair<int, int>, TimeMs> stated_until_;  ///< By person and customer.
    /// Likewise: each stated interval's role and from.
    std::map<std::pair<int, int>, std::vector<std::pair<std::string, TimeMs>>> stated_roles_;
};

}  // namespace twofold::oracle
