// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <set>
#include <string>

#include "directory/directory.h"
#include "directory/directory_testing.h"
#include "io/memory_env.h"

namespace twofold::directory {
namespace {

using model::CustomerOrdinal;
using model::RecordBuilder;
using model::RecordFlag;
using model::RecordType;
using model::UserOrdinal;

class Identity : public ::testing::Test {
protected:
    Applied track(std::string_view user, std::string_view anonymous, TimeMs time = 1) {
        return apply(RecordBuilder(RecordType::kTrack)
                         .user_id(user)
                         .anonymous_id(anonymous)
                         .name("Clicked")
                         .time(kYear2000Ms + time)
                         .received(kYear2000Ms + time));
    }
    Applied alias(std::string_view user, std::string_view previous, bool undo = false) {
        return apply(RecordBuilder(RecordType::kAlias)
                         .user_id(user)
                         .own("previousId", model::Value::of_string(previous))
                         .flag(RecordFlag::kUndo, undo));
    }
    Applied customer(std::string_view id, std::string_view system = {},
                     model::Value key = model::Value::null()) {
        RecordBuilder record(RecordType::kCustomer);
        record.customer_id(id);
        if (!system.empty()) record.own(std::string("keys.").append(system), key);
        return apply(record);
    }
    Applied customer_alias(std::string_view id, std::string_view previous, bool undo = false) {
        return apply(RecordBuilder(RecordType::kAlias)
                         .customer_id(id)
                         .own("previousCustomerId", model::Value::of_string(previous))
                         .flag(RecordFlag::kUndo, undo));
    }
    Applied apply(const RecordBuilder& record) { return directory_.apply(record); }

    bool one(const Applied& a, const Applied& b) {
        const auto view = directory_->publish().view;
        if (a.user) return view->canonical(*a.user) == view->canonical(*b.user);
        return view->canonical(*a.customer) == view->canonical(*b.customer);
    }

    io::MemoryEnv env_;
    TestDirectory directory_{env_};
};

TEST_F(Identity, AUserIdThatIsNewTakesOverTheAnonymousOrdinal) {
    const Applied visitor = track("", "a");
    EXPECT_TRUE(visitor.new_user);
    const Applied user = track("u", "a");
    EXPECT_EQ(user.user, visitor.user);
    EXPECT_FALSE(user.new_user);
    EXPECT_EQ(track("u", "").user, visitor.user);
    EXPECT_EQ(directory_->counts().joins, 0U);
    EXPECT_EQ(directory_->publish().view->id(*user.user), "u");
    EXPECT_TRUE(directory_->publish().view->known(*user.user));
}

TEST_F(Identity, AnAnonymousIdThatIsNewTakesTheUsersOrdinal) {
    const Applied user = track("u", "");
    EXPECT_EQ(track("u", "a").user, user.user);
    EXPECT_EQ(track("", "a").user, user.user);
    EXPECT_EQ(directory_->counts().user_ordinals, 1U);
}

TEST_F(Identity, TwoThatAreKnownAreJoined) {
    const Applied user = track("u", "");
    const Applied visitor = track("", "a");
    EXPECT_FALSE(one(user, visitor));
    EXPECT_EQ(track("u", "a").user, user.user);
    EXPECT_TRUE(one(user, visitor));
    EXPECT_EQ(directory_->counts().joins, 1U);
    EXPECT_EQ(track("", "a").user, visitor.user) << "rows keep the ordinal that they came with";
    const auto view = directory_->publish().view;
    EXPECT_EQ(view->members(*user.user).size(), 2U);
    EXPECT_EQ(view->ids(*user.user),
              (std::vector<Id>{{IdKind::kUser, "u"}, {IdKind::kAnonymous, "a"}}));
}

TEST_F(Identity, ASharedDeviceStaysWithItsFirstUser) {
    const Applied first = track("u1", "a");
    const Applied second = track("u2", "a");
    EXPECT_TRUE(second.shared_device);
    EXPECT_FALSE(one(first, second));
    EXPECT_EQ(track("", "a").user, first.user);
    EXPECT_EQ(directory_->counts().shared_device_records, 1U);
    EXPECT_TRUE(alias("u2", "a").shared_device) << "an alias of a claimed device joins nobody";
    EXPECT_FALSE(one(first, second));
    alias("u2", "u1");
    EXPECT_FALSE(track("u2", "a").shared_device) << "the two are one now";
}

TEST_F(Identity, OnlyAnAliasJoinsTwoUserIdsAndItsUndoPartsThem) {
    const Applied first = track("u1", "");
    const Applied second = track("u2", "");
    alias("u2", "u1");
    EXPECT_TRUE(one(first, second));
    alias("u2", "u1", true);
    EXPECT_FALSE(one(first, second));
    alias("u1", "u2");
    EXPECT_TRUE(one(first, second));
}

TEST_F(Identity, AnAliasOfAnAnonymousIdIsAClaim) {
    const Applied visitor = track("", "a");
    EXPECT_EQ(alias("u", "a").user, visitor.user);
    const Applied other = track("v", "");
    const Applied guest = track("", "b");
    alias("v", "b");
    EXPECT_TRUE(one(other, guest));
    alias("v", "b", true);
    EXPECT_FALSE(one(other, guest));
    track("w", "b");
    EXPECT_EQ(track("w", "").user, guest.user) << "taken back, it is nobody's and may be claimed";
    EXPECT_TRUE(alias("u", "a", true).conflict) << "one ordinal cannot be parted";
}

TEST_F(Identity, UndoingAnAliasOfADeviceDoesNotFreeItFromItsUser) {
    const Applied first = track("u1", "a");
    const Applied second = track("u2", "");
    alias("u2", "u1");
    alias("u2", "a", true);
    EXPECT_TRUE(one(first, second)) << "the device was joined by nobody: it is the user's own";
    const Applied third = track("u3", "a");
    EXPECT_TRUE(third.shared_device);
    EXPECT_FALSE(one(first, third)) << "two user ids are joined by an alias only";
}

TEST_F(Identity, UndoingOneJoinLeavesTheOthers) {
    const Applied a = track("a", "");
    const Applied b = track("b", "");
    const Applied c = track("c", "");
    const Applied d = track("d", "");
    alias("a", "b");
    alias("b", "c");
    alias("c", "d");
    alias("a", "c");
    alias("b", "c", true);
    EXPECT_TRUE(one(a, b) && one(a, c) && one(a, d)) << "still connected by a and c";
    alias("a", "c", true);
    EXPECT_TRUE(one(a, b));
    EXPECT_TRUE(one(c, d));
    EXPECT_FALSE(one(a, c));
    EXPECT_EQ(directory_->publish().view->canonical(*d.user), *c.user);
}

TEST_F(Identity, RecordsWithoutIdsMakeNoPerson) {
    EXPECT_FALSE(track("", "").user.has_value());
    EXPECT_EQ(directory_->counts().user_ordinals, 0U);
}

TEST_F(Identity, AUserIdAndAnAnonymousIdOfOneTextAreTwoIds) {
    EXPECT_NE(track("x", "").user, track("", "x").user);
    EXPECT_EQ(directory_->publish().view->find_user("x"), track("x", "").user);
}

TEST_F(Identity, AKeyOpensACustomerThatALaterRecordJoins) {
    const Applied payer = customer("stripe:cus_1");
    const Applied acme = customer("acme");
    EXPECT_FALSE(one(payer, acme));
    customer("acme", "stripe", model::Value::of_string("cus_1"));
    EXPECT_TRUE(one(payer, acme));
    EXPECT_EQ(directory_->publish().view->id(*payer.customer), "acme") << "own id before key";
    customer("acme", "stripe", model::Value::null());
    EXPECT_FALSE(one(payer, acme));
    EXPECT_EQ(customer("stripe:cus_1").customer, payer.customer);
}

TEST_F(Identity, AKeyGivenFirstMeansItsHolder) {
    const Applied acme = customer("acme", "crm", model::Value::of_int(15));
    EXPECT_EQ(customer("crm:15").customer, acme.customer);
    customer("acme", "crm", model::Value::null());
    EXPECT_NE(customer("crm:15").customer, acme.customer) << "taken back, it opens a customer";
}

TEST_F(Identity, TwoCustomersWithIdsOfTheirOwnAreJoinedByAliasOnly) {
    const Applied acme = customer("acme", "stripe", model::Value::of_string("cus_1"));
    const Applied beta = customer("beta", "stripe", model::Value::of_string("cus_1"));
    EXPECT_TRUE(beta.conflict);
    EXPECT_FALSE(one(acme, beta));
    EXPECT_EQ(customer("stripe:cus_1").customer, acme.customer);
    EXPECT_EQ(directory_->counts().key_conflicts, 1U);
    customer_alias("acme", "beta");
    EXPECT_TRUE(one(acme, beta));
    customer_alias("acme", "beta", true);
    EXPECT_FALSE(one(acme, beta));
}

TEST_F(Identity, SeenUnitesTheMembersOfAPerson) {
    const Applied user = track("u", "", 50);
    const Applied visitor = track("", "a", 20);
    apply(RecordBuilder(RecordType::kTrack)
              .anonymous_id("a")
              .flag(RecordFlag::kAutomatic)
              .time(kYear2000Ms + 10)
              .received(kYear2000Ms + 60));
    apply(RecordBuilder(RecordType::kIdentify)
              .anonymous_id("a")
              .time(kYear2000Ms + 5)
              .received(kYear2000Ms + 60));
    track("u", "a", 90);
    const auto view = directory_->publish().view;
    const Seen seen = view->seen(view->canonical(*visitor.user));
    EXPECT_EQ(seen.first_fact, kYear2000Ms + 5);
    EXPECT_EQ(seen.first_event, kYear2000Ms + 10);
    EXPECT_EQ(seen.first_use, kYear2000Ms + 20);
    EXPECT_EQ(seen.last_use, kYear2000Ms + 90);
    EXPECT_EQ(view->seen_alone(*user.user).first_event, kYear2000Ms + 50);
}

TEST_F(Identity, APublishedViewNeverChanges) {
    const Applied user = track("u", "", 50);
    const Applied visitor = track("", "a", 20);
    const Publication before = directory_->publish();
    track("u", "a", 90);
    for (int i = 0; i < 5'000; ++i)
        track("", "more-" + std::to_string(i));
    EXPECT_EQ(before.view->user_count(), 2U);
    EXPECT_NE(before.view->canonical(*user.user), before.view->canonical(*visitor.user));
    EXPECT_EQ(before.view->seen(*user.user).last_use, kYear2000Ms + 50);
    EXPECT_FALSE(before.view->find_user("more-7"));
    const Publication after = directory_->publish();
    EXPECT_EQ(after.view->user_count(), 5'002U);
    EXPECT_TRUE(after.view->find_user("more-7"));
}

TEST_F(Identity, APublicationNamesWhoMustBeDerivedAnew) {
    const Applied user = track("u", "", 50);
    const Applied visitor = track("", "a", 60);
    EXPECT_EQ(directory_->publish().changed_users.size(), 2U);
    track("u", "", 70);
    EXPECT_TRUE(directory_->publish().changed_users.empty()) << "the first event did not move";
    track("u", "", 40);
    EXPECT_EQ(directory_->publish().changed_users, std::vector{*user.user});
    track("u", "a", 80);
    EXPECT_EQ(directory_->publish().changed_users, (std::vector{*user.user, *visitor.user}));
}

TEST_F(Identity, MoreIdsThanAllowedAreRefusedAndChangeNothing) {
    io::MemoryEnv env;
    auto directory = *Directory::open(env, "d", {.ids_max = 20}, {});
    model::Sequence sequence = 0;
    const auto send = [&](const std::string& user) {
        auto bytes = RecordBuilder(RecordType::kTrack).user_id(user).bytes();
        model::set_sequence(bytes, ++sequence);
        return directory->apply(*model::RecordView::parse(bytes));
    };
    int accepted = 0;
    while (send("u" + std::to_string(accepted)))
        ++accepted;
    EXPECT_EQ(accepted, 17) << "room is kept for what one record may bring";
    EXPECT_EQ(directory->counts().ids, 17U);
    EXPECT_EQ(send("w").error().code, ErrorCode::kTooLarge);
}

// The rules of wire.md once more, as plainly as possible: ids, who claimed what, pairs of joins.
class PlainIdentity {
public:
    int user(const std::string& user_id, const std::string& anonymous_id) {
        if (user_id.empty() && anonymous_id.empty()) return -1;
        if (user_id.empty()) return get(devices_, anonymous_id);
        if (anonymous_id.empty()) return get(users_, user_id);
        if (!devices_.contains(anonymous_id)) {
            devices_[anonymous_id] = get(users_, user_id);
        } else if (!claimed_.contains(anonymous_id)) {
            if (users_.contains(user_id)) {
                join(users_[user_id], devices_[anonymous_id]);
            } else {
                users_[user_id] = devices_[anonymous_id];
            }
        }
        claimed_.insert(anonymous_id);
        return get(users_, user_id);
    }
    int alias(const std::string& user_id, const std::string& previous) {
        if (!users_.contains(previous)) return user(user_id, previous);
        const int ordinal = get(users_, user_id);
        join(ordinal, users_[previous]);
        return ordinal;
    }
    int undo(const std::string& user_id, const std::string& previous) {
        const int ordinal = get(users_, user_id);
        if (users_.contains(previous)) {
            joins_.erase(std::minmax(ordinal, users_[previous]));
        } else if (devices_.contains(previous) && !is_users_own(devices_[previous])) {
            if (joins_.erase(std::minmax(ordinal, devices_[previous])) > 0) {
                claimed_.erase(previous);
            }
        }
        return ordinal;
    }
    int canonical(int ordinal) const {
        std::set<int> reached{ordinal};
        for (bool grew = true; grew;) {
            grew = false;
            for (const auto& [a, b] : joins_) {
                if (reached.contains(a) != reached.contains(b)) {
                    reached.insert({a, b});
                    grew = true;
                }
            }
        }
        return *reached.begin();
    }
    int count() const { return next_; }

private:
    bool is_users_own(int ordinal) const {
        return std::ranges::any_of(users_,
                                   [&](const auto& user) { return user.second == ordinal; });
    }
    int get(std::map<std::string, int>& ids, const std::string& id) {
        const auto [at, made] = ids.try_emplace(id, next_);
        if (made) ++next_;
        return at->second;
    }
    void join(int a, int b) {
        if (a != b) joins_.insert(std::minmax(a, b));
    }
    std::map<std::string, int> users_;
    std::map<std::string, int> devices_;
    std::set<std::string> claimed_;
    std::set<std::pair<int, int>> joins_;
    int next_ = 0;
};

TEST(IdentityModel, RandomHistoriesAgreeWithThePlainRules) {
    for (unsigned seed = 0; seed < 300; ++seed) {
        SCOPED_TRACE(seed);
        std::mt19937 random(seed);
        const auto pick = [&](const char* prefix, unsigned of) {
            return prefix + std::to_string(random() % of);
        };
        io::MemoryEnv env;
        TestDirectory directory(env);
        PlainIdentity plain;
        for (int step = 0; step < 60; ++step) {
            const auto what = random() % 10;
            std::string user = random() % 4 == 0 ? "" : pick("u", 6);
            const std::string device = random() % 4 == 0 ? "" : pick("a", 8);
            const std::string previous = random() % 2 == 0 ? pick("u", 6) : pick("a", 8);
            RecordBuilder record(what < 7 ? RecordType::kTrack : RecordType::kAlias);
            int want = -1;
            if (what < 7) {
                want = plain.user(user, device);
                record.user_id(user).anonymous_id(device);
            } else {
                if (user.empty()) user = "u0";
                want = what == 9 ? plain.undo(user, previous) : plain.alias(user, previous);
                record.user_id(user).own("previousId", model::Value::of_string(previous));
                record.flag(RecordFlag::kUndo, what == 9);
            }
            const Applied got = directory.apply(record);
            ASSERT_EQ(got.user ? static_cast<int>(model::index(*got.user)) : -1, want) << step;
            if (random() % 8 == 0) directory.save_and_open_again();
            if (random() % 8 == 0) directory.crash();
        }
        const auto view = directory->publish().view;
        ASSERT_EQ(view->user_count(), static_cast<unsigned>(plain.count()));
        std::map<int, std::vector<UserOrdinal>> groups;
        for (int i = 0; i < plain.count(); ++i) {
            const UserOrdinal ordinal{static_cast<std::uint32_t>(i)};
            const int canonical = static_cast<int>(model::index(view->canonical(ordinal)));
            ASSERT_EQ(canonical, plain.canonical(i));
            groups[canonical].push_back(ordinal);
        }
        for (const auto& [canonical, members] : groups) {
            const auto got = view->members(UserOrdinal{static_cast<std::uint32_t>(canonical)});
            ASSERT_TRUE(std::ranges::equal(got, members));
        }
    }
}

}  // namespace
}  // namespace twofold::directory
