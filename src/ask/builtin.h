// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "ask/parts.h"

namespace twofold::ask {

/// A fact that Twofold knows itself: `customer.mrr`, `user.first_seen`, `event.hour`,
/// `relation.role`. It hides a sent value of the same name, which is then `customer.traits.x`.
struct BuiltIn {
    Owner owner;
    std::string_view name;
    ValueKinds kinds;
};

std::span<const BuiltIn> built_ins() noexcept;
/// What dated facts (`money.started`, `relation.ended`) carry, read like properties of an event.
std::span<const BuiltIn> fact_properties() noexcept;
/// The roles that every project has; others are what its relations say.
std::span<const std::string_view> standard_roles() noexcept;
/// Null when there is none: then the property is what was sent, also when `sent` is not written.
const BuiltIn* find_built_in(const Property& property) noexcept;

}  // namespace twofold::ask
