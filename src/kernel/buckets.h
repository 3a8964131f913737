// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/time.h"

namespace twofold::kernel {

/// Finds the bucket of a time among calendar bounds without a division or a search: a table of
/// equal steps tells the bucket at the step's start, and bounds inside the step are compared.
class Buckets {
public:
    /// Bucket i is [bounds[i], bounds[i + 1]). REQUIRES: at least two bounds, strictly rising.
    explicit Buckets(std::span<const TimeMs> bounds);

    std::uint32_t count() const noexcept { return static_cast<std::uint32_t>(bounds_.size() - 1); }
    TimeMs from() const noexcept { return bounds_.front(); }
    TimeMs to() const noexcept { return bounds_.back(); }
    bool holds(TimeMs time) const noexcept { return time >= from() && time < to(); }
    std::span<const TimeMs> bounds() const noexcept { return bounds_; }

    /// For loops over many rows: what find() needs, by value. Lives as long as the buckets.
    struct Finder {
        const TimeMs* bounds;
        const std::uint32_t* table;
        TimeMs from;
        unsigned shift;

        /// Without a branch where a step holds one bound at most. REQUIRES: holds(time).
        std::uint32_t find(TimeMs time) const noexcept {
            const std::uint32_t bucket = table[static_cast<std::uint64_t>(time - from) >> shift];
            return bucket + static_cast<std::uint32_t>(time >= bounds[bucket + 1]);
        }
    };
    /// REQUIRES: is_even().
    Finder finder() const noexcept { return {bounds_.data(), table_.data(), from(), shift_}; }
    /// The same of seconds since 2000. REQUIRES: of_seconds(); holds() of the second.
    struct SecondFinder {
        const std::uint32_t* bounds;
        const std::uint32_t* table;
        std::uint32_t from;
        unsigned shift;

        std::uint32_t find(std::uint32_t second) const noexcept {
            const std::uint32_t bucket = table[(second - from) >> shift];
            return bucket + static_cast<std::uint32_t>(second >= bounds[bucket + 1]);
        }
    };
    SecondFinder second_finder() const noexcept {
        return {second_bounds_.data(), second_table_.data(), second_bounds_.front(), second_shift_};
    }
    /// The same where buckets are equally long, but for the first and the last: by a multiplication
    /// (Granlund and Montgomery 1994). REQUIRES: has_even_length(); holds() of the second.
    struct EvenSecondFinder {
        std::uint32_t from;
        std::uint64_t multiplier;
        unsigned shift;

        std::uint32_t find(std::uint32_t second) const noexcept {
            return static_cast<std::uint32_t>(std::uint64_t{second - from} * multiplier >> shift);
        }
    };
    EvenSecondFinder even_second_finder() const noexcept { return even_; }
    bool has_even_length() const noexcept { return even_.multiplier != 0; }
    /// Whether every bound is a whole second from 2000 on, and steps are even: then the second of a
    /// time tells its bucket.
    bool of_seconds() const noexcept { return !second_table_.empty(); }
    /// Whether no step of the table holds more than one bound: so with all calendar intervals.
    bool is_even() const noexcept { return is_even_; }

    /// REQUIRES: holds(time).
    std::uint32_t find(TimeMs time) const noexcept {
        std::uint32_t bucket = table_[static_cast<std::uint64_t>(time - from()) >> shift_];
        while (time >= bounds_[bucket + 1])
            ++bucket;
        return bucket;
    }

private:
    void count_in_seconds(std::uint64_t shortest);
    void find_even_length();

    std::vector<TimeMs> bounds_;
    std::vector<std::uint32_t> table_;
    unsigned shift_ = 0;
    bool is_even_ = true;
    std::vector<std::uint32_t> second_bounds_;
    std::vector<std::uint32_t> second_table_;
    unsigned second_shift_ = 0;
    EvenSecondFinder even_{};
};

}  // namespace twofold::kernel
