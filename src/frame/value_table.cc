// SPDX-License-Identifier: Apache-2.0
#include "frame/value_table.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <utility>

#include "base/bytes.h"
#include "base/checksum.h"

namespace twofold::frame {
namespace {

constexpr std::size_t kTextBlockMin = 1U << 10;
constexpr std::size_t kTextBlockMax = 1U << 18;
constexpr std::size_t kSlotsAtFirst = 16;

}  // namespace

ValueTableBuilder::ValueTableBuilder() : slots_(kSlotsAtFirst) {}

std::uint32_t ValueTableBuilder::hash(const model::Value& value) noexcept {
    const auto seed = static_cast<std::uint64_t>(value.type);
    if (value.is_text()) return checksum32(as_bytes(value.text), seed);
    const std::uint64_t bits = value.type == model::ValueType::kDouble
                                   ? std::bit_cast<std::uint64_t>(value.real)
                                   : static_cast<std::uint64_t>(value.integer);
    return checksum32(std::as_bytes(std::span(&bits, 1)), seed);
}

std::uint32_t ValueTableBuilder::code(const model::Value& value) {
    if (std::size_t{count_ + 1} * 3 > slots_.size() * 2) grow();
    const std::uint32_t wanted = hash(value);
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = wanted & mask;
    for (; slots_[at] != 0; at = (at + 1) & mask) {
        const auto code = static_cast<std::uint32_t>(slots_[at]);
        if (static_cast<std::uint32_t>(slots_[at] >> 32) == wanted && table_[code] == value) {
            return code;
        }
    }
    const std::uint32_t code = count_++;
    slots_[at] = (std::uint64_t{wanted} << 32) | code;
    if (code / ValueTable::kBlockValues == table_.blocks_.size()) {
        table_.blocks_.push_back(std::make_shared<ValueTable::Block>());
    }
    model::Value kept = value;
    kept.text = copy(value.text);
    (*table_.blocks_[code / ValueTable::kBlockValues])[code % ValueTable::kBlockValues] = kept;
    return code;
}

std::string_view ValueTableBuilder::copy(std::string_view text) {
    if (text.empty()) return {};
    if (text.size() > text_room_) {
        // Blocks grow with the table: most traits have few values.
        text_room_ = std::max(text.size(),
                              std::clamp<std::size_t>(text_bytes_, kTextBlockMin, kTextBlockMax));
        text_bytes_ += text_room_;
        table_.texts_.push_back(std::make_shared_for_overwrite<char[]>(text_room_));
        text_next_ = table_.texts_.back().get();
    }
    char* to = text_next_;
    std::memcpy(to, text.data(), text.size());
    text_next_ += text.size();
    text_room_ -= text.size();
    return {to, text.size()};
}

void ValueTableBuilder::grow() {
    const std::vector<std::uint64_t> before =
        std::exchange(slots_, std::vector<std::uint64_t>(slots_.size() * 2));
    const std::size_t mask = slots_.size() - 1;
    for (std::uint64_t slot : before) {
        if (slot == 0) continue;
        std::size_t at = (slot >> 32) & mask;
        while (slots_[at] != 0)
            at = (at + 1) & mask;
        slots_[at] = slot;
    }
}

std::shared_ptr<const ValueTable> ValueTableBuilder::publish() {
    if (published_count_ != count_) {
        published_ = std::make_shared<const ValueTable>(table_);
        published_count_ = count_;
    }
    return published_;
}

std::uint64_t ValueTableBuilder::memory_bytes() const noexcept {
    return slots_.capacity() * sizeof(std::uint64_t) +
           table_.blocks_.size() * sizeof(ValueTable::Block) + text_bytes_;
}

}  // namespace twofold::frame
