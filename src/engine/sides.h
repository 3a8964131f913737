// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ask/answer.h"
#include "base/result.h"
#include "engine/cells.h"
#include "engine/judge.h"
#include "engine/opened.h"
#include "engine/point_cells.h"
#include "engine/run.h"
#include "engine/stays.h"
#include "kernel/sum.h"
#include "kernel/unit_bits.h"
#include "plan/plan.h"

namespace twofold::engine {

/// Rows of one answer: periods × values × cells; beyond it the question is refused.
inline constexpr std::size_t kSidesRowsMax = std::size_t{1} << 20;

/// Answers sides: customers by whether they use and whether they pay, period by period, and who
/// moved from one period to the next.
///
/// One scan tells in which periods each customer was used, another the same of users without a
/// customer. What is judged, paid and related is looked at at the end of each period.
class Sides {
public:
    Sides(Run& run, Judge& judge, const plan::SidesPlan& plan);

    /// `[time], [by], uses, pays, customers, users, mrr`; flows: `time, uses_before, pays_before,
    /// uses, pays, customers, mrr_before, mrr`, with a row where somebody moved.
    Result<ask::Answer> answer();
    /// The customers behind a row, or its users.
    Result<Opened> open(const OpenRequest& request);

private:
    /// A cell of the board: twice the place of `pays` in "yes", "no", "past", and one more for
    /// those who do not use. kNowhere: not counted.
    using Cell = std::uint8_t;
    static constexpr Cell kCells = 6;
    static constexpr Cell kNowhere = kCells;
    /// The customers at the end of one period.
    struct Board {
        std::vector<std::uint32_t> customers;  ///< Those that are counted, rising.
        std::vector<Cell> cells;               ///< By ordinal of all customers.
        CellLists groups;                      ///< Of those counted; without `by` empty.
    };
    /// What one row of the board holds.
    struct Tally {
        std::uint64_t customers = 0;
        std::uint64_t users = 0;
        kernel::ExactSum mrr;
    };
    struct Flow {
        std::uint64_t customers = 0;
        kernel::ExactSum before;
        kernel::ExactSum mrr;
    };
    /// What is to be opened.
    struct Wanted {
        std::uint32_t period = 0;
        std::optional<std::uint32_t> group;
        std::string what;
    };

    static std::string_view uses_text(Cell cell);
    static std::string_view pays_text(Cell cell);
    bool is_timed() const { return run_.plan().range.every.has_value(); }
    std::uint32_t periods() const { return static_cast<std::uint32_t>(ends_.size()); }
    TimeMs facts_instant(std::uint32_t period) const;

    Status read_uses(UnitKind unit, const plan::Selector& selector, const kernel::BitSet* units,
                     bool count_unattached, kernel::UnitBits& uses);
    Status read_customers(bool count_unattached);
    Status read_people();
    Result<Board> look(std::uint32_t period);
    Cell cell_of(std::uint32_t customer, std::uint32_t period) const;
    Result<RankedCells> rank();
    void find_rows(const Board& board, std::size_t i, const RankedCells& ranked,
                   std::vector<std::uint32_t>& rows) const;
    Result<std::vector<Tally>> tally(const Board& board, std::uint32_t period,
                                     const RankedCells& ranked);
    Status count_users(const Board& board, std::uint32_t period, const RankedCells& ranked,
                       std::vector<Tally>& tallies);
    Status add_free_users(std::uint32_t period, ask::Answer& answer) const;
    Status add_board(ask::Answer& answer);
    Status add_flows(ask::Answer& answer);
    void add_flow_rows(std::uint32_t period, const std::vector<Flow>& flows,
                       ask::Answer& answer) const;
    std::vector<ask::Cell> begin_row(std::uint32_t period) const;
    std::vector<ask::AnswerColumn> columns() const;
    void add_notes(ask::Answer& answer) const;

    Status check(const OpenRequest& request) const;
    Result<Wanted> wanted(const OpenRequest& request);
    Status open_flow(const OpenRequest& request, const Wanted& wanted, Opened& opened);
    Status open_row(const OpenRequest& request, const Wanted& wanted, Opened& opened);
    Status open_free_users(const OpenRequest& request, const Wanted& wanted, Opened& opened);

    Run& run_;
    Judge& judge_;
    const plan::SidesPlan& plan_;
    std::vector<plan::Moment> ends_;  ///< Of the periods that have begun.
    kernel::UnitBits used_;           ///< By customer: the periods with an event.
    kernel::UnitBits used_by_users_;  ///< By user, of those who have no customer at some end.
    Stays stays_;
    ValueTable values_;
    CellTable cells_;
    RankedCells ranked_;
    std::uint64_t repeated_customers_ = 0;  ///< In the last period: in rows beyond their first.
    std::uint64_t repeated_users_ = 0;      ///< Likewise.
};

}  // namespace twofold::engine
