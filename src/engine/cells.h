// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/locked.h"
#include "engine/scan_values.h"
#include "model/types.h"

namespace twofold::engine {

/// The cells of a breakdown: combinations of one or two values, numbered from 0 as they are met.
/// Numbers differ from run to run; sort by the label. Shared by the sinks of all scans of a
/// question. Any thread.
class CellTable {
public:
    /// Beyond it further combinations fall together in kOverflow.
    static constexpr std::uint32_t kCellsMax = 4'000'000;

    /// Numbers of values, 0 for a missing one (as ValueTable gives them).
    struct Key {
        std::uint32_t first = 0;
        std::uint32_t second = 0;
        bool operator==(const Key&) const = default;
    };
    std::uint32_t cell(Key key);
    Key key(std::uint32_t cell) const;
    std::uint32_t size() const;
    bool overflowed() const;

private:
    struct Entries {
        std::unordered_map<std::uint64_t, std::uint32_t> cells;
        std::vector<Key> keys;
        bool overflowed = false;
    };
    Locked<Entries> entries_;
};

/// What a value is called in an answer: "NO", "12", "(none)".
std::string value_label(const model::Value& value);

inline constexpr std::string_view kNoneLabel = "(none)";
inline constexpr std::string_view kOtherLabel = "(other)";

/// Numbers of values and cells without taking a lock again for what this thread has met. One
/// thread.
class CellFinder {
public:
    CellFinder(ValueTable& values, CellTable& cells) : values_(values), cells_(cells) {}

    /// The text, if there is one, must stay where it is as long as the finder lives.
    std::uint32_t value_id(const model::Value& value);
    std::uint32_t cell(CellTable::Key key);
    ValueTable& values() { return values_; }

private:
    struct Seen {
        const char* text = nullptr;
        std::uint64_t bits = 0;
        model::ValueType type = model::ValueType::kNull;
        bool operator==(const Seen&) const = default;
    };
    struct Hash {
        std::size_t operator()(const Seen& seen) const noexcept;
    };
    ValueTable& values_;
    CellTable& cells_;
    std::unordered_map<Seen, std::uint32_t, Hash> ids_;
    std::unordered_map<std::uint64_t, std::uint32_t> known_cells_;
    std::uint64_t last_key_ = ~std::uint64_t{0};
    std::uint32_t last_cell_ = 0;
};

/// The lower bound of the bin that holds a number, as a label: "10" for 10 <= x < 20 of width 10.
/// kNull for what is no number.
model::Value bin_of(const model::Value& value, double width);

}  // namespace twofold::engine
