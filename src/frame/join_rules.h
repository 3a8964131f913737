// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "directory/view.h"
#include "frame/relation_facts.h"
#include "frame/trait_column.h"
#include "ledger/join_rule.h"
#include "model/types.h"

namespace twofold::frame {

/// Where rules read what is known of users and customers.
struct JoinSources {
    const directory::View* view = nullptr;
    std::function<const TraitColumn*(std::string_view trait)> user_trait;  ///< Null: nobody has it.
    /// Of a canonical customer.
    std::function<std::span<const DatedValue>(model::CustomerOrdinal, std::string_view trait)>
        history;
};

/// Rules by trait and by domain of e-mail, with an index of what matches: a customer's new value
/// leads to the users that have it, and back. One thread.
class JoinRules {
public:
    /// Of all rules those that go by values; each keeps its number. Forgets what it knew.
    void set(std::span<const ledger::JoinRule> rules);
    bool any() const noexcept { return !matchers_.empty(); }
    /// Whether a rule reads this trait of users.
    bool reads(std::string_view user_trait) const noexcept;

    /// Takes what is known of a customer now; what it matches by may have changed.
    void refresh(model::CustomerOrdinal customer, const JoinSources& sources);
    /// An id of a customer came, or became another's.
    void refresh_id(std::string_view id);
    /// Users that matched, or match, what refresh() found changed since the last call.
    void take_users(std::vector<model::UserOrdinal>& out);

    /// Where in the rules' roles each rule's is found.
    using Roles = std::span<const RoleCode>;
    /// Adds to `out` what follows for a person. Who was found is remembered for take_users().
    void find(model::UserOrdinal person, const JoinSources& sources, Roles roles,
              std::vector<StandingFact>& out);

    /// The value by which rule `rule` relates a person to a customer now, to be shown; empty: none.
    std::string evidence(std::uint32_t rule, model::UserOrdinal person,
                         model::CustomerOrdinal customer, const JoinSources& sources);

    /// Values of too many customers, at some time, which join nobody; sorted.
    std::vector<std::string> shared_values() const;

    std::uint64_t memory_bytes() const noexcept;

private:
    struct Held {
        std::uint32_t code = 0;
        TimeMs from = 0;
        TimeMs until = kEndOfTime;
        bool operator==(const Held&) const = default;
    };
    struct Holder {
        std::uint32_t customer = 0;
        TimeMs from = 0;
        TimeMs until = kEndOfTime;
    };
    struct Matcher {
        std::uint32_t rule = 0;
        ledger::JoinRule what;
        std::unordered_map<std::string, std::uint32_t> codes;  ///< Of values, from 1.
        std::vector<const std::string*> texts;                 ///< By code, in `codes`.
        std::vector<std::vector<Holder>> holders;              ///< By code.
        std::unordered_map<std::uint32_t, std::vector<Held>> of_customer;
        std::vector<std::uint32_t> of_user;  ///< By person: its code; 0: none. The first it had.
        std::unordered_multimap<std::uint32_t, std::uint32_t> more;  ///< Code to further persons.
        std::vector<std::uint32_t> touched;                          ///< Codes.

        bool by_id() const noexcept { return what.customer_trait.empty(); }
        std::uint32_t code(const std::string& text);
        void remember(std::uint32_t user, std::uint32_t code);
        void values_of_user(model::UserOrdinal person, const JoinSources& sources,
                            std::vector<Held>& out);
        void values_of_customer(std::span<const DatedValue> history, std::vector<Held>& out);
        void match(std::uint32_t user, std::span<const Held> values, const directory::View& view,
                   RoleCode role, std::vector<StandingFact>& out);
    };
    std::vector<Matcher> matchers_;
    std::vector<Held> values_;  // used again
};

}  // namespace twofold::frame
