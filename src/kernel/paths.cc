// SPDX-License-Identifier: Apache-2.0
#include "kernel/paths.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/check.h"

namespace twofold::kernel {

Paths::Paths(const PathRules& rules) : rules_(rules) {
    TF_CHECK(rules.steps >= 2);
    TF_CHECK(rules.steps <= kPathStepsMax);
}

template <typename Code>
bool Paths::find(std::span<const Code> codes, std::uint32_t begin, std::uint32_t end) {
    rows_.clear();
    ends_ = true;
    bool started = !rules_.starting_at;
    for (std::uint32_t row = begin; row < end; ++row) {
        started |= codes[row] == rules_.starting_at;
        if (!started) continue;
        const bool repeats = !rows_.empty() && codes[row] == codes[rows_.back()];
        if (repeats && !rules_.keep_repeats) continue;
        if (rows_.size() == rules_.steps) {
            if (!rules_.ending_at) {
                ends_ = false;
                return true;
            }
            rows_.erase(rows_.begin());
        }
        rows_.push_back(row);
        if (codes[row] == rules_.ending_at) return true;
    }
    return !rows_.empty() && !rules_.ending_at;
}

/// Row by row, with nothing for a processor to guess: sessions are a handful of rows, and the end
/// of each would be guessed wrong.
template <typename Key, typename Code>
void Paths::pack_plain(std::span<const Code> codes, std::span<const std::uint32_t> begins,
                       unsigned bits, Key* keys) {
    if (begins_session_.size() < codes.size()) begins_session_.resize(codes.size());
    std::uint8_t* const fresh = begins_session_.data();
    for (std::size_t i = 0; i + 1 < begins.size(); ++i)
        fresh[begins[i]] = 1;
    // Below it one more step fits.
    const Key full = Key{1} << (bits * (rules_.steps - 1));
    const bool keep_repeats = rules_.keep_repeats;
    Key key = 0;
    Code before = 0;
    std::size_t sessions = 0;
    for (std::size_t row = 0; row < codes.size(); ++row) {
        const Code code = codes[row];
        const bool is_step = (code != before) | keep_repeats;
        const Key longer = key << bits | (Key{code} + 1);
        key = is_step & (key < full) ? longer : key;
        key = fresh[row] != 0 ? Key{code} + 1 : key;
        sessions += fresh[row];
        keys[sessions - 1] = key;
        before = code;
    }
    for (std::size_t i = 0; i + 1 < begins.size(); ++i)
        fresh[begins[i]] = 0;
}

template <typename Key, typename Code>
std::uint32_t Paths::pack(std::span<const Code> codes, std::span<const std::uint32_t> begins,
                          unsigned bits, Key* keys) {
    TF_CHECK(bits * rules_.steps <= sizeof(Key) * 8);
    if (!rules_.starting_at && !rules_.ending_at) {
        pack_plain(codes, begins, bits, keys);
        return static_cast<std::uint32_t>(begins.size() - 1);
    }
    std::uint32_t count = 0;
    each(codes, begins, [&](std::uint32_t, const Path& path) {
        Key key = 0;
        for (const std::uint32_t row : path.rows)
            key = key << bits | (Key{codes[row]} + 1);
        keys[count++] = key;
    });
    return count;
}

using Bytes = std::span<const std::uint8_t>;
using Shorts = std::span<const std::uint16_t>;
using Begins = std::span<const std::uint32_t>;
template bool Paths::find(Bytes, std::uint32_t, std::uint32_t);
template bool Paths::find(Shorts, std::uint32_t, std::uint32_t);
template std::uint32_t Paths::pack(Bytes, Begins, unsigned, std::uint64_t*);
template std::uint32_t Paths::pack(Shorts, Begins, unsigned, std::uint64_t*);
template std::uint32_t Paths::pack(Bytes, Begins, unsigned, PackedKey128*);
template std::uint32_t Paths::pack(Shorts, Begins, unsigned, PackedKey128*);

void PathEdges::merge(const PathEdges& other) {
    other.edges_.each([this](std::uint64_t key, const Sum& sum) {
        Sum& mine = edges_.at(key);
        mine.count += sum.count;
        mine.duration_ms += sum.duration_ms;
    });
}

std::vector<PathEdge> PathEdges::edges(std::size_t top) const {
    using Node = std::pair<std::uint32_t, std::uint32_t>;  // step, code
    std::vector<PathEdge> all;
    std::map<Node, std::uint64_t> sizes;
    edges_.each([&](std::uint64_t key, const Sum& sum) {
        PathEdge edge{.step = static_cast<std::uint32_t>(key >> 48),
                      .source = static_cast<std::uint32_t>(key >> 24) & kLeft,
                      .target = static_cast<std::uint32_t>(key) & kLeft,
                      .count = sum.count,
                      .duration_ms = sum.duration_ms};
        if (edge.target == kLeft) edge.target = kPathLeft;
        sizes[{edge.step, edge.source}] += edge.count;
        // Of the last step only what comes in is told.
        if (edge.step + 1 == steps_ && edge.target != kPathLeft)
            sizes[{edge.step + 1, edge.target}] += edge.count;
        all.push_back(edge);
    });
    std::set<Node> kept;
    std::vector<std::pair<std::uint64_t, Node>> ranked;
    for (const auto& [node, size] : sizes)
        ranked.emplace_back(size, node);
    std::ranges::sort(ranked, [](const auto& a, const auto& b) {
        return std::tuple(a.second.first, b.first, a.second.second) <
               std::tuple(b.second.first, a.first, b.second.second);
    });
    std::vector<std::size_t> taken(std::size_t{steps_} + 1);
    for (const auto& [size, node] : ranked)
        if (taken[node.first]++ < top) kept.insert(node);
    const auto name = [&](std::uint32_t step, std::uint32_t code) {
        return code == kPathLeft || kept.contains({step, code}) ? code : kPathOther;
    };
    std::map<std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>, PathEdge> merged;
    for (PathEdge& edge : all) {
        edge.source = name(edge.step, edge.source);
        edge.target = name(edge.step + 1, edge.target);
        const auto [place, fresh] = merged.try_emplace({edge.step, edge.source, edge.target}, edge);
        if (fresh) continue;
        place->second.count += edge.count;
        place->second.duration_ms += edge.duration_ms;
    }
    std::vector<PathEdge> edges;
    for (const auto& [key, edge] : merged)
        edges.push_back(edge);
    return edges;
}

}  // namespace twofold::kernel
