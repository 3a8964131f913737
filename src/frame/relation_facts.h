// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

#include "base/time.h"
#include "frame/edges.h"
#include "model/types.h"

namespace twofold::frame {

// What is kept of the ledger's facts about one user's relations. Customers are as first seen in
// what is kept, and canonical in what is derived from.

struct StatedFact {
    TimeMs from = 0;
    TimeMs until = 0;
    std::uint32_t customer = 0;
    RoleCode role = 0;
    bool operator==(const StatedFact&) const = default;
};

/// An act that implies a relation from its time on.
struct ActFact {
    TimeMs time = 0;
    std::uint32_t customer = 0;
    RoleCode role = 0;
    RelationSource source = RelationSource::kGroup;
    bool operator==(const ActFact&) const = default;
};

struct ChoiceFact {
    TimeMs time = 0;
    model::Sequence sequence = 0;
    std::uint32_t customer = 0;
    bool operator==(const ChoiceFact&) const = default;
};

/// A relation that is not told with a date, but follows from what is known of a user and a
/// customer: it holds from the user's earliest fact on (self customers, rules).
struct StandingFact {
    /// When what it follows from was told, and when something else was: what a question does not
    /// know yet does not count.
    TimeMs known_from = kBeginningOfTime;
    TimeMs known_until = kEndOfTime;
    std::uint32_t customer = 0;
    RoleCode role = 0;
    RelationSource source = RelationSource::kSelf;
    std::uint8_t rule = 0;  ///< Of kRule: its number.
    bool operator==(const StandingFact&) const = default;
};

/// All such facts of one user, each list sorted as take() leaves it.
struct RelationFacts {
    std::vector<StatedFact> stated;      ///< By customer, role, from.
    std::vector<ActFact> acts;           ///< By customer, role, source, time.
    std::vector<ChoiceFact> choices;     ///< By time, sequence.
    std::vector<StandingFact> standing;  ///< Of a person: by customer.
    TimeMs first_fact = kEndOfTime;      ///< Of a person: the earliest, but for relations.

    bool empty() const noexcept {
        return stated.empty() && acts.empty() && choices.empty() && standing.empty();
    }
    void clear() noexcept;

    void take(const StatedFact& fact, bool removed);
    /// Of namings of one UTC day only the first and the last are kept, as the ledger does.
    void take(const ActFact& fact);
    void take(const ChoiceFact& fact);

    /// After facts of several users, or customers, were put together.
    void sort();
};

}  // namespace twofold::frame
