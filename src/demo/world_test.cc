// SPDX-License-Identifier: Apache-2.0
#include "demo/world.h"

#include <algorithm>
#include <gtest/gtest.h>

#include "base/sanitized.h"
#include "demo/truth_checks.h"

namespace twofold::demo {
namespace {

constexpr Date kUntil{2026, 6, 15};

// What sanitizers look for is in a small world too, ten times sooner.
constexpr std::int64_t kFullEvents = kSanitized ? kEventsMin : kEvents;

std::string all_lines(const Options& options) {
    std::string lines;
    const World world = *World::make(options);
    EXPECT_TRUE(world.each_batch([&](std::string_view batch) {
        lines += batch;
        return Status();
    }));
    EXPECT_EQ(std::ranges::count(lines, '\n'), world.line_count());
    return lines;
}

/// The world as `twofold demo` makes it.
class FullWorld : public testing::Test {
protected:
    static void SetUpTestSuite() { tally_ = new Tally(options()); }
    static void TearDownTestSuite() { delete tally_; }
    static Options options() { return {1, kUntil, kFullEvents}; }
    static Tally& tally() { return *tally_; }

private:
    static inline Tally* tally_ = nullptr;
};

TEST_F(FullWorld, HoldsWhatItSays) {
    check_world(tally(), options());
}
TEST_F(FullWorld, Truth1SilentPayers) {
    check_silent(tally());
}
TEST_F(FullWorld, Truth2AutomaticMailIsNotUse) {
    check_automatic(tally());
}
TEST_F(FullWorld, Truth3TheChampionLeavesThenTheContract) {
    check_champions(tally());
}
TEST_F(FullWorld, Truth4InvitationsComeBeforeMoney) {
    check_invitations(tally());
}
TEST_F(FullWorld, Truth5UsersHappierCustomersUnmoved) {
    check_release(tally(), options());
}
TEST_F(FullWorld, Truth6MostUsedIsNotWhatIsPaidFor) {
    check_terms(tally());
}
TEST_F(FullWorld, Truth7MovementsOfLastMonth) {
    check_movements(tally(), options());
}
TEST_F(FullWorld, Truth8GhostSeats) {
    check_ghosts(tally());
}
TEST_F(FullWorld, Truth9FreeAndBusy) {
    check_busy(tally());
}
TEST_F(FullWorld, Truth10ChampionsTakeUsAlong) {
    check_movers(tally());
}
TEST_F(FullWorld, Truth11OneJoinCountedOnce) {
    check_overlap(tally());
}
TEST_F(FullWorld, NobodyIsNearABound) {
    check_bounds(tally());
}
TEST_F(FullWorld, Truth12RepairOfThePast) {
    check_repair(tally());
}

/// Other days and seeds, with fewer events: a leap day, days on which clocks change, the first of a
/// month and a year.
struct Case {
    Date until;
    std::uint64_t seed;
};
class AnyWorld : public testing::TestWithParam<Case> {};

TEST_P(AnyWorld, KeepsEveryTruth) {
    const Options options{GetParam().seed, GetParam().until, kEventsMin};
    SCOPED_TRACE(testing::Message() << "seed " << options.seed << " until " << options.until.year
                                    << "-" << options.until.month << "-" << options.until.day);
    Tally tally(options);
    check_world(tally, options);
    check_silent(tally);
    check_automatic(tally);
    check_champions(tally);
    check_invitations(tally);
    check_release(tally, options);
    check_terms(tally);
    check_movements(tally, options);
    check_ghosts(tally);
    check_busy(tally);
    check_movers(tally);
    check_overlap(tally);
    check_bounds(tally);
    check_repair(tally);
}

INSTANTIATE_TEST_SUITE_P(Days, AnyWorld,
                         testing::Values(Case{{2024, 2, 29}, 2}, Case{{2026, 3, 29}, 3},
                                         Case{{2026, 10, 25}, 4}, Case{{2026, 1, 1}, 5}));

TEST(World, IsTheSameForTheSameOptions) {
    const Options options{11, kUntil, kEventsMin};
    const std::string lines = all_lines(options);
    EXPECT_EQ(lines, all_lines(options));
    EXPECT_NE(lines, all_lines({12, kUntil, kEventsMin}));
}

TEST(World, RefusesWhatItCannotMake) {
    EXPECT_EQ(World::make({1, {1999, 1, 1}, kEvents}).error().code, ErrorCode::kInvalid);
    EXPECT_EQ(World::make({1, {2026, 2, 29}, kEvents}).error().code, ErrorCode::kInvalid);
    EXPECT_EQ(World::make({1, kUntil, kEventsMin - 1}).error().code, ErrorCode::kInvalid);
    EXPECT_EQ(World::make({1, kUntil, kEvents + 1}).error().code, ErrorCode::kInvalid);
}

TEST(World, StopsAtTheFirstErrorOfWhoTakesIt) {
    const World world = *World::make({1, kUntil, kEventsMin});
    int batches = 0;
    const Status status = world.each_batch([&](std::string_view) -> Status {
        return ++batches < 3 ? Status() : fail(ErrorCode::kUnavailable, "the disk is full");
    });
    EXPECT_EQ(status.error().code, ErrorCode::kUnavailable);
    EXPECT_EQ(batches, 3);
}

}  // namespace
}  // namespace twofold::demo
