// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <fmt/core.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "base/locked.h"
#include "directory/directory.h"
#include "frame/builder.h"
#include "io/memory_env.h"
#include "model/record.h"

namespace twofold::frame {
namespace {

using model::CustomerOrdinal;
using model::UserOrdinal;
using model::Value;

// Every user has as many relations as its trait says, in every snapshot there ever was.
void expect_whole(const Snapshot& snapshot) {
    const TraitColumn* groups = snapshot.user_trait("groups");
    const Belonging belonging(snapshot, Mode::kAsOfEvent, kEndOfTime);
    std::uint32_t edges = 0;
    for (std::uint32_t i = 0; i < snapshot.user_count(); ++i) {
        const UserOrdinal user{i};
        const UserEdges mine = snapshot.edges_of(user);
        const std::uint32_t code = groups == nullptr ? 0 : groups->code(user);
        ASSERT_EQ(code == 0 ? 0 : groups->value(code).integer, mine.size());
        for (std::uint32_t e = 0; e < mine.size(); ++e) {
            const CustomerEdges theirs = snapshot.edges_of(mine.customer(e));
            ASSERT_FALSE(belonging.spans(theirs, theirs.find(user)).empty());
        }
        edges += mine.size();
    }
    ASSERT_EQ(snapshot.edge_count(), edges);
}

TEST(FrameThreads, SnapshotsAreReadWhileTheNextOnesAreMade) {
    io::MemoryEnv env;
    auto directory = *directory::Directory::open(env, "d", {}, {});
    Builder builder{Rules()};
    model::Sequence sequence = 0;
    const auto tell = [&](const model::RecordBuilder& record) {
        auto bytes = record.bytes();
        model::set_sequence(bytes, ++sequence);
        return *directory->apply(*model::RecordView::parse(bytes));
    };
    for (int i = 0; i < 40; ++i) {
        const std::string id = fmt::format("c{}", i);
        tell(model::RecordBuilder(model::RecordType::kCustomer).customer_id(id));
    }
    Locked<std::shared_ptr<const Snapshot>> current(
        builder.publish(directory->publish(), sequence));
    std::atomic<bool> done = false;
    std::vector<std::jthread> readers;
    for (int i = 0; i < 3; ++i) {
        readers.emplace_back([&] {
            while (!done)
                expect_whole(*current.with([](auto& shared) { return shared; }));
        });
    }
    std::vector<int> groups;
    for (int i = 0; i < 1'500; ++i) {
        const int who = i % 500;
        const std::string id = fmt::format("u{}", who);
        const auto applied = tell(model::RecordBuilder(model::RecordType::kTrack)
                                      .user_id(id)
                                      .time(kYear2000Ms + 1'000 + i)
                                      .received(kYear2000Ms + 1'000 + i));
        if (who == static_cast<int>(groups.size())) groups.push_back(0);
        const int count = ++groups[static_cast<std::size_t>(who)];
        const CustomerOrdinal customer{static_cast<std::uint32_t>((who + 7 * count) % 40)};
        const TimeMs time = kYear2000Ms + 2'000 + i;
        builder.add(ledger::ImpliedRelation{*applied.user, customer, "user", time,
                                            ledger::ImpliedBy::kGroup});
        builder.add(ledger::Choice{*applied.user, customer, time, sequence});
        builder.add(
            ledger::UserTrait{*applied.user, "groups", Value::of_int(count), time, sequence});
        if (i % 10 != 0) continue;
        auto next = builder.publish(directory->publish(), sequence);
        current.with([&](auto& shared) { shared = std::move(next); });
    }
    done = true;
}

}  // namespace
}  // namespace twofold::frame
