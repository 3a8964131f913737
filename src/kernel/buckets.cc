// SPDX-License-Identifier: Apache-2.0
#include "kernel/buckets.h"

#include <algorithm>
#include <bit>

#include "base/check.h"

namespace twofold::kernel {
namespace {

constexpr std::uint64_t kTableMax = 1U << 16;  // 256 KB, fits a core's second cache

/// The shift of a table's steps.
unsigned step_shift(std::uint64_t width, std::uint64_t shortest) {
    unsigned shift = 0;
    while ((width - 1) >> shift >= kTableMax || (std::uint64_t{2} << shift) <= shortest)
        ++shift;
    return shift;
}

/// By step: the bucket at its start. `offsets` are the bounds, counted from the first.
template <typename Offset>
std::vector<std::uint32_t> make_table(std::span<const Offset> offsets, unsigned shift) {
    std::vector<std::uint32_t> table(((std::uint64_t{offsets.back()} - 1) >> shift) + 1);
    std::uint32_t bucket = 0;
    for (std::size_t step = 0; step < table.size(); ++step) {
        const std::uint64_t offset = std::uint64_t{step} << shift;
        while (offsets[bucket + 1] <= offset)
            ++bucket;
        table[step] = bucket;
    }
    return table;
}

/// Whether no step holds more than one bound.
bool is_even_table(std::span<const std::uint32_t> table, std::uint32_t buckets) {
    for (std::size_t step = 1; step < table.size(); ++step) {
        if (table[step] > table[step - 1] + 1) return false;
    }
    return buckets - table.back() <= 2;
}

}  // namespace

Buckets::Buckets(std::span<const TimeMs> bounds) : bounds_(bounds.begin(), bounds.end()) {
    TF_CHECK(bounds_.size() >= 2);
    std::vector<std::uint64_t> offsets(bounds_.size());
    for (std::size_t i = 1; i < bounds_.size(); ++i) {
        TF_CHECK(bounds_[i - 1] < bounds_[i]);
        offsets[i] = static_cast<std::uint64_t>(bounds_[i]) - static_cast<std::uint64_t>(from());
    }
    // Steps no longer than a bucket hold one bound at most: more of them would not find faster,
    // and take room in the first cache. The first and the last bucket may be cut short.
    std::uint64_t shortest = offsets.back();
    for (std::size_t i = 2; i + 1 < offsets.size(); ++i)
        shortest = std::min(shortest, offsets[i] - offsets[i - 1]);
    shift_ = step_shift(offsets.back(), shortest);
    table_ = make_table<std::uint64_t>(offsets, shift_);
    is_even_ = is_even_table(table_, count());
    if (is_even_) count_in_seconds(shortest);
}

/// Fills the table of seconds where seconds tell buckets apart. The ends may lie within a second:
/// whoever asks has made sure that the time is between them.
void Buckets::count_in_seconds(std::uint64_t shortest) {
    constexpr TimeMs kLast = kYear2000Ms + TimeMs{0xffff'fffe} * 1000;
    if (from() < kYear2000Ms || to() > kLast) return;
    std::vector<std::uint32_t> seconds;
    for (const TimeMs& bound : bounds_) {
        const bool is_end = &bound == &bounds_.front() || &bound == &bounds_.back();
        if (!is_end && bound % 1000 != 0) return;
        const TimeMs up = &bound == &bounds_.back() ? 999 : 0;
        seconds.push_back(static_cast<std::uint32_t>((bound - kYear2000Ms + up) / 1000));
    }
    if (!std::ranges::is_sorted(seconds, std::ranges::less_equal())) return;
    std::vector<std::uint32_t> offsets;
    for (const std::uint32_t second : seconds)
        offsets.push_back(second - seconds.front());
    second_shift_ = step_shift(offsets.back(), shortest / 1000);
    std::vector<std::uint32_t> table = make_table<std::uint32_t>(offsets, second_shift_);
    if (!is_even_table(table, count())) return;
    second_bounds_ = std::move(seconds);
    second_table_ = std::move(table);
    find_even_length();
}

/// With n seconds since the start and l the length, n m / 2^s is n / l rounded down as long as
/// m = 2^s / l + 1, l <= 2^(s - 31) and n < 2^31.
void Buckets::find_even_length() {
    const std::vector<std::uint32_t>& bounds = second_bounds_;
    const auto length_of = [&](std::size_t bucket) { return bounds[bucket + 1] - bounds[bucket]; };
    const std::size_t last = count() - 1;
    const std::uint32_t length = last >= 2 ? length_of(1) : std::max(length_of(0), length_of(last));
    if (length_of(0) > length || length_of(last) > length) return;
    for (std::size_t bucket = 1; bucket < last; ++bucket) {
        if (length_of(bucket) != length) return;
    }
    if (bounds.back() - bounds.front() >= (1U << 31) - length) return;
    const auto shift = static_cast<unsigned>(31 + std::bit_width(length - 1));
    const std::uint32_t from = last == 0 ? bounds[0] : bounds[1] - length;
    even_ = {from, (std::uint64_t{1} << shift) / length + 1, shift};
}

}  // namespace twofold::kernel
