// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "directory/directory.h"
#include "frame/derive_relations.h"
#include "frame/edge_chunks.h"
#include "frame/edge_lists.h"
#include "frame/relation_facts.h"
#include "model/types.h"

namespace twofold::frame {

/// Keeps facts about relations, and derives edges from those of the people that changed. One
/// thread.
class EdgeBuilder {
public:
    void add(model::UserOrdinal user, const StatedFact& fact, bool removed);
    void add(model::UserOrdinal user, const ActFact& fact);
    void add(model::UserOrdinal user, const ChoiceFact& fact);

    /// Everyone is derived anew at the next publish.
    void derive_all() noexcept { all_changed_ = true; }

    /// Finds the standing facts of a person; its others are in `facts`.
    using FindStanding = std::function<void(model::UserOrdinal, RelationFacts& facts)>;
    /// `more`: users whose standing facts may have changed. `find` may be empty: nobody has any.
    const EdgeLists& publish(const directory::Publication& publication, const RelationRules& rules,
                             std::span<const model::UserOrdinal> more, const FindStanding& find);

    std::uint64_t memory_bytes() const noexcept;

private:
    enum class Kind : std::uint8_t { kStated, kRemoved, kAct, kChoice };
    struct Pending {
        std::uint32_t user;
        Kind kind;
        RelationSource source;
        RoleCode role;
        std::uint32_t customer;
        TimeMs time;
        std::uint64_t other;  // until or sequence
    };
    // What became of one edge; `spans` of the builder hold inside, then belonging.
    struct Change {
        std::uint32_t customer;
        std::uint32_t user;
        bool there;
        std::uint32_t spans_begin;
        std::uint32_t inside_count;
        std::uint32_t belonging_count;
        TimeMs first;
    };

    void add(const Pending& fact);
    void take_pending();
    void rebuild_facts(std::size_t chunk, std::span<const Pending> facts);
    std::vector<std::uint32_t> changed_people(const directory::Publication& publication,
                                              std::span<const model::UserOrdinal> more) const;
    void derive_standing(std::size_t chunk, std::span<const std::uint32_t> people,
                         const directory::View& view, const FindStanding& find);
    void derive_chunk(std::size_t chunk, std::span<const std::uint32_t> people,
                      const directory::View& view, const RelationRules& rules);
    void derive(std::uint32_t user, const directory::View& view, const RelationRules& rules);
    void note_changes(std::uint32_t user, const UserEdges& before);
    bool same_spans(std::uint32_t user, const DerivedEdge& edge) const;
    void sort_changes(std::uint32_t customer_count);
    void apply_changes(std::uint32_t customer_count);
    std::shared_ptr<const CustomerEdgesChunk> changed_chunk(const CustomerEdgesChunk* before,
                                                            std::span<const Change> changes) const;
    std::shared_ptr<const CustomerEdgesBlock> changed_block(const CustomerEdgesBlock* before,
                                                            std::span<const Change> changes) const;

    EdgeLists lists_;
    bool all_changed_ = false;
    std::vector<Pending> pending_;
    std::vector<std::uint32_t> changed_users_;  // as first seen, since the last publish

    // Used again from person to person.
    RelationFacts facts_;
    RelationDeriver deriver_;
    std::span<const DerivedEdge> derived_;
    std::vector<Change> changes_;
    std::vector<Span> change_spans_;
};

}  // namespace twofold::frame
