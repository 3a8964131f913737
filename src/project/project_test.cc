// SPDX-License-Identifier: Apache-2.0
#include "project/project.h"

#include <atomic>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <thread>
#include <vector>

#include "ask/parse.h"
#include "project/export.h"
#include "project/project_fixture.h"

namespace twofold::project {
namespace {

class ProjectTest : public testing::Test {
protected:
    void SetUp() override {
        folder_ = ledger_folder("project");
        options_.ledger_path = folder_ + "/ledger.db";
        options_.clock = &clock_;
        open();
    }
    void TearDown() override {
        project_.reset();
        std::filesystem::remove_all(folder_);
    }
    void open() {
        project_.reset();
        auto opened = Project::open(env_, "p", options_);
        ASSERT_TRUE(opened) << opened.error().message;
        project_ = *std::move(opened);
    }
    Accepted take(std::string_view lines, std::uint64_t file = 0) {
        const auto accepted = project_->accept(decoded(*project_, lines, file));
        EXPECT_TRUE(accepted) << accepted.error().message;
        EXPECT_TRUE(project_->settle());
        return *accepted;
    }
    std::int64_t ask(std::string_view text) {
        Asking asking(*project_, clock_, 1);
        return ask(asking, text);
    }
    std::int64_t ask(Asking& asking, std::string_view text) {
        const auto question = ask::parse(text);
        EXPECT_TRUE(question) << question.error().message;
        const auto answer = asking.backend().answer(*question, {});
        EXPECT_TRUE(answer) << text << ": " << answer.error().message;
        if (!answer || answer->rows.empty()) return -1;
        const auto* value = std::get_if<std::int64_t>(&answer->rows.front().back());
        return value == nullptr ? -1 : *value;
    }

    ManualClock clock_{kTestNow};
    io::MemoryEnv env_;
    Options options_;
    std::string folder_;
    std::unique_ptr<Project> project_;
};

std::string track(std::string_view user, std::string_view event, int minute,
                  std::string_view message = "") {
    return fmt::format(
        R"({{"type":"track","userId":"{}","event":"{}","timestamp":"2026-02-20T10:{:02}:00Z"{}}})"
        "\n",
        user, event, minute, message.empty() ? "" : fmt::format(R"(,"messageId":"{}")", message));
}

TEST_F(ProjectTest, WhatWasAcceptedIsAnsweredAndStaysAfterARestart) {
    EXPECT_EQ(take(track("ana", "Exported", 1) + track("bo", "Viewed", 2)).accepted, 2U);
    EXPECT_EQ(ask("trend users of anything in total"), 2);
    open();
    EXPECT_EQ(ask("trend users of anything in total"), 2);
    EXPECT_EQ(ask("trend events of \"Exported\" in total"), 1);
}

TEST_F(ProjectTest, AMessageIdCountsOnce) {
    EXPECT_EQ(take(track("ana", "Exported", 1, "m1")).accepted, 1U);
    const Accepted again = take(track("ana", "Exported", 1, "m1") + track("ana", "X", 2, "m2") +
                                track("ana", "X", 2, "m2"));
    EXPECT_EQ(again.accepted, 1U);
    EXPECT_EQ(again.duplicate, 2U);
    open();
    EXPECT_EQ(take(track("ana", "Exported", 1, "m1")).duplicate, 1U);
    EXPECT_EQ(ask("trend events of anything in total"), 2);
}

TEST_F(ProjectTest, AFileIsTakenInOnce) {
    const std::string lines = track("ana", "A", 1) + track("ana", "A", 1);
    EXPECT_EQ(take(lines, 77).accepted, 2U) << "equal lines of one file are two records";
    EXPECT_EQ(take(lines, 77).duplicate, 2U);
    open();
    EXPECT_EQ(take(lines, 77).duplicate, 2U);
    EXPECT_EQ(project_->imported_lines(77), 2U);
    EXPECT_EQ(ask("trend events of anything in total"), 2);
}

TEST_F(ProjectTest, LookingWhatIsKnownTakesNothingIn) {
    take(track("ana", "A", 1, "m1"), 77);
    const auto known = [&](std::string_view lines, std::uint64_t file) {
        return project_->known(decoded(*project_, lines, file)).value();
    };
    const std::string lines = track("ana", "A", 1, "m1") + track("bo", "B", 2, "m2") +
                              track("bo", "B", 2, "m2") + track("bo", "C", 3);
    const std::vector<bool> expected{true, false, true, false};
    EXPECT_EQ(known(lines, 0), expected);
    EXPECT_EQ(known(lines, 0), expected) << "nothing was remembered";
    EXPECT_EQ(known(lines, 77), expected);
    EXPECT_EQ(known(lines, 77), expected);
    EXPECT_EQ(ask("trend events of anything in total"), 1);
    EXPECT_EQ(take(lines, 77).accepted, 2U);
}

TEST_F(ProjectTest, ADuplicateSentAtTheSameMomentIsLetInOnce) {
    std::vector<std::thread> threads;
    std::atomic<std::uint64_t> accepted = 0;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 50; ++i) {
                const std::string line = track("ana", "A", i % 60, fmt::format("m{}", i));
                const auto receipt = project_->accept(decoded(*project_, line));
                ASSERT_TRUE(receipt);
                accepted += receipt->accepted;
            }
        });
    }
    for (std::thread& thread : threads)
        thread.join();
    EXPECT_EQ(accepted, 50U);
    ASSERT_TRUE(project_->settle());
    EXPECT_EQ(ask("trend events of anything in total"), 50);
}

TEST_F(ProjectTest, APositionThatAnAnswerNamedCanBeAskedAgainForAQuarterOfAnHour) {
    take(track("ana", "A", 1));
    const auto before = project_->world();
    project_->hold(before);
    take(track("bo", "A", 2));
    EXPECT_EQ((*project_->world_at(before->position))->events->rows, 1U);
    EXPECT_EQ(project_->world()->events->rows, 2U);
    clock_.set(clock_.now() + kPositionHeldMs + 1);
    EXPECT_EQ(project_->world_at(before->position).error().code, ErrorCode::kNotFound);
}

TEST_F(ProjectTest, SettingsAreKeptAndChangeTheAnswersAtOnce) {
    take(track("ana", "Digest Sent", 1));
    EXPECT_EQ(ask("trend events of use in total"), 1);
    ledger::Settings settings = project_->settings();
    settings.automatic_events = {"Digest Sent"};
    settings.zone = "Europe/Oslo";
    ASSERT_TRUE(project_->set_settings(settings));
    EXPECT_EQ(ask("trend events of use in total"), 0);
    open();
    EXPECT_EQ(project_->settings(), settings);
}

TEST_F(ProjectTest, SelfCustomersComeAndGoWithTheSetting) {
    const std::string pays =
        R"({"type":"payment","id":"p","customerId":"ana","amount":900,"currency":"USD",)"
        R"("time":"2026-02-21T00:00:00Z"})"
        "\n";
    take(track("ana", "A", 1) + track("bo", "A", 2) + pays);
    const std::vector<std::string> questions{
        "count customers", "trend customers of anything in total", "count customers where paying",
        "count users where paying", "count users"};
    const auto answers = [&] {
        std::vector<std::int64_t> all;
        for (const std::string& question : questions)
            all.push_back(ask(question));
        return all;
    };
    const auto turn = [&](bool on) {
        ledger::Settings settings = project_->settings();
        settings.self_customers = on;
        ASSERT_TRUE(project_->set_settings(settings));
    };
    const std::vector<std::int64_t> without{1, 0, 1, 0, 2};
    const std::vector<std::int64_t> with{2, 2, 1, 1, 2};
    EXPECT_EQ(answers(), without);
    turn(true);
    EXPECT_EQ(answers(), with);
    turn(false);
    EXPECT_EQ(answers(), without);
    turn(true);
    ASSERT_TRUE(project_->seal());
    take(track("cy", "A", 3));
    EXPECT_EQ(answers(), (std::vector<std::int64_t>{3, 3, 1, 1, 3})) << "those who come later";
    open();
    EXPECT_EQ(answers(), (std::vector<std::int64_t>{3, 3, 1, 1, 3}));
    turn(false);
    EXPECT_EQ(answers(), (std::vector<std::int64_t>{1, 0, 1, 0, 3}));
    open();
    EXPECT_EQ(answers(), (std::vector<std::int64_t>{1, 0, 1, 0, 3}));
}

TEST_F(ProjectTest, AFolderInUseIsNotOpenedTwice) {
    const auto second = Project::open(env_, "p", options_);
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().code, ErrorCode::kConflict);
}

TEST_F(ProjectTest, AFullHeadIsSealedOnTheWayAndNothingIsLost) {
    project_.reset();
    options_.store.mini_rows = 16;
    options_.store.head_rows_seal = 32;
    options_.store.head_rows_max = 64;
    open();
    std::string lines;
    for (int i = 0; i < 500; ++i)
        lines += track(fmt::format("u{}", i % 7), "A", i % 60);
    take(lines);
    EXPECT_EQ(ask("trend events of anything in total"), 500);
    ASSERT_TRUE(project_->seal());
    EXPECT_EQ(project_->health().head_rows, 0U);
    open();
    EXPECT_EQ(ask("trend events of anything in total"), 500);
}

TEST_F(ProjectTest, AHeadIsSealedWhenNothingComesForASecond) {
    project_.reset();
    options_.seal_at_rest_rows = 3;
    open();
    const auto head_becomes = [&](std::uint32_t rows, int looks) {
        while (project_->health().head_rows != rows && --looks > 0)
            std::this_thread::sleep_for(std::chrono::milliseconds{10});
        return project_->health().head_rows == rows;
    };
    take(track("ana", "A", 1) + track("bo", "A", 2));
    clock_.set(clock_.now() + 2'000);
    EXPECT_FALSE(head_becomes(0, 10)) << "two rows are not worth a file";
    take(track("cy", "A", 3));
    EXPECT_FALSE(head_becomes(0, 10)) << "more may come";
    clock_.set(clock_.now() + 2'000);
    EXPECT_TRUE(head_becomes(0, 1'000));
    EXPECT_EQ(ask("trend events of anything in total"), 3);
}

TEST_F(ProjectTest, WhatIsAskedWhileRecordsComeOnlyGrowsAndHoldsWhatWasSettled) {
    project_.reset();
    options_.store.mini_rows = 8;
    options_.store.head_rows_seal = 64;
    options_.store.head_rows_max = 128;
    options_.publish_every_ms = 1;
    open();
    Asking asking(*project_, clock_, 2);
    constexpr int kSenders = 3;
    std::atomic<int> sending = kSenders;
    const auto send = [&](int sender) {
        for (int batch = 1; batch <= 12; ++batch) {
            const std::string user = fmt::format("u{}-{}", sender, batch % 5);
            std::string lines = fmt::format(
                R"({{"type":"group","userId":"{}","groupId":"c{}","role":"r{}","timestamp":"2026-02-02T10:00:00Z"}})"
                "\n",
                user, batch % 3, batch);
            for (int minute = 0; minute < 10; ++minute)
                lines += track(user, fmt::format("A{}", sender), minute);
            EXPECT_TRUE(project_->accept(decoded(*project_, lines)));
            if (batch % 4 != 0) continue;
            EXPECT_TRUE(project_->settle());
            EXPECT_EQ(ask(asking, fmt::format("trend events of \"A{}\" in total", sender)),
                      batch * 10);
        }
        --sending;
    };
    const auto ask_on = [&] {
        std::int64_t events = 0, users = 0;
        while (sending > 0) {
            const std::int64_t more_events = ask(asking, "trend events of anything in total");
            const std::int64_t more_users = ask(asking, "count users where did anything");
            EXPECT_GE(more_events, events);
            EXPECT_GE(more_users, users);
            events = more_events;
            users = more_users;
        }
    };
    const auto tend = [&] {
        while (sending > 0) {
            ledger::Settings settings = project_->settings();
            settings.zone = settings.zone == "UTC" ? "Europe/Oslo" : "UTC";
            EXPECT_TRUE(project_->set_settings(settings));
            EXPECT_TRUE(export_records(*project_, [](std::string_view) { return Status(); }));
            EXPECT_TRUE(project_->compact());
            EXPECT_EQ(project_->health().failure, "");
        }
    };
    {
        std::vector<std::jthread> threads;
        for (int sender = 0; sender < kSenders; ++sender)
            threads.emplace_back(send, sender);
        threads.emplace_back(ask_on);
        threads.emplace_back(ask_on);
        threads.emplace_back(tend);
    }
    EXPECT_EQ(ask("trend events of anything in total"), kSenders * 120);
}

TEST_F(ProjectTest, WhatIsExportedAnswersTheSameInAnotherProject) {
    take(
        R"({"type":"track","anonymousId":"x","event":"Landed","timestamp":"2026-02-01T10:00:00Z"})"
        "\n"
        R"({"type":"identify","userId":"ana","anonymousId":"x","traits":{"country":"NO","n":2.5},"timestamp":"2026-02-02T10:00:00Z"})"
        "\n"
        R"({"type":"group","userId":"ana","groupId":"acme","role":"admin","traits":{"name":"Acme"},"timestamp":"2026-02-02T10:00:00Z"})"
        "\n"
        R"({"type":"relation","userId":"bo","customerId":"acme","role":"user","from":"2026-01-01","until":"2026-02-15"})"
        "\n"
        R"({"type":"customer","customerId":"acme","keys":{"stripe":"cus_1"},"kind":"organisation","timestamp":"2026-02-02T10:00:00Z"})"
        "\n"
        R"({"type":"subscription","id":"s","customerId":"acme","plan":"Pro","amount":9900,"currency":"USD","every":"month","quantity":2,"from":"2026-02-03"})"
        "\n"
        R"({"type":"payment","id":"p","customerId":"acme","amount":19800,"currency":"USD","time":"2026-02-03T00:00:00Z","kind":"recurring"})"
        "\n"
        R"({"type":"track","userId":"cy","event":"Exported","timestamp":"2026-02-10T10:00:00Z","context":{"groupId":"acme","sessionId":"s1"},"properties":{"format":"pdf","n":3,"big":true,"tags":["a","b"]}})"
        "\n");
    std::string lines;
    ASSERT_TRUE(export_records(*project_, [&](std::string_view more) -> Status {
        lines += more;
        return {};
    }));
    const std::vector<std::string> questions{
        "trend events of anything in total",
        "trend customers of anything in total",
        "count users",
        "count users where role is admin",
        "count users where user.country = \"NO\"",
        "count customers where paying and any user did \"Landed\"",
        "trend events of \"Exported\"[format = \"pdf\" and n = 3 and big = true] in total",
        "count customers where customer.plan = \"Pro\""};
    std::vector<std::int64_t> expected;
    for (const std::string& question : questions)
        expected.push_back(ask(question));
    EXPECT_EQ(expected.front(), 2);
    project_.reset();
    std::filesystem::remove(options_.ledger_path);
    auto opened = Project::open(env_, "other", options_);
    ASSERT_TRUE(opened);
    project_ = *std::move(opened);
    take(lines);
    for (std::size_t i = 0; i < questions.size(); ++i) {
        EXPECT_EQ(ask(questions[i]), expected[i]) << questions[i];
    }
}

}  // namespace
}  // namespace twofold::project
