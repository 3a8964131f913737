// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "engine/filter_set.h"
#include "engine/funnel_sink.h"
#include "engine/point_cells.h"
#include "engine/row_cells.h"
#include "engine/scan.h"
#include "kernel/bit_set.h"
#include "kernel/buckets.h"
#include "kernel/retention.h"

// The two scans of retention: who started when, and who came back. Where the same rows do both and
// nothing else is asked of a start, the second alone.
namespace twofold::engine {

/// One unit in one cohort, by the earliest event that puts it there.
struct RetentionStart {
    std::uint32_t unit = 0;
    std::uint32_t cohort = 0;
    TimeMs time = 0;
    std::uint32_t acting = 0;       ///< As in tape.acting; 0 when not asked for.
    std::uint32_t cells_begin = 0;  ///< In RetentionStarts::cells.
    std::uint32_t cells_count = 0;
};
struct RetentionStarts {
    std::vector<RetentionStart> starts;  ///< By unit, then cohort.
    std::vector<std::uint32_t> cells;
};
/// Starts of one question; beyond it the question is refused. 32 bytes each.
inline constexpr std::size_t kStartsMax = std::size_t{1} << 25;

/// What the sinks that look for starts share.
struct StartTask {
    SelectorBits bits;
    const kernel::Buckets* cohorts = nullptr;
    bool every_start = false;
    /// Sorted; only these are starts. Null: all.
    const std::vector<FunnelEntry>* allowed = nullptr;
    const RowCells* cells = nullptr;  ///< Null: starts have none.
    ValueTable* values = nullptr;
    CellTable* cell_table = nullptr;
};

/// For ordered scans.
class StartSink final : public Sink {
public:
    explicit StartSink(const StartTask& task);

    void begin(const Block& block) override;
    void feed(const Tape& tape) override;
    void finish(const Block& block) override;

    /// All that the sinks of one scan found, in order. They are empty then.
    static RetentionStarts collect(std::span<const std::unique_ptr<StartSink>> sinks);
    bool too_many() const { return too_many_; }

private:
    /// What one block gave.
    struct Piece {
        std::uint32_t first_unit = 0;
        std::size_t begin = 0;
        std::size_t end = 0;
        const StartSink* sink = nullptr;
    };
    bool is_allowed(std::uint32_t unit, TimeMs time) const;

    const StartTask& task_;
    FirstTracker first_;
    std::optional<RowCells::Scratch> scratch_;
    std::vector<std::uint32_t> last_;  // by unit of the block: the cohort it was put in last
    RetentionStarts found_;
    std::vector<Piece> pieces_;
    Block block_;
    bool too_many_ = false;
};

/// Which units of the answer are to be collected.
struct RetentionCapture {
    std::vector<std::uint8_t> cohorts;  ///< By cohort: whether it is looked at.
    std::uint32_t column = 0;
    bool dropped = false;                ///< Those who did not come back.
    std::optional<std::uint32_t> group;  ///< Absent: all.
};

/// What the sinks that look for who came back share.
struct RetentionTask {
    kernel::RetentionRules rules;
    SelectorBits back;  ///< Its rows lie within the periods.
    /// Not of `rolling`. One bucket may stand for all periods behind the last column.
    const kernel::Buckets* periods = nullptr;
    DurationMs rolling = 0;  ///< As in the plan.
    /// Null when rules.same_rows.
    const std::vector<RetentionStart>* starts = nullptr;
    /// Of each start its groups: the rows of the answer beside time. Null: one group.
    const CellLists* groups = nullptr;
    std::uint32_t group_count = 1;
    const frame::Snapshot* frames = nullptr;  ///< To tell who is known.
    const RetentionCapture* capture = nullptr;
    std::uint32_t units = 0;  ///< How many there are, for a capture.

    /// Whether rows may come in any order, each counting for itself.
    bool is_plain() const { return rules.times == 1 && back.track == 0; }
};

/// Rows of the counts: groups × cohorts, a group's cohorts together.
struct RetentionOutcome {
    kernel::RetentionCounts counts;
    std::uint64_t units = 0;    ///< In any cohort, once each.
    std::uint64_t unknown = 0;  ///< Of them: users without a user id.
    std::uint64_t repeated =
        0;  ///< Counted in several groups of one cohort: times beyond the first.

    void merge(const RetentionOutcome& other);
};

/// For ordered scans unless the task is plain.
class RetentionSink final : public Sink {
public:
    explicit RetentionSink(const RetentionTask& task);

    void begin(const Block& block) override;
    bool takes_times() const override;
    void feed_times(std::uint32_t unit, std::span<const std::uint32_t> seconds) override;
    void feed(const Tape& tape) override;
    void finish(const Block& block) override;
    bool spreads(std::uint32_t units) const override;
    void absorb(Sink& other) override;

    /// After the scan.
    const RetentionOutcome& outcome() {
        outcome_.counts.finish();
        return outcome_;
    }
    const kernel::BitSet& captured() const { return captured_; }

private:
    void feed_plain(const Tape& tape);
    void count(std::uint32_t cohort, const std::uint64_t* columns, std::size_t start);
    bool is_captured(std::uint32_t cohort, const std::uint64_t* columns, std::size_t start) const;
    std::span<const std::uint32_t> groups_of(std::size_t start) const;

    const RetentionTask& task_;
    std::optional<kernel::RetentionGrid> grid_;
    std::optional<kernel::RollingRetention> rolling_;
    FirstTracker first_;
    RetentionOutcome outcome_;
    kernel::BitSet captured_;
    std::size_t starts_begin_ = 0;  // of the block
};

}  // namespace twofold::engine
