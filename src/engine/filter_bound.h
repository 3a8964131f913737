// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/filter.h"
#include "engine/filter_columns.h"
#include "store/names.h"
#include "store/part.h"

namespace twofold::engine {

/// Gives each distinct column of a part a slot, and opens it. Used while a scan is set up.
class ColumnSlots {
public:
    ColumnSlots(const store::Part& part, const store::Names& names) : part_(part), names_(names) {}

    /// Those of `codes` that the part has, in their order. Errors: kCorrupt.
    Result<std::vector<BoundColumn>> bind(std::span<const model::ColumnCode> codes);
    std::uint32_t count() const noexcept { return static_cast<std::uint32_t>(codes_.size()); }

private:
    const store::Part& part_;
    const store::Names& names_;
    std::vector<model::ColumnCode> codes_;  // by slot - 1
};

/// Rows of one part, column by column. Rising rows are read fastest.
struct RowBatch {
    const store::Part* part = nullptr;
    std::span<const std::uint32_t> rows;
    std::span<const TimeMs> times;
    std::span<const std::uint32_t> persons;  ///< Canonical; only where a condition needs rows.
    std::span<const std::uint32_t> acting;   ///< Canonical + 1; only where a condition needs it.
};

/// A condition bound to one part: columns are looked up, and what is found out about an entry of a
/// dictionary is kept for all threads. Any thread; borrows the condition and the part.
class BoundCondition {
public:
    /// Errors: kCorrupt.
    static Result<BoundCondition> bind(const RowCondition& condition, ColumnSlots& slots);

    /// Sets result[i] to 1 or 0 for the row at places[i] of the batch.
    /// `readers` are the thread's, one per slot. Errors: kCorrupt.
    Status test(const RowBatch& batch, std::span<const std::uint32_t> places,
                std::span<ColumnReader> readers, std::vector<std::uint8_t>& result) const;

    /// Those parts, all of which must hold, that look at columns alone.
    std::vector<const BoundCondition*> column_parts() const;

private:
    bool looks_at_columns_alone() const;
    Status test_parts(const RowBatch& batch, std::span<const std::uint32_t> places,
                      std::span<ColumnReader> readers, std::vector<std::uint8_t>& result) const;
    Status test_property(const RowBatch& batch, std::span<const std::uint32_t> places,
                         std::span<ColumnReader> readers, std::vector<std::uint8_t>& result) const;
    void test_block(std::size_t column, std::span<const std::uint32_t> rows,
                    std::span<const std::uint32_t> places, const ColumnReader& reader,
                    std::uint8_t* result) const;
    void test_rows(const RowBatch& batch, std::span<const std::uint32_t> places,
                   std::vector<std::uint8_t>& result) const;

    const RowCondition* condition_ = nullptr;
    std::vector<BoundCondition> parts_;
    std::vector<BoundColumn> columns_;
    std::vector<std::unique_ptr<EntryNotes>> notes_;  // per column; null for numbers
};

/// Whether any part of the condition looks at the acting customer, or at the row's own facts.
bool needs_acting(const RowCondition& condition);
bool needs_row_facts(const RowCondition& condition);

}  // namespace twofold::engine
