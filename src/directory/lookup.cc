// SPDX-License-Identifier: Apache-2.0
#include "directory/lookup.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "base/checksum.h"

namespace twofold::directory {
namespace {

constexpr std::size_t kTextBlock = 1U << 20;
constexpr std::size_t kLookupSlotsAtFirst = 1U << 10;

}  // namespace

Lookup::Lookup() : slots_(kLookupSlotsAtFirst) {
    std::random_device random;
    seed_ = (std::uint64_t{random()} << 32) | random();
}

std::uint32_t Lookup::hash(IdKind kind, std::string_view text) const noexcept {
    return checksum32(as_bytes(text), seed_ + static_cast<std::uint64_t>(kind));
}

std::uint32_t Lookup::find(IdKind kind, std::string_view text) const noexcept {
    const std::uint32_t wanted = hash(kind, text);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t at = wanted & mask; slots_[at] != 0; at = (at + 1) & mask) {
        if (static_cast<std::uint32_t>(slots_[at] >> 32) != wanted) continue;
        const auto entry = static_cast<std::uint32_t>(slots_[at]) - 1;
        if (entries_[entry].kind == kind && entries_[entry].view() == text) return entry;
    }
    return kNobody;
}

std::uint32_t Lookup::add(IdKind kind, std::string_view text, std::uint32_t ordinal, bool keep) {
    if ((entries_.size() + 1) * 3 > slots_.size() * 2) grow(slots_.size() * 2);
    const std::string_view kept = keep ? text : copy(text);
    const auto entry = static_cast<std::uint32_t>(entries_.size());
    entries_.push_back({.text = kept.data(),
                        .length = static_cast<std::uint32_t>(kept.size()),
                        .ordinal = ordinal,
                        .kind = kind});
    put(hash(kind, text), entry);
    if (ordinal != kNobody) link(entry);
    return entry;
}

void Lookup::set_owner(std::uint32_t entry, std::uint32_t ordinal) {
    if (entries_[entry].ordinal != kNobody) unlink(entry);
    entries_[entry].ordinal = ordinal;
    if (ordinal != kNobody) link(entry);
}

void Lookup::link(std::uint32_t entry) {
    IdEntry& added = entries_[entry];
    std::vector<std::uint32_t>& first = firsts(added.kind);
    if (first.size() <= added.ordinal) first.resize(added.ordinal + 1, kNobody);
    added.next = kNobody;
    std::uint32_t* end = &first[added.ordinal];
    // A device that is identified again and again would make this a long walk: new ids of a person
    // with many go second.
    for (int steps = 0; *end != kNobody; end = &entries_[*end].next) {
        if (++steps == 64) {
            added.next = *end;
            break;
        }
    }
    *end = entry;
}

void Lookup::unlink(std::uint32_t entry) {
    IdEntry& taken = entries_[entry];
    std::uint32_t* at = &firsts(taken.kind)[taken.ordinal];
    while (*at != entry)
        at = &entries_[*at].next;
    *at = taken.next;
    taken.next = kNobody;
}

std::string_view Lookup::copy(std::string_view text) {
    if (text.size() > text_room_) {
        text_room_ = std::max(kTextBlock, text.size());
        text_bytes_ += text_room_;
        texts_.push_back(std::make_unique_for_overwrite<char[]>(text_room_));
        text_next_ = texts_.back().get();
    }
    char* to = text_next_;
    std::memcpy(to, text.data(), text.size());
    text_next_ += text.size();
    text_room_ -= text.size();
    return {to, text.size()};
}

void Lookup::put(std::uint32_t hash, std::uint32_t entry) noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = hash & mask;
    while (slots_[at] != 0)
        at = (at + 1) & mask;
    slots_[at] = (std::uint64_t{hash} << 32) | (entry + 1);
}

void Lookup::grow(std::size_t slots) {
    const std::vector<std::uint64_t> before =
        std::exchange(slots_, std::vector<std::uint64_t>(slots));
    for (std::uint64_t slot : before) {
        if (slot != 0)
            put(static_cast<std::uint32_t>(slot >> 32), static_cast<std::uint32_t>(slot) - 1);
    }
}

void Lookup::reserve(std::uint32_t ids) {
    std::size_t slots = slots_.size();
    while (std::size_t{ids} * 3 > slots * 2)
        slots *= 2;
    if (slots > slots_.size()) grow(slots);
    entries_.reserve(ids);
}

std::uint64_t Lookup::memory_bytes() const noexcept {
    return slots_.capacity() * sizeof(std::uint64_t) + entries_.capacity() * sizeof(IdEntry) +
           (first_of_user_.capacity() + first_of_customer_.capacity()) * sizeof(std::uint32_t) +
           text_bytes_;
}

}  // namespace twofold::directory
