// SPDX-License-Identifier: Apache-2.0
#include "engine/scan.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/sanitized.h"
#include "engine/customer_truth.h"
#include "engine/scan_judge.h"
#include "engine/scan_world.h"
#include "frame/edges.h"
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

RowCondition random_stretches(Random& random, const ScanWorld& world) {
    return RowCondition::within({random_spans(random, world.frames().user_count()),
                                 random_spans(random, world.frames().customer_count()),
                                 random() % 3 != 0});
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
    constexpr std::string_view kNames[] = {"country", "amount", "paid", "tags", "unknown"};
    Fetch fetch;
    fetch.columns = world.names().columns_named(kNames[random() % 5]);
    if (random() % 3 == 0) fetch.filters = random() % 4;
    return fetch;
}

kernel::BitSet random_bits(Random& random, std::uint32_t size) {
    kernel::BitSet bits(size);
    const std::uint32_t share = random() % 5 == 0 ? 50 : 2;
    for (std::uint32_t i = 0; i < size; ++i)
        bits.assign(i, random() % share != 0);
    return random() % 4 == 0 ? bits.flip() : bits;
}

/// A random scan and what it borrows.
struct RandomScan {
    Scan scan;
    kernel::BitSet units;
    kernel::BitSet people;
    std::unique_ptr<frame::Belonging> belonging;
    ValueTable values{ValueTable::Same::kTyped};
    std::vector<ExtraRow> extra;

    RandomScan(Random& random, const ScanWorld& world);
    std::uint32_t unit_count(const ScanWorld& world) const;
};

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
    if (random() % 3 == 0 && scan.people == nullptr && unit_count(world) > 0) {
        for (std::uint32_t i = 0; i < 30; ++i) {
            std::uint32_t unit = random() % unit_count(world);
            if (scan.unit == UnitKind::kUser) {
                unit = model::index(world.frames().canonical(model::UserOrdinal{unit}));
            }
            const TimeMs time =
                ScanWorld::kStart + static_cast<TimeMs>(random() % 360) * 6 * kHourMs;
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
}

/// Runs on as many sinks as given, and puts together what they saw.
SeenByUnit run(Scanner& scanner, const ScanWorld& world, RandomScan& random_scan,
               std::size_t sink_count, ScanCost& cost) {
    const Scan& scan = random_scan.scan;
    std::vector<SeeingSink> sinks(sink_count, SeeingSink(scan));
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

void sort_rows(SeenByUnit& seen) {
    for (auto& [unit, rows] : seen)
        std::ranges::sort(rows);
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

void compare(Scanner& scanner, const ScanWorld& world, RandomScan& scan, std::size_t sinks) {
    const ScanJudge judge(world, scan.scan);
    SeenByUnit expected = judge.expect();
    ScanCost cost;
    SeenByUnit seen = run(scanner, world, scan, sinks, cost);
    spell_numbers_alike(seen);
    spell_numbers_alike(expected);
    if (!scan.scan.ordered) {
        sort_rows(seen);
        sort_rows(expected);
    }
    EXPECT_EQ(seen, expected);
    EXPECT_EQ(cost.unattached_events, scan.scan.count_unattached ? judge.unattached() : 0);
    std::uint64_t rows = 0;
    for (const auto& [unit, of_unit] : expected)
        rows += of_unit.size();
    EXPECT_EQ(cost.events_kept, rows);
}

TEST(Scan, ShowsWhatALoopOverAllRowsShows) {
    Scanner scanner(1);
    const std::uint32_t seeds = kSanitized ? 10 : 60;
    for (std::uint32_t seed = 0; seed < seeds && !testing::Test::HasFailure(); ++seed) {
        Random random(seed);
        const ScanWorld world(seed, {.persons = 10 + random() % 60, .events = 50 + random() % 900});
        for (std::uint32_t i = 0; i < 40 && !testing::Test::HasFailure(); ++i) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << " scan " << i);
            RandomScan scan(random, world);
            compare(scanner, world, scan, 1);
        }
    }
}

/// Leaves only names and times to be asked for.
void make_plain(Random& random, RandomScan& random_scan) {
    Scan& scan = random_scan.scan;
    scan.unit = UnitKind::kUser;
    scan.units = nullptr;
    scan.people = nullptr;
    scan.cells.clear();
    scan.numbers.clear();
    scan.extra = {};
    scan.want_persons = false;
    scan.want_acting = false;
    scan.count_unattached = false;
    scan.ordered = random() % 3 != 0;
    for (RowFilter& filter : scan.filters)
        filter.condition.reset();
}

TEST(Scan, OfNamesAndTimesAloneShowsTheSame) {
    Scanner scanner(1);
    for (std::uint32_t seed = 100; seed < 160 && !testing::Test::HasFailure(); ++seed) {
        Random random(seed);
        const ScanWorld world(seed, {.persons = 10 + random() % 60, .events = 50 + random() % 900});
        for (std::uint32_t i = 0; i < 20 && !testing::Test::HasFailure(); ++i) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << " scan " << i);
            RandomScan scan(random, world);
            make_plain(random, scan);
            compare(scanner, world, scan, 1);
        }
    }
}

/// Of each unit the numbers of its rows, in order.
class NumbersSink final : public Sink {
public:
    void begin(const Block& block) override { first_ = block.first; }
    void feed(const Tape& tape) override {
        for (std::size_t i = 0; i < tape.rows.size(); ++i)
            numbers_[first_ + tape.rows[i].unit].push_back(tape.cells[0][i] - 1);
    }
    void finish(const Block& /*block*/) override {}
    const auto& numbers() const { return numbers_; }

private:
    std::uint32_t first_ = 0;
    std::map<std::uint32_t, std::vector<std::uint32_t>> numbers_;
};

/// Runs a scan twice: for the numbers of its rows alone, then for what those rows carry.
SeenByUnit run_by_numbers(Scanner& scanner, const ScanWorld& world, const Scan& scan) {
    Scan for_numbers = scan;
    for_numbers.cells = {{Fetch::What::kRow, {}, 0xffff'ffff}};
    NumbersSink by_unit;
    Sink* pointer = &by_unit;
    EXPECT_TRUE(scanner.run(world.input(), for_numbers, {&pointer, 1}).has_value());
    std::vector<std::uint32_t> rows;
    for (const auto& [unit, numbers] : by_unit.numbers())
        rows.insert(rows.end(), numbers.begin(), numbers.end());
    std::ranges::sort(rows);

    Scan listed = scan;
    listed.unit = UnitKind::kNone;
    listed.ordered = false;
    listed.rows = &rows;
    listed.filters = {RowFilter{}};
    SeeingSink seeing(listed);
    pointer = &seeing;
    EXPECT_TRUE(scanner.run(world.input(), listed, {&pointer, 1}).has_value());
    SeenByUnit seen;
    for (const auto& [unit, numbers] : by_unit.numbers()) {
        for (const std::uint32_t number : numbers) {
            const auto place = std::ranges::lower_bound(rows, number) - rows.begin();
            seen[unit].push_back(seeing.seen().at(static_cast<std::uint32_t>(place)).front());
        }
    }
    return seen;
}

TEST(Scan, RowsAreFoundAgainByTheirNumbers) {
    Scanner scanner(1);
    for (std::uint32_t seed = 200; seed < 260 && !testing::Test::HasFailure(); ++seed) {
        Random random(seed);
        const ScanWorld world(seed, {.persons = 10 + random() % 60, .events = 50 + random() % 900});
        for (std::uint32_t i = 0; i < 10 && !testing::Test::HasFailure(); ++i) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << " scan " << i);
            RandomScan scan(random, world);
            make_plain(random, scan);
            scan.scan.ordered = true;
            // Sometimes with conditions: then rows are gathered the general way.
            if (i % 3 == 0) scan.scan.filters.push_back(random_filter(random, world));
            Fetch property = random_fetch(random, world);
            property.filters = 0xffff'ffff;
            scan.scan.cells = {property, {Fetch::What::kName, {}, 0xffff'ffff}};
            SeenByUnit expected = ScanJudge(world, scan.scan).expect();
            SeenByUnit seen = run_by_numbers(scanner, world, scan.scan);
            for (SeenByUnit* one : {&expected, &seen}) {
                spell_numbers_alike(*one);
                for (auto& [unit, rows] : *one)
                    std::ranges::for_each(rows, [](SeenRow& row) { row.mask = 1; });
            }
            EXPECT_EQ(seen, expected);
        }
    }
}

/// Takes rows by column, and spells them as the judge's rows: time, value, number.
class ColumnSink final : public Sink {
public:
    ColumnSink(const Scan& scan, bool seconds) : scan_(scan), seconds_(seconds) {}

    Columns takes_columns() const override { return {true, seconds_}; }
    void begin(const Block&) override {}
    void finish(const Block&) override {}
    bool feed_columns(const ColumnRows& rows) override {
        if (++blocks_ % 5 == 0) return false;
        by_column_ += rows.count;
        EXPECT_EQ(rows.seconds.size(), seconds_ ? rows.count : 0);
        std::vector<SeenRow> seen(rows.count);
        for (std::size_t i = 0; i < rows.count; ++i) {
            if (seconds_) seen[i].time = rows.seconds[i];
            seen[i].cells.assign(scan_.cells.size(), "");
            seen[i].numbers.assign(scan_.numbers.size(), "");
            if (rows.codes.empty() || rows.codes[i] == 0) continue;
            EXPECT_LE(rows.codes[i], rows.entries);
            seen[i].cells[0] = spell(scan_.values->value((*rows.id_of)(rows.codes[i])));
        }
        const std::size_t numbers = std::max(rows.wholes.size(), rows.reals.size());
        for (std::size_t i = 0; i < numbers; ++i) {
            SeenRow& row = seen[rows.numbered.empty() ? i : rows.numbered[i]];
            row.numbers[0] =
                rows.reals.empty() ? fmt::format("i{}", rows.wholes[i]) : spelled(rows, i);
        }
        rows_.insert(rows_.end(), seen.begin(), seen.end());
        return true;
    }
    void feed(const Tape& tape) override {
        for (std::size_t i = 0; i < tape.rows.size(); ++i) {
            SeenRow row;
            if (seconds_)
                row.time = static_cast<std::uint32_t>((tape.rows[i].time - kYear2000Ms) / 1000);
            for (std::size_t c = 0; c < scan_.cells.size(); ++c)
                row.cells.push_back(spell_cell(scan_, c, tape.cells[c][i]));
            for (std::size_t c = 0; c < scan_.numbers.size(); ++c)
                row.numbers.push_back(spell(tape.numbers[c][i]));
            rows_.push_back(std::move(row));
        }
    }
    std::uint64_t by_column() const { return by_column_; }
    std::vector<SeenRow>& rows() { return rows_; }

private:
    static std::string spelled(const ColumnRows& rows, std::size_t i) {
        const double magnitude = std::fabs(rows.reals[i]);
        if (rows.most != 0 && magnitude != 0) {
            EXPECT_GE(magnitude, rows.least);
            EXPECT_LE(magnitude, rows.most);
        }
        return fmt::format("d{}", rows.reals[i]);
    }

    const Scan& scan_;
    bool seconds_;
    std::uint32_t blocks_ = 0;
    std::uint64_t by_column_ = 0;
    std::vector<SeenRow> rows_;
};

TEST(Scan, ByColumnShowsTheSame) {
    Scanner scanner(1);
    std::uint64_t by_column = 0;
    const std::uint32_t seeds = kSanitized ? 12 : 60;
    for (std::uint32_t seed = 0; seed < seeds && !testing::Test::HasFailure(); ++seed) {
        Random random(seed);
        const bool large = seed % 6 == 0;
        const ScanWorld world(
            seed, {.persons = 10 + random() % 60, .events = large ? 12'000 : 50 + random() % 900});
        for (std::uint32_t i = 0; i < (large ? 10U : 40U) && !testing::Test::HasFailure(); ++i) {
            SCOPED_TRACE(testing::Message() << "seed " << seed << " scan " << i);
            RandomScan random_scan(random, world);
            Scan& scan = random_scan.scan;
            scan.unit = UnitKind::kNone;
            scan.ordered = scan.want_persons = scan.want_acting = scan.count_unattached = false;
            scan.units = nullptr;
            scan.extra = {};
            scan.cells.resize(std::min<std::size_t>(scan.cells.size(), 1));
            scan.numbers.resize(std::min<std::size_t>(scan.numbers.size(), 1));
            if (random() % 2 == 0) scan.filters.resize(1);
            if (random() % 2 == 0) scan.filters[0].condition = random_stretches(random, world);

            SeenByUnit expected = ScanJudge(world, scan).expect();
            ColumnSink sink(scan, random() % 2 == 0);
            Sink* const pointer = &sink;
            ASSERT_TRUE(scanner.run(world.input(), scan, {&pointer, 1}).has_value());
            for (SeenRow& row : expected[0]) {
                row.mask = 0;
                row.time = sink.takes_columns().seconds ? (row.time - kYear2000Ms) / 1000 : 0;
            }
            SeenByUnit seen{{0, std::move(sink.rows())}};
            spell_numbers_alike(seen);
            spell_numbers_alike(expected);
            sort_rows(seen);
            sort_rows(expected);
            EXPECT_EQ(seen, expected);
            by_column += sink.by_column();
        }
    }
    EXPECT_GT(by_column, seeds * 150);
}

TEST(Scan, ManyUnitsAreReadInBlocks) {
    Scanner scanner(1);
    const ScanWorld world(7, {.persons = 3'000, .customers = 700, .events = 9'000});
    Random random(7);
    for (std::uint32_t i = 0; i < 12 && !testing::Test::HasFailure(); ++i) {
        SCOPED_TRACE(i);
        RandomScan scan(random, world);
        scan.scan.unit = UnitKind::kUser;
        scan.scan.ordered = i % 2 == 0;
        scan.scan.units = nullptr;
        scan.scan.extra = {};
        compare(scanner, world, scan, 1);
    }
}

TEST(Scan, WhatDoesNotFitInOneBlockIsSplit) {
    Scanner scanner(1);
    const ScanWorld world(9, {.persons = 300, .customers = 40, .events = 4'000});
    for (const UnitKind unit : {UnitKind::kUser, UnitKind::kCustomer, UnitKind::kEdge}) {
        Random random(3);
        RandomScan scan(random, world);
        scan.scan.unit = unit;
        scan.scan.units = nullptr;
        scan.scan.extra = {};
        scan.scan.ordered = true;
        scan.scan.filters = {RowFilter{}};
        scan.scan.tape_rows_max = 700;
        compare(scanner, world, scan, 1);

        scan.scan.tape_rows_max = 3;
        SeeingSink sink(scan.scan);
        Sink* const pointer = &sink;
        const auto result = scanner.run(world.input(), scan.scan, {&pointer, 1});
        ASSERT_FALSE(result.has_value());
        EXPECT_EQ(result.error().code, ErrorCode::kTooLarge);
    }
}

TEST(Scan, StopsWhenItIsCancelled) {
    Scanner scanner(1);
    const ScanWorld world(1, {});
    Scan scan;
    scan.filters = {RowFilter{}};
    const Stop stop(std::make_shared<const std::atomic<bool>>(true));
    scan.stop = &stop;
    SeeingSink sink(scan);
    Sink* const pointer = &sink;
    const auto result = scanner.run(world.input(), scan, {&pointer, 1});
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
    EXPECT_TRUE(sink.seen().empty());
}

TEST(Scan, AnEmptyWorldHasNoRows) {
    Scanner scanner(1);
    const ScanWorld world(1, {.events = 0});
    for (const UnitKind unit :
         {UnitKind::kNone, UnitKind::kUser, UnitKind::kCustomer, UnitKind::kEdge}) {
        Scan scan;
        scan.unit = unit;
        scan.filters = {RowFilter{}};
        const frame::Belonging belonging(world.frames(), frame::Mode::kEver, kEndOfTime);
        scan.belonging = &belonging;
        SeeingSink sink(scan);
        Sink* const pointer = &sink;
        EXPECT_TRUE(scanner.run(world.input(), scan, {&pointer, 1}).has_value());
        EXPECT_TRUE(sink.seen().empty());
    }
}

TEST(Scan, RowsOutsideTheRangeCostNothing) {
    Scanner scanner(1);
    const ScanWorld world(2, {.events = 2'000});
    Scan scan;
    scan.unit = UnitKind::kNone;
    scan.filters = {RowFilter{}};
    scan.filters[0].from = ScanWorld::kStart + 200 * kDayMs;
    SeeingSink sink(scan);
    Sink* const pointer = &sink;
    const auto cost = scanner.run(world.input(), scan, {&pointer, 1});
    ASSERT_TRUE(cost.has_value());
    EXPECT_EQ(cost->events_read, 0U);
    EXPECT_EQ(cost->bytes_read, 0U);
}

}  // namespace
}  // namespace twofold::engine
