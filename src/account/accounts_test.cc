// SPDX-License-Identifier: Apache-2.0
#include "account/accounts.h"

#include <SQLiteCpp/SQLiteCpp.h>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

namespace twofold::account {
namespace {

class AccountsTest : public testing::Test {
protected:
    void SetUp() override {
        folder_ = testing::TempDir() + "/accounts_" +
                  testing::UnitTest::GetInstance()->current_test_info()->name();
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        reopen();
    }
    void TearDown() override {
        accounts_.reset();
        std::filesystem::remove_all(folder_);
    }
    void reopen() {
        accounts_.reset();
        auto opened = Accounts::open(folder_ + "/server.db", clock_);
        ASSERT_TRUE(opened) << opened.error().message;
        accounts_ = *std::move(opened);
    }

    std::string folder_;
    ManualClock clock_{1'700'000'000'000};
    std::unique_ptr<Accounts> accounts_;
};

TEST_F(AccountsTest, AKeyIsFoundByItsTextAlsoAfterARestart) {
    const auto write = accounts_->create_key(KeyKind::kWrite, "web");
    const auto secret = accounts_->create_key(KeyKind::kSecret, "server");
    ASSERT_TRUE(write && secret);
    reopen();
    EXPECT_EQ(accounts_->find_key(*write), KeyKind::kWrite);
    EXPECT_EQ(accounts_->find_key(*secret), KeyKind::kSecret);
    EXPECT_EQ(accounts_->find_key("tfw_guess"), std::nullopt);
    EXPECT_EQ(accounts_->find_key(""), std::nullopt);
}

TEST_F(AccountsTest, ARemovedKeyOpensNothing) {
    const auto key = accounts_->create_key(KeyKind::kSecret, "old");
    ASSERT_TRUE(key);
    ASSERT_TRUE(accounts_->remove_key(accounts_->keys().front().id));
    EXPECT_EQ(accounts_->find_key(*key), std::nullopt);
    EXPECT_EQ(accounts_->remove_key(99).error().code, ErrorCode::kNotFound);
}

TEST_F(AccountsTest, KeysMadeAndRemovedByAnotherProcessCountWithinASecond) {
    const auto mine = accounts_->create_key(KeyKind::kSecret, "mine");
    auto other = Accounts::open(folder_ + "/server.db", clock_);
    ASSERT_TRUE(mine && other);
    ASSERT_EQ(accounts_->find_key(*mine), KeyKind::kSecret);  // looks now
    const auto made = (*other)->create_key(KeyKind::kWrite, "made beside");
    ASSERT_TRUE((*other)->remove_key(1));
    clock_.set(clock_.now() + kKeysUnseenMs);
    EXPECT_EQ(accounts_->find_key(*made), KeyKind::kWrite);
    EXPECT_EQ(accounts_->find_key(*mine), std::nullopt);
}

TEST_F(AccountsTest, TheFileHoldsNoSecretThatOpensAnything) {
    const auto secret = accounts_->create_key(KeyKind::kSecret, "server");
    const auto link = accounts_->create_link();
    const auto other = accounts_->create_link();
    const auto session = accounts_->redeem_link(*link);
    ASSERT_TRUE(secret && link && other && session);
    std::ifstream file(folder_ + "/server.db", std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    EXPECT_EQ(bytes.str().find(*secret), std::string::npos);
    EXPECT_EQ(bytes.str().find(*other), std::string::npos);
    EXPECT_EQ(bytes.str().find(*session), std::string::npos);
}

TEST_F(AccountsTest, ASourceIsFoundWithItsSecretAlsoAfterARestart) {
    ASSERT_TRUE(accounts_->set_source({"stripe", "main", "whsec_1", 0}, false));
    reopen();
    ASSERT_TRUE(accounts_->find_source("stripe", "main"));
    EXPECT_EQ(accounts_->find_source("stripe", "main")->secret, "whsec_1");
    EXPECT_FALSE(accounts_->find_source("stripe", "other"));
    EXPECT_FALSE(accounts_->find_source("paddle", "main"));
    ASSERT_EQ(accounts_->sources().size(), 1U);
    EXPECT_EQ(accounts_->sources()[0].secret, "") << "a list shows no secret";
    EXPECT_EQ(accounts_->sources()[0].created_at, clock_.now());
}

TEST_F(AccountsTest, ASecretIsReplacedOnlyWhenAskedAndASourceRemovedAsksForNothing) {
    ASSERT_TRUE(accounts_->set_source({"stripe", "main", "whsec_1", 0}, false));
    EXPECT_EQ(accounts_->set_source({"stripe", "main", "whsec_2", 0}, false).error().code,
              ErrorCode::kConflict);
    ASSERT_TRUE(accounts_->set_source({"stripe", "main", "whsec_2", 0}, true));
    EXPECT_EQ(accounts_->find_source("stripe", "main")->secret, "whsec_2");
    ASSERT_TRUE(accounts_->remove_source("stripe", "main"));
    EXPECT_FALSE(accounts_->find_source("stripe", "main"));
    EXPECT_EQ(accounts_->remove_source("stripe", "main").error().code, ErrorCode::kNotFound);
}

TEST_F(AccountsTest, SourcesOfAnotherProcessCountWithinASecond) {
    EXPECT_FALSE(accounts_->find_source("stripe", "main"));  // looks now
    auto other = Accounts::open(folder_ + "/server.db", clock_);
    ASSERT_TRUE((*other)->set_source({"stripe", "main", "whsec_1", 0}, false));
    clock_.set(clock_.now() + kKeysUnseenMs);
    EXPECT_TRUE(accounts_->find_source("stripe", "main"));
    ASSERT_TRUE((*other)->remove_source("stripe", "main"));
    clock_.set(clock_.now() + kKeysUnseenMs);
    EXPECT_FALSE(accounts_->find_source("stripe", "main"));
}

TEST_F(AccountsTest, SourcesHaveLimitsAndNamesThatFitIntoAnAddress) {
    const auto code = [&](const std::string& name, const std::string& secret) {
        return accounts_->set_source({"stripe", name, secret, 0}, false).error().code;
    };
    for (const char* name : {"", "a/b", "a b", "ä", "..", "?"})
        EXPECT_EQ(code(name, "s"), ErrorCode::kInvalid) << name;
    EXPECT_EQ(code(std::string(kSourceNameBytesMax + 1, 'a'), "s"), ErrorCode::kInvalid);
    EXPECT_EQ(code("a", ""), ErrorCode::kInvalid);
    EXPECT_EQ(code("a", std::string(kSourceSecretBytesMax + 1, 's')), ErrorCode::kInvalid);
    for (std::size_t i = 0; i < kSourcesMax; ++i)
        ASSERT_TRUE(accounts_->set_source({"stripe", "s" + std::to_string(i), "s", 0}, false));
    EXPECT_EQ(code("one-more", "s"), ErrorCode::kTooLarge);
}

TEST_F(AccountsTest, TheFileIsItsOwnersAlone) {
    const auto allowed = std::filesystem::status(folder_ + "/server.db").permissions();
    EXPECT_EQ(allowed, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(AccountsTest, AFileOfTheFirstFormatGetsRoomForSources) {
    const auto key = accounts_->create_key(KeyKind::kSecret, "server");
    accounts_.reset();
    {
        SQLite::Database db(folder_ + "/server.db", SQLite::OPEN_READWRITE);
        db.exec("DROP TABLE source");
        db.exec("PRAGMA user_version = 1");
    }
    reopen();
    EXPECT_EQ(accounts_->find_key(*key), KeyKind::kSecret);
    ASSERT_TRUE(accounts_->set_source({"stripe", "main", "whsec_1", 0}, false));
}

TEST_F(AccountsTest, ALinkSignsInOnce) {
    const auto link = accounts_->create_link();
    ASSERT_TRUE(link);
    const auto session = accounts_->redeem_link(*link);
    ASSERT_TRUE(session);
    EXPECT_TRUE(accounts_->session_lives(*session));
    EXPECT_EQ(accounts_->redeem_link(*link).error().code, ErrorCode::kDenied);
    reopen();
    EXPECT_TRUE(accounts_->session_lives(*session));
    EXPECT_EQ(accounts_->redeem_link(*link).error().code, ErrorCode::kDenied);
}

TEST_F(AccountsTest, LinksAndSessionsExpire) {
    const auto late = accounts_->create_link();
    const auto link = accounts_->create_link();
    const auto session = accounts_->redeem_link(*link);
    ASSERT_TRUE(late && session);
    clock_.set(clock_.now() + kLinkLifeMs);
    EXPECT_FALSE(accounts_->redeem_link(*late));
    EXPECT_TRUE(accounts_->session_lives(*session));
    clock_.set(clock_.now() + kSessionLifeMs);
    EXPECT_FALSE(accounts_->session_lives(*session));
}

TEST_F(AccountsTest, SigningOutEndsTheSession) {
    const auto link = accounts_->create_link();
    const auto session = accounts_->redeem_link(*link);
    ASSERT_TRUE(session);
    ASSERT_TRUE(accounts_->end_session(*session));
    EXPECT_FALSE(accounts_->session_lives(*session));
}

}  // namespace
}  // namespace twofold::account
