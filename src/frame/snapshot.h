// SPDX-License-Identifier: Apache-2.0
//
// What is known of users and customers at one position of the log, laid out for questions: who is
// related to whom and when, which unnamed events belong to which customer, traits, money.
//
//   const auto edges = frames.edges_of(customer);            // everyone who ever acted for it
//   Belonging belonging(frames, Mode::kAsOfEvent, at);
//   for (std::uint32_t i = 0; i < edges.size(); ++i) {
//       for (const Span& span : belonging.spans(edges, i)) { … rows of edges.user(i) in it … }
//   }
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "directory/view.h"
#include "frame/edge_lists.h"
#include "frame/edges.h"
#include "frame/trait_column.h"
#include "model/types.h"
#include "money/timeline.h"

namespace twofold::frame {

struct CustomerFacts;  // one customer's traits and money; in customer_facts.h
struct CustomerFactsChunk;
struct RollUp;
struct RolledDates;

/// Immutable; any thread. Everything borrowed from it lives as long as it does. All ordinals that
/// it gives are canonical, and those it takes must be, unless said otherwise (canonical() makes
/// them so). Ordinals beyond its counts are nobody: they have no edges, traits or money.
class Snapshot {
public:
    Snapshot();
    ~Snapshot();
    /// Shares all with the other.
    Snapshot(const Snapshot&);
    Snapshot& operator=(const Snapshot&) = delete;

    /// The last record that it has seen.
    model::Sequence position() const noexcept { return position_; }

    // Who there is.

    /// Ids, joins, known, first and last seen.
    const directory::View& directory() const noexcept { return *directory_; }
    std::uint32_t user_count() const noexcept { return directory_->user_count(); }
    std::uint32_t customer_count() const noexcept { return directory_->customer_count(); }
    model::UserOrdinal canonical(model::UserOrdinal user) const noexcept {
        return directory_->canonical(user);
    }
    model::CustomerOrdinal canonical(model::CustomerOrdinal customer) const noexcept {
        return directory_->canonical(customer);
    }

    /// The earliest of a user's records, events and relations; kEndOfTime: not yet anybody. Joined
    /// ordinals that aren't canonical, and ordinals nobody is behind, never exist.
    TimeMs exists_from(model::UserOrdinal user) const noexcept;
    /// Of a customer: records, events that name it, relations (as far as they reach back), money.
    TimeMs exists_from(model::CustomerOrdinal customer) const noexcept;

    // Who is related to whom.

    const std::vector<Role>& roles() const noexcept { return *roles_; }
    /// By name; nothing when nobody ever had it.
    std::optional<RoleCode> role(std::string_view name) const noexcept;

    /// A user's customers, ascending: all that it was ever related to or named.
    UserEdges edges_of(model::UserOrdinal user) const noexcept;
    /// A customer's users, ascending: all who were ever related to it or named it.
    CustomerEdges edges_of(model::CustomerOrdinal customer) const noexcept;

    /// Pairs there are. They are numbered from 0, grouped by customer in ascending order, within a
    /// customer by user: pair i of `edges_of(customer)` has number first_edge(customer) + i.
    std::uint32_t edge_count() const noexcept { return edges_.edges_before.back(); }
    std::uint32_t first_edge(model::CustomerOrdinal customer) const noexcept;
    /// The customer of an edge. O(log customers). REQUIRES: below edge_count().
    model::CustomerOrdinal customer_of(std::uint32_t edge) const noexcept;

    /// The relations of edge `i` of a user as they were known at `at`: facts dated later are hidden
    /// (a relation that starts later; a later list that took back what clients implied). `scratch`
    /// holds the result where it is not the stored one.
    std::span<const RelationInterval> relations(model::UserOrdinal user, std::uint32_t i, TimeMs at,
                                                std::vector<RelationInterval>& scratch) const;

    /// Where a relation comes from: stated, group, event, self, rule:<name>.
    std::string_view source_of(const RelationInterval& relation) const noexcept;
    /// UTC days on which a user named a customer, since the last stated interval of the two ended.
    std::int64_t acting_days(model::UserOrdinal user, model::CustomerOrdinal customer,
                             TimeMs at) const;

    /// What records state of a person and a customer, by role, then from: what can be corrected.
    /// REQUIRES: both canonical.
    std::vector<StatedInterval> stated(model::UserOrdinal user,
                                       model::CustomerOrdinal customer) const;

    // Traits of users: the latest value of each.

    std::vector<std::string> user_traits() const;
    /// Null when no user ever had it.
    const TraitColumn* user_trait(std::string_view name) const noexcept;

    // Customers: traits and fields with their history.

    std::vector<std::string> customer_traits() const;
    std::optional<CustomerTraitCode> customer_trait(std::string_view name) const noexcept;
    /// Latest value at or before `time`; null when there was none.
    model::Value trait(model::CustomerOrdinal customer, CustomerTraitCode trait,
                       TimeMs time) const noexcept;
    /// The customer that it counts for at `time`: itself, but for a snapshot that was rolled up
    /// (roll_up.h). What names the one at that time means the other.
    model::CustomerOrdinal root(model::CustomerOrdinal customer, TimeMs time) const noexcept {
        return rolled_up_ == nullptr ? customer : rolled_root(customer, time);
    }
    /// Null: nothing was.
    const RollUp* rolled_up() const noexcept { return rolled_up_.get(); }

    /// All values, by time.
    std::span<const DatedValue> trait_history(model::CustomerOrdinal customer,
                                              CustomerTraitCode trait) const noexcept;
    std::string_view kind(model::CustomerOrdinal customer, TimeMs time) const noexcept;
    std::string_view owner(model::CustomerOrdinal customer, TimeMs time) const noexcept;
    std::optional<model::CustomerOrdinal> parent(model::CustomerOrdinal customer,
                                                 TimeMs time) const noexcept;
    /// The trait "name", else "billing_name", else the id.
    std::string_view name(model::CustomerOrdinal customer, TimeMs time) const noexcept;

    /// Every time at which a trait or field of the customer, its money or its status changes,
    /// rising; between two of them each keeps its value.
    std::vector<TimeMs> changes(model::CustomerOrdinal customer) const;

    // Money.

    /// Steps, revenue and dated facts; empty for a customer without money.
    const money::CustomerMoney& money(model::CustomerOrdinal customer) const noexcept;
    /// When the customer stopped being a prospect: its first inside relation, the first event that
    /// named it, its first subscription; kEndOfTime: still is one.
    TimeMs free_since(model::CustomerOrdinal customer) const noexcept;
    money::Status status(model::CustomerOrdinal customer, TimeMs time) const noexcept {
        return money::status_at(money(customer), free_since(customer), time);
    }
    /// customer.plan: the subscription's where there was one by then, else the trait "plan".
    std::string_view plan(model::CustomerOrdinal customer, TimeMs time) const noexcept;
    /// The currency of sums; empty while there is no money.
    const std::string& currency() const noexcept { return currency_; }
    /// Some money is in another currency, and left out of sums.
    bool has_foreign_money() const noexcept { return foreign_money_; }

private:
    friend class Builder;
    friend class Belonging;
    friend class RollingUp;

    model::CustomerOrdinal rolled_root(model::CustomerOrdinal customer, TimeMs time) const noexcept;

    const RolledDates* rolled_dates(model::CustomerOrdinal customer) const noexcept;
    const CustomerEdgesBlock* block_of(model::CustomerOrdinal customer) const noexcept;
    const CustomerFacts* facts(model::CustomerOrdinal customer) const noexcept;
    TimeMs settled_from(model::UserOrdinal user) const noexcept;
    /// Without its relations.
    TimeMs exists_by_itself(model::CustomerOrdinal customer) const noexcept;

    model::Sequence position_ = 0;
    std::shared_ptr<const directory::View> directory_;
    std::shared_ptr<const std::vector<Role>> roles_;
    RelationRules relation_rules_;
    std::shared_ptr<const std::vector<ActingRule>> acting_rules_;
    std::shared_ptr<const std::vector<std::string>> rule_sources_;  ///< By number.
    EdgeLists edges_;
    std::vector<std::shared_ptr<const CustomerFactsChunk>> customer_facts_;
    std::vector<std::shared_ptr<const TraitColumn>> user_traits_;  // by name
    std::shared_ptr<const std::vector<std::string>> customer_trait_names_;
    std::string currency_;
    bool foreign_money_ = false;
    std::shared_ptr<const RollUp> rolled_up_;
};

}  // namespace twofold::frame
