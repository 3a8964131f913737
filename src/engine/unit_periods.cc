// SPDX-License-Identifier: Apache-2.0
#include "engine/unit_periods.h"

#include <utility>

namespace twofold::engine {

void UnitPeriods::begin(const Block& block) {
    if (!task_.is_plain()) first_.begin(block.count);
    own_.begin(block.count, task_.seen->words());
}

bool UnitPeriods::takes_times() const {
    return task_.is_plain() && task_.periods->of_seconds();
}

void UnitPeriods::feed_times(std::uint32_t unit, std::span<const std::uint32_t> seconds) {
    if (!seconds.empty()) own_.set_times(unit, seconds, *task_.periods);
}

void UnitPeriods::feed(const Tape& tape) {
    if (task_.is_plain()) return mark_periods(tape, task_.bits.match, *task_.periods, own_);
    const kernel::UnitBits::Setter seen = own_.setter();
    for (const TapeRow& row : tape.rows) {
        if (first_.takes(task_.bits, row.unit, row.mask)) {
            seen.set(row.unit, task_.periods->find(row.time));
        }
    }
}

void UnitPeriods::finish(const Block& block) {
    task_.seen->put(block.first, own_);
}

bool UnitPeriods::spreads(std::uint32_t units) const {
    return task_.is_plain() && task_.seen->words() * 64 * units <= kSpreadBitsMax;
}

void UnitPeriods::absorb(Sink& other) {
    own_.absorb(static_cast<UnitPeriods&>(other).own_);
}

void mark_periods(const Tape& tape, std::uint32_t match, const kernel::Buckets& periods,
                  kernel::UnitBits& units) {
    const kernel::UnitBits::Setter seen = units.setter();
    if (!periods.is_even()) {
        for (const TapeRow& row : tape.rows) {
            if ((row.mask & match) != 0) seen.set(row.unit, periods.find(row.time));
        }
        return;
    }
    const kernel::Buckets::Finder finder = periods.finder();
    for (const TapeRow& row : tape.rows) {
        if ((row.mask & match) != 0) seen.set(row.unit, finder.find(row.time));
    }
}

}  // namespace twofold::engine
