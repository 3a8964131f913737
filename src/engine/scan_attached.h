// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
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
    /// Borrows all.
    AttachedScan(const ScanInput& input, const Scan& scan, AttachmentsCache& cache, Pool& pool)
        : input_(input), scan_(scan), cache_(cache), pool_(pool) {}

    /// Whether the scan can be read this way, and should be. `sources` are those of the scan.
    bool serves(const Sources& sources, std::span<Sink* const> sinks) const;
    /// `searched` is what finding rare rows took. Errors: as Scanner::run.
    /// REQUIRES: serves(), of at least these sinks.
    Result<ScanCost> run(Sources sources, const ScanCost& searched, std::span<Sink* const> sinks);

private:
    class Driver;
    std::uint32_t unit_count() const;
    bool order_is_told(const Sources& sources) const;
    RowOrder::Rows rows_to_order(const Sources& sources) const;
    Scan rows() const;
    Result<ScanCost> run_spread(ScanContext& context, std::span<Sink* const> sinks);
    Result<ScanCost> run_in_order(ScanContext& context, std::span<Sink* const> sinks);
    Status run_units(ScanContext& context, const Attachments& attachments,
                     const RowOrder::Rows& rows, std::span<Sink* const> sinks, ScanCost& total);
    Status run_halves(ScanContext& context, const Attachments& attachments,
                      const RowOrder::Rows& rows, std::span<Sink* const> sinks, ScanCost& total);
    Status feed_in_order(ScanContext& context, const RowOrder& order,
                         std::span<const std::unique_ptr<RowOrder::Collector>> collectors,
                         std::span<Sink* const> sinks);
    std::uint64_t add_extra(const Attachments& attachments, Sink& sink) const;
    std::uint32_t unit_after(std::uint64_t pairs) const;

    const ScanInput& input_;
    const Scan& scan_;
    AttachmentsCache& cache_;
    Pool& pool_;
};

}  // namespace twofold::engine
