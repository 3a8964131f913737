// SPDX-License-Identifier: Apache-2.0
#include "kernel/samples.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace twofold::kernel {

double Samples::percentile(double share) {
    TF_CHECK(!values_.empty());
    const double rank = share * static_cast<double>(values_.size() - 1);
    const double below = std::floor(rank);
    const auto low = values_.begin() + static_cast<std::ptrdiff_t>(below);
    std::nth_element(values_.begin(), low, values_.end());
    if (rank == below) return *low;
    const double high = *std::min_element(low + 1, values_.end());
    return *low + (high - *low) * (rank - below);
}

double Samples::min() const {
    TF_CHECK(!values_.empty());
    return *std::ranges::min_element(values_);
}

double Samples::max() const {
    TF_CHECK(!values_.empty());
    return *std::ranges::max_element(values_);
}

}  // namespace twofold::kernel
