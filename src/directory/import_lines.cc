// SPDX-License-Identifier: Apache-2.0
#include "directory/import_lines.h"

#include <algorithm>
#include <utility>

namespace twofold::directory {

bool RangeSet::contains(std::uint64_t number) const {
    const auto after = ranges_.upper_bound(number);
    return after != ranges_.begin() && std::prev(after)->second >= number;
}

std::uint64_t RangeSet::add_range(std::uint64_t first, std::uint64_t last) {
    std::uint64_t known = 0;
    auto at = ranges_.upper_bound(first);
    // Begin with the range before, if it reaches this one or ends just before it.
    if (at != ranges_.begin() && std::prev(at)->second >= first - 1) --at;
    std::uint64_t low = first;
    std::uint64_t high = last;
    while (at != ranges_.end() && at->first <= last + 1) {
        const std::uint64_t shared_first = std::max(at->first, first);
        const std::uint64_t shared_last = std::min(at->second, last);
        if (shared_first <= shared_last) known += shared_last - shared_first + 1;
        low = std::min(low, at->first);
        high = std::max(high, at->second);
        at = ranges_.erase(at);
    }
    ranges_.emplace_hint(at, low, high);
    return last - first + 1 - known;
}

void RangeSet::remove(std::uint64_t number) {
    const auto after = ranges_.upper_bound(number);
    if (after == ranges_.begin() || std::prev(after)->second < number) return;
    const auto [first, last] = *std::prev(after);
    ranges_.erase(std::prev(after));
    if (first < number) ranges_.emplace(first, number - 1);
    if (number < last) ranges_.emplace(number + 1, last);
}

std::uint64_t RangeSet::size() const {
    std::uint64_t numbers = 0;
    for (const auto& [first, last] : ranges_)
        numbers += last - first + 1;
    return numbers;
}

void ImportLines::admit(std::span<const model::Origin> lines, std::span<bool> fresh) {
    const std::scoped_lock lock(mutex_);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        fresh[i] = lines[i].file == 0 || taken_[lines[i].file].add(lines[i].line);
    }
}

void ImportLines::withdraw(std::span<const model::Origin> lines) {
    const std::scoped_lock lock(mutex_);
    for (const model::Origin& line : lines) {
        if (line.file != 0) taken_[line.file].remove(line.line);
    }
}

std::uint64_t ImportLines::taken(std::uint64_t file) const {
    const std::scoped_lock lock(mutex_);
    const auto at = taken_.find(file);
    return at == taken_.end() ? 0 : at->second.size();
}

void ImportLines::remember(const model::Origin& line) {
    if (line.file == 0 || !remembered_[line.file].add(line.line)) return;
    if (!unsaved_.empty() && unsaved_.back().file == line.file &&
        unsaved_.back().last + 1 == line.line) {
        unsaved_.back().last = line.line;
    } else {
        unsaved_.push_back({line.file, line.line, line.line});
    }
    const std::scoped_lock lock(mutex_);
    taken_[line.file].add(line.line);
}

std::vector<ImportLines::Range> ImportLines::take_unsaved() {
    return std::exchange(unsaved_, {});
}

std::vector<ImportLines::Range> ImportLines::all() const {
    std::vector<Range> all;
    for (const auto& [file, set] : remembered_) {
        for (const auto& [first, last] : set.ranges())
            all.push_back({file, first, last});
    }
    std::ranges::sort(all, {},
                      [](const Range& range) { return std::pair(range.file, range.first); });
    return all;
}

void ImportLines::restore(const Range& range) {
    remembered_[range.file].add_range(range.first, range.last);
    const std::scoped_lock lock(mutex_);
    taken_[range.file].add_range(range.first, range.last);
}

}  // namespace twofold::directory
