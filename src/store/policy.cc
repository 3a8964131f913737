// SPDX-License-Identifier: Apache-2.0
#include "store/policy.h"

#include <algorithm>
#include <array>
#include <bit>
#include <functional>
#include <map>

namespace twofold::store {
namespace {

constexpr std::size_t kRunsTogether = 4;
// Rows from which sizes are told apart: what is smaller is all the same.
constexpr std::uint64_t kSmallRunRows = 64 * 1024;
// In a closed cell the largest run is rewritten once what lies beside it is one row in so many of
// it: a second run costs a question the merging of most users' rows, and rows that are late are
// few.
constexpr std::uint64_t kBesideLargest = 32;
// What lies beside it are runs of which each is so many times all smaller ones.
constexpr std::uint64_t kBesideEachOther = 4;
// Spans become longer once what is taken in is one row in so many of the largest.
constexpr std::uint64_t kBesideSpan = 8;
// Lengths of longer spans in months, each from a multiple of itself since 2000-01.
constexpr std::array<Month, 7> kLongSpans = {3, 12, 24, 48, 96, 192, 384};

struct Run {
    std::uint64_t rows = 0;
    std::vector<std::uint64_t> ids;
};

// Parts that no larger span covers, and what lies inside.
struct Cell {
    Month begin = 0;
    Month end = 0;
    std::uint64_t rows = 0;
    std::uint64_t persons = 0;  // counted in each part they are in
    std::map<std::uint64_t, Run> runs;
};

Month floor_to(Month month, Month length) {
    const Month rest = month % length;
    return month - (rest < 0 ? rest + length : rest);
}

std::vector<Cell> cells_of(std::span<const PartInfo> parts) {
    std::vector<const PartInfo*> order;
    for (const PartInfo& part : parts)
        order.push_back(&part);
    // Of spans that begin together the longest first, so that it takes in the others.
    std::sort(order.begin(), order.end(), [](const PartInfo* a, const PartInfo* b) {
        return std::tuple(a->month_begin, -a->month_end, a->id) <
               std::tuple(b->month_begin, -b->month_end, b->id);
    });
    std::vector<Cell> cells;
    for (const PartInfo* part : order) {
        if (cells.empty() || part->month_begin >= cells.back().end) {
            cells.push_back({part->month_begin, part->month_end, 0, 0, {}});
        }
        Cell& cell = cells.back();
        cell.end = std::max(cell.end, part->month_end);
        cell.rows += part->rows;
        cell.persons += part->persons;
        Run& run = cell.runs[part->run];
        run.rows += part->rows;
        run.ids.push_back(part->id);
    }
    return cells;
}

MergePlan plan_of(Month begin, Month end, std::vector<std::uint64_t> ids) {
    std::sort(ids.begin(), ids.end());
    return {std::move(ids), begin, end};
}

// 0 for small runs, one more for each factor of four.
unsigned size_class(std::uint64_t rows) {
    return (static_cast<unsigned>(std::bit_width(rows / kSmallRunRows)) + 1) / 2;
}

// Rule 1.
std::optional<MergePlan> merge_alike(const Cell& cell) {
    std::map<unsigned, std::size_t> alike;
    for (const auto& [id, run] : cell.runs)
        ++alike[size_class(run.rows)];
    for (const auto& [size, count] : alike) {
        if (count < kRunsTogether) continue;
        std::vector<std::uint64_t> ids;
        for (const auto& [id, run] : cell.runs) {
            if (size_class(run.rows) > size) continue;
            ids.insert(ids.end(), run.ids.begin(), run.ids.end());
        }
        return plan_of(cell.begin, cell.end, std::move(ids));
    }
    return std::nullopt;
}

std::vector<std::uint64_t> all_ids(std::span<const Cell> cells) {
    std::vector<std::uint64_t> ids;
    for (const Cell& cell : cells) {
        for (const auto& [id, run] : cell.runs) {
            ids.insert(ids.end(), run.ids.begin(), run.ids.end());
        }
    }
    return ids;
}

// Rule 2.
std::optional<MergePlan> merge_closed(const Cell& cell) {
    std::vector<const Run*> runs;
    for (const auto& [id, run] : cell.runs)
        runs.push_back(&run);
    std::ranges::stable_sort(runs, std::greater{}, &Run::rows);
    std::uint64_t smaller = cell.rows;
    for (std::size_t first = 0; first + 1 < runs.size(); ++first) {
        const std::uint64_t rows = runs[first]->rows;
        smaller -= rows;
        const std::uint64_t share = first == 0 ? kBesideLargest : kBesideEachOther;
        if (smaller * share < rows && rows >= kSmallRunRows) continue;
        std::vector<std::uint64_t> ids;
        for (const Run* run : std::span(runs).subspan(first))
            ids.insert(ids.end(), run->ids.begin(), run->ids.end());
        return plan_of(cell.begin, cell.end, std::move(ids));
    }
    return std::nullopt;
}

// Rule 3, for spans of one length.
std::optional<MergePlan> lengthen(std::span<const Cell> cells, Month length, Month current,
                                  const PolicyOptions& options) {
    for (std::size_t first = 0; first < cells.size();) {
        const Month begin = floor_to(cells[first].begin, length);
        const Month end = begin + length;
        std::size_t last = first;
        std::uint64_t rows = 0;
        std::uint64_t persons = 0;
        std::uint64_t largest = 0;
        for (; last < cells.size() && cells[last].begin < end; ++last) {
            largest = std::max(largest, cells[last].rows);
            rows += cells[last].rows;
            persons += cells[last].persons;
        }
        const auto window = cells.subspan(first, last - first);
        const bool inside = window.front().begin >= begin && window.back().end <= end;
        const bool sparse = rows < persons * options.person_rows_wanted;
        const bool worth = (rows - largest) * kBesideSpan >= largest;
        if (window.size() > 1 && inside && sparse && worth && end <= current) {
            return plan_of(begin, end, all_ids(window));
        }
        first = last;
    }
    return std::nullopt;
}

}  // namespace

std::optional<MergePlan> next_merge(std::span<const PartInfo> parts, Month current, bool idle,
                                    const PolicyOptions& options) {
    const std::vector<Cell> cells = cells_of(parts);
    for (const Cell& cell : cells) {
        if (auto plan = merge_alike(cell)) return plan;
    }
    if (!idle) return std::nullopt;
    // The longest first: what becomes a year need not become a quarter before.
    for (auto length = kLongSpans.rbegin(); length != kLongSpans.rend(); ++length) {
        if (auto plan = lengthen(cells, *length, current, options)) return plan;
    }
    for (const Cell& cell : cells) {
        if (cell.end > current) continue;
        if (auto plan = merge_closed(cell)) return plan;
    }
    return std::nullopt;
}

}  // namespace twofold::store
