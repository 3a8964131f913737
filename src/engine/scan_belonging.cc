// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "base/check.h"
#include "engine/scan_drivers.h"

namespace twofold::engine {
namespace {

/// People of the customers of a block. A customer is never split, so a block may hold more.
constexpr std::size_t kLanesMax = 32'768;
constexpr std::size_t kLanesMin = 512;
/// Rows that a block is meant to put in order: what its lanes should come to.
constexpr std::size_t kBlockRowsAim = 1'000'000;

}  // namespace

struct BelongingScan::Work {
    Gather& gather;
    Sink& sink;
    std::vector<Lane> lanes{};
    std::vector<std::uint32_t> units{};  // of lanes
    std::vector<std::uint8_t> uncertain{};
    bool any_uncertain = false;
    std::vector<WantedRows> runs{};
    std::uint64_t pairs = 0;  // of a person and a unit that it belongs to at some time
    std::vector<std::pair<std::uint32_t, const ExtraRow*>> extra{};  // lane, row
    std::size_t lanes_aim = kLanesMax / 4;  // follows how many rows lanes turn out to have
};

BelongingScan::BelongingScan(ScanContext& context, const JoinedPersons& joined, unsigned threads)
    : context_(context), joined_(joined), any_acting_(context.sources.any_acting()) {
    unit_count_ = context.scan.unit == UnitKind::kEdge ? context.frames.edge_count()
                                                       : context.frames.customer_count();
    piece_units_ = std::clamp(unit_count_ / (threads * 8), 64U, kBlockUnitsMax);
}

Status BelongingScan::run(Gather& gather, Sink& sink) {
    Work work{.gather = gather, .sink = sink};
    while (true) {
        const std::uint64_t first = std::uint64_t{context_.next.fetch_add(1)} * piece_units_;
        if (first >= unit_count_ || context_.cancelled()) return {};
        const std::uint64_t end = std::min<std::uint64_t>(first + piece_units_, unit_count_);
        TF_TRY(
            scan_units(work, static_cast<std::uint32_t>(first), static_cast<std::uint32_t>(end)));
    }
}

bool BelongingScan::wanted(std::uint32_t unit) const {
    return context_.scan.units == nullptr || context_.scan.units->test(unit);
}

/// Cuts [first, end) into blocks.
Status BelongingScan::scan_units(Work& work, std::uint32_t first, std::uint32_t end) {
    while (first < end && !context_.cancelled()) {
        if (context_.scan.units != nullptr && !context_.scan.units->any(first, end - first))
            return {};
        const std::uint32_t next = add_lanes(work, first, end);
        TF_TRY(scan_block(work, first, next - first));
        first = next;
    }
    return {};
}

void BelongingScan::add_edge(Work& work, const frame::CustomerEdges& edges, std::uint32_t i,
                             std::uint32_t unit) const {
    const Scan& scan = context_.scan;
    const std::uint32_t person = model::index(edges.user(i));
    if (scan.people != nullptr && !scan.people->test(person)) return;
    const auto spans = scan.belonging->spans(edges, i);
    if (spans.empty() && !any_acting_) return;
    work.pairs += spans.empty() ? 0 : 1;
    const auto lane = static_cast<std::uint32_t>(work.lanes.size());
    work.lanes.push_back({unit, person, model::index(edges.customer()), spans});
    work.units.push_back(unit);
    const bool joined = joined_.has_members(person);
    work.uncertain.push_back(joined || context_.sources.entangled() ? 1 : 0);
    work.any_uncertain = work.any_uncertain || work.uncertain.back() != 0;
    if (!joined) {
        work.runs.push_back({person, lane});
        return;
    }
    for (const model::UserOrdinal member : context_.frames.directory().members(edges.user(i))) {
        work.runs.push_back({model::index(member), lane});
    }
}

/// Fills lanes from unit `first` on, until there are enough; returns the unit after the last.
std::uint32_t BelongingScan::add_lanes(Work& work, std::uint32_t first, std::uint32_t end) const {
    const Scan& scan = context_.scan;
    work.lanes.clear();
    work.units.clear();
    work.uncertain.clear();
    work.any_uncertain = false;
    work.runs.clear();
    work.pairs = 0;
    work.extra.clear();
    auto extra = std::ranges::lower_bound(scan.extra, first, {}, &ExtraRow::unit);
    const bool of_edges = scan.unit == UnitKind::kEdge;
    model::CustomerOrdinal customer{first};
    if (of_edges) customer = context_.frames.customer_of(first);
    frame::CustomerEdges edges = context_.frames.edges_of(customer);
    std::uint32_t first_edge = of_edges ? context_.frames.first_edge(customer) : 0;
    std::uint32_t unit = first;
    for (; unit < end && work.lanes.size() < work.lanes_aim; ++unit) {
        if (of_edges) {
            while (unit - first_edge >= edges.size()) {
                first_edge += edges.size();
                customer = model::CustomerOrdinal{model::index(customer) + 1};
                edges = context_.frames.edges_of(customer);
            }
            if (wanted(unit)) add_edge(work, edges, unit - first_edge, unit - first);
        } else if (wanted(unit)) {
            edges = context_.frames.edges_of(model::CustomerOrdinal{unit});
            for (std::uint32_t i = 0; i < edges.size(); ++i)
                add_edge(work, edges, i, unit - first);
        }
        if (extra == scan.extra.end() || extra->unit != unit) continue;
        const auto lane = static_cast<std::uint32_t>(work.lanes.size());
        work.lanes.push_back({unit - first, 0, 0, {}});
        work.units.push_back(unit - first);
        work.uncertain.push_back(0);
        for (; extra != scan.extra.end() && extra->unit == unit; ++extra) {
            if (wanted(unit)) work.extra.emplace_back(lane, &*extra);
        }
    }
    return unit;
}

Status BelongingScan::scan_block(Work& work, std::uint32_t first, std::uint32_t count) {
    const Scan& scan = context_.scan;
    const Block block{scan.unit, first, count, scan.units};
    if (!scan.ordered) {
        work.gather.count_users(work.pairs);
        work.sink.begin(block);
        TF_TRY(gather_block(work));
        TF_TRY(work.gather.finish(work.sink, {}, {}));
        work.sink.finish(block);
        return {};
    }
    if (const Status gathered = gather_block(work); !gathered) {
        // Too many rows for one block: with fewer units they may fit.
        if (gathered.error().code != ErrorCode::kTooLarge || count == 1) return gathered;
        work.lanes_aim = std::max(std::size_t{1}, work.lanes.size() / 4);
        return scan_units(work, first, first + count);
    }
    work.gather.count_users(work.pairs);
    if (const std::size_t kept = work.gather.kept_rows(); kept > 0) {
        work.lanes_aim = std::clamp(work.lanes.size() * kBlockRowsAim / kept, kLanesMin, kLanesMax);
    }
    work.sink.begin(block);
    TF_TRY(work.gather.finish(work.sink, work.units,
                              work.any_uncertain ? std::span<const std::uint8_t>(work.uncertain)
                                                 : std::span<const std::uint8_t>()));
    work.sink.finish(block);
    return {};
}

Status BelongingScan::gather_block(Work& work) {
    const bool ordered = context_.scan.ordered;
    work.gather.begin({.kind = Gather::LaneKind::kBelonging,
                       .lane_count = static_cast<std::uint32_t>(work.lanes.size()),
                       .lanes = work.lanes,
                       .sink = ordered ? nullptr : &work.sink,
                       .with_origins = ordered && work.any_uncertain});
    for (const Source& source : context_.sources.all()) {
        if (context_.cancelled()) return {};
        TF_TRY(work.gather.add_runs(source, work.runs));
    }
    for (const auto& [lane, row] : work.extra)
        work.gather.add_extra(*row, lane);
    return {};
}

}  // namespace twofold::engine
