// SPDX-License-Identifier: Apache-2.0
#include "kernel/sessions.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace twofold::kernel {

Sessions::Sessions(const SessionRules& rules) : rules_(rules) {
    TF_CHECK(rules.gap_ms >= 0);
    TF_CHECK(rules.length_ms_max >= 0);
}

/// Puts each row behind the others of its session: entries are rows, so that counting by them puts
/// sessions in order as well.
Sessions::Grouped Sessions::group(std::span<const std::uint32_t> ids) {
    const auto count = static_cast<std::uint32_t>(ids.size());
    by_id_.clear();
    for (std::uint32_t row = 0; row < count; ++row)
        if (ids[row] != 0) by_id_.push_back(row);
    std::ranges::sort(by_id_, {}, [&](std::uint32_t row) { return std::pair(ids[row], row); });
    for (std::size_t i = 0; i < by_id_.size(); ++i) {
        const bool first = i == 0 || ids[by_id_[i]] != ids[by_id_[i - 1]];
        entry_of_[by_id_[i]] = first ? by_id_[i] : entry_of_[by_id_[i - 1]];
    }
    begins_.clear();
    shorter_.assign(count, 0);  // by entry: where the next row of its session goes
    for (std::uint32_t row = 0; row < count; ++row)
        ++shorter_[entry_of_[row]];
    std::uint32_t end = 0;
    for (std::uint32_t row = 0; row < count; ++row) {
        if (entry_of_[row] == row) begins_.push_back(end);
        end += std::exchange(shorter_[row], end);
    }
    begins_.push_back(end);
    grouped_.resize(count);
    for (std::uint32_t row = 0; row < count; ++row)
        grouped_[shorter_[entry_of_[row]]++] = row;
    return {grouped_, begins_};
}

}  // namespace twofold::kernel
