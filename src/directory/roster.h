// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "directory/roster_view.h"

namespace twofold::directory {

/// Chunks of which the writer changes some and readers keep old ones: the first change to a chunk
/// after a publication copies it.
template <typename Chunk>
class CopiedOnWrite {
public:
    std::size_t size() const noexcept { return chunks_.size(); }
    const Chunk& operator[](std::size_t at) const noexcept { return *chunks_[at].chunk; }
    Chunk& write(std::size_t at) {
        Slot& slot = chunks_[at];
        if (slot.made_at != publications_) {
            slot = {std::make_shared<Chunk>(*slot.chunk), publications_};
        }
        return *slot.chunk;
    }
    void add() { chunks_.push_back({std::make_shared<Chunk>(), publications_}); }
    std::vector<std::shared_ptr<const Chunk>> publish() {
        ++publications_;
        std::vector<std::shared_ptr<const Chunk>> shared;
        shared.reserve(chunks_.size());
        for (const Slot& slot : chunks_)
            shared.push_back(slot.chunk);
        return shared;
    }

private:
    struct Slot {
        std::shared_ptr<Chunk> chunk;
        std::uint64_t made_at = 0;  // publications before it was made: nobody else has seen it
    };
    std::vector<Slot> chunks_;
    std::uint64_t publications_ = 0;
};

/// All users, or all customers: ordinals, joins, what each was seen for. Remembers what changed
/// since it was last published and since it was last saved. One thread.
template <typename Ordinal>
class Roster {
public:
    std::uint32_t count() const noexcept { return count_; }
    Ordinal add();

    Ordinal canonical(Ordinal ordinal) const noexcept {
        const std::uint32_t at = model::index(ordinal);
        return who_[at / Who::kSize].canonical[at % Who::kSize];
    }
    const Seen& seen(Ordinal ordinal) const noexcept {
        const std::uint32_t at = model::index(ordinal);
        return seen_[at / SeenChunk::kSize].seen[at % SeenChunk::kSize];
    }
    /// Of this ordinal alone.
    bool known(Ordinal ordinal) const noexcept {
        const std::uint32_t at = model::index(ordinal);
        return who_[at / Who::kSize].known[at % Who::kSize];
    }
    std::string_view id(Ordinal ordinal) const noexcept {
        const std::uint32_t at = model::index(ordinal);
        return who_[at / Who::kSize].id[at % Who::kSize];
    }
    /// Everyone that it is joined to, itself included, ascending.
    std::vector<Ordinal> members(Ordinal ordinal) const;
    /// `text` must stay. `known`: it hides an id that isn't; the first known one stays.
    void set_id(Ordinal ordinal, std::string_view text, bool known);
    /// After an id was taken back: what to show is set as if it were the first.
    void reset_id(Ordinal ordinal, std::string_view text, bool known);
    void see(Ordinal ordinal, const Seen& seen);

    /// Whether there was no such join (was one). A join is between the two as first seen; whoever
    /// is connected by any number of them is one.
    bool join(Ordinal a, Ordinal b);
    bool unjoin(Ordinal a, Ordinal b);
    bool has_join(Ordinal a, Ordinal b) const { return joins_.contains(pair_of(a, b)); }
    std::uint64_t join_count() const noexcept { return joins_.size(); }

    RosterView<Ordinal> publish();
    /// Whose joins or first event changed since the last call, canonical, each once.
    std::vector<Ordinal> take_changed();
    /// Whose first fact alone changed since the last call, as first seen, some more than once.
    std::vector<Ordinal> take_redated() { return std::exchange(redated_, {}); }

    struct JoinChange {
        Ordinal a;
        Ordinal b;
        bool joined;
    };
    /// Changes since the last call.
    std::vector<Ordinal> take_unsaved_seen();
    std::vector<JoinChange> take_unsaved_joins() { return std::exchange(unsaved_joins_, {}); }
    /// As if all that changed had been taken.
    void forget_changes();
    /// All joins, a < b, ascending.
    std::vector<JoinChange> all_joins() const;

    std::uint64_t memory_bytes() const noexcept;

private:
    using Who = WhoChunk<Ordinal>;

    static std::uint64_t pair_of(Ordinal a, Ordinal b) noexcept {
        const std::uint64_t low = std::min(model::index(a), model::index(b));
        return (low << 32) | std::max(model::index(a), model::index(b));
    }
    std::vector<Ordinal> take_group(Ordinal key);
    void add_group(std::vector<Ordinal> members);
    void grow_group(Ordinal key, std::span<const Ordinal> more);
    void relabel(std::span<const Ordinal> members, Ordinal key);
    void note_known(Ordinal key, bool known);
    void split(std::span<const Ordinal> members);

    CopiedOnWrite<Who> who_;
    CopiedOnWrite<SeenChunk> seen_;
    std::unordered_set<std::uint64_t> joins_;  // smaller ordinal above, larger below
    std::uint32_t count_ = 0;

    std::vector<Ordinal> changed_;
    std::vector<Ordinal> redated_;
    std::vector<bool> seen_unsaved_;
    std::vector<Ordinal> unsaved_seen_;
    std::vector<JoinChange> unsaved_joins_;
};

extern template class Roster<model::UserOrdinal>;
extern template class Roster<model::CustomerOrdinal>;

}  // namespace twofold::directory
