// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace twofold::bench {

/// A number in disguise: the same for the same number, else as if by chance.
constexpr std::uint64_t mix(std::uint64_t x) {
    x += 0x9e37'79b9'7f4a'7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58'476d'1ce4'e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d0'49bb'1331'11ebULL;
    return x ^ (x >> 31);
}

/// Chance that is a function of what it is thrown for, so that nothing has to be remembered.
class Dice {
public:
    /// `what` keeps the throws for one thing apart from those for another of the same number.
    Dice(std::uint64_t seed, std::uint64_t what, std::uint64_t number)
        : state_(mix(mix(seed * 0x1000 + what) ^ number)) {}

    std::uint64_t next() { return mix(state_++); }
    /// In [0, 1).
    double unit() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }
    bool one_in(std::uint64_t count) { return next() % count == 0; }
    /// True in so many of a hundred throws.
    bool percent(unsigned share) { return next() % 100 < share; }
    std::uint32_t below(std::uint32_t count) { return static_cast<std::uint32_t>(next() % count); }
    /// Below `count`, its shares falling as 1/(rank + 1): pages, referrers, sizes of customers.
    std::uint32_t skewed(std::uint32_t count) {
        const double rank = std::exp(unit() * std::log(count + 1.0)) - 1;
        return std::min(count - 1, static_cast<std::uint32_t>(rank));
    }
    /// At least 0, with this mean, most below it.
    double waiting(double mean) { return -mean * std::log(1 - unit()); }

private:
    std::uint64_t state_;
};

}  // namespace twofold::bench
