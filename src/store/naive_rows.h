// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "store/part.h"
#include "store/store.h"

/// For tests: events as plain rows, which is what a store of columns must still be.
namespace twofold::store {

inline constexpr TimeMs kNow = 1'772'323'200'000;  // 2026-03-01

struct NaiveRow {
    std::uint32_t ordinal = 0;
    TimeMs time = 0;
    std::string event;
    bool automatic = false;
    std::optional<std::uint32_t> acting;
    model::Sequence sequence = 0;
    std::map<std::pair<std::string, model::ValueType>, model::OwnedValue> properties;

    bool operator==(const NaiveRow&) const = default;
};
/// So that a failing test prints something to look at.
void PrintTo(const NaiveRow& row, std::ostream* out);

/// What random rows look like.
struct Variety {
    std::uint32_t persons = 300;
    std::uint32_t events = 12;
    TimeMs from = 1'767'225'600'000;  ///< 2026-01-01
    DurationMs span = 20 * kDayMs;
    /// Few distinct times, so that many are equal.
    bool few_times = false;
};
NaiveRow random_row(std::mt19937_64& random, model::Sequence sequence, const Variety& variety);

Status append(Store& store, const NaiveRow& row);

/// All rows of a part, in its order, read through every reader that it has. Fails the test when
/// they disagree with each other.
Result<std::vector<NaiveRow>> read_part(const Part& part, const Names& names);
/// All rows of a snapshot, by sequence.
Result<std::vector<NaiveRow>> read_snapshot(const Snapshot& snapshot);

}  // namespace twofold::store
