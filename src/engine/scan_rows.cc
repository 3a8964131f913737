// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "engine/scan_drivers.h"

namespace twofold::engine {
namespace {

// Small enough to share evenly and to notice a cancellation, large enough to forget the overhead.
constexpr std::uint32_t kRowsAtOnce = 1U << 18;

}  // namespace

RowScan::RowScan(ScanContext& context) : context_(context) {
    for (const Source& source : context.sources.all()) {
        for (std::uint32_t row = 0; row < source.part->row_count(); row += kRowsAtOnce) {
            const std::uint32_t end = std::min(source.part->row_count() - row, kRowsAtOnce) + row;
            pieces_.push_back({&source, {row, end}});
        }
    }
}

Status RowScan::run(Gather& gather, Sink& sink) {
    const Block block{UnitKind::kNone, 0, 1, nullptr};
    bool begun = false;
    const auto begin = [&] {
        if (begun) return;
        sink.begin(block);
        gather.begin({.kind = Gather::LaneKind::kNone, .sink = &sink});
        begun = true;
    };
    bool took_last = pieces_.empty() && context_.next.fetch_add(1) == 0;
    for (std::uint32_t i = context_.next.fetch_add(1); i < pieces_.size();
         i = context_.next.fetch_add(1)) {
        if (context_.cancelled()) return {};
        begin();
        TF_TRY(gather.add_rows(*pieces_[i].source, pieces_[i].rows));
        took_last = i + 1 == pieces_.size();
    }
    if (took_last) {
        begin();
        for (const ExtraRow& row : context_.scan.extra)
            gather.add_extra(row, 0);
    }
    if (!begun) return {};
    TF_TRY(gather.finish(sink, {}, {}));
    sink.finish(block);
    return {};
}

}  // namespace twofold::engine
