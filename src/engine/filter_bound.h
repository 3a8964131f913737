// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
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

/// Which codes of a dictionary fulfil a condition on the property: told before the scan, where the
/// dictionary is small beside the rows.
struct AcceptedCodes {
    std::vector<std::uint8_t> codes;  ///< 1 or 0 by code; [0]: of rows without a value.
    std::uint64_t places = 0;         ///< As BlockStats::codes.
    std::uint32_t least = 0;          ///< Of those accepted; least > most: none.
    std::uint32_t most = 0;

    /// Whether no row of such a block has an accepted value.
    bool none_in(const column::BlockStats& stats) const noexcept {
        return (stats.codes & places) == 0 || stats.min_code > most || stats.max_code < least;
    }
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

    /// The parts that must all hold: those that look at columns alone, those that are stretches of
    /// time, and whether there are others.
    struct Conjuncts {
        std::vector<const BoundCondition*> columns;
        std::vector<const BoundCondition*> spans;
        bool others = false;
    };
    Conjuncts conjuncts() const;
    /// REQUIRES: one of conjuncts().spans.
    const RowSpans& spans() const { return condition_->spans; }

    // Of conditions that look at columns alone, block by block (column::kBlockRows).

    enum class Verdict : std::uint8_t { kNone, kSome, kAll };
    /// For how many rows of the block it holds, as far as that is known without reading it.
    Verdict verdict(std::uint32_t block) const;
    /// An upper bound of those rows, where find() can tell them; else nothing.
    std::optional<std::uint32_t> rows_max(std::uint32_t block) const;
    /// The places in the block for which it holds, rising. Reads no more than the values that are
    /// there. Errors: kCorrupt. REQUIRES: rows_max(block).
    Status find(std::uint32_t block, std::vector<std::uint32_t>& places) const;
    /// Keeps those of the rows `first` + `places` for which it holds, and says how many: rows of
    /// one block of the part that it was bound to. `readers` and `truths` are the thread's.
    /// Errors: kCorrupt.
    Result<std::size_t> keep(const store::Part& part, std::uint32_t first,
                             std::span<std::uint32_t> places, std::span<ColumnReader> readers,
                             std::vector<std::uint8_t>& truths) const;

private:
    bool looks_at_columns_alone() const;
    void add_conjuncts(Conjuncts& found) const;
    Verdict property_verdict(std::uint32_t block) const;
    /// For how many of the values it holds.
    Verdict values_verdict(std::size_t column, const column::BlockStats& stats) const;
    /// The only column with values in the block.
    std::optional<std::size_t> only_column(std::uint32_t block) const;
    /// The same where its accepted codes are known.
    std::optional<std::size_t> only_codes(std::uint32_t block) const;
    std::size_t keep_codes(std::size_t column, const std::uint32_t* codes,
                           std::span<std::uint32_t> places) const;
    std::size_t keep_numbers(std::uint32_t first, const ColumnReader& reader,
                             std::span<std::uint32_t> places) const;
    Status test_parts(const RowBatch& batch, std::span<const std::uint32_t> places,
                      std::span<ColumnReader> readers, std::vector<std::uint8_t>& result) const;
    Status test_property(const RowBatch& batch, std::span<const std::uint32_t> places,
                         std::span<ColumnReader> readers, std::vector<std::uint8_t>& result) const;
    void test_block(std::size_t column, std::span<const std::uint32_t> rows,
                    std::span<const std::uint32_t> places, const ColumnReader& reader,
                    std::uint8_t* result) const;
    void test_rows(const RowBatch& batch, std::span<const std::uint32_t> places,
                   std::vector<std::uint8_t>& result) const;
    void test_spans(const RowBatch& batch, std::span<const std::uint32_t> places,
                    std::vector<std::uint8_t>& result) const;

    const RowCondition* condition_ = nullptr;
    std::vector<BoundCondition> parts_;
    std::vector<BoundColumn> columns_;
    std::vector<std::optional<AcceptedCodes>> accepted_;  // per column
    std::vector<std::unique_ptr<EntryNotes>> notes_;      // per column; null for numbers
};

/// Whether any part of the condition looks at the acting customer, or at the row's own facts.
bool needs_acting(const RowCondition& condition);
bool needs_row_facts(const RowCondition& condition);

}  // namespace twofold::engine
