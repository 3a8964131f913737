// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace twofold::oracle {

/// Choices that follow from a seed alone, the same on every machine.
class Dice {
public:
    explicit Dice(std::uint64_t seed) : random_(seed) {}
    /// 0 to n - 1.
    int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
    int between(int low, int high) { return low + below(high - low + 1); }
    bool one_in(int n) { return below(n) == 0; }
    template <typename T>
    const T& of(const std::vector<T>& all) {
        return all[static_cast<std::size_t>(below(static_cast<int>(all.size())))];
    }

private:
    std::mt19937_64 random_;
};

/// A few people and customers for a fortnight, with all that makes questions hard: two ids, equal
/// instants, late rows, several customers, guests, loaded and implied relations, changing money.
struct RandomWorld {
    std::vector<std::string> lines;  ///< JSON, in the order of arrival.
    bool has_ties = false;           ///< Events of equal instants, and durations that end on one.
};
/// `self_customers`: for a project where users are customers of the same id, so some money is
/// theirs.
/// `rules`: with what rules by trait, e-mail and acting customer go by.
RandomWorld random_world(Dice& dice, bool self_customers, bool rules);

/// 2026-02-15T00:00:00.000Z: after everything that is in such a world.
inline constexpr std::int64_t kRandomWorldNow = 1'771'113'600'000;

/// A question about such a world, as text. With ties only what ask.md decides for them.
std::string random_question(Dice& dice, bool has_ties);

}  // namespace twofold::oracle
