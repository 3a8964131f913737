// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include <cstring>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <map>

#include "arrival.h"
#include "peer_rows.h"

namespace twofold::bench {
namespace {

constexpr Options kSmall{.seed = 7, .events = 40'000};

// How many events of each name, and the sum of their hundredths.
struct Counts {
    std::map<std::string, std::uint64_t> events;
    std::int64_t cents = 0;
    bool operator==(const Counts&) const = default;
};

std::string_view after(std::string_view text, std::string_view what) {
    const std::size_t at = text.find(what);
    return at == std::string_view::npos ? std::string_view() : text.substr(at + what.size());
}

Counts counted_as_lines(const World& world) {
    Counts counts;
    const auto take = [&](std::string_view lines) -> Status {
        while (!lines.empty()) {
            const std::string_view line = lines.substr(0, lines.find('\n'));
            lines.remove_prefix(line.size() + 1);
            const std::string_view name = after(line, R"("event":")");
            if (name.empty()) continue;
            ++counts.events[std::string(name.substr(0, name.find('"')))];
            counts.cents += std::llround(100 * std::stod(std::string(after(line, R"("amount":)"))));
        }
        return {};
    };
    Arrival arrival(world);
    EXPECT_TRUE(arrival.bulk(take));
    EXPECT_TRUE(arrival.late(take));
    return counts;
}

// Reads what peer_rows.h says.
Counts counted_as_rows(const World& world) {
    const auto path =
        std::filesystem::temp_directory_path() / fmt::format("twofold-rows-{}", ::getpid());
    EXPECT_TRUE(write_peer_rows(world, "events", path.string()));
    std::ifstream file(path, std::ios::binary);
    const std::string bytes{std::istreambuf_iterator<char>(file), {}};
    std::filesystem::remove(path);
    Counts counts;
    const char* at = bytes.data();
    while (at < bytes.data() + bytes.size()) {
        at += sizeof(std::uint32_t) + sizeof(std::int64_t);
        std::string first;
        for (int i = 0; i < 10; ++i) {
            const auto length = static_cast<std::size_t>(*at++);
            if (i == 0) first.assign(at, length);
            at += length;
        }
        double amount = 0;
        std::memcpy(&amount, at, sizeof amount);
        at += sizeof amount + sizeof(std::uint16_t) + sizeof(std::uint8_t);
        ++counts.events[first];
        counts.cents += std::llround(100 * amount);
    }
    return counts;
}

TEST(WorldTest, PeersGetTheEventsThatTwofoldGets) {
    const World world(kSmall);
    const Counts lines = counted_as_lines(world);
    EXPECT_EQ(lines.events.size(), World::kNames);
    EXPECT_EQ(lines, counted_as_rows(world));
}

TEST(WorldTest, OneRowInTenIsLateAndAllAreOfTheYear) {
    const World world(kSmall);
    std::uint64_t late = 0;
    std::uint64_t all = 0;
    EXPECT_TRUE(world.each_event([&](const World::Event& event) -> Status {
        EXPECT_TRUE(event.time >= world.from() && event.time < world.to());
        late += event.late ? 1 : 0;
        ++all;
        return {};
    }));
    EXPECT_EQ(all, kSmall.events);
    EXPECT_NEAR(static_cast<double>(late) / static_cast<double>(all), 0.1, 0.01);
}

TEST(WorldTest, AFifthOfTheUsersHaveTwoIds) {
    const World world(kSmall);
    std::map<World::Ids, int> users;
    for (std::uint32_t user = 0; user < 10'000; ++user)
        ++users[world.ids_of(user)];
    EXPECT_NEAR(users[World::Ids::kClaimed], 1'000, 150);
    EXPECT_NEAR(users[World::Ids::kJoined], 1'000, 150);
}

TEST(WorldTest, RelationsAreOfDifferentCustomersAndEndAfterTheyBegin) {
    const World world(kSmall);
    std::size_t several = 0;
    for (std::uint32_t user = 0; user < world.users(); ++user) {
        const auto relations = world.relations_of(user);
        for (const auto& relation : relations)
            EXPECT_LT(relation.from, relation.until);
        if (relations.size() < 2) continue;
        EXPECT_NE(relations[0].customer, relations[1].customer);
        ++several;
    }
    EXPECT_GT(several, world.users() / 10);
}

}  // namespace
}  // namespace twofold::bench
