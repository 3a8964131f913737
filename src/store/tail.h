// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "column/string_table.h"
#include "model/types.h"
#include "store/part.h"

namespace twofold::store {

/// An event whose names are codes already.
struct TailRow {
    model::UserOrdinal user{};
    TimeMs time = 0;  ///< 2000 to 2135
    model::NameCode name = 0;
    std::optional<model::CustomerOrdinal> acting;
    model::Sequence sequence = 0;
};

/// The rows that came last, in order of arrival, by column; becomes sorted parts in memory.
/// Not thread-safe.
class Tail {
public:
    /// Starts a row; its properties follow. REQUIRES: sequences ascend; fewer than kGroupRows rows.
    void add(const TailRow& row);
    /// A property of the row added last; set again, the last value counts. Not kNull, no NaN.
    void set(model::ColumnCode column, const model::Value& value);

    std::uint32_t row_count() const noexcept { return static_cast<std::uint32_t>(rows_.size()); }
    /// About what it holds, texts included.
    std::uint64_t byte_count() const noexcept {
        return rows_.size() * sizeof(TailRow) + value_count_ * kValueBytes + text_bytes_;
    }

    /// One sorted part for each month, and an empty tail.
    std::vector<std::shared_ptr<const Part>> take();

private:
    friend class TailContent;
    static constexpr std::uint64_t kValueBytes = 12;

    struct Values {
        model::ColumnCode code = 0;
        model::ValueType type = model::ValueType::kNull;
        std::vector<std::uint32_t> rows;    // ascending
        std::vector<std::uint64_t> values;  // raw; of texts: number in `texts`
        column::StringTable texts;
    };
    Values& values_of(model::ColumnCode column, model::ValueType type);

    std::vector<TailRow> rows_;
    std::vector<Values> columns_;
    std::vector<std::uint32_t> place_of_;  // by column code: place in columns_ + 1; 0 = not there
    std::uint64_t value_count_ = 0;
    std::uint64_t text_bytes_ = 0;
};

}  // namespace twofold::store
