// SPDX-License-Identifier: Apache-2.0
//
// `kernel_work NAME` runs one kernel over a fixed, made-up block of rows; without a name it lists
// them. `scripts/count-instructions` runs each under callgrind and compares with what is written in
// bench/instructions.txt: a machine's load changes seconds, but no instruction.
#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/seeds.h"
#include "base/time.h"
#include "kernel/bit_set.h"
#include "kernel/buckets.h"
#include "kernel/code_filter.h"
#include "kernel/funnel.h"
#include "kernel/group_sums.h"
#include "kernel/lifecycle.h"
#include "kernel/packed_counts.h"
#include "kernel/paths.h"
#include "kernel/retention.h"
#include "kernel/samples.h"
#include "kernel/sessions.h"
#include "kernel/stickiness.h"
#include "kernel/sum.h"
#include "kernel/unique.h"

namespace {

using namespace twofold;
using kernel::Row;
constexpr std::uint32_t kUnits = 4'096;
constexpr TimeMs kStart = kYear2000Ms + 9'000 * kDayMs;
constexpr DurationMs kYear = 365 * kDayMs;

/// What the work leaves behind, so that none of it is left out. Printed at the end.
std::uint64_t left_behind = 0;

/// 4,096 units of 1 to 99 rows over a year, each of one of `names` events, the first ones more
/// often, as products have them.
struct Block {
    std::vector<Row> rows;
    std::vector<std::uint8_t> codes;
    std::vector<std::uint32_t> cells;

    explicit Block(std::uint32_t names) {
        Random random(7);
        std::vector<TimeMs> times;
        for (std::uint32_t unit = 0; unit < kUnits; ++unit) {
            times.resize(1 + random() % 99);
            for (TimeMs& time : times)
                time = kStart + static_cast<TimeMs>(random()) % (kYear / 8) * 8;
            std::ranges::sort(times);
            for (const TimeMs time : times) {
                const std::uint32_t code = std::min(random() % names, random() % names);
                rows.push_back({time, unit, 1U << (code % 32)});
                codes.push_back(static_cast<std::uint8_t>(code));
                cells.push_back(1 + random() % 5);
            }
        }
    }
};

/// All that callgrind counts (--toggle-collect): not inlined, found by its name.
[[gnu::noinline]] void counted_work(const std::function<void()>& work) {
    work();
}

void funnel(const kernel::FunnelRules& rules, bool with_cells) {
    Block block(10);
    const std::uint32_t steps = (1U << rules.steps) - 1;
    std::erase_if(block.rows, [&](const Row& row) { return (row.mask & steps) == 0; });
    block.cells.resize(block.rows.size());
    kernel::Funnel funnel(rules);
    counted_work([&] {
        funnel.begin(kUnits);
        funnel.feed(block.rows,
                    with_cells ? std::span(block.cells) : std::span<const std::uint32_t>());
        for (const kernel::FunnelReach& reach : funnel.finish())
            left_behind += reach.time.size();
    });
}

std::vector<TimeMs> days() {
    std::vector<TimeMs> bounds;
    for (int day = 0; day <= 365; ++day)
        bounds.push_back(kStart + day * kDayMs);
    return bounds;
}

void unique_days() {
    const Block block(10);
    const kernel::Buckets buckets(days());
    kernel::UniqueCounter counter(buckets.count());
    counted_work([&] {
        counter.begin(kUnits);
        for (const Row& row : block.rows)
            counter.add(row.unit, buckets.find(row.time));
        counter.finish();
    });
    left_behind += counter.counts()[100];
}

/// The same rows as the seconds of each unit's, one unit after the other.
struct UnitTimes {
    std::vector<std::uint32_t> seconds;
    std::vector<std::size_t> ends;  // by unit

    explicit UnitTimes(const Block& block) : ends(kUnits) {
        for (const Row& row : block.rows) {
            seconds.push_back(static_cast<std::uint32_t>((row.time - kYear2000Ms) / 1'000));
            ends[row.unit] = seconds.size();
        }
    }
    /// Calls `function(unit, seconds)` for each unit.
    template <typename Function>
    void each(Function&& function) const {
        std::size_t begin = 0;
        for (std::uint32_t unit = 0; unit < kUnits; ++unit) {
            function(unit, std::span(seconds).subspan(begin, ends[unit] - begin));
            begin = ends[unit];
        }
    }
};

void unique_days_by_marks() {
    const UnitTimes times(Block(10));
    const kernel::Buckets buckets(days());
    kernel::UniqueCounter counter(buckets.count());
    counted_work([&] {
        counter.begin(kUnits);
        times.each([&](std::uint32_t unit, std::span<const std::uint32_t> seconds) {
            counter.grid().set_times(unit, seconds, buckets);
        });
        counter.finish();
    });
    left_behind += counter.counts()[100];
}

std::vector<TimeMs> weeks() {
    std::vector<TimeMs> bounds;
    for (int week = 0; week <= 53 + 12; ++week)
        bounds.push_back(kStart + week * 7 * kDayMs);
    return bounds;
}

/// Whoever was there in a week, in the twelve weeks after the first one or after each.
void weekly_retention(bool every_start) {
    const UnitTimes times(Block(10));
    const kernel::Buckets buckets(weeks());
    const kernel::RetentionRules rules{
        .cohorts = 53, .columns = 12, .every_start = every_start, .same_rows = true};
    kernel::RetentionGrid grid(rules);
    kernel::RetentionCounts counts(rules.cohorts, rules.columns);
    counted_work([&] {
        grid.begin(kUnits);
        times.each([&](std::uint32_t unit, std::span<const std::uint32_t> seconds) {
            grid.backs().set_times(unit, seconds, buckets);
        });
        grid.each([&](std::uint32_t, std::uint32_t cohort, const std::uint64_t* columns) {
            counts.add(cohort, columns);
        });
        counts.finish();
    });
    left_behind += counts.at(3, 5);
}

/// The units that do what code 0 is, and then anything in the twelve rolling weeks after it.
void rolling_retention() {
    const Block block(10);
    const kernel::RetentionRules rules{.cohorts = 53, .columns = 12};
    kernel::RollingRetention rolling(rules, 7 * kDayMs);
    kernel::RetentionCounts counts(rules.cohorts, rules.columns);
    counted_work([&] {
        rolling.begin(kUnits);
        std::uint32_t started = kUnits;
        for (const Row& row : block.rows) {
            if ((row.mask & 1) == 0 || row.unit == started) continue;
            started = row.unit;
            rolling.start(row.unit, 0, row.time);
        }
        rolling.end_starts();
        for (const Row& row : block.rows)
            rolling.back(row.unit, row.time);
        rolling.each([&](std::uint32_t, std::uint32_t cohort, const std::uint64_t* columns) {
            counts.add(cohort, columns);
        });
        counts.finish();
    });
    left_behind += counts.at(0, 5);
}

/// Week 0 is before the range; a unit is new in the week of its first row.
void lifecycle() {
    const UnitTimes times(Block(10));
    const kernel::Buckets buckets(weeks());
    kernel::Lifecycle lifecycle(buckets.count() - 1);
    counted_work([&] {
        lifecycle.begin(kUnits);
        times.each([&](std::uint32_t unit, std::span<const std::uint32_t> seconds) {
            lifecycle.active().set_times(unit, seconds, buckets);
            lifecycle.first(unit, buckets.even_second_finder().find(seconds.front()));
        });
        lifecycle.finish();
    });
    left_behind += lifecycle.count(30, kernel::LifecycleState::kDormant);
}

void stickiness(const kernel::StickinessRules& rules) {
    const Block block(10);
    const UnitTimes times(block);
    const kernel::Buckets buckets(days());
    kernel::Stickiness stickiness(rules);
    counted_work([&] {
        stickiness.begin(kUnits);
        if (rules.is_plain()) {
            times.each([&](std::uint32_t unit, std::span<const std::uint32_t> seconds) {
                stickiness.active().set_times(unit, seconds, buckets);
            });
        } else {
            for (const Row& row : block.rows)
                stickiness.add(row.unit, buckets.find(row.time));
        }
        stickiness.finish();
    });
    left_behind += stickiness.at_least(20);
}

/// The rows as visits: four of five follow the one before within minutes.
struct Visits {
    std::vector<std::uint32_t> seconds;
    std::vector<std::uint16_t> millis;
    std::vector<std::uint8_t> codes;
    std::vector<std::uint16_t> wide_codes;  // of 2,000
    std::vector<std::size_t> ends;

    Visits() : ends(kUnits) {
        Random random(11);
        const Block block(40);
        TimeMs time = 0;
        for (std::size_t i = 0; i < block.rows.size(); ++i) {
            const DurationMs pause = random() % 5 == 0 ? kDayMs : 3 * kMinuteMs;
            const bool first = i == 0 || block.rows[i].unit != block.rows[i - 1].unit;
            time = first ? random() : time + random() % pause;
            seconds.push_back(static_cast<std::uint32_t>(time / kSecondMs));
            millis.push_back(static_cast<std::uint16_t>(time % kSecondMs));
            codes.push_back(block.codes[i]);
            wide_codes.push_back(static_cast<std::uint16_t>(block.codes[i] * 50 + random() % 50));
            ends[block.rows[i].unit] = i + 1;
        }
    }
    /// Calls `function(begin, count, session begins)` for each unit.
    template <typename Function>
    void each(kernel::Sessions& sessions, Function&& function) const {
        std::size_t begin = 0;
        for (const std::size_t end : ends) {
            const kernel::StoredTimes times{seconds.data() + begin, millis.data() + begin};
            const auto count = static_cast<std::uint32_t>(end - begin);
            function(begin, count, sessions.cut(times, count));
            begin = end;
        }
    }
};

void sessions() {
    const Visits visits;
    kernel::Sessions sessions{kernel::SessionRules{}};
    kernel::SessionTotals totals;
    counted_work([&] {
        visits.each(sessions,
                    [&](std::size_t begin, std::uint32_t, std::span<const std::uint32_t> begins) {
                        const kernel::StoredTimes times{visits.seconds.data() + begin,
                                                        visits.millis.data() + begin};
                        for (std::size_t i = 0; i + 1 < begins.size(); ++i) {
                            totals.add(begins[i + 1] - begins[i],
                                       times.at(begins[i + 1] - 1) - times.at(begins[i]));
                        }
                    });
    });
    left_behind += totals.duration_ms;
}

template <typename Code>
void paths(const kernel::PathRules& rules, std::vector<Code> Visits::* codes,
           std::uint32_t code_count) {
    const Visits visits;
    kernel::Sessions sessions{kernel::SessionRules{}};
    kernel::Paths finder(rules);
    kernel::PackedCounts<std::uint64_t> counts;
    std::vector<std::uint64_t> keys(visits.codes.size());
    counted_work([&] {
        visits.each(sessions, [&](std::size_t begin, std::uint32_t count,
                                  std::span<const std::uint32_t> begins) {
            const std::uint32_t found =
                finder.pack(std::span<const Code>(visits.*codes).subspan(begin, count), begins,
                            kernel::path_bits(code_count), keys.data());
            for (std::uint32_t i = 0; i < found; ++i)
                counts.add(keys[i]);
        });
        kernel::PackedCounts<std::uint64_t>* const one[] = {&counts};
        left_behind += counts.take_top(one, 0, counts.kGroups, 10).distinct;
    });
}

void path_edges() {
    const Visits visits;
    kernel::Sessions sessions{kernel::SessionRules{}};
    kernel::Paths finder(kernel::PathRules{.steps = 5});
    kernel::PathEdges edges(5);
    counted_work([&] {
        visits.each(sessions, [&](std::size_t begin, std::uint32_t count,
                                  std::span<const std::uint32_t> begins) {
            const auto codes = std::span<const std::uint8_t>(visits.codes).subspan(begin, count);
            const kernel::StoredTimes times{visits.seconds.data() + begin,
                                            visits.millis.data() + begin};
            finder.each(codes, begins, [&](std::uint32_t, const kernel::Path& path) {
                edges.add(path, codes, times);
            });
        });
        left_behind += edges.edges(10).size();
    });
}

void select_codes(std::vector<std::uint8_t> wanted_codes) {
    const Block block(40);
    std::vector<std::uint8_t> wanted(40);
    for (const std::uint8_t code : wanted_codes)
        wanted[code] = 1;
    const kernel::CodeFilter filter(wanted);
    std::vector<std::uint32_t> out(block.codes.size() + 16);
    counted_work([&] { left_behind += filter.select(block.codes, out.data()); });
}

void sum_numbers() {
    const Block block(10);
    kernel::ExactSum sum;
    counted_work([&] {
        for (const std::uint32_t cell : block.cells)
            sum.add(static_cast<double>(cell) / 10);
    });
    left_behind += static_cast<std::uint64_t>(sum.value());
}

/// Rows of a person in a row are of one group, or each of another.
void sum_by_group(bool of_persons) {
    const Block block(10);
    std::vector<double> values;
    std::vector<std::uint32_t> groups;
    for (std::size_t i = 0; i < block.rows.size(); ++i) {
        values.push_back(static_cast<double>(block.cells[i]) / 10);
        groups.push_back(of_persons ? block.rows[i].unit % 50 : block.codes[i]);
    }
    kernel::GroupSums sums;
    sums.widen(50);
    const kernel::GroupSums::Bounds bounds{0.1, 1};
    double sum = 0;
    const auto take = [&sum](std::size_t, const kernel::GroupSums::Sum& one) { sum += one.high; };
    counted_work([&] {
        for (std::size_t at = 0; at < values.size(); at += kernel::GroupSums::kAtOnceMax) {
            const std::size_t count = std::min(kernel::GroupSums::kAtOnceMax, values.size() - at);
            if (!sums.fits(bounds, count)) {
                sums.take(take);
                sums.begin(bounds);
            }
            sums.add(std::span(groups).subspan(at, count), std::span(values).subspan(at, count));
        }
        sums.take(take);
    });
    left_behind += static_cast<std::uint64_t>(sum);
}

void median() {
    const Block block(10);
    kernel::Samples samples;
    for (const Row& row : block.rows)
        samples.add(static_cast<double>(row.time % kDayMs));
    counted_work([&] { left_behind += static_cast<std::uint64_t>(samples.median()); });
}

void intersect_sets() {
    Random random(3);
    kernel::BitSet a(1'000'000);
    kernel::BitSet b(1'000'000);
    for (std::uint32_t i = 0; i < 1'000'000; ++i) {
        a.assign(i, random() % 3 == 0);
        b.assign(i, random() % 2 == 0);
    }
    counted_work([&] {
        a &= b;
        a.each([](std::uint32_t i) { left_behind += i & 1; });
    });
}

const std::map<std::string, std::function<void()>> kWorks{
    {"funnel_of_3_steps", [] { funnel({.steps = 3, .window_ms = 7 * kDayMs}, false); }},
    {"funnel_of_5_steps", [] { funnel({.steps = 5, .window_ms = 7 * kDayMs}, false); }},
    {"funnel_of_8_steps", [] { funnel({.steps = 8, .window_ms = 90 * kDayMs}, false); }},
    {"funnel_with_cells", [] { funnel({.steps = 3, .window_ms = 7 * kDayMs}, true); }},
    {"funnel_holding",
     [] { funnel({.steps = 3, .window_ms = 7 * kDayMs, .holding = true}, true); }},
    {"intersect_sets", intersect_sets},
    {"lifecycle", lifecycle},
    {"median", median},
    {"path_edges", path_edges},
    {"paths_of_40_codes", [] { paths({.steps = 5}, &Visits::codes, 40); }},
    {"paths_of_2000_codes", [] { paths({.steps = 5}, &Visits::wide_codes, 2'000); }},
    {"paths_starting_at", [] { paths({.steps = 5, .starting_at = 3}, &Visits::codes, 40); }},
    {"rolling_retention", rolling_retention},
    {"select_1_code", [] { select_codes({3}); }},
    {"select_9_codes", [] { select_codes({0, 3, 5, 8, 13, 21, 30, 34, 39}); }},
    {"sessions", sessions},
    {"stickiness", [] { stickiness({.intervals = 365}); }},
    {"stickiness_of_2_rows", [] { stickiness({.intervals = 365, .rows_min = 2}); }},
    {"sum_by_group", [] { sum_by_group(false); }},
    {"sum_by_group_of_persons", [] { sum_by_group(true); }},
    {"sum_numbers", sum_numbers},
    {"unique_days", unique_days},
    {"unique_days_by_marks", unique_days_by_marks},
    {"weekly_retention", [] { weekly_retention(false); }},
    {"weekly_retention_of_every_start", [] { weekly_retention(true); }},
};

}  // namespace

int main(int argc, char** argv) {
    if (argc < 2) {
        for (const auto& [name, work] : kWorks)
            fmt::print("{}\n", name);
        return 0;
    }
    const auto found = kWorks.find(argv[1]);
    if (found == kWorks.end()) {
        fmt::print(stderr, "kernel_work: no kernel is called {}\n", argv[1]);
        return 2;
    }
    found->second();
    fmt::print("{}\n", left_behind);
    return 0;
}
