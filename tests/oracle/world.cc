// SPDX-License-Identifier: Apache-2.0
#include "oracle/world.h"

#include <algorithm>
#include <cmath>
#include <ranges>
#include <tuple>

#include "base/currency.h"
#include "oracle/money.h"

namespace twofold::oracle {
namespace {

double major_of(std::int64_t minor, const std::string& currency) {
    return static_cast<double>(minor) / std::pow(10.0, minor_digits(currency));
}

Segment segment_of(const Record& record) {
    Segment segment;
    segment.id = record.name;
    segment.item = record.item;
    segment.plan = record.plan;
    segment.currency = record.currency;
    segment.quantity = record.quantity;
    segment.from = record.time;
    segment.until = record.until;
    segment.trial_until = record.trial_until;
    const double each = major_of(record.amount, record.currency);
    const double off = major_of(record.amount_off, record.currency);
    const double price = each * static_cast<double>(record.quantity);
    const double paid = price * (1 - record.discount_percent / 100) - off;
    segment.monthly = record.months > 0 ? std::max(0.0, paid) / record.months : 0;
    return segment;
}

std::string lower(std::string text) {
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    return text;
}

/// Whether `test` holds of the text, of one of the list, or of what prints a whole number.
template <typename Test>
bool any_value(const Value& value, const Test& test) {
    if (const auto* whole = std::get_if<std::int64_t>(&value.is)) {
        return test(std::to_string(*whole));
    }
    if (const auto* list = std::get_if<Values>(&value.is)) {
        return std::ranges::any_of(*list,
                                   [&](const Value& element) { return any_value(element, test); });
    }
    const auto* text = std::get_if<std::string>(&value.is);
    return text != nullptr && !text->empty() && test(*text);
}

/// What is known of one user and one customer before any date is moved.
struct Pair {
    std::map<std::pair<std::string, TimeMs>, TimeMs> stated;  ///< (role, from) → until
    std::vector<std::pair<TimeMs, std::string>> calls;        ///< `group`: when, role
};

TimeMs last_stated(const Pair& pair) {
    TimeMs last = kBeginningOfTime;
    for (const auto& [key, until] : pair.stated)
        last = std::max(last, until);
    return last;
}

/// Intervals of one role, joined where they overlap or touch.
void add_joined(std::vector<Relation>& relations, const Relation& one) {
    Relation whole = one;
    std::erase_if(relations, [&](const Relation& other) {
        const bool same = other.person == one.person && other.customer == one.customer &&
                          other.role == one.role && other.from <= whole.until &&
                          whole.from <= other.until;
        if (same) {
            whole.from = std::min(whole.from, other.from);
            whole.until = std::max(whole.until, other.until);
        }
        return same;
    });
    relations.push_back(whole);
}

}  // namespace

World::World(const std::vector<Record>& records, const Settings& project, TimeMs moment,
             std::optional<ask::RelationsAsOf> rolled_up)
    : settings(project), at(moment), rolled_up_(rolled_up) {
    const Identities who = identify(records, project.self_customers);
    for (std::size_t i = 0; i < who.people.size(); ++i) {
        people.push_back({who.people[i], who.known[i], kEndOfTime, {}});
    }
    for (const std::string& id : who.customers)
        customers.emplace_back().id = id;
    // Traits of one time are the later record's; by time otherwise.
    std::vector<std::size_t> order(records.size());
    for (std::size_t i = 0; i < order.size(); ++i)
        order[i] = i;
    std::ranges::stable_sort(order, {}, [&](std::size_t i) { return records[i].time; });
    for (const std::size_t i : order) {
        if (records[i].time <= at)
            take(records[i], who.person_of[i], who.customer_of[i], who.parent_of[i], i);
    }
    take_segments();
    relate(records, who);
    reach_back();
    self_customers(who);
    join_by_rules(who);
    guests();
    find_free();
    own_relations_ = relations;
    if (rolled_up_) roll_up();
    add_money_facts();
}

void World::take(const Record& record, int person, int customer, int parent, std::size_t position) {
    // A join of ids is no fact of its own, nor is a relation that was taken back.
    if (record.type == RecordType::kAlias || record.removed) return;
    const auto exists = [&](TimeMs& from) { from = std::min(from, record.time); };
    if (person >= 0) exists(people[static_cast<std::size_t>(person)].exists_from);
    if (customer >= 0) exists(customers[static_cast<std::size_t>(customer)].exists_from);
    Customer* payer = customer < 0 ? nullptr : &customers[static_cast<std::size_t>(customer)];
    switch (record.type) {
        case RecordType::kEvent:
            events.push_back({record.time, position, person, customer, record.name,
                              record.automatic, false, record.values});
            break;
        case RecordType::kIdentify:
            for (const auto& [name, value] : record.values) {
                people[static_cast<std::size_t>(person)].traits[name] = value;
            }
            break;
        case RecordType::kGroup:
            if (person >= 0) choices.push_back({record.time, position, person, customer});
            [[fallthrough]];
        case RecordType::kCustomer:
            for (const auto& [name, value] : record.values)
                payer->traits[name][record.time] = value;
            if (!record.kind.empty()) payer->kind = record.kind;
            if (record.says_parent) payer->parents[record.time] = parent;
            break;
        case RecordType::kSubscription: {
            const Segment made = segment_of(record);
            std::erase_if(payer->segments, [&](const Segment& other) {
                return other.id == made.id && other.item == made.item && other.from == made.from;
            });
            payer->segments.push_back(made);
            break;
        }
        case RecordType::kPayment:
            payer->payments.push_back({record.time, record.kind, record.amount, record.currency});
            break;
        case RecordType::kRelation:
        case RecordType::kAlias:
            break;
    }
}

void World::take_segments() {
    for (Customer& customer : customers) {
        for (Segment& segment : customer.segments) {
            for (const Segment& next : customer.segments) {
                const bool follows =
                    next.id == segment.id && next.item == segment.item && next.from > segment.from;
                if (follows) segment.until = std::min(segment.until, next.from);
            }
        }
    }
}

void World::relate(const std::vector<Record>& records, const Identities& who) {
    std::map<std::pair<int, int>, Pair> pairs;
    for (std::size_t i = 0; i < records.size(); ++i) {
        const Record& record = records[i];
        if (who.person_of[i] < 0 || who.customer_of[i] < 0 || record.time > at) continue;
        Pair& pair = pairs[{who.person_of[i], who.customer_of[i]}];
        if (record.type == RecordType::kGroup) pair.calls.emplace_back(record.time, record.role);
        if (record.type != RecordType::kRelation) continue;
        if (record.removed) {
            pair.stated.erase({record.role, record.time});
        } else {
            pair.stated[{record.role, record.time}] = record.until;
        }
    }
    for (const auto& [key, pair] : pairs) {
        const auto add = [&, id = key](const std::string& role, TimeMs from, TimeMs until) {
            add_joined(relations, {id.first, id.second, role, from, until, !is_outside(role)});
        };
        for (const auto& [stated, until] : pair.stated)
            add(stated.first, stated.second, until);
        const TimeMs after = last_stated(pair);
        stated_until_[key] = after;
        for (const auto& [stated, until] : pair.stated)
            stated_roles_[key].push_back(stated);
        for (const auto& [time, role] : pair.calls) {
            if (time >= after) add(role, time, kEndOfTime);
        }
    }
}

/// "Signed Up" is sent before `group`: a user's first relation begins with its first event.
void World::reach_back() {
    const DurationMs most = settings.first_relation_days * kDayMs;
    for (std::size_t person = 0; person < people.size(); ++person) {
        TimeMs first_event = kEndOfTime;
        for (const Event& event : events) {
            if (event.person == static_cast<int>(person)) {
                first_event = std::min(first_event, event.time);
            }
        }
        TimeMs first_relation = kEndOfTime;
        for (const Relation& relation : relations) {
            if (relation.person == static_cast<int>(person) && relation.inside) {
                first_relation = std::min(first_relation, relation.from);
            }
        }
        if (first_event >= first_relation) continue;
        for (Relation& relation : relations) {
            if (relation.person == static_cast<int>(person) && relation.inside &&
                relation.from == first_relation) {
                relation.from = std::max(first_event, first_relation - most);
                TimeMs& from = customers[static_cast<std::size_t>(relation.customer)].exists_from;
                from = std::min(from, relation.from);
            }
        }
    }
}

/// Everyone is a customer too, of the same id, from the first that is known of it on: of the
/// customers of its ids those that have something of their own, or that a record says are its self;
/// without any, that of the id by which it is called.
void World::self_customers(const Identities& who) {
    for (std::size_t i = 0; i < who.selves.size(); ++i) {
        const int person = static_cast<int>(i);
        if (who.selves[i].empty()) continue;
        TimeMs since = people[i].exists_from;
        std::set<int> selves;
        for (const int customer : who.selves[i]) {
            if (has_facts(customers[static_cast<std::size_t>(customer)])) selves.insert(customer);
        }
        for (const Relation& relation : relations) {
            if (relation.person != person) continue;
            since = std::min(since, relation.from);
            if (relation.role == "self") selves.insert(relation.customer);
        }
        if (selves.empty()) selves.insert(who.selves[i].front());
        if (since == kEndOfTime) continue;
        for (const int customer : selves) {
            TimeMs until = kEndOfTime;
            bool other = false;
            for (const auto& [role, from] : stated_roles_[{person, customer}]) {
                other = other || role != "self";
                if (role == "self") until = std::min(until, from);
            }
            if (other && until == kEndOfTime) continue;
            if (since < until)
                add_joined(relations, {person, customer, "self", since, until, true});
            TimeMs& from = customers[static_cast<std::size_t>(customer)].exists_from;
            from = std::min(from, since);
        }
    }
}

/// As if it had always been so; but what records state of a pair goes before.
void World::join_by_rules(const Identities& who) {
    const std::vector<Relation> others = relations;
    for (std::size_t i = 0; i < people.size(); ++i) {
        const int person = static_cast<int>(i);
        TimeMs since = people[i].exists_from;
        for (const Relation& relation : others)
            if (relation.person == person) since = std::min(since, relation.from);
        if (since == kEndOfTime) continue;
        for (int customer = 0; customer < static_cast<int>(customers.size()); ++customer) {
            for (const Rule& rule : settings.rules) {
                if (!stated_roles_[{person, customer}].empty()) continue;
                if (!matches(rule, people[i], customer, who)) continue;
                add_joined(relations, {person, customer, rule.role, since, kEndOfTime,
                                       !is_outside(rule.role)});
                TimeMs& from = customers[static_cast<std::size_t>(customer)].exists_from;
                from = std::min(from, since);
            }
        }
    }
}

bool World::matches(const Rule& rule, const Person& person, int customer,
                    const Identities& who) const {
    const auto trait = person.traits.find(rule.user_trait);
    if (rule.by == "acting" || trait == person.traits.end()) return false;
    if (rule.by == "email-domain") {
        const auto verified = person.traits.find("email_verified");
        const bool sure =
            verified != person.traits.end() &&
            (verified->second == Value{true} || verified->second == Value{std::string("true")});
        if (!sure && !rule.unverified) return false;
    }
    const Customer& of = customers[static_cast<std::size_t>(customer)];
    const std::set<std::string> free_mail = {"gmail.com", "outlook.com", "yahoo.com"};
    const auto same = [&](std::string text) {
        if (rule.by == "email-domain") {
            const std::size_t sign = text.rfind('@');
            if (sign == std::string::npos || sign == 0) return false;
            text = lower(text.substr(sign + 1));
            if (text.empty() || free_mail.contains(text)) return false;
        } else if (rule.customer_trait.empty()) {
            const auto named = who.customer_ids.find(text);
            return named != who.customer_ids.end() && named->second == customer;
        }
        const auto traits = of.traits.find(rule.customer_trait);
        if (traits == of.traits.end()) return false;
        return any_value(traits->second.rbegin()->second, [&](const std::string& held) {
            return (rule.by == "email-domain" ? lower(held) : held) == text;
        });
    };
    return any_value(trait->second, same);
}

bool World::has_facts(const Customer& customer) const {
    return !customer.traits.empty() || !customer.kind.empty() || !customer.parents.empty() ||
           !customer.segments.empty() || !customer.payments.empty();
}

/// Whoever names a customer is its guest from then on, whenever not related to it anyway.
void World::guests() {
    std::map<std::pair<int, int>, TimeMs> since;
    std::map<std::pair<int, int>, std::set<std::int64_t>> days;
    for (const Event& event : events) {
        if (event.named < 0 || event.person < 0) continue;
        const std::pair pair(event.person, event.named);
        const auto stated = stated_until_.find(pair);
        if (stated != stated_until_.end() && event.time < stated->second) continue;
        since.try_emplace(pair, event.time);
        days[pair].insert(event.time / kDayMs);
    }
    for (const auto& [pair, named] : since) {
        std::string role = "guest";
        for (const Rule& rule : settings.rules | std::views::reverse) {
            const bool enough = static_cast<std::int64_t>(days[pair].size()) >= rule.days;
            if (rule.by == "acting" && enough) role = rule.role;
        }
        std::vector<Relation> others;
        for (const Relation& relation : relations) {
            const bool same = relation.person == pair.first && relation.customer == pair.second;
            if (same && relation.until > named) others.push_back(relation);
        }
        std::ranges::sort(others, {}, &Relation::from);
        TimeMs from = named;
        for (const Relation& other : others) {
            if (from < other.from) add_guest(pair, role, from, other.from);
            from = std::max(from, other.until);
        }
        if (from < kEndOfTime) add_guest(pair, role, from, kEndOfTime);
    }
}

void World::add_guest(const std::pair<int, int>& pair, const std::string& role, TimeMs from,
                      TimeMs until) {
    add_joined(relations, {pair.first, pair.second, role, from, until, !is_outside(role)});
}

void World::find_free() {
    const auto take = [&](int customer, TimeMs time) {
        TimeMs& from = customers[static_cast<std::size_t>(customer)].free_from;
        from = std::min(from, time);
    };
    for (const Relation& relation : relations)
        if (relation.inside) take(relation.customer, relation.from);
    for (const Event& event : events)
        if (event.named >= 0) take(event.named, event.time);
    for (Customer& customer : customers)
        for (const Segment& segment : customer.segments)
            customer.free_from = std::min(customer.free_from, segment.from);
}

int World::parent(int customer, TimeMs moment) const {
    const auto& parents = customers[static_cast<std::size_t>(customer)].parents;
    const auto later = parents.upper_bound(moment);
    return later == parents.begin() ? -1 : std::prev(later)->second;
}

int World::root(int customer, TimeMs moment) const {
    if (!rolled_up_) return customer;
    if (*rolled_up_ == ask::RelationsAsOf::kNow) moment = at;
    std::vector<int> way{customer};
    while (true) {
        const int above = parent(way.back(), moment);
        if (above < 0) return way.back();
        if (std::ranges::count(way, above) > 0) return above;
        way.push_back(above);
    }
}

/// Cuts everything dated where some parent changes, and gives each piece to the root of that time.
void World::roll_up() {
    std::set<TimeMs> cuts{kBeginningOfTime, kEndOfTime};
    for (const Customer& customer : customers) {
        for (const auto& [time, parent] : customer.parents)
            cuts.insert(time);
    }
    const auto each_piece = [&](TimeMs from, TimeMs until, const auto& take) {
        for (auto cut = cuts.begin(); std::next(cut) != cuts.end(); ++cut) {
            const TimeMs begin = std::max(from, *cut);
            const TimeMs end = std::min(until, *std::next(cut));
            if (begin < end) take(begin, end);
        }
    };
    relations.clear();
    for (const Relation& own : own_relations_) {
        each_piece(own.from, own.until, [&](TimeMs from, TimeMs until) {
            Relation piece = own;
            piece.customer = root(own.customer, from);
            piece.from = from;
            piece.until = until;
            add_joined(relations, piece);
        });
    }
    std::vector<TimeMs> exist(customers.size(), kEndOfTime);
    std::vector<TimeMs> free(customers.size(), kEndOfTime);
    for (std::size_t i = 0; i < customers.size(); ++i) {
        const auto number = static_cast<int>(i);
        each_piece(kBeginningOfTime, kEndOfTime, [&](TimeMs from, TimeMs until) {
            const auto whole = static_cast<std::size_t>(root(number, from));
            customers[whole].rolled_up = true;
            customers[whole].parts.push_back({&customers[i], from, until});
            const TimeMs exists = std::max(from, customers[i].exists_from);
            if (exists < until) exist[whole] = std::min(exist[whole], exists);
            const TimeMs begins = std::max(from, customers[i].free_from);
            if (begins < until) free[whole] = std::min(free[whole], begins);
        });
        customers[i].rolled_up = true;
    }
    for (std::size_t i = 0; i < customers.size(); ++i) {
        customers[i].exists_from = exist[i];
        customers[i].free_from = free[i];
    }
}

bool World::is_outside(const std::string& role) const {
    return std::ranges::count(settings.outside_roles, role) > 0;
}

bool World::holds(const Relation& relation, const Looking& looking) const {
    if (looking.ever) return relation.from <= at;
    return relation.from <= looking.moment && looking.moment < relation.until;
}

bool World::inside(int person, int customer, const Looking& looking) const {
    return std::ranges::any_of(relations, [&](const Relation& relation) {
        return relation.person == person && relation.customer == customer && relation.inside &&
               holds(relation, looking);
    });
}

std::set<int> World::customers_of(const Event& event, ask::RelationsAsOf mode) const {
    // A fact's customer is the whole already.
    if (event.fact) return {event.named};
    if (rolled_up_ && mode == ask::RelationsAsOf::kEver && event.named < 0) {
        std::set<int> related;
        for (const Relation& relation : relations) {
            if (relation.person == event.person && relation.inside)
                related.insert(relation.customer);
        }
        return related;
    }
    std::set<int> roots;
    for (const int customer : own_customers_of(event, mode))
        roots.insert(root(customer, event.time));
    return roots;
}

std::set<int> World::own_customers_of(const Event& event, ask::RelationsAsOf mode) const {
    if (event.named >= 0) return {event.named};
    if (event.person < 0) return {};
    Looking looking{event.time, false};
    if (mode == ask::RelationsAsOf::kNow) looking.moment = at;
    if (mode == ask::RelationsAsOf::kEver) looking.ever = true;
    if (mode == ask::RelationsAsOf::kEvent) {
        const Choice* chosen = nullptr;
        for (const Choice& choice : choices) {
            if (choice.person == event.person && choice.time <= event.time) chosen = &choice;
        }
        // A choice names its customer: a relation of any role will do.
        const auto carries = [&](const Relation& relation) {
            return relation.person == event.person && relation.customer == chosen->customer &&
                   holds(relation, looking);
        };
        if (chosen != nullptr && std::ranges::any_of(own_relations_, carries)) {
            return {chosen->customer};
        }
    }
    std::set<int> related;
    for (const Relation& relation : own_relations_) {
        if (relation.person == event.person && relation.inside && holds(relation, looking)) {
            related.insert(relation.customer);
        }
    }
    return related;
}

void World::add_money_facts() {
    for (std::size_t i = 0; i < customers.size(); ++i) {
        for (MoneyFact& fact : money_facts(customers[i], at, settings.payment_counts_days)) {
            Event event;
            event.time = fact.time;
            event.position = events.size() + 1'000'000;
            event.named = static_cast<int>(i);
            event.name = std::move(fact.name);
            event.fact = true;
            event.properties = std::move(fact.properties);
            events.push_back(std::move(event));
        }
    }
    // At equal times facts come after events.
    std::ranges::stable_sort(events, {}, [](const Event& event) {
        return std::tuple(event.time, event.fact, event.position);
    });
}

}  // namespace twofold::oracle
