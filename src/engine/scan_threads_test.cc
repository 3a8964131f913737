// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <gtest/gtest.h>
#include <thread>

#include "engine/scan.h"
#include "engine/scan_judge.h"
#include "engine/scan_world.h"
#include "frame/edges.h"
#include "frame/snapshot.h"

namespace twofold::engine {
namespace {

Scan country_scan(const ScanWorld& world, UnitKind unit, const frame::Belonging& belonging,
                  ValueTable& values) {
    Scan scan;
    scan.unit = unit;
    scan.belonging = &belonging;
    scan.ordered = unit != UnitKind::kNone;
    RowFilter filter;
    filter.condition = RowCondition::property(
        world.names().columns_named("country"),
        [](const model::Value& value) { return value.text != "SE"; }, true);
    scan.filters = {filter, RowFilter{}};
    scan.cells = {{Fetch::What::kProperty, world.names().columns_named("country"), 0xffff'ffff}};
    scan.numbers = {{Fetch::What::kProperty, world.names().columns_named("amount"), 0xffff'ffff}};
    scan.values = &values;
    scan.want_persons = true;
    return scan;
}

SeenByUnit see(Scanner& scanner, const ScanWorld& world, const Scan& scan, std::size_t threads,
               bool spreads = false) {
    std::vector<SeeingSink> sinks(threads, SeeingSink(scan, spreads));
    std::vector<Sink*> pointers;
    for (SeeingSink& sink : sinks)
        pointers.push_back(&sink);
    EXPECT_TRUE(scanner.run(world.input(), scan, pointers).has_value());
    SeenByUnit seen;
    for (const SeeingSink& sink : sinks) {
        for (const auto& [unit, rows] : sink.seen()) {
            seen[unit].insert(seen[unit].end(), rows.begin(), rows.end());
        }
    }
    if (!scan.ordered) {
        for (auto& [unit, rows] : seen)
            std::ranges::sort(rows);
    }
    return seen;
}

/// Expects of `scanner`, whichever thread takes what, what one thread sees.
void expect_the_same(Scanner& scanner, const ScanWorld& world, const Scan& scan, bool spreads) {
    Scanner one(1);
    const SeenByUnit expected = see(one, world, scan, 1, spreads);
    EXPECT_FALSE(expected.empty());
    for (int round = 0; round < 5; ++round)
        EXPECT_EQ(see(scanner, world, scan, scanner.threads(), spreads), expected);
}

constexpr UnitKind kUnits[] = {UnitKind::kNone, UnitKind::kUser, UnitKind::kCustomer,
                               UnitKind::kEdge};

TEST(ScanThreads, TheNumberOfThreadsNeverShows) {
    const ScanWorld world(3, {.persons = 1'500, .customers = 300, .events = 6'000});
    const frame::Belonging belonging(world.frames(), frame::Mode::kAsOfEvent, kEndOfTime);
    Scanner three(3, 0);
    for (const UnitKind unit : kUnits) {
        ValueTable values(ValueTable::Same::kTyped);
        const Scan scan = country_scan(world, unit, belonging, values);
        expect_the_same(three, world, scan, false);
    }
}

/// Their rows are read where they lie, by whoever is free.
TEST(ScanThreads, RowsAreToldToCustomersBySeveralThreads) {
    const ScanWorld world(5, {.persons = 1'500, .customers = 300, .events = 6'000});
    const frame::Belonging belonging(world.frames(), frame::Mode::kAsOfEvent, kEndOfTime);
    Scanner three(3, 0);
    for (const bool ordered : {false, true}) {
        Scan scan;
        scan.unit = UnitKind::kCustomer;
        scan.filters = {RowFilter{}};
        scan.belonging = &belonging;
        scan.ordered = ordered;
        scan.instants = Scan::Instants::kAny;
        expect_the_same(three, world, scan, true);
    }
}

TEST(ScanThreads, QuestionsShareTheScanner) {
    const ScanWorld world(4, {.persons = 800, .customers = 200, .events = 4'000});
    const frame::Belonging belonging(world.frames(), frame::Mode::kAsOfEvent, kEndOfTime);
    Scanner scanner(2, 0);
    std::vector<std::thread> askers;
    for (const UnitKind unit : kUnits) {
        askers.emplace_back([&, unit] {
            ValueTable values(ValueTable::Same::kTyped);
            const Scan scan = country_scan(world, unit, belonging, values);
            expect_the_same(scanner, world, scan, false);
        });
    }
    for (std::thread& asker : askers)
        asker.join();
}

}  // namespace
}  // namespace twofold::engine
