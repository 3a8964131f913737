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

    /// REQUIRES: holds(time).
    std::uint32_t find(TimeMs time) const noexcept {
        std::uint32_t bucket = table_[static_cast<std::uint64_t>(time - from()) >> shift_];
        while (time >= bounds_[bucket + 1])
            ++bucket;
        return bucket;
    }

private:
    std::vector<TimeMs> bounds_;
    std::vector<std::uint32_t> table_;
    unsigned shift_ = 0;
};

}  // namespace twofold::kernel
