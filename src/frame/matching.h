// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "frame/snapshot.h"
#include "model/types.h"

namespace twofold::frame {

/// Proposals of a payer, best first; those beyond are left out.
inline constexpr std::size_t kSuggestionsMax = 5;
/// An address' domain, a name or an id that more customers share than this says nothing.
inline constexpr std::size_t kCustomersAlikeMax = 20;

/// The trait of a payer that lists ids of customers which are not it: they are not proposed again.
inline constexpr std::string_view kRefusedTrait = "match_refused";

/// What speaks for a payer being a customer, from what is known at one moment.
enum class EvidenceKind : std::uint8_t {
    kMetadata,     ///< Billing's metadata names the customer's id, or that of a user of its.
    kUserEmail,    ///< The payer's address is a known user's who is inside this one alone.
    kDomain,       ///< The address' domain is in the customer's trait `domain` or `website`, …
    kMostEmails,   ///< … or in the addresses of half of its people or more.
    kName,         ///< Their names are the same but for case, signs and legal form.
    kSomeEmails,   ///< As kMostEmails, of fewer people.
    kSharedEmail,  ///< As kUserEmail, of a user who is inside several customers.
};
/// "metadata", "user_email", …
std::string_view evidence_name(EvidenceKind kind) noexcept;

struct Evidence {
    EvidenceKind kind{};
    std::string text;         ///< The domain, address, name, or "org = acme".
    std::uint32_t count = 0;  ///< kMostEmails, kSomeEmails: people; kSharedEmail: customers.
    std::uint32_t of = 0;     ///< People inside who have an address.
    bool operator==(const Evidence&) const = default;
};

struct Suggestion {
    model::CustomerOrdinal customer{};
    std::vector<Evidence> evidence;  ///< Strongest first, one of a kind.
};

struct UnmatchedPayer {
    model::CustomerOrdinal payer{};
    std::string email;  ///< Lower case; empty: not known.
    std::string name;   ///< What billing calls it, else empty.
    std::vector<Suggestion> suggestions;
    /// The first suggestion is the only one that more than a name, some addresses or a shared
    /// address speak for; its customer has no money yet, and is clear for no other payer.
    bool clear = false;
    std::vector<model::CustomerOrdinal> refused;  ///< Ascending.
};

/// All payers that are unmatched at `at`, by MRR, most first, then by id, each with what is
/// proposed: a function of the snapshot alone. O(users + customers); nothing is joined by it.
std::vector<UnmatchedPayer> suggest_matches(const Snapshot& frames, TimeMs at);

/// People inside a customer at that time, known ones, and the latest use of any of them.
struct PeopleInside {
    std::uint32_t count = 0;
    TimeMs last_use = kBeginningOfTime;
};
PeopleInside people_inside(const Snapshot& frames, model::CustomerOrdinal customer, TimeMs at);

}  // namespace twofold::frame
