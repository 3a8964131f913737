// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "store/part.h"
#include "store/tail.h"

namespace twofold::store {

/// The rows that are not in files yet: a tail, and parts in memory which it became. Parts of a
/// month are merged two by two while they are small, so that publishing every 100 ms leaves few,
/// and a row is moved some ten times at the most, however slowly rows come in. Not thread-safe.
class Head {
public:
    explicit Head(std::uint32_t mini_rows) : mini_rows_(mini_rows) {}

    Tail& tail() noexcept { return tail_; }
    /// Turns the tail into parts when it is long enough for one.
    void settle();
    /// Turns the tail into parts, however short. False if it was empty.
    bool publish();

    /// Parts that cover all rows but those of the tail.
    std::vector<std::shared_ptr<const Part>> parts() const;

    /// Parts under seal stay here but are not touched. REQUIRES: the tail is empty, no seal yet.
    std::vector<std::shared_ptr<const Part>> begin_seal();
    /// Forgets the parts under seal: files have their rows now.
    void end_seal();
    /// Takes them back.
    void abandon_seal();

    std::uint32_t row_count() const noexcept { return part_rows_ + tail_.row_count(); }
    std::uint64_t byte_count() const noexcept { return part_bytes_ + tail_.byte_count(); }

private:
    void take_tail();
    void merge_small(Month month);
    void count_parts();

    std::uint32_t mini_rows_;
    Tail tail_;
    std::vector<std::shared_ptr<const Part>> minis_;    // in log order
    std::vector<std::shared_ptr<const Part>> sealing_;  // likewise
    std::uint32_t part_rows_ = 0;                       // of both
    std::uint64_t part_bytes_ = 0;
};

}  // namespace twofold::store
