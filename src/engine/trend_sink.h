// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "engine/filter_set.h"
#include "engine/point_condition.h"
#include "engine/row_cells.h"
#include "engine/scan.h"
#include "kernel/bit_set.h"
#include "kernel/buckets.h"
#include "kernel/group_sums.h"
#include "kernel/number.h"
#include "kernel/samples.h"
#include "kernel/sum.h"
#include "kernel/unique.h"

// Counting a trend's cells: one scan, one measure.
namespace twofold::engine {

/// Values that a median or percentile may keep; beyond it the question is refused. 8 bytes each.
inline constexpr std::size_t kSamplesMax = std::size_t{1} << 27;
/// Groups × buckets of one measure; beyond it the question is refused.
inline constexpr std::size_t kTrendCellsMax = std::size_t{1} << 24;

/// The numbers of one property in one cell.
struct CellNumbers {
    std::uint64_t count = 0;
    kernel::ExactSum sum;
    kernel::Number least;
    kernel::Number most;
    kernel::Samples samples;

    /// What is asked of them beside their sum and count.
    struct Keep {
        bool extremes = false;
        bool samples = false;
    };
    void add(const kernel::Number& number, Keep keep) {
        if (number.is_missing()) return;
        ++count;
        sum.add(number);
        if (keep.extremes) add_extremes(number);
        if (keep.samples) samples.add(number.as_double());
    }
    void add_extremes(const kernel::Number& number);
    void merge(const CellNumbers& other);
};

/// What the sinks of one scan share. Groups are the rows of the answer beside time: the cells of a
/// breakdown, the rest, or just one.
struct TrendTask {
    enum class What : std::uint8_t { kRows, kUnits, kNumbers };
    What what = What::kRows;
    CellNumbers::Keep keep;
    SelectorBits bits;
    /// Base buckets: those of the answer, and before them the days that a rolling measure reaches
    /// back to.
    const kernel::Buckets* buckets = nullptr;
    std::uint32_t lead = 0;                ///< How many of them lie before the answer's first.
    TimeMs range_from = kBeginningOfTime;  ///< What is earlier counts in no total.
    std::uint32_t rolling = 0;  ///< Base buckets in each answer's bucket, 0: just its own.
    bool cumulative = false;
    const RowCells* cells = nullptr;  ///< Null: one group.
    /// While ranking: count by bucket too, where that is little more work, so that no second scan
    /// is needed. See TrendCounts::buckets.
    bool keep_buckets = false;
    ValueTable* values = nullptr;
    CellTable* cell_table = nullptr;
    /// Group of each cell; those beyond it are in the last group. Null: each cell is a group, and
    /// only the whole range is counted, to rank them.
    const std::vector<std::uint32_t>* groups = nullptr;
    std::uint32_t group_count = 1;
    /// Judged row by row on the counted customer.
    std::span<const PointCondition> row_conditions;
    const frame::Snapshot* frames = nullptr;  ///< To tell who is known; null: nobody asks.
    /// Collects the units of one cell of the answer instead.
    struct Capture {
        std::optional<std::uint32_t> bucket;  ///< Of the answer; absent: the whole range.
        std::optional<std::uint32_t> group;   ///< Absent: all.
    };
    std::optional<Capture> capture;
    std::uint32_t units = 0;  ///< How many there are, for a capture.

    bool ranking() const { return cells != nullptr && groups == nullptr; }
    /// Buckets of the answer.
    std::uint32_t answer_buckets() const { return buckets->count() - lead; }
};

/// Counts of all groups; groups × buckets, a group's buckets together.
struct TrendCounts {
    /// Of each group. 1 where cells are only ranked.
    std::uint32_t buckets = 1;
    /// Of ranked cells: each row is in one, and they are counted by bucket.
    bool kept_buckets = false;
    std::vector<std::uint64_t> counts;  ///< kRows and kUnits.
    std::vector<CellNumbers> numbers;   ///< kNumbers.
    std::uint64_t total = 0;            ///< Once each over the whole range.
    CellNumbers total_numbers;
    std::uint64_t unknown_units = 0;  ///< Of the total: users without a user id.
    std::uint64_t rows = 0;           ///< In the range.
    std::uint64_t repeated = 0;       ///< Counted in more than one group: times beyond the first.
    bool too_many_samples = false;

    void merge(const TrendCounts& other);
    /// Adds up the buckets of each group.
    void forget_buckets();
    /// REQUIRES: kept_buckets. The same by group; cells beyond are in the last.
    TrendCounts by_group(const std::vector<std::uint32_t>& of_cell, std::uint32_t groups,
                         bool of_numbers) const;
};

class TrendSink final : public Sink {
public:
    explicit TrendSink(const TrendTask& task);

    void begin(const Block& block) override;
    bool takes_times() const override;
    void feed_times(std::uint32_t unit, std::span<const std::uint32_t> seconds) override;
    bool takes_count(TimeMs first, TimeMs last) const override;
    void feed_count(std::uint64_t rows, TimeMs first, TimeMs last) override;
    Columns takes_columns() const override;
    bool feed_columns(const ColumnRows& rows) override;
    void feed(const Tape& tape) override;
    void finish(const Block& block) override;
    bool spreads(std::uint32_t units) const override;
    void absorb(Sink& other) override;

    /// After the scan.
    TrendCounts take();
    const kernel::BitSet& captured() const { return captured_; }

private:
    static constexpr std::uint32_t kNever = std::numeric_limits<std::uint32_t>::max();

    bool is_plain() const;
    void feed_plain_rows(const Tape& tape);
    void feed_plain_units(const Tape& tape);
    bool has_simple_cells() const;
    void feed_simple_cells(const Tape& tape);
    template <typename Add>
    void each_simple_row(const Tape& tape, Add&& add);
    std::uint32_t find_group_of_value(std::uint32_t id);
    std::uint32_t group_of_cell(std::uint32_t cell) const;
    void limit_buckets();
    bool by_bucket() const { return counts_.buckets > 1 || !task_.ranking(); }
    template <typename Take>
    void with_seconds(Take&& take) const;
    void count_rows(const ColumnRows& rows);
    void count_cells(const ColumnRows& rows);
    std::span<const std::uint32_t> find_columns(const ColumnRows& rows);
    std::span<const std::uint32_t> find_columns_of_codes(const ColumnRows& rows);
    auto code_columns(const ColumnRows& rows);
    bool is_timed() const;
    std::uint32_t width() const;
    std::uint32_t* groups_of_codes(const ColumnRows& rows);
    std::size_t columns_met() const;
    void add_wholes(const ColumnRows& rows, std::span<const std::uint32_t> columns);
    bool add_reals(const ColumnRows& rows, std::span<const std::uint32_t> columns);
    void take_sums();
    bool takes(const Tape& tape, std::size_t i);
    void find_groups(const Tape& tape, std::size_t i);
    void add(const Tape& tape, std::size_t i, std::uint32_t bucket);
    void add_to_group(const Tape& tape, std::size_t i, std::uint32_t bucket, std::uint32_t group);
    void add_unit(std::uint32_t unit, std::uint32_t bucket, std::uint32_t group);
    void capture(std::uint32_t unit, std::uint32_t bucket, bool in_range);
    std::uint32_t columns_per_group() const;
    bool tracks_firsts() const;
    void finish_firsts();

    const TrendTask& task_;
    TrendCounts counts_;
    kernel::UniqueCounter unique_;
    FirstTracker first_;
    std::optional<RowCells::Scratch> scratch_;
    std::vector<std::uint32_t> groups_;        // of the row at hand
    std::vector<std::uint32_t> value_groups_;  // by id of the value; kNever: not looked up yet
    bool simple_cells_ = false;
    // Of rows that come by column:
    std::vector<std::vector<std::uint32_t>> code_groups_;  // by dictionary and code, as above
    std::vector<std::uint32_t> columns_;                   // of each row: group × buckets + bucket
    std::vector<std::uint32_t> numbered_columns_;
    std::uint32_t groups_seen_ = 0;
    kernel::GroupSums sums_;
    std::vector<std::uint8_t> seen_;           // by unit of the block: in the range
    std::vector<std::uint32_t> first_bucket_;  // cumulative: by unit × group
    kernel::BitSet captured_;
    Block block_;
    std::size_t sample_count_ = 0;
};

}  // namespace twofold::engine
