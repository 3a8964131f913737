// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/joined.h"
#include "engine/scan.h"
#include "engine/scan_gather.h"
#include "engine/sources.h"

namespace twofold::engine {

/// Takes the rows of users to a sink when nothing of them is asked but names and times, which is
/// what most questions ask, and perhaps their numbers. Goes from user to user over all parts at
/// once, so that rows lie in their order from the start and nothing is sorted but what late parts
/// brought. One per thread.
class PlainGather {
public:
    explicit PlainGather(ScanContext& context);

    /// Whether it can do the scan of this context. REQUIRES: a scan by user.
    static bool serves(const ScanContext& context);

    /// Feeds the rows of ordinals [first, first + lane_of.size()), each under its lane (kNoLane:
    /// leave out), and those of `members` under the lanes of their canonical ordinals, which are
    /// in that range. In an ordered scan the lanes whose order only the log's positions tell are
    /// left out and added to `left`, rising.
    /// Errors: kTooLarge when one unit's rows are more than the scan may hold; kCorrupt, kIo.
    Status feed(std::uint32_t first, std::span<const std::uint32_t> lane_of,
                std::span<const JoinedPersons::Member> members, Sink& sink,
                std::vector<std::uint32_t>& left);

    const ScanCost& cost() const noexcept { return cost_; }

private:
    /// A part's rows of the units in hand.
    struct Cursor {
        const Source* source = nullptr;
        bool every = false;               ///< All names are wanted: `rows` is not filled.
        bool only_times = false;          ///< And nothing but times is to be told of them.
        std::vector<std::uint32_t> rows;  ///< Those of a wanted name, rising.
    };

    /// The rows that one of the units in hand has in one part under its own ordinal.
    struct OwnRows {
        std::uint32_t unit = 0;  ///< From the first of those in hand.
        std::uint32_t cursor = 0;
        store::RowRange rows;  ///< Of the part; where not every name is wanted, of Cursor::rows.
    };

    /// Rows on the tape, each in the order of their time: of the unit in hand, of one ordinal and
    /// source or of several merged.
    struct RunRows {
        std::size_t begin = 0;
        bool entangled = false;  ///< Some are of an entangled source.
        bool joined = false;     ///< Some are of a joined ordinal.
    };

    Status open(std::uint32_t number, std::uint32_t first, std::uint32_t end);
    void select(Cursor& cursor, store::RowRange rows);
    void sort_own(std::uint32_t units);
    Status open_members();
    Status feed_units(std::uint32_t first, std::span<const std::uint32_t> lane_of,
                      std::vector<std::uint32_t>& left);
    bool add_unit(std::span<const OwnRows> own, std::uint32_t lane, std::size_t member_count);
    void add_own_rows(const OwnRows& own, std::uint32_t lane);
    void add_member_rows(const Cursor& cursor, store::RowRange rows, std::uint32_t lane);
    bool put_in_order();
    bool merge(std::size_t begin, std::size_t middle, std::size_t end);
    template <bool kNumbered>
    bool merge_rows(std::size_t begin, std::size_t middle, std::size_t end);
    bool feed_times(const Cursor& cursor, store::RowRange rows, std::uint32_t lane);
    void put_all(const Cursor& cursor, store::RowRange rows, std::uint32_t lane);
    void put(const Cursor& cursor, std::span<const std::uint32_t> rows, std::uint32_t lane);
    std::size_t at_once(std::size_t rows) const;
    void finish_rows(const Source& source, std::size_t count);
    bool make_room(std::size_t rows);
    void flush();

    const ScanContext& context_;
    const Scan& scan_;
    std::vector<Cursor> cursors_;
    std::vector<OwnRows> opened_;            // of the units in hand, by cursor, then by unit
    std::vector<OwnRows> own_;               // the same by unit, then by cursor
    std::vector<std::uint32_t> own_begins_;  // of each unit in own_, and one more
    std::span<const JoinedPersons::Member> members_;  // of the units in hand
    std::vector<store::RowRange> member_rows_;        // of each member, by cursor
    std::size_t member_ = 0;                          // the next of them
    std::vector<RunRows> runs_;                       // of the unit in hand
    std::vector<TapeRow> merging_;
    std::vector<std::uint32_t> merging_row_numbers_;
    std::vector<TapeRow> tape_;               // of which the first size_ are in use
    std::vector<std::uint32_t> row_numbers_;  // beside it, when asked for: of the rows, + 1
    std::size_t size_ = 0;
    std::vector<std::uint32_t> selected_;  // of one piece, counted from its begin
    Sink* sink_ = nullptr;
    bool takes_times_ = false;
    bool numbered_ = false;
    bool too_large_ = false;
    ScanCost cost_;
};

}  // namespace twofold::engine
