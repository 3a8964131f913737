// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/check.h"
#include "engine/scan_drivers.h"

namespace twofold::engine {
namespace {

/// Rows of a block that is put in order, before filters: beyond it the block is split.
constexpr std::uint64_t kBlockRowsMax = 2'000'000;
/// With fewer units than one in this many, their rows are looked up one by one.
constexpr std::uint32_t kSparseShare = 16;

}  // namespace

struct UserScan::Work {
    Gather& gather;
    Sink& sink;
    std::vector<std::uint32_t> lane_of;
    std::vector<std::uint8_t> uncertain;
    std::vector<Run> runs;
    std::size_t own_runs = 0;  // of canonical ordinals, at the front of runs
    bool dense = true;
};

UserScan::UserScan(ScanContext& context, const JoinedPersons& joined, unsigned threads)
    : context_(context), joined_(joined) {
    // A few blocks for each thread, so that both end at the same time.
    const std::uint32_t share = context.frames.user_count() / (threads * 8);
    block_units_ = std::clamp((share + 63) / 64 * 64, 256U, kBlockUnitsMax);
}

Status UserScan::run(Gather& gather, Sink& sink) {
    Work work{gather, sink, {}, {}, {}, 0, true};
    const std::uint32_t users = context_.frames.user_count();
    while (true) {
        const std::uint64_t first = std::uint64_t{context_.next.fetch_add(1)} * block_units_;
        if (first >= users || context_.cancelled()) return {};
        const std::uint32_t count =
            std::min(block_units_, users - static_cast<std::uint32_t>(first));
        TF_TRY(scan_block(work, static_cast<std::uint32_t>(first), count));
    }
}

/// How many units are asked for; fills lane_of.
std::uint32_t UserScan::assign_lanes(Work& work, std::uint32_t first, std::uint32_t count) const {
    const Scan& scan = context_.scan;
    work.lane_of.resize(count);
    std::uint32_t asked = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        const std::uint32_t ordinal = first + i;
        const bool wanted = joined_.is_canonical(ordinal) &&
                            (scan.units == nullptr || scan.units->test(ordinal)) &&
                            (scan.people == nullptr || scan.people->test(ordinal));
        work.lane_of[i] = wanted ? i : kNoLane;
        asked += wanted ? 1 : 0;
    }
    return asked;
}

std::uint64_t UserScan::rows_within(std::uint32_t first, std::uint32_t count) const {
    std::uint64_t rows = 0;
    for (const Source& source : context_.sources.all()) {
        rows += source.part->rows_between(first, first + count).size();
    }
    return rows;
}

Status UserScan::scan_block(Work& work, std::uint32_t first, std::uint32_t count) {
    const Scan& scan = context_.scan;
    if (scan.units != nullptr && !scan.units->any(first, count)) return {};
    if (scan.ordered && count > 1 && rows_within(first, count) > kBlockRowsMax) {
        TF_TRY(scan_block(work, first, count / 2));
        return scan_block(work, first + count / 2, count - count / 2);
    }
    const std::uint32_t asked = assign_lanes(work, first, count);
    work.gather.count_users(asked);
    work.dense = asked * kSparseShare >= count;
    const Block block{UnitKind::kUser, first, count, scan.units};
    work.sink.begin(block);
    if (asked > 0) TF_TRY(gather_block(work, first, count));
    work.sink.finish(block);
    return {};
}

Status UserScan::gather_block(Work& work, std::uint32_t first, std::uint32_t count) {
    const Scan& scan = context_.scan;
    const auto members = joined_.of_range(first, first + count);
    work.runs.clear();
    if (!work.dense) {
        for (std::uint32_t i = 0; i < count; ++i) {
            if (work.lane_of[i] != kNoLane) work.runs.push_back({first + i, i});
        }
    }
    work.uncertain.assign(scan.ordered ? count : 0, context_.sources.entangled() ? 1 : 0);
    for (const JoinedPersons::Member& member : members) {
        const std::uint32_t lane = work.lane_of[member.canonical - first];
        if (lane == kNoLane) continue;
        work.runs.push_back({member.ordinal, lane});
        if (scan.ordered) work.uncertain[lane] = 1;
    }
    const bool any_uncertain = scan.ordered && (context_.sources.entangled() || !members.empty());
    work.gather.begin({.kind = Gather::LaneKind::kUsers,
                       .lane_count = count,
                       .first_unit = first,
                       .sink = scan.ordered ? nullptr : &work.sink,
                       .with_origins = any_uncertain});
    for (const Source& source : context_.sources.all()) {
        if (work.dense) {
            const store::RowRange rows = source.part->rows_between(first, first + count);
            if (!rows.empty()) TF_TRY(work.gather.add_block(source, rows, first, work.lane_of));
        }
        if (!work.runs.empty()) TF_TRY(work.gather.add_runs(source, work.runs));
    }
    auto extra = std::ranges::lower_bound(scan.extra, first, {}, &ExtraRow::unit);
    for (; extra != scan.extra.end() && extra->unit - first < count; ++extra) {
        const std::uint32_t lane = work.lane_of[extra->unit - first];
        if (lane != kNoLane) work.gather.add_extra(*extra, lane);
    }
    return work.gather.finish(work.sink, {},
                              any_uncertain ? std::span<const std::uint8_t>(work.uncertain)
                                            : std::span<const std::uint8_t>());
}

}  // namespace twofold::engine
