// SPDX-License-Identifier: Apache-2.0
#include "engine/random_scan.h"

#include <algorithm>
#include <bit>
#include <gtest/gtest.h>

#include "engine/customer_truth.h"
#include "frame/snapshot.h"

namespace twofold::engine {
namespace {

/// Stretches of some days for about half of the numbers below `count`.
std::shared_ptr<const SpanLists> random_spans(Random& random, std::uint32_t count) {
    std::vector<SpanLists::Entry> entries;
    for (std::uint32_t number = 0; number < count; ++number) {
        for (std::uint32_t i = random() % 5; i < 2; ++i) {
            const TimeMs from = ScanWorld::kStart + static_cast<TimeMs>(random() % 80) * kDayMs;
            entries.push_back({number, {from, from + static_cast<TimeMs>(random() % 30) * kDayMs}});
        }
    }
    return std::make_shared<const SpanLists>(count, std::move(entries));
}

/// Bounds that some of the world's amounts are equal to, of either type.
RowCondition random_order(Random& random, const ScanWorld& world) {
    constexpr ask::CompareOp kOps[] = {ask::CompareOp::kLess, ask::CompareOp::kLessEqual,
                                       ask::CompareOp::kGreater, ask::CompareOp::kGreaterEqual};
    const model::Value bound = random() % 2 == 0 ? model::Value::of_int(random() % 6)
                                                 : model::Value::of_double(random() % 10 * 0.5);
    const auto test = plan::ValueTest::compare(kOps[random() % 4], model::OwnedValue(bound));
    RowCondition made = RowCondition::property(
        world.names().columns_named("amount"),
        [test](const model::Value& value) { return test.accepts(value); }, false);
    made.order = test.order();
    EXPECT_TRUE(made.order.has_value());
    return made;
}

RowCondition random_condition(Random& random, const ScanWorld& world, int depth) {
    const auto columns = [&](std::string_view name) { return world.names().columns_named(name); };
    switch (random() % (depth > 0 ? 11 : 8)) {
        case 0:
            return RowCondition::property(
                columns("country"), [](const model::Value& value) { return value.text == "NO"; },
                random() % 2 == 0);
        case 1:
            return RowCondition::property(
                columns("amount"),
                [](const model::Value& value) { return value.is_number() && value.number() > 1; },
                random() % 2 == 0);
        case 2:
            return RowCondition::property(
                columns(random() % 2 == 0 ? "paid" : "tags"),
                [](const model::Value& value) { return value.boolean() || value.text == "[1]"; },
                false);
        case 3:
            return RowCondition::row(
                [](const RowFacts& row) {
                    return (row.time / kHourMs + model::index(row.person)) % 3 != 0;
                },
                false);
        case 4:
            return RowCondition::row(
                [](const RowFacts& row) { return row.acting && row.name % 2 == 0; }, true);
        case 5:
            return random_stretches(random, world);
        case 6:
            return random_order(random, world);
        case 7:
            return RowCondition::property(
                columns("coupon"), [](const model::Value& value) { return value.text == "W-2"; },
                random() % 4 == 0);
        case 8:
            return RowCondition::negation(random_condition(random, world, depth - 1));
        case 9:
            return RowCondition::all({random_condition(random, world, depth - 1),
                                      random_condition(random, world, depth - 1)});
        default:
            return RowCondition::any({random_condition(random, world, depth - 1),
                                      random_condition(random, world, depth - 1)});
    }
}

kernel::BitSet random_bits(Random& random, std::uint32_t size) {
    kernel::BitSet bits(size);
    const std::uint32_t share = random() % 5 == 0 ? 50 : 2;
    for (std::uint32_t i = 0; i < size; ++i)
        bits.assign(i, random() % share != 0);
    return random() % 4 == 0 ? bits.flip() : bits;
}

/// Runs on as many sinks as given, and puts together what they saw.
SeenByUnit run(Scanner& scanner, const ScanWorld& world, RandomScan& random_scan,
               std::size_t sink_count, ScanCost& cost) {
    const Scan& scan = random_scan.scan;
    std::vector<SeeingSink> sinks(sink_count,
                                  SeeingSink(scan, random_scan.spreads, random_scan.takes_times));
    std::vector<Sink*> pointers;
    for (SeeingSink& sink : sinks)
        pointers.push_back(&sink);
    const auto result = scanner.run(world.input(), scan, pointers);
    EXPECT_TRUE(result.has_value()) << result.error().message;
    if (!result) return {};
    cost = *result;
    SeenByUnit seen;
    std::vector<std::uint32_t> times_begun(random_scan.unit_count(world));
    for (const SeeingSink& sink : sinks) {
        for (const auto& [unit, rows] : sink.seen()) {
            auto& all = seen[unit];
            EXPECT_TRUE(all.empty() || scan.unit == UnitKind::kNone);
            all.insert(all.end(), rows.begin(), rows.end());
        }
        for (const auto& [first, count] : sink.blocks()) {
            for (std::uint32_t i = 0; i < count; ++i)
                ++times_begun[first + i];
        }
    }
    for (std::uint32_t unit = 0; unit < times_begun.size() && scan.unit != UnitKind::kNone;
         ++unit) {
        const bool asked = scan.units == nullptr || scan.units->test(unit);
        EXPECT_LE(times_begun[unit], 1U);
        EXPECT_GE(times_begun[unit], asked ? 1U : 0U) << "unit " << unit;
    }
    return seen;
}

}  // namespace

RowCondition random_stretches(Random& random, const ScanWorld& world) {
    return RowCondition::within({random_spans(random, world.frames().user_count()),
                                 random_spans(random, world.frames().customer_count()),
                                 random() % 3 != 0});
}

void sort_rows(SeenByUnit& seen) {
    for (auto& [unit, rows] : seen)
        std::ranges::sort(rows);
}

RowFilter random_filter(Random& random, const ScanWorld& world) {
    RowFilter filter;
    filter.names = static_cast<RowFilter::Names>(random() % 3);
    for (std::uint32_t i = 0; i < random() % 4; ++i) {
        filter.codes.push_back(random() % (world.names().event_count() + 1));
    }
    const auto moment = [&] {
        return ScanWorld::kStart + static_cast<TimeMs>(random() % (90 * 24)) * kHourMs;
    };
    if (random() % 2 == 0) filter.from = moment();
    if (random() % 2 == 0) filter.to = moment();
    if (random() % 3 == 0) filter.condition = random_condition(random, world, 2);
    return filter;
}

Fetch random_fetch(Random& random, const ScanWorld& world) {
    constexpr std::string_view kNames[] = {"country", "amount", "paid", "tags", "home", "unknown"};
    Fetch fetch;
    fetch.columns = world.names().columns_named(kNames[random() % std::size(kNames)]);
    if (random() % 3 == 0) fetch.filters = random() % 4;
    return fetch;
}

/// A whole double comes back as a double or as the integer it equals, whichever was met first.
void spell_numbers_alike(SeenByUnit& seen) {
    for (auto& [unit, rows] : seen) {
        for (SeenRow& row : rows) {
            for (std::string& cell : row.cells) {
                const bool is_number = !cell.empty() && (cell[0] == 'i' || cell[0] == 'd');
                if (is_number) cell = cell.substr(1);
            }
        }
    }
}

std::uint32_t RandomScan::unit_count(const ScanWorld& world) const {
    switch (scan.unit) {
        case UnitKind::kNone:
            return 1;
        case UnitKind::kUser:
            return world.frames().user_count();
        case UnitKind::kCustomer:
            return world.frames().customer_count();
        case UnitKind::kEdge:
            return world.frames().edge_count();
    }
    return 0;
}

RandomScan::RandomScan(Random& random, const ScanWorld& world) {
    scan.unit = static_cast<UnitKind>(random() % 4);
    for (std::uint32_t i = 0; i < 1 + random() % 4; ++i) {
        scan.filters.push_back(random_filter(random, world));
    }
    scan.ordered = scan.unit != UnitKind::kNone && random() % 2 == 0;
    ask_of_customers(random);
    for (std::uint32_t i = 0; i < random() % 3; ++i) {
        scan.cells.push_back(random_fetch(random, world));
        if (random() % 4 == 0) scan.cells.back() = {Fetch::What::kName, {}, 0xffff'ffff};
    }
    for (std::uint32_t i = 0; i < random() % 3; ++i) {
        scan.numbers.push_back(random_fetch(random, world));
    }
    scan.values = &values;
    scan.want_persons = random() % 2 == 0;
    scan.want_acting = random() % 2 == 0;
    belonging = std::make_unique<frame::Belonging>(
        world.frames(), static_cast<frame::Mode>(random() % 3),
        ScanWorld::kStart + static_cast<TimeMs>(random() % 100) * kDayMs);
    scan.belonging = belonging.get();
    if (random() % 3 == 0 && scan.unit != UnitKind::kNone) {
        units = random_bits(random, unit_count(world));
        scan.units = &units;
    }
    if (random() % 3 == 0) {
        people = random_bits(random, world.frames().user_count());
        scan.people = &people;
    }
    scan.count_unattached = random() % 3 == 0;
    // Facts of a unit that people do not concern.
    if (random() % 3 == 0 && scan.people == nullptr && unit_count(world) > 0)
        add_facts(random, world);
}

/// What matters to scans by customer and pair alone.
void RandomScan::ask_of_customers(Random& random) {
    spreads = random() % 2 == 0;
    scan.instants = static_cast<Scan::Instants>(random() % 3);
    if (random() % 3 != 0) return;
    scan.refined = 1 + random() % 3;
    scan.refine = [](const Scan::UnitRow& row) {
        const auto number = static_cast<std::uint32_t>(row.time / kHourMs) + row.person +
                            3 * row.customer + 5 * row.acting;
        return number % 3 == 0 ? row.mask & 2 : row.mask;
    };
}

void RandomScan::add_facts(Random& random, const ScanWorld& world) {
    for (std::uint32_t i = 0; i < 30; ++i) {
        std::uint32_t unit = random() % unit_count(world);
        if (scan.unit == UnitKind::kUser) {
            unit = model::index(world.frames().canonical(model::UserOrdinal{unit}));
        }
        const TimeMs time = ScanWorld::kStart + static_cast<TimeMs>(random() % 360) * 6 * kHourMs;
        extra.push_back({.unit = unit,
                         .mask = 1,
                         .time = time,
                         .number = kernel::Number::of(std::int64_t{7}),
                         .person = 5,
                         .acting = 3});
    }
    std::ranges::stable_sort(extra, {},
                             [](const ExtraRow& row) { return std::pair(row.unit, row.time); });
    scan.extra = extra;
}

void RandomScan::make_plain() {
    scan.cells.clear();
    scan.numbers.clear();
    scan.want_persons = false;
    scan.want_acting = false;
    scan.refined = 0;
    for (RowFilter& filter : scan.filters)
        filter.condition.reset();
}

namespace {

/// By time, and by the lowest bit of the mask: all that Instants::kByLowest promises.
void sort_by_lowest(SeenByUnit& seen) {
    for (auto& [unit, rows] : seen) {
        std::ranges::stable_sort(rows, {}, [](const SeenRow& row) {
            return std::pair(row.time, std::countr_zero(row.mask));
        });
    }
}

/// Leaves nothing but the second of each row.
void leave_seconds(SeenByUnit& seen) {
    for (auto& [unit, rows] : seen) {
        for (SeenRow& row : rows) {
            const TimeMs second = (row.time - kYear2000Ms) / 1000;
            row = {};
            row.time = kYear2000Ms + second * 1000;
        }
    }
}

}  // namespace

ScanWorld::Size RandomWorlds::some_events(Random& random) {
    return {.persons = 10 + random() % 60, .events = 50 + random() % 900};
}

ScanWorld::Size RandomWorlds::few_events(Random& random) {
    return {
        .persons = 5 + random() % 20, .customers = 1 + random() % 8, .events = 20 + random() % 200};
}

ScanWorld::Size RandomWorlds::many_events(Random& random) {
    return {.persons = 10 + random() % 60, .events = 12'000};
}

void each_scan(
    const RandomWorlds& worlds,
    const std::function<void(Random&, const ScanWorld&, RandomScan&, std::uint32_t)>& each) {
    for (std::uint32_t i = 0; i < worlds.seeds && !testing::Test::HasFailure(); ++i) {
        const std::uint32_t seed = worlds.first_seed + i;
        Random random(seed);
        const ScanWorld world(seed, worlds.size(random));
        for (std::uint32_t k = 0; k < worlds.scans && !testing::Test::HasFailure(); ++k) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << " scan " << k);
            RandomScan scan(random, world);
            each(random, world, scan, k);
        }
    }
}

void compare(Scanner& scanner, const ScanWorld& world, RandomScan& scan, std::size_t sinks) {
    const ScanJudge judge(world, scan.scan);
    SeenByUnit expected = judge.expect();
    ScanCost cost;
    SeenByUnit seen = run(scanner, world, scan, sinks, cost);
    spell_numbers_alike(seen);
    spell_numbers_alike(expected);
    // What is not promised of rows of one instant is not looked at.
    for (SeenByUnit* const rows : {&seen, &expected}) {
        if (scan.takes_times && !scan.scan.ordered) leave_seconds(*rows);
        if (!scan.scan.ordered || scan.scan.instants == Scan::Instants::kAny) {
            sort_rows(*rows);
        } else if (scan.scan.instants == Scan::Instants::kByLowest) {
            sort_by_lowest(*rows);
        }
    }
    EXPECT_EQ(seen, expected);
    EXPECT_EQ(cost.unattached_events, scan.scan.count_unattached ? judge.unattached() : 0);
    EXPECT_EQ(cost.attached_events, scan.scan.count_unattached ? judge.attached() : 0);
    EXPECT_EQ(cost.users_read, judge.users());
    std::uint64_t rows = 0;
    for (const auto& [unit, of_unit] : expected)
        rows += of_unit.size();
    EXPECT_EQ(cost.events_kept, rows);
}

}  // namespace twofold::engine
