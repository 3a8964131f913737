// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdexcept>
#include <thread>

#include "ask/parse.h"
#include "base/memory_account.h"
#include "engine/scan_judge.h"
#include "engine/scan_world.h"
#include "engine/small_world.h"

namespace twofold::engine {
namespace {

/// Asks for the end as soon as the first rows or the first block reach it.
class EndingSink final : public Sink {
public:
    explicit EndingSink(std::shared_ptr<std::atomic<bool>> flag) : flag_(std::move(flag)) {}
    void begin(const Block&) override { ++blocks_; }
    void finish(const Block&) override {}
    void feed(const Tape& tape) override {
        if (flag_ != nullptr) *flag_ = true;
        rows_ += tape.rows.size();
    }
    std::size_t blocks() const { return blocks_; }
    std::size_t rows() const { return rows_; }

private:
    std::shared_ptr<std::atomic<bool>> flag_;
    std::size_t blocks_ = 0;
    std::size_t rows_ = 0;
};

class StoppedScan : public ::testing::TestWithParam<std::tuple<UnitKind, bool>> {
protected:
    static Scan scan_of(const frame::Belonging& belonging) {
        Scan scan;
        scan.unit = std::get<0>(GetParam());
        scan.ordered = std::get<1>(GetParam());
        scan.filters = {RowFilter{}};
        scan.belonging = &belonging;
        return scan;
    }
};

TEST_P(StoppedScan, LooksAtItWithinABlock) {
    // Many units, so that there are several blocks, and several parts where there are no units.
    const ScanWorld world(3, {.persons = 1'000, .customers = 400, .events = 20'000});
    const frame::Belonging belonging(world.frames(), frame::Mode::kEver, kEndOfTime);
    Scanner scanner(1);
    Scan scan = scan_of(belonging);
    EndingSink all(nullptr);
    Sink* pointer = &all;
    ASSERT_TRUE(scanner.run(world.input(), scan, {&pointer, 1}).has_value());

    const auto flag = std::make_shared<std::atomic<bool>>(false);
    const Stop stop(flag);
    scan.stop = &stop;
    EndingSink some(flag);
    pointer = &some;
    const auto result = scanner.run(world.input(), scan, {&pointer, 1});
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, ErrorCode::kUnavailable);
    EXPECT_LT(some.rows(), all.rows());
    if (scan.unit != UnitKind::kNone) {
        EXPECT_GT(all.blocks(), 1U);
        EXPECT_EQ(some.blocks(), 1U);
    }
}

TEST_P(StoppedScan, EndsWhenItsTimeIsOver) {
    const ScanWorld world(4, {});
    const frame::Belonging belonging(world.frames(), frame::Mode::kEver, kEndOfTime);
    Scanner scanner(1);
    Scan scan = scan_of(belonging);
    const Stop stop(nullptr, Stop::Clock::now());
    scan.stop = &stop;
    EndingSink sink(nullptr);
    Sink* const pointer = &sink;
    const auto result = scanner.run(world.input(), scan, {&pointer, 1});
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().code, ErrorCode::kTooLarge);
    EXPECT_EQ(sink.rows(), 0U);
}

INSTANTIATE_TEST_SUITE_P(
    EveryKind, StoppedScan,
    ::testing::Values(std::tuple(UnitKind::kNone, false), std::tuple(UnitKind::kUser, false),
                      std::tuple(UnitKind::kUser, true), std::tuple(UnitKind::kCustomer, false),
                      std::tuple(UnitKind::kCustomer, true), std::tuple(UnitKind::kEdge, false),
                      std::tuple(UnitKind::kEdge, true)));

class Limits : public ::testing::Test {
protected:
    void fill(int users) {
        for (int i = 0; i < users; ++i) {
            const std::string user = fmt::format("user number {}", i);
            world_.track(user, "2026-03-20T10:00", "Exported",
                         {{"size", model::Value::of_int(i % 1'000)}});
            world_.track(user, "2026-03-21T10:00", "Imported");
            if (i % 2 == 0) {
                world_.group(user, fmt::format("customer {}", i % 500), "2026-01-01");
            }
        }
        publish();
    }
    static ask::Question parsed(std::string_view text) {
        const auto question = ask::parse(text);
        if (!question) throw std::invalid_argument(std::string(text));
        return *question;
    }
    Result<ask::Answer> answer(std::string_view text, const ask::AskOptions& options = {}) {
        return engine_.answer(parsed(text), options);
    }
    void publish() { static_cast<void>(world_.rows("count users")); }
    std::uint64_t work(std::string_view text) { return engine_.look_ahead(parsed(text), {})->work; }

    SmallWorld world_;
    Scanner scanner_{2, 0};
    Engine engine_{world_, scanner_, Clock::real()};
};

constexpr std::string_view kEveryKind[] = {
    "trend users of use every day over the last 30 days",
    "trend events of \"Exported\" by event.size every day over the last 30 days",
    "count users where did \"Exported\" by user",
    "list users show events of \"Exported\" as n sort by n",
    "funnel \"Exported\" > \"Imported\" within 2 days over the last 30 days",
    "retention \"Exported\" then use every day for 7 days",
    "trend customers of use every day over the last 30 days",
    "count customers where did \"Exported\"",
    "funnel \"Exported\" > \"Imported\" within 2 days for customers over the last 30 days",
    "retention \"Exported\" then use every day for 7 days for customers"};

TEST_F(Limits, AQuestionThatNeedsMoreMemoryThanItMayIsRefusedAndOthersGoOn) {
    fill(20'000);
    for (const std::string_view text : kEveryKind) {
        const auto free = answer(text);
        ASSERT_TRUE(free) << text << ": " << free.error().message;
        std::jthread other([&] {
            for (int i = 0; i < 3; ++i)
                EXPECT_TRUE(answer(text)) << text;
        });
        {
            MemoryAccount account(32 << 10);
            const Charging charging(&account);
            const auto refused = answer(text);
            ASSERT_FALSE(refused) << text;
            EXPECT_EQ(refused.error().code, ErrorCode::kTooLarge) << text;
            EXPECT_NE(refused.error().message.find("memory"), std::string::npos);
        }
        MemoryAccount account(256 << 20);
        const Charging charging(&account);
        const auto bounded = answer(text);
        ASSERT_TRUE(bounded) << text;
        EXPECT_EQ(bounded->rows, free->rows) << text;
    }
}

TEST_F(Limits, WhatAQuestionHeldIsGivenBack) {
    fill(20'000);
    for (const std::string_view text : kEveryKind) {
        ASSERT_TRUE(answer(text)) << text;
        MemoryAccount account(256 << 20);
        {
            const Charging charging(&account);
            ASSERT_TRUE(answer(text)) << text;
        }
        EXPECT_LT(std::abs(account.bytes()), 100 << 10) << text;
    }
}

TEST_F(Limits, AQuestionThatIsStoppedOrOutOfTimeSaysWhich) {
    fill(10);
    for (const std::string_view text : kEveryKind) {
        ask::AskOptions options;
        const Stop asked(std::make_shared<const std::atomic<bool>>(true));
        options.stop = &asked;
        EXPECT_EQ(answer(text, options).error().code, ErrorCode::kUnavailable) << text;
        const Stop late(nullptr, Stop::Clock::now());
        options.stop = &late;
        EXPECT_EQ(answer(text, options).error().code, ErrorCode::kTooLarge) << text;
        const Stop later(nullptr, Stop::Clock::now() + std::chrono::hours(1));
        options.stop = &later;
        EXPECT_TRUE(answer(text, options)) << text;
    }
}

TEST_F(Limits, QuestionsOfNothingButWhoThereIsAreWeighedToo) {
    fill(10);
    for (const std::string_view text :
         {"count customers where any user with role admin",
          "count customers where no user with role admin", "list customers where every user",
          "count customers where at least 2 users",
          "count users where any customer with role admin", "list users where no customer"}) {
        EXPECT_GT(work(text), 0) << text;
        EXPECT_TRUE(answer(text)) << text;
    }
}

TEST_F(Limits, MoreRowsColumnsAndUnitsAreMoreWork) {
    fill(1'000);
    world_.seal();
    world_.track("late", "2025-03-20T10:00", "Exported");
    world_.seal();
    publish();
    const auto less = [this](std::string_view a, std::string_view b) {
        EXPECT_LT(work(a), work(b)) << a << " / " << b;
    };
    less("trend events of use in total from 2025-01-01 to 2025-12-31",
         "trend events of use in total from 2026-01-01 to 2026-03-31");
    less("trend events of use in total", "trend users of use in total");
    less("trend events of use in total", "trend events of use by event.size in total");
    less("trend events of use in total", "trend events of use in total where event.size > 3");
    less("count users", "count users where did use");
    less("count users where did use", "count users where did use every day over the last 30 days");
    less("count users where did use", "count users where did use and did \"Imported\"");
    less("funnel \"Exported\" > \"Imported\" within 2 days over the last 30 days",
         "funnel \"Exported\" > \"Imported\" > use within 2 days over the last 30 days");
    EXPECT_GE(work("trend events of use in total over the last 30 days"), 2'000U);
}

TEST_F(Limits, APageOfALongListIsTheSameAsTheWholeList) {
    fill(20'000);  // more than one piece of the sort
    const std::string text =
        "list users show sum(event.size) of \"Exported\" as n sort by n descending";
    const auto whole = answer(text);
    ASSERT_TRUE(whole) << whole.error().message;
    ASSERT_EQ(whole->rows.size(), 20'000U);
    for (const std::uint64_t offset : {0U, 1U, 16'380U, 19'990U}) {
        ask::AskOptions options;
        options.offset = offset;
        options.limit = 10;
        const auto page = answer(text, options);
        ASSERT_TRUE(page);
        EXPECT_EQ(page->row_count, 20'000U);
        ASSERT_EQ(page->rows.size(), 10U);
        for (std::size_t i = 0; i < 10; ++i)
            EXPECT_EQ(page->rows[i], whole->rows[offset + i]) << offset << " + " << i;
    }
}

}  // namespace
}  // namespace twofold::engine
