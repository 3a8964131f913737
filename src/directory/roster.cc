// SPDX-License-Identifier: Apache-2.0
#include "directory/roster.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace twofold::directory {

template <typename Ordinal>
Ordinal Roster<Ordinal>::add() {
    const auto ordinal = static_cast<Ordinal>(count_);
    if (count_ % Who::kSize == 0) who_.add();
    if (count_ % SeenChunk::kSize == 0) seen_.add();
    who_.write(count_ / Who::kSize).canonical[count_ % Who::kSize] = ordinal;
    seen_unsaved_.push_back(false);
    ++count_;
    return ordinal;
}

template <typename Ordinal>
std::vector<Ordinal> Roster<Ordinal>::members(Ordinal ordinal) const {
    const Ordinal key = canonical(ordinal);
    const Who& chunk = who_[model::index(key) / Who::kSize];
    if (!chunk.has_group[model::index(key) % Who::kSize]) return {key};
    const auto range = std::ranges::equal_range(chunk.group_keys, key);
    const auto begin = chunk.group_members.begin() + (range.begin() - chunk.group_keys.begin());
    return {begin, begin + static_cast<std::ptrdiff_t>(range.size())};
}

template <typename Ordinal>
void Roster<Ordinal>::set_id(Ordinal ordinal, std::string_view text, bool known) {
    const std::uint32_t at = model::index(ordinal);
    const Who& chunk = who_[at / Who::kSize];
    const bool shown_is_known = chunk.known[at % Who::kSize];
    const bool shown = !chunk.id[at % Who::kSize].empty();
    if (shown && (shown_is_known || !known)) return;
    reset_id(ordinal, text, known);
}

template <typename Ordinal>
void Roster<Ordinal>::reset_id(Ordinal ordinal, std::string_view text, bool known) {
    const std::uint32_t at = model::index(ordinal);
    Who& writable = who_.write(at / Who::kSize);
    writable.id[at % Who::kSize] = text;
    writable.known[at % Who::kSize] = known;
    note_known(canonical(ordinal), known);
}

// That a member of the person is known, or was: then it depends on the others.
template <typename Ordinal>
void Roster<Ordinal>::note_known(Ordinal key, bool known) {
    const std::uint32_t at = model::index(key);
    known = known || std::ranges::any_of(members(key),
                                         [this](Ordinal member) { return this->known(member); });
    if (who_[at / Who::kSize].person_known[at % Who::kSize] == known) return;
    who_.write(at / Who::kSize).person_known[at % Who::kSize] = known;
}

template <typename Ordinal>
void Roster<Ordinal>::see(Ordinal ordinal, const Seen& news) {
    const std::uint32_t at = model::index(ordinal);
    Seen united = seen(ordinal);
    const TimeMs first_event = united.first_event;
    const TimeMs first_fact = united.first_fact;
    united.unite(news);
    if (united == seen(ordinal)) return;
    if (united.first_event != first_event) {
        changed_.push_back(ordinal);
    } else if (united.first_fact != first_fact) {
        redated_.push_back(ordinal);
    }
    seen_.write(at / SeenChunk::kSize).seen[at % SeenChunk::kSize] = united;
    if (!seen_unsaved_[at]) {
        seen_unsaved_[at] = true;
        unsaved_seen_.push_back(ordinal);
    }
}

template <typename Ordinal>
bool Roster<Ordinal>::join(Ordinal a, Ordinal b) {
    if (a == b || !joins_.insert(pair_of(a, b)).second) return false;
    unsaved_joins_.push_back({a, b, true});
    if (canonical(a) == canonical(b)) return true;
    const auto [key, other] = std::minmax({canonical(a), canonical(b)});
    changed_.insert(changed_.end(), {key, other});
    const std::vector<Ordinal> more = take_group(other);
    if (who_[model::index(key) / Who::kSize].has_group[model::index(key) % Who::kSize]) {
        grow_group(key, more);
    } else {
        std::vector<Ordinal> members{key};
        members.insert(members.end(), more.begin(), more.end());
        add_group(std::move(members));
    }
    return true;
}

template <typename Ordinal>
bool Roster<Ordinal>::unjoin(Ordinal a, Ordinal b) {
    if (joins_.erase(pair_of(a, b)) == 0) return false;
    unsaved_joins_.push_back({a, b, false});
    changed_.insert(changed_.end(), {a, b});
    split(take_group(canonical(a)));
    return true;
}

// Groups members by the joins that are left. Looks at all joins: undoing one is rare.
template <typename Ordinal>
void Roster<Ordinal>::split(std::span<const Ordinal> members) {
    std::unordered_map<std::uint32_t, std::vector<Ordinal>> next_to;
    for (Ordinal member : members)
        next_to[model::index(member)];
    for (std::uint64_t pair : joins_) {
        const auto a = static_cast<std::uint32_t>(pair >> 32);
        const auto b = static_cast<std::uint32_t>(pair);
        if (!next_to.contains(a)) continue;
        next_to[a].push_back(static_cast<Ordinal>(b));
        next_to[b].push_back(static_cast<Ordinal>(a));
    }
    for (Ordinal member : members) {
        if (!next_to.contains(model::index(member))) continue;
        std::vector<Ordinal> group{member};
        for (std::size_t i = 0; i < group.size(); ++i) {
            const auto at = next_to.find(model::index(group[i]));
            if (at == next_to.end()) continue;
            const std::vector<Ordinal> neighbours = std::move(at->second);
            next_to.erase(at);
            group.insert(group.end(), neighbours.begin(), neighbours.end());
        }
        add_group(std::move(group));
    }
}

// The members of `key`'s group, which is no more: itself alone where it has none.
template <typename Ordinal>
std::vector<Ordinal> Roster<Ordinal>::take_group(Ordinal key) {
    const std::size_t at = model::index(key) / Who::kSize;
    if (!who_[at].has_group[model::index(key) % Who::kSize]) return {key};
    Who& chunk = who_.write(at);
    chunk.has_group.reset(model::index(key) % Who::kSize);
    const auto range = std::ranges::equal_range(chunk.group_keys, key);
    const auto begin = chunk.group_members.begin() + (range.begin() - chunk.group_keys.begin());
    const auto end = begin + static_cast<std::ptrdiff_t>(range.size());
    std::vector<Ordinal> members(begin, end);
    chunk.group_members.erase(begin, end);
    chunk.group_keys.erase(range.begin(), range.end());
    return members;
}

template <typename Ordinal>
void Roster<Ordinal>::relabel(std::span<const Ordinal> members, Ordinal key) {
    for (Ordinal member : members) {
        const std::uint32_t at = model::index(member);
        if (canonical(member) == key) continue;
        who_.write(at / Who::kSize).canonical[at % Who::kSize] = key;
    }
}

// Makes them one, under the smallest. A member may be given twice.
template <typename Ordinal>
void Roster<Ordinal>::add_group(std::vector<Ordinal> members) {
    std::ranges::sort(members);
    members.erase(std::ranges::unique(members).begin(), members.end());
    const Ordinal key = members.front();
    relabel(members, key);
    if (members.size() < 2) return note_known(key, known(key));
    Who& chunk = who_.write(model::index(key) / Who::kSize);
    chunk.has_group.set(model::index(key) % Who::kSize);
    const auto place = std::ranges::lower_bound(chunk.group_keys, key);
    const auto at = place - chunk.group_keys.begin();
    chunk.group_keys.insert(place, members.size(), key);
    chunk.group_members.insert(chunk.group_members.begin() + at, members.begin(), members.end());
    note_known(key, known(key));
}

// In place: one person may gather very many ids (a kiosk), one by one.
template <typename Ordinal>
void Roster<Ordinal>::grow_group(Ordinal key, std::span<const Ordinal> more) {
    relabel(more, key);
    const auto is_known = [this](Ordinal member) { return known(member); };
    if (std::ranges::any_of(more, is_known)) note_known(key, true);
    Who& chunk = who_.write(model::index(key) / Who::kSize);
    for (Ordinal member : more) {
        const auto range = std::ranges::equal_range(chunk.group_keys, key);
        const auto begin = chunk.group_members.begin() + (range.begin() - chunk.group_keys.begin());
        const auto end = begin + static_cast<std::ptrdiff_t>(range.size());
        chunk.group_members.insert(std::lower_bound(begin, end, member), member);
        chunk.group_keys.insert(range.end(), key);
    }
}

template <typename Ordinal>
RosterView<Ordinal> Roster<Ordinal>::publish() {
    RosterView<Ordinal> view;
    view.who_ = who_.publish();
    view.seen_ = seen_.publish();
    view.count_ = count_;
    return view;
}

template <typename Ordinal>
std::vector<Ordinal> Roster<Ordinal>::take_changed() {
    std::vector<Ordinal> changed = std::exchange(changed_, {});
    for (std::size_t i = 0, before = changed.size(); i < before; ++i) {
        changed.push_back(canonical(changed[i]));
    }
    std::ranges::sort(changed);
    const auto rest = std::ranges::unique(changed);
    changed.erase(rest.begin(), rest.end());
    return changed;
}

template <typename Ordinal>
std::vector<Ordinal> Roster<Ordinal>::take_unsaved_seen() {
    for (Ordinal ordinal : unsaved_seen_)
        seen_unsaved_[model::index(ordinal)] = false;
    return std::exchange(unsaved_seen_, {});
}

template <typename Ordinal>
void Roster<Ordinal>::forget_changes() {
    changed_.clear();
    redated_.clear();
    unsaved_joins_.clear();
    take_unsaved_seen();
}

template <typename Ordinal>
std::vector<typename Roster<Ordinal>::JoinChange> Roster<Ordinal>::all_joins() const {
    std::vector<JoinChange> all;
    all.reserve(joins_.size());
    for (std::uint64_t pair : joins_) {
        all.push_back({static_cast<Ordinal>(pair >> 32),
                       static_cast<Ordinal>(static_cast<std::uint32_t>(pair)), true});
    }
    std::ranges::sort(all, {}, [](const JoinChange& join) { return std::pair(join.a, join.b); });
    return all;
}

template <typename Ordinal>
std::uint64_t Roster<Ordinal>::memory_bytes() const noexcept {
    return who_.size() * sizeof(Who) + seen_.size() * sizeof(SeenChunk) + joins_.size() * 48 +
           count_ / 8;
}

template class Roster<model::UserOrdinal>;
template class Roster<model::CustomerOrdinal>;

}  // namespace twofold::directory
