// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/sanitized.h"
#include "engine/random_scan.h"
#include "engine/scan_judge.h"
#include "engine/scan_world.h"
#include "frame/snapshot.h"

namespace twofold::engine {
namespace {

/// Of customers or pairs, in a way that rows are told to units where they lie.
void make_attached(Random& random, RandomScan& random_scan, const ScanWorld& world) {
    Scan& scan = random_scan.scan;
    scan.extra = {};
    scan.units = nullptr;
    scan.unit = random() % 3 == 0 ? UnitKind::kEdge : UnitKind::kCustomer;
    scan.ordered = scan.unit == UnitKind::kCustomer && random() % 2 == 0;
    if (scan.ordered) {
        scan.instants = random() % 2 == 0 ? Scan::Instants::kAny : Scan::Instants::kByLowest;
    }
    random_scan.spreads = true;
    if (random() % 2 == 0) {
        random_scan.units = kernel::BitSet(random_scan.unit_count(world));
        for (std::uint32_t unit = 0; unit < random_scan.units.size(); ++unit)
            random_scan.units.assign(unit, random() % 3 != 0);
        scan.units = &random_scan.units;
    }
    scan.count_unattached = random() % 2 == 0;
}

TEST(ScanAttached, ShowsWhatALoopOverAllRowsShows) {
    Scanner one(1);
    Scanner three(3, 0);
    const std::uint32_t seeds = kSanitized ? 60 : 500;
    for (std::uint32_t seed = 0; seed < seeds && !testing::Test::HasFailure(); ++seed) {
        Random random(seed);
        const ScanWorld world(seed, {.persons = 5 + random() % 20,
                                     .customers = 1 + random() % 8,
                                     .events = 20 + random() % 200});
        for (std::uint32_t i = 0; i < 12 && !testing::Test::HasFailure(); ++i) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << " scan " << i);
            RandomScan scan(random, world);
            make_attached(random, scan, world);
            if (i % 3 != 0) scan.make_plain();
            i % 2 == 0 ? compare(one, world, scan, 1) : compare(three, world, scan, 3);
        }
    }
}

/// A pass for each few customers, and passes that turn out to hold too much.
TEST(ScanAttached, WhatIsHeldAtOnceIsBounded) {
    Scanner scanner(2, 0);
    for (std::uint32_t seed = 0; seed < 30 && !testing::Test::HasFailure(); ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        const ScanWorld world(seed, {.persons = 60, .customers = 20, .events = 2'000});
        RandomScan scan(random, world);
        scan.make_plain();
        make_attached(random, scan, world);
        scan.scan.unit = UnitKind::kCustomer;
        scan.scan.units = nullptr;
        scan.scan.ordered = true;
        scan.scan.instants = Scan::Instants::kAny;
        scan.scan.tape_rows_max = 400;
        compare(scanner, world, scan, 2);
    }
}

TEST(ScanAttached, MoreRowsOfOneCustomerThanMayBeHeldAreRefused) {
    Scanner scanner(1);
    const ScanWorld world(9, {.persons = 30, .customers = 3, .events = 2'000});
    const frame::Belonging belonging(world.frames(), frame::Mode::kEver, kEndOfTime);
    Scan scan;
    scan.unit = UnitKind::kCustomer;
    scan.filters = {RowFilter{}};
    scan.belonging = &belonging;
    scan.ordered = true;
    scan.instants = Scan::Instants::kAny;
    scan.tape_rows_max = 3;
    SeeingSink sink(scan);
    Sink* const pointer = &sink;
    const auto result = scanner.run(world.input(), scan, {&pointer, 1});
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace twofold::engine
