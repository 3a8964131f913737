// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "model/types.h"

namespace twofold::directory {

/// When somebody was seen. kEndOfTime / kBeginningOfTime where there is nothing.
struct Seen {
    TimeMs first_fact = kEndOfTime;   ///< Earliest record that has a time of its own.
    TimeMs first_event = kEndOfTime;  ///< Earliest event, automatic ones too.
    TimeMs first_use = kEndOfTime;    ///< Earliest event that was not automatic.
    TimeMs last_use = kBeginningOfTime;
    bool operator==(const Seen&) const = default;

    void unite(const Seen& other) noexcept;
};

/// Who 4,096 ordinals are.
template <typename Ordinal>
struct WhoChunk {
    static constexpr std::uint32_t kSize = 4'096;
    std::array<Ordinal, kSize> canonical{};
    std::array<std::string_view, kSize> id;  ///< What to show; the text lies in the Lookup.
    std::bitset<kSize> known;                ///< `id` is a user id; a customer's own id, no key.
    std::bitset<kSize> person_known;         ///< Of canonical ordinals: a member's `known` is set.
    /// The joined ones whose canonical ordinal is in this chunk: sorted by (key, member), the key
    /// itself is a member too.
    std::vector<Ordinal> group_keys;
    std::vector<Ordinal> group_members;
    std::bitset<kSize> has_group;  ///< Is one of group_keys: most are not, and need no search.
};

struct SeenChunk {
    static constexpr std::uint32_t kSize = 1'024;
    std::array<Seen, kSize> seen;
};

/// Users or customers as they were when published. Immutable, any thread.
template <typename Ordinal>
class RosterView {
public:
    std::uint32_t count() const noexcept { return count_; }

    /// Itself for ordinals beyond count().
    Ordinal canonical(Ordinal ordinal) const noexcept {
        const std::uint32_t at = model::index(ordinal);
        if (at >= count_) [[unlikely]]
            return ordinal;
        return who_[at / Who::kSize]->canonical[at % Who::kSize];
    }
    /// Ascending. REQUIRES: canonical and below count().
    std::span<const Ordinal> members(Ordinal canonical) const noexcept;
    bool known(Ordinal canonical) const noexcept;
    Seen seen(Ordinal canonical) const noexcept;
    const Seen& seen_alone(Ordinal ordinal) const noexcept {
        const std::uint32_t at = model::index(ordinal);
        return seen_[at / SeenChunk::kSize]->seen[at % SeenChunk::kSize];
    }
    std::string_view id(Ordinal canonical) const noexcept;
    std::string_view id_alone(Ordinal ordinal) const noexcept {
        const std::uint32_t at = model::index(ordinal);
        return who_[at / Who::kSize]->id[at % Who::kSize];
    }

private:
    template <typename>
    friend class Roster;
    using Who = WhoChunk<Ordinal>;

    std::vector<std::shared_ptr<const Who>> who_;
    std::vector<std::shared_ptr<const SeenChunk>> seen_;
    std::uint32_t count_ = 0;
};

extern template class RosterView<model::UserOrdinal>;
extern template class RosterView<model::CustomerOrdinal>;

}  // namespace twofold::directory
