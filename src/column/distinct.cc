// SPDX-License-Identifier: Apache-2.0
#include "column/distinct.h"

#include <algorithm>

#include "base/check.h"

namespace twofold::column {

std::uint32_t DistinctNumbers::slot_of(std::uint64_t number) const noexcept {
    // Multiplying by an odd constant spreads neighbours; the high bits are the mixed ones.
    auto slot = static_cast<std::uint32_t>((number * 0x9E37'79B9'7F4A'7C15) >> 52) % kSlots;
    while (keys_[slot] != 0 && keys_[slot] != number + 1)
        slot = (slot + 1) % kSlots;
    return slot;
}

bool DistinctNumbers::collect(std::span<const std::uint64_t> numbers, std::uint32_t count_max) {
    TF_CHECK(count_max <= kMax);
    keys_.fill(0);
    found_.clear();
    for (const std::uint64_t number : numbers) {
        const std::uint32_t slot = slot_of(number);
        if (keys_[slot] != 0) continue;
        if (found_.size() == count_max) return false;
        keys_[slot] = number + 1;
        found_.push_back(number);
    }
    std::sort(found_.begin(), found_.end());
    for (std::size_t place = 0; place < found_.size(); ++place) {
        places_[slot_of(found_[place])] = static_cast<std::uint16_t>(place);
    }
    return true;
}

std::uint64_t DistinctNumbers::place_of(std::uint64_t number) const noexcept {
    return places_[slot_of(number)];
}

}  // namespace twofold::column
