// SPDX-License-Identifier: Apache-2.0
#include "kernel/paths.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <tuple>

#include "base/seeds.h"
#include "kernel/sessions.h"

namespace twofold::kernel {
namespace {

/// A step: its code and the time of its row.
struct NaiveStep {
    std::uint32_t code = 0;
    TimeMs time = 0;
};
struct NaivePath {
    std::vector<NaiveStep> steps;
    bool ends = true;
};

/// The words of the definition, one after the other, over one session.
std::optional<NaivePath> path_by_definition(const PathRules& rules, std::vector<NaiveStep> steps) {
    if (!rules.keep_repeats) {
        const auto same = [](const NaiveStep& a, const NaiveStep& b) { return a.code == b.code; };
        steps.erase(std::unique(steps.begin(), steps.end(), same), steps.end());
    }
    if (rules.starting_at) {
        const auto first = std::ranges::find(steps, *rules.starting_at, &NaiveStep::code);
        if (first == steps.end()) return {};
        steps.erase(steps.begin(), first);
    }
    if (rules.ending_at) {
        const auto last = std::ranges::find(steps, *rules.ending_at, &NaiveStep::code);
        if (last == steps.end()) return {};
        steps.erase(last + 1, steps.end());
        while (steps.size() > rules.steps)
            steps.erase(steps.begin());
    }
    NaivePath path{steps, steps.size() <= rules.steps};
    if (!path.ends) path.steps.resize(rules.steps);
    return path;
}

using Edges = std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, PathEdge>;

void add_edge(Edges& edges, std::uint32_t step, std::uint32_t source, std::uint32_t target,
              TimeMs duration) {
    PathEdge& edge = edges[{step, source, target}];
    edge = {step, source, target, edge.count + 1,
            edge.duration_ms + static_cast<std::uint64_t>(duration)};
}

Edges edges_by_definition(const PathRules& rules, const std::vector<NaivePath>& paths) {
    Edges edges;
    for (const NaivePath& path : paths) {
        for (std::uint32_t i = 0; i < path.steps.size(); ++i) {
            const bool last = i + 1 == path.steps.size();
            if (!last) {
                add_edge(edges, i + 1, path.steps[i].code, path.steps[i + 1].code,
                         path.steps[i + 1].time - path.steps[i].time);
            } else if (path.ends && i + 1 < rules.steps) {
                add_edge(edges, i + 1, path.steps[i].code, kPathLeft, 0);
            }
        }
    }
    return edges;
}

std::vector<PathEdge> list_of(const Edges& edges) {
    std::vector<PathEdge> list;
    for (const auto& [key, edge] : edges)
        list.push_back(edge);
    return list;
}

/// Keeps the biggest nodes of each step: how many paths have it there.
Edges top_by_definition(const Edges& edges, const std::vector<NaivePath>& paths,
                        const PathRules& rules, std::size_t top) {
    std::vector<std::map<std::uint32_t, std::size_t>> sizes(rules.steps + 1);
    for (const NaivePath& path : paths)
        for (std::size_t i = 0; i < path.steps.size(); ++i)
            ++sizes[i + 1][path.steps[i].code];
    const auto name = [&](std::uint32_t step, std::uint32_t code) {
        if (code == kPathLeft) return code;
        std::size_t before = 0;
        for (const auto& [other, size] : sizes[step]) {
            const std::size_t mine = sizes[step][code];
            before += size > mine || (size == mine && other < code) ? 1 : 0;
        }
        return before < top ? code : kPathOther;
    };
    Edges merged;
    for (const auto& [key, edge] : edges) {
        const std::uint32_t source = name(edge.step, edge.source);
        const std::uint32_t target = name(edge.step + 1, edge.target);
        PathEdge& to = merged[{edge.step, source, target}];
        to = {edge.step, source, target, to.count + edge.count, to.duration_ms + edge.duration_ms};
    }
    return merged;
}

PathRules random_path_rules(Random& random, std::uint32_t codes) {
    PathRules rules{.steps = 2 + random() % 7, .keep_repeats = random() % 3 == 0};
    if (random() % 4 == 0) rules.starting_at = random() % codes;
    if (random() % 4 == 0) rules.ending_at = random() % codes;
    return rules;
}

template <typename Code, typename Key>
void judge_paths(std::uint32_t seed, std::uint32_t code_count) {
    SCOPED_TRACE(seed);
    Random random(seed);
    const PathRules rules = random_path_rules(random, code_count);
    const unsigned bits = path_bits(code_count);
    Paths finder(rules);
    Sessions sessions{SessionRules{}};
    PathEdges threads[2] = {PathEdges(rules.steps), PathEdges(rules.steps)};
    std::vector<NaivePath> all;
    for (int unit = 0; unit < 4; ++unit) {
        std::vector<TimeMs> times(random() % 60);
        std::vector<Code> codes;
        TimeMs time = 0;
        for (TimeMs& each : times) {
            constexpr DurationMs kPauses[] = {0, 0, 70, 900, 31 * kMinuteMs};
            each = time += kPauses[random() % (seed % 2 == 0 ? 4 : 5)];
            const std::uint32_t few = std::min(code_count, 3U);
            codes.push_back(static_cast<Code>(random() % (random() % 2 == 0 ? few : code_count)));
        }
        const std::span<const Code> told(codes);
        const PlainTimes told_times{times.data()};
        const auto begins = sessions.cut(told_times, static_cast<std::uint32_t>(times.size()));
        std::vector<std::vector<std::uint32_t>> expected;
        for (std::size_t i = 0; i + 1 < begins.size(); ++i) {
            std::vector<NaiveStep> steps;
            for (std::uint32_t row = begins[i]; row < begins[i + 1]; ++row)
                steps.push_back({codes[row], times[row]});
            const auto path = path_by_definition(rules, steps);
            if (!path) continue;
            all.push_back(*path);
            expected.emplace_back();
            for (const NaiveStep& step : path->steps)
                expected.back().push_back(step.code);
        }
        std::vector<Key> keys(begins.size());
        keys.resize(finder.pack(told, begins, bits, keys.data()));
        std::vector<std::vector<std::uint32_t>> packed;
        for (const Key key : keys)
            packed.push_back(unpack_path(key, bits));
        ASSERT_EQ(packed, expected);
        finder.each(told, begins, [&](std::uint32_t, const Path& path) {
            threads[unit % 2].add(path, told, told_times);
        });
    }
    threads[0].merge(threads[1]);
    const Edges expected = edges_by_definition(rules, all);
    ASSERT_EQ(threads[0].edges(code_count), list_of(expected));
    const std::size_t top = 1 + random() % 3;
    ASSERT_EQ(threads[0].edges(top), list_of(top_by_definition(expected, all, rules, top)));
}

TEST(Paths, AreWhatTheDefinitionSays) {
    for (std::uint32_t seed = 0; seed < seed_count(2'000); ++seed) {
        judge_paths<std::uint8_t, std::uint64_t>(seed, 2 + seed % 7);
        judge_paths<std::uint8_t, PackedKey128>(seed, 256);
        judge_paths<std::uint16_t, PackedKey128>(seed, 2'000);
    }
}

TEST(Paths, OfFiveStepsOfTwoThousandCodesFitAWord) {
    EXPECT_EQ(path_bits(40), 6U);
    EXPECT_EQ(path_bits(63), 6U);
    EXPECT_EQ(path_bits(64), 7U);
    EXPECT_LE(path_bits(2'000) * 5, 64U);
    EXPECT_EQ(unpack_path<std::uint64_t>((1 << 11 | 2'000), 11),
              (std::vector<std::uint32_t>{0, 1'999}));
}

TEST(PathEdges, WhatComesInGoesOnOrLeaves) {
    Random random(5);
    const PathRules rules{.steps = 4};
    Paths finder(rules);
    PathEdges counts(rules.steps);
    std::vector<std::uint8_t> codes(600);
    for (std::uint8_t& code : codes)
        code = static_cast<std::uint8_t>(random() % 4);
    std::vector<std::uint32_t> begins;
    for (std::uint32_t row = 0; row <= 600; row += 1 + random() % 6)
        begins.push_back(row);
    begins.back() = 600;
    const std::vector<TimeMs> times(600);
    finder.each(std::span<const std::uint8_t>(codes), begins, [&](std::uint32_t, const Path& path) {
        counts.add(path, std::span<const std::uint8_t>(codes), PlainTimes{times.data()});
    });
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::int64_t> balance;
    for (const PathEdge& edge : counts.edges(2)) {
        const auto count = static_cast<std::int64_t>(edge.count);
        if (edge.step > 1) balance[{edge.step, edge.source}] -= count;
        if (edge.target != kPathLeft && edge.step + 1 < rules.steps)
            balance[{edge.step + 1, edge.target}] += count;
    }
    ASSERT_EQ(balance.size(), 6U);
    for (const auto& [node, difference] : balance)
        EXPECT_EQ(difference, 0) << node.first << ' ' << node.second;
}

}  // namespace
}  // namespace twofold::kernel
