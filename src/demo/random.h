// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace twofold::demo {

/// Scatters the bits of a number (the finaliser of splitmix64).
constexpr std::uint64_t scatter(std::uint64_t x) noexcept {
    x = (x ^ (x >> 30)) * 0xbf58'476d'1ce4'e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d0'49bb'1331'11ebULL;
    return x ^ (x >> 31);
}

/// Random numbers that are the same on every machine: integers only, and none of the standard
/// library's distributions, whose results are not specified. Each purpose has a stream of its own,
/// so that a change in one place does not move everything else.
class Random {
public:
    Random(std::uint64_t seed, std::string_view purpose) noexcept : state_(scatter(seed + 1)) {
        for (const char c : purpose) {
            state_ = scatter(state_ ^ static_cast<unsigned char>(c));
        }
    }

    std::uint64_t next() noexcept {
        state_ += 0x9e37'79b9'7f4a'7c15ULL;
        return scatter(state_);
    }
    /// 0 to count - 1. REQUIRES: count > 0.
    std::int64_t below(std::int64_t count) noexcept {
        return static_cast<std::int64_t>((static_cast<Wide>(next()) * static_cast<Wide>(count)) >>
                                         64);
    }
    int below(int count) noexcept { return static_cast<int>(below(std::int64_t{count})); }
    /// Bounds included. REQUIRES: low <= high.
    int between(int low, int high) noexcept { return low + below(high - low + 1); }
    std::int64_t between(std::int64_t low, std::int64_t high) noexcept {
        return low + below(high - low + 1);
    }
    bool chance(int per_mille) noexcept { return below(1'000) < per_mille; }

    template <typename T>
    void shuffle(std::vector<T>& items) noexcept {
        for (std::size_t i = items.size(); i > 1; --i) {
            std::swap(items[i - 1],
                      items[static_cast<std::size_t>(below(static_cast<std::int64_t>(i)))]);
        }
    }
    /// REQUIRES: not empty.
    template <typename T>
    T& pick(std::vector<T>& items) noexcept {
        return items[static_cast<std::size_t>(below(static_cast<std::int64_t>(items.size())))];
    }
    template <typename T>
    const T& pick(const std::vector<T>& items) noexcept {
        return items[static_cast<std::size_t>(below(static_cast<std::int64_t>(items.size())))];
    }

private:
    __extension__ using Wide = unsigned __int128;
    std::uint64_t state_;
};

}  // namespace twofold::demo
