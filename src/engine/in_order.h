// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/run.h"

// Sorting within a question: of however many, it ends soon once the question is stopped.
// Errors: as Run::check_cancelled().
namespace twofold::engine {

/// Of numbers the first `wanted` in order: a page needs no more. In pieces that are then merged.
template <typename Before>
Result<std::vector<std::uint32_t>> first_in_order(const Run& run,
                                                  std::vector<std::uint32_t> numbers,
                                                  std::size_t wanted, const Before& before) {
    constexpr std::size_t kPiece = 1 << 14;
    wanted = std::min(wanted, numbers.size());
    std::vector<std::span<const std::uint32_t>> rests;  // in order, never empty
    for (std::size_t begin = 0; begin < numbers.size(); begin += kPiece) {
        TF_TRY(run.check_cancelled());
        const std::span piece =
            std::span(numbers).subspan(begin, std::min(kPiece, numbers.size() - begin));
        const std::size_t needed = std::min(wanted, piece.size());
        std::ranges::partial_sort(piece, piece.begin() + static_cast<std::ptrdiff_t>(needed),
                                  before);
        if (needed > 0) rests.push_back(piece.first(needed));
    }
    const auto later = [&before](std::span<const std::uint32_t> a,
                                 std::span<const std::uint32_t> b) {
        return before(b.front(), a.front());
    };
    std::ranges::make_heap(rests, later);
    std::vector<std::uint32_t> order;
    order.reserve(wanted);
    TF_TRY(run.for_each(wanted, [&](std::size_t /*place*/) {
        std::ranges::pop_heap(rests, later);
        std::span<const std::uint32_t>& first = rests.back();
        order.push_back(first.front());
        first = first.subspan(1);
        if (first.empty()) {
            rests.pop_back();
        } else {
            std::ranges::push_heap(rests, later);
        }
    }));
    return order;
}

/// Sorts all, where they are: parted by quicksort until parts are small.
template <typename T, typename Before = std::less<>>
Status sort_all(const Run& run, std::vector<T>& all, const Before& before = {}) {
    constexpr std::size_t kPiece = 1 << 15;
    constexpr unsigned kPartingsMax = 48;
    struct Part {
        std::span<T> rows;
        unsigned partings = 0;
    };
    std::vector<Part> parts;
    parts.push_back({all});
    while (!parts.empty()) {
        TF_TRY(run.check_cancelled());
        const auto [rows, partings] = parts.back();
        parts.pop_back();
        if (rows.size() <= kPiece || partings == kPartingsMax) {
            std::ranges::sort(rows, before);
            continue;
        }
        std::array<T, 9> sample;
        for (std::size_t i = 0; i < sample.size(); ++i)
            sample[i] = rows[(rows.size() - 1) * i / (sample.size() - 1)];
        std::ranges::sort(sample, before);
        const T middle = sample[sample.size() / 2];
        // What is equal to the middle lies where it belongs.
        const auto equal =
            std::ranges::partition(rows, [&](const T& one) { return before(one, middle); });
        const auto later =
            std::ranges::partition(equal, [&](const T& one) { return !before(middle, one); });
        parts.push_back({{rows.begin(), equal.begin()}, partings + 1});
        parts.push_back({{later.begin(), later.end()}, partings + 1});
    }
    return {};
}

}  // namespace twofold::engine
