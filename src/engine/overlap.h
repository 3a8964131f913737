// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ask/answer.h"
#include "base/result.h"
#include "engine/judge.h"
#include "engine/opened.h"
#include "engine/run.h"
#include "kernel/bit_set.h"
#include "kernel/sum.h"
#include "plan/plan.h"

namespace twofold::engine {

/// Answers overlap: known users by the kinds of roles in which they are inside customers, and
/// customers by those of the people inside them, at one moment or at the end of each period.
///
/// One pass over the relations of all users; a byte for each customer and moment.
class Overlap {
public:
    Overlap(Run& run, Judge& judge, const plan::OverlapPlan& plan);

    /// `[time], group, how, [users], [customers, mrr]`: four rows a moment, which add up.
    Result<ask::Answer> answer();
    /// The users behind a row, or its customers.
    Result<Opened> open(const OpenRequest& request);

private:
    /// Kinds of roles, as bits.
    using Roles = std::uint8_t;
    static constexpr Roles kUses = 1;
    static constexpr Roles kBuys = 2;
    static constexpr Roles kSelf = 4;

    /// The rows, in their order.
    enum class Row : std::uint8_t { kUsersOnly, kCustomersOnly, kBothBySelf, kBothByRoles };
    static constexpr std::size_t kRows = 4;
    struct Tally {
        std::uint64_t users = 0;
        std::uint64_t customers = 0;
        kernel::ExactSum mrr;
    };
    using Board = std::array<Tally, kRows>;

    static Row row_of_user(Roles roles);
    static Row row_of_customer(Roles roles);
    static std::string_view group_text(Row row);
    static std::string_view how_text(Row row);
    static bool fits(Row row, const OpenRequest& request);

    bool is_timed() const { return run_.plan().range.every && !run_.plan().judged; }
    std::vector<plan::Moment> all_moments() const;
    Status read(const std::vector<plan::Moment>& moments);
    Result<kernel::BitSet> counted(const plan::Moment& moment, Points::Side side);
    Roles kind_of(frame::RoleCode role) const;
    using EachUser = std::function<void(std::uint32_t user, std::span<const Roles> by_moment)>;
    Status each_user(const EachUser& each);
    void add_edge(model::UserOrdinal user, TimeMs exists, const frame::UserEdges& edges,
                  std::uint32_t i, std::vector<Roles>& of_user);
    Status tally_customers(std::vector<Board>& boards);
    void add_rows(std::size_t moment, const Board& board, ask::Answer& answer) const;
    void add_totals(const Board& board, ask::Answer& answer) const;
    void add_numbers(const Tally& tally, std::vector<ask::Cell>& row) const;
    std::vector<ask::AnswerColumn> columns() const;
    Status check(const OpenRequest& request) const;
    Result<std::size_t> wanted_moment(const OpenRequest& request) const;

    Run& run_;
    Judge& judge_;
    const plan::OverlapPlan& plan_;
    std::vector<plan::Moment> moments_;  ///< That are looked at.
    std::vector<TimeMs> instants_;       ///< Of the moments.
    std::vector<kernel::BitSet> users_;  ///< By moment: who is counted. Empty: not asked.
    std::vector<kernel::BitSet> customers_;
    std::vector<Roles> of_customers_;  ///< By customer, then moment.
    std::vector<frame::RelationInterval> scratch_;
    std::uint64_t without_people_ = 0;  ///< Customers of the last moment.
};

}  // namespace twofold::engine
