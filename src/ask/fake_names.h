// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "ask/names.h"

// For tests only.

namespace twofold::ask {

/// A project with a few names, which a test may change.
class FakeNames final : public Names {
public:
    std::vector<std::string> known_events = {"Signed Up",   "Project Created", "Order Completed",
                                             "Exported",    "Document Edited", "Limit Reached",
                                             "Page Viewed", "Report Exported", "Digest Sent"};
    std::map<std::string, ValueKinds> event_properties = {
        {"amount", {.number = true}},  {"country", {.text = true}}, {"url", {.text = true}},
        {"Plan Type", {.text = true}}, {"tags", {.list = true}},    {"beta", {.boolean = true}}};
    std::map<std::string, ValueKinds> user_traits = {{"country", {.text = true}},
                                                     {"email", {.text = true}},
                                                     {"age", {.number = true}},
                                                     {"birthday", {.text = true}}};
    std::map<std::string, ValueKinds> customer_traits = {
        {"industry", {.text = true}}, {"plan", {.text = true}}, {"size", {.number = true}}};
    std::vector<std::string> known_segments = {"Power users", "Staff"};
    std::vector<std::string> known_roles = {"champion", "team lead"};
    std::vector<std::string> known_customers = {"acme", "globex"};
    std::vector<std::string> known_releases = {"3.0"};
    std::vector<std::string> known_surveys = {"NPS"};

    bool has_event(std::string_view name) const override { return has(known_events, name); }
    std::optional<ValueKinds> find_property(Owner owner, std::string_view name) const override {
        const auto& known = of(owner);
        const auto found = known.find(std::string(name));
        return found == known.end() ? std::nullopt : std::optional(found->second);
    }
    bool has_segment(std::string_view name) const override { return has(known_segments, name); }
    bool has_customer(std::string_view id) const override { return has(known_customers, id); }
    bool has_role(std::string_view role) const override { return has(known_roles, role); }
    bool has_release(std::string_view name) const override { return has(known_releases, name); }
    bool has_survey(std::string_view name) const override { return has(known_surveys, name); }

    std::vector<std::string> events() const override { return known_events; }
    std::vector<std::string> properties(Owner owner) const override {
        std::vector<std::string> names;
        for (const auto& [name, kinds] : of(owner)) {
            names.push_back(name);
        }
        return names;
    }
    std::vector<std::string> segments() const override { return known_segments; }
    std::vector<std::string> roles() const override { return known_roles; }
    std::vector<std::string> releases() const override { return known_releases; }
    std::vector<std::string> surveys() const override { return known_surveys; }
    std::vector<std::string> customers(std::string_view prefix, std::size_t limit) const override {
        std::vector<std::string> result;
        for (const std::string& id : known_customers) {
            if (id.starts_with(prefix) && result.size() < limit) {
                result.push_back(id);
            }
        }
        return result;
    }

private:
    static bool has(const std::vector<std::string>& known, std::string_view name) {
        return std::ranges::find(known, name) != known.end();
    }
    const std::map<std::string, ValueKinds>& of(Owner owner) const {
        static const std::map<std::string, ValueKinds> none;
        switch (owner) {
            case Owner::kEvent:
                return event_properties;
            case Owner::kUser:
                return user_traits;
            case Owner::kCustomer:
                return customer_traits;
            case Owner::kRelation:
                break;
        }
        return none;
    }
};

}  // namespace twofold::ask
