// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/filter_columns.h"
#include "engine/pool.h"
#include "engine/scan.h"
#include "engine/sources.h"
#include "store/part.h"

namespace twofold::engine {

/// Finds the rows of a part that a scan's filters may take, block by block: by their names, and by
/// what columns alone tell where there is one filter. What is known of a block without reading it
/// is looked at first, then whatever leaves the fewest rows. One per thread.
class RowSelect {
public:
    RowSelect();

    /// Of `rows`, which lie in one block (column::kBlockRows): those left, rising, counted from
    /// rows.begin. `every`: all of them are. Until the next call; there is room for changes.
    struct Selected {
        std::span<std::uint32_t> places;
        bool every = false;  ///< Then `places` are not filled in, but as many as there are rows.
        std::size_t count() const noexcept { return places.size(); }
    };
    /// `readers` are the thread's. Errors: kCorrupt. REQUIRES: the part's rows were verified.
    Result<Selected> select(const Source& source, store::RowRange rows,
                            std::span<ColumnReader> readers);
    /// Fills in what was not.
    static void fill(Selected& selected) {
        if (selected.every) fill_all(selected.places);
        selected.every = false;
    }
    /// 0, 1, 2 …
    static void fill_all(std::span<std::uint32_t> places);

    /// All of a range that begins with a block, by their number in the part. Verifies rows itself.
    Status select_all(const Source& source, store::RowRange rows, std::span<ColumnReader> readers,
                      std::vector<std::uint32_t>& out);

    /// Names that were looked at.
    const ScanCost& cost() const noexcept { return cost_; }

private:
    std::size_t by_names(const Source& source, store::RowRange rows);
    Result<std::size_t> by_values(const Source& source, store::RowRange rows,
                                  const BoundCondition& condition);
    Selected by_rare(const Source& source, store::RowRange rows);

    std::vector<std::uint32_t> rows_;
    std::vector<std::uint32_t> places_;
    std::vector<std::uint8_t> truths_;
    std::vector<const BoundCondition*> left_;  // of the block at hand
    ScanCost cost_;
};

/// Sets source.rare where few rows are left by what columns alone tell: then only those are looked
/// at, wherever their persons are. Returns what it cost. `stop` may be null.
/// Errors: kCorrupt; those of run_charged(); stopped_error().
Result<ScanCost> find_rare_rows(Source& source, Pool& pool, unsigned threads, const Stop* stop);

/// Those of `rows` that are in source.rare. REQUIRES: source.rare.
std::span<const std::uint32_t> rare_within(const Source& source, store::RowRange rows);

}  // namespace twofold::engine
