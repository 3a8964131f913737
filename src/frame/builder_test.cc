// SPDX-License-Identifier: Apache-2.0
#include "frame/builder.h"

#include <chrono>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>

#include "directory/directory.h"
#include "frame/customer_facts.h"
#include "frame/edge_chunks.h"
#include "io/memory_env.h"
#include "model/record.h"

namespace twofold::frame {
namespace {

using model::CustomerOrdinal;
using model::RecordBuilder;
using model::RecordFlag;
using model::RecordType;
using model::UserOrdinal;
using model::Value;

constexpr TimeMs day(int number) {
    return kYear2000Ms + number * kDayMs;
}

class Frames : public ::testing::Test {
protected:
    UserOrdinal user(const std::string& id, TimeMs time = day(100)) {
        return *tell(RecordBuilder(RecordType::kTrack).user_id(id).time(time).received(time)).user;
    }
    CustomerOrdinal customer(const std::string& id, TimeMs time = day(100)) {
        RecordBuilder record(RecordType::kCustomer);
        return *tell(record.customer_id(id).time(time).received(time)).customer;
    }
    void join(const std::string& id, const std::string& previous, bool undo = false) {
        tell(RecordBuilder(RecordType::kAlias)
                 .user_id(id)
                 .own("previousId", Value::of_string(previous))
                 .flag(RecordFlag::kUndo, undo)
                 .time(day(100))
                 .received(day(100)));
    }
    directory::Applied tell(const RecordBuilder& record) {
        auto bytes = record.bytes();
        model::set_sequence(bytes, ++sequence_);
        return *directory_->apply(*model::RecordView::parse(bytes));
    }
    void trait(UserOrdinal who, std::string_view name, const Value& value, TimeMs time) {
        builder_.add(ledger::UserTrait{who, name, value, time, ++sequence_});
    }
    void trait(CustomerOrdinal who, std::string_view name, const Value& value, TimeMs time) {
        builder_.add(ledger::CustomerTrait{who, ledger::CustomerField::kTrait, name, value, time,
                                           ++sequence_});
    }
    void group(UserOrdinal who, CustomerOrdinal whose, TimeMs time,
               std::string_view role = "user") {
        builder_.add(ledger::ImpliedRelation{who, whose, role, time, ledger::ImpliedBy::kGroup});
        builder_.add(ledger::Choice{who, whose, time, ++sequence_});
    }
    void subscribe(CustomerOrdinal whose, std::string_view id, money::Amount amount, TimeMs from,
                   TimeMs source_time, std::string_view currency = "USD") {
        ledger::SubscriptionSegment fact{whose, {}, source_time, ++sequence_};
        fact.segment.id = id;
        fact.segment.item = "default";
        fact.segment.plan = "pro";
        fact.segment.currency = currency;
        fact.segment.amount = amount;
        fact.segment.from = from;
        builder_.add(fact);
    }
    void pay(CustomerOrdinal whose, std::string_view id, money::Amount amount, TimeMs time) {
        ledger::CustomerPayment fact{whose, {}, ++sequence_};
        fact.payment.id = id;
        fact.payment.currency = "USD";
        fact.payment.amount = amount;
        fact.payment.time = time;
        builder_.add(fact);
    }
    std::shared_ptr<const Snapshot> publish() {
        return builder_.publish(directory_->publish(), sequence_);
    }
    static std::string value_of(const Snapshot& snapshot, UserOrdinal who, std::string_view name) {
        const TraitColumn* column = snapshot.user_trait(name);
        if (column == nullptr) return "no column";
        const std::uint32_t code = column->code(snapshot.canonical(who));
        return code == 0 ? "none" : std::string(column->value(code).text);
    }

    io::MemoryEnv env_;
    std::unique_ptr<directory::Directory> directory_ =
        *directory::Directory::open(env_, "d", {}, {});
    Builder builder_{Rules()};
    model::Sequence sequence_ = 0;
};

TEST_F(Frames, AnEmptySnapshotAnswersEverything) {
    const Snapshot nothing;
    EXPECT_EQ(nothing.user_count(), 0U);
    EXPECT_EQ(nothing.edge_count(), 0U);
    EXPECT_TRUE(nothing.edges_of(UserOrdinal{7}).empty());
    EXPECT_TRUE(nothing.edges_of(CustomerOrdinal{7}).empty());
    EXPECT_EQ(nothing.user_trait("country"), nullptr);
    EXPECT_FALSE(nothing.customer_trait("plan"));
    EXPECT_EQ(nothing.status(CustomerOrdinal{7}, day(1)), money::Status::kProspect);
    EXPECT_EQ(nothing.exists_from(UserOrdinal{7}), kEndOfTime);
    EXPECT_EQ(nothing.exists_from(CustomerOrdinal{7}), kEndOfTime);
    const auto published = publish();
    EXPECT_EQ(published->edge_count(), 0U);
}

TEST_F(Frames, OfATraitTheLatestByTimeCounts) {
    const UserOrdinal ana = user("ana");
    trait(ana, "country", Value::of_string("NO"), day(20));
    trait(ana, "country", Value::of_string("SE"), day(10));
    EXPECT_EQ(value_of(*publish(), ana, "country"), "NO");
    trait(ana, "country", Value::of_string("DK"), day(20));
    EXPECT_EQ(value_of(*publish(), ana, "country"), "DK") << "of one time the later record";
    trait(ana, "country", Value::null(), day(30));
    EXPECT_EQ(value_of(*publish(), ana, "country"), "none");
    trait(ana, "country", Value::of_string("FI"), day(25));
    EXPECT_EQ(value_of(*publish(), ana, "country"), "none") << "removed stays removed";
}

TEST_F(Frames, TraitsOfJoinedPersonsAreUnitedAndPartAgain) {
    const UserOrdinal ana = user("ana");
    const UserOrdinal work = user("ana@work");
    trait(ana, "country", Value::of_string("NO"), day(20));
    trait(work, "country", Value::of_string("SE"), day(30));
    trait(work, "title", Value::of_string("CTO"), day(30));
    publish();
    join("ana", "ana@work");
    auto snapshot = publish();
    EXPECT_EQ(value_of(*snapshot, ana, "country"), "SE");
    EXPECT_EQ(value_of(*snapshot, ana, "title"), "CTO");
    EXPECT_EQ(snapshot->user_trait("country")->code(work), 0U) << "only canonical ones have any";
    EXPECT_EQ(snapshot->user_trait("country")->user_count(), 1U);
    trait(ana, "country", Value::of_string("DK"), day(40));
    EXPECT_EQ(value_of(*publish(), work, "country"), "DK");
    join("ana", "ana@work", true);
    snapshot = publish();
    EXPECT_EQ(value_of(*snapshot, ana, "country"), "DK");
    EXPECT_EQ(value_of(*snapshot, work, "country"), "SE");
    EXPECT_EQ(value_of(*snapshot, ana, "title"), "none");
    EXPECT_EQ(snapshot->user_trait("country")->user_count(), 2U);
}

TEST_F(Frames, ATraitThatChangesAllTheTimeDoesNotKeepAllItsValues) {
    const UserOrdinal ana = user("ana");
    const UserOrdinal bo = user("bo");
    trait(bo, "seen", Value::of_int(-1), day(1));
    for (int i = 0; i < 50'000; ++i) {
        trait(ana, "seen", Value::of_int(i), day(1) + i);
        if (i % 100 == 0) publish();
    }
    const auto snapshot = publish();
    const TraitColumn& column = *snapshot->user_trait("seen");
    EXPECT_LT(column.code_count(), 5'000U);
    EXPECT_EQ(column.value(column.code(ana)).integer, 49'999);
    EXPECT_EQ(column.value(column.code(bo)).integer, -1);
    EXPECT_EQ(column.user_count(), 2U);
}

TEST_F(Frames, ASnapshotStaysAsItWas) {
    const UserOrdinal ana = user("ana");
    const CustomerOrdinal acme = customer("acme");
    trait(ana, "country", Value::of_string("NO"), day(20));
    trait(acme, "plan", Value::of_string("free"), day(20));
    group(ana, acme, day(30));
    const auto before = publish();
    trait(ana, "country", Value::of_string("SE"), day(40));
    trait(acme, "plan", Value::of_string("pro"), day(40));
    builder_.add(ledger::StatedRelation{ana, acme, "admin", day(50), day(60), false});
    for (int i = 0; i < 3'000; ++i) {
        group(user(fmt::format("u{}", i)), acme, day(70));
    }
    const auto after = publish();
    EXPECT_EQ(value_of(*before, ana, "country"), "NO");
    EXPECT_EQ(before->edges_of(acme).size(), 1U);
    EXPECT_EQ(before->edges_of(ana)[0].relations.front().since, day(30));
    EXPECT_EQ(before->trait(acme, *before->customer_trait("plan"), day(90)).text, "free");
    EXPECT_EQ(after->edges_of(acme).size(), 3'001U);
    EXPECT_EQ(after->edges_of(ana)[0].relations.front().since, day(50));
    EXPECT_EQ(after->trait(acme, *after->customer_trait("plan"), day(90)).text, "pro");
}

TEST_F(Frames, CustomerTraitsHaveAHistory) {
    const CustomerOrdinal acme = customer("acme");
    trait(acme, "plan", Value::of_string("pro"), day(30));
    trait(acme, "plan", Value::of_string("free"), day(10));
    trait(acme, "plan", Value::of_string("pro"), day(40));
    trait(acme, "plan", Value::null(), day(50));
    trait(acme, "name", Value::of_string("Acme Steel"), day(10));
    builder_.add(ledger::CustomerTrait{
        acme, ledger::CustomerField::kKind, {}, Value::of_string("organisation"), day(10), 1});
    const auto snapshot = publish();
    const auto plan = *snapshot->customer_trait("plan");
    EXPECT_TRUE(snapshot->trait(acme, plan, day(10) - 1).is_null());
    EXPECT_EQ(snapshot->trait(acme, plan, day(10)).text, "free");
    EXPECT_EQ(snapshot->trait(acme, plan, day(45)).text, "pro");
    EXPECT_TRUE(snapshot->trait(acme, plan, day(50)).is_null());
    EXPECT_EQ(snapshot->trait_history(acme, plan).size(), 3U) << "neighbours differ";
    EXPECT_EQ(snapshot->name(acme, day(9)), "acme");
    EXPECT_EQ(snapshot->name(acme, day(10)), "Acme Steel");
    EXPECT_EQ(snapshot->kind(acme, day(10)), "organisation");
    EXPECT_EQ(snapshot->customer_traits(), (std::vector<std::string>{"name", "plan"}));
    EXPECT_EQ(snapshot->plan(acme, day(45)), "pro") << "without a subscription the trait";
    subscribe(acme, "s", 100, day(60), day(60));
    EXPECT_EQ(publish()->plan(acme, day(45)), "pro");
    EXPECT_EQ(publish()->plan(acme, day(60)), "pro");
}

TEST_F(Frames, ParentsAreCanonicalAndDated) {
    const CustomerOrdinal acme = customer("acme");
    const CustomerOrdinal group_of_acme = customer("group");
    builder_.add(ledger::CustomerTrait{acme,
                                       ledger::CustomerField::kParent,
                                       {},
                                       Value::of_int(model::index(group_of_acme)),
                                       day(10),
                                       1});
    builder_.add(
        ledger::CustomerTrait{acme, ledger::CustomerField::kParent, {}, Value::null(), day(20), 2});
    const auto snapshot = publish();
    EXPECT_FALSE(snapshot->parent(acme, day(9)));
    EXPECT_EQ(snapshot->parent(acme, day(10)), group_of_acme);
    EXPECT_FALSE(snapshot->parent(acme, day(20)));
}

TEST_F(Frames, MoneyOfJoinedCustomersIsUnited) {
    const CustomerOrdinal payer = customer("stripe:cus_1");
    const CustomerOrdinal acme = customer("acme");
    subscribe(payer, "s", 9'900, day(10), day(10));
    pay(acme, "p", 500, day(20));
    auto snapshot = publish();
    EXPECT_EQ(snapshot->money(payer).at(day(30)).mrr, 9'900 * money::kMrrScale);
    EXPECT_EQ(snapshot->money(acme).revenue_at(day(30)), 500);
    RecordBuilder record(RecordType::kCustomer);
    tell(record.customer_id("acme").own("keys.stripe", Value::of_string("cus_1")));
    snapshot = publish();
    const CustomerOrdinal one = snapshot->canonical(acme);
    EXPECT_EQ(one, payer) << "the smaller ordinal";
    EXPECT_EQ(snapshot->money(one).at(day(30)).mrr, 9'900 * money::kMrrScale);
    EXPECT_EQ(snapshot->money(one).revenue_at(day(30)), 500);
    EXPECT_EQ(snapshot->money(acme).at(day(30)).mrr, 0) << "counted once";
    EXPECT_EQ(snapshot->exists_from(acme), kEndOfTime);
}

TEST_F(Frames, ASegmentThatComesAgainReplaces) {
    const CustomerOrdinal acme = customer("acme");
    const CustomerOrdinal beta = customer("beta");
    const auto mrr = [&](CustomerOrdinal whose) {
        return money::to_minor_units(publish()->money(whose).at(day(50)).mrr);
    };
    subscribe(acme, "s", 100, day(10), day(20));
    subscribe(acme, "s", 300, day(10), day(15));
    EXPECT_EQ(mrr(acme), 100) << "older by the source's own time";
    subscribe(acme, "s", 200, day(10), day(20));
    EXPECT_EQ(mrr(acme), 200) << "of one time the later record";
    subscribe(beta, "s", 250, day(10), day(25));
    EXPECT_EQ(mrr(acme), 0);
    EXPECT_EQ(mrr(beta), 250);
    pay(acme, "p", 10, day(5));
    pay(acme, "p", 30, day(5));
    EXPECT_EQ(publish()->money(acme).revenue_at(day(50)), 30);
}

TEST_F(Frames, SumsAreInTheCurrencyMostMoneyIsIn) {
    const CustomerOrdinal acme = customer("acme");
    EXPECT_EQ(publish()->currency(), "");
    subscribe(acme, "a", 100, day(10), day(10), "EUR");
    EXPECT_EQ(publish()->currency(), "EUR");
    subscribe(acme, "b", 300, day(10), day(10), "USD");
    EXPECT_EQ(publish()->currency(), "EUR") << "of equals the first by name";
    subscribe(acme, "c", 400, day(10), day(10), "USD");
    auto snapshot = publish();
    EXPECT_EQ(snapshot->currency(), "USD");
    EXPECT_EQ(money::to_minor_units(snapshot->money(acme).at(day(50)).mrr), 700);
    EXPECT_TRUE(snapshot->has_foreign_money());
    Rules rules;
    rules.currency = "EUR";
    builder_.set_rules(rules);
    snapshot = publish();
    EXPECT_EQ(money::to_minor_units(snapshot->money(acme).at(day(50)).mrr), 100);
}

TEST_F(Frames, ACustomerIsFreeFromItsFirstUserOn) {
    const CustomerOrdinal acme = customer("acme", day(5));
    const UserOrdinal ana = user("ana", day(20));
    auto snapshot = publish();
    EXPECT_EQ(snapshot->status(acme, day(90)), money::Status::kProspect);
    EXPECT_EQ(snapshot->exists_from(acme), day(5));
    group(ana, acme, day(30), "partner");
    EXPECT_EQ(publish()->status(acme, day(90)), money::Status::kProspect) << "from outside";
    group(ana, acme, day(40));
    snapshot = publish();
    EXPECT_EQ(snapshot->status(acme, day(20) - 1), money::Status::kProspect);
    EXPECT_EQ(snapshot->status(acme, day(20)), money::Status::kFree) << "it reaches back";
    const CustomerOrdinal beta = customer("beta");
    tell(RecordBuilder(RecordType::kTrack)
             .user_id("zoe")
             .customer_id("beta")
             .time(day(60))
             .received(day(100)));
    EXPECT_EQ(publish()->status(beta, day(60)), money::Status::kFree) << "it acted";
    EXPECT_EQ(publish()->exists_from(beta), day(60));
}

TEST_F(Frames, RolesCanBecomeOutsideOnes) {
    const UserOrdinal ana = user("ana", day(20));
    const CustomerOrdinal acme = customer("acme");
    group(ana, acme, day(30), "viewer");
    auto snapshot = publish();
    EXPECT_EQ(snapshot->edges_of(acme).inside(0).size(), 1U);
    Rules rules;
    rules.outside_roles.push_back("viewer");
    builder_.set_rules(rules);
    snapshot = publish();
    EXPECT_TRUE(snapshot->edges_of(acme).inside(0).empty());
    EXPECT_TRUE(snapshot->roles()[*snapshot->role("viewer")].outside);
}

TEST_F(Frames, WithoutGuestsWhoNamedACustomerStillHasAnEdge) {
    Rules rules;
    rules.naming_makes_guests = false;
    builder_.set_rules(rules);
    const UserOrdinal ana = user("ana");
    const CustomerOrdinal acme = customer("acme");
    builder_.add(ledger::ImpliedRelation{ana, acme, "guest", day(10), ledger::ImpliedBy::kNaming});
    const auto snapshot = publish();
    ASSERT_EQ(snapshot->edges_of(acme).size(), 1U);
    EXPECT_TRUE(snapshot->edges_of(ana)[0].relations.empty());
}

TEST_F(Frames, MoreRolesThanAllowedAreOneOther) {
    const UserOrdinal ana = user("ana");
    const CustomerOrdinal acme = customer("acme");
    for (int i = 0; i < 400; ++i)
        group(ana, acme, day(10), fmt::format("role {}", i));
    const auto snapshot = publish();
    EXPECT_EQ(snapshot->roles().size(), kRolesMax);
    EXPECT_TRUE(snapshot->role("other"));
    EXPECT_EQ(snapshot->edges_of(ana)[0].relations.size(), kRolesMax);
}

TEST_F(Frames, MoreTraitsThanAllowedCannotBeAskedFor) {
    const UserOrdinal ana = user("ana");
    const CustomerOrdinal acme = customer("acme");
    for (std::size_t i = 0; i < kTraitsMax + 10; ++i) {
        trait(ana, fmt::format("t{}", i), Value::of_int(1), day(1));
        trait(acme, fmt::format("t{}", i), Value::of_int(1), day(1));
    }
    EXPECT_EQ(publish()->user_traits().size(), kTraitsMax);
    EXPECT_EQ(publish()->customer_traits().size(), kTraitsMax);
}

TEST_F(Frames, PublishesSmallChangesFastBesideManyUsers) {
    constexpr int kUsers = 200'000;
    constexpr int kCustomers = 2'000;
    for (int i = 0; i < kCustomers; ++i)
        customer(fmt::format("c{}", i));
    auto start = std::chrono::steady_clock::now();
    const auto seconds = [&] {
        const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
        start = std::chrono::steady_clock::now();
        return took.count();
    };
    std::vector<UserOrdinal> users;
    for (int i = 0; i < kUsers; ++i)
        users.push_back(user(fmt::format("u{}", i)));
    seconds();
    for (int i = 0; i < kUsers; ++i) {
        group(users[static_cast<std::size_t>(i)],
              CustomerOrdinal{static_cast<std::uint32_t>(i * 7 % kCustomers)}, day(90));
        trait(users[static_cast<std::size_t>(i)], "country",
              Value::of_string(i % 3 == 0 ? "NO" : "SE"), day(90));
    }
    publish();
    const double whole = seconds();
    std::mt19937 random(1);
    for (int i = 0; i < 200; ++i) {
        const UserOrdinal who{static_cast<std::uint32_t>(random() % kUsers)};
        group(who, CustomerOrdinal{static_cast<std::uint32_t>(random() % kCustomers)}, day(91));
    }
    const auto snapshot = publish();
    const double small = seconds();
    std::uint32_t norwegians = 0;
    const TraitColumn& column = *snapshot->user_trait("country");
    std::vector<char> holds(column.code_count());
    for (std::uint32_t code = 1; code < column.code_count(); ++code) {
        holds[code] = column.value(code).text == "NO";
    }
    for (std::uint32_t i = 0; i < column.chunk_count(); ++i) {
        for (std::uint32_t code : column.chunk(i))
            norwegians += holds[code] != 0 ? 1 : 0;
    }
    const double predicate = seconds();
    EXPECT_EQ(norwegians, (kUsers + 2) / 3);
    std::printf("%.2f s for %d users, %.1f ms for 200 changes, %.2f ms for a predicate\n", whole,
                kUsers, small * 1e3, predicate * 1e3);
    EXPECT_LT(small, 0.5);  // a busy machine and sanitizers included
}

}  // namespace
}  // namespace twofold::frame
