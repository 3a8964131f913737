// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "frame/edges.h"
#include "frame/relation_facts.h"
#include "frame/span_set.h"

namespace twofold::frame {

/// A rule by which whoever named a customer on so many UTC days is no guest of it.
struct ActingRule {
    std::int64_t days = 0;
    RoleCode role = 0;
    std::uint8_t rule = 0;
};

struct RelationRules {
    const std::vector<Role>* roles = nullptr;  ///< By RoleCode.
    bool naming_makes_guests = true;
    DurationMs first_relation_ms = 30 * kDayMs;
    const std::vector<ActingRule>* acting = nullptr;  ///< Null: none.
};

/// Sorts by role, then since; joins those of one role that touch or overlap.
void join_intervals(std::vector<RelationInterval>& relations);

/// What follows for one customer of a user.
struct DerivedEdge {
    std::uint32_t customer = 0;
    std::vector<RelationInterval> relations;  ///< By role, then since.
    SpanSet inside;                           ///< Related in an inside role.
    SpanSet belonging;                        ///< The user's unnamed events are the customer's.
    TimeMs first = kEndOfTime;                ///< Earliest relation of any role, reaching back.
};

/// From the facts of one person to its relations and to what of its events belongs to whom: the
/// rules of wire.md (Relations, first relation) and ask.md (Belonging, as of event), in one place.
///
/// For each pair with a customer:
///   1. Stated intervals count as they are.
///   2. Implied ones of a role count from its first act; where the pair has stated intervals, from
///      the first act at or after the last stated `until`.
///   3. Standing ones count from the person's earliest fact or relation on, where the pair has no
///      stated interval; a stated one in the role `self` goes back to there.
///      Intervals of one role are joined where they touch or overlap.
/// Over all customers:
///   4. The earliest inside relations but for standing ones (all that start at that moment) reach
///      back to the person's first event, at most first_relation_ms.
///   5. Who named a customer is its guest from the first such event (as in 2.) on, whenever not
///      related to it anyway (4. included); where a rule says so, and there are days enough, it is
///      so in the rule's role.
///   6. *Inside*: related in an inside role.
///   7. *Belonging*: at each moment to the customer of the latest choice, if related to it in any
///      role then; else to all that the person is inside.
///
/// Holds memory that is used again; one thread.
class RelationDeriver {
public:
    /// Facts dated after `at` are left out. `facts` name canonical customers. The result is valid
    /// until the next call: one edge for each customer that occurs in the facts, ascending.
    std::span<const DerivedEdge> derive(const RelationFacts& facts, TimeMs first_event,
                                        const RelationRules& rules, TimeMs at = kEndOfTime);

    /// Of the last derivation with everything: for every `at` from here on it says the same about
    /// moments up to `at`; for an earlier one derive anew.
    TimeMs settled_from() const noexcept { return settled_from_; }

private:
    struct Pair {
        std::size_t stated_begin, stated_end;
        std::size_t acts_begin, acts_end;
        std::size_t standing_begin, standing_end;
        TimeMs stated_from = kEndOfTime;  ///< Earliest stated interval,
        TimeMs self_from = kEndOfTime;    ///< and in the role of a self customer.
        TimeMs named_from = kEndOfTime;   ///< Guest from here on where nothing else.
        RoleCode named_role = kNoRole;
        std::int64_t named_days = 0;
        TimeMs last_named = kBeginningOfTime;
    };

    DerivedEdge& next_edge(std::uint32_t customer);
    void relate(const RelationFacts& facts, Pair& pair, DerivedEdge& edge, TimeMs at);
    void add_standing(const RelationFacts& facts, const Pair& pair, DerivedEdge& edge, TimeMs at);
    void count_naming(Pair& pair, const ActFact& act);
    void reach_back(TimeMs first_event);
    void add_guests(const Pair& pair, DerivedEdge& edge);
    void find_inside(DerivedEdge& edge);
    void find_belonging(const RelationFacts& facts);
    bool outside(RoleCode role) const { return (*rules_.roles)[role].outside; }
    TimeMs effective_since(const RelationInterval& relation) const;

    RelationRules rules_;
    std::vector<DerivedEdge> edges_;
    std::size_t edge_count_ = 0;
    std::vector<Pair> pairs_;
    std::vector<SpanSet> related_;  ///< Of each edge, in any role.
    SpanSet scratch_;
    SpanSet scratch2_;
    SpanSet chosen_;
    TimeMs earliest_ = kEndOfTime;     ///< Fact or relation of the person.
    TimeMs first_since_ = kEndOfTime;  ///< Of the earliest inside relations,
    TimeMs reached_ = kEndOfTime;      ///< and where they reach back to.
    TimeMs settled_from_ = kBeginningOfTime;
};

}  // namespace twofold::frame
