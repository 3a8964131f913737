// SPDX-License-Identifier: Apache-2.0
#include "frame/roll_up.h"

#include <atomic>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "directory/directory.h"
#include "frame/builder.h"
#include "frame/snapshot.h"
#include "io/memory_env.h"
#include "model/record.h"

namespace twofold::frame {
namespace {

using model::CustomerOrdinal;
using model::UserOrdinal;
using model::Value;

constexpr TimeMs the_day(int number) {
    return kYear2000Ms + number * kDayMs;
}

class RollingUpTest : public ::testing::Test {
protected:
    CustomerOrdinal customer(const std::string& id, int since = 0) {
        model::RecordBuilder record(model::RecordType::kCustomer);
        record.customer_id(id).time(the_day(since)).received(the_day(100));
        return *tell(record).customer;
    }
    UserOrdinal user(const std::string& id) {
        model::RecordBuilder record(model::RecordType::kTrack);
        record.user_id(id).time(the_day(50)).received(the_day(100));
        return *tell(record).user;
    }
    directory::Applied tell(const model::RecordBuilder& record) {
        auto bytes = record.bytes();
        model::set_sequence(bytes, ++sequence_);
        return *directory_->apply(*model::RecordView::parse(bytes));
    }
    void parent(CustomerOrdinal child, std::optional<CustomerOrdinal> above, int since) {
        const Value value = above ? Value::of_int(model::index(*above)) : Value::null();
        builder_.add(ledger::CustomerTrait{
            child, ledger::CustomerField::kParent, {}, value, the_day(since), ++sequence_});
    }
    void relate(UserOrdinal who, CustomerOrdinal whose, int from) {
        builder_.add(ledger::StatedRelation{who, whose, "user", the_day(from), kEndOfTime, false});
    }
    std::shared_ptr<const Snapshot> publish() {
        return builder_.publish(directory_->publish(), sequence_);
    }
    static std::vector<UserOrdinal> inside(const Snapshot& frames, CustomerOrdinal whose,
                                           int when) {
        const Belonging belonging(frames, Mode::kAsOfEvent, the_day(100));
        const auto edges = frames.edges_of(whose);
        std::vector<UserOrdinal> users;
        for (std::uint32_t i = 0; i < edges.size(); ++i) {
            if (belonging.is_inside(edges, i, the_day(when))) users.push_back(edges.user(i));
        }
        return users;
    }

    io::MemoryEnv env_;
    std::unique_ptr<directory::Directory> directory_ =
        *directory::Directory::open(env_, "d", {}, {});
    Builder builder_{Rules()};
    model::Sequence sequence_ = 0;
};

TEST_F(RollingUpTest, ARootIsFoundFromParentToParentAndDated) {
    const CustomerOrdinal leaf = customer("leaf");
    const CustomerOrdinal mid = customer("mid");
    const CustomerOrdinal top = customer("top");
    parent(mid, top, 20);
    parent(leaf, mid, 10);
    parent(leaf, std::nullopt, 30);
    const auto frames = publish();
    const auto roots = Roots::find(*frames, Mode::kAsOfEvent, the_day(100));
    ASSERT_TRUE(roots);
    EXPECT_EQ(roots->of(leaf, the_day(9)), leaf);
    EXPECT_EQ(roots->of(leaf, the_day(10)), mid);
    EXPECT_EQ(roots->of(leaf, the_day(20)), top);
    EXPECT_EQ(roots->of(leaf, the_day(30)), leaf);
    EXPECT_EQ(roots->of(top, the_day(25)), top);
    const auto now = Roots::find(*frames, Mode::kNow, the_day(25));
    EXPECT_EQ(now->of(leaf, the_day(1)), top) << "by the parents of now, also before";
    const auto early = Roots::find(*frames, Mode::kAsOfEvent, the_day(15));
    EXPECT_EQ(early->of(leaf, the_day(25)), mid) << "what is dated later is hidden";
}

TEST_F(RollingUpTest, InARingEachIsARootAndWhatHangsBelowStaysWithTheFirst) {
    const CustomerOrdinal one = customer("one");
    const CustomerOrdinal two = customer("two");
    const CustomerOrdinal below = customer("below");
    parent(below, one, 1);
    // Told the other way round, it is the same ring.
    parent(two, one, 30);
    parent(one, two, 20);
    parent(two, std::nullopt, 40);
    const auto frames = publish();
    const auto roots = Roots::find(*frames, Mode::kAsOfEvent, the_day(100));
    EXPECT_EQ(roots->of(one, the_day(25)), two);
    EXPECT_EQ(roots->of(one, the_day(35)), one);
    EXPECT_EQ(roots->of(two, the_day(35)), two);
    EXPECT_EQ(roots->of(below, the_day(35)), one);
    EXPECT_EQ(roots->of(below, the_day(45)), two);
    EXPECT_EQ(roots->ringed(), (std::vector{one, two}));
}

TEST_F(RollingUpTest, WhoIsItsOwnParentHasNone) {
    const CustomerOrdinal alone = customer("alone");
    parent(alone, alone, 1);
    const auto frames = publish();
    const auto roots = Roots::find(*frames, Mode::kAsOfEvent, the_day(100));
    EXPECT_EQ(roots->of(alone, the_day(2)), alone);
    EXPECT_TRUE(roots->ringed().empty());
}

TEST_F(RollingUpTest, TooManyLevelsAreRefusedByName) {
    std::vector<CustomerOrdinal> levels;
    for (std::size_t i = 0; i <= kParentLevelsMax + 1; ++i) {
        levels.push_back(customer("level" + std::to_string(i)));
        if (i > 0) parent(levels[i], levels[i - 1], 1);
    }
    const auto frames = publish();
    const auto roots = Roots::find(*frames, Mode::kAsOfEvent, the_day(100));
    ASSERT_FALSE(roots);
    EXPECT_EQ(roots.error().code, ErrorCode::kTooLarge);
    EXPECT_TRUE(roots.error().message.contains("level65")) << roots.error().message;
    // One less is taken.
    parent(levels.back(), std::nullopt, 1);
    const auto taken = Roots::find(*publish(), Mode::kAsOfEvent, the_day(100));
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->of(levels[kParentLevelsMax], the_day(2)), levels[0]);
}

TEST_F(RollingUpTest, UsersComeAndGoWithTheirDepartment) {
    const CustomerOrdinal dept = customer("dept", 5);
    const CustomerOrdinal whole = customer("whole", 40);
    const UserOrdinal ana = user("ana");
    const UserOrdinal bo = user("bo");
    relate(ana, dept, 10);
    relate(bo, whole, 15);
    parent(dept, whole, 20);
    parent(dept, std::nullopt, 30);
    const auto rolled = roll_up(*publish(), Mode::kAsOfEvent, the_day(100));
    ASSERT_TRUE(rolled);
    const Snapshot& frames = **rolled;
    EXPECT_EQ(inside(frames, dept, 12), std::vector{ana});
    EXPECT_EQ(inside(frames, dept, 22), std::vector<UserOrdinal>());
    EXPECT_EQ(inside(frames, whole, 18), std::vector{bo});
    EXPECT_EQ(inside(frames, whole, 22), (std::vector{ana, bo}));
    EXPECT_EQ(inside(frames, whole, 32), std::vector{bo});
    EXPECT_EQ(inside(frames, dept, 32), std::vector{ana});
    EXPECT_EQ(frames.root(dept, the_day(22)), whole);
    // The whole is there as soon as it has someone: bo, before its own record.
    EXPECT_EQ(frames.exists_from(whole), the_day(15));
    EXPECT_EQ(frames.edge_count(), 3U);
    EXPECT_EQ(frames.customer_of(frames.first_edge(whole) + 1), whole);
}

TEST_F(RollingUpTest, EndsWhenItIsToEnd) {
    const CustomerOrdinal dept = customer("dept");
    parent(dept, customer("whole"), 20);
    relate(user("ana"), dept, 10);
    const auto frames = publish();
    const Stop stop(std::make_shared<std::atomic<bool>>(true));
    const auto rolled = roll_up(*frames, Mode::kAsOfEvent, the_day(100), &stop);
    ASSERT_TRUE(rolled);
    EXPECT_EQ(*rolled, nullptr);
}

TEST_F(RollingUpTest, WhoIsNotTouchedIsShared) {
    const CustomerOrdinal dept = customer("dept");
    const CustomerOrdinal whole = customer("whole");
    const CustomerOrdinal other = customer("other");
    const UserOrdinal ana = user("ana");
    relate(ana, other, 10);
    parent(dept, whole, 20);
    const auto frames = publish();
    const auto rolled = roll_up(*frames, Mode::kAsOfEvent, the_day(100));
    EXPECT_EQ((*rolled)->edges_of(other).inside(0).data(),
              frames->edges_of(other).inside(0).data());
    EXPECT_EQ((*rolled)->exists_from(other), frames->exists_from(other));
}

}  // namespace
}  // namespace twofold::frame
