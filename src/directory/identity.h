// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "directory/lookup.h"
#include "directory/roster.h"
#include "model/types.h"

namespace twofold::directory {

using Users = Roster<model::UserOrdinal>;
using Customers = Roster<model::CustomerOrdinal>;

/// What an id turned out to mean.
template <typename Ordinal>
struct Resolved {
    Ordinal ordinal{};
    bool is_new = false;
    bool shared_device = false;
    bool conflict = false;
};

/// Who is who among users: decided once, in the order of the log, never by event times.
///
/// A record with a user id and an anonymous id that nobody has claimed is a claim:
///
///   user id   anonymous id
///   new       new           one new ordinal for both
///   new       seen          the user takes over its ordinal, with all that came before
///   known     new           the anonymous id gets the user's ordinal
///   known     seen          the two ordinals are joined
///
/// A claimed anonymous id stays with its user: with another user's id it is a shared device, and
/// the record is that other user's. Two user ids are joined by an alias only.
///
/// One thread; REQUIRES the lookup's lock in all calls.
class UserIdentity {
public:
    UserIdentity(Lookup& lookup, Users& users) : lookup_(lookup), users_(users) {}

    /// Nothing when both are empty.
    std::optional<Resolved<model::UserOrdinal>> resolve(std::string_view user_id,
                                                        std::string_view anonymous_id);
    /// Joins what `previous` stands for to the user: as user id if it is one, else as an anonymous
    /// id, which is a claim like any other. Without user id as resolve().
    std::optional<Resolved<model::UserOrdinal>> alias(std::string_view user_id,
                                                      std::string_view anonymous_id,
                                                      std::string_view previous);
    /// Takes such a join back. Ids that share an ordinal cannot be parted: `conflict`.
    std::optional<Resolved<model::UserOrdinal>> undo_alias(std::string_view user_id,
                                                           std::string_view anonymous_id,
                                                           std::string_view previous);

    /// Entries whose claim changed since the last call.
    std::vector<std::uint32_t> take_unsaved_claims() { return std::exchange(unsaved_claims_, {}); }
    /// Entries of user ids that came since the last call.
    std::vector<std::uint32_t> take_new_user_ids() { return std::exchange(new_user_ids_, {}); }

private:
    Resolved<model::UserOrdinal> resolve_one(IdKind kind, std::string_view id);
    Resolved<model::UserOrdinal> claim(std::string_view user_id, std::string_view anonymous_id);
    std::uint32_t add(IdKind kind, std::string_view id, model::UserOrdinal ordinal);
    void set_claimed(std::uint32_t entry, bool claimed);

    Lookup& lookup_;
    Users& users_;
    std::vector<std::uint32_t> unsaved_claims_;
    std::vector<std::uint32_t> new_user_ids_;
};

/// Who is who among customers. An id is a customer's own, or the key of another system, written
/// `system:id`: it means the customer that was given this key, and opens one when there is none.
/// Giving a key to a customer joins it with the one that was opened under the key; two customers
/// that both have an id of their own are joined by an alias only.
///
/// One thread; REQUIRES the lookup's lock in all calls.
class CustomerIdentity {
public:
    CustomerIdentity(Lookup& lookup, Customers& customers)
        : lookup_(lookup), customers_(customers) {}

    Resolved<model::CustomerOrdinal> resolve(std::string_view id);
    /// True unless the key is that of another customer with an id of its own.
    bool give_key(model::CustomerOrdinal customer, std::string_view system, std::string_view key);
    /// Takes back all keys of a system.
    void take_keys(model::CustomerOrdinal customer, std::string_view system);
    Resolved<model::CustomerOrdinal> alias(std::string_view id, std::string_view previous);
    Resolved<model::CustomerOrdinal> undo_alias(std::string_view id, std::string_view previous);

    /// Entries whose owner changed since the last call.
    std::vector<std::uint32_t> take_unsaved_owners() { return std::exchange(unsaved_owners_, {}); }
    /// Entries that came, or that were another's or nobody's, since the last call.
    std::vector<std::uint32_t> take_named() { return std::exchange(named_, {}); }
    /// Gives an entry an owner (kNobody: none), as a file says.
    void set_owner(std::uint32_t entry, std::uint32_t owner);

    static bool is_key(std::string_view id) noexcept;

private:
    bool has_own_id(model::CustomerOrdinal customer) const;
    void give(std::uint32_t entry, std::string_view id, model::CustomerOrdinal customer);
    void disown(std::uint32_t entry);
    void show_first_id(model::CustomerOrdinal customer);

    Lookup& lookup_;
    Customers& customers_;
    std::vector<std::uint32_t> unsaved_owners_;
    std::vector<std::uint32_t> named_;
};

}  // namespace twofold::directory
