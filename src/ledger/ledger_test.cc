// SPDX-License-Identifier: Apache-2.0
#include "ledger/ledger.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

#include "ledger/settings.h"
#include "ledger/trait_runs.h"

namespace twofold::ledger {
namespace {

using model::CustomerOrdinal;
using model::UserOrdinal;
using model::Value;

constexpr UserOrdinal kAna{1};
constexpr CustomerOrdinal kAcme{7};

/// Facts as text, so that tests compare what was kept with what was given.
std::string described(const Fact& fact) {
    std::ostringstream out;
    if (const auto* r = std::get_if<StatedRelation>(&fact)) {
        out << "stated " << model::index(r->user) << ' ' << model::index(r->customer) << ' '
            << r->role << ' ' << r->from << ' ' << r->until;
    } else if (const auto* i = std::get_if<ImpliedRelation>(&fact)) {
        out << (i->by == ImpliedBy::kGroup ? "group " : "naming ") << model::index(i->user) << ' '
            << model::index(i->customer) << ' ' << i->role << ' ' << i->time;
    } else if (const auto* c = std::get_if<Choice>(&fact)) {
        out << "choice " << model::index(c->user) << ' ' << model::index(c->customer) << ' '
            << c->time << ' ' << c->sequence;
    } else if (const auto* t = std::get_if<UserTrait>(&fact)) {
        out << "trait " << t->name << ' ' << static_cast<int>(t->value.type) << ' ' << t->value.text
            << t->value.integer << ' ' << t->time << ' ' << t->sequence;
    } else if (const auto* k = std::get_if<CustomerTrait>(&fact)) {
        out << "customer trait " << k->name << ' ' << k->value.text << ' ' << k->time;
    } else if (const auto* s = std::get_if<SubscriptionSegment>(&fact)) {
        out << "segment " << s->segment.id << ' ' << s->segment.item << ' ' << s->segment.from
            << ' ' << s->segment.amount << ' ' << s->segment.plan << ' ' << s->segment.every.months
            << ' ' << s->segment.quantity << ' ' << s->segment.until << ' ' << s->source_time;
    } else if (const auto* p = std::get_if<CustomerPayment>(&fact)) {
        out << "payment " << p->payment.id << ' ' << p->payment.amount << ' ' << p->payment.time
            << ' ' << static_cast<int>(p->payment.kind) << ' ' << p->sequence;
    }
    return out.str();
}

class LedgerTest : public testing::Test {
protected:
    void SetUp() override {
        folder_ = testing::TempDir() + "/ledger_" +
                  testing::UnitTest::GetInstance()->current_test_info()->name();
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
        reopen();
    }
    void TearDown() override {
        ledger_.reset();
        std::filesystem::remove_all(folder_);
    }
    void reopen() {
        ledger_.reset();
        auto opened = Ledger::open(path());
        ASSERT_TRUE(opened) << opened.error().message;
        ledger_ = *std::move(opened);
    }
    std::string path() const { return folder_ + "/ledger.db"; }
    void apply(std::vector<Fact> facts) {
        ASSERT_TRUE(ledger_->apply(facts, ledger_->position() + 1));
    }
    std::vector<std::string> kept() const {
        std::vector<std::string> all;
        EXPECT_TRUE(ledger_->each_fact([&](const Fact& fact) { all.push_back(described(fact)); }));
        return all;
    }

    std::string folder_;
    std::unique_ptr<Ledger> ledger_;
};

TEST_F(LedgerTest, EveryKindOfFactComesBackAsItWentIn) {
    money::Segment segment;
    segment.id = "sub_1";
    segment.item = "seat";
    segment.plan = "Pro";
    segment.amount = 9'900;
    segment.every = money::Every::year();
    segment.quantity = 3;
    segment.from = 1'000;
    const std::vector<Fact> facts{
        StatedRelation{kAna, kAcme, "admin", 10, 20, false},
        ImpliedRelation{kAna, kAcme, "user", 30, ImpliedBy::kGroup},
        ImpliedRelation{kAna, kAcme, "guest", 40, ImpliedBy::kNaming},
        Choice{kAna, kAcme, 30, 5},
        UserTrait{kAna, "country", Value::of_string("NO"), 50, 6},
        CustomerTrait{kAcme, CustomerField::kTrait, "industry", Value::of_string("steel"), 60, 7},
        SubscriptionSegment{kAcme, segment, 70, 8},
        CustomerPayment{kAcme, {"ch_1", "USD", "sub_1", 29'700, 80}, 9}};
    std::vector<std::string> expected;
    for (const Fact& fact : facts)
        expected.push_back(described(fact));
    apply(facts);
    EXPECT_EQ(kept(), expected);
    reopen();
    EXPECT_EQ(kept(), expected);
    EXPECT_EQ(ledger_->position(), 1);
}

TEST_F(LedgerTest, FactsOfAPositionThatWasAppliedAreSkipped) {
    const std::vector<Fact> facts{Choice{kAna, kAcme, 1, 1}};
    ASSERT_TRUE(ledger_->apply(facts, 10));
    const std::vector<Fact> others{Choice{kAna, kAcme, 2, 2}};
    ASSERT_TRUE(ledger_->apply(others, 10));
    EXPECT_EQ(kept().size(), 1U);
    ASSERT_TRUE(ledger_->apply(others, 11));
    EXPECT_EQ(kept().size(), 2U);
}

TEST_F(LedgerTest, AStatedRelationIsReplacedByItsKeyAndRemovedByIt) {
    apply({StatedRelation{kAna, kAcme, "user", 10, kEndOfTime, false}});
    apply({StatedRelation{kAna, kAcme, "user", 10, 20, false}});
    EXPECT_EQ(kept(), std::vector<std::string>{"stated 1 7 user 10 20"});
    apply({StatedRelation{kAna, kAcme, "user", 11, kEndOfTime, true}});
    EXPECT_EQ(kept().size(), 1U);
    apply({StatedRelation{kAna, kAcme, "user", 10, kEndOfTime, true}});
    EXPECT_TRUE(kept().empty());
}

TEST_F(LedgerTest, OfADaysNamingsTheFirstAndTheLastAreKept) {
    const auto naming = [](TimeMs time) {
        return ImpliedRelation{kAna, kAcme, "guest", time, ImpliedBy::kNaming};
    };
    apply({naming(500), naming(300), naming(400), naming(700), naming(kDayMs + 1)});
    EXPECT_EQ(kept(), (std::vector<std::string>{"naming 1 7 guest 300", "naming 1 7 guest 700",
                                                "naming 1 7 guest 86400001"}));
}

TEST_F(LedgerTest, ATraitKeepsTheFirstAndTheLastTimeOfEachOfItsValues) {
    apply({UserTrait{kAna, "plan", Value::of_int(2), 20, 2}});
    EXPECT_EQ(kept(), std::vector<std::string>{"trait plan 2 2 20 2"});
    apply({UserTrait{kAna, "plan", Value::of_int(2), 30, 3}});
    apply({UserTrait{kAna, "plan", Value::of_int(2), 25, 4}});
    EXPECT_EQ(kept(), (std::vector<std::string>{"trait plan 2 2 20 2", "trait plan 2 2 30 3"}));
    apply({UserTrait{kAna, "plan", Value::null(), 40, 5}});
    apply({UserTrait{kAna, "plan", Value::of_int(1), 10, 6}});
    EXPECT_EQ(kept(), (std::vector<std::string>{"trait plan 2 1 10 6", "trait plan 2 2 20 2",
                                                "trait plan 2 2 30 3", "trait plan 0 0 40 5"}))
        << "in any order of arrival, and removed stays removed";
    apply({UserTrait{kAna, "plan", Value::of_int(7), 25, 7}});
    EXPECT_EQ(kept().size(), 5U) << "a late value splits the run it falls into";
}

TEST_F(LedgerTest, OfATraitThatChangesAllTheTimeTheNewestValuesAreKept) {
    for (int i = 0; i < 100; ++i)
        apply({UserTrait{kAna, "seen", Value::of_int(i), i, static_cast<model::Sequence>(i)}});
    EXPECT_EQ(kept().size(), kTraitRunsMax);
    EXPECT_EQ(kept().back(), "trait seen 2 99 99 99");
}

TEST_F(LedgerTest, AnOlderVersionOfASegmentDoesNotReplaceANewerOne) {
    money::Segment segment;
    segment.id = "s";
    segment.item = "default";
    segment.amount = 200;
    apply({SubscriptionSegment{kAcme, segment, 20, 1}});
    segment.amount = 100;
    apply({SubscriptionSegment{kAcme, segment, 10, 2}});
    ASSERT_EQ(kept().size(), 1U);
    EXPECT_NE(kept().front().find(" 200 "), std::string::npos);
}

TEST_F(LedgerTest, WhatWasCheckpointedIsDurable) {
    EXPECT_EQ(ledger_->durable_position(), 0);
    apply({Choice{kAna, kAcme, 1, 1}});
    EXPECT_EQ(ledger_->durable_position(), 0);
    ASSERT_TRUE(ledger_->checkpoint());
    EXPECT_EQ(ledger_->durable_position(), 1);
    // The file alone, without its write-ahead log, holds it.
    std::filesystem::copy_file(path(), folder_ + "/copy.db");
    const auto copy = Ledger::open(folder_ + "/copy.db");
    ASSERT_TRUE(copy);
    EXPECT_EQ((*copy)->position(), 1);
}

TEST_F(LedgerTest, ADeletedTextIsGoneFromTheFile) {
    apply({StatedRelation{kAna, kAcme, "canary", 10, kEndOfTime, false}});
    ASSERT_TRUE(ledger_->checkpoint());
    apply({StatedRelation{kAna, kAcme, "canary", 10, kEndOfTime, true}});
    ASSERT_TRUE(ledger_->checkpoint());
    std::ifstream file(path(), std::ios::binary);
    std::stringstream bytes;
    bytes << file.rdbuf();
    EXPECT_EQ(bytes.str().find("canary"), std::string::npos);
}

TEST_F(LedgerTest, AFileThatIsNoLedgerIsRefused) {
    std::ofstream(folder_ + "/other.db") << "this is not a database, but long enough to be read";
    const auto opened = Ledger::open(folder_ + "/other.db");
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, ErrorCode::kCorrupt);
}

TEST_F(LedgerTest, SettingsAreKeptByName) {
    Settings settings;
    settings.zone = "Europe/Oslo";
    settings.now = 1'000;
    settings.automatic_events = {"Digest Sent", "Synced"};
    settings.outside_roles = {};
    settings.first_relation_days = 7;
    settings.self_customers_turned = {3, 17, 17};
    settings.self_customers = true;
    ASSERT_TRUE(save_settings(*ledger_, settings));
    reopen();
    EXPECT_EQ(*load_settings(*ledger_), settings);
    settings.now.reset();
    ASSERT_TRUE(save_settings(*ledger_, settings));
    EXPECT_EQ(*load_settings(*ledger_), settings);
}

JoinRule company_rule(std::string name) {
    JoinRule rule;
    rule.name = std::move(name);
    rule.user_trait = "company id";
    return rule;
}

TEST_F(LedgerTest, RulesAreKeptByName) {
    JoinRule mail;
    mail.name = "mail";
    mail.by = JoinBy::kEmailDomain;
    mail.unverified = true;
    mail = checked(mail).value();
    EXPECT_EQ(mail.user_trait, "email");
    EXPECT_EQ(mail.customer_trait, "domain");
    Settings settings;
    ASSERT_TRUE(put_rule(settings.join_rules, mail));
    ASSERT_TRUE(put_rule(settings.join_rules, checked(company_rule("company")).value()));
    EXPECT_EQ(put_rule(settings.join_rules, mail).error().code, ErrorCode::kConflict);
    ASSERT_TRUE(save_settings(*ledger_, settings));
    reopen();
    EXPECT_EQ(load_settings(*ledger_)->join_rules, settings.join_rules);
    EXPECT_EQ(settings.join_rules.front().name, "company");
    ASSERT_TRUE(take_rule(settings.join_rules, "mail"));
    EXPECT_EQ(take_rule(settings.join_rules, "mail").error().code, ErrorCode::kNotFound);
    ASSERT_TRUE(save_settings(*ledger_, settings));
    EXPECT_EQ(load_settings(*ledger_)->join_rules, settings.join_rules);
    ASSERT_TRUE(ledger_->set("join_rules", "mail\t9"));
    EXPECT_EQ(load_settings(*ledger_).error().code, ErrorCode::kCorrupt);
}

TEST_F(LedgerTest, RulesThatSayNothingAreRefused) {
    for (const char* name : {"", "two words", "a\tb"})
        EXPECT_FALSE(checked(company_rule(name)));
    JoinRule rule = company_rule("a");
    rule.user_trait.clear();
    EXPECT_FALSE(checked(rule)) << "of which trait?";
    rule = company_rule("a");
    rule.customer_trait = "x\ny";
    EXPECT_FALSE(checked(rule));
    rule = company_rule("a");
    rule.days = 0;
    EXPECT_FALSE(checked(rule));
    std::vector<JoinRule> rules;
    for (std::size_t i = 0; i < kJoinRulesMax; ++i)
        ASSERT_TRUE(put_rule(rules, company_rule(std::string(1, static_cast<char>('a' + i)))));
    EXPECT_EQ(put_rule(rules, company_rule("z")).error().code, ErrorCode::kInvalid);
}

TEST_F(LedgerTest, SettingsOutOfRangeAreRefusedAndNothingChanges) {
    Settings settings;
    settings.first_relation_days = -1;
    EXPECT_EQ(save_settings(*ledger_, settings).error().code, ErrorCode::kInvalid);
    EXPECT_EQ(*load_settings(*ledger_), Settings{});
    ASSERT_TRUE(ledger_->set("first_relation_days", "many"));
    EXPECT_EQ(load_settings(*ledger_).error().code, ErrorCode::kCorrupt);
}

}  // namespace
}  // namespace twofold::ledger
