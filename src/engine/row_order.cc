// SPDX-License-Identifier: Apache-2.0
//
// A row is a number: unit within its range, time, mask, from the highest bit to the lowest. People
// lie in parts one after another, each by time, so that a customer's rows come as many short runs
// in order. What is left to do is a stable sort by the highest bits, as many as tell rows of
// different people mostly apart, and a look at neighbours.
#include "engine/row_order.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/check.h"

namespace twofold::engine {
namespace {

/// Rows of one range: with what sorting needs they stay well within the second cache.
constexpr std::uint64_t kRangeRowsAim = 1U << 14;
constexpr std::uint64_t kRangesMax = 1'024;
/// A chunk is wasted by half on average, in each range and thread.
constexpr std::uint64_t kChunkRowsMin = 64;
constexpr std::uint64_t kChunkRowsMax = 2'048;
constexpr unsigned kDigitBitsMax = 11;
/// A row moves less than this far on average after the first sort; else more digits are needed.
constexpr std::size_t kInsertMovesPerRow = 8;
/// Rows that go to a sink at once.
constexpr std::size_t kOrderedFeedRows = 4'096;

}  // namespace

unsigned RowOrder::time_bits(const Rows& rows) {
    return static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(rows.last) -
                                                static_cast<std::uint64_t>(rows.first)));
}

unsigned RowOrder::unit_bits_max(const Rows& rows) {
    const unsigned taken = time_bits(rows) + rows.mask_bits;
    return taken >= 64 ? 0 : std::min(64 - taken, kUnitBitsMax);
}

RowOrder::RowOrder(const Rows& rows) : rows_(rows), time_bits_(time_bits(rows)) {
    TF_CHECK(serves(rows));
    const std::uint32_t units = rows.unit_end - rows.first_unit;
    const std::uint64_t ranges =
        std::clamp<std::uint64_t>(rows.about / kRangeRowsAim, 1, kRangesMax);
    const std::uint64_t units_each = (units + ranges - 1) / ranges;
    unit_bits_ = std::min(static_cast<unsigned>(std::bit_width(units_each)), unit_bits_max(rows));
    range_count_ = (units + (1U << unit_bits_) - 1) >> unit_bits_;
    const std::uint64_t rows_each = range_count_ == 0 ? 0 : rows.about / range_count_;
    chunk_rows_ = std::clamp(rows_each / 8, kChunkRowsMin, kChunkRowsMax);
}

RowOrder::Collector::Collector(const RowOrder& order, Room& room)
    : order_(order), room_(room), piles_(order.range_count_) {}

void RowOrder::Collector::grow(Pile& pile) {
    pile.chunks.push_back(std::make_unique_for_overwrite<std::uint64_t[]>(order_.chunk_rows_));
    pile.next = pile.chunks.back().get();
    pile.end = pile.next + order_.chunk_rows_;
}

void RowOrder::Collector::feed(const Tape& tape) {
    const Rows& rows = order_.rows_;
    std::uint64_t taken = 0;
    const std::uint32_t units = rows.unit_end - rows.first_unit;
    const unsigned unit_bits = order_.unit_bits_;
    const std::uint64_t within = (std::uint64_t{1} << unit_bits) - 1;
    const unsigned mask_bits = rows.mask_bits;
    const unsigned unit_shift = order_.time_bits_ + mask_bits;
    for (const TapeRow& row : tape.rows) {
        const std::uint32_t unit = row.unit - rows.first_unit;
        if (unit >= units) continue;
        Pile& pile = piles_[unit >> unit_bits];
        if (pile.next == pile.end) grow(pile);
        *pile.next++ = (unit & within) << unit_shift |
                       static_cast<std::uint64_t>(row.time - rows.first) << mask_bits | row.mask;
        ++taken;
    }
    room_.rows += taken;
    if (!room_.is_full()) return;
    for (Pile& pile : piles_)
        pile = {};
}

void RowOrder::Sorted::collect(std::uint32_t range,
                               std::span<const std::unique_ptr<Collector>> collectors) {
    keys_.clear();
    for (const auto& collector : collectors) {
        Collector::Pile& pile = collector->piles_[range];
        for (const auto& chunk : pile.chunks) {
            const bool last = &chunk == &pile.chunks.back();
            keys_.insert(keys_.end(), chunk.get(),
                         last ? pile.next : chunk.get() + order_->chunk_rows_);
        }
        pile = {};
    }
}

/// Stable, by bits [lowest, bits), in digits of one length.
void RowOrder::Sorted::sort_by_bits(unsigned lowest, unsigned bits) {
    sorting_.resize(keys_.size());
    std::array<std::uint32_t, (1U << kDigitBitsMax) + 1> places;
    const unsigned digits = (bits - lowest + kDigitBitsMax - 1) / kDigitBitsMax;
    const unsigned digit_bits = (bits - lowest + digits - 1) / digits;
    const std::uint64_t mask = (std::uint64_t{1} << digit_bits) - 1;
    for (unsigned shift = lowest; shift < bits; shift += digit_bits) {
        std::fill_n(places.begin(), mask + 2, 0);
        for (const std::uint64_t key : keys_)
            ++places[(key >> shift & mask) + 1];
        for (std::size_t digit = 0; digit <= mask; ++digit)
            places[digit + 1] += places[digit];
        for (const std::uint64_t key : keys_)
            sorting_[places[key >> shift & mask]++] = key;
        keys_.swap(sorting_);
    }
}

/// Sorts by insertion; gives up, with all rows still there, when that takes too many moves.
bool RowOrder::Sorted::insert() {
    const std::size_t moves_max = keys_.size() * kInsertMovesPerRow;
    std::size_t moves = 0;
    for (std::size_t i = 1; i < keys_.size(); ++i) {
        const std::uint64_t key = keys_[i];
        if (keys_[i - 1] <= key) continue;
        std::size_t to = i;
        for (; to > 0 && keys_[to - 1] > key; --to)
            keys_[to] = keys_[to - 1];
        keys_[to] = key;
        moves += i - to;
        if (moves > moves_max) return false;
    }
    return true;
}

void RowOrder::Sorted::sort(const RowOrder& order, std::uint32_t range,
                            std::span<const std::unique_ptr<Collector>> collectors) {
    order_ = &order;
    collect(range, collectors);
    if (keys_.empty()) return;
    const unsigned bits = order.unit_bits_ + order.time_bits_ + order.rows_.mask_bits;
    // Some eight places for each row.
    const auto sorted = static_cast<unsigned>(std::bit_width(keys_.size())) + 3;
    sort_by_bits(bits > sorted ? bits - sorted : 0, bits);
    if (!insert()) sort_by_bits(0, bits);
}

void RowOrder::Sorted::feed(Sink& sink) {
    const unsigned mask_bits = order_->rows_.mask_bits;
    const unsigned unit_shift = order_->time_bits_ + mask_bits;
    const std::uint64_t time_mask = (std::uint64_t{1} << order_->time_bits_) - 1;
    const std::uint64_t mask = (std::uint64_t{1} << mask_bits) - 1;
    for (std::size_t begin = 0; begin < keys_.size();) {
        std::size_t end = std::min(begin + kOrderedFeedRows, keys_.size());
        // What is of one unit and time stays together.
        while (end < keys_.size() && keys_[end] >> mask_bits == keys_[end - 1] >> mask_bits)
            ++end;
        tape_.resize(end - begin);
        for (std::size_t i = begin; i < end; ++i) {
            const std::uint64_t key = keys_[i];
            tape_[i - begin] = {
                order_->rows_.first + static_cast<TimeMs>(key >> mask_bits & time_mask),
                static_cast<std::uint32_t>(key >> unit_shift),
                static_cast<std::uint32_t>(key & mask)};
        }
        Tape tape;
        tape.rows = tape_;
        sink.feed(tape);
        begin = end;
    }
}

}  // namespace twofold::engine
