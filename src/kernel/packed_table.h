// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <utility>
#include <vector>

namespace twofold::kernel {

/// Codes packed side by side: 0 is no key.
__extension__ using PackedKey128 = unsigned __int128;

/// Its high bits are as good as any.
inline std::uint64_t hash_of_packed(std::uint64_t key) noexcept {
    return (key ^ key >> 32U) * 0x9e37'79b9'7f4a'7c15ULL;
}
inline std::uint64_t hash_of_packed(PackedKey128 key) noexcept {
    const auto high = static_cast<std::uint64_t>(key >> 64U);
    return hash_of_packed(static_cast<std::uint64_t>(key) ^ std::rotl(hash_of_packed(high), 29));
}

/// A value for each key, begun as Value{}. Open addressing, at most half full.
template <typename Key, typename Value>
class PackedTable {
public:
    /// Of keys whose hashes are equal in their highest `skipped_bits`.
    explicit PackedTable(unsigned skipped_bits = 0) : skipped_(skipped_bits) {}

    /// REQUIRES: key != 0. Until the next call.
    Value& at(Key key) { return *at_most(key, std::numeric_limits<std::size_t>::max()); }
    /// The same, but null where there are that many already and it is not among them.
    Value* at_most(Key key, std::size_t size_max) {
        if (used_ * 2 >= slots_.size()) grow();
        Slot& slot = find(key);
        if (slot.first == 0) {
            if (used_ >= size_max) return nullptr;
            ++used_;
            slot.first = key;
        }
        return &slot.second;
    }
    /// Fetches what at() of the key will look at; worth it a few keys ahead.
    void fetch(Key key) const noexcept {
        if (!slots_.empty()) __builtin_prefetch(&slots_[place_of(key)], 1);
    }
    std::size_t size() const noexcept { return used_; }
    /// Keeps its memory.
    void clear() noexcept {
        slots_.assign(slots_.size(), {});
        used_ = 0;
    }
    /// Calls `function(key, value)`, in no order.
    template <typename Function>
    void each(Function&& function) const {
        for (const auto& [key, value] : slots_)
            if (key != 0) function(key, value);
    }

private:
    using Slot = std::pair<Key, Value>;
    static constexpr unsigned kFirstBits = 6;

    std::size_t place_of(Key key) const noexcept {
        return hash_of_packed(key) << skipped_ >> shift_;
    }
    Slot& find(Key key) noexcept {
        std::size_t at = place_of(key);
        while (slots_[at].first != key && slots_[at].first != 0)
            at = (at + 1) & (slots_.size() - 1);
        return slots_[at];
    }
    void grow() {
        const unsigned bits = slots_.empty() ? kFirstBits : 64 - shift_ + 1;
        std::vector<Slot> before(std::size_t{1} << bits);
        before.swap(slots_);
        shift_ = 64 - bits;
        for (Slot& slot : before)
            if (slot.first != 0) find(slot.first) = std::move(slot);
    }

    unsigned skipped_;
    unsigned shift_ = 64;
    std::size_t used_ = 0;
    std::vector<Slot> slots_;
};

}  // namespace twofold::kernel
