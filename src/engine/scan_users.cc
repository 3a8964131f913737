// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include "base/check.h"
#include "engine/plain_gather.h"
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
    std::optional<PlainGather> plain{};  // when the scan is one for it
    std::vector<std::uint32_t> left{};
    std::vector<std::uint32_t> lane_of{};
    std::vector<std::uint8_t> uncertain{};
    std::vector<WantedRows> runs{};
    bool dense = true;
};

UserScan::UserScan(ScanContext& context, const JoinedPersons& joined, unsigned threads)
    : context_(context), joined_(joined) {
    // A few blocks for each thread, so that both end at the same time.
    const std::uint32_t share = context.frames.user_count() / (threads * 8);
    block_units_ = std::clamp((share + 63) / 64 * 64, 256U, kBlockUnitsMax);
}

Status UserScan::run(Gather& gather, Sink& sink) {
    Work work{gather, sink};
    if (PlainGather::serves(context_)) work.plain.emplace(context_);
    const Status status = run_blocks(work);
    if (work.plain) gather.add_cost(work.plain->cost());
    return status;
}

Status UserScan::run_blocks(Work& work) {
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

Status UserScan::scan_halves(Work& work, std::uint32_t first, std::uint32_t count) {
    TF_TRY(scan_block(work, first, count / 2));
    return scan_block(work, first + count / 2, count - count / 2);
}

Status UserScan::scan_block(Work& work, std::uint32_t first, std::uint32_t count) {
    const Scan& scan = context_.scan;
    if (scan.units != nullptr && !scan.units->any(first, count)) return {};
    if (work.plain) {
        const std::uint32_t plain_asked = assign_lanes(work, first, count);
        if (plain_asked * kSparseShare >= count) {
            work.gather.count_users(plain_asked);
            return scan_plain(work, first, count);
        }
    }
    const std::uint64_t rows_max = std::min<std::uint64_t>(kBlockRowsMax, scan.tape_rows_max);
    if (scan.ordered && count > 1 && rows_within(first, count) > rows_max) {
        return scan_halves(work, first, count);
    }
    const std::uint32_t asked = assign_lanes(work, first, count);
    work.dense = asked * kSparseShare >= count;
    const Block block{UnitKind::kUser, first, count, scan.units};
    if (!scan.ordered) work.sink.begin(block);
    start_block(work, first, count);
    if (const Status gathered = gather_block(work, first, count); !gathered) {
        // The rows of joined persons came on top: with fewer units they may fit.
        const bool split = gathered.error().code == ErrorCode::kTooLarge && count > 1;
        return split ? scan_halves(work, first, count) : gathered;
    }
    work.gather.count_users(asked);
    if (scan.ordered) work.sink.begin(block);
    TF_TRY(work.gather.finish(work.sink, {}, work.uncertain));
    work.sink.finish(block);
    return {};
}

/// From user to user; those whose order is not told by where rows lie come after the others.
Status UserScan::scan_plain(Work& work, std::uint32_t first, std::uint32_t count) {
    const Scan& scan = context_.scan;
    const Block block{UnitKind::kUser, first, count, scan.units};
    const auto members = joined_.of_range(first, first + count);
    work.left.clear();
    work.sink.begin(block);
    TF_TRY(work.plain->feed(first, work.lane_of, members, work.sink, work.left));
    if (!work.left.empty()) TF_TRY(scan_left(work, first, count, work.left));
    work.sink.finish(block);
    return {};
}

/// Lanes of a block whose rows are put in order by time and log position.
Status UserScan::scan_left(Work& work, std::uint32_t first, std::uint32_t count,
                           std::span<const std::uint32_t> lanes) {
    work.runs.clear();
    work.uncertain.assign(count, 0);
    for (const std::uint32_t lane : lanes) {
        work.uncertain[lane] = 1;
        work.runs.push_back({first + lane, lane});
        for (const JoinedPersons::Member& member :
             joined_.of_range(first + lane, first + lane + 1)) {
            work.runs.push_back({member.ordinal, lane});
        }
    }
    work.gather.begin({.kind = Gather::LaneKind::kUsers,
                       .lane_count = count,
                       .first_unit = first,
                       .with_origins = true});
    for (const Source& source : context_.sources.all()) {
        const Status added = work.gather.add_runs(source, work.runs);
        if (added) continue;
        if (added.error().code != ErrorCode::kTooLarge || lanes.size() == 1) return added;
        // With fewer lanes they may fit.
        TF_TRY(scan_left(work, first, count, lanes.first(lanes.size() / 2)));
        return scan_left(work, first, count, lanes.subspan(lanes.size() / 2));
    }
    return work.gather.finish(work.sink, {}, work.uncertain);
}

/// Decides whose rows are looked up one by one, and which lanes' order needs the log.
void UserScan::start_block(Work& work, std::uint32_t first, std::uint32_t count) {
    const Scan& scan = context_.scan;
    const auto members = joined_.of_range(first, first + count);
    work.runs.clear();
    if (!work.dense) {
        for (std::uint32_t i = 0; i < count; ++i) {
            if (work.lane_of[i] != kNoLane) work.runs.push_back({first + i, i});
        }
    }
    const bool entangled = context_.sources.entangled();
    const bool any_uncertain = scan.ordered && (entangled || !members.empty());
    work.uncertain.assign(any_uncertain ? count : 0, entangled ? 1 : 0);
    for (const JoinedPersons::Member& member : members) {
        const std::uint32_t lane = work.lane_of[member.canonical - first];
        if (lane == kNoLane) continue;
        work.runs.push_back({member.ordinal, lane});
        if (any_uncertain) work.uncertain[lane] = 1;
    }
    // Rows lie by ordinal: those of each part then come rising, and need not be sorted one by one.
    if (!scan.ordered) std::ranges::sort(work.runs, {}, &WantedRows::ordinal);
    work.gather.begin({.kind = Gather::LaneKind::kUsers,
                       .lane_count = count,
                       .first_unit = first,
                       .sink = scan.ordered ? nullptr : &work.sink,
                       .with_origins = any_uncertain});
}

Status UserScan::gather_block(Work& work, std::uint32_t first, std::uint32_t count) {
    const Scan& scan = context_.scan;
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
    return {};
}

}  // namespace twofold::engine
