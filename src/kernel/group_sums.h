// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace twofold::kernel {

/// Sums of doubles by group, exact like ExactSum and as quick as adding doubles: for loops over
/// columns. Every value is split at one power of two, so that the upper pieces add up without an
/// error, and the lower ones too, as long as values stay within bounds that were told before.
/// A value per thread.
///
///   if (!sums.fits(bounds, values.size())) {
///       sums.take([&](std::size_t group, const GroupSums::Sum& sum) { … });
///       if (!sums.begin(bounds)) …        // too far apart: add them one by one
///   }
///   sums.add(groups, values);
class GroupSums {
public:
    /// Every value but 0 is at least `least` and at most `most` in magnitude. 0 < least <= most.
    struct Bounds {
        double least = 0;
        double most = 0;
    };
    /// The sum of a group is high + low, each of them exact.
    struct Sum {
        std::uint64_t count = 0;
        double high = 0;
        double low = 0;
    };
    /// As many values may come at once.
    static constexpr std::size_t kAtOnceMax = 4'096;

    /// Whether so many values within the bounds can be added to what is there.
    bool fits(const Bounds& bounds, std::size_t values) const noexcept;
    /// Makes values within the bounds fit. False: no split serves them. REQUIRES: all was taken.
    bool begin(const Bounds& bounds) noexcept;

    /// Makes room for groups below `count`.
    void widen(std::size_t count);
    std::size_t groups() const noexcept { return size_; }

    /// groups[i] gets values[i]. REQUIRES: fits(); groups below groups(); sizes alike.
    void add(std::span<const std::uint32_t> groups, std::span<const double> values) noexcept;
    /// All of one group. REQUIRES: as above.
    void add(std::uint32_t group, std::span<const double> values) noexcept;

    /// Calls take(group, sum) for each group that has values, and forgets them.
    template <typename Take>
    void take(Take&& take);

private:
    /// Both pieces are added by one instruction.
    using Pieces = double __attribute__((vector_size(2 * sizeof(double))));
    struct Cell {
        Pieces pieces{};
        std::uint64_t count = 0;
        std::uint64_t unused = 0;
    };
    /// Neighbours of one group would wait for each other: with few groups each of four rows in
    /// turn has cells of its own.
    static constexpr std::size_t kLanes = 4;
    static constexpr std::size_t kLanedGroupsMax = 256;

    std::size_t lanes() const noexcept { return size_ <= kLanedGroupsMax ? kLanes : 1; }
    void fold_lanes();
    void add_one(Cell* cell, double value) const noexcept;
    void add_four(const std::uint32_t* groups, const double* values) noexcept;
    void add_run(std::uint32_t group, const double* values, std::size_t count) noexcept;

    std::vector<Cell> cells_;  // lane by lane, size_ each
    std::size_t size_ = 0;
    bool has_values_ = false;
    // What fits: exponents of the greatest and least bits, and how many values more.
    int highest_ = 0;
    int lowest_ = 0;
    std::size_t left_ = 0;
    double splitter_ = 0;
};

template <typename Take>
void GroupSums::take(Take&& take) {
    if (!has_values_) return;
    has_values_ = false;
    for (std::size_t group = 0; group < size_; ++group) {
        Sum sum;
        for (std::size_t lane = 0; lane < lanes(); ++lane) {
            Cell& cell = cells_[lane * size_ + group];
            sum.count += cell.count;
            sum.high += cell.pieces[0];
            sum.low += cell.pieces[1];
            cell = {};
        }
        if (sum.count != 0) take(group, sum);
    }
}

}  // namespace twofold::kernel
