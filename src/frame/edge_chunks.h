// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/time.h"
#include "frame/derive_relations.h"
#include "frame/edges.h"
#include "frame/relation_facts.h"
#include "model/types.h"

// How edges lie in a snapshot. Immutable once a snapshot has them; a change copies a chunk.
namespace twofold::frame {

inline constexpr std::uint32_t kEdgeChunk = 256;

/// The facts of 256 users, by ordinal as first seen.
struct FactsChunk {
    template <typename Fact>
    struct Lists {
        std::array<std::uint32_t, kEdgeChunk + 1> begin{};
        std::vector<Fact> facts;
        std::span<const Fact> of(std::uint32_t i) const noexcept {
            return {facts.data() + begin[i], begin[i + 1] - begin[i]};
        }
    };
    Lists<StatedFact> stated;
    Lists<ActFact> acts;
    Lists<ChoiceFact> choices;

    bool has(std::uint32_t i) const noexcept {
        return stated.begin[i] != stated.begin[i + 1] || acts.begin[i] != acts.begin[i + 1] ||
               choices.begin[i] != choices.begin[i + 1];
    }
};

/// The standing facts of 256 users, by canonical ordinal; of canonical customers.
struct StandingChunk {
    std::array<std::uint32_t, kEdgeChunk + 1> begin{};
    std::vector<StandingFact> facts;

    std::span<const StandingFact> of(std::uint32_t i) const noexcept {
        return {facts.data() + begin[i], begin[i + 1] - begin[i]};
    }
    /// User `i` comes next. REQUIRES: i ascending, each once.
    void add(std::uint32_t i, std::span<const StandingFact> more) {
        facts.insert(facts.end(), more.begin(), more.end());
        begin[i + 1] = static_cast<std::uint32_t>(facts.size());
    }
};

/// The edges of 256 users, by canonical ordinal; others have none.
struct UserEdgesChunk {
    std::array<std::uint32_t, kEdgeChunk + 1> edges_begin{};
    std::vector<UserEdges::Stored> edges;
    std::vector<RelationInterval> relations;
    /// See RelationDeriver::settled_from().
    std::array<TimeMs, kEdgeChunk> settled_from;
    TimeMs settled_from_max = kBeginningOfTime;

    UserEdgesChunk() { settled_from.fill(kBeginningOfTime); }

    /// User `i` comes next. REQUIRES: i ascending, each once.
    void add(std::uint32_t i, const UserEdges& more, TimeMs settled);
    void add(std::uint32_t i, std::span<const DerivedEdge> more, TimeMs settled);

    UserEdges of(std::uint32_t i) const noexcept {
        const std::uint32_t begin = edges_begin[i];
        return {{edges.data() + begin, edges_begin[i + 1] - begin},
                begin == 0 ? 0 : edges[begin - 1].relations_end,
                relations.data()};
    }

private:
    void add_edge(model::CustomerOrdinal customer, std::span<const RelationInterval> more);
    void finish(std::uint32_t i, TimeMs settled);
};

/// The users of one customer.
struct CustomerEdgesBlock {
    /// Where an edge's spans lie in `spans`. Inside and belonging share them where they are equal.
    struct Place {
        TimeMs first = kEndOfTime;  ///< Its earliest relation, reaching back.
        std::uint32_t inside_begin = 0;
        std::uint32_t inside_count = 0;
        std::uint32_t belonging_begin = 0;
        std::uint32_t belonging_count = 0;
    };
    std::vector<model::UserOrdinal> users;  ///< Ascending.
    std::vector<Place> places;
    std::vector<Span> spans;
    TimeMs first = kEndOfTime;         ///< Earliest relation of anyone.
    TimeMs first_inside = kEndOfTime;  ///< Earliest moment at which anyone is inside.

    std::span<const Span> inside(std::uint32_t i) const noexcept {
        return {spans.data() + places[i].inside_begin, places[i].inside_count};
    }
    std::span<const Span> belonging(std::uint32_t i) const noexcept {
        return {spans.data() + places[i].belonging_begin, places[i].belonging_count};
    }
    void add(model::UserOrdinal user, TimeMs first_relation, std::span<const Span> inside_spans,
             std::span<const Span> belonging_spans);
};

struct CustomerEdgesChunk {
    std::array<std::shared_ptr<const CustomerEdgesBlock>, kEdgeChunk> blocks;
    /// Edges of the chunk before each customer.
    std::array<std::uint32_t, kEdgeChunk + 1> edges_before{};

    /// Fills edges_before from the blocks.
    void count_edges();
};

}  // namespace twofold::frame
