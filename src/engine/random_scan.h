// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "engine/scan.h"
#include "engine/scan_judge.h"
#include "engine/scan_world.h"
#include "frame/edges.h"
#include "kernel/bit_set.h"

namespace twofold::engine {

/// A random scan of a world, and what it borrows.
struct RandomScan {
    Scan scan;
    kernel::BitSet units;
    kernel::BitSet people;
    std::unique_ptr<frame::Belonging> belonging;
    ValueTable values{ValueTable::Same::kTyped};
    std::vector<ExtraRow> extra;
    bool spreads = false;      ///< The sinks do.
    bool takes_times = false;  ///< Likewise.

    RandomScan(Random& random, const ScanWorld& world);
    std::uint32_t unit_count(const ScanWorld& world) const;
    /// Leaves only names and times to be asked for.
    void make_plain();

private:
    void ask_of_customers(Random& random);
    void add_facts(Random& random, const ScanWorld& world);
};

RowFilter random_filter(Random& random, const ScanWorld& world);
Fetch random_fetch(Random& random, const ScanWorld& world);
/// A condition of stretches of time, by person or by customer.
RowCondition random_stretches(Random& random, const ScanWorld& world);
/// A whole double comes back as a double or as the integer it equals, whichever was met first.
void spell_numbers_alike(SeenByUnit& seen);
void sort_rows(SeenByUnit& seen);

/// Random worlds, and how many scans of each.
struct RandomWorlds {
    std::uint32_t first_seed = 0;
    std::uint32_t seeds = 60;
    std::uint32_t scans = 40;
    std::function<ScanWorld::Size(Random&)> size = some_events;

    static ScanWorld::Size some_events(Random& random);
    static ScanWorld::Size few_events(Random& random);
    static ScanWorld::Size many_events(Random& random);
};
/// Calls each(random, world, scan, i) for the i-th scan of each world, until something fails.
void each_scan(
    const RandomWorlds& worlds,
    const std::function<void(Random&, const ScanWorld&, RandomScan&, std::uint32_t)>& each);

/// Expects of the scan what a loop over all rows shows, with as many sinks as given.
void compare(Scanner& scanner, const ScanWorld& world, RandomScan& scan, std::size_t sinks);

}  // namespace twofold::engine
