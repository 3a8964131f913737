// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "store/part_info.h"

/// Which parts to merge: pure functions of what the manifest says, so that a restart decides the
/// same, and a test can play years in milliseconds.
namespace twofold::store {

/// Runs: the slices of one seal or merge are one thing here. A cell is a span of months that no
/// larger span covers, with all parts inside it: in the beginning a month, later longer.
///
/// 1. In a cell, four runs of about the same size (a factor of four) are merged, with all smaller
///    ones. So a row is rewritten once for each fourfold growth, however rows arrive.
/// 2. When there is time (`idle`) and its months are closed, a cell becomes one run, once what lies
///    beside the largest is a 32nd of it: smaller late parts cost a question less than rewriting
///    the rest would. Until then those that lie beside it are merged with each other, so that each
///    has four times the rows of all smaller ones: however late rows come, they lie in few runs.
/// 3. Likewise closed months become a quarter, a year, two, four, … years (by the calendar) where
///    persons have fewer than the wanted rows in a part: the longest such span at once, where its
///    largest cell is less than eight times the rest.
struct MergePlan {
    std::vector<std::uint64_t> inputs;  ///< ids, ascending
    Month month_begin = 0;              ///< the span of what is made
    Month month_end = 0;

    bool operator==(const MergePlan&) const = default;
};

struct PolicyOptions {
    std::uint32_t person_rows_wanted = 16;
};

/// The next merge, or nothing. `parts` are those not under work already; months before `current`
/// are closed. Doing it over and over comes to an end: each merge leaves fewer runs.
std::optional<MergePlan> next_merge(std::span<const PartInfo> parts, Month current, bool idle,
                                    const PolicyOptions& options);

}  // namespace twofold::store
