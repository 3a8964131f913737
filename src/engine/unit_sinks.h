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
// of a scan share the array without a lock.
namespace twofold::engine {

class UnitCounts final : public Sink {
public:
    explicit UnitCounts(std::vector<std::uint32_t>& counts) : counts_(counts) {}
    void begin(const Block& block) override { first_ = block.first; }
    void feed(const Tape& tape) override {
        for (const TapeRow& row : tape.rows)
            ++counts_[first_ + row.unit];
    }
    void finish(const Block& /*block*/) override {}

private:
    std::vector<std::uint32_t>& counts_;
    std::uint32_t first_ = 0;
};

/// The first or the last time.
class UnitTimes final : public Sink {
public:
    static constexpr TimeMs kNone = std::numeric_limits<TimeMs>::max();
    UnitTimes(std::vector<TimeMs>& times, bool last) : times_(times), last_(last) {}
    void begin(const Block& block) override { first_ = block.first; }
    void feed(const Tape& tape) override {
        for (const TapeRow& row : tape.rows) {
            TimeMs& time = times_[first_ + row.unit];
            if (time == kNone || (last_ ? row.time > time : row.time < time)) time = row.time;
        }
    }
    void finish(const Block& /*block*/) override {}

private:
    std::vector<TimeMs>& times_;
    bool last_;
    std::uint32_t first_ = 0;
};

/// Distinct persons or, with a zone, distinct local days.
class UnitDistinct final : public Sink {
public:
    UnitDistinct(std::vector<std::uint32_t>& counts, const Zone* zone)
        : counts_(counts), zone_(zone) {}
    void begin(const Block& block) override { first_ = block.first; }
    void feed(const Tape& tape) override;
    void finish(const Block& block) override;

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
