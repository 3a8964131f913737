// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

#include "base/calendar.h"
#include "base/time.h"
#include "engine/scan.h"

// One number per unit, written where the unit's number says. A block goes to one sink, so the sinks
// of a scan share the array without a lock; of all units at once each has its own until the end.
namespace twofold::engine {

/// Units of all that there are, each with a number of up to 16 bytes: 64 MB.
inline constexpr std::uint32_t kSpreadUnitsMax = 1U << 22;

class UnitCounts final : public Sink {
public:
    explicit UnitCounts(std::vector<std::uint32_t>& counts) : counts_(counts) {}
    void begin(const Block& block) override;
    void feed(const Tape& tape) override {
        for (const TapeRow& row : tape.rows)
            ++at_[row.unit];
    }
    void finish(const Block& block) override;
    bool spreads(std::uint32_t units) const override { return units <= kSpreadUnitsMax; }
    void absorb(Sink& other) override;

private:
    std::vector<std::uint32_t>& counts_;
    std::vector<std::uint32_t> own_;  // of all units
    std::uint32_t* at_ = nullptr;     // of the block's first unit
};

/// The first or the last time.
class UnitTimes final : public Sink {
public:
    static constexpr TimeMs kNone = std::numeric_limits<TimeMs>::max();
    UnitTimes(std::vector<TimeMs>& times, bool last) : times_(times), last_(last) {}
    void begin(const Block& block) override;
    void feed(const Tape& tape) override {
        for (const TapeRow& row : tape.rows)
            take(at_[row.unit], row.time);
    }
    void finish(const Block& block) override;
    bool spreads(std::uint32_t units) const override { return units <= kSpreadUnitsMax; }
    void absorb(Sink& other) override;

private:
    void take(TimeMs& time, TimeMs other) const {
        if (time == kNone || (last_ ? other > time : other < time)) time = other;
    }

    std::vector<TimeMs>& times_;
    bool last_;
    std::vector<TimeMs> own_;  // of all units
    TimeMs* at_ = nullptr;     // of the block's first unit
};

/// Distinct persons or, with a zone, distinct local days.
class UnitDistinct final : public Sink {
public:
    UnitDistinct(std::vector<std::uint32_t>& counts, const Zone* zone)
        : counts_(counts), zone_(zone) {}
    void begin(const Block& block) override { first_ = block.first; }
    void feed(const Tape& tape) override;
    void finish(const Block& block) override;
    /// There are no more persons than pairs; days may be more than fit.
    bool spreads(std::uint32_t units) const override {
        return zone_ == nullptr && units <= kSpreadUnitsMax;
    }
    void absorb(Sink& other) override;

private:
    static constexpr std::size_t kLooseMin = std::size_t{1} << 16;
    std::int64_t day_of(TimeMs time);
    void compact();

    std::vector<std::uint32_t>& counts_;
    const Zone* zone_;
    std::uint32_t first_ = 0;
    std::vector<std::pair<std::uint32_t, std::int64_t>> seen_;  // (unit, person or day)
    std::size_t compact_at_ = kLooseMin;
    TimeMs day_from_ = 0;  // the day found last: rows come in runs of one day
    TimeMs day_to_ = 0;
};

}  // namespace twofold::engine
