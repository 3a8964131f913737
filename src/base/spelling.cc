// SPDX-License-Identifier: Apache-2.0
#include "base/spelling.h"

#include <algorithm>
#include <vector>

namespace twofold {

namespace {

constexpr std::size_t kNameBytesMax = 64;

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

template <typename Name>
std::optional<std::string_view> nearest_of(std::string_view name,
                                           std::span<const Name> candidates) {
    std::optional<std::string_view> best;
    if (name.size() > kNameBytesMax) return best;
    // At least one mistake, so that a single letter's neighbour is not a guess at everything.
    std::size_t allowed = std::max<std::size_t>(1, name.size() / 3);
    for (const Name& candidate : candidates) {
        const std::string_view text = candidate;
        const std::size_t difference =
            text.size() > name.size() ? text.size() - name.size() : name.size() - text.size();
        if (difference > allowed || text.size() <= difference) continue;
        const std::size_t distance = edit_distance(name, text);
        if (distance > allowed || (best && distance == allowed)) continue;
        best = text;
        if (distance == 0) break;
        allowed = distance;
    }
    return best;
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
    // Three rows of the usual table: swapped neighbours look two rows back.
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        row[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::swap(before_last, last);
        std::swap(last, row);
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const bool same = lower(a[i - 1]) == lower(b[j - 1]);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0 : 1)});
            if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                lower(a[i - 2]) == lower(b[j - 1])) {
                row[j] = std::min(row[j], before_last[j - 2] + 1);
            }
        }
    }
    return row[b.size()];
}

std::optional<std::string_view> nearest(std::string_view name,
                                        std::span<const std::string_view> candidates) {
    return nearest_of(name, candidates);
}

std::optional<std::string_view> nearest(std::string_view name,
                                        std::span<const std::string> candidates) {
    return nearest_of(name, candidates);
}

}  // namespace twofold
