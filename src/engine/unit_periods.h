// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "engine/filter_set.h"
#include "engine/scan.h"
#include "kernel/buckets.h"
#include "kernel/unit_bits.h"

namespace twofold::engine {

/// What the sinks that mark periods share.
struct PeriodsTask {
    SelectorBits bits;  ///< Its rows lie within the periods.
    const kernel::Buckets* periods = nullptr;
    /// By unit of all that there are: the periods in which it was seen. Begun by the caller.
    kernel::UnitBits* seen = nullptr;

    /// Whether rows may come in any order.
    bool is_plain() const { return bits.track == 0; }
};

/// Marks the periods in which a unit has a row. A block goes to one sink, so the sinks of a scan
/// share what they fill without a lock. For ordered scans unless the task is plain.
class UnitPeriods final : public Sink {
public:
    /// Of units and periods at once, in each sink: 32 MB.
    static constexpr std::uint64_t kSpreadBitsMax = std::uint64_t{1} << 28;

    explicit UnitPeriods(const PeriodsTask& task) : task_(task) {}

    void begin(const Block& block) override;
    bool takes_times() const override;
    void feed_times(std::uint32_t unit, std::span<const std::uint32_t> seconds) override;
    void feed(const Tape& tape) override;
    void finish(const Block& block) override;
    bool spreads(std::uint32_t units) const override;
    void absorb(Sink& other) override;

private:
    const PeriodsTask& task_;
    FirstTracker first_;
    kernel::UnitBits own_;  // of the block
};

/// Marks the periods of the rows that have a bit of `match`. REQUIRES: the periods hold them.
void mark_periods(const Tape& tape, std::uint32_t match, const kernel::Buckets& periods,
                  kernel::UnitBits& units);

}  // namespace twofold::engine
