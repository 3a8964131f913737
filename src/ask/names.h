// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ask/parts.h"

namespace twofold::ask {

/// What a project knows by name, for checking and completing questions. Calls come from the thread
/// that checks; the lists are asked for only to suggest or complete.
class Names {
public:
    virtual ~Names() = default;

    /// An event that was seen, or a selector defined in the settings.
    virtual bool has_event(std::string_view name) const = 0;
    /// What was sent under this name: property of events, trait of users or customers. Nothing when
    /// it was never seen. Built-in facts are not asked for here (see builtin.h).
    virtual std::optional<ValueKinds> find_property(Owner owner, std::string_view name) const = 0;
    virtual bool has_segment(std::string_view name) const = 0;
    virtual bool has_customer(std::string_view id) const = 0;
    virtual bool has_role(std::string_view role) const = 0;
    virtual bool has_release(std::string_view name) const = 0;
    virtual bool has_survey(std::string_view name) const = 0;

    virtual std::vector<std::string> events() const = 0;
    virtual std::vector<std::string> properties(Owner owner) const = 0;
    virtual std::vector<std::string> segments() const = 0;
    virtual std::vector<std::string> roles() const = 0;
    virtual std::vector<std::string> releases() const = 0;
    virtual std::vector<std::string> surveys() const = 0;
    /// Up to `limit` ids that start with `prefix`.
    virtual std::vector<std::string> customers(std::string_view prefix,
                                               std::size_t limit) const = 0;
};

}  // namespace twofold::ask
