// SPDX-License-Identifier: Apache-2.0
//
// Who is who, and who belongs to whom, written from the description of the language alone: plain
// sets and dates, all of them gone through for every answer. Shares nothing with the product.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "belonging/record.h"
#include "belonging/who.h"

namespace twofold::belonging {

/// `relations as of event | now | ever`.
enum class Mode : std::uint8_t { kAsOfEvent, kNow, kEver };

/// Outside roles count only where they are named.
bool is_outside(const std::string& role);

struct Person {
    std::set<std::string> ids;        ///< Anonymous ones begin with ~.
    bool known = false;               ///< Has a user id.
    TimeMs exists_from = kEndOfTime;  ///< Its earliest dated fact.
    TimeMs first_event = kEndOfTime;
};

struct Customer {
    std::set<std::string> ids;
    TimeMs exists_from = kEndOfTime;
    std::map<TimeMs, std::string> tiers;  ///< The last one said for each time.
    std::vector<std::pair<TimeMs, TimeMs>> paying;
};

/// [since, until); those of one role neither touch nor overlap.
struct Relation {
    int person = 0;
    int customer = 0;
    std::string role;
    TimeMs since = 0;
    TimeMs until = kEndOfTime;
    auto operator<=>(const Relation&) const = default;
};

struct Event {
    std::string name;
    TimeMs time = 0;
    int person = 0;
    int named = -1;  ///< The customer that it names; -1: none.
};

/// What the records in this order of the log say, with everything that is dated after `at` hidden.
class Model {
public:
    Model(const std::vector<Record>& log, TimeMs at);

    TimeMs at() const { return at_; }
    const std::vector<Person>& people() const { return people_; }
    const std::vector<Customer>& customers() const { return customers_; }
    const std::vector<Event>& events() const { return events_; }
    /// As dated: a first one does not reach back here.
    const std::vector<Relation>& relations() const { return relations_; }
    /// The roles in which a person is related to a customer; a first relation reaches back.
    std::set<std::string> roles(int person, int customer, TimeMs time) const;
    bool inside(int person, int customer, TimeMs time) const;
    /// To whom what the person does then belongs, when it names nobody.
    std::set<int> belongs_to(int person, TimeMs time, Mode mode) const;
    std::set<int> customers_of(const Event& event, Mode mode) const;

    /// Empty: none by then.
    std::string tier(int customer, TimeMs time) const;
    bool paying(int customer, TimeMs time) const;

private:
    struct Act {
        int person;
        int customer;
        std::string role;
        TimeMs time;
    };
    /// A record with whom it is about: as first seen, and all that they are one with.
    struct About {
        Record record;
        int user = -1;
        int customer_node = -1;
        int person = -1;
        int customer = -1;
    };
    void identify(const std::vector<Record>& log);
    int person_of(const Users& users, int node);
    int customer_of(const Customers& customers, int node);
    void take(const About& about);
    void take_stated();
    TimeMs implied_from(int person, int customer) const;
    void relate(int person, int customer);
    void find_first_relations();
    void make_guest(const Act& act);
    void join_relations();
    void reach_back();
    TimeMs begins(const Relation& relation) const;
    bool related(int person, int customer, TimeMs time) const;
    bool holds(const Relation& relation, TimeMs time) const;

    TimeMs at_;
    std::vector<About> log_;
    std::vector<Person> people_;
    std::vector<Customer> customers_;
    std::vector<Event> events_;
    std::vector<Relation> relations_;
    std::map<int, TimeMs> first_since_;  ///< By person: when its first relations begin.
    std::vector<Act> groups_;            ///< In the order of the log.
    std::vector<Act> namings_;
    std::vector<Relation> stated_;
};

}  // namespace twofold::belonging
