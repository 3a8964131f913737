// SPDX-License-Identifier: Apache-2.0
//
// What a question does outside scans ends as well once it is to end.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "engine/facts.h"
#include "engine/judge.h"
#include "engine/point_cells.h"
#include "engine/stoppable_run.h"

namespace twofold::engine {
namespace {

/// A count by user on its way: the stop is set between one piece of work and the next.
class Stopping : public StoppableRun {
protected:
    static constexpr std::uint32_t kUsers = 1'000;

    Stopping() : StoppableRun("count users by user, customer", fill) {
        points_.moments = {plan_.moment};
        for (std::uint32_t user = 0; user < kUsers; ++user)
            points_.users.push_back(user);
    }

    static void fill(SmallWorld& small) {
        for (std::uint32_t i = 0; i < kUsers; ++i) {
            const std::string user = fmt::format("user number {}", i);
            small.track(user, "2026-03-20T10:00", "Exported");
            small.group(user, fmt::format("customer {}", i / 10), "2026-01-01");
        }
    }
    const plan::By& by() const { return std::get<plan::CountPlan>(plan_.kind).by; }

    template <typename T>
    static void expect_stopped(const Result<T>& result) {
        ASSERT_FALSE(result.has_value());
        EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
    }

    Judge judge_{run_};
    Points points_;
    ValueTable values_;
    CellTable cells_;
};

TEST_F(Stopping, EndsWhileCellsAreRanked) {
    const auto lists = cells_of_points(judge_, by(), points_, values_, cells_);
    ASSERT_TRUE(lists.has_value());
    ASSERT_EQ(cells_.size(), kUsers);
    const std::vector<std::optional<double>> ranks(cells_.size(), 1.0);
    ASSERT_TRUE(rank_cells(run_, ranks, by(), values_, cells_).has_value());
    stop();
    expect_stopped(rank_cells(run_, ranks, by(), values_, cells_));
}

TEST_F(Stopping, EndsWhilePointsAreBrokenDown) {
    stop();
    expect_stopped(cells_of_points(judge_, by(), points_, values_, cells_));
    EXPECT_EQ(cells_.size(), 0U);
}

TEST_F(Stopping, EndsWhileUnitsAreListedAndPaired) {
    const auto customers = customers_existing(run_, plan_.at);
    ASSERT_TRUE(customers.has_value());
    Points of_customers;
    of_customers.side = Points::Side::kCustomers;
    of_customers.moments = {plan_.moment};
    of_customers.customers = *customers;
    ASSERT_FALSE(of_customers.customers.empty());
    stop();
    expect_stopped(users_existing(run_, plan_.at, false));
    expect_stopped(customers_existing(run_, plan_.at));
    expect_stopped(judge_.customers_of(points_, {}, false));
    expect_stopped(judge_.users_of(of_customers, {}, false, false));
}

}  // namespace
}  // namespace twofold::engine
