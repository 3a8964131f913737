// SPDX-License-Identifier: Apache-2.0
#include "directory/identity.h"

#include <algorithm>
#include <string>

namespace twofold::directory {

using model::CustomerOrdinal;
using model::UserOrdinal;

std::optional<Resolved<UserOrdinal>> UserIdentity::resolve(std::string_view user_id,
                                                           std::string_view anonymous_id) {
    if (user_id.empty() && anonymous_id.empty()) return std::nullopt;
    if (anonymous_id.empty()) return resolve_one(IdKind::kUser, user_id);
    if (user_id.empty()) return resolve_one(IdKind::kAnonymous, anonymous_id);
    return claim(user_id, anonymous_id);
}

Resolved<UserOrdinal> UserIdentity::resolve_one(IdKind kind, std::string_view id) {
    const std::uint32_t entry = lookup_.find(kind, id);
    if (entry != kNobody) return {.ordinal = UserOrdinal{lookup_[entry].ordinal}};
    const UserOrdinal ordinal = users_.add();
    add(kind, id, ordinal);
    return {.ordinal = ordinal, .is_new = true};
}

Resolved<UserOrdinal> UserIdentity::claim(std::string_view user_id, std::string_view anonymous_id) {
    const std::uint32_t user = lookup_.find(IdKind::kUser, user_id);
    const std::uint32_t device = lookup_.find(IdKind::kAnonymous, anonymous_id);
    if (device == kNobody) {
        const Resolved<UserOrdinal> resolved = resolve_one(IdKind::kUser, user_id);
        // A new entry is saved with its claim; nothing has changed since.
        lookup_[add(IdKind::kAnonymous, anonymous_id, resolved.ordinal)].claimed = true;
        return resolved;
    }
    const UserOrdinal seen{lookup_[device].ordinal};
    if (lookup_[device].claimed) {
        Resolved<UserOrdinal> resolved = resolve_one(IdKind::kUser, user_id);
        resolved.shared_device = users_.canonical(resolved.ordinal) != users_.canonical(seen);
        return resolved;
    }
    set_claimed(device, true);
    if (user == kNobody) {
        add(IdKind::kUser, user_id, seen);
        return {.ordinal = seen};
    }
    const UserOrdinal ordinal{lookup_[user].ordinal};
    users_.join(ordinal, seen);
    return {.ordinal = ordinal};
}

std::optional<Resolved<UserOrdinal>> UserIdentity::alias(std::string_view user_id,
                                                         std::string_view anonymous_id,
                                                         std::string_view previous) {
    if (user_id.empty() || previous.empty()) return resolve(user_id, anonymous_id);
    const std::uint32_t before = lookup_.find(IdKind::kUser, previous);
    if (before == kNobody) {
        Resolved<UserOrdinal> resolved = claim(user_id, previous);
        if (!anonymous_id.empty()) {
            resolved.shared_device |= claim(user_id, anonymous_id).shared_device;
        }
        return resolved;
    }
    const UserOrdinal joined{lookup_[before].ordinal};
    const auto resolved = resolve(user_id, anonymous_id);
    users_.join(resolved->ordinal, joined);
    return resolved;
}

std::optional<Resolved<UserOrdinal>> UserIdentity::undo_alias(std::string_view user_id,
                                                              std::string_view anonymous_id,
                                                              std::string_view previous) {
    auto resolved = resolve(user_id, anonymous_id);
    if (user_id.empty() || previous.empty()) return resolved;
    std::uint32_t before = lookup_.find(IdKind::kUser, previous);
    if (before == kNobody) before = lookup_.find(IdKind::kAnonymous, previous);
    if (before == kNobody) return resolved;
    const UserOrdinal joined{lookup_[before].ordinal};
    resolved->conflict = joined == resolved->ordinal && previous != user_id;
    // A device that came to a user's own ordinal stays with that user, whatever joined them.
    if (lookup_[before].kind == IdKind::kAnonymous && users_.known(joined)) return resolved;
    const bool parted = users_.unjoin(resolved->ordinal, joined);
    if (parted && lookup_[before].kind == IdKind::kAnonymous) set_claimed(before, false);
    return resolved;
}

std::uint32_t UserIdentity::add(IdKind kind, std::string_view id, UserOrdinal ordinal) {
    const std::uint32_t entry = lookup_.add(kind, id, model::index(ordinal));
    users_.set_id(ordinal, lookup_[entry].view(), kind == IdKind::kUser);
    if (kind == IdKind::kUser) new_user_ids_.push_back(entry);
    return entry;
}

void UserIdentity::set_claimed(std::uint32_t entry, bool claimed) {
    lookup_[entry].claimed = claimed;
    unsaved_claims_.push_back(entry);
}

bool CustomerIdentity::is_key(std::string_view id) noexcept {
    const std::size_t colon = id.find(':');
    if (colon == std::string_view::npos || colon == 0 || colon + 1 == id.size()) return false;
    return std::ranges::all_of(id.substr(0, colon), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
}

Resolved<CustomerOrdinal> CustomerIdentity::resolve(std::string_view id) {
    const std::uint32_t entry = lookup_.find(IdKind::kCustomer, id);
    if (entry != kNobody && lookup_[entry].ordinal != kNobody) {
        return {.ordinal = CustomerOrdinal{lookup_[entry].ordinal}};
    }
    const CustomerOrdinal ordinal = customers_.add();
    give(entry, id, ordinal);
    return {.ordinal = ordinal, .is_new = true};
}

// `entry` is that of `id`, and nobody's, or kNobody.
void CustomerIdentity::give(std::uint32_t entry, std::string_view id, CustomerOrdinal customer) {
    if (entry == kNobody) {
        entry = lookup_.add(IdKind::kCustomer, id, model::index(customer));
        customers_.set_id(customer, lookup_[entry].view(), !is_key(id));
        named_.push_back(entry);
        return;
    }
    set_owner(entry, model::index(customer));
    unsaved_owners_.push_back(entry);
    named_.push_back(entry);
}

void CustomerIdentity::set_owner(std::uint32_t entry, std::uint32_t owner) {
    const std::uint32_t before = lookup_[entry].ordinal;
    lookup_.set_owner(entry, owner);
    for (std::uint32_t ordinal : {before, owner}) {
        if (ordinal != kNobody) show_first_id(CustomerOrdinal{ordinal});
    }
}

void CustomerIdentity::show_first_id(CustomerOrdinal customer) {
    std::uint32_t shown = kNobody;
    bool shown_is_own = false;
    for (std::uint32_t entry = lookup_.first_of_customer(model::index(customer)); entry != kNobody;
         entry = lookup_[entry].next) {
        const bool own = !is_key(lookup_[entry].view());
        if (shown == kNobody || (own && !shown_is_own) || (own == shown_is_own && entry < shown)) {
            shown = entry;
            shown_is_own = own;
        }
    }
    customers_.reset_id(customer, shown == kNobody ? std::string_view() : lookup_[shown].view(),
                        shown_is_own);
}

bool CustomerIdentity::has_own_id(CustomerOrdinal customer) const {
    return std::ranges::any_of(customers_.members(customer),
                               [&](CustomerOrdinal member) { return customers_.known(member); });
}

bool CustomerIdentity::give_key(CustomerOrdinal customer, std::string_view system,
                                std::string_view key) {
    const std::string id = std::string(system).append(":").append(key);
    const std::uint32_t entry = lookup_.find(IdKind::kCustomer, id);
    if (entry == kNobody || lookup_[entry].ordinal == kNobody) {
        give(entry, id, customer);
        return true;
    }
    const CustomerOrdinal holder{lookup_[entry].ordinal};
    if (customers_.canonical(holder) == customers_.canonical(customer)) return true;
    if (has_own_id(holder) && has_own_id(customer)) return false;
    customers_.join(customer, holder);
    return true;
}

void CustomerIdentity::take_keys(CustomerOrdinal customer, std::string_view system) {
    const std::string prefix = std::string(system).append(":");
    for (CustomerOrdinal member : customers_.members(customer)) {
        std::uint32_t entry = lookup_.first_of_customer(model::index(member));
        while (entry != kNobody) {
            const std::uint32_t next = lookup_[entry].next;
            if (lookup_[entry].view().starts_with(prefix)) {
                if (member == customer) {
                    disown(entry);
                } else if (!customers_.known(member)) {
                    customers_.unjoin(customer, member);
                }
            }
            entry = next;
        }
    }
}

void CustomerIdentity::disown(std::uint32_t entry) {
    set_owner(entry, kNobody);
    unsaved_owners_.push_back(entry);
    named_.push_back(entry);
}

Resolved<CustomerOrdinal> CustomerIdentity::alias(std::string_view id, std::string_view previous) {
    Resolved<CustomerOrdinal> resolved = resolve(id);
    if (!previous.empty()) customers_.join(resolved.ordinal, resolve(previous).ordinal);
    return resolved;
}

Resolved<CustomerOrdinal> CustomerIdentity::undo_alias(std::string_view id,
                                                       std::string_view previous) {
    Resolved<CustomerOrdinal> resolved = resolve(id);
    const std::uint32_t entry = lookup_.find(IdKind::kCustomer, previous);
    if (entry == kNobody || lookup_[entry].ordinal == kNobody || previous == id) return resolved;
    const CustomerOrdinal joined{lookup_[entry].ordinal};
    if (joined != resolved.ordinal) {
        customers_.unjoin(resolved.ordinal, joined);
    } else if (is_key(previous)) {
        disown(entry);
    } else {
        resolved.conflict = true;
    }
    return resolved;
}

}  // namespace twofold::directory
