// SPDX-License-Identifier: Apache-2.0
#include "directory/view.h"

#include <algorithm>
#include <utility>

#include "directory/lookup.h"

namespace twofold::directory {
namespace {

std::vector<Id> texts_of(const Lookup& lookup, std::vector<std::uint32_t> entries) {
    std::ranges::sort(entries);
    std::vector<Id> ids;
    for (std::uint32_t entry : entries) {
        ids.push_back({lookup[entry].kind, std::string(lookup[entry].view())});
    }
    return ids;
}

}  // namespace

View::View() : lookup_(std::make_shared<Lookup>()) {}
View::View(RosterView<model::UserOrdinal> users, RosterView<model::CustomerOrdinal> customers,
           std::shared_ptr<const Lookup> lookup)
    : users_(std::move(users)), customers_(std::move(customers)), lookup_(std::move(lookup)) {}
View::~View() = default;

std::vector<Id> View::ids(model::UserOrdinal canonical) const {
    const std::scoped_lock lock(lookup_->mutex());
    std::vector<std::uint32_t> entries;
    for (model::UserOrdinal member : members(canonical)) {
        for (std::uint32_t entry = lookup_->first_of_user(model::index(member)); entry != kNobody;
             entry = (*lookup_)[entry].next) {
            entries.push_back(entry);
        }
    }
    return texts_of(*lookup_, std::move(entries));
}

std::vector<Id> View::ids(model::CustomerOrdinal canonical) const {
    const std::scoped_lock lock(lookup_->mutex());
    std::vector<std::uint32_t> entries;
    for (model::CustomerOrdinal member : members(canonical)) {
        for (std::uint32_t entry = lookup_->first_of_customer(model::index(member));
             entry != kNobody; entry = (*lookup_)[entry].next) {
            entries.push_back(entry);
        }
    }
    return texts_of(*lookup_, std::move(entries));
}

std::optional<model::UserOrdinal> View::find_user(std::string_view id) const {
    const std::scoped_lock lock(lookup_->mutex());
    for (IdKind kind : {IdKind::kUser, IdKind::kAnonymous}) {
        const std::uint32_t entry = lookup_->find(kind, id);
        if (entry == kNobody || (*lookup_)[entry].ordinal >= user_count()) continue;
        return canonical(model::UserOrdinal{(*lookup_)[entry].ordinal});
    }
    return std::nullopt;
}

std::optional<model::CustomerOrdinal> View::find_customer(std::string_view id) const {
    const std::scoped_lock lock(lookup_->mutex());
    const std::uint32_t entry = lookup_->find(IdKind::kCustomer, id);
    // kNobody is beyond every count.
    if (entry == kNobody || (*lookup_)[entry].ordinal >= customer_count()) return std::nullopt;
    return canonical(model::CustomerOrdinal{(*lookup_)[entry].ordinal});
}

}  // namespace twofold::directory
