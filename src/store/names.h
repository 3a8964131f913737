// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "column/string_table.h"
#include "model/types.h"

namespace twofold::store {

/// The most event names (a name and the same name sent automatically are two). Past it, events keep
/// user, time and properties but are called kOtherName; their own name stands in the property
/// kOtherNameProperty, so nothing is lost and everything can still be asked.
inline constexpr std::uint32_t kEventNamesMax = 65'535;
inline constexpr std::string_view kOtherName = "(other)";
inline constexpr std::string_view kOtherNameProperty = "event_name";
/// The most property columns. Past it, properties of new names are not kept; they are counted.
inline constexpr std::uint32_t kColumnsMax = 10'000;

struct EventName {
    std::string_view text;
    bool automatic = false;
    bool operator==(const EventName&) const = default;
};
struct PropertyName {
    std::string_view text;
    model::ValueType type = model::ValueType::kNull;
    bool operator==(const PropertyName&) const = default;
};

/// The names of a project: event names ↔ NameCode, property columns ↔ ColumnCode. Both dense from 0
/// in order of first appearance in the log, never reused. A copy shares the texts, which never
/// move, and costs some
/// bytes a name. Not thread-safe while it grows; a copy that doesn't is.
class Names {
public:
    std::uint32_t event_count() const noexcept { return events_.size(); }
    /// REQUIRES: code < event_count(). The text lives as long as any copy.
    EventName event(model::NameCode code) const;
    std::optional<model::NameCode> find_event(std::string_view text, bool automatic) const;

    std::uint32_t column_count() const noexcept { return columns_.size(); }
    /// REQUIRES: code < column_count().
    PropertyName column(model::ColumnCode code) const;
    std::optional<model::ColumnCode> find_column(std::string_view text,
                                                 model::ValueType type) const;
    /// The columns of a name, one for each type that it has come with; ordered by type.
    std::vector<model::ColumnCode> columns_named(std::string_view text) const;

    /// The code of a name, new if need be; nothing when it is new and the table is full (of events
    /// but for kOtherName, which always has room).
    std::optional<model::NameCode> add_event(std::string_view text, bool automatic);
    std::optional<model::ColumnCode> add_column(std::string_view text, model::ValueType type);

    void encode(ByteWriter& out) const;
    /// Errors: kCorrupt.
    static Result<Names> decode(ByteReader& in);

private:
    // Keys are one byte (automatic, or the ValueType) and the text.
    column::StringTable events_;
    column::StringTable columns_;
};

}  // namespace twofold::store
