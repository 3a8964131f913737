// SPDX-License-Identifier: Apache-2.0
#include "engine/scan_values.h"

#include <cmath>
#include <cstring>

#include "engine/cells.h"

namespace twofold::engine {
namespace {

/// A byte for the kind and the value's bytes. Whole doubles are written like integers.
std::string key_of(const model::Value& value) {
    std::string key;
    if (value.is_text()) {
        key.reserve(value.text.size() + 1);
        key += value.type == model::ValueType::kString ? 's' : 'l';
        key += value.text;
        return key;
    }
    std::int64_t whole = value.integer;
    char kind = value.type == model::ValueType::kBool ? 'b' : 'i';
    if (value.type == model::ValueType::kDouble) {
        const double real = value.real;
        const bool is_whole = real >= -0x1p63 && real < 0x1p63 && std::trunc(real) == real;
        kind = is_whole ? 'i' : 'd';
        whole = is_whole ? static_cast<std::int64_t>(real) : std::bit_cast<std::int64_t>(real);
    }
    key.resize(1 + sizeof whole);
    key[0] = kind;
    std::memcpy(key.data() + 1, &whole, sizeof whole);
    return key;
}

}  // namespace

std::uint32_t ValueTable::add(Entries& entries, std::string key, const model::Value& value) {
    if (entries.values.size() >= kValuesMax) return kOverflowId;
    const std::string& kept = entries.texts.emplace_back(std::move(key));
    model::Value own = value;
    if (value.is_text()) own.text = std::string_view(kept).substr(1);
    entries.values.push_back(own);
    const auto number = static_cast<std::uint32_t>(entries.values.size());
    entries.ids.emplace(kept, number);
    return number;
}

std::uint32_t ValueTable::id(const model::Value& value) {
    if (value.is_null()) return 0;
    std::string key = key_of(value);
    return entries_.with([&](Entries& entries) {
        const auto found = entries.ids.find(key);
        if (found != entries.ids.end()) return found->second;
        if (value.is_text() || same_ == Same::kTyped) return add(entries, std::move(key), value);
        // Under its own key, which is quick to make, and under that of the text that prints it.
        const auto printed = model::OwnedValue(model::Value::of_string(value_label(value)));
        std::string text_key = key_of(printed.view());
        const auto alike = entries.ids.find(text_key);
        const std::uint32_t number =
            alike != entries.ids.end() ? alike->second : add(entries, std::move(text_key), value);
        if (number != kOverflowId) {
            entries.ids.emplace(entries.texts.emplace_back(std::move(key)), number);
        }
        return number;
    });
}

model::Value ValueTable::value(std::uint32_t id) const {
    return entries_.with([id](const Entries& entries) { return entries.values[id - 1]; });
}

std::uint32_t ValueTable::size() const {
    return entries_.with(
        [](const Entries& entries) { return static_cast<std::uint32_t>(entries.values.size()); });
}

}  // namespace twofold::engine
