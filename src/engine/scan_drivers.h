// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/joined.h"
#include "engine/pool.h"
#include "engine/scan.h"
#include "engine/scan_columns.h"
#include "engine/scan_gather.h"

namespace twofold::engine {

/// Goes through the units of a scan on one thread; all threads take pieces from the context's
/// counter until none is left. Returns early, without an error, when the scan was stopped.
class ScanDriver {
public:
    virtual ~ScanDriver() = default;
    virtual Status run(Gather& gather, Sink& sink) = 0;
};

/// Runs the driver on as many threads of the pool as there are sinks, or are free.
Result<ScanCost> drive(Pool& pool, ScanContext& context, ScanDriver& driver,
                       std::span<Sink* const> sinks);

/// UnitKind::kNone: every row once, part by part.
class RowScan final : public ScanDriver {
public:
    /// `sink` is one of those that rows go to, which all count alike; null: rows are always fed.
    RowScan(ScanContext& context, const Sink* sink);
    Status run(Gather& gather, Sink& sink) override;

    /// Rows of a source, or, of a scan of listed rows, places in the list.
    struct Piece {
        const Source* source;
        store::RowRange rows;
        bool counted;  ///< The wanted rows are taken by their number.
    };
    std::span<const Piece> pieces() const noexcept { return pieces_; }

private:
    void list_pieces(const Source& source);
    Status add(const Piece& piece, Gather& gather, ColumnGather& columns, Sink& sink) const;

    ScanContext& context_;
    std::vector<Piece> pieces_;
};

/// UnitKind::kUser: canonical ordinals in blocks; a part's rows of a block lie together, those of
/// joined ordinals anywhere.
class UserScan final : public ScanDriver {
public:
    UserScan(ScanContext& context, const JoinedPersons& joined, unsigned threads);
    Status run(Gather& gather, Sink& sink) override;

private:
    struct Work;  // what one thread keeps from block to block
    Status run_blocks(Work& work);
    Status scan_plain(Work& work, std::uint32_t first, std::uint32_t count);
    Status scan_left(Work& work, std::uint32_t first, std::uint32_t count,
                     std::span<const std::uint32_t> lanes);
    Status scan_block(Work& work, std::uint32_t first, std::uint32_t count);
    Status scan_halves(Work& work, std::uint32_t first, std::uint32_t count);
    void start_block(Work& work, std::uint32_t first, std::uint32_t count);
    Status gather_block(Work& work, std::uint32_t first, std::uint32_t count);
    std::uint32_t assign_lanes(Work& work, std::uint32_t first, std::uint32_t count) const;
    std::uint64_t rows_within(std::uint32_t first, std::uint32_t count) const;

    ScanContext& context_;
    const JoinedPersons& joined_;
    std::uint32_t block_units_;
};

/// UnitKind::kCustomer and kEdge: the users of each customer, wherever their rows lie, cut to what
/// belongs to the customer.
class BelongingScan final : public ScanDriver {
public:
    BelongingScan(ScanContext& context, const JoinedPersons& joined, unsigned threads);
    Status run(Gather& gather, Sink& sink) override;

private:
    struct Work;
    Status scan_units(Work& work, std::uint32_t first, std::uint32_t end);
    Status scan_block(Work& work, std::uint32_t first, std::uint32_t count);
    Status gather_block(Work& work);
    std::uint32_t add_lanes(Work& work, std::uint32_t first, std::uint32_t end) const;
    void add_edge(Work& work, const frame::CustomerEdges& edges, std::uint32_t i,
                  std::uint32_t unit) const;
    bool wanted(std::uint32_t unit) const;

    ScanContext& context_;
    const JoinedPersons& joined_;
    bool any_acting_;
    std::uint32_t unit_count_;
    std::uint32_t piece_units_;
};

}  // namespace twofold::engine
