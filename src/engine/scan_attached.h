// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "base/result.h"
#include "engine/attachments.h"
#include "engine/pool.h"
#include "engine/row_order.h"
#include "engine/scan.h"
#include "engine/scan_drivers.h"
#include "engine/sources.h"

namespace twofold::engine {

/// UnitKind::kCustomer and kEdge, when most people matter: rows are read where they lie, once, and
/// each is told to the units that it belongs to. A scan that is not ordered needs sinks that take
/// all units at once; an ordered one is put in order afterwards, eight bytes a row. What belongs to
/// nobody is counted on the way.
class AttachedScan {
public:
    /// What a scanner lends to one scan.
    struct Lent {
        Pool& pool;
        PartIndexCache& index;
        std::uint64_t shared_rows_min = 0;
    };
    /// Borrows all.
    AttachedScan(const ScanInput& input, const Scan& scan, Lent lent)
        : input_(input), scan_(scan), lent_(lent) {}

    /// Nothing, before a sink has begun, when another way must be taken.
    /// Errors: as Scanner::run.
    Result<std::optional<ScanCost>> run(std::span<Sink* const> sinks);

private:
    class Driver;
    bool serves(std::span<Sink* const> sinks) const;
    std::uint32_t unit_count() const;
    bool order_is_told(const Sources& sources) const;
    Scan rows() const;
    Result<ScanCost> run_spread(ScanContext& context, std::span<Sink* const> sinks);
    Result<std::optional<ScanCost>> run_in_order(ScanContext& context,
                                                 std::span<Sink* const> sinks);
    Status run_units(ScanContext& context, const Attachments& attachments,
                     const RowOrder::Rows& rows, std::span<Sink* const> sinks, ScanCost& total);
    Status run_halves(ScanContext& context, const Attachments& attachments,
                      const RowOrder::Rows& rows, std::span<Sink* const> sinks, ScanCost& total);
    Status feed_in_order(const ScanContext& context, const RowOrder& order,
                         std::span<const std::unique_ptr<RowOrder::Collector>> collectors,
                         std::span<Sink* const> sinks);
    std::uint64_t add_extra(const Attachments& attachments, Sink& sink) const;
    std::uint32_t unit_after(std::uint64_t pairs) const;

    const ScanInput& input_;
    const Scan& scan_;
    Lent lent_;
};

}  // namespace twofold::engine
