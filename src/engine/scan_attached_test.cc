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
    each_scan({.seeds = kSanitized ? 60U : 500U, .scans = 12, .size = RandomWorlds::few_events},
              [&](Random& random, const ScanWorld& world, RandomScan& scan, std::uint32_t i) {
                  make_attached(random, scan, world);
                  if (i % 3 != 0) scan.make_plain();
                  // Sometimes all rows alike: then nothing but their seconds is handed over.
                  scan.takes_times = random() % 2 == 0;
                  if (random() % 6 == 0) scan.scan.filters = {RowFilter{}};
                  i % 2 == 0 ? compare(one, world, scan, 1) : compare(three, world, scan, 3);
              });
}

/// A pass for each few customers, and passes that turn out to hold too much.
void ask_in_rounds(RandomScan& scan) {
    scan.make_plain();
    scan.scan.unit = UnitKind::kCustomer;
    scan.scan.units = nullptr;
    scan.scan.extra = {};
    scan.scan.ordered = true;
    scan.scan.instants = Scan::Instants::kAny;
    scan.scan.tape_rows_max = 400;
}

ScanWorld::Size of_rounds(Random& /*random*/) {
    return {.persons = 60, .customers = 20, .events = 2'000};
}

TEST(ScanAttached, WhatIsHeldAtOnceIsBounded) {
    Scanner scanner(2, 0);
    each_scan({.seeds = 30, .scans = 1, .size = of_rounds},
              [&](Random&, const ScanWorld& world, RandomScan& scan, std::uint32_t) {
                  ask_in_rounds(scan);
                  compare(scanner, world, scan, 2);
              });
}

TEST(ScanAttached, SeveralRoundsCostWhatOneDoes) {
    Scanner scanner(1);
    each_scan({.seeds = 30, .scans = 1, .size = of_rounds},
              [&](Random&, const ScanWorld& world, RandomScan& random_scan, std::uint32_t) {
                  ask_in_rounds(random_scan);
                  Scan& scan = random_scan.scan;
                  scan.filters = {RowFilter{}};
                  scan.people = nullptr;
                  scan.count_unattached = true;
                  const auto run = [&](std::uint32_t rows_max) {
                      scan.tape_rows_max = rows_max;
                      SeeingSink sink(scan);
                      Sink* const pointer = &sink;
                      const auto cost = scanner.run(world.input(), scan, {&pointer, 1});
                      EXPECT_TRUE(cost.has_value());
                      return std::pair(cost.value_or(ScanCost{}), sink.blocks().size());
                  };
                  const auto [once, blocks] = run(1U << 20);
                  const auto [often, more_blocks] = run(400);
                  EXPECT_EQ(blocks, 1U);
                  EXPECT_GT(more_blocks, 2U);
                  EXPECT_EQ(once.events_read, world.events().size());
                  EXPECT_EQ(often.events_read, once.events_read);
                  EXPECT_EQ(often.events_kept, once.events_kept);
                  EXPECT_EQ(often.users_read, once.users_read);
                  EXPECT_EQ(often.bytes_read, once.bytes_read);
                  EXPECT_EQ(often.attached_events, once.attached_events);
                  EXPECT_EQ(often.unattached_events, once.unattached_events);
                  EXPECT_EQ(once.attached_events + once.unattached_events, once.events_read);
              });
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
