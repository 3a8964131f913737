// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/time.h"

// A second opinion for tests: reads the demo's lines as anybody could and counts by ask.md and
// wire.md alone, slowly and plainly. It knows neither the generator nor the engine.

namespace twofold::demo {

class Recount {
public:
    using Person = std::uint32_t;
    using Company = std::uint16_t;
    static constexpr Company kNoCompany = 0xffff;

    struct Event {
        TimeMs time = 0;
        Person person = 0;  ///< As first seen; person_of() follows the joins.
        Company acting = kNoCompany;
        std::uint8_t name = 0;
        bool automatic = false;
    };
    struct Interval {
        TimeMs from = 0;
        TimeMs until = kEndOfTime;
        bool holds(TimeMs time) const { return from <= time && time < until; }
    };
    struct Relation {
        std::string role;
        Interval when;
        bool outside() const { return role == "guest"; }
    };
    struct Segment {
        std::string id;
        Interval when;
        TimeMs trial_until = 0;
        TimeMs renews_at = 0;
        std::int64_t amount = 0;
        std::int64_t quantity = 0;
        std::int64_t discount = 0;
        bool yearly = false;
        /// In 1/10,000 cents.
        std::int64_t mrr() const;
    };

    /// Reads whole lines. May be called again after settle(), then settle() must be too.
    void read(std::string_view lines);
    /// Works out relations and choices from what was read.
    void settle();

    // What was read.
    std::int64_t sent = 0;  ///< Events with those sent again.
    std::int64_t duplicates = 0;
    std::int64_t late = 0;  ///< Arrived after events that are more than a day younger.
    std::int64_t unknown_lines = 0;
    std::vector<Event> events;
    std::vector<std::string> names;      ///< Of events.
    std::vector<std::string> companies;  ///< Ids.
    std::vector<std::string> company_names;
    std::vector<std::vector<Segment>> segments;  ///< By company; settle() sorts them by start.

    std::uint8_t name(std::string_view text) const;
    Company company(std::string_view id) const;
    /// Follows joins.
    Person person_of(Person person) const;
    bool known(Person person) const { return known_[person]; }
    std::size_t person_count() const { return parents_.size(); }
    /// Persons after joins.
    std::vector<Person> persons() const;

    // Relations, after settle().
    struct Edge {
        Company company = kNoCompany;
        std::vector<Relation> relations;
    };
    const std::vector<Edge>& edges(Person person) const { return edges_[person]; }
    bool inside(Person person, Company company, TimeMs time) const;
    /// The customers that an event belongs to, as of event.
    const std::vector<Company>& belongs(const Event& event);

    // Money.
    std::int64_t mrr(Company company, TimeMs time) const;
    bool in_trial(Company company, TimeMs time) const;
    std::int64_t seats(Company company, TimeMs time) const;
    /// First moment with MRR; kEndOfTime: never.
    TimeMs started(Company company) const;
    /// All moments at which MRR changes.
    std::vector<TimeMs> money_moments(Company company) const;

private:
    struct Choice {
        TimeMs time;
        Company company;
        auto operator<=>(const Choice&) const = default;
    };
    struct Pair {
        Person person;
        Company company;
        auto operator<=>(const Pair&) const = default;
    };
    struct StatedKey {
        Pair pair;
        std::string role;
        TimeMs from;
        auto operator<=>(const StatedKey&) const = default;
    };
    struct Call {
        TimeMs time;
        std::string role;
        auto operator<=>(const Call&) const = default;
    };

    struct Line;
    void read_event(const Line& line, std::string_view name);
    void read_group(const Line& line);
    void read_relation(const Line& line);
    void read_subscription(const Line& line);
    Person person(const Line& line);
    Person new_person();
    Company open_company(std::string_view id);
    void join(Person user, Person anonymous);
    std::set<Pair> follow_joins();
    void settle_pair(const Pair& pair);
    bool inside_edge(Person person, const Edge& edge, TimeMs time) const;

    std::vector<Person> parents_;
    std::vector<bool> known_;
    std::unordered_map<std::string, Person> by_user_;
    std::unordered_map<std::string, Person> by_anonymous_;
    std::unordered_map<std::string, Company> by_company_;
    std::unordered_map<std::string, std::uint8_t> by_name_;
    std::unordered_set<std::string> message_ids_;
    TimeMs youngest_ = 0;

    std::vector<std::vector<Choice>> choices_;  // by person, sorted by settle()
    std::map<StatedKey, TimeMs> stated_;        // to until
    std::map<Pair, std::vector<Call>> calls_;   // group calls
    std::map<Pair, std::vector<TimeMs>> namings_;
    std::vector<std::vector<Edge>> edges_;  // by person
    std::vector<TimeMs> first_event_;
    std::vector<TimeMs> first_relation_;
    std::vector<Company> found_;  // of belongs()
};

}  // namespace twofold::demo
