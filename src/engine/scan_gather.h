// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "engine/filter_columns.h"
#include "engine/row_select.h"
#include "engine/scan.h"
#include "engine/sources.h"
#include "engine/tape_builder.h"
#include "frame/edges.h"
#include "frame/snapshot.h"
#include "store/snapshot.h"

namespace twofold::engine {

/// What all threads of one scan share.
struct ScanContext {
    const Scan& scan;
    const frame::Snapshot& frames;
    Sources sources;
    TapeShape shape;
    bool needs_persons = false;           ///< Of rows: a condition or the tape asks for them.
    ScanCost searched{};                  ///< Before the scan, for rare rows.
    std::atomic<std::uint32_t> next = 0;  ///< The next piece of work to be taken.
    std::atomic<bool> stopped = false;

    bool cancelled() const {
        return stopped.load(std::memory_order_relaxed) ||
               (scan.stop != nullptr && scan.stop->wanted());
    }
};

/// One person of one unit: where rows of a tape come from.
struct Lane {
    std::uint32_t unit = 0;    ///< In the block.
    std::uint32_t person = 0;  ///< Canonical user ordinal.
    // When rows are cut to those that belong to a customer:
    std::uint32_t customer = 0;            ///< Canonical ordinal.
    std::span<const frame::Span> spans{};  ///< Of unnamed rows.

    /// Whether unnamed rows of [from, to] may belong.
    bool reaches(TimeMs from, TimeMs to) const noexcept {
        return !spans.empty() && spans.front().from <= to && spans.back().until > from;
    }
};

/// Rows of an ordinal wanted under a lane.
struct WantedRows {
    std::uint32_t ordinal = 0;
    std::uint32_t lane = 0;
};

inline constexpr std::uint32_t kNoLane = 0xffff'ffff;

/// Takes rows of parts through the filters and onto the tape: one per thread. In pieces of some
/// thousand rows, column by column: codes, masks, times, acting customers, belonging, conditions,
/// values.
class Gather {
public:
    explicit Gather(ScanContext& context);

    /// What lanes mean in the block to come.
    enum class LaneKind : std::uint8_t {
        kNone,       ///< Every row is unit 0; lanes are persons, where persons are needed at all.
        kUsers,      ///< Lane = unit = canonical ordinal - first.
        kBelonging,  ///< Lanes as given; rows are cut to those that belong to the customer.
    };
    /// A block. `sink`: rows are fed to it as they are gathered, in any order; null: they are kept
    /// for finish(). With origins: some lane will be uncertain.
    struct Start {
        LaneKind kind = LaneKind::kNone;
        std::uint32_t lane_count = 1;
        std::uint32_t first_unit = 0;   // kUsers
        std::span<const Lane> lanes{};  // kBelonging
        Sink* sink = nullptr;
        bool with_origins = false;
    };
    void begin(const Start& start);

    /// Rows of a part that lie together, their lanes by ordinal: lane_of[ordinal - first_ordinal]
    /// (kNoLane: leave out). REQUIRES: all their ordinals are in that range.
    Status add_block(const Source& source, store::RowRange rows, std::uint32_t first_ordinal,
                     std::span<const std::uint32_t> lane_of);
    /// All rows of a range; persons are looked up for those that need them. For LaneKind::kNone.
    Status add_rows(const Source& source, store::RowRange rows);
    /// Rows of the part by their numbers, rising, under lanes first_lane, first_lane + 1 … For
    /// LaneKind::kUsers, whatever lanes are.
    Status add_listed(const Source& source, std::span<const std::uint32_t> numbers,
                      std::uint32_t first_lane);
    /// Rows of ordinals that lie anywhere in the part.
    Status add_runs(const Source& source, std::span<const WantedRows> runs);
    /// A row that is no event. After all events.
    void add_extra(const ExtraRow& row, std::uint32_t lane);

    /// Sends what is left to the sink, or in order when it was kept. `units`: of each lane, empty
    /// when they are the same; `uncertain` as in TapeBuilder::Lanes.
    Status finish(Sink& sink, std::span<const std::uint32_t> units,
                  std::span<const std::uint8_t> uncertain);

    std::size_t kept_rows() const noexcept { return tape_.size(); }
    /// Counted since construction; bytes of decoded columns included.
    ScanCost cost() const;
    void add_cost(const ScanCost& cost) { cost_ += cost; }
    void count_users(std::uint64_t users) { cost_.users_read += users; }

private:
    /// A person of a part, and the lane its rows go to.
    struct Found {
        std::uint32_t place;
        std::uint32_t lane;
        store::RowRange rows;
    };
    template <typename Codes>
    Status add_found(const Source& source, Codes codes, std::span<const Found> found);
    Status add_rare_runs(const Source& source, std::span<const WantedRows> runs);
    Status verify_for(const Source& source, std::size_t runs);
    Status flush(const Source& source);
    Status process(const Source& source);
    void read_names_and_times(const Source& source);
    void cut_masks(const Source& source);
    Status read_acting(const Source& source);
    void cut_to_belonging();
    void look_up_persons(const Source& source);
    void keep_people();
    Status test_conditions(const Source& source);
    void refine();
    void drop_unmasked();
    Status make_room();
    Status push(const Source& source);
    bool is_plain(const Source& source) const;
    Status push_plain(const Source& source);
    void add_origins(const Source& source, std::span<const std::uint32_t> rows);
    Status push_cells(const Source& source, const SourceFetch& fetch,
                      std::vector<std::uint32_t>& out);
    Status push_numbers(const SourceFetch& fetch, std::vector<kernel::Number>& out);
    template <typename Take>
    Status each_block(const BoundColumn& bound, Take&& take);
    Status fill_cells(const SourceFetch& fetch, std::size_t column, std::uint32_t* cells);
    template <typename Cache, typename ValueOf>
    void fill_number_cells(Cache& cache, std::size_t begin, std::size_t end,
                           const ColumnReader& reader, ValueOf&& value_of, std::uint32_t* cells);
    std::uint32_t select(const Source& source, store::RowRange rows);
    void sort_by_row();
    void resize(std::size_t count);
    void feed();
    Status read_sequences(std::span<const Origin> origins, std::span<std::uint64_t> sequences);
    std::uint32_t person_of(std::size_t i) const;

    static constexpr std::uint32_t kWanted = 0xffff'fffe;  ///< A cell that is not told yet.

    ScanContext& context_;
    const Scan& scan_;
    Start block_;
    std::vector<std::uint8_t> verified_;  // by source: all of its rows
    TapeBuilder tape_;
    ScanCost cost_;

    // The piece in hand: one entry per row that is still in it.
    std::size_t count_ = 0;
    std::vector<std::uint32_t> rows_;
    std::vector<std::uint32_t> lanes_;
    std::vector<std::uint32_t> masks_;
    std::vector<TimeMs> times_;
    std::vector<std::uint32_t> acting_;
    std::vector<std::uint32_t> persons_;

    std::vector<std::uint32_t> selected_;  // of select(), relative to its range
    std::vector<std::uint32_t> places_;    // of those in the directory
    std::vector<std::uint32_t> tested_;
    std::vector<std::uint8_t> truths_;
    std::vector<std::uint64_t> by_row_;
    std::string scratch_;
    std::vector<ColumnReader> readers_;
    RowSelect select_;
    ColumnReader sequence_reader_;
    std::unordered_map<std::uint64_t, std::uint32_t> int_cells_;
    std::unordered_map<std::uint64_t, std::uint32_t> real_cells_;
};

}  // namespace twofold::engine
