// SPDX-License-Identifier: Apache-2.0
#include "project/asking.h"

#include <future>
#include <gtest/gtest.h>
#include <latch>
#include <new>
#include <vector>

#include "ask/parse.h"
#include "project/project_fixture.h"

namespace twofold::project {
namespace {

class AskingTest : public testing::Test {
protected:
    using Answered = Result<ask::Answer>;

    void SetUp() override {
        folder_ = ledger_folder("asking");
        options_.ledger_path = folder_ + "/ledger.db";
        options_.clock = &clock_;
        auto opened = Project::open(env_, "p", options_);
        ASSERT_TRUE(opened) << opened.error().message;
        project_ = *std::move(opened);
    }
    void TearDown() override {
        project_.reset();
        std::filesystem::remove_all(folder_);
    }
    void sign_up(std::string_view user) {
        const std::string line = R"({"type":"track","event":"Signed Up","userId":")" +
                                 std::string(user) + R"(","timestamp":"2026-02-01T10:00:00Z"})" +
                                 "\n";
        ASSERT_TRUE(project_->accept(decoded(*project_, line)));
        ASSERT_TRUE(project_->settle());
    }
    static ask::Question question() {
        const auto parsed = ask::parse("trend events of anything in total over all time");
        EXPECT_TRUE(parsed);
        return *parsed;
    }
    static std::int64_t number(const Answered& answered) {
        if (!answered) {
            ADD_FAILURE() << answered.error().message;
            return -1;
        }
        return std::get<std::int64_t>(answered->rows.front().back());
    }

    ManualClock clock_{kTestNow};
    io::MemoryEnv env_;
    Options options_;
    std::string folder_;
    std::unique_ptr<Project> project_;
};

TEST_F(AskingTest, WhoWaitsIsAnsweredOfTheMomentOfAsking) {
    sign_up("ann");
    Asking asking(*project_, clock_, AskingOptions{.threads = 1, .quick_at_once = 1});
    std::latch begun(1);
    std::latch release(1);
    ASSERT_TRUE(asking.ask(question(), {}, nullptr, [&](const Answered&) {
        begun.count_down();
        release.wait();
    }));
    begun.wait();
    std::promise<Answered> waiting;
    ASSERT_TRUE(asking.ask(question(), {}, nullptr,
                           [&](Answered answered) { waiting.set_value(std::move(answered)); }));
    sign_up("bob");
    // More positions than are held, as many questions between many records bring.
    for (std::size_t i = 1; i <= kPositionsHeldMax + 10; ++i) {
        auto later = std::make_shared<World>(*project_->world());
        later->position += i;
        project_->hold(std::move(later));
    }
    release.count_down();
    EXPECT_EQ(number(waiting.get_future().get()), 1);
    EXPECT_EQ(number(asking.backend().answer(question(), {})), 2);
}

TEST_F(AskingTest, AnAnswerThatFindsNoMemoryIsAnError) {
    sign_up("ann");
    Asking asking(*project_, clock_, 1);
    std::promise<ErrorCode> told;
    ASSERT_TRUE(asking.ask(question(), {}, nullptr, [&](const Answered& answered) {
        if (answered) throw std::bad_alloc();
        told.set_value(answered.error().code);
    }));
    EXPECT_EQ(told.get_future().get(), ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace twofold::project
