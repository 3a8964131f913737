// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/row_select.h"
#include "engine/scan.h"
#include "engine/scan_gather.h"
#include "engine/sources.h"

namespace twofold::engine {

/// Takes rows to a sink column by column, block by block, without a tape: for scans without units
/// whose sink takes_columns(). Rows are cut by names, by values, by time and by stretches of time
/// of their persons. One per thread.
class ColumnGather {
public:
    ColumnGather(ScanContext& context, Sink& sink);

    /// Whether no more is asked of a part's rows than their names and times, of all times.
    static bool only_counts(const ScanContext& context, const Source& source);

    /// Whether rows of the part come this way. REQUIRES: a scan without units.
    bool serves(const Source& source) const noexcept { return serves_[source.number] != 0; }
    /// Feeds the rows of a range. Those of a block that cannot come this way are added to `left`,
    /// whole. Errors: kCorrupt. REQUIRES: serves(source); the range begins with a block.
    Status feed(const Source& source, store::RowRange rows, std::vector<store::RowRange>& left);

    ScanCost cost() const;

private:
    bool can_serve(const Source& source) const;
    Result<bool> feed_block(const Source& source, store::RowRange rows);
    void cut_times(const Source& source, const RowFilter& filter);
    Status cut_persons(const Source& source);
    std::size_t keep_of_person(const Source& source, std::uint32_t person,
                               const std::uint32_t* acting, store::RowRange own, std::size_t kept);
    bool holds(const Source& source, std::uint32_t person, std::uint32_t place,
               std::uint32_t acting) const;
    Result<bool> read_cells(const Source& source, ColumnRows& out);
    Result<bool> read_runs(const column::PropertyColumn& column, ColumnRows& out);
    Result<bool> read_numbers(const Source& source, ColumnRows& out);
    template <typename Value>
    std::span<const Value> pick(const Value* of_block, std::vector<Value>& room) const;
    template <typename Value>
    std::span<const Value> pick_numbers(const ColumnReader& reader, const Value* of_block,
                                        std::vector<Value>& room, ColumnRows& out);

    ScanContext& context_;
    const Scan& scan_;
    Sink& sink_;
    bool seconds_ = false;
    std::vector<std::uint8_t> serves_;         // by source
    std::vector<const RowFilter*> time_cuts_;  // by source: whose range ends within it, or null
    std::vector<ColumnReader> readers_;
    RowSelect select_;
    ScanCost cost_;

    std::uint32_t block_ = 0;  // at hand
    std::uint32_t first_row_ = 0;
    std::span<std::uint32_t> places_;  // of it, still in it; not filled in when they are all of it
    bool whole_ = false;
    std::vector<std::uint32_t> seconds_of_;
    std::vector<std::uint32_t> codes_;
    std::vector<std::uint32_t> run_ends_;
    std::vector<std::uint32_t> numbered_;
    std::vector<std::int64_t> wholes_;
    std::vector<double> reals_;
    std::function<std::uint32_t(std::uint32_t)> id_of_;
    std::string scratch_;
};

}  // namespace twofold::engine
