// SPDX-License-Identifier: Apache-2.0
#include "engine/unmatched_note.h"

#include <gtest/gtest.h>

#include "engine/small_world.h"

namespace twofold::engine {
namespace {

constexpr const char* kAcross = "count customers where paying and no user did use";

bool says_it(SmallWorld& world, const std::string& question) {
    for (const std::string& note : world.ask(question).notes) {
        if (note.find("of MRR (") != std::string::npos) return true;
    }
    return false;
}

TEST(UnmatchedNoteTest, FollowsMoneyThroughTimeAndNewRecords) {
    SmallWorld world;
    world.group("ana", "acme", "2026-01-01");
    world.subscription("acme", "s1", 9'000, "2026-01-01");
    world.subscription("stripe:cus_1", "s2", 1'000, "2026-02-01", "2026-03-01");
    EXPECT_FALSE(says_it(world, kAcross));
    EXPECT_TRUE(says_it(world, std::string(kAcross) + " at 2026-02-10"));
    EXPECT_TRUE(says_it(world, std::string(kAcross) + " at 2026-02-20"));
    EXPECT_FALSE(says_it(world, std::string(kAcross) + " at 2026-01-31"));
    EXPECT_FALSE(says_it(world, kAcross));
    world.subscription("stripe:cus_1", "s3", 1'000, "2026-03-10");
    EXPECT_TRUE(says_it(world, kAcross));
    world.relation("bo", "stripe:cus_1", "user", "2026-03-11");
    EXPECT_FALSE(says_it(world, kAcross)) << "it has users now";
}

TEST(UnmatchedNoteTest, WhoIsOutsideDoesNotBelong) {
    SmallWorld world;
    world.group("ana", "acme", "2026-01-01");
    world.subscription("stripe:cus_1", "s1", 1'000, "2026-01-01");
    world.relation("bo", "stripe:cus_1", "guest", "2026-01-01");
    EXPECT_TRUE(says_it(world, kAcross));
    EXPECT_EQ(world.ask(kAcross).notes.back(),
              "100.0 % of MRR (10.00 USD) is of 1 payer without a customer that users belong to: "
              "match it on the Match page.");
}

TEST(UnmatchedNoteTest, WithoutMoneyNothingIsUnmatched) {
    SmallWorld world;
    world.group("ana", "acme", "2026-01-01");
    world.customer("stripe:cus_1", "2026-01-01");
    EXPECT_FALSE(says_it(world, kAcross));
    world.payment("stripe:cus_1", "p1", 1'000, "2026-01-01");
    EXPECT_FALSE(says_it(world, kAcross)) << "a payer, but of no MRR";
}

}  // namespace
}  // namespace twofold::engine
