// SPDX-License-Identifier: Apache-2.0
#include "engine/names.h"

#include <algorithm>
#include <set>
#include <utility>

#include "ask/builtin.h"
#include "frame/snapshot.h"
#include "plan/settings.h"
#include "store/snapshot.h"

namespace twofold::engine {
namespace {

/// How many values are looked at to tell what a trait holds.
constexpr std::uint32_t kSampledValuesMax = 1'000;

void add_kind(ask::ValueKinds& kinds, model::ValueType type) {
    switch (type) {
        case model::ValueType::kNull:
            break;
        case model::ValueType::kBool:
            kinds.boolean = true;
            break;
        case model::ValueType::kInt:
        case model::ValueType::kDouble:
            kinds.number = true;
            break;
        case model::ValueType::kString:
            kinds.text = true;
            break;
        case model::ValueType::kList:
            kinds.list = true;
            break;
    }
}

ask::ValueKinds kinds_of_trait(const frame::TraitColumn& column) {
    ask::ValueKinds kinds;
    // What was only ever removed compares with anything, and holds for nobody.
    if (column.code_count() == 1)
        return {.text = true, .number = true, .boolean = true, .list = true};
    const std::uint32_t count = std::min(column.code_count(), kSampledValuesMax);
    for (std::uint32_t code = 1; code < count; ++code)
        add_kind(kinds, column.value(code).type);
    // Of very many values only some were looked at; text is what they most likely also hold.
    if (column.code_count() > kSampledValuesMax) kinds.text = kinds.number = true;
    return kinds;
}

}  // namespace

WorldNames::WorldNames(World world) : world_(std::move(world)) {}

std::vector<model::NameCode> WorldNames::event_codes(std::string_view name) const {
    std::vector<model::NameCode> codes;
    for (const bool automatic : {false, true}) {
        if (const auto code = world_.input.events->names->find_event(name, automatic)) {
            codes.push_back(*code);
        }
    }
    return codes;
}

std::vector<model::NameCode> WorldNames::people_codes() const {
    const store::Names& names = *world_.input.events->names;
    std::vector<model::NameCode> codes;
    for (model::NameCode code = 0; code < names.event_count(); ++code) {
        if (!names.event(code).automatic) codes.push_back(code);
    }
    return codes;
}

std::string_view WorldNames::event_text(model::NameCode code) const {
    return world_.input.events->names->event(code).text;
}

std::vector<plan::Catalog::Column> WorldNames::event_columns(std::string_view property) const {
    const store::Names& names = *world_.input.events->names;
    std::vector<Column> columns;
    for (const model::ColumnCode code : names.columns_named(property))
        columns.push_back({code, names.column(code).type});
    return columns;
}

std::optional<TimeMs> WorldNames::release_time(std::string_view /*name*/) const {
    return std::nullopt;
}

std::optional<TimeMs> WorldNames::first_time() const {
    TimeMs first = kEndOfTime;
    for (const auto& part : world_.input.events->parts)
        first = std::min(first, part->info().min_time);
    const frame::Snapshot& frames = *world_.input.frames;
    for (std::uint32_t i = 0; i < frames.customer_count(); ++i)
        first = std::min(first, frames.money(model::CustomerOrdinal{i}).first_fact);
    if (first == kEndOfTime) return std::nullopt;
    return first;
}

bool WorldNames::has_subscriptions() const {
    const frame::Snapshot& frames = *world_.input.frames;
    for (std::uint32_t i = 0; i < frames.customer_count(); ++i) {
        const auto& steps = frames.money(model::CustomerOrdinal{i}).steps;
        if (!steps.empty() && steps.back().subscribed) return true;
    }
    return false;
}

bool WorldNames::has_event(std::string_view name) const {
    if (!event_codes(name).empty()) return true;
    const auto& selectors = world_.settings->selectors;
    return std::ranges::find(selectors, name, &plan::Settings::NamedSelector::name) !=
           selectors.end();
}

std::optional<ask::ValueKinds> WorldNames::find_property(ask::Owner owner,
                                                         std::string_view name) const {
    const frame::Snapshot& frames = *world_.input.frames;
    switch (owner) {
        case ask::Owner::kEvent: {
            ask::ValueKinds kinds;
            const auto columns = event_columns(name);
            if (columns.empty()) return std::nullopt;
            for (const Column& column : columns)
                add_kind(kinds, column.type);
            return kinds;
        }
        case ask::Owner::kUser: {
            const frame::TraitColumn* column = frames.user_trait(name);
            if (column == nullptr) return std::nullopt;
            return kinds_of_trait(*column);
        }
        case ask::Owner::kCustomer:
            if (!frames.customer_trait(name)) return std::nullopt;
            return ask::ValueKinds{.text = true, .number = true, .boolean = true, .list = true};
        case ask::Owner::kRelation:
            return std::nullopt;
    }
    return std::nullopt;
}

bool WorldNames::has_segment(std::string_view name) const {
    const auto& segments = world_.settings->segments;
    return std::ranges::find(segments, name, &plan::Settings::NamedSegment::name) != segments.end();
}

bool WorldNames::has_customer(std::string_view id) const {
    return world_.input.frames->directory().find_customer(id).has_value();
}

bool WorldNames::has_role(std::string_view role) const {
    return std::ranges::find(ask::standard_roles(), role) != ask::standard_roles().end() ||
           world_.input.frames->role(role).has_value();
}

bool WorldNames::has_release(std::string_view name) const {
    return release_time(name).has_value();
}

bool WorldNames::has_survey(std::string_view /*name*/) const {
    return false;
}

std::vector<std::string> WorldNames::events() const {
    const store::Names& names = *world_.input.events->names;
    std::set<std::string> texts;
    for (model::NameCode code = 0; code < names.event_count(); ++code)
        texts.emplace(names.event(code).text);
    for (const auto& selector : world_.settings->selectors)
        texts.insert(selector.name);
    return {texts.begin(), texts.end()};
}

std::vector<std::string> WorldNames::properties(ask::Owner owner) const {
    std::set<std::string> texts;
    const store::Names& names = *world_.input.events->names;
    switch (owner) {
        case ask::Owner::kEvent:
            for (model::ColumnCode code = 0; code < names.column_count(); ++code)
                texts.emplace(names.column(code).text);
            return {texts.begin(), texts.end()};
        case ask::Owner::kUser:
            return world_.input.frames->user_traits();
        case ask::Owner::kCustomer:
            return world_.input.frames->customer_traits();
        case ask::Owner::kRelation:
            return {};
    }
    return {};
}

std::vector<std::string> WorldNames::segments() const {
    std::vector<std::string> names;
    for (const auto& segment : world_.settings->segments)
        names.push_back(segment.name);
    return names;
}

std::vector<std::string> WorldNames::roles() const {
    std::set<std::string> names(ask::standard_roles().begin(), ask::standard_roles().end());
    for (const frame::Role& role : world_.input.frames->roles())
        names.insert(role.name);
    return {names.begin(), names.end()};
}

std::vector<std::string> WorldNames::releases() const {
    return {};
}

std::vector<std::string> WorldNames::surveys() const {
    return {};
}

std::vector<std::string> WorldNames::customers(std::string_view prefix, std::size_t limit) const {
    const frame::Snapshot& frames = *world_.input.frames;
    std::vector<std::string> ids;
    for (std::uint32_t i = 0; i < frames.customer_count() && ids.size() < limit; ++i) {
        const model::CustomerOrdinal customer{i};
        if (frames.exists_from(customer) == kEndOfTime) continue;
        const std::string_view id = frames.directory().id(customer);
        if (!id.empty() && id.starts_with(prefix)) ids.emplace_back(id);
    }
    return ids;
}

}  // namespace twofold::engine
