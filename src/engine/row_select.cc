// SPDX-License-Identifier: Apache-2.0
#include "engine/row_select.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <numeric>

#include "engine/source_rows.h"

namespace twofold::engine {
namespace {

/// With fewer values than one in so many rows, these are found before names are compared.
constexpr std::uint32_t kRareShare = 8;
/// And with fewer than one in so many rows of a part, these are found before the scan.
constexpr std::uint64_t kRarePartShare = 32;
constexpr std::uint32_t kRowsSearchedAtOnce = 64 * column::kBlockRows;

}  // namespace

RowSelect::RowSelect() : rows_(column::kBlockRows + 16) {}

void RowSelect::fill_all(std::span<std::uint32_t> places) {
    std::iota(places.begin(), places.end(), 0U);
}

Result<RowSelect::Selected> RowSelect::select(const Source& source, store::RowRange rows,
                                              std::span<ColumnReader> readers) {
    if (source.rare) return by_rare(source, rows);
    const std::uint32_t block = rows.begin / column::kBlockRows;
    left_.clear();
    const BoundCondition* rare = nullptr;
    std::uint32_t fewest = rows.size() / kRareShare;
    for (const BoundCondition* condition : source.only.columns) {
        const BoundCondition::Verdict verdict = condition->verdict(block);
        if (verdict == BoundCondition::Verdict::kNone) return Selected{};
        if (verdict == BoundCondition::Verdict::kAll) continue;
        left_.push_back(condition);
        const std::optional<std::uint32_t> most = condition->rows_max(block);
        if (!most || *most >= fewest) continue;
        fewest = *most;
        rare = condition;
    }
    Selected selected;
    if (rare != nullptr) {
        TF_ASSIGN(const std::size_t count, by_values(source, rows, *rare));
        selected.places = std::span(rows_).first(count);
    } else {
        selected.every = source.codes.every();
        selected.places = std::span(rows_).first(by_names(source, rows));
    }
    for (const BoundCondition* condition : left_) {
        if (condition == rare) continue;
        fill(selected);
        TF_ASSIGN(const std::size_t kept,
                  condition->keep(*source.part, rows.begin, selected.places, readers, truths_));
        selected.places = selected.places.first(kept);
    }
    return selected;
}

std::size_t RowSelect::by_names(const Source& source, store::RowRange rows) {
    if (source.codes.every()) {
        cost_.events_read += rows.size();
        return rows.size();
    }
    cost_ += cost_of_names(*source.part, rows.size());
    return select_names(source, rows, rows_.data());
}

/// The rows of the block that fulfil the condition, and of those the ones with a wanted name.
Result<std::size_t> RowSelect::by_values(const Source& source, store::RowRange rows,
                                         const BoundCondition& condition) {
    const std::uint32_t block = rows.begin / column::kBlockRows;
    TF_TRY(condition.find(block, places_));
    cost_ += cost_of_names(*source.part, places_.size());
    return with_codes(*source.part, [&](auto codes) {
        std::size_t kept = 0;
        for (const std::uint32_t place : places_) {
            const std::uint32_t row = block * column::kBlockRows + place;
            if (row < rows.begin || row >= rows.end) continue;
            rows_[kept] = row - rows.begin;
            kept += source.masks[codes[row]] != 0 ? 1 : 0;
        }
        return kept;
    });
}

RowSelect::Selected RowSelect::by_rare(const Source& source, store::RowRange rows) {
    std::size_t count = 0;
    for (const std::uint32_t row : rare_within(source, rows))
        rows_[count++] = row - rows.begin;
    return {std::span(rows_).first(count), false};
}

std::span<const std::uint32_t> rare_within(const Source& source, store::RowRange rows) {
    const auto begin = std::ranges::lower_bound(*source.rare, rows.begin);
    const auto end = std::lower_bound(begin, source.rare->end(), rows.end);
    return {begin, end};
}

namespace {

/// Of the part, as far as it is known without reading values: no fewer than there are.
std::uint64_t rows_at_most(const Source& source) {
    std::uint64_t rows = 0;
    for (std::uint32_t block = 0; block < source.part->block_count(); ++block) {
        std::uint32_t most = column::kBlockRows;
        for (const BoundCondition* condition : source.only.columns) {
            if (condition->verdict(block) == BoundCondition::Verdict::kNone) {
                most = 0;
                break;
            }
            most = std::min(most, condition->rows_max(block).value_or(most));
        }
        rows += most;
    }
    return rows;
}

}  // namespace

Result<ScanCost> find_rare_rows(Source& source, Pool& pool, unsigned threads, const Stop* stop) {
    ScanCost cost;
    const std::uint32_t count = source.part->row_count();
    if (source.only.columns.empty() || rows_at_most(source) * kRarePartShare > count) return cost;
    std::vector<ScanCost> costs(threads);
    std::vector<std::vector<std::uint32_t>> found((count - 1) / kRowsSearchedAtOnce + 1);
    std::atomic<std::size_t> next = 0;
    std::atomic<bool> failed = false;
    const auto search = [&](unsigned thread) -> Status {
        RowSelect select;
        std::vector<ColumnReader> readers(source.slots);
        for (std::size_t i = next++; i < found.size() && !failed; i = next++) {
            if (stop != nullptr && stop->wanted()) return std::unexpected(stopped_error(*stop));
            const auto begin = static_cast<std::uint32_t>(i) * kRowsSearchedAtOnce;
            const store::RowRange rows{begin, std::min(count - begin, kRowsSearchedAtOnce) + begin};
            TF_TRY(select.select_all(source, rows, readers, found[i]));
        }
        costs[thread] = select.cost();
        return {};
    };
    TF_TRY(run_charged(pool, threads, failed, search));
    for (const ScanCost& one : costs)
        cost += one;
    auto rare = std::make_shared<std::vector<std::uint32_t>>();
    for (const std::vector<std::uint32_t>& rows : found)
        rare->insert(rare->end(), rows.begin(), rows.end());
    source.rare = std::move(rare);
    return cost;
}

Status RowSelect::select_all(const Source& source, store::RowRange rows,
                             std::span<ColumnReader> readers, std::vector<std::uint32_t>& out) {
    for (std::uint32_t begin = rows.begin; begin < rows.end; begin += column::kBlockRows) {
        const store::RowRange block{begin, std::min(rows.end, begin + column::kBlockRows)};
        const auto none = [&](const BoundCondition* condition) {
            return condition->verdict(begin / column::kBlockRows) == BoundCondition::Verdict::kNone;
        };
        if (std::ranges::any_of(source.only.columns, none)) continue;
        TF_TRY(source.part->verify_rows(block));
        TF_ASSIGN(Selected selected, select(source, block, readers));
        fill(selected);
        for (const std::uint32_t place : selected.places)
            out.push_back(begin + place);
    }
    return {};
}

}  // namespace twofold::engine
