// SPDX-License-Identifier: Apache-2.0
#include "kernel/sessions.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>

#include "base/seeds.h"

namespace twofold::kernel {
namespace {

using SessionRows = std::vector<std::vector<std::uint32_t>>;

/// The definition, row by row. Ids: by row, 0 is none.
SessionRows sessions_by_definition(const SessionRules& rules, const std::vector<TimeMs>& times,
                                   const std::vector<std::uint32_t>& ids) {
    SessionRows sessions;
    std::map<std::uint32_t, std::size_t> of_id;
    std::vector<bool> told;
    for (std::uint32_t row = 0; row < times.size(); ++row) {
        if (ids[row] != 0) {
            if (const auto found = of_id.find(ids[row]); found != of_id.end()) {
                sessions[found->second].push_back(row);
                continue;
            }
            of_id[ids[row]] = sessions.size();
        } else {
            std::size_t last = sessions.size();
            for (std::size_t i = 0; i < sessions.size(); ++i)
                if (!told[i]) last = i;
            const bool goes_on = last < sessions.size() &&
                                 times[row] - times[sessions[last].back()] <= rules.gap_ms &&
                                 times[row] - times[sessions[last].front()] <= rules.length_ms_max;
            if (goes_on) {
                sessions[last].push_back(row);
                continue;
            }
        }
        sessions.push_back({row});
        told.push_back(ids[row] != 0);
    }
    return sessions;
}

SessionRows told_by(std::span<const std::uint32_t> begins) {
    SessionRows sessions;
    for (std::size_t i = 0; i + 1 < begins.size(); ++i) {
        sessions.emplace_back();
        for (std::uint32_t row = begins[i]; row < begins[i + 1]; ++row)
            sessions.back().push_back(row);
    }
    return sessions;
}

/// Rising; many equal, many pauses of the gap and of a millisecond more or less.
std::vector<TimeMs> random_session_times(Random& random, const SessionRules& rules) {
    std::vector<TimeMs> times(random() % 40);
    TimeMs time = random() % 5'000;
    for (TimeMs& each : times) {
        const DurationMs pauses[] = {0,
                                     0,
                                     1,
                                     rules.gap_ms / 7,
                                     rules.gap_ms / 2,
                                     rules.gap_ms - 1,
                                     rules.gap_ms,
                                     rules.gap_ms + 1,
                                     rules.gap_ms * 3,
                                     rules.length_ms_max / 3};
        each = time += pauses[random() % 10];
    }
    return times;
}

TEST(Sessions, AreWhatTheDefinitionSays) {
    for (std::uint32_t seed = 0; seed < seed_count(2'000); ++seed) {
        SCOPED_TRACE(seed);
        Random random(seed);
        SessionRules rules;
        if (random() % 2 == 0) rules.gap_ms = 1 + random() % (3 * kHourMs);
        if (random() % 3 == 0) rules.length_ms_max = random() % (4 * kHourMs);
        Sessions sessions(rules);
        for (int unit = 0; unit < 4; ++unit) {
            const std::vector<TimeMs> times = random_session_times(random, rules);
            const auto count = static_cast<std::uint32_t>(times.size());
            std::vector<std::uint32_t> ids(count);
            const SessionRows expected = sessions_by_definition(rules, times, ids);
            ASSERT_EQ(told_by(sessions.cut(PlainTimes{times.data()}, count)), expected);
            std::vector<std::uint32_t> seconds;
            std::vector<std::uint16_t> millis;
            for (const TimeMs time : times) {
                seconds.push_back(static_cast<std::uint32_t>(time / 1'000));
                millis.push_back(static_cast<std::uint16_t>(time % 1'000));
            }
            const StoredTimes stored{seconds.data(), millis.data()};
            ASSERT_EQ(told_by(sessions.cut(stored, count)), expected);

            for (std::uint32_t& id : ids)
                id = random() % 2 == 0 ? 0 : 5 + random() % 4;
            const Sessions::Grouped grouped = sessions.cut_by_id(PlainTimes{times.data()}, ids);
            SessionRows by_id = told_by(grouped.begins);
            for (auto& session : by_id)
                for (std::uint32_t& row : session)
                    row = grouped.rows[row];
            ASSERT_EQ(by_id, sessions_by_definition(rules, times, ids));
        }
    }
}

TEST(Sessions, APauseOfTheGapIsPartOfASession) {
    Sessions sessions{SessionRules{}};
    const std::vector<TimeMs> times = {0, 30 * kMinuteMs, 60 * kMinuteMs + 1, 60 * kMinuteMs + 1};
    EXPECT_EQ(told_by(sessions.cut(PlainTimes{times.data()}, 4)), (SessionRows{{0, 1}, {2, 3}}));
}

TEST(Sessions, LastADayAtMost) {
    Sessions sessions{SessionRules{}};
    std::vector<TimeMs> times;
    for (TimeMs time = 0; time <= kDayMs + 40 * kMinuteMs; time += 20 * kMinuteMs)
        times.push_back(time);
    ASSERT_EQ(times.size(), 75U);
    const auto begins = sessions.cut(PlainTimes{times.data()}, 75);
    EXPECT_EQ(std::vector(begins.begin(), begins.end()), (std::vector<std::uint32_t>{0, 73, 75}));
}

TEST(Sessions, NoRowsAreNoSession) {
    Sessions sessions{SessionRules{}};
    EXPECT_EQ(sessions.cut(PlainTimes{nullptr}, 0).size(), 1U);
    EXPECT_EQ(sessions.cut_by_id(PlainTimes{nullptr}, {}).begins.size(), 1U);
}

TEST(SessionTotals, AddUp) {
    SessionTotals one;
    one.add(1, 0);
    one.add(3, 2'500);
    SessionTotals all;
    all.add(2, 500);
    all.merge(one);
    EXPECT_EQ(all, (SessionTotals{.sessions = 3, .bounces = 1, .rows = 6, .duration_ms = 3'000}));
}

}  // namespace
}  // namespace twofold::kernel
