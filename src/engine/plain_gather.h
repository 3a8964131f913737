// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/scan.h"
#include "engine/scan_gather.h"
#include "engine/sources.h"

namespace twofold::engine {

/// Takes the rows of users to a sink when nothing of them is asked but names and times, which is
/// what most questions ask. Goes from user to user over all parts at once, so that rows lie in
/// their order from the start and nothing is sorted but what late parts brought. One per thread.
class PlainGather {
public:
    explicit PlainGather(ScanContext& context);

    /// Whether it can do the scan of this context. REQUIRES: a scan by user.
    static bool serves(const ScanContext& context);

    /// Feeds the rows of ordinals [first, first + lane_of.size()), each under its lane (kNoLane:
    /// leave out). In an ordered scan the lanes in `apart`, and those whose order only the log's
    /// positions tell, are left out and added to `left`, rising.
    /// Errors: kTooLarge when one unit's rows are more than the scan may hold; kCorrupt, kIo.
    Status feed(std::uint32_t first, std::span<const std::uint32_t> lane_of,
                std::span<const std::uint8_t> apart, Sink& sink, std::vector<std::uint32_t>& left);

    const ScanCost& cost() const noexcept { return cost_; }

private:
    /// A part's rows of the units in hand.
    struct Cursor {
        const Source* source = nullptr;
        std::uint32_t place = 0;  ///< Of the next ordinal in the part's directory.
        std::uint32_t place_end = 0;
        bool every = false;        ///< All names are wanted: `selected` is not filled.
        bool only_times = false;   ///< And nothing but times is to be told of them.
        std::size_t selected = 0;  ///< The next of `rows`.
        std::vector<std::uint32_t> rows;
    };

    Status open(Cursor& cursor, std::uint32_t first, std::uint32_t end);
    void select(Cursor& cursor, store::RowRange rows);
    void feed_units(std::uint32_t first, std::span<const std::uint32_t> lane_of,
                    std::span<const std::uint8_t> apart, std::vector<std::uint32_t>& left);
    bool add_unit(std::uint32_t ordinal, std::uint32_t lane);
    void skip_unit(std::uint32_t ordinal);
    void add_run(Cursor& cursor, store::RowRange rows, std::uint32_t lane);
    template <typename Code>
    void put_run(const Cursor& cursor, std::span<const Code> codes, store::RowRange rows,
                 std::uint32_t lane);
    template <typename Code>
    void put_selected(const Cursor& cursor, std::span<const Code> codes,
                      std::span<const std::uint32_t> rows, std::uint32_t lane);
    void cut_times(const Source& source, std::size_t begin);
    void make_room(std::size_t rows);
    void flush();

    ScanContext& context_;
    const Scan& scan_;
    std::vector<Cursor> cursors_;
    std::vector<TapeRow> tape_;  // of which the first size_ are in use
    std::size_t size_ = 0;
    std::vector<std::uint32_t> selected_;  // of one piece, relative to it
    Sink* sink_ = nullptr;
    bool takes_times_ = false;
    bool too_large_ = false;
    ScanCost cost_;
};

}  // namespace twofold::engine
