// SPDX-License-Identifier: Apache-2.0
#include "engine/tape_builder.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <type_traits>

#include "engine/scan.h"

namespace twofold::engine {
namespace {

// Rows of a lane are nearly in order: a few late ones in each month. Moving those to their places
// is quickest as long as a row moves less than this far on average; below kInsertMax rows always.
constexpr std::size_t kMovesPerRow = 12;
constexpr std::size_t kInsertMax = 24;
// From this many on, passes of 11 bits save more than their larger tables cost.
constexpr std::size_t kWideDigitsMin = 4'096;

bool later(const TapeRow& a, const TapeRow& b) {
    return a.time > b.time;
}

}  // namespace

void TapeBuilder::reset(const TapeShape& shape, bool with_origins) {
    shape_ = shape;
    with_origins_ = with_origins;
    clear();
}

void TapeBuilder::clear() {
    rows_.clear();
    persons_.clear();
    acting_.clear();
    for (auto& column : cells_)
        column.clear();
    for (auto& column : numbers_)
        column.clear();
    origins_.clear();
}

void TapeBuilder::add_extra(const ExtraRow& row, std::uint32_t unit) {
    add({row.time, unit, row.mask});
    if (shape_.persons) persons_.push_back(row.person);
    if (shape_.acting) acting_.push_back(row.acting);
    for (std::size_t i = 0; i < shape_.cells; ++i)
        cells_[i].push_back(row.cells[i]);
    for (std::size_t i = 0; i < shape_.numbers; ++i)
        numbers_[i].push_back(row.number);
    if (with_origins_) origins_.push_back(kNoOrigin);
}

/// Counting sort, stable: lanes are few and small numbers.
void TapeBuilder::sort_by_lane(std::uint32_t lane_count) {
    lane_ends_.assign(std::size_t{lane_count} + 1, 0);
    for (const TapeRow& row : rows_)
        ++lane_ends_[row.unit + 1];
    for (std::uint32_t lane = 0; lane < lane_count; ++lane) {
        lane_ends_[lane + 1] += lane_ends_[lane];
    }
    // Now each lane's first place; counted up while rows are placed, it becomes its end.
    sorted_rows_.resize(rows_.size());
    from_.resize(rows_.size());
    for (std::size_t i = 0; i < rows_.size(); ++i) {
        const std::uint32_t to = lane_ends_[rows_[i].unit]++;
        sorted_rows_[to] = rows_[i];
        from_[to] = static_cast<std::uint32_t>(i);
    }
    rows_.swap(sorted_rows_);
}

/// Sorts by insertion; gives up, with all rows still there, when that takes too many moves.
bool TapeBuilder::insert_by_time(std::size_t begin, std::size_t end) {
    const std::size_t moves_max =
        end - begin <= kInsertMax ? kInsertMax * kInsertMax : (end - begin) * kMovesPerRow;
    std::size_t moves = 0;
    for (std::size_t i = begin + 1; i < end; ++i) {
        if (!later(rows_[i - 1], rows_[i])) continue;
        const TapeRow row = rows_[i];
        const std::uint32_t from = from_[i];
        std::size_t to = i;
        for (; to > begin && later(rows_[to - 1], row); --to) {
            rows_[to] = rows_[to - 1];
            from_[to] = from_[to - 1];
        }
        rows_[to] = row;
        from_[to] = from;
        moves += i - to;
        if (moves > moves_max) return false;
    }
    return true;
}

void TapeBuilder::radix_by_time(std::size_t begin, std::size_t end) {
    const std::size_t count = end - begin;
    const auto [first, last] = std::ranges::minmax(std::span(rows_).subspan(begin, count), {},
                                                   [](const TapeRow& row) { return row.time; });
    const auto base = static_cast<std::uint64_t>(first.time);
    const auto bits =
        static_cast<unsigned>(std::bit_width(static_cast<std::uint64_t>(last.time) - base));
    const unsigned digit = count < kWideDigitsMin ? 8 : 11;
    const std::uint64_t mask = (std::uint64_t{1} << digit) - 1;
    sorted_rows_.resize(std::max(sorted_rows_.size(), count));
    sorted_from_.resize(std::max(sorted_from_.size(), count));
    // Back and forth between two places, a digit at a time, the lowest first.
    TapeRow* rows = rows_.data() + begin;
    std::uint32_t* from = from_.data() + begin;
    TapeRow* to_rows = sorted_rows_.data();
    std::uint32_t* to_from = sorted_from_.data();
    std::array<std::uint32_t, 2'049> places;
    for (unsigned shift = 0; shift < bits; shift += digit) {
        const auto digit_of = [&](const TapeRow& row) {
            return (static_cast<std::uint64_t>(row.time) - base) >> shift & mask;
        };
        std::fill_n(places.begin(), mask + 2, 0);
        for (std::size_t i = 0; i < count; ++i)
            ++places[digit_of(rows[i]) + 1];
        for (std::size_t value = 0; value <= mask; ++value)
            places[value + 1] += places[value];
        for (std::size_t i = 0; i < count; ++i) {
            const std::uint32_t to = places[digit_of(rows[i])]++;
            to_rows[to] = rows[i];
            to_from[to] = from[i];
        }
        std::swap(rows, to_rows);
        std::swap(from, to_from);
    }
    if (rows == rows_.data() + begin) return;
    std::copy_n(rows, count, to_rows);
    std::copy_n(from, count, to_from);
}

void TapeBuilder::sort_by_time(std::size_t begin, std::size_t end) {
    if (end - begin > 1 && !insert_by_time(begin, end)) radix_by_time(begin, end);
}

void TapeBuilder::find_ties(std::size_t begin, std::size_t end, std::vector<Tie>& ties) const {
    for (std::size_t i = begin; i < end;) {
        std::size_t next = i + 1;
        while (next < end && rows_[next].time == rows_[i].time)
            ++next;
        if (next - i > 1) {
            ties.push_back({static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(next)});
        }
        i = next;
    }
}

/// Puts the rows of each tie in the order of the log. All positions are read in one go, in the
/// order in which they lie in the parts, so that a block of a part is decoded once.
Status TapeBuilder::settle(std::span<const Tie> ties, const ReadSequences& read) {
    struct Member {
        Origin origin;
        std::uint32_t place;
    };
    std::vector<Member> members;
    for (const Tie& tie : ties) {
        for (std::uint32_t i = tie.begin; i < tie.end; ++i) {
            if (origins_[from_[i]] != kNoOrigin) members.push_back({origins_[from_[i]], i});
        }
    }
    std::ranges::sort(members, {}, &Member::origin);
    std::vector<Origin> origins(members.size());
    std::ranges::transform(members, origins.begin(), &Member::origin);
    std::vector<std::uint64_t> sequences(members.size());
    TF_TRY(read(origins, sequences));
    // What is no event keeps its place after the events.
    std::vector<std::uint64_t> sequence_at(rows_.size(), ~std::uint64_t{0});
    for (std::size_t i = 0; i < members.size(); ++i)
        sequence_at[members[i].place] = sequences[i];

    std::vector<std::uint32_t> order;
    for (const Tie& tie : ties) {
        order.resize(tie.end - tie.begin);
        for (std::uint32_t i = 0; i < order.size(); ++i)
            order[i] = tie.begin + i;
        std::ranges::stable_sort(order, {}, [&](std::uint32_t i) { return sequence_at[i]; });
        std::vector<std::pair<TapeRow, std::uint32_t>> moved;
        for (const std::uint32_t i : order)
            moved.emplace_back(rows_[i], from_[i]);
        for (std::uint32_t i = 0; i < order.size(); ++i) {
            std::tie(rows_[tie.begin + i], from_[tie.begin + i]) = moved[i];
        }
    }
    return {};
}

template <typename T>
void TapeBuilder::permute(std::vector<T>& column) {
    static_assert(std::is_trivially_copyable_v<T>);
    spare_.resize(column.size() * sizeof(T));
    std::memcpy(spare_.data(), column.data(), spare_.size());
    for (std::size_t i = 0; i < column.size(); ++i) {
        std::memcpy(&column[i], spare_.data() + from_[i] * sizeof(T), sizeof(T));
    }
}

Status TapeBuilder::order(const Lanes& lanes, const ReadSequences& read) {
    sort_by_lane(lanes.count);
    std::vector<Tie> ties;
    for (std::uint32_t lane = 0; lane < lanes.uncertain.size(); ++lane) {
        if (lanes.uncertain[lane] == 0) continue;
        const std::size_t begin = lane == 0 ? 0 : lane_ends_[lane - 1];
        sort_by_time(begin, lane_ends_[lane]);
        find_ties(begin, lane_ends_[lane], ties);
    }
    if (!ties.empty()) TF_TRY(settle(ties, read));
    std::size_t begin = 0;
    for (std::uint32_t lane = 0; lane < lanes.count;) {
        const std::uint32_t unit = lanes.units.empty() ? lane : lanes.units[lane];
        do {
            ++lane;
        } while (!lanes.units.empty() && lane < lanes.count && lanes.units[lane] == unit);
        const std::size_t end = lane_ends_[lane - 1];
        sort_by_time(begin, end);
        if (!lanes.units.empty()) {
            for (std::size_t i = begin; i < end; ++i)
                rows_[i].unit = unit;
        }
        begin = end;
    }
    if (shape_.persons) permute(persons_);
    if (shape_.acting) permute(acting_);
    for (std::size_t i = 0; i < shape_.cells; ++i)
        permute(cells_[i]);
    for (std::size_t i = 0; i < shape_.numbers; ++i)
        permute(numbers_[i]);
    return {};
}

Tape TapeBuilder::tape() const {
    Tape tape;
    tape.rows = rows_;
    tape.persons = persons_;
    tape.acting = acting_;
    for (std::size_t i = 0; i < shape_.cells; ++i)
        tape.cells[i] = cells_[i];
    for (std::size_t i = 0; i < shape_.numbers; ++i)
        tape.numbers[i] = numbers_[i];
    return tape;
}

}  // namespace twofold::engine
