// SPDX-License-Identifier: Apache-2.0
#include "engine/sides.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <random>

#include "engine/small_world.h"

namespace twofold::engine {
namespace {

/// Customers that come, pay, stop and come back, and people who use them now and then.
class SidesOfMany : public ::testing::Test {
protected:
    static constexpr const char* kMonths = " every month from 2025-10-01 to 2026-03-31";
    using Side = std::pair<std::string, std::string>;

    SidesOfMany() {
        for (int customer = 0; customer < 60; ++customer) {
            const std::string id = fmt::format("c{}", customer);
            if (customer % 7 == 0) {
                world_.customer(id, day(random_() % 180));
            }
            for (std::uint32_t people = random_() % 4; people > 0; --people) {
                world_.relation(fmt::format("u{}", random_() % 50), id, "user",
                                day(random_() % 100),
                                random_() % 2 == 0 ? day(100 + random_() % 80) : "");
            }
            std::uint32_t from = random_() % 60;
            for (int paid = 0; customer % 3 > 0 && from < 110; ++paid) {
                const std::uint32_t until = from + 10 + random_() % 90;
                world_.subscription(id, fmt::format("s{}-{}", customer, paid),
                                    1'000 + random_() % 9'000, day(from), day(until));
                from = until + random_() % 60;
            }
        }
        for (int i = 0; i < 600; ++i) {
            world_.track(fmt::format("u{}", random_() % 60), day(random_() % 180) + "T10:00", "A");
            if (i == 300) world_.seal();
        }
    }

    static std::string day(std::uint32_t number) {
        static constexpr int kDaysOf[] = {31, 30, 31, 31, 28, 31, 30};
        int month = 0;
        auto left = static_cast<int>(number);
        for (; left >= kDaysOf[month]; ++month)
            left -= kDaysOf[month];
        return fmt::format("{}-{:02}-{:02}", month < 3 ? 2025 : 2026, (month + 9) % 12 + 1,
                           left + 1);
    }
    static std::string text(const ask::Cell& cell) {
        const auto* label = std::get_if<ask::TimeLabel>(&cell);
        return label != nullptr ? label->text : std::get<std::string>(cell);
    }

    std::independent_bits_engine<std::mt19937, 32, std::uint32_t> random_{7};
    SmallWorld world_;
};

TEST_F(SidesOfMany, ACellIsTheOneBeforeAndWhoCameLessWhoLeft) {
    for (const char* where : {"", " where customer.users >= 1"}) {
        SCOPED_TRACE(where);
        std::map<std::string, std::map<Side, std::int64_t>> counts;
        const ask::Answer board = world_.ask(std::string("sides") + kMonths + where);
        for (const auto& row : board.rows)
            counts[text(row[0])][{text(row[1]), text(row[2])}] = std::get<std::int64_t>(row[3]);
        ASSERT_EQ(counts.size(), 6U);
        const ask::Answer flows = world_.ask(std::string("sides flows") + kMonths + where);
        ASSERT_GT(flows.rows.size(), 20U);
        std::map<Side, std::int64_t> before;
        for (const auto& [time, sides] : counts) {
            if (!before.empty()) {
                for (const auto& row : flows.rows) {
                    if (text(row[0]) != time) continue;
                    const std::int64_t moved = std::get<std::int64_t>(row[5]);
                    EXPECT_GT(moved, 0);
                    before[{text(row[1]), text(row[2])}] -= moved;
                    before[{text(row[3]), text(row[4])}] += moved;
                }
                before.erase({"(none)", "(none)"});
                EXPECT_EQ(before, sides) << time;
            }
            before = sides;
        }
    }
}

TEST_F(SidesOfMany, TheUsersOfARowOpenAsManyAsItSays) {
    for (const char* relations : {"", " relations as of now", " relations as of ever"}) {
        const std::string question = std::string("sides") + kMonths + relations;
        const ask::Answer board = world_.ask(question);
        ASSERT_EQ(board.rows.size(), 6U * 8U);
        for (const auto& row : board.rows) {
            const std::string open =
                fmt::format(R"({{"time":"{}","uses":"{}","pays":"{}","of":"users"}})", text(row[0]),
                            text(row[1]), text(row[2]));
            const ask::Answer opened = world_.ask(question, open);
            EXPECT_EQ(opened.unit, "users");
            EXPECT_EQ(static_cast<std::int64_t>(opened.rows.size()), std::get<std::int64_t>(row[4]))
                << open;
        }
    }
}

TEST_F(SidesOfMany, EveryKnownUserIsInsideACustomerOrNone) {
    const std::string question = std::string("sides") + kMonths;
    const ask::Answer known = world_.ask(std::string("count users") + kMonths);
    for (const auto& month : known.rows) {
        std::map<std::string, int> seen;
        for (const char* side : {"", R"(,"pays":"no customer")"}) {
            const ask::Answer opened = world_.ask(
                question, fmt::format(R"({{"time":"{}","of":"users"{}}})", text(month[0]), side));
            for (const auto& row : opened.rows)
                ++seen[text(row[0])];
        }
        EXPECT_TRUE(std::ranges::all_of(seen, [](const auto& one) { return one.second == 1; }));
        EXPECT_EQ(static_cast<std::int64_t>(seen.size()), std::get<std::int64_t>(month[1]));
    }
}

TEST_F(SidesOfMany, AnAnswerOfTooManyRowsIsRefused) {
    const std::string by = " by customer top 100";
    EXPECT_FALSE(world_.ask("sides every hour from 2026-03-01 to 2026-03-10" + by).rows.empty());
    EXPECT_NE(world_.error("sides every hour from 2025-10-01 to 2026-03-29" + by)
                  .find(std::to_string(kSidesRowsMax)),
              std::string::npos);
}

}  // namespace
}  // namespace twofold::engine
