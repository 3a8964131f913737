// SPDX-License-Identifier: Apache-2.0
#include "engine/scan.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>

#include "base/sanitized.h"
#include "engine/random_scan.h"
#include "engine/scan_judge.h"
#include "engine/scan_world.h"
#include "frame/edges.h"
#include "frame/snapshot.h"

namespace twofold::engine {
namespace {

TEST(Scan, ShowsWhatALoopOverAllRowsShows) {
    Scanner scanner(1);
    each_scan({.seeds = kSanitized ? 10U : 60U},
              [&](Random&, const ScanWorld& world, RandomScan& scan, std::uint32_t) {
                  compare(scanner, world, scan, 1);
              });
}

/// Names and times of all users, and nothing else.
void ask_of_users(RandomScan& random_scan) {
    random_scan.make_plain();
    Scan& scan = random_scan.scan;
    scan.unit = UnitKind::kUser;
    scan.units = nullptr;
    scan.people = nullptr;
    scan.extra = {};
    scan.count_unattached = false;
}

TEST(Scan, OfNamesAndTimesAloneShowsTheSame) {
    Scanner scanner(1);
    each_scan({.first_seed = 100, .scans = 20},
              [&](Random& random, const ScanWorld& world, RandomScan& scan, std::uint32_t i) {
                  ask_of_users(scan);
                  scan.scan.ordered = random() % 3 != 0;
                  scan.takes_times = i % 2 == 0;
                  // Sometimes all rows alike: then nothing but their seconds is handed over.
                  if (i % 4 == 0) scan.scan.filters = {RowFilter{}};
                  compare(scanner, world, scan, 1);
              });
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
    each_scan({.first_seed = 200, .scans = 10},
              [&](Random& random, const ScanWorld& world, RandomScan& scan, std::uint32_t i) {
                  ask_of_users(scan);
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
              });
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
        std::size_t run = 0;
        runs_ += rows.run_ends.size();
        for (std::size_t i = 0; i < rows.count; ++i) {
            if (seconds_) seen[i].time = rows.seconds[i];
            seen[i].cells.assign(scan_.cells.size(), "");
            seen[i].numbers.assign(scan_.numbers.size(), "");
            while (!rows.run_ends.empty() && i >= rows.run_ends[run])
                ++run;
            if (rows.codes.empty()) continue;
            const std::uint32_t code = rows.codes[rows.run_ends.empty() ? i : run];
            if (code == 0) continue;
            EXPECT_LE(code, rows.entries);
            seen[i].cells[0] = spell(scan_.values->value((*rows.id_of)(code)));
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
    std::uint64_t runs() const { return runs_; }
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
    std::uint64_t runs_ = 0;
    std::vector<SeenRow> rows_;
};

/// What came by column, and as runs of one value.
struct ByColumn {
    std::uint64_t rows = 0;
    std::uint64_t runs = 0;
};

/// Compares a scan whose sink takes columns with the judge.
ByColumn compare_columns(Scanner& scanner, Random& random, const ScanWorld& world,
                         RandomScan& random_scan) {
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
    EXPECT_TRUE(scanner.run(world.input(), scan, {&pointer, 1}).has_value());
    for (SeenRow& row : expected[0]) {
        row.mask = 0;
        row.time = sink.takes_columns().seconds ? (row.time - kYear2000Ms) / 1000 : 0;
    }
    SeenByUnit seen{{0, std::move(sink.rows())}};
    for (SeenByUnit* const rows : {&seen, &expected}) {
        spell_numbers_alike(*rows);
        sort_rows(*rows);
    }
    EXPECT_EQ(seen, expected);
    return {sink.by_column(), sink.runs()};
}

TEST(Scan, ByColumnShowsTheSame) {
    Scanner scanner(1);
    ByColumn all;
    const auto each = [&](Random& random, const ScanWorld& world, RandomScan& scan, std::uint32_t) {
        const ByColumn found = compare_columns(scanner, random, world, scan);
        all.rows += found.rows;
        all.runs += found.runs;
    };
    const std::uint32_t large = kSanitized ? 2 : 10;
    each_scan({.seeds = 5 * large}, each);
    each_scan({.first_seed = 1'000, .seeds = large, .scans = 10, .size = RandomWorlds::many_events},
              each);
    EXPECT_GT(all.rows, large * 900);
    EXPECT_GT(all.runs, large * 3);
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
