// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/tape.h"

namespace twofold::engine {

struct ExtraRow;

/// Which columns a tape has beside its rows.
struct TapeShape {
    bool persons = false;
    bool acting = false;
    std::size_t cells = 0;
    std::size_t numbers = 0;
};

/// Where a row came from: source << 32 | row of its part. Rows that are not events have kNoOrigin.
using Origin = std::uint64_t;
inline constexpr Origin kNoOrigin = ~Origin{0};

/// Gathers rows by lane and puts them in order. A lane is one person of one unit; lanes of a unit
/// are neighbours, in the order of their persons. One thread; memory is kept between blocks.
class TapeBuilder {
public:
    void reset(const TapeShape& shape, bool with_origins);
    std::size_t size() const noexcept { return rows_.size(); }
    bool with_origins() const noexcept { return with_origins_; }

    /// Adds a row; `row.unit` is its lane until order(). Its other columns are added by the caller
    /// to all that the shape has, in step.
    void add(const TapeRow& row) { rows_.push_back(row); }
    /// Adds a row that is no event, with all its columns.
    void add_extra(const ExtraRow& row, std::uint32_t unit);
    std::vector<TapeRow>& rows() noexcept { return rows_; }
    std::vector<std::uint32_t>& persons() noexcept { return persons_; }
    std::vector<std::uint32_t>& acting() noexcept { return acting_; }
    std::vector<std::uint32_t>& cells(std::size_t i) noexcept { return cells_[i]; }
    std::vector<kernel::Number>& numbers(std::size_t i) noexcept { return numbers_[i]; }
    std::vector<Origin>& origins() noexcept { return origins_; }

    /// How order() is to treat lanes.
    struct Lanes {
        std::uint32_t count = 0;
        /// Unit of each lane, rising; empty: lane and unit are the same.
        std::span<const std::uint32_t> units;
        /// Whether rows of one time in this lane may have come in another order than the log's;
        /// needs origins. Empty: none.
        std::span<const std::uint8_t> uncertain;
    };
    /// Fills sequences[i] with the log position of origins[i], which are rising.
    using ReadSequences =
        std::function<Status(std::span<const Origin> origins, std::span<std::uint64_t> sequences)>;

    /// Sorts by (unit, time); at one time rows keep the order of their lanes, and within a lane
    /// that of adding, or the log's where the lane is uncertain. Errors: those of `read`.
    Status order(const Lanes& lanes, const ReadSequences& read);

    /// Everything added, or after order() everything in order. Until the next add or reset.
    Tape tape() const;
    void clear();

private:
    struct Tie {
        std::uint32_t begin;  // in rows_
        std::uint32_t end;
    };
    void sort_by_lane(std::uint32_t lane_count);
    void sort_by_time(std::size_t begin, std::size_t end);
    bool insert_by_time(std::size_t begin, std::size_t end);
    void radix_by_time(std::size_t begin, std::size_t end);
    void find_ties(std::size_t begin, std::size_t end, std::vector<Tie>& ties) const;
    Status settle(std::span<const Tie> ties, const ReadSequences& read);
    template <typename T>
    void permute(std::vector<T>& column);

    TapeShape shape_;
    bool with_origins_ = false;
    std::vector<TapeRow> rows_;
    std::vector<std::uint32_t> persons_;
    std::vector<std::uint32_t> acting_;
    std::array<std::vector<std::uint32_t>, kTapeColumnsMax> cells_;
    std::array<std::vector<kernel::Number>, kTapeColumnsMax> numbers_;
    std::vector<Origin> origins_;

    std::vector<std::uint32_t> from_;  // row i of the order was added as row from_[i]
    std::vector<std::uint32_t> lane_ends_;
    std::vector<TapeRow> sorted_rows_;
    std::vector<std::uint32_t> sorted_from_;
    std::vector<std::byte> spare_;  // memory for permute
};

}  // namespace twofold::engine
