// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace twofold::intake {

/// A fixed set of member names and their places in it: what a switch over texts would be. Built by
/// the compiler; a look-up is one probe and one comparison.
template <std::size_t kCount>
class KeyTable {
public:
    consteval explicit KeyTable(const std::array<std::string_view, kCount>& names) : names_(names) {
        for (std::size_t i = 0; i < kCount; ++i) {
            std::size_t at = hash(names[i]);
            while (slots_[at & kMask] != 0)
                ++at;
            slots_[at & kMask] = static_cast<std::uint8_t>(i + 1);
        }
    }

    /// Place of the name, or kCount when it is none of them.
    std::size_t find(std::string_view name) const noexcept {
        for (std::size_t at = hash(name); slots_[at & kMask] != 0; ++at) {
            const std::size_t place = slots_[at & kMask] - std::size_t{1};
            if (names_[place] == name) return place;
        }
        return kCount;
    }

private:
    static constexpr std::size_t kMask = 255;
    static_assert(kCount < 128, "the table must stay half empty");

    static constexpr std::size_t hash(std::string_view name) noexcept {
        if (name.empty()) return 0;
        const auto first = static_cast<std::uint8_t>(name.front());
        const auto middle = static_cast<std::uint8_t>(name[name.size() / 2]);
        const auto last = static_cast<std::uint8_t>(name.back());
        return first * std::size_t{31} + middle * std::size_t{7} + last * std::size_t{3} +
               name.size() * std::size_t{53};
    }

    std::array<std::string_view, kCount> names_;
    std::array<std::uint8_t, kMask + 1> slots_{};
};

}  // namespace twofold::intake
