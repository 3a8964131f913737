// SPDX-License-Identifier: Apache-2.0
#include "frame/matching.h"

#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "directory/directory.h"
#include "frame/builder.h"
#include "frame/names_alike.h"
#include "frame/unmatched.h"
#include "io/memory_env.h"
#include "model/record.h"

namespace twofold::frame {
namespace {

using model::CustomerOrdinal;
using model::RecordBuilder;
using model::RecordType;
using model::UserOrdinal;
using model::Value;

constexpr TimeMs kToday = kYear2000Ms + 1'000 * kDayMs;
constexpr TimeMs kBefore = kToday - 100 * kDayMs;

class Matching : public ::testing::Test {
protected:
    /// A known person with an address, inside a customer.
    void person(const std::string& id, const std::string& email, const std::string& whose,
                const std::string& role = "user") {
        const UserOrdinal user =
            *tell(RecordBuilder(RecordType::kIdentify).user_id(id).received(kBefore)).user;
        if (!email.empty()) {
            builder_.add(
                ledger::UserTrait{user, "email", Value::of_string(email), kBefore, ++sequence_});
        }
        const CustomerOrdinal customer = named(whose);
        builder_.add(
            ledger::ImpliedRelation{user, customer, role, kBefore, ledger::ImpliedBy::kGroup});
    }
    CustomerOrdinal named(const std::string& id) {
        return *tell(RecordBuilder(RecordType::kCustomer)
                         .customer_id(id)
                         .time(kBefore)
                         .received(kBefore))
                    .customer;
    }
    void trait(const std::string& id, std::string_view name, const Value& value) {
        builder_.add(ledger::CustomerTrait{named(id), ledger::CustomerField::kTrait, name, value,
                                           kBefore, ++sequence_});
    }
    void text(const std::string& id, std::string_view name, const std::string& value) {
        trait(id, name, Value::of_string(value));
    }
    void pays(const std::string& id, money::Amount amount) {
        ledger::SubscriptionSegment fact{named(id), {}, kBefore, ++sequence_};
        const std::string subscription = "sub of " + id;
        fact.segment.id = subscription;
        fact.segment.currency = "USD";
        fact.segment.amount = amount;
        fact.segment.every = {1, 0};
        fact.segment.from = kBefore;
        builder_.add(fact);
    }
    void payer(const std::string& id, const std::string& name, const std::string& email,
               money::Amount amount = 1'000) {
        pays(id, amount);
        if (!name.empty()) text(id, "billing_name", name);
        if (!email.empty()) text(id, "billing_email", email);
    }
    void refuse(const std::string& id, const std::string& list) {
        trait(id, kRefusedTrait, Value::of_list(list));
    }
    void give_key(const std::string& id, const std::string& key) {
        tell(RecordBuilder(RecordType::kCustomer)
                 .customer_id(id)
                 .own("keys.stripe", Value::of_string(key))
                 .received(kBefore));
    }
    directory::Applied tell(const RecordBuilder& record) {
        auto bytes = record.bytes();
        model::set_sequence(bytes, ++sequence_);
        return *directory_->apply(*model::RecordView::parse(bytes));
    }
    /// "payer: customer(evidence, …)! …" a line, "!" where it is clear.
    std::string proposed() {
        frames_ = builder_.publish(directory_->publish(), ++sequence_);
        std::string lines;
        for (const UnmatchedPayer& one : suggest_matches(*frames_, kToday)) {
            lines += std::string(frames_->directory().id(one.payer)) + ":";
            for (const Suggestion& suggestion : one.suggestions) {
                lines += ' ' + std::string(frames_->directory().id(suggestion.customer)) + '(';
                for (const Evidence& evidence : suggestion.evidence) {
                    if (lines.back() != '(') lines += ", ";
                    lines += evidence_name(evidence.kind);
                }
                lines += ')';
                if (one.clear && &suggestion == &one.suggestions.front()) lines += '!';
            }
            lines += '\n';
        }
        return lines;
    }

    io::MemoryEnv env_;
    std::unique_ptr<directory::Directory> directory_ =
        *directory::Directory::open(env_, "d", {}, {});
    Builder builder_{Rules()};
    std::shared_ptr<const Snapshot> frames_;
    model::Sequence sequence_ = 0;
};

TEST_F(Matching, AnAddressOfOnePersonOrOfMostPeopleIsClear) {
    person("ana", "Ana@Acme.com", "acme");
    person("bo", "bo@globex.io", "globex");
    person("cy", "cy@globex.io", "globex");
    payer("stripe:cus_1", "", "ana@acme.com", 300);
    payer("stripe:cus_2", "", "billing@globex.io", 200);
    payer("stripe:cus_3", "", "someone@else.org", 100);
    EXPECT_EQ(proposed(),
              "stripe:cus_1: acme(user_email, most_emails)!\n"
              "stripe:cus_2: globex(most_emails)!\n"
              "stripe:cus_3:\n");
}

TEST_F(Matching, AnAddressOfSomebodyInsideSeveralCustomersIsClearForNone) {
    person("ana", "ana@agency.com", "acme");
    person("ana", "ana@agency.com", "globex");
    person("bo", "bo@acme.com", "acme");
    person("cy", "cy@acme.com", "acme");
    payer("stripe:cus_1", "", "ana@agency.com");
    EXPECT_EQ(proposed(),
              "stripe:cus_1: globex(most_emails, shared_email)! acme(some_emails, shared_email)\n");
    person("di", "di@agency.com", "agency");
    EXPECT_EQ(proposed(),
              "stripe:cus_1: globex(most_emails, shared_email) agency(most_emails) "
              "acme(some_emails, shared_email)\n");
}

TEST_F(Matching, AddressesThatAnybodyCanHaveSayNothingOfACompany) {
    person("ana", "ana@gmail.com", "acme");
    payer("stripe:cus_1", "", "bo@gmail.com");
    payer("stripe:cus_2", "", "ana@gmail.com");
    EXPECT_EQ(proposed(), "stripe:cus_1:\nstripe:cus_2: acme(user_email)!\n");
}

TEST_F(Matching, ANameAloneIsProposedAndNotClear) {
    named("c1");
    text("c1", "name", "ACME");
    payer("stripe:cus_1", "Acme, Inc.", "");
    EXPECT_EQ(proposed(), "stripe:cus_1: c1(name)\n");
    text("c1", "website", "https://www.Acme.com/about");
    text("stripe:cus_1", "billing_email", "pay@acme.com");
    EXPECT_EQ(proposed(), "stripe:cus_1: c1(domain, name)!\n");
}

TEST_F(Matching, MetadataNamesACustomerOrItsUser) {
    person("ana", "", "acme");
    named("globex");
    payer("stripe:cus_1", "", "", 300);
    payer("stripe:cus_2", "", "", 200);
    payer("stripe:cus_3", "", "", 100);
    trait("stripe:cus_1", "billing_metadata", Value::of_list(R"(["org=globex","x=none"])"));
    trait("stripe:cus_2", "billing_metadata", Value::of_list(R"(["uid=ana"])"));
    trait("stripe:cus_3", "billing_metadata", Value::of_list(R"(["like=stripe:cus_1"])"));
    EXPECT_EQ(proposed(),
              "stripe:cus_1: globex(metadata)!\n"
              "stripe:cus_2: acme(metadata)!\n"
              "stripe:cus_3:\n");
}

TEST_F(Matching, TwoPayersOfOneCustomerOrOneThatPaysAlreadyAreNotClear) {
    person("ana", "ana@acme.com", "acme");
    payer("stripe:cus_1", "", "ana@acme.com", 300);
    payer("stripe:cus_2", "", "pay@acme.com", 200);
    EXPECT_EQ(proposed(),
              "stripe:cus_1: acme(user_email, most_emails)\n"
              "stripe:cus_2: acme(most_emails)\n");
    give_key("acme", "cus_1");
    EXPECT_EQ(proposed(), "stripe:cus_2: acme(most_emails)\n") << "acme pays already";
}

TEST_F(Matching, WhatIsRefusedIsNotProposedAgain) {
    person("ana", "ana@acme.com", "acme");
    person("bo", "bo@acme.com", "acme-lab");
    payer("stripe:cus_1", "", "pay@acme.com");
    EXPECT_EQ(proposed(), "stripe:cus_1: acme(most_emails) acme-lab(most_emails)\n");
    refuse("stripe:cus_1", R"(["acme-lab","nobody"])");
    EXPECT_EQ(proposed(), "stripe:cus_1: acme(most_emails)!\n") << "the other is clear now";
    refuse("stripe:cus_1", "[]");
    EXPECT_EQ(proposed(), "stripe:cus_1: acme(most_emails) acme-lab(most_emails)\n");
}

TEST_F(Matching, OnlyKnownPeopleWhoAreInsideCount) {
    person("ana", "ana@acme.com", "acme", "guest");
    payer("stripe:cus_1", "", "ana@acme.com");
    EXPECT_EQ(proposed(), "stripe:cus_1:\n");
    person("bo", "bo@acme.com", "acme");
    EXPECT_EQ(proposed(), "stripe:cus_1: acme(most_emails)!\n");
    EXPECT_EQ(people_inside(*frames_, *frames_->directory().find_customer("acme"), kToday).count,
              1U);
}

TEST_F(Matching, ADomainOfManyCustomersSaysNothing) {
    for (std::size_t i = 0; i <= kCustomersAlikeMax; ++i) {
        const std::string number = std::to_string(i);
        person("u" + number, "u" + number + "@reseller.com", "c" + number);
    }
    payer("stripe:cus_1", "", "pay@reseller.com");
    EXPECT_EQ(proposed(), "stripe:cus_1:\n");
}

TEST_F(Matching, APayerThatIsJoinedDoesNotRenameItsCustomer) {
    text("acme", "name", "Acme");
    payer("stripe:cus_1", "ACME STEEL INC", "");
    proposed();
    EXPECT_EQ(frames_->name(named("stripe:cus_1"), kToday), "ACME STEEL INC");
    give_key("acme", "cus_1");
    proposed();
    EXPECT_EQ(frames_->name(*frames_->directory().find_customer("stripe:cus_1"), kToday), "Acme");
}

TEST_F(Matching, NoMoreThanTheBestAreKept) {
    for (std::size_t i = 0; i < kSuggestionsMax + 3; ++i) {
        text("c" + std::to_string(i), "name", "Acme");
    }
    payer("stripe:cus_1", "Acme", "");
    EXPECT_EQ(proposed(), "stripe:cus_1: c0(name) c1(name) c2(name) c3(name) c4(name)\n");
}

TEST(NamesAlike, LoseCaseSignsAndLegalForm) {
    EXPECT_EQ(plain_name("Acme, Inc."), "acme");
    EXPECT_EQ(plain_name("ACME Holdings Co., Ltd."), "acme holdings");
    EXPECT_EQ(plain_name("Nordlys A/S"), "nordlys");
    EXPECT_EQ(plain_name("Solberg & Co"), "solberg");
    EXPECT_EQ(plain_name("Inc."), "inc");
    EXPECT_EQ(plain_name("  Blåbær   AS "), "blåbær");
    EXPECT_EQ(plain_name(""), "");
}

TEST(NamesAlike, DomainsComeFromAddresses) {
    EXPECT_EQ(email_domain("Ana@Acme.COM"), "acme.com");
    EXPECT_EQ(email_domain("ana@gmail.com"), "");
    EXPECT_EQ(email_domain("@acme.com"), "");
    EXPECT_EQ(email_domain("ana at acme.com"), "");
    EXPECT_EQ(email_domain("ana@localhost"), "");
    EXPECT_EQ(website_domain("https://www.acme.com/x?y"), "acme.com");
    EXPECT_EQ(website_domain("acme.com:8080"), "acme.com");
    EXPECT_EQ(website_domain("not a site"), "");
}

}  // namespace
}  // namespace twofold::frame
