// SPDX-License-Identifier: Apache-2.0
#include "kernel/buckets.h"

#include "base/check.h"

namespace twofold::kernel {
namespace {

constexpr std::uint64_t kTableMax = 1U << 16;  // 256 KB, fits a core's second cache

}  // namespace

Buckets::Buckets(std::span<const TimeMs> bounds) : bounds_(bounds.begin(), bounds.end()) {
    TF_CHECK(bounds_.size() >= 2);
    for (std::size_t i = 1; i < bounds_.size(); ++i)
        TF_CHECK(bounds_[i - 1] < bounds_[i]);
    const std::uint64_t width =
        static_cast<std::uint64_t>(to()) - static_cast<std::uint64_t>(from());
    while ((width - 1) >> shift_ >= kTableMax)
        ++shift_;
    table_.resize(((width - 1) >> shift_) + 1);
    std::uint32_t bucket = 0;
    for (std::size_t step = 0; step < table_.size(); ++step) {
        const std::uint64_t offset = std::uint64_t{step} << shift_;
        while (static_cast<std::uint64_t>(bounds_[bucket + 1]) -
                   static_cast<std::uint64_t>(from()) <=
               offset) {
            ++bucket;
        }
        table_[step] = bucket;
    }
}

}  // namespace twofold::kernel
