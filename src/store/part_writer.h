// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "column/block_encoder.h"
#include "column/presence.h"
#include "io/env.h"
#include "store/part_format.h"
#include "store/part_info.h"

namespace twofold::store {

/// Rows that are put in their places at once: 16 blocks. A place in a group fits into two bytes,
/// and the values of one column of a group into the second-level cache.
inline constexpr std::uint32_t kGroupRows = 16 * column::kBlockRows;

/// The values of one column in one group of rows, written in any order.
class GroupValues {
public:
    GroupValues() : values_(kGroupRows) {}

    void clear() noexcept { present_.fill(0); }
    /// REQUIRES: place < kGroupRows; set once.
    void set(std::uint32_t place, std::uint64_t value) noexcept {
        present_[place / 64] |= std::uint64_t{1} << (place % 64);
        values_[place] = value;
    }

    /// The presence of block `block` of the group.
    column::Presence presence(std::uint32_t block) const noexcept;
    /// The present values of that block in order. Valid until the next call or set.
    std::span<const std::uint64_t> values(std::uint32_t block, std::uint32_t rows,
                                          const column::Presence& presence);

private:
    std::array<std::uint64_t, kGroupRows / 64> present_{};
    std::vector<std::uint64_t> values_;
    std::array<std::uint64_t, column::kBlockRows> dense_;
};

/// A column of a part to be written.
struct ColumnSpec {
    model::ColumnCode code = 0;
    column::ColumnKind kind = column::ColumnKind::kCodes;
    bool fixed_bools = false;
    bool has_dictionary = false;
};

/// What a part shall hold, wherever it comes from: the rows of the tail, or other parts. Its rows
/// are in order already; they are asked for a group at a time, one column after the other, so that
/// a part of any size is written in little memory.
class PartContent {
public:
    virtual ~PartContent() = default;

    virtual std::uint32_t row_count() const = 0;
    /// As in Part: sorted ordinals, their first rows and the number of rows.
    virtual std::span<const std::uint32_t> ordinals() const = 0;
    virtual std::span<const std::uint32_t> first_rows() const = 0;
    /// Ascending; each has a row.
    virtual std::span<const model::NameCode> names() const = 0;

    /// Raw columns of group `group`, as long as the group. Local codes: place in names().
    virtual Status seconds(std::uint32_t group, std::span<std::uint32_t> out) = 0;
    virtual Status millis(std::uint32_t group, std::span<std::uint16_t> out) = 0;
    virtual Status codes(std::uint32_t group, std::span<std::uint16_t> out) = 0;

    /// Columns ascending by code, kSequenceColumn among them.
    virtual std::span<const ColumnSpec> columns() const = 0;
    /// Starts with column `place`: hands over its dictionary in order, if it has one.
    virtual Status open_column(std::size_t place,
                               const std::function<Status(std::string_view)>& entry) = 0;
    /// Its values in a group. REQUIRES: groups in ascending order.
    virtual Status values(std::uint32_t group, GroupValues& out) = 0;
};

/// Where the bytes of a part go: a file, in large pieces, or memory.
class PartOutput {
public:
    /// Into memory.
    PartOutput() = default;
    /// Into a new file. Borrowed.
    explicit PartOutput(io::WritableFile& file) : file_(&file) {}

    Status write(Bytes bytes);
    /// Zeros up to a multiple of kPartAlignment.
    Status align();
    /// Hands on what is still held back.
    Status flush();
    std::uint64_t size() const noexcept { return written_ + buffer_.size(); }
    /// REQUIRES: into memory.
    std::vector<std::byte> take() && { return std::move(buffer_).take(); }

private:
    io::WritableFile* file_ = nullptr;
    ByteWriter buffer_;
    std::uint64_t written_ = 0;
};

/// What the content does not know: the part's name and what it was made for.
struct PartPurpose {
    std::uint64_t id = 0;
    std::uint64_t run = 0;
    Month month_begin = 0;
    Month month_end = 0;
    column::Effort effort = column::Effort::kBest;
};

/// Writes the whole file of a part (part_format.h). Does not sync. `stop`, when given and set, ends
/// it early with kUnavailable. REQUIRES: at least one row. Errors: those of the content and output.
Result<PartInfo> write_part(PartContent& content, const PartPurpose& purpose, PartOutput& output,
                            const std::atomic<bool>* stop = nullptr);

}  // namespace twofold::store
