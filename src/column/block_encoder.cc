// SPDX-License-Identifier: Apache-2.0
#include "column/block_encoder.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "base/check.h"
#include "column/bits.h"

namespace twofold::column {
namespace {

// Ints up to here are doubles exactly, so dividing them by a power of ten rounds once, as reading
// the decimal text did.
constexpr double kExactInt = 9'007'199'254'740'992.0;
// Doing without a list of names that would save less than this is not worth looking for one.
constexpr std::size_t kSmallPresenceBytes = 8;

// The int that, divided by 10^scale, is exactly this double.
bool scaled_int(double value, std::uint8_t scale, std::int64_t& scaled) noexcept {
    const double divisor = power_of_ten(scale);
    const double product = value * divisor;
    if (!(std::fabs(product) < kExactInt)) return false;
    scaled = static_cast<std::int64_t>(product + std::copysign(0.5, product));
    return std::bit_cast<std::uint64_t>(static_cast<double>(scaled) / divisor) ==
           std::bit_cast<std::uint64_t>(value);
}

}  // namespace

BlockEntry BlockEncoder::encode(ColumnKind kind, std::uint32_t rows, const Presence& presence,
                                std::span<const std::uint64_t> values, const NameCounts& counts,
                                ByteWriter& out) {
    TF_CHECK(!values.empty() && values.size() <= rows && rows <= kBlockRows);
    BlockEntry entry;
    entry.present = static_cast<std::uint16_t>(values.size());
    const std::size_t start = out.size();
    encode_presence(rows, presence, counts, entry, out);
    numbers_.resize(values.size());
    switch (kind) {
        case ColumnKind::kCodes:
            prepare_codes(values, entry);
            break;
        case ColumnKind::kInts:
            prepare_ints(values, entry);
            break;
        case ColumnKind::kDoubles:
            prepare_doubles(values, entry);
            break;
    }
    encode_numbers(entry, out);
    entry.bytes = static_cast<std::uint32_t>(out.size() - start);
    return entry;
}

void BlockEncoder::encode_presence(std::uint32_t rows, const Presence& presence,
                                   const NameCounts& counts, BlockEntry& entry, ByteWriter& out) {
    if (entry.present == rows) {
        entry.presence_mode = PresenceMode::kAll;
        return;
    }
    const std::size_t bitmap_bytes = (rows + 7) / 8;
    const std::size_t position_bytes = packed_bytes(entry.present, kPositionBits);
    const std::size_t best = std::min(bitmap_bytes, position_bytes);
    if (effort_ == Effort::kBest && best > kSmallPresenceBytes && list_names(presence, counts) &&
        sizeof(std::uint16_t) * (1 + listed_.size()) < best) {
        entry.presence_mode = PresenceMode::kByName;
        out.put(static_cast<std::uint16_t>(listed_.size()));
        for (const std::uint16_t code : listed_)
            out.put(code);
        return;
    }
    if (bitmap_bytes <= position_bytes) {
        entry.presence_mode = PresenceMode::kBitmap;
        out.put_bytes(std::as_bytes(std::span(presence.words)).first(bitmap_bytes));
        return;
    }
    entry.presence_mode = PresenceMode::kPositions;
    scratch_.clear();
    presence.each([&](std::uint32_t row) { scratch_.push_back(row); });
    pack(scratch_, kPositionBits, out);
}

// The present rows are those of certain events if every event that has one has all of its rows.
bool BlockEncoder::list_names(const Presence& presence, const NameCounts& counts) {
    if (counts.rows_of.empty()) return false;
    if (seen_of_.size() < counts.rows_of.size()) seen_of_.resize(counts.rows_of.size());
    listed_.clear();
    presence.each([&](std::uint32_t row) {
        const std::uint32_t code = counts.names.at(row);
        if (seen_of_[code]++ == 0) listed_.push_back(static_cast<std::uint16_t>(code));
    });
    bool all = true;
    for (const std::uint16_t code : listed_) {
        all = all && seen_of_[code] == counts.rows_of[code];
        seen_of_[code] = 0;
    }
    std::sort(listed_.begin(), listed_.end());
    return all;
}

void BlockEncoder::prepare_codes(std::span<const std::uint64_t> values, BlockEntry& entry) {
    std::uint64_t least = values[0];
    std::uint64_t most = least;
    std::uint64_t codes = 0;
    for (const std::uint64_t value : values) {
        least = std::min(least, value);
        most = std::max(most, value);
        codes |= std::uint64_t{1} << (value % 64);
    }
    entry.min = entry.base = least;
    entry.max = most;
    entry.codes = codes;
    for (std::size_t i = 0; i < values.size(); ++i)
        numbers_[i] = values[i] - least;
}

void BlockEncoder::prepare_ints(std::span<const std::uint64_t> values, BlockEntry& entry) {
    auto least = static_cast<std::int64_t>(values[0]);
    auto most = least;
    for (const std::uint64_t value : values) {
        least = std::min(least, static_cast<std::int64_t>(value));
        most = std::max(most, static_cast<std::int64_t>(value));
    }
    entry.min = entry.base = static_cast<std::uint64_t>(least);
    entry.max = static_cast<std::uint64_t>(most);
    // Modulo 2^64, so the distance between the least and the greatest int64 fits too.
    for (std::size_t i = 0; i < values.size(); ++i)
        numbers_[i] = values[i] - entry.base;
}

void BlockEncoder::prepare_doubles(std::span<const std::uint64_t> values, BlockEntry& entry) {
    double least = std::bit_cast<double>(values[0]);
    double most = least;
    for (const std::uint64_t bits : values) {
        const auto value = std::bit_cast<double>(bits);
        TF_CHECK(!std::isnan(value));
        least = std::min(least, value);
        most = std::max(most, value);
    }
    entry.min = std::bit_cast<std::uint64_t>(least);
    entry.max = std::bit_cast<std::uint64_t>(most);
    if (scale_doubles(values, entry)) return;
    entry.scale = kRawDoubles;
    entry.base = *std::min_element(values.begin(), values.end());
    for (std::size_t i = 0; i < values.size(); ++i)
        numbers_[i] = values[i] - entry.base;
}

// Most doubles of the world are decimals of few places: 19.99 is 1999 and a scale of 2. What is
// exact at one scale is so at the next, so one pass finds the scale, and a second one proves it.
bool BlockEncoder::scale_doubles(std::span<const std::uint64_t> values, BlockEntry& entry) {
    std::uint8_t scale = 0;
    std::int64_t scaled = 0;
    for (const std::uint64_t bits : values) {
        while (!scaled_int(std::bit_cast<double>(bits), scale, scaled)) {
            if (++scale > kScaleMax) return false;
        }
    }
    std::int64_t least = std::numeric_limits<std::int64_t>::max();
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!scaled_int(std::bit_cast<double>(values[i]), scale, scaled)) return false;
        numbers_[i] = static_cast<std::uint64_t>(scaled);
        least = std::min(least, scaled);
    }
    entry.scale = scale;
    entry.base = static_cast<std::uint64_t>(least);
    for (std::uint64_t& number : numbers_)
        number -= entry.base;
    return true;
}

std::uint32_t BlockEncoder::count_runs() const {
    std::uint32_t runs = 1;
    for (std::size_t i = 1; i < numbers_.size(); ++i) {
        runs += numbers_[i] != numbers_[i - 1] ? 1 : 0;
    }
    return runs;
}

void BlockEncoder::find_runs() {
    run_numbers_.clear();
    run_lengths_.clear();
    for (const std::uint64_t number : numbers_) {
        if (!run_numbers_.empty() && run_numbers_.back() == number) {
            ++run_lengths_.back();
        } else {
            run_numbers_.push_back(number);
            run_lengths_.push_back(0);
        }
    }
}

// What the block takes in runs. They are looked for only where there is a chance.
std::size_t BlockEncoder::run_bytes(unsigned number_width, std::size_t packed) {
    const std::uint32_t runs = count_runs();
    const std::size_t least = sizeof(std::uint16_t) + packed_bytes(runs, number_width);
    if (least >= packed) return least;
    find_runs();
    const std::uint64_t longest = *std::max_element(run_lengths_.begin(), run_lengths_.end());
    return least + packed_bytes(runs, bits_for(longest));
}

// Whether a set of the distinct numbers beats `bytes_best`. The search stops at the first number
// too many, so a column of unique values costs little.
bool BlockEncoder::find_set(unsigned number_width, std::size_t bytes_best) {
    const auto count = static_cast<std::uint32_t>(numbers_.size());
    const std::size_t least_bytes = sizeof(std::uint16_t) + packed_bytes(count, 1);
    if (number_width < 2 || number_width == 64 || bytes_best <= least_bytes) return false;
    const std::size_t worth = (bytes_best - least_bytes) * 8 / number_width;
    const auto count_max = static_cast<std::uint32_t>(
        std::min({worth, std::size_t{count} / 2, std::size_t{DistinctNumbers::kMax}}));
    if (count_max < 2 || !set_.collect(numbers_, count_max)) return false;
    const auto distinct = static_cast<std::uint32_t>(set_.sorted().size());
    return sizeof(std::uint16_t) + packed_bytes(distinct, number_width) +
               packed_bytes(count, bits_for(distinct - 1)) <
           bytes_best;
}

void BlockEncoder::encode_numbers(BlockEntry& entry, ByteWriter& out) {
    const std::uint64_t range = *std::max_element(numbers_.begin(), numbers_.end());
    if (range == 0) {
        entry.value_mode = ValueMode::kConstant;
        return;
    }
    const unsigned width = bits_for(range);
    const std::size_t packed = packed_bytes(static_cast<std::uint32_t>(numbers_.size()), width);
    if (effort_ == Effort::kQuick) {
        write_packed(width, entry, out);
        return;
    }
    const std::size_t in_runs = run_bytes(width, packed);
    if (find_set(width, std::min(packed, in_runs))) {
        write_set(width, entry, out);
    } else if (in_runs < packed) {
        write_runs(width, entry, out);
    } else {
        write_packed(width, entry, out);
    }
}

void BlockEncoder::write_packed(unsigned number_width, BlockEntry& entry, ByteWriter& out) const {
    entry.value_mode = ValueMode::kPacked;
    entry.width = static_cast<std::uint8_t>(number_width);
    pack(numbers_, number_width, out);
}

void BlockEncoder::write_set(unsigned number_width, BlockEntry& entry, ByteWriter& out) {
    entry.value_mode = ValueMode::kSet;
    entry.value_width = static_cast<std::uint8_t>(number_width);
    entry.width = static_cast<std::uint8_t>(bits_for(set_.sorted().size() - 1));
    out.put(static_cast<std::uint16_t>(set_.sorted().size()));
    pack(set_.sorted(), number_width, out);
    for (std::uint64_t& number : numbers_)
        number = set_.place_of(number);
    pack(numbers_, entry.width, out);
}

void BlockEncoder::write_runs(unsigned number_width, BlockEntry& entry, ByteWriter& out) const {
    const std::uint64_t longest = *std::max_element(run_lengths_.begin(), run_lengths_.end());
    entry.value_mode = ValueMode::kRuns;
    entry.value_width = static_cast<std::uint8_t>(number_width);
    entry.width = static_cast<std::uint8_t>(bits_for(longest));
    out.put(static_cast<std::uint16_t>(run_numbers_.size()));
    pack(run_numbers_, number_width, out);
    pack(run_lengths_, entry.width, out);
}

}  // namespace twofold::column
