// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "engine/scan_drivers.h"

namespace twofold::engine {
namespace {

// Small enough to share evenly and to notice a cancellation, large enough to forget the overhead.
constexpr std::uint32_t kRowsAtOnce = 1U << 18;
/// Of rows that lie far apart.
constexpr std::uint32_t kListedAtOnce = 1U << 13;

}  // namespace

RowScan::RowScan(ScanContext& context, const Sink* sink) : context_(context) {
    for (const Source& source : context.sources.all()) {
        if (context.scan.rows != nullptr) {
            list_pieces(source);
            continue;
        }
        const store::PartInfo& info = source.part->info();
        const std::uint32_t count = source.part->row_count();
        if (sink != nullptr && ColumnGather::only_counts(context, source) &&
            sink->takes_count(info.min_time, info.max_time)) {
            pieces_.push_back({&source, {0, count}, true});
            continue;
        }
        for (std::uint32_t row = 0; row < count; row += kRowsAtOnce) {
            pieces_.push_back({&source, {row, std::min(count - row, kRowsAtOnce) + row}, false});
        }
    }
}

void RowScan::list_pieces(const Source& source) {
    const std::vector<std::uint32_t>& all = *context_.scan.rows;
    const auto begin = std::ranges::lower_bound(all, source.first_row);
    const auto end =
        std::ranges::lower_bound(begin, all.end(), source.first_row + source.part->row_count());
    const auto first = static_cast<std::uint32_t>(begin - all.begin());
    const auto last = static_cast<std::uint32_t>(end - all.begin());
    for (std::uint32_t place = first; place < last; place += kListedAtOnce) {
        pieces_.push_back({&source, {place, std::min(last - place, kListedAtOnce) + place}, false});
    }
}

Status RowScan::add(const Piece& piece, Gather& gather, ColumnGather& columns, Sink& sink) const {
    const Source& source = *piece.source;
    if (piece.counted) {
        const store::PartInfo& info = source.part->info();
        const std::uint64_t rows = source.wanted_rows;
        sink.feed_count(rows, info.min_time, info.max_time);
        gather.add_cost({.events_read = rows, .events_kept = rows});
        return {};
    }
    if (context_.scan.rows != nullptr) {
        const auto numbers =
            std::span(*context_.scan.rows).subspan(piece.rows.begin, piece.rows.size());
        return gather.add_listed(source, numbers, piece.rows.begin);
    }
    if (!columns.serves(source)) return gather.add_rows(source, piece.rows);
    std::vector<store::RowRange> left;
    TF_TRY(columns.feed(source, piece.rows, left));
    for (const store::RowRange& rows : left)
        TF_TRY(gather.add_rows(source, rows));
    return {};
}

Status RowScan::run(Gather& gather, Sink& sink) {
    const bool listed = context_.scan.rows != nullptr;
    if (listed && context_.scan.rows->empty()) return {};
    const auto units = listed ? static_cast<std::uint32_t>(context_.scan.rows->size()) : 1;
    const Block block{UnitKind::kNone, 0, units, nullptr};
    ColumnGather columns(context_, sink);
    bool begun = false;
    const auto begin = [&] {
        if (begun) return;
        sink.begin(block);
        gather.begin(
            {.kind = listed ? Gather::LaneKind::kUsers : Gather::LaneKind::kNone, .sink = &sink});
        begun = true;
    };
    bool took_last = pieces_.empty() && context_.next.fetch_add(1) == 0;
    for (std::uint32_t i = context_.next.fetch_add(1); i < pieces_.size();
         i = context_.next.fetch_add(1)) {
        if (context_.cancelled()) return {};
        begin();
        TF_TRY(add(pieces_[i], gather, columns, sink));
        took_last = i + 1 == pieces_.size();
    }
    if (took_last) {
        begin();
        for (const ExtraRow& row : context_.scan.extra)
            gather.add_extra(row, 0);
    }
    if (!begun) return {};
    gather.add_cost(columns.cost());
    TF_TRY(gather.finish(sink, {}, {}));
    sink.finish(block);
    return {};
}

}  // namespace twofold::engine
