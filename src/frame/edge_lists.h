// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "directory/view.h"
#include "frame/edge_chunks.h"
#include "frame/relation_facts.h"
#include "model/types.h"

namespace twofold::frame {

/// Chunk `i` of a list that may end before it; null where there is none.
template <typename Chunk>
const Chunk* chunk_at(const std::vector<std::shared_ptr<const Chunk>>& chunks, std::size_t i) {
    return i < chunks.size() ? chunks[i].get() : nullptr;
}

/// The edges as they are to be published.
struct EdgeLists {
    std::vector<std::shared_ptr<const FactsChunk>> facts;
    std::vector<std::shared_ptr<const StandingChunk>> standing;
    std::vector<std::shared_ptr<const UserEdgesChunk>> users;
    std::vector<std::shared_ptr<const CustomerEdgesChunk>> customers;
    std::vector<std::uint32_t>
        edges_before;  ///< Of each chunk of customers, and of all at the end.

    /// Fills edges_before from the chunks.
    void count_edges();
};

/// Puts together the facts of all members of a person, with canonical customers, sorted.
void gather_facts(const EdgeLists& lists, const directory::View& view, model::UserOrdinal person,
                  RelationFacts& out);

}  // namespace twofold::frame
