// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

#include "base/time.h"
#include "model/types.h"

namespace twofold::ledger {

/// Runs of one trait of one user that are kept; beyond it the oldest go.
inline constexpr std::size_t kTraitRunsMax = 32;

/// A stretch in which a user's trait was told with one and the same value: of the times at which it
/// was, the first and the last are kept. `V` is a value, or a number that stands for one.
template <typename V>
struct TraitRun {
    TimeMs first = 0;
    model::Sequence first_sequence = 0;
    TimeMs last = 0;
    model::Sequence last_sequence = 0;
    V value{};

    std::pair<TimeMs, model::Sequence> begin() const { return {first, first_sequence}; }
    std::pair<TimeMs, model::Sequence> end() const { return {last, last_sequence}; }
    bool operator==(const TraitRun&) const = default;
};

/// Takes one fact into the runs, which are by time, neighbours of different value. A fact that
/// comes again changes nothing. One that comes late into a run of another value splits it; what was
/// told between the run's ends is forgotten, so the old value then counts again from its last time.
template <typename V>
void take_trait(std::vector<TraitRun<V>>& runs, TimeMs time, model::Sequence sequence,
                const V& value) {
    const std::pair key(time, sequence);
    const auto after = std::ranges::upper_bound(runs, key, {}, &TraitRun<V>::begin);
    const bool next_same = after != runs.end() && after->value == value;
    const TraitRun<V> single{time, sequence, time, sequence, value};
    if (after == runs.begin()) {
        if (next_same) {
            after->first = time;
            after->first_sequence = sequence;
        } else {
            runs.insert(after, single);
        }
    } else if (auto& run = *(after - 1); key <= run.end()) {
        if (key == run.begin() || key == run.end() || run.value == value) return;
        TraitRun<V> rest = run;
        rest.first = run.last;
        rest.first_sequence = run.last_sequence;
        run.last = run.first;
        run.last_sequence = run.first_sequence;
        runs.insert(runs.insert(after, single) + 1, rest);
    } else if (run.value == value) {
        run.last = time;
        run.last_sequence = sequence;
    } else if (next_same) {
        after->first = time;
        after->first_sequence = sequence;
    } else {
        runs.insert(after, single);
    }
    if (runs.size() > kTraitRunsMax) {
        runs.erase(runs.begin(), runs.end() - static_cast<std::ptrdiff_t>(kTraitRunsMax));
    }
}

}  // namespace twofold::ledger
