// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"
#include "kernel/funnel.h"
#include "kernel/row.h"

namespace twofold::kernel {

/// The moving chain of funnel.cc for the units of a block, with rows in the order that Funnel asks
/// for. A chain is two numbers, its entry and its latest link; links lie in one list in the order
/// in which they were made, each naming the one before it, and nothing is ever moved. So a row
/// costs the same however many steps there are, and a row of one step, as most are, takes no branch
/// that depends on it.
///
/// Memory: 16 bytes a unit and step, and 16 bytes a link; links that no chain holds any more are
/// cleared away.
class FunnelChains {
public:
    /// REQUIRES: 1 <= steps <= kFunnelStepsMax; window_ms >= 0.
    FunnelChains(std::uint32_t steps, DurationMs window_ms);

    /// Forgets everything; units are 0 … unit_count - 1.
    void begin(std::uint32_t unit_count);
    /// `cells` is as long as `rows` or empty, the same way in all feeds of a block.
    void feed(std::span<const Row> rows, std::span<const std::uint32_t> cells);
    /// Appends the units with at least one step done, rising. What they point to lives until the
    /// next begin().
    void finish(std::vector<FunnelReach>& reached);

private:
    static constexpr std::uint32_t kNoLink = 0xffff'ffff;

    /// A step that was done.
    struct Link {
        TimeMs time = 0;
        std::uint32_t before = kNoLink;  ///< The step before it.
        std::uint32_t cell = 0;
    };
    /// An attempt: the k-th of a unit has done k steps. The one that has done none is never changed
    /// but in its entry, which is not looked at.
    struct Chain {
        TimeMs entry = 0;
        std::uint32_t link = kNoLink;
    };
    struct Unit {
        std::uint32_t depth = 0;  ///< Of the deepest attempt.
        std::uint32_t best = kNoLink;
        bool touched = false;
    };

    Chain* chains_of(std::uint32_t unit) {
        return chains_.data() + std::size_t{unit} * (steps_ + 1);
    }
    template <bool kWithCells>
    void feed_rows(std::span<const Row> rows, std::span<const std::uint32_t> cells);
    template <bool kWithCells>
    std::size_t feed_alone(std::span<const Row> rows, std::span<const std::uint32_t> cells);
    std::size_t feed_instant(std::span<const Row> rows, std::span<const std::uint32_t> cells);
    void do_step(std::uint32_t unit, std::uint32_t step, TimeMs time, std::uint32_t cell);
    void reset(std::uint32_t unit);
    void make_room();
    void drop_unheld_links();
    std::uint32_t copy_links(std::uint32_t last, std::uint32_t depth, std::vector<Link>& to) const;

    std::uint32_t steps_;
    std::uint32_t step_bits_;
    DurationMs window_ms_;
    bool with_cells_ = false;
    std::vector<Unit> units_;
    std::vector<Chain> chains_;
    std::vector<Link> links_;  // of which the first link_count_ are in use
    std::uint32_t link_count_ = 0;
    std::vector<Row> instant_;
    std::vector<std::uint32_t> instant_cells_;
    std::vector<TimeMs> reached_times_;
    std::vector<std::uint32_t> reached_cells_;
};

}  // namespace twofold::kernel
