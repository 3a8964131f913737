// SPDX-License-Identifier: Apache-2.0
#include "directory/roster_view.h"

#include <algorithm>

namespace twofold::directory {

void Seen::unite(const Seen& other) noexcept {
    first_fact = std::min(first_fact, other.first_fact);
    first_event = std::min(first_event, other.first_event);
    first_use = std::min(first_use, other.first_use);
    last_use = std::max(last_use, other.last_use);
}

template <typename Ordinal>
std::span<const Ordinal> RosterView<Ordinal>::members(Ordinal canonical) const noexcept {
    const std::uint32_t at = model::index(canonical);
    const Who& chunk = *who_[at / Who::kSize];
    // Who is joined to nobody stands in the array of canonical ordinals as itself.
    if (!chunk.has_group[at % Who::kSize]) return {&chunk.canonical[at % Who::kSize], 1};
    const auto range = std::ranges::equal_range(chunk.group_keys, canonical);
    const auto begin = range.begin() - chunk.group_keys.begin();
    return {chunk.group_members.data() + begin, range.size()};
}

template <typename Ordinal>
bool RosterView<Ordinal>::known(Ordinal canonical) const noexcept {
    const std::uint32_t at = model::index(canonical);
    return who_[at / Who::kSize]->person_known[at % Who::kSize];
}

template <typename Ordinal>
Seen RosterView<Ordinal>::seen(Ordinal canonical) const noexcept {
    Seen all;
    for (Ordinal member : members(canonical))
        all.unite(seen_alone(member));
    return all;
}

template <typename Ordinal>
std::string_view RosterView<Ordinal>::id(Ordinal canonical) const noexcept {
    std::string_view first;
    for (Ordinal member : members(canonical)) {
        const std::uint32_t at = model::index(member);
        const Who& chunk = *who_[at / Who::kSize];
        const std::string_view id = chunk.id[at % Who::kSize];
        if (chunk.known[at % Who::kSize]) return id;
        if (first.empty()) first = id;
    }
    return first;
}

template class RosterView<model::UserOrdinal>;
template class RosterView<model::CustomerOrdinal>;

}  // namespace twofold::directory
