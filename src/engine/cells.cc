// SPDX-License-Identifier: Apache-2.0
#include "engine/cells.h"

#include <bit>
#include <cmath>

#include "model/json.h"

namespace twofold::engine {
namespace {

std::uint64_t packed(CellTable::Key key) {
    return std::uint64_t{key.first} << 32 | key.second;
}

}  // namespace

std::uint32_t CellTable::cell(Key key) {
    return entries_.with([key](Entries& entries) {
        const auto found = entries.cells.find(packed(key));
        if (found != entries.cells.end()) return found->second;
        // The last number stands for all that has no room.
        if (entries.keys.size() >= kCellsMax) {
            entries.overflowed = true;
            return kCellsMax - 1;
        }
        const auto number = static_cast<std::uint32_t>(entries.keys.size());
        entries.keys.push_back(key);
        entries.cells.emplace(packed(key), number);
        return number;
    });
}

CellTable::Key CellTable::key(std::uint32_t cell) const {
    return entries_.with([cell](const Entries& entries) { return entries.keys[cell]; });
}

std::uint32_t CellTable::size() const {
    return entries_.with(
        [](const Entries& entries) { return static_cast<std::uint32_t>(entries.keys.size()); });
}

bool CellTable::overflowed() const {
    return entries_.with([](const Entries& entries) { return entries.overflowed; });
}

std::string value_label(const model::Value& value) {
    if (value.is_null()) return std::string(kNoneLabel);
    if (value.type == model::ValueType::kString) return std::string(value.text);
    std::string label;
    // A whole double and the integer equal to it are one value; either may have come first.
    if (value.type == model::ValueType::kDouble && std::trunc(value.real) == value.real &&
        std::abs(value.real) < 0x1p53) {
        model::append_json_int(label, static_cast<std::int64_t>(value.real));
    } else {
        model::append_json(label, value);
    }
    return label;
}

std::size_t CellFinder::Hash::operator()(const Seen& seen) const noexcept {
    std::uint64_t mixed = std::bit_cast<std::uintptr_t>(seen.text) ^ seen.bits * 0x9e3779b97f4a7c15;
    mixed ^= static_cast<std::uint64_t>(seen.type) << 56;
    return mixed ^ mixed >> 29;
}

std::uint32_t CellFinder::value_id(const model::Value& value) {
    if (value.is_null()) return 0;
    Seen seen;
    seen.type = value.type;
    if (value.is_text()) {
        seen.text = value.text.data();
        seen.bits = value.text.size();
    } else {
        seen.bits = static_cast<std::uint64_t>(value.integer);
    }
    const auto [place, fresh] = ids_.try_emplace(seen, 0);
    if (fresh) place->second = values_.id(value);
    return place->second;
}

std::uint32_t CellFinder::cell(CellTable::Key key) {
    const std::uint64_t wanted = packed(key);
    if (wanted == last_key_) return last_cell_;
    const auto [place, fresh] = known_cells_.try_emplace(wanted, 0);
    if (fresh) place->second = cells_.cell(key);
    last_key_ = wanted;
    last_cell_ = place->second;
    return last_cell_;
}

model::Value bin_of(const model::Value& value, double width) {
    if (!value.is_number()) return model::Value::null();
    const double low = std::floor(value.number() / width) * width;
    if (std::trunc(low) == low && std::abs(low) < 0x1p53) {
        return model::Value::of_int(static_cast<std::int64_t>(low));
    }
    return model::Value::of_double(low);
}

}  // namespace twofold::engine
