// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "world.h"

// What kernel_speed counts, by slow and obvious code over the world itself: it shares nothing with
// the kernels.
namespace twofold::bench {

/// A number or a text.
struct CountedValue {
    CountedValue(std::uint64_t value) : number(value) {}
    CountedValue(std::string value) : text(std::move(value)) {}

    std::string json() const { return text.empty() ? std::to_string(number) : '"' + text + '"'; }
    bool operator==(const CountedValue&) const = default;

    std::uint64_t number = 0;
    std::string text;
};
using Counted = std::vector<std::pair<std::string, CountedValue>>;

Counted judge_sessions(const World& world);
Counted judge_paths(const World& world);
Counted judge_edges(const World& world);
Counted judge_sequences(const World& world);
Counted judge_lifecycle(const World& world);
Counted judge_stickiness(const World& world);

}  // namespace twofold::bench
