// SPDX-License-Identifier: Apache-2.0
#include "frame/derive_relations.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace twofold::frame {
namespace {

constexpr std::uint32_t kNoCustomer = std::numeric_limits<std::uint32_t>::max();

template <typename Fact>
std::uint32_t customer_at(const std::vector<Fact>& facts, std::size_t i) {
    return i < facts.size() ? facts[i].customer : kNoCustomer;
}

template <typename Fact>
std::size_t end_of_customer(const std::vector<Fact>& facts, std::size_t i, std::uint32_t customer) {
    while (i < facts.size() && facts[i].customer == customer)
        ++i;
    return i;
}

}  // namespace

void join_intervals(std::vector<RelationInterval>& relations) {
    if (relations.size() < 2) return;
    std::sort(relations.begin(), relations.end(),
              [](const RelationInterval& a, const RelationInterval& b) {
                  return std::tie(a.role, a.since, a.source, a.rule) <
                         std::tie(b.role, b.since, b.source, b.rule);
              });
    std::size_t last = 0;
    for (std::size_t i = 1; i < relations.size(); ++i) {
        RelationInterval& before = relations[last];
        if (relations[i].role == before.role && relations[i].since <= before.until) {
            before.until = std::max(before.until, relations[i].until);
        } else {
            relations[++last] = relations[i];
        }
    }
    relations.resize(last + 1);
}

std::span<const DerivedEdge> RelationDeriver::derive(const RelationFacts& facts, TimeMs first_event,
                                                     const RelationRules& rules, TimeMs at) {
    rules_ = rules;
    edge_count_ = 0;
    pairs_.clear();
    earliest_ = facts.first_fact;
    first_since_ = kEndOfTime;
    reached_ = kEndOfTime;
    settled_from_ = kBeginningOfTime;
    std::size_t stated = 0;
    std::size_t acts = 0;
    std::size_t standing = 0;
    while (true) {
        const std::uint32_t customer =
            std::min({customer_at(facts.stated, stated), customer_at(facts.acts, acts),
                      customer_at(facts.standing, standing)});
        if (customer == kNoCustomer) break;
        Pair& pair = pairs_.emplace_back();
        pair.stated_begin = stated;
        pair.stated_end = stated = end_of_customer(facts.stated, stated, customer);
        pair.acts_begin = acts;
        pair.acts_end = acts = end_of_customer(facts.acts, acts, customer);
        pair.standing_begin = standing;
        pair.standing_end = standing = end_of_customer(facts.standing, standing, customer);
        relate(facts, pair, next_edge(customer), at);
    }
    for (std::size_t i = 0; i < edge_count_; ++i)
        add_standing(facts, pairs_[i], edges_[i], at);
    reach_back(first_event);
    for (std::size_t i = 0; i < edge_count_; ++i) {
        add_guests(pairs_[i], edges_[i]);
        find_inside(edges_[i]);
    }
    find_belonging(facts);
    return {edges_.data(), edge_count_};
}

DerivedEdge& RelationDeriver::next_edge(std::uint32_t customer) {
    if (edge_count_ == edges_.size()) edges_.emplace_back();
    DerivedEdge& edge = edges_[edge_count_++];
    edge.customer = customer;
    edge.relations.clear();
    edge.inside.clear();
    edge.belonging.clear();
    edge.first = kEndOfTime;
    return edge;
}

// Steps 1 to 3.
void RelationDeriver::relate(const RelationFacts& facts, Pair& pair, DerivedEdge& edge, TimeMs at) {
    TimeMs implied_from = kBeginningOfTime;
    for (std::size_t i = pair.stated_begin; i < pair.stated_end; ++i) {
        const StatedFact& fact = facts.stated[i];
        if (fact.from > at) continue;
        implied_from = std::max(implied_from, fact.until);
        pair.stated_from = std::min(pair.stated_from, fact.from);
        for (std::size_t s = pair.standing_begin; s < pair.standing_end; ++s) {
            const StandingFact& standing = facts.standing[s];
            const bool self = standing.source == RelationSource::kSelf;
            if (self && standing.role == fact.role) {
                pair.self_from = std::min(pair.self_from, fact.from);
            }
        }
        if (fact.from < fact.until) {
            edge.relations.push_back({fact.from, fact.until, fact.role, RelationSource::kStated});
        }
        // Before it was stated, what clients implied counted.
        if (pair.acts_begin < pair.acts_end || pair.standing_begin < pair.standing_end)
            settled_from_ = std::max(settled_from_, fact.from);
    }
    for (std::size_t i = pair.acts_begin; i < pair.acts_end; ++i) {
        const ActFact& act = facts.acts[i];
        if (act.time > at || act.time < implied_from) continue;
        if (act.source == RelationSource::kNaming) {
            if (rules_.naming_makes_guests && act.time < pair.named_from) {
                pair.named_from = act.time;
                pair.named_role = act.role;
            }
            count_naming(pair, act);
            continue;
        }
        // Acts of one role follow each other in time: the first one counts.
        const bool known = !edge.relations.empty() && edge.relations.back().role == act.role &&
                           edge.relations.back().source == act.source;
        if (!known) edge.relations.push_back({act.time, kEndOfTime, act.role, act.source});
    }
    join_intervals(edge.relations);
    for (const RelationInterval& relation : edge.relations) {
        if (!outside(relation.role)) first_since_ = std::min(first_since_, relation.since);
        earliest_ = std::min(earliest_, relation.since);
    }
}

// Of one day two are kept at most, and namings follow each other in time.
void RelationDeriver::count_naming(Pair& pair, const ActFact& act) {
    const bool same_day = pair.named_days > 0 && act.time / kDayMs == pair.last_named / kDayMs;
    pair.last_named = act.time;
    if (same_day || rules_.acting == nullptr) return;
    ++pair.named_days;
    for (const ActingRule& rule : *rules_.acting) {
        if (rule.days == pair.named_days) settled_from_ = std::max(settled_from_, act.time);
    }
}

// Step 3. Who is known by an alias alone has no date, and no such relation.
void RelationDeriver::add_standing(const RelationFacts& facts, const Pair& pair, DerivedEdge& edge,
                                   TimeMs at) {
    if (pair.standing_begin == pair.standing_end) return;
    for (std::size_t i = pair.standing_begin; i < pair.standing_end; ++i) {
        const StandingFact& fact = facts.standing[i];
        const bool ends = fact.known_until != kEndOfTime;
        settled_from_ =
            std::max({settled_from_, fact.known_from, ends ? fact.known_until : kBeginningOfTime});
        const bool over = ends && at >= fact.known_until;
        if (at < fact.known_from || over) continue;
        const bool stated = pair.stated_from != kEndOfTime;
        const TimeMs until = stated ? pair.self_from : kEndOfTime;
        if (stated && (until == kEndOfTime || fact.source != RelationSource::kSelf)) continue;
        if (earliest_ < until) {
            edge.relations.push_back({earliest_, until, fact.role, fact.source, fact.rule});
        }
    }
    join_intervals(edge.relations);
}

// Step 4.
void RelationDeriver::reach_back(TimeMs first_event) {
    reached_ = first_since_;
    if (first_since_ == kEndOfTime || first_event >= first_since_) return;
    const bool far = first_since_ >= kBeginningOfTime + rules_.first_relation_ms;
    reached_ = far ? std::max(first_event, first_since_ - rules_.first_relation_ms) : first_event;
    if (reached_ < first_since_) settled_from_ = std::max(settled_from_, first_since_);
}

TimeMs RelationDeriver::effective_since(const RelationInterval& relation) const {
    const bool reaches = relation.since == first_since_ && !outside(relation.role);
    return reaches ? reached_ : relation.since;
}

// Step 5.
void RelationDeriver::add_guests(const Pair& pair, DerivedEdge& edge) {
    if (pair.named_from == kEndOfTime) return;
    scratch_.clear();
    for (const RelationInterval& relation : edge.relations) {
        scratch_.push_back({effective_since(relation), relation.until});
    }
    normalize(scratch_);
    subtract({{pair.named_from, kEndOfTime}}, scratch_, scratch2_);
    RelationInterval guest{0, 0, pair.named_role, RelationSource::kNaming};
    if (rules_.acting != nullptr) {
        const auto rule = std::ranges::find_if(
            *rules_.acting, [&](const ActingRule& one) { return pair.named_days >= one.days; });
        if (rule != rules_.acting->end()) {
            guest = {0, 0, rule->role, RelationSource::kRule, rule->rule};
        }
    }
    for (const Span& span : scratch2_) {
        guest.since = span.from;
        guest.until = span.until;
        edge.relations.push_back(guest);
    }
    join_intervals(edge.relations);
}

// Step 6.
void RelationDeriver::find_inside(DerivedEdge& edge) {
    for (const RelationInterval& relation : edge.relations) {
        const TimeMs since = effective_since(relation);
        edge.first = std::min(edge.first, since);
        if (!outside(relation.role)) edge.inside.push_back({since, relation.until});
    }
    normalize(edge.inside);
}

// Step 7.
void RelationDeriver::find_belonging(const RelationFacts& facts) {
    if (facts.choices.empty() || edge_count_ == 0) {
        for (std::size_t i = 0; i < edge_count_; ++i)
            edges_[i].belonging = edges_[i].inside;
        return;
    }
    chosen_.clear();
    if (related_.size() < edge_count_) related_.resize(edge_count_);
    for (std::size_t i = 0; i < edge_count_; ++i) {
        DerivedEdge& edge = edges_[i];
        related_[i].clear();
        for (const RelationInterval& relation : edge.relations) {
            related_[i].push_back({effective_since(relation), relation.until});
        }
        normalize(related_[i]);
        // While this customer is the latest choice. Of choices at one time the last one counts.
        scratch_.clear();
        for (std::size_t c = 0; c < facts.choices.size(); ++c) {
            if (facts.choices[c].customer != edge.customer) continue;
            const bool last = c + 1 == facts.choices.size();
            scratch_.push_back(
                {facts.choices[c].time, last ? kEndOfTime : facts.choices[c + 1].time});
        }
        normalize(scratch_);
        intersect(scratch_, related_[i], edge.belonging);
        chosen_.insert(chosen_.end(), edge.belonging.begin(), edge.belonging.end());
    }
    normalize(chosen_);
    for (std::size_t i = 0; i < edge_count_; ++i) {
        DerivedEdge& edge = edges_[i];
        subtract(edge.inside, chosen_, scratch_);
        edge.belonging.insert(edge.belonging.end(), scratch_.begin(), scratch_.end());
        normalize(edge.belonging);
    }
}

}  // namespace twofold::frame
