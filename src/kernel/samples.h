// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <vector>

namespace twofold::kernel {

/// Keeps every value to tell exact medians and percentiles. 8 bytes a value; the caller bounds how
/// many it lets in (`size`).
class Samples {
public:
    void reserve(std::size_t count) { values_.reserve(count); }
    void add(double value) { values_.push_back(value); }
    void merge(const Samples& other) {
        values_.insert(values_.end(), other.values_.begin(), other.values_.end());
    }
    std::size_t size() const noexcept { return values_.size(); }

    /// The value below which `share` (0 to 1) of the values lie, interpolated linearly between the
    /// two ranks around share × (size - 1): of an even count the median is the mean of the middle
    /// two. Puts the values in another order. REQUIRES: size() >= 1.
    double percentile(double share);
    double median() { return percentile(0.5); }
    double min() const;  ///< REQUIRES: size() >= 1.
    double max() const;  ///< REQUIRES: size() >= 1.

private:
    std::vector<double> values_;
};

}  // namespace twofold::kernel
