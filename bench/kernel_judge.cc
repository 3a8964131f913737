// SPDX-License-Identifier: Apache-2.0
#include "kernel_judge.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace twofold::bench {
namespace {

constexpr std::size_t kJudgedSteps = 5;
constexpr DurationMs kGap = 30 * kMinuteMs;

struct Done {
    TimeMs time = 0;
    std::uint8_t name = 0;
    auto operator<=>(const Done&) const = default;
};
using Names = std::vector<std::uint8_t>;

/// What each user did, in order.
std::map<std::uint32_t, std::vector<Done>> done_by_user(const World& world) {
    std::map<std::uint32_t, std::vector<Done>> done;
    const Status told = world.each_event([&](const World::Event& event) -> Status {
        done[event.user].push_back({event.time, event.name});
        return {};
    });
    if (!told) return {};
    for (auto& [user, events] : done)
        std::ranges::sort(events);
    return done;
}

std::vector<std::vector<Done>> sessions_of(const std::vector<Done>& events) {
    std::vector<std::vector<Done>> sessions;
    for (const Done& event : events) {
        const bool goes_on = !sessions.empty() &&
                             event.time - sessions.back().back().time <= kGap &&
                             event.time - sessions.back().front().time <= kDayMs;
        if (!goes_on) sessions.emplace_back();
        sessions.back().push_back(event);
    }
    return sessions;
}

/// The first events of a session, of equal neighbours the first.
std::vector<Done> path_of(const std::vector<Done>& session) {
    std::vector<Done> path;
    for (const Done& event : session) {
        if (path.empty() || path.back().name != event.name) path.push_back(event);
    }
    return path;
}

Counted top_of(const std::map<Names, std::uint64_t>& counts) {
    // Of several that are as frequent the shortest one, of these the first by its names.
    const auto best = std::ranges::min_element(counts, {}, [](const auto& entry) {
        return std::tuple(-static_cast<std::int64_t>(entry.second), entry.first.size(),
                          entry.first);
    });
    std::uint64_t total = 0;
    for (const auto& [names, count] : counts)
        total += count;
    std::string top;
    for (const std::uint8_t name : best->first)
        top += (top.empty() ? "" : " > ") + World::name(name);
    return {{"total", total},
            {"distinct", std::uint64_t{counts.size()}},
            {"top_count", best->second},
            {"top", top}};
}

std::int64_t interval_of(const World& world, TimeMs time, DurationMs length) {
    return (time - world.from()) / length;
}

}  // namespace

Counted judge_sessions(const World& world) {
    std::uint64_t count = 0;
    std::uint64_t bounces = 0;
    DurationMs duration = 0;
    std::set<std::pair<std::uint32_t, std::int64_t>> user_days;
    for (const auto& [user, events] : done_by_user(world)) {
        for (const auto& session : sessions_of(events)) {
            ++count;
            bounces += session.size() == 1 ? 1 : 0;
            duration += session.back().time - session.front().time;
            user_days.emplace(user, interval_of(world, session.front().time, kDayMs));
        }
    }
    return {{"sessions", count},
            {"bounces", bounces},
            {"duration_ms", static_cast<std::uint64_t>(duration)},
            {"users_by_day", std::uint64_t{user_days.size()}}};
}

Counted judge_paths(const World& world) {
    std::map<Names, std::uint64_t> counts;
    for (const auto& [user, events] : done_by_user(world)) {
        for (const auto& session : sessions_of(events)) {
            Names names;
            for (const Done& step : path_of(session))
                if (names.size() < kJudgedSteps) names.push_back(step.name);
            ++counts[names];
        }
    }
    return top_of(counts);
}

Counted judge_edges(const World& world) {
    std::set<std::tuple<std::size_t, int, int>> edges;
    std::uint64_t moves = 0;
    std::uint64_t left = 0;
    DurationMs duration = 0;
    for (const auto& [user, events] : done_by_user(world)) {
        for (const auto& session : sessions_of(events)) {
            const std::vector<Done> path = path_of(session);
            for (std::size_t step = 0; step + 1 < kJudgedSteps && step < path.size(); ++step) {
                const bool leaves = step + 1 == path.size();
                edges.emplace(step, path[step].name, leaves ? -1 : path[step + 1].name);
                ++(leaves ? left : moves);
                if (!leaves) duration += path[step + 1].time - path[step].time;
            }
        }
    }
    return {{"edges", std::uint64_t{edges.size()}},
            {"moves", moves},
            {"left", left},
            {"duration_ms", static_cast<std::uint64_t>(duration)}};
}

Counted judge_sequences(const World& world) {
    std::map<Names, std::uint64_t> counts;
    for (const auto& [user, events] : done_by_user(world)) {
        for (std::size_t first = 0; first + kJudgedSteps <= events.size(); ++first) {
            Names names;
            for (std::size_t i = 0; i < kJudgedSteps; ++i)
                names.push_back(events[first + i].name);
            ++counts[names];
        }
    }
    return top_of(counts);
}

/// Of each user the intervals of this length with an event.
std::vector<std::set<std::int64_t>> active_intervals(const World& world, DurationMs length) {
    std::vector<std::set<std::int64_t>> all;
    for (const auto& [user, events] : done_by_user(world)) {
        std::set<std::int64_t>& active = all.emplace_back();
        for (const Done& event : events)
            active.insert(interval_of(world, event.time, length));
    }
    return all;
}

Counted judge_lifecycle(const World& world) {
    const std::int64_t weeks = interval_of(world, world.to() - 1, 7 * kDayMs) + 1;
    std::uint64_t fresh = 0;
    std::uint64_t returning = 0;
    std::uint64_t resurrecting = 0;
    std::uint64_t dormant = 0;
    for (const std::set<std::int64_t>& active : active_intervals(world, 7 * kDayMs)) {
        for (std::int64_t week = 0; week < weeks; ++week) {
            const bool now = active.contains(week);
            const bool previous = active.contains(week - 1);
            fresh += week == *active.begin() ? 1 : 0;
            returning += now && previous ? 1 : 0;
            resurrecting += now && !previous && week != *active.begin() ? 1 : 0;
            dormant += !now && previous ? 1 : 0;
        }
    }
    return {{"new", fresh},
            {"returning", returning},
            {"resurrecting", resurrecting},
            {"dormant", dormant}};
}

Counted judge_stickiness(const World& world) {
    std::uint64_t users = 0;
    std::uint64_t once = 0;
    std::uint64_t ten = 0;
    std::uint64_t user_days = 0;
    for (const std::set<std::int64_t>& days : active_intervals(world, kDayMs)) {
        ++users;
        once += days.size() == 1 ? 1 : 0;
        ten += days.size() >= 10 ? 1 : 0;
        user_days += days.size();
    }
    return {{"users", users},
            {"on_one_day", once},
            {"on_10_days_or_more", ten},
            {"users_by_day", user_days}};
}

}  // namespace twofold::bench
