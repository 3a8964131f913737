// SPDX-License-Identifier: Apache-2.0
#include "kernel/lifecycle.h"

#include <gtest/gtest.h>
#include <map>
#include <optional>
#include <set>

#include "base/seeds.h"

namespace twofold::kernel {
namespace {

constexpr LifecycleState kStates[] = {LifecycleState::kNew, LifecycleState::kReturning,
                                      LifecycleState::kResurrecting, LifecycleState::kDormant};

struct LifecycleUnit {
    std::set<std::uint32_t> active;
    std::optional<std::uint32_t> first;
};

/// The words of the definition.
LifecycleState lifecycle_by_definition(const LifecycleUnit& unit, std::uint32_t period) {
    const bool now = unit.active.contains(period);
    const bool previous = unit.active.contains(period - 1);
    if (now && unit.first == period) return LifecycleState::kNew;
    if (now && previous) return LifecycleState::kReturning;
    if (now) return LifecycleState::kResurrecting;
    if (previous) return LifecycleState::kDormant;
    return LifecycleState::kNone;
}

LifecycleUnit random_lifecycle_unit(Random& random, std::uint32_t periods) {
    LifecycleUnit unit;
    if (random() % 3 == 0) {
        // Month after month, as most who are there at all.
        const std::uint32_t from = random() % (periods + 1);
        for (std::uint32_t p = from; p <= periods && random() % 8 != 0; ++p)
            unit.active.insert(p);
    }
    for (std::uint32_t i = random() % 4; i > 0; --i)
        unit.active.insert(random() % (periods + 1));
    // New in the first period it did this, earlier, or later (S may be what comes before a user).
    if (!unit.active.empty() && random() % 2 == 0) unit.first = *unit.active.begin();
    if (random() % 8 == 0) unit.first = random() % (periods + 3);
    return unit;
}

TEST(Lifecycle, CountsWhatTheDefinitionSays) {
    for (std::uint32_t seed = 0; seed < seed_count(2'000); ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        constexpr std::uint32_t kSizes[] = {1, 2, 12, 62, 63, 64, 65, 130};
        const std::uint32_t periods = kSizes[random() % 8];
        Lifecycle threads[2] = {Lifecycle(periods), Lifecycle(periods)};
        std::map<std::pair<std::uint32_t, LifecycleState>, std::uint64_t> expected;
        for (int block = 0; block < 3; ++block) {
            Lifecycle& lifecycle = threads[block % 2];
            std::vector<LifecycleUnit> units(1 + random() % 12);
            for (LifecycleUnit& unit : units)
                unit = random_lifecycle_unit(random, periods);
            lifecycle.begin(static_cast<std::uint32_t>(units.size()));
            for (std::uint32_t i = 0; i < units.size(); ++i) {
                for (const std::uint32_t period : units[i].active)
                    lifecycle.active().setter().set(i, period);
                if (units[i].first) lifecycle.first(i, *units[i].first);
            }
            lifecycle.finish();
            for (std::uint32_t i = 0; i < units.size(); ++i) {
                for (std::uint32_t period = 1; period <= periods; ++period) {
                    const LifecycleState state = lifecycle_by_definition(units[i], period);
                    ASSERT_EQ(lifecycle.state(i, period), state);
                    ++expected[{period, state}];
                }
            }
        }
        threads[0].merge(threads[1]);
        for (std::uint32_t period = 1; period <= periods; ++period) {
            for (const LifecycleState state : kStates)
                ASSERT_EQ(threads[0].count(period, state), (expected[{period, state}])) << period;
        }
    }
}

TEST(Lifecycle, ThePeriodBeforeTheRangeTellsWhoReturnsAndWhoIsDormant) {
    Lifecycle lifecycle(1);
    lifecycle.begin(4);
    const UnitBits::Setter active = lifecycle.active().setter();
    active.set(0, 0);  // was there, is not
    active.set(1, 0);  // was there, is again
    active.set(1, 1);
    active.set(2, 1);  // is there, known from long before
    active.set(3, 1);  // is there and new
    lifecycle.first(3, 1);
    lifecycle.finish();
    EXPECT_EQ(lifecycle.state(0, 1), LifecycleState::kDormant);
    EXPECT_EQ(lifecycle.state(1, 1), LifecycleState::kReturning);
    EXPECT_EQ(lifecycle.state(2, 1), LifecycleState::kResurrecting);
    EXPECT_EQ(lifecycle.state(3, 1), LifecycleState::kNew);
    for (const LifecycleState state : kStates)
        EXPECT_EQ(lifecycle.count(1, state), 1U);
}

}  // namespace
}  // namespace twofold::kernel
