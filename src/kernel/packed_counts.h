// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "kernel/packed_table.h"

namespace twofold::kernel {

/// How often each key came, of some keys: the most frequent ones, and what there is beside them.
template <typename Key>
struct PackedTop {
    struct Entry {
        Key key = 0;
        std::uint64_t count = 0;
        bool operator==(const Entry&) const = default;
    };
    std::vector<Entry> entries;  ///< By falling count, then rising key.
    std::uint64_t distinct = 0;
    std::uint64_t total = 0;  ///< Of all keys; less the entries' it is what the others have.

    /// Takes in what was found among other keys, and keeps the `top` of all.
    void merge(const PackedTop& other, std::size_t top) {
        entries.insert(entries.end(), other.entries.begin(), other.entries.end());
        keep(top);
        distinct += other.distinct;
        total += other.total;
    }
    /// One more key. After keep() no more entries than `top` are left.
    void add(Key key, std::uint64_t count, std::size_t top) {
        ++distinct;
        total += count;
        if (count < least_) return;
        entries.push_back({key, count});
        if (entries.size() < 2 * top + 64) return;
        keep(top);
        if (top > 0) least_ = entries.back().count;
    }
    void keep(std::size_t top) {
        std::ranges::sort(entries, [](const Entry& a, const Entry& b) {
            return a.count != b.count ? a.count > b.count : a.key < b.key;
        });
        if (entries.size() > top) entries.resize(top);
    }

private:
    std::uint64_t least_ = 0;  // with fewer, a key is not among the top
};

/// Counts equal keys where they may be many: each lookup in a table of all of them would wait for
/// memory. So keys are put down by their hash, in groups whose tables fit a core's second cache,
/// and counted group by group. A value per thread; take_top() counts those of all threads together.
///
/// Cost: 8 bytes a key (16 of 128 bits) until kWaitingMax of a group wait, then about 32 bytes a
/// distinct key. Beyond `distinct_max` keys, when so many have come that they are counted before
/// the end, rarer ones that come later are left out and `left_out` tells how many.
template <typename Key>
class PackedCounts {
public:
    static constexpr unsigned kGroupBits = 9;
    static constexpr std::uint32_t kGroups = 1U << kGroupBits;
    static constexpr std::uint32_t kWaitingMax = 1U << 16;
    static constexpr std::size_t kDistinctMax = std::size_t{1} << 25;

    explicit PackedCounts(std::size_t distinct_max = kDistinctMax)
        : group_distinct_max_((distinct_max + kGroups - 1) / kGroups),
          waiting_(std::make_unique_for_overwrite<Key[]>(std::size_t{kGroups} * kWaitingMax)),
          tables_(kGroups, Table(kGroupBits)) {
        for (std::uint32_t group = 0; group < kGroups; ++group)
            ends_[group] = begin_of(group);
    }

    /// REQUIRES: key != 0.
    void add(Key key) {
        const std::uint64_t group = hash_of_packed(key) >> (64 - kGroupBits);
        Key*& end = ends_[group];
        *end++ = key;
        if (end == begin_of(group) + kWaitingMax) [[unlikely]]
            count_waiting(static_cast<std::uint32_t>(group));
    }
    std::uint64_t left_out() const noexcept { return left_out_; }

    /// The `top` most frequent of the keys of groups [first, end), in all threads together, which
    /// can be asked for once. Threads may do different groups at once; merge what they find.
    static PackedTop<Key> take_top(std::span<PackedCounts* const> threads, std::uint32_t first,
                                   std::uint32_t end, std::size_t top) {
        PackedTop<Key> found;
        Table scratch(kGroupBits);
        for (std::uint32_t group = first; group < end; ++group) {
            Table& begun = threads[0]->tables_[group];
            Table& all = begun.size() == 0 ? scratch : begun;
            for (const PackedCounts* thread : threads) {
                if (&thread->tables_[group] != &all) {
                    thread->tables_[group].each(
                        [&](Key key, std::uint64_t count) { all.at(key) += count; });
                }
                count_each(all, thread->begin_of(group), thread->ends_[group]);
            }
            all.each([&](Key key, std::uint64_t count) { found.add(key, count, top); });
            all.clear();
        }
        found.keep(top);
        return found;
    }

private:
    using Table = PackedTable<Key, std::uint64_t>;

    Key* begin_of(std::uint64_t group) const noexcept {
        return waiting_.get() + group * kWaitingMax;
    }
    static void count_each(Table& counts, const Key* key, const Key* end) {
        constexpr std::ptrdiff_t kAhead = 8;
        for (; end - key > kAhead; ++key) {
            counts.fetch(key[kAhead]);
            ++counts.at(*key);
        }
        for (; key != end; ++key)
            ++counts.at(*key);
    }
    void count_waiting(std::uint32_t group) {
        for (const Key* key = begin_of(group); key != ends_[group]; ++key) {
            std::uint64_t* const count = tables_[group].at_most(*key, group_distinct_max_);
            if (count != nullptr) {
                ++*count;
            } else {
                ++left_out_;
            }
        }
        ends_[group] = begin_of(group);
    }

    std::size_t group_distinct_max_;
    std::unique_ptr<Key[]> waiting_;  // by group; memory is taken as it is written to
    std::array<Key*, kGroups> ends_{};
    std::vector<Table> tables_;
    std::uint64_t left_out_ = 0;
};

}  // namespace twofold::kernel
