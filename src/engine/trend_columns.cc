// SPDX-License-Identifier: Apache-2.0
//
// Rows that come to a trend's sink by column: counted and summed without looking at one alone.
#include <algorithm>
#include <array>
#include <cstring>

#include "engine/trend_sink.h"

namespace twofold::engine {
namespace {

/// More groups × buckets than this are not summed by column: their pieces would not stay near.
constexpr std::size_t kSummedColumnsMax = std::size_t{1} << 17;

/// Rows of one column after the other would wait for each other's count.
void count_each(std::span<const std::uint32_t> columns, std::uint64_t* counts) {
    std::size_t i = 0;
    for (; i + 4 <= columns.size(); i += 4) {
        std::array<std::uint64_t, 2> pairs;
        std::memcpy(&pairs, columns.data() + i, sizeof(pairs));
        const std::uint32_t first = columns[i];
        if (pairs[0] == pairs[1] && pairs[0] == (std::uint64_t{first} << 32 | first)) {
            counts[first] += 4;
            continue;
        }
        for (std::size_t k = 0; k < 4; ++k)
            ++counts[columns[i + k]];
    }
    for (; i < columns.size(); ++i)
        ++counts[columns[i]];
}

/// out[i] = of(codes[i]). Rows of a person lie together and mostly have the same code: four at once
/// where they are that of the row before.
template <typename Of>
void each_alike(std::span<const std::uint32_t> codes, const Of& of, std::uint32_t* out) {
    using Pairs = std::array<std::uint64_t, 2>;
    const auto four_of = [](std::uint32_t one) {
        const std::uint64_t pair = std::uint64_t{one} << 32 | one;
        return Pairs{pair, pair};
    };
    std::size_t i = 0;
    Pairs last{};
    Pairs last_out{};
    bool known = false;
    for (; i + 4 <= codes.size(); i += 4) {
        Pairs four;
        std::memcpy(&four, codes.data() + i, sizeof(four));
        if (!known || four != last) {
            for (std::size_t k = 0; k < 4; ++k)
                out[i + k] = of(codes[i + k]);
            last = four_of(codes[i + 3]);
            last_out = four_of(out[i + 3]);
            known = true;
            continue;
        }
        std::memcpy(out + i, &last_out, sizeof(last_out));
    }
    for (; i < codes.size(); ++i)
        out[i] = of(codes[i]);
}

}  // namespace

bool TrendSink::takes_count(TimeMs first, TimeMs last) const {
    if (!is_plain() || task_.what != TrendTask::What::kRows) return false;
    return task_.buckets->holds(first) && task_.buckets->holds(last) &&
           task_.buckets->find(first) == task_.buckets->find(last);
}

void TrendSink::feed_count(std::uint64_t rows, TimeMs first, TimeMs /*last*/) {
    counts_.counts[task_.buckets->find(first)] += rows;
    counts_.rows += rows;
    counts_.total += rows;
}

Sink::Columns TrendSink::takes_columns() const {
    const bool adds =
        task_.what == TrendTask::What::kRows ||
        (task_.what == TrendTask::What::kNumbers && !task_.keep.samples && !task_.keep.extremes);
    const bool timed = task_.buckets->count() > 1;
    const bool taken =
        adds && (simple_cells_ || is_plain()) && (!timed || task_.buckets->of_seconds());
    return {taken, timed};
}

bool TrendSink::feed_columns(const ColumnRows& rows) {
    limit_buckets();
    if (task_.what == TrendTask::What::kRows) {
        task_.cells == nullptr ? count_rows(rows) : count_cells(rows);
        counts_.total += rows.count;
        counts_.rows += rows.count;
        return true;
    }
    const bool by_runs = !rows.run_ends.empty() && !is_timed() && rows.wholes.empty() &&
                         rows.reals.size() == rows.count;
    const std::span<const std::uint32_t> columns =
        by_runs ? find_columns_of_codes(rows) : find_columns(rows);
    const std::size_t size = columns_met();
    if (size > kSummedColumnsMax) return false;
    if (size > counts_.numbers.size()) counts_.numbers.resize(size);
    if (!rows.wholes.empty()) add_wholes(rows, columns);
    if (!rows.reals.empty() && !add_reals(rows, columns)) return false;
    counts_.rows += rows.count;
    return true;
}

template <typename Take>
void TrendSink::with_seconds(Take&& take) const {
    task_.buckets->has_even_length() ? take(task_.buckets->even_second_finder())
                                     : take(task_.buckets->second_finder());
}

void TrendSink::count_rows(const ColumnRows& rows) {
    std::uint64_t* const counts = counts_.counts.data();
    if (rows.seconds.empty()) {
        counts[0] += rows.count;
        return;
    }
    with_seconds([&](const auto& buckets) {
        for (const std::uint32_t second : rows.seconds)
            ++counts[buckets.find(second)];
    });
}

void TrendSink::count_cells(const ColumnRows& rows) {
    const bool by_runs = !rows.run_ends.empty() && !is_timed();
    const std::span<const std::uint32_t> columns =
        by_runs ? find_columns_of_codes(rows) : find_columns(rows);
    const std::size_t size = columns_met();
    if (size > counts_.counts.size()) counts_.counts.resize(size);
    if (!by_runs) return count_each(columns, counts_.counts.data());
    std::uint32_t begin = 0;
    for (std::size_t run = 0; run < columns.size(); ++run) {
        counts_.counts[columns[run]] += rows.run_ends[run] - begin;
        begin = rows.run_ends[run];
    }
}

/// Whether the bucket of a row is to be found.
bool TrendSink::is_timed() const {
    return by_bucket() && task_.buckets->count() > 1;
}

/// Groups × buckets that rows may have.
std::size_t TrendSink::columns_met() const {
    return std::size_t{groups_seen_} * (by_bucket() ? task_.buckets->count() : 1);
}

/// The group of each code of the rows' dictionary, kNever where nobody has asked.
std::uint32_t* TrendSink::groups_of_codes(const ColumnRows& rows) {
    if (rows.dictionary >= code_groups_.size()) code_groups_.resize(rows.dictionary + 1);
    std::vector<std::uint32_t>& groups = code_groups_[rows.dictionary];
    if (groups.empty()) groups.resize(std::size_t{rows.entries} + 1, kNever);
    return groups.data();
}

/// Columns that a group takes.
std::uint32_t TrendSink::width() const {
    return by_bucket() ? task_.buckets->count() : 1;
}

/// What tells the first column of a code's group.
auto TrendSink::code_columns(const ColumnRows& rows) {
    return [this, &rows, groups = groups_of_codes(rows), width = width()](std::uint32_t code) {
        if (groups[code] == kNever) [[unlikely]] {
            groups[code] = find_group_of_value(code == 0 ? 0 : (*rows.id_of)(code));
            groups_seen_ = std::max(groups_seen_, groups[code] + 1);
        }
        return groups[code] * width;
    };
}

/// Of each code that the rows come with, one a row or a run: the column, when there are no times.
std::span<const std::uint32_t> TrendSink::find_columns_of_codes(const ColumnRows& rows) {
    if (columns_.size() < rows.codes.size()) columns_.resize(rows.codes.size());
    each_alike(rows.codes, code_columns(rows), columns_.data());
    return {columns_.data(), rows.codes.size()};
}

/// Of each row: group × buckets + bucket.
std::span<const std::uint32_t> TrendSink::find_columns(const ColumnRows& rows) {
    if (columns_.size() < rows.count) columns_.resize(rows.count);
    std::uint32_t* const columns = columns_.data();
    if (rows.codes.empty()) {
        const std::uint32_t group = simple_cells_ ? find_group_of_value(0) : 0;
        groups_seen_ = std::max(groups_seen_, group + 1);
        std::fill_n(columns, rows.count, group * width());
    } else if (rows.run_ends.empty()) {
        each_alike(rows.codes, code_columns(rows), columns);
    } else {
        const auto column_of = code_columns(rows);
        std::uint32_t begin = 0;
        for (std::size_t run = 0; run < rows.codes.size(); ++run) {
            std::fill(columns + begin, columns + rows.run_ends[run], column_of(rows.codes[run]));
            begin = rows.run_ends[run];
        }
    }
    if (is_timed()) {
        with_seconds([&](const auto& buckets) {
            for (std::size_t i = 0; i < rows.count; ++i)
                columns[i] += buckets.find(rows.seconds[i]);
        });
    }
    return {columns, rows.count};
}

void TrendSink::add_wholes(const ColumnRows& rows, std::span<const std::uint32_t> columns) {
    for (std::size_t i = 0; i < rows.wholes.size(); ++i) {
        const std::size_t row = rows.numbered.empty() ? i : rows.numbered[i];
        CellNumbers& numbers = counts_.numbers[columns[row]];
        ++numbers.count;
        numbers.sum.add(rows.wholes[i]);
        if (simple_cells_) continue;  // take() adds them up
        ++counts_.total_numbers.count;
        counts_.total_numbers.sum.add(rows.wholes[i]);
    }
}

bool TrendSink::add_reals(const ColumnRows& rows, std::span<const std::uint32_t> columns) {
    if (rows.most == 0) return false;
    const kernel::GroupSums::Bounds bounds{rows.least, rows.most};
    if (!sums_.fits(bounds, rows.reals.size())) {
        take_sums();
        if (!sums_.begin(bounds)) return false;
    }
    sums_.widen(counts_.numbers.size());
    if (columns.size() < rows.count) {  // of runs
        std::uint32_t begin = 0;
        for (std::size_t run = 0; run < columns.size(); ++run) {
            sums_.add(columns[run], rows.reals.subspan(begin, rows.run_ends[run] - begin));
            begin = rows.run_ends[run];
        }
        return true;
    }
    if (!rows.numbered.empty()) {
        numbered_columns_.resize(rows.numbered.size());
        for (std::size_t i = 0; i < rows.numbered.size(); ++i)
            numbered_columns_[i] = columns[rows.numbered[i]];
        columns = numbered_columns_;
    }
    sums_.add(columns, rows.reals);
    return true;
}

void TrendSink::take_sums() {
    const auto add = [](CellNumbers& to, const kernel::GroupSums::Sum& sum) {
        to.count += sum.count;
        to.sum.add(sum.high);
        to.sum.add(sum.low);
    };
    sums_.take([&](std::size_t column, const kernel::GroupSums::Sum& sum) {
        add(counts_.numbers[column], sum);
        if (!simple_cells_) add(counts_.total_numbers, sum);
    });
}

}  // namespace twofold::engine
