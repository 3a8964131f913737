// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "directory/roster_view.h"
#include "model/types.h"

namespace twofold::directory {

enum class IdKind : std::uint8_t { kUser = 1, kAnonymous = 2, kCustomer = 3 };

struct Id {
    IdKind kind;
    std::string text;
    bool operator==(const Id&) const = default;
};

class Lookup;  // texts to ordinals, shared by all views; in lookup.h

/// The directory as it was when it was published. Immutable, any thread; keeps alive what it needs,
/// also beyond the Directory. An ordinal here is any that was given before; those given later are
/// nobody.
class View {
public:
    /// Of an empty directory.
    View();
    View(RosterView<model::UserOrdinal> users, RosterView<model::CustomerOrdinal> customers,
         std::shared_ptr<const Lookup> lookup);
    ~View();

    /// Ordinals given so far, joined ones included: 0 to count - 1.
    std::uint32_t user_count() const noexcept { return users_.count(); }
    std::uint32_t customer_count() const noexcept { return customers_.count(); }

    /// The smallest ordinal of the person (customer) that this one is joined to; itself when it is
    /// joined to none.
    model::UserOrdinal canonical(model::UserOrdinal user) const noexcept {
        return users_.canonical(user);
    }
    model::CustomerOrdinal canonical(model::CustomerOrdinal customer) const noexcept {
        return customers_.canonical(customer);
    }
    /// All ordinals of one person, ascending. REQUIRES: canonical, below the count.
    std::span<const model::UserOrdinal> members(model::UserOrdinal canonical) const noexcept {
        return users_.members(canonical);
    }
    std::span<const model::CustomerOrdinal> members(
        model::CustomerOrdinal canonical) const noexcept {
        return customers_.members(canonical);
    }

    /// Whether a person has a user id. REQUIRES: canonical, below the count; so below.
    bool known(model::UserOrdinal canonical) const noexcept { return users_.known(canonical); }
    /// Whether a customer has an id of its own, beside keys of other systems.
    bool known(model::CustomerOrdinal canonical) const noexcept {
        return customers_.known(canonical);
    }
    /// Of the whole person.
    Seen seen(model::UserOrdinal canonical) const noexcept { return users_.seen(canonical); }
    /// Of a customer: records and events that name it; use by people who belong to it is not here.
    Seen seen(model::CustomerOrdinal canonical) const noexcept {
        return customers_.seen(canonical);
    }
    /// What one ordinal was seen for, without those it is joined to.
    const Seen& seen_alone(model::UserOrdinal user) const noexcept {
        return users_.seen_alone(user);
    }

    /// What to show: the first user id, else the first anonymous id; of a customer the first id of
    /// its own, else the first key. Valid as long as the view.
    std::string_view id(model::UserOrdinal canonical) const noexcept {
        return users_.id(canonical);
    }
    std::string_view id(model::CustomerOrdinal canonical) const noexcept {
        return customers_.id(canonical);
    }
    /// The same of one ordinal, without those it is joined to: a record that names this id is kept
    /// under this ordinal.
    std::string_view id_alone(model::UserOrdinal user) const noexcept {
        return users_.id_alone(user);
    }
    std::string_view id_alone(model::CustomerOrdinal customer) const noexcept {
        return customers_.id_alone(customer);
    }
    /// All ids, in the order of their first appearance. Takes a lock; not for every row of a long
    /// answer.
    std::vector<Id> ids(model::UserOrdinal canonical) const;
    std::vector<Id> ids(model::CustomerOrdinal canonical) const;

    /// The canonical ordinal behind an id; a user id before an anonymous id. Takes a lock.
    std::optional<model::UserOrdinal> find_user(std::string_view id) const;
    /// Own id or key ("stripe:cus_1").
    std::optional<model::CustomerOrdinal> find_customer(std::string_view id) const;

private:
    RosterView<model::UserOrdinal> users_;
    RosterView<model::CustomerOrdinal> customers_;
    std::shared_ptr<const Lookup> lookup_;
};

}  // namespace twofold::directory
