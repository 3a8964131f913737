// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <bit>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "base/time.h"
#include "kernel/bit_columns.h"
#include "kernel/unit_bits.h"

// Who comes back: bits per unit, one a period, and nothing to put in order. A unit starts in a
// cohort (a period) and comes back in column k, k periods later; column 0 is the start itself.
//
//   RetentionGrid grid(rules);
//   grid.begin(block.count);
//   grid.start(row.unit, period);   // any rows, in any order
//   grid.back(row.unit, period);
//   grid.each([&](std::uint32_t unit, std::uint32_t cohort, const std::uint64_t* columns) {
//       counts.add(cohort, columns);
//   });
namespace twofold::kernel {

struct RetentionRules {
    std::uint32_t cohorts = 1;  ///< The first periods.
    std::uint32_t columns = 1;  ///< Beside column 0.
    /// In the cohort of each period with a start; else of the earliest alone.
    bool every_start = false;
    bool on_or_after = false;  ///< In that period or in a later one.
    std::uint32_t times = 1;   ///< So often within one period; at least 1.
    /// Whatever comes back is a start as well: start() is not called. REQUIRES: times == 1.
    bool same_rows = false;

    /// Of one unit in one cohort: bit k says that it came back in column k; bit 0 is set.
    std::uint32_t column_words() const noexcept { return columns / 64 + 1; }
};

/// Periods of the calendar, the same for all units: cohort c's column k is period c + k.
///
/// Cost: a bit per unit of the block and period up to the last column; unless rows are the same, 4
/// bytes a unit more, or with every_start a bit per cohort; with times 8 bytes. One thread.
class RetentionGrid {
public:
    explicit RetentionGrid(const RetentionRules& rules);

    void begin(std::uint32_t unit_count);
    /// What a block holds for each of its units.
    std::uint64_t bits_per_unit() const noexcept { return words_ * 64 + start_bits_; }
    /// Whether it is the unit's first that was told (with every_start: of that period). A period
    /// that is no cohort's counts for nothing. REQUIRES for both: unit < unit_count.
    bool start(std::uint32_t unit, std::uint32_t period) noexcept;
    /// What `other` was told of the same block. REQUIRES: times == 1.
    void absorb(const RetentionGrid& other);
    /// REQUIRES: with times > 1, the periods of a unit never fall.
    void back(std::uint32_t unit, std::uint32_t period) noexcept {
        if (rules_.times > 1 && !is_often(unit, period)) return;
        backs_.setter().set(unit, std::min(period, last_));
    }

    /// back() of many rows at once, until the block is done. REQUIRES: times == 1; no period behind
    /// the one that follows the last cohort's last column.
    UnitBits& backs() noexcept { return backs_; }

    /// Calls `function(unit, cohort, columns)` for each unit and each of its cohorts, both rising.
    template <typename Function>
    void each(Function&& function) {
        for (std::uint32_t unit = 0; unit < backs_.unit_count(); ++unit) {
            if (!rules_.same_rows && !rules_.every_start) {
                const std::uint32_t first = firsts_[unit];
                if (first < rules_.cohorts) function(unit, first, columns_of(unit, first));
                continue;
            }
            const std::uint64_t* const starts =
                rules_.same_rows ? backs_.row(unit) : starts_.data() + unit * start_words_;
            each_start(unit, starts, function);
        }
    }

private:
    static constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();
    struct Often {
        std::uint32_t period = kNever;
        std::uint32_t count = 0;
    };

    template <typename Function>
    void each_start(std::uint32_t unit, const std::uint64_t* starts, Function& function) {
        for (std::uint64_t word = 0; word < start_words_; ++word) {
            for (std::uint64_t rest = starts[word]; rest != 0; rest &= rest - 1) {
                const auto cohort = static_cast<std::uint32_t>(word * 64) +
                                    static_cast<std::uint32_t>(std::countr_zero(rest));
                if (cohort >= rules_.cohorts) return;
                function(unit, cohort, columns_of(unit, cohort));
                if (!rules_.every_start) return;
            }
        }
    }
    bool is_often(std::uint32_t unit, std::uint32_t period) noexcept;
    const std::uint64_t* columns_of(std::uint32_t unit, std::uint32_t cohort) noexcept {
        if (columns_.size() > 1 || rules_.on_or_after) return many_columns_of(unit, cohort);
        // What most questions ask for lies in two words, of which the second may be none's.
        const std::uint64_t* const backs = backs_.row(unit) + cohort / 64;
        const std::uint32_t shift = cohort % 64;
        std::uint64_t columns = backs[0] >> shift;
        if (shift != 0 && cohort / 64 + 1 < words_) columns |= backs[1] << (64 - shift);
        columns_[0] = (columns & column_mask_) | 1;
        return columns_.data();
    }
    const std::uint64_t* many_columns_of(std::uint32_t unit, std::uint32_t cohort) noexcept;

    RetentionRules rules_;
    std::uint64_t column_mask_;  // of the last word
    std::uint32_t last_;
    std::uint64_t words_;
    std::uint64_t start_words_;
    std::uint64_t start_bits_;  // of a unit
    UnitBits backs_;
    std::vector<std::uint32_t> firsts_;   // without every_start: the earliest period
    std::vector<std::uint64_t> starts_;   // with it: bits of cohorts
    std::vector<Often> often_;            // with times: by unit
    std::vector<std::uint64_t> columns_;  // of the unit and cohort at hand
};

/// Periods of elapsed time, counted from each unit's own start: all starts of a block are told
/// before what comes back.
///
/// Cost: per row that comes back, the cohorts of its unit within reach. One thread.
class RollingRetention {
public:
    /// `period_ms`: how long a period is.
    RollingRetention(const RetentionRules& rules, DurationMs period_ms);

    void begin(std::uint32_t unit_count);
    /// REQUIRES: units rise and, of one unit, cohorts and times.
    void start(std::uint32_t unit, std::uint32_t cohort, TimeMs time);
    /// There are no more starts in this block.
    void end_starts();
    /// What came back that `other` was told, of the same starts. REQUIRES: times == 1.
    void absorb(const RollingRetention& other);
    /// REQUIRES: after end_starts(); with times > 1, the times of a unit never fall.
    void back(std::uint32_t unit, TimeMs time) noexcept;

    /// As RetentionGrid::each().
    template <typename Function>
    void each(Function&& function) {
        for (std::size_t i = 0; i < starts_.size(); ++i)
            function(starts_[i].unit, starts_[i].cohort, columns_of(i));
    }

private:
    struct Start {
        std::uint32_t unit = 0;
        std::uint32_t cohort = 0;
        TimeMs time = 0;
        std::int64_t period = 0;  // with times: the period at hand
        std::uint32_t count = 0;
    };

    std::int64_t periods_in(DurationMs elapsed) const noexcept;
    const std::uint64_t* columns_of(std::size_t start) noexcept;

    RetentionRules rules_;
    DurationMs period_ms_;
    double periods_per_ms_;
    std::uint32_t words_;
    std::vector<Start> starts_;
    std::vector<std::uint32_t> first_of_;  // by unit, and one more: where its starts begin
    std::uint32_t unit_count_ = 0;
    std::vector<std::uint64_t> backs_;    // by start: columns, and one bit for all behind
    std::vector<std::uint64_t> columns_;  // of the start at hand
};

/// How many came back: rows × columns. A value per thread; add those of threads with merge().
///
/// Cost: 8 bytes a number, and up to 512 KB.
class RetentionCounts {
public:
    RetentionCounts() = default;
    RetentionCounts(std::size_t rows, std::uint32_t columns)
        : width_(columns + 1),
          counts_(rows * width_),
          waiting_(columns < 64 && rows <= kWaitingRowsMax ? rows : 0) {}

    /// Column k of the row where bit k is set. REQUIRES: as many bits as columns, and one.
    void add(std::size_t row, const std::uint64_t* columns) noexcept {
        if (waiting_.empty()) return add_now(row, columns, columns_words());
        Waiting& waiting = waiting_[row];
        waiting.words[waiting.count++] = columns[0];
        if (waiting.count == Sums::kWordsMax) add_waiting(row);
    }
    /// What was added so far can be read then.
    void finish() noexcept;
    std::uint64_t at(std::size_t row, std::uint32_t column) const noexcept {
        return counts_[row * width_ + column];
    }
    /// REQUIRES: finish() of both.
    void merge(const RetentionCounts& other);

private:
    using Sums = BitColumns<4>;
    /// Words of one row that are counted together: one after the other they would wait for the
    /// counts of each other.
    struct Waiting {
        std::uint64_t words[Sums::kWordsMax] = {};
        std::uint64_t count = 0;
    };
    /// Of more rows than fit a core's second cache few are met again before they leave it.
    static constexpr std::size_t kWaitingRowsMax = 4'096;

    std::size_t columns_words() const noexcept { return (width_ + 63) / 64; }
    void add_now(std::size_t row, const std::uint64_t* columns, std::size_t words) noexcept;
    void add_waiting(std::size_t row) noexcept;

    std::size_t width_ = 0;
    std::vector<std::uint64_t> counts_;
    std::vector<Waiting> waiting_;
};

}  // namespace twofold::kernel
