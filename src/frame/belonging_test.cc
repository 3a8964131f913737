// SPDX-License-Identifier: Apache-2.0
//
// Relations and belonging as wire.md and ask.md say them, moment by moment and without cleverness,
// against the frame, over random histories.
#include <algorithm>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "base/seeds.h"
#include "directory/directory.h"
#include "frame/builder.h"
#include "frame/snapshot.h"
#include "io/memory_env.h"
#include "model/record.h"

namespace twofold::frame {
namespace {

using model::CustomerOrdinal;
using model::RecordBuilder;
using model::RecordFlag;
using model::RecordType;
using model::UserOrdinal;

constexpr TimeMs kStep = 6 * kHourMs;
constexpr int kSteps = 280;  // 70 days
constexpr TimeMs moment(int step) {
    return kYear2000Ms + step * kStep;
}
const std::vector<std::string> kOutside = {"guest", "audience", "partner"};

bool is_outside(const std::string& role) {
    return std::ranges::find(kOutside, role) != kOutside.end();
}

// All that ever happened, in the order of the log.
struct History {
    struct Stated {
        int user, customer;
        std::string role;
        TimeMs from, until;
    };
    struct Group {
        int user, customer;
        std::string role;
        TimeMs time;
        model::Sequence sequence;
    };
    struct Naming {
        int user, customer;
        TimeMs time;
    };
    std::vector<Stated> stated;
    std::vector<Group> groups;
    std::vector<Naming> namings;
    std::map<int, TimeMs> first_event;  // of each ordinal
    std::set<std::pair<int, int>> user_joins;
    std::set<std::pair<int, int>> customer_joins;
};

std::set<int> connected(const std::set<std::pair<int, int>>& joins, int one) {
    std::set<int> reached{one};
    for (bool grew = true; grew;) {
        grew = false;
        for (const auto& [a, b] : joins) {
            if (reached.contains(a) != reached.contains(b)) {
                reached.insert({a, b});
                grew = true;
            }
        }
    }
    return reached;
}

// One person and what was known at `at`, asked moment by moment.
class PlainPerson {
public:
    PlainPerson(const History& history, int person, TimeMs at) {
        const std::set<int> members = connected(history.user_joins, person);
        const auto canonical = [&](int customer) {
            return *connected(history.customer_joins, customer).begin();
        };
        for (auto fact : history.stated) {
            if (!members.contains(fact.user) || fact.from > at) continue;
            fact.customer = canonical(fact.customer);
            known_.stated.push_back(fact);
        }
        for (auto fact : history.groups) {
            if (!members.contains(fact.user) || fact.time > at) continue;
            fact.customer = canonical(fact.customer);
            known_.groups.push_back(fact);
        }
        for (auto fact : history.namings) {
            if (!members.contains(fact.user) || fact.time > at) continue;
            fact.customer = canonical(fact.customer);
            known_.namings.push_back(fact);
        }
        for (const auto& [user, time] : history.first_event) {
            if (members.contains(user)) first_event_ = std::min(first_event_, time);
        }
        find_first_relation();
    }

    // Related in this role, leaving out that a first relation reaches back.
    bool dated(int customer, const std::string& role, TimeMs time) const {
        for (const auto& fact : known_.stated) {
            if (fact.customer == customer && fact.role == role && fact.from <= time &&
                time < fact.until) {
                return true;
            }
        }
        const TimeMs from = implied_from(customer);
        for (const auto& fact : known_.groups) {
            if (fact.customer == customer && fact.role == role && fact.time <= time &&
                fact.time >= from) {
                return true;
            }
        }
        return role == "guest" && guest(customer, time);
    }
    bool related(int customer, TimeMs time) const {
        return related_anyway(customer, time) || guest(customer, time);
    }
    bool inside(int customer, TimeMs time) const {
        return std::ranges::any_of(roles(), [&](const std::string& role) {
            return !is_outside(role) && not_guest(customer, role, time);
        });
    }
    bool belongs(int customer, TimeMs time) const {
        const History::Group* choice = nullptr;
        for (const auto& group : known_.groups) {
            if (group.time > time) continue;
            if (choice == nullptr ||
                std::pair(choice->time, choice->sequence) < std::pair(group.time, group.sequence)) {
                choice = &group;
            }
        }
        if (choice != nullptr && related(choice->customer, time)) {
            return choice->customer == customer;
        }
        return inside(customer, time);
    }
    std::set<int> customers() const {
        std::set<int> all;
        for (const auto& fact : known_.stated)
            all.insert(fact.customer);
        for (const auto& fact : known_.groups)
            all.insert(fact.customer);
        for (const auto& fact : known_.namings)
            all.insert(fact.customer);
        return all;
    }
    std::set<std::string> roles() const {
        std::set<std::string> all{"guest"};
        for (const auto& fact : known_.stated)
            all.insert(fact.role);
        for (const auto& fact : known_.groups)
            all.insert(fact.role);
        return all;
    }

private:
    TimeMs implied_from(int customer) const {
        TimeMs from = kBeginningOfTime;
        for (const auto& fact : known_.stated) {
            if (fact.customer == customer) from = std::max(from, fact.until);
        }
        return from;
    }
    bool stated_or_group(int customer, const std::string& role, TimeMs time) const {
        const TimeMs from = implied_from(customer);
        return std::ranges::any_of(known_.stated,
                                   [&](const auto& fact) {
                                       return fact.customer == customer && fact.role == role &&
                                              fact.from <= time && time < fact.until;
                                   }) ||
               std::ranges::any_of(known_.groups, [&](const auto& fact) {
                   return fact.customer == customer && fact.role == role && fact.time <= time &&
                          fact.time >= from;
               });
    }
    // The first inside relations are those that hold when any first does.
    void find_first_relation() {
        std::set<TimeMs> starts;
        for (const auto& fact : known_.stated)
            starts.insert(fact.from);
        for (const auto& fact : known_.groups)
            starts.insert(fact.time);
        for (TimeMs start : starts) {
            for (int customer : customers()) {
                for (const std::string& role : roles()) {
                    if (!is_outside(role) && stated_or_group(customer, role, start)) {
                        first_relations_.insert({customer, role});
                    }
                }
            }
            if (first_relations_.empty()) continue;
            first_relation_ = start;
            reached_ = std::max(first_event_, start - 30 * kDayMs);
            return;
        }
    }
    bool not_guest(int customer, const std::string& role, TimeMs time) const {
        if (stated_or_group(customer, role, time)) return true;
        return first_relations_.contains({customer, role}) && reached_ <= time &&
               time < first_relation_;
    }
    bool related_anyway(int customer, TimeMs time) const {
        return std::ranges::any_of(
            roles(), [&](const std::string& role) { return not_guest(customer, role, time); });
    }
    bool guest(int customer, TimeMs time) const {
        const TimeMs from = implied_from(customer);
        return !related_anyway(customer, time) &&
               std::ranges::any_of(known_.namings, [&](const auto& fact) {
                   return fact.customer == customer && fact.time <= time && fact.time >= from;
               });
    }

    History known_;
    TimeMs first_event_ = kEndOfTime;
    TimeMs first_relation_ = kEndOfTime;
    TimeMs reached_ = kEndOfTime;
    std::set<std::pair<int, std::string>> first_relations_;
};

// A directory, a builder and the plain history, all told the same.
class World {
public:
    World() {
        auto opened = directory::Directory::open(env_, "d", {}, {});
        directory_ = std::move(*opened);
        for (int i = 0; i < kUsers; ++i)
            tell(RecordBuilder(RecordType::kIdentify).user_id(user(i)));
        for (int i = 0; i < kCustomers; ++i) {
            tell(RecordBuilder(RecordType::kCustomer).customer_id(customer(i)));
        }
    }
    static constexpr int kUsers = 5;
    static constexpr int kCustomers = 4;

    void random_step(std::mt19937& random) {
        const auto pick = [&](int below) {
            return static_cast<int>(random() % static_cast<unsigned>(below));
        };
        const char* const roles[] = {"user", "admin", "guest", "partner"};
        const int who = pick(kUsers);
        const int whose = pick(kCustomers);
        const TimeMs time = moment(pick(kSteps));
        switch (pick(11)) {
            case 0:
            case 1:
                return group(who, whose, roles[pick(4)], time);
            case 2:
            case 3:
                return name(who, whose, time);
            case 4:
                return event(who, time);
            case 5:
            case 6:
                return relate(who, whose, roles[pick(4)], time, pick(60));
            case 7:
                return remove(pick(8));
            case 8:
                return join_users(who, pick(kUsers), pick(3) == 0);
            case 9:
                return pick(4) == 0 ? join_customers(whose, pick(kCustomers), pick(3) == 0)
                                    : event(who, time);
            default:
                return group(who, whose, "user", time);
        }
    }

    std::shared_ptr<const Snapshot> publish() {
        return builder_.publish(directory_->publish(), sequence_);
    }
    const History& history() const { return history_; }
    directory::Directory& directory() { return *directory_; }
    const std::vector<std::function<void(Builder&)>>& facts() const { return facts_; }

private:
    static std::string user(int i) { return fmt::format("u{}", i); }
    static std::string customer(int i) { return fmt::format("c{}", i); }

    void tell(const RecordBuilder& record) {
        auto bytes = record.bytes();
        model::set_sequence(bytes, ++sequence_);
        const auto view = model::RecordView::parse(bytes);
        ASSERT_TRUE(directory_->apply(*view).has_value());
    }
    // Facts borrow their texts: kept as what tells a builder.
    void fact(std::function<void(Builder&)> tell_builder) {
        tell_builder(builder_);
        facts_.push_back(std::move(tell_builder));
    }
    RecordBuilder event_record(const std::string& id, TimeMs time) {
        RecordBuilder record(RecordType::kTrack);
        record.user_id(id).time(time).received(time);
        return record;
    }
    void saw(int who, TimeMs time) {
        const auto [at, made] = history_.first_event.try_emplace(who, time);
        at->second = std::min(at->second, time);
    }

    void event(int who, TimeMs time) {
        const std::string id = user(who);
        tell(event_record(id, time));
        saw(who, time);
    }
    void name(int who, int whose, TimeMs time) {
        const std::string id = user(who);
        const std::string customer_id = customer(whose);
        tell(event_record(id, time).customer_id(customer_id));
        saw(who, time);
        history_.namings.push_back({who, whose, time});
        fact([=](Builder& builder) {
            builder.add(ledger::ImpliedRelation{user_ordinal(who), customer_ordinal(whose), "guest",
                                                time, ledger::ImpliedBy::kNaming});
        });
    }
    void group(int who, int whose, const std::string& role, TimeMs time) {
        const model::Sequence sequence = ++sequence_;
        history_.groups.push_back({who, whose, role, time, sequence});
        fact([=](Builder& builder) {
            builder.add(ledger::ImpliedRelation{user_ordinal(who), customer_ordinal(whose), role,
                                                time, ledger::ImpliedBy::kGroup});
            builder.add(ledger::Choice{user_ordinal(who), customer_ordinal(whose), time, sequence});
        });
    }
    // Untils lie between days, where of the namings of a day none is forgotten.
    void relate(int who, int whose, const std::string& role, TimeMs from, int days) {
        const TimeMs until = days > 45 ? kEndOfTime : (from / kDayMs + days) * kDayMs;
        std::erase_if(history_.stated, [&](const History::Stated& one) {
            return one.user == who && one.customer == whose && one.role == role && one.from == from;
        });
        history_.stated.push_back({who, whose, role, from, until});
        state({who, whose, role, from, until}, false);
    }
    void remove(int which) {
        if (history_.stated.empty()) return;
        const auto at =
            history_.stated.begin() + which % static_cast<std::ptrdiff_t>(history_.stated.size());
        state(*at, true);
        history_.stated.erase(at);
    }
    void state(const History::Stated& one, bool removed) {
        fact([=](Builder& builder) {
            builder.add(ledger::StatedRelation{user_ordinal(one.user),
                                               customer_ordinal(one.customer), one.role, one.from,
                                               one.until, removed});
        });
    }
    void join_users(int a, int b, bool undo) {
        const std::string id = user(a);
        const std::string previous = user(b);
        tell(RecordBuilder(RecordType::kAlias)
                 .user_id(id)
                 .own("previousId", model::Value::of_string(previous))
                 .flag(RecordFlag::kUndo, undo));
        note_join(history_.user_joins, a, b, undo);
    }
    void join_customers(int a, int b, bool undo) {
        const std::string id = customer(a);
        const std::string previous = customer(b);
        tell(RecordBuilder(RecordType::kAlias)
                 .customer_id(id)
                 .own("previousCustomerId", model::Value::of_string(previous))
                 .flag(RecordFlag::kUndo, undo));
        note_join(history_.customer_joins, a, b, undo);
    }
    static void note_join(std::set<std::pair<int, int>>& joins, int a, int b, bool undo) {
        if (a == b) return;
        if (undo) {
            joins.erase(std::minmax(a, b));
        } else {
            joins.insert(std::minmax(a, b));
        }
    }
    static UserOrdinal user_ordinal(int i) { return UserOrdinal{static_cast<std::uint32_t>(i)}; }
    static CustomerOrdinal customer_ordinal(int i) {
        return CustomerOrdinal{static_cast<std::uint32_t>(i)};
    }

    io::MemoryEnv env_;
    std::unique_ptr<directory::Directory> directory_;
    Builder builder_{Rules()};
    History history_;
    std::vector<std::function<void(Builder&)>> facts_;
    model::Sequence sequence_ = 0;
};

bool holds(std::span<const Span> spans, TimeMs time) {
    return std::ranges::any_of(spans, [&](const Span& span) { return span.holds(time); });
}

// Every edge there is, and for each person and customer every moment up to `at`.
void expect_agreement(const Snapshot& snapshot, const History& history, TimeMs at) {
    const Belonging as_of_event(snapshot, Mode::kAsOfEvent, at);
    const Belonging now(snapshot, Mode::kNow, at);
    const Belonging ever(snapshot, Mode::kEver, at);
    std::vector<RelationInterval> scratch;
    for (int person = 0; person < World::kUsers; ++person) {
        if (*connected(history.user_joins, person).begin() != person) continue;
        const UserOrdinal user{static_cast<std::uint32_t>(person)};
        const PlainPerson plain(history, person, at);
        const PlainPerson all(history, person, kEndOfTime);
        const UserEdges mine = snapshot.edges_of(user);
        std::set<int> found;
        for (std::uint32_t e = 0; e < mine.size(); ++e) {
            const auto customer = static_cast<int>(model::index(mine.customer(e)));
            found.insert(customer);
            SCOPED_TRACE(fmt::format("user {} customer {} at {}", person, customer,
                                     (at - kYear2000Ms) / kStep));
            const CustomerEdges edges = snapshot.edges_of(mine.customer(e));
            const std::uint32_t i = edges.find(user);
            ASSERT_LT(i, edges.size());
            const auto spans = as_of_event.spans(edges, i);
            const auto relations = snapshot.relations(user, e, at, scratch);
            bool was_inside = false;
            for (int step = 0; step <= kSteps && moment(step) <= at; ++step) {
                const TimeMs time = moment(step);
                ASSERT_EQ(holds(spans, time), plain.belongs(customer, time)) << step;
                ASSERT_EQ(as_of_event.is_inside(edges, i, time), plain.inside(customer, time))
                    << step;
                was_inside = was_inside || plain.inside(customer, time);
                for (const std::string& role : plain.roles()) {
                    const bool got = std::ranges::any_of(relations, [&](const auto& relation) {
                        return relation.holds(time) && snapshot.roles()[relation.role].name == role;
                    });
                    ASSERT_EQ(got, plain.dated(customer, role, time)) << role << ' ' << step;
                }
            }
            if (at != kEndOfTime) {
                EXPECT_EQ(!now.spans(edges, i).empty(), plain.inside(customer, at));
                EXPECT_EQ(!ever.spans(edges, i).empty(), was_inside);
            }
        }
        EXPECT_EQ(found, all.customers());
    }
}

TEST(Belonging, AgreesWithTheRulesMomentByMoment) {
    for (unsigned seed = 0; seed < seed_count(120); ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random(seed);
        World world;
        for (int step = static_cast<int>(random() % 40); step >= 0; --step) {
            world.random_step(random);
            if (random() % 6 == 0) world.publish();
        }
        const auto snapshot = world.publish();
        expect_agreement(*snapshot, world.history(), kEndOfTime);
        for (int i = 0; i < 3; ++i) {
            expect_agreement(*snapshot, world.history(),
                             moment(static_cast<int>(random() % kSteps)));
        }
        if (::testing::Test::HasFailure()) return;
    }
}

// All that a snapshot says about edges.
std::string describe(const Snapshot& snapshot) {
    std::string text;
    for (std::uint32_t u = 0; u < snapshot.user_count(); ++u) {
        const UserEdges mine = snapshot.edges_of(UserOrdinal{u});
        for (std::uint32_t e = 0; e < mine.size(); ++e) {
            const CustomerEdges edges = snapshot.edges_of(mine.customer(e));
            const std::uint32_t i = edges.find(UserOrdinal{u});
            text += fmt::format("{}-{}", u, model::index(mine.customer(e)));
            for (const RelationInterval& relation : mine[e].relations) {
                text +=
                    fmt::format(" {}[{},{}){}", snapshot.roles()[relation.role].name,
                                relation.since, relation.until, static_cast<int>(relation.source));
            }
            for (const Span& span : edges.inside(i)) {
                text += fmt::format(" in {}-{}", span.from, span.until);
            }
            for (const Span& span : edges.belonging(i)) {
                text += fmt::format(" its {}-{}", span.from, span.until);
            }
            text += '\n';
        }
    }
    return text;
}

TEST(Belonging, WhatIsMadeAtTheStartIsWhatGrewMeanwhile) {
    for (unsigned seed = 0; seed < 200; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random(seed);
        World world;
        for (int step = 0; step < 50; ++step) {
            world.random_step(random);
            if (random() % 3 == 0) world.publish();
        }
        const auto grown = world.publish();
        Builder builder{Rules()};
        for (const auto& fact : world.facts())
            fact(builder);
        const auto made = builder.publish(world.directory().publish(), 1);
        std::map<std::string, std::string> sorted;
        ASSERT_EQ(describe(*grown), describe(*made));
    }
}

TEST(Belonging, EdgesAreNumberedByCustomerThenUser) {
    for (unsigned seed = 0; seed < 100; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random(seed);
        World world;
        std::shared_ptr<const Snapshot> snapshot;
        for (int step = 0; step < 30; ++step) {
            world.random_step(random);
            if (random() % 3 != 0) continue;
            snapshot = world.publish();
            std::uint32_t number = 0;
            for (std::uint32_t c = 0; c < snapshot->customer_count(); ++c) {
                const CustomerEdges edges = snapshot->edges_of(CustomerOrdinal{c});
                ASSERT_EQ(snapshot->first_edge(CustomerOrdinal{c}), number);
                for (std::uint32_t i = 0; i < edges.size(); ++i, ++number) {
                    ASSERT_EQ(snapshot->customer_of(number), CustomerOrdinal{c});
                    ASSERT_TRUE(i == 0 || edges.user(i - 1) < edges.user(i));
                    const UserEdges mine = snapshot->edges_of(edges.user(i));
                    bool both_ways = false;
                    for (std::uint32_t e = 0; e < mine.size(); ++e) {
                        both_ways = both_ways || mine.customer(e) == CustomerOrdinal{c};
                    }
                    ASSERT_TRUE(both_ways);
                }
            }
            ASSERT_EQ(snapshot->edge_count(), number);
        }
    }
}

}  // namespace
}  // namespace twofold::frame
