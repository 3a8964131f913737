// SPDX-License-Identifier: Apache-2.0
#include "kernel/group_sums.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "base/check.h"

// The split is that of Rump, Ogita and Oishi (2008): adding 1.5 × 2^(52 + u) and taking it away
// again leaves the multiple of 2^u nearest to a value, for the sum has no smaller bits. With
//
//   |value| < 2^(e + 1), a multiple of 2^l, and 2^r values,
//
// the upper pieces are multiples of 2^u and add up to 2^(e + 1 + r) at the most, the lower ones are
// multiples of 2^l and add up to 2^(u - 1 + r). A double has 53 bits, so both sums are exact where
//
//   e + 1 + r - u <= 53   and   u - 1 + r - l <= 53.
namespace twofold::kernel {
namespace {

constexpr int kDoubleBits = 53;
constexpr int kExponentMax = 900;  // far from where the splitter overflows or bits get lost
constexpr int kRowBitsMax = 20;
constexpr int kRowBitsMin = 12;
static_assert(GroupSums::kAtOnceMax == std::size_t{1} << kRowBitsMin);

/// Rows are looked at so many at a time.
constexpr std::size_t kRun = 4;

/// Where rows of the first one's group end, in steps; `begin` when already the first ones differ.
/// Rows of a person lie together and mostly are of one group.
std::size_t end_of_run(const std::uint32_t* groups, std::size_t begin, std::size_t size) noexcept {
    const std::uint64_t twice = std::uint64_t{groups[begin]} << 32 | groups[begin];
    std::size_t end = begin;
    for (; end + kRun <= size; end += kRun) {
        std::uint64_t pairs[2];
        std::memcpy(pairs, groups + end, sizeof(pairs));
        if (pairs[0] != twice || pairs[1] != twice) break;
    }
    return end;
}

struct Exponents {
    int highest = 0;
    int lowest = 0;  ///< Of the last bit.
};

Exponents exponents_of(const GroupSums::Bounds& bounds) noexcept {
    return {std::ilogb(bounds.most), std::ilogb(bounds.least) - (kDoubleBits - 1)};
}

}  // namespace

bool GroupSums::fits(const Bounds& bounds, std::size_t values) const noexcept {
    if (!(bounds.least > 0)) return false;
    const Exponents wanted = exponents_of(bounds);
    return values <= left_ && wanted.highest <= highest_ && wanted.lowest >= lowest_;
}

bool GroupSums::begin(const Bounds& bounds) noexcept {
    TF_CHECK(!has_values_);
    TF_CHECK(bounds.least > 0);
    left_ = 0;
    const Exponents wanted = exponents_of(bounds);
    if (wanted.highest > kExponentMax || wanted.lowest < -kExponentMax) return false;
    const int width = wanted.highest - wanted.lowest;
    const int row_bits = std::min(kRowBitsMax, (2 * kDoubleBits - width) / 2);
    if (row_bits < kRowBitsMin) return false;
    // Between the two conditions: room on both sides for blocks whose bounds are a little wider.
    const int from = wanted.highest + 1 + row_bits - kDoubleBits;
    const int to = kDoubleBits + 1 + wanted.lowest - row_bits;
    const int unit = from + (to - from) / 2;
    highest_ = unit + kDoubleBits - 1 - row_bits;
    lowest_ = unit - 1 + row_bits - kDoubleBits;
    left_ = std::size_t{1} << row_bits;
    splitter_ = std::ldexp(1.5, unit + kDoubleBits - 1);
    return true;
}

void GroupSums::fold_lanes() {
    for (std::size_t lane = 1; lane < kLanes; ++lane) {
        for (std::size_t group = 0; group < size_; ++group) {
            const Cell& from = cells_[lane * size_ + group];
            cells_[group].pieces += from.pieces;
            cells_[group].count += from.count;
        }
    }
    cells_.resize(size_);
}

void GroupSums::widen(std::size_t count) {
    if (count <= size_) return;
    if (size_ <= kLanedGroupsMax) {
        if (size_ != 0) fold_lanes();
        cells_.resize(count);
        size_ = count;
        if (count <= kLanedGroupsMax) cells_.resize(count * kLanes);
        return;
    }
    cells_.resize(count);
    size_ = count;
}

void GroupSums::add(std::span<const std::uint32_t> groups,
                    std::span<const double> values) noexcept {
    if (values.empty()) return;
    TF_CHECK(values.size() <= left_);
    left_ -= values.size();
    has_values_ = true;
    std::size_t i = 0;
    while (i + kRun <= values.size()) {
        const std::size_t end = end_of_run(groups.data(), i, values.size());
        if (end > i) {
            add_run(groups[i], values.data() + i, end - i);
            i = end;
        } else {
            add_four(groups.data() + i, values.data() + i);
            i += kRun;
        }
    }
    for (; i < values.size(); ++i)
        add_one(cells_.data() + groups[i], values[i]);
}

void GroupSums::add(std::uint32_t group, std::span<const double> values) noexcept {
    if (values.empty()) return;
    TF_CHECK(values.size() <= left_);
    left_ -= values.size();
    has_values_ = true;
    const std::size_t fours = values.size() / kRun * kRun;
    if (fours != 0) add_run(group, values.data(), fours);
    for (std::size_t i = fours; i < values.size(); ++i)
        add_one(cells_.data() + group, values[i]);
}

void GroupSums::add_one(Cell* cell, double value) const noexcept {
    const double high = (value + splitter_) - splitter_;
    cell->pieces += Pieces{high, value - high};
    ++cell->count;
}

void GroupSums::add_four(const std::uint32_t* groups, const double* values) noexcept {
    static_assert(kRun == kLanes);
    const std::size_t step = lanes() == kLanes ? size_ : 0;
    Cell* const cells = cells_.data();
    add_one(cells + groups[0], values[0]);
    add_one(cells + step + groups[1], values[1]);
    add_one(cells + 2 * step + groups[2], values[2]);
    add_one(cells + 3 * step + groups[3], values[3]);
}

/// All of one group: two values at once, and what they add up to kept in registers.
void GroupSums::add_run(std::uint32_t group, const double* values, std::size_t count) noexcept {
    const Pieces splitter{splitter_, splitter_};
    Pieces highs[2] = {};
    Pieces lows[2] = {};
    for (std::size_t i = 0; i < count; i += kRun) {
        for (std::size_t half = 0; half < 2; ++half) {
            Pieces two;
            std::memcpy(&two, values + i + half * 2, sizeof(two));
            const Pieces high = (two + splitter) - splitter;
            highs[half] += high;
            lows[half] += two - high;
        }
    }
    const Pieces high = highs[0] + highs[1];
    const Pieces low = lows[0] + lows[1];
    cells_[group].pieces += Pieces{high[0] + high[1], low[0] + low[1]};
    cells_[group].count += count;
}

}  // namespace twofold::kernel
