// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/world.h"
#include "plan/catalog.h"

namespace twofold::engine {

/// What a world knows by name: events and their properties from the store, users and customers from
/// the frames, the rest from the settings. Immutable; any thread.
class WorldNames final : public plan::Catalog {
public:
    explicit WorldNames(World world);

    std::vector<model::NameCode> event_codes(std::string_view name) const override;
    std::vector<model::NameCode> people_codes() const override;
    std::string_view event_text(model::NameCode code) const override;
    std::vector<Column> event_columns(std::string_view property) const override;
    std::optional<TimeMs> release_time(std::string_view name) const override;
    std::optional<TimeMs> first_time() const override;
    bool has_subscriptions() const override;

    bool has_event(std::string_view name) const override;
    std::optional<ask::ValueKinds> find_property(ask::Owner owner,
                                                 std::string_view name) const override;
    bool has_segment(std::string_view name) const override;
    bool has_customer(std::string_view id) const override;
    bool has_role(std::string_view role) const override;
    bool has_release(std::string_view name) const override;
    bool has_survey(std::string_view name) const override;

    std::vector<std::string> events() const override;
    std::vector<std::string> properties(ask::Owner owner) const override;
    std::vector<std::string> segments() const override;
    std::vector<std::string> roles() const override;
    std::vector<std::string> releases() const override;
    std::vector<std::string> surveys() const override;
    std::vector<std::string> customers(std::string_view prefix, std::size_t limit) const override;

private:
    World world_;
};

}  // namespace twofold::engine
