// SPDX-License-Identifier: Apache-2.0
#include "column/string_table.h"

#include <algorithm>
#include <cstring>
#include <random>

#include "base/bytes.h"
#include "base/checksum.h"

namespace twofold::column {
namespace {

constexpr std::size_t kSlotsMin = 16;
constexpr std::size_t kChunkBytesMin = 256;
constexpr std::size_t kChunkBytesMax = 256 * 1024;

std::uint32_t hash_of(std::string_view text) noexcept {
    static const std::uint64_t seed = std::random_device{}();
    return checksum32(as_bytes(text), seed);
}

}  // namespace

// The copy starts a chunk of its own: the rest of this one's is still written to.
StringTable::StringTable(const StringTable& other)
    : slots_(other.slots_),
      texts_(other.texts_),
      chunks_(other.chunks_),
      chunk_bytes_(other.chunk_bytes_),
      text_bytes_(other.text_bytes_) {}

StringTable& StringTable::operator=(const StringTable& other) {
    if (this != &other) *this = StringTable(other);
    return *this;
}

std::size_t StringTable::slot_of(std::string_view text, std::uint32_t hash) const noexcept {
    const std::size_t mask = slots_.size() - 1;
    std::size_t slot = hash & mask;
    while (slots_[slot].number != kNone) {
        if (slots_[slot].hash == hash && texts_[slots_[slot].number] == text) break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

std::uint32_t StringTable::find(std::string_view text) const noexcept {
    if (slots_.empty()) return kNone;
    return slots_[slot_of(text, hash_of(text))].number;
}

std::uint32_t StringTable::add(std::string_view text) {
    if ((texts_.size() + 1) * 4 > slots_.size() * 3) grow();
    const std::uint32_t hash = hash_of(text);
    Slot& slot = slots_[slot_of(text, hash)];
    if (slot.number == kNone) {
        slot = {hash, size()};
        texts_.push_back(keep(text));
    }
    return slot.number;
}

void StringTable::grow() {
    const std::vector<Slot> old = std::move(slots_);
    slots_.assign(std::max(kSlotsMin, old.size() * 2), Slot{});
    const std::size_t mask = slots_.size() - 1;
    for (const Slot& slot : old) {
        if (slot.number == kNone) continue;
        std::size_t place = slot.hash & mask;
        while (slots_[place].number != kNone)
            place = (place + 1) & mask;
        slots_[place] = slot;
    }
}

std::string_view StringTable::keep(std::string_view text) {
    if (text.size() > chunk_left_) {
        chunk_bytes_ = std::clamp(chunk_bytes_ * 2, kChunkBytesMin, kChunkBytesMax);
        chunk_left_ = std::max(chunk_bytes_, text.size());
        chunks_.push_back(std::make_shared_for_overwrite<char[]>(chunk_left_));
        chunk_at_ = chunks_.back().get();
    }
    if (text.empty()) return {};
    std::memcpy(chunk_at_, text.data(), text.size());
    const std::string_view kept(chunk_at_, text.size());
    chunk_at_ += text.size();
    chunk_left_ -= text.size();
    text_bytes_ += text.size();
    return kept;
}

}  // namespace twofold::column
