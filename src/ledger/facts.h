// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

#include "base/time.h"
#include "model/types.h"
#include "money/mrr.h"

/// What a record says about users, customers and money, once the directory has resolved its ids.
/// `project` makes facts from records; the ledger keeps them, the frame answers from them, and both
/// reach the same state from the same facts in whatever order they come (but for the order of
/// sequence where two say the same thing of the same time).
///
/// Texts are borrowed: a fact is read while it is passed, and copied by who keeps it. Ordinals are
/// as first seen, never canonical: joins may be undone.
namespace twofold::ledger {

/// From a `relation` record. (user, customer, role, from) names it: a later one replaces, `removed`
/// deletes.
struct StatedRelation {
    model::UserOrdinal user{};
    model::CustomerOrdinal customer{};
    std::string_view role;
    TimeMs from = kBeginningOfTime;
    TimeMs until = kEndOfTime;  ///< Exclusive.
    bool removed = false;
};

/// What implied a relation. The values are kept in SQLite.
enum class ImpliedBy : std::uint8_t {
    kGroup = 1,   ///< A `group` call, or an entry of $groups.
    kNaming = 2,  ///< Another event that named the customer.
};

/// One act that implies a relation from its time on. Give every one: which of them count depends on
/// what is stated. Of namings the first and the last of each UTC day are kept, of groups all.
struct ImpliedRelation {
    model::UserOrdinal user{};
    model::CustomerOrdinal customer{};
    std::string_view role;  ///< The call's, else "user"; "guest" for a naming.
    TimeMs time = 0;
    ImpliedBy by = ImpliedBy::kGroup;
};

/// A `group` call as a dated choice of its user.
struct Choice {
    model::UserOrdinal user{};
    model::CustomerOrdinal customer{};
    TimeMs time = 0;
    model::Sequence sequence = 0;  ///< Of two at one time the later counts.
};

/// The latest by time counts, of equal times the later sequence. Null removes. What it was before
/// is kept as far as trait_runs.h says.
struct UserTrait {
    model::UserOrdinal user{};
    std::string_view name;
    model::Value value;
    TimeMs time = 0;
    model::Sequence sequence = 0;
};

/// What a customer fact is about. The values are kept in SQLite.
enum class CustomerField : std::uint8_t {
    kTrait = 1,
    kKind = 2,    ///< Text: "organisation", "person".
    kParent = 3,  ///< Int: ordinal of the parent; null = none.
    kOwner = 4,   ///< Text: id of the account manager; null = none.
};

/// A trait or field of a customer from `time` on. All are kept, as its history.
struct CustomerTrait {
    model::CustomerOrdinal customer{};
    CustomerField field = CustomerField::kTrait;
    std::string_view name;  ///< Of a trait; else empty.
    model::Value value;     ///< Null: none from then on.
    TimeMs time = 0;
    model::Sequence sequence = 0;
};

/// (id, item, from) names it: a later one by (source_time, sequence) replaces, also of another
/// customer.
struct SubscriptionSegment {
    model::CustomerOrdinal customer{};
    money::Segment segment;
    TimeMs source_time = 0;  ///< The record's own time.
    model::Sequence sequence = 0;
};

/// The id names it: a later one by sequence replaces.
struct CustomerPayment {
    model::CustomerOrdinal customer{};
    money::Payment payment;
    model::Sequence sequence = 0;
};

using Fact = std::variant<StatedRelation, ImpliedRelation, Choice, UserTrait, CustomerTrait,
                          SubscriptionSegment, CustomerPayment>;

}  // namespace twofold::ledger
