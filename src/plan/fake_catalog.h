// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <vector>

#include "plan/catalog.h"

namespace twofold::plan {

/// Names for tests: what is listed is known, everything else is not.
class FakeCatalog final : public Catalog {
public:
    struct Event {
        std::string name;
        bool automatic = false;
    };
    std::vector<Event> known_events;
    std::map<std::string, std::vector<Column>, std::less<>> columns;
    std::map<std::string, TimeMs, std::less<>> release_times;
    std::optional<TimeMs> first;

    std::vector<model::NameCode> event_codes(std::string_view name) const override {
        std::vector<model::NameCode> codes;
        for (std::size_t code = 0; code < known_events.size(); ++code) {
            if (known_events[code].name == name) {
                codes.push_back(static_cast<model::NameCode>(code));
            }
        }
        return codes;
    }
    std::vector<model::NameCode> people_codes() const override {
        std::vector<model::NameCode> codes;
        for (std::size_t code = 0; code < known_events.size(); ++code) {
            if (!known_events[code].automatic) codes.push_back(static_cast<model::NameCode>(code));
        }
        return codes;
    }
    std::string_view event_text(model::NameCode code) const override {
        return known_events[code].name;
    }
    std::vector<Column> event_columns(std::string_view property) const override {
        const auto found = columns.find(property);
        return found == columns.end() ? std::vector<Column>() : found->second;
    }
    std::optional<TimeMs> release_time(std::string_view name) const override {
        const auto found = release_times.find(name);
        if (found == release_times.end()) return std::nullopt;
        return found->second;
    }
    std::optional<TimeMs> first_time() const override { return first; }
    bool has_subscriptions() const override { return false; }

    bool has_event(std::string_view name) const override { return !event_codes(name).empty(); }
    std::optional<ask::ValueKinds> find_property(ask::Owner /*owner*/,
                                                 std::string_view /*name*/) const override {
        return ask::ValueKinds{.text = true, .number = true};
    }
    bool has_segment(std::string_view /*name*/) const override { return true; }
    bool has_customer(std::string_view /*id*/) const override { return true; }
    bool has_role(std::string_view /*role*/) const override { return true; }
    bool has_release(std::string_view name) const override { return release_times.contains(name); }
    bool has_survey(std::string_view /*name*/) const override { return true; }
    std::vector<std::string> events() const override { return {}; }
    std::vector<std::string> properties(ask::Owner /*owner*/) const override { return {}; }
    std::vector<std::string> segments() const override { return {}; }
    std::vector<std::string> roles() const override { return {}; }
    std::vector<std::string> releases() const override { return {}; }
    std::vector<std::string> surveys() const override { return {}; }
    std::vector<std::string> customers(std::string_view /*prefix*/,
                                       std::size_t /*limit*/) const override {
        return {};
    }
};

}  // namespace twofold::plan
