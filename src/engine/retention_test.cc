// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/calendar.h"
#include "base/seeds.h"
#include "engine/small_world.h"

namespace twofold::engine {
namespace {

using model::Value;

class Retentions : public ::testing::Test {
protected:
    static constexpr const char* kMarch = " from 2026-03-01 to 2026-03-02";
    std::string ask(const std::string& question) { return world_.rows(question + kMarch); }

    /// Users with some events a day over forty days, a part of them told late.
    void tell_many(std::uint32_t users) {
        Random random(7);
        const TimeMs first = *parse_instant("2026-02-20T00:00:00Z");
        for (int round = 0; round < 2; ++round) {
            for (std::uint32_t user = 0; user < users; ++user) {
                for (std::uint32_t i = random() % 12; i > 0; --i) {
                    const TimeMs time =
                        first + static_cast<TimeMs>(random() % (40U * 86'400U)) * 1000;
                    world_.track(fmt::format("u{}", user), format_utc(time).substr(0, 19),
                                 random() % 3 == 0 ? "A" : "B");
                }
            }
            world_.seal();
        }
    }
    SmallWorld world_;
};

std::int64_t whole(const ask::Answer& answer, std::size_t row, std::size_t column) {
    const auto* number = std::get_if<std::int64_t>(&answer.rows[row][column]);
    return number == nullptr ? -1 : *number;
}

TEST_F(Retentions, CountWhoComesBackPeriodByPeriod) {
    world_.track("ana", "2026-03-01T10:00", "visit");
    world_.track("ana", "2026-03-02T10:00", "export");
    world_.track("bo", "2026-03-01T10:00", "visit");
    world_.track("bo", "2026-03-03T10:00", "export");
    world_.track("cy", "2026-03-02T23:59", "visit");
    EXPECT_EQ(ask("retention \"visit\" then \"export\" every day for 2 days"),
              "2026-03-01 | 2 | 0 | 2 | 1\n2026-03-01 | 2 | 1 | 1 | 0.5\n"
              "2026-03-01 | 2 | 2 | 1 | 0.5\n2026-03-02 | 1 | 0 | 1 | 1\n"
              "2026-03-02 | 1 | 1 | 0 | 0\n2026-03-02 | 1 | 2 | 0 | 0\n"
              "average | 3 | 0 | 3 | 1\naverage | 3 | 1 | 1 | 0.333333\n"
              "average | 3 | 2 | 1 | 0.333333\n");
}

TEST_F(Retentions, ReadOnceOrTwiceTheAnswerIsTheSame) {
    tell_many(300);
    const std::string rest = " every week for 6 weeks from 2026-02-23 to 2026-03-22";
    for (const char* clauses : {"", " every start", " on or after", " on or after every start"}) {
        SCOPED_TRACE(clauses);
        // Nothing here is automatic, so these select the same rows; the second says so by names.
        const std::string once = world_.rows("retention use then use" + (clauses + rest));
        EXPECT_EQ(world_.rows("retention use then anything" + (clauses + rest)), once);
        EXPECT_EQ(world_.rows("retention use then (\"A\" or \"B\")" + (clauses + rest)), once);
        EXPECT_EQ(
            world_.rows("retention use then use" + (clauses + rest) + " where event.name != \"C\""),
            once);
    }
}

TEST_F(Retentions, ACohortOfEveryStartIsWhoActedInItsPeriod) {
    tell_many(200);
    const std::string range = " every day from 2026-02-25 to 2026-03-20";
    const ask::Answer users = world_.ask("trend users of \"A\"" + range);
    const ask::Answer cohorts =
        world_.ask("retention \"A\" then \"B\" every start for 1 day" + range);
    for (std::size_t day = 0; day < users.rows.size(); ++day) {
        EXPECT_EQ(whole(cohorts, day * 2, 1), whole(users, day, 1));
        EXPECT_EQ(cohorts.rows[day * 2][0], users.rows[day][0]);
    }
    EXPECT_EQ(cohorts.totals[1], users.totals[1]);
}

TEST_F(Retentions, EveryNumberOpensToItsList) {
    tell_many(120);
    const std::string range = " every week for 4 weeks from 2026-02-23 to 2026-03-08";
    for (const char* question :
         {"retention use then use", "retention \"A\" then \"B\"",
          "retention first \"A\" then \"B\" rolling",
          "retention \"A\" then \"B\" at least 2 times on or after every start"}) {
        SCOPED_TRACE(question);
        const std::string text = question + range;
        const ask::Answer answer = world_.ask(text);
        std::size_t opened = 0;
        for (const auto& row : answer.rows) {
            const auto* cohort = std::get_if<ask::TimeLabel>(&row[0]);
            const auto* count = std::get_if<std::int64_t>(&row[3]);
            if (cohort == nullptr || count == nullptr) continue;
            const std::string cell = fmt::format(R"("cohort":"{}","period":{})", cohort->text,
                                                 std::get<std::int64_t>(row[2]));
            EXPECT_EQ(std::ssize(world_.ask(text, "{" + cell + "}").rows), *count) << cell;
            if (std::get<std::int64_t>(row[2]) == 0) continue;
            EXPECT_EQ(std::ssize(world_.ask(text, "{" + cell + R"(,"dropped":true})").rows),
                      std::get<std::int64_t>(row[1]) - *count)
                << cell;
            ++opened;
        }
        EXPECT_EQ(opened, 8U);
    }
}

TEST_F(Retentions, ManyPeriodsNeedMoreThanOneWord) {
    world_.track("ana", "2026-01-01T10:00", "A");
    for (int day = 0; day < 80; ++day) {
        const TimeMs time = *parse_instant("2026-01-01T12:00:00Z") + day * 2 * kDayMs;
        world_.track("ana", format_utc(time).substr(0, 19), "B");
    }
    world_.settings.now = *parse_instant("2026-12-01T00:00:00Z");
    const ask::Answer answer = world_.ask(
        "retention \"A\" then \"B\" every day for 200 days from 2026-01-01 to 2026-01-01");
    for (std::size_t k = 1; k <= 200; ++k)
        EXPECT_EQ(whole(answer, k, 3), k % 2 == 0 && k < 160 ? 1 : 0) << k;
}

TEST_F(Retentions, AStartOfTwoCustomersIsInBothRowsAndOnceInTheTotal) {
    world_.relation("ana", "acme", "user", "2026-01-01");
    world_.relation("ana", "beta", "user", "2026-01-01");
    world_.track("ana", "2026-03-01T10:00", "visit");
    const ask::Answer answer =
        world_.ask(std::string("retention \"visit\" then use for 1 day by customer") + kMarch);
    EXPECT_EQ(answer.totals[2], ask::Cell(std::int64_t{1}));
    ASSERT_FALSE(answer.notes.empty());
    EXPECT_NE(answer.notes[0].find("1 more by adding up the rows"), std::string::npos);
}

TEST_F(Retentions, AFactIsBrokenDownByWhatItCarries) {
    world_.subscription("acme", "s1", 10'000, "2026-03-01", "", "Pro");
    world_.subscription("beta", "s2", 10'000, "2026-03-02", "2026-03-03", "Team");
    EXPECT_EQ(world_.rows("retention money.started then money.churned every month for 1 month for "
                          "customers from 2026-03-01 to 2026-03-31 by event.plan"),
              "2026-03-01 | Pro | 1 | 0 | 1 | 1\n2026-03-01 | Pro | 1 | 1 | 0 | 0\n"
              "2026-03-01 | Team | 1 | 0 | 1 | 1\n2026-03-01 | Team | 1 | 1 | 0 | 0\n"
              "average | Pro | 1 | 0 | 1 | 1\naverage | Pro | 0 | 1 | 0 | -\n"
              "average | Team | 1 | 0 | 1 | 1\naverage | Team | 0 | 1 | 0 | -\n");
}

TEST_F(Retentions, WhatIsTooMuchIsRefused) {
    world_.track("ana", "2026-03-01T10:00", "visit");
    EXPECT_NE(world_.error("retention use then use every hour for 300 hours since 2025-01-01")
                  .find("more than 1048576 rows"),
              std::string::npos);
    EXPECT_EQ(world_.error("retention use then use every day", R"({"time":"2026-03-01"})"),
              "retention has cohorts and periods; open {\"cohort\":…,\"period\":3}");
}

}  // namespace
}  // namespace twofold::engine
