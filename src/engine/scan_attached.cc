// SPDX-License-Identifier: Apache-2.0
#include "engine/scan_attached.h"

#include <algorithm>
#include <bit>
#include <mutex>
#include <set>

#include "engine/attached_rows.h"
#include "frame/snapshot.h"

namespace twofold::engine {
namespace {

/// With fewer pairs than one in this many users, their rows are looked up one by one.
constexpr std::uint64_t kSparsePairsShare = 16;
/// Rows of a round are meant to be as many as a scan may hold in a tape; of eight bytes each twice
/// as many may be held.
constexpr std::uint64_t kHeldRowsPerTapeRow = 2;

Block all_units(const Scan& scan, std::uint32_t count) {
    return {.unit = scan.unit, .first = 0, .count = count, .units = scan.units, .spread = true};
}

}  // namespace

/// Reads the rows of the context and tells them to units: straight to sinks that take all units at
/// once, or to those that put them in order.
class AttachedScan::Driver final : public ScanDriver {
public:
    /// `block` is begun for each sink that is used; null: they need no beginning. `room` is that of
    /// the sinks: once it is full, no more rows are read; null: there is no bound.
    Driver(ScanContext& context, const Scan& scan, const Attachments& attachments,
           const Block* block, const RowOrder::Room* room)
        : context_(context),
          scan_(scan),
          attachments_(attachments),
          block_(block),
          room_(room),
          all_rows_(context, nullptr),
          plain_(AttachedRows::serves(context, scan)) {}

    Status run(Gather& gather, Sink& sink) override {
        begin(sink);
        if (plain_) return run_plain(gather, sink);
        AttachingSink attaching(scan_, attachments_, sink);
        TF_TRY(all_rows_.run(gather, attaching));
        tell(attaching.told());
        return {};
    }

    /// After all threads are done.
    const AttachedCost& told() const { return told_; }
    std::span<Sink* const> begun() const { return begun_; }

private:
    void begin(Sink& sink) {
        if (block_ == nullptr) return;
        sink.begin(*block_);
        const std::scoped_lock lock(mutex_);
        begun_.push_back(&sink);
    }
    void tell(const AttachedCost& told) {
        const std::scoped_lock lock(mutex_);
        told_ += told;
    }
    Status run_plain(Gather& gather, Sink& sink) {
        AttachedRows rows(context_, scan_, attachments_, sink);
        const auto pieces = all_rows_.pieces();
        for (std::uint32_t i = context_.next.fetch_add(1); i < pieces.size();
             i = context_.next.fetch_add(1)) {
            if (context_.cancelled() || (room_ != nullptr && room_->is_full())) return {};
            TF_TRY(rows.add(*pieces[i].source, pieces[i].rows));
        }
        rows.finish();
        gather.add_cost(rows.cost());
        tell(rows.told());
        return {};
    }

    ScanContext& context_;
    const Scan& scan_;
    const Attachments& attachments_;
    const Block* block_;
    const RowOrder::Room* room_;
    RowScan all_rows_;
    bool plain_;
    std::mutex mutex_;
    std::vector<Sink*> begun_;
    AttachedCost told_;
};

std::uint32_t AttachedScan::unit_count() const {
    return scan_.unit == UnitKind::kEdge ? input_.frames->edge_count()
                                         : input_.frames->customer_count();
}

bool AttachedScan::serves(const Sources& sources, std::span<Sink* const> sinks) const {
    if (scan_.unit != UnitKind::kCustomer && scan_.unit != UnitKind::kEdge) return false;
    const bool sparse = Attachments::pairs_asked(scan_, *input_.frames) * kSparsePairsShare <
                        input_.frames->user_count();
    if (unit_count() == 0 || (sparse && !scan_.count_unattached)) return false;
    if (!scan_.ordered) {
        return std::ranges::all_of(
            sinks, [units = unit_count()](const Sink* sink) { return sink->spreads(units); });
    }
    return scan_.unit == UnitKind::kCustomer && scan_.instants != Scan::Instants::kInOrder &&
           !scan_.want_persons && !scan_.want_acting && scan_.cells.empty() &&
           scan_.numbers.empty() && order_is_told(sources) &&
           RowOrder::serves(rows_to_order(sources));
}

/// Whether rows of one unit and time may come by their masks: those with the same lowest bit must
/// be the same.
bool AttachedScan::order_is_told(const Sources& sources) const {
    if (scan_.instants == Scan::Instants::kAny) return true;
    bool masks_are_kept = scan_.refined == 0;
    std::set<std::uint32_t> masks;
    for (const Source& source : sources.all()) {
        masks_are_kept = masks_are_kept && source.conditions.empty() && source.timed == 0;
        masks.insert(source.masks.begin(), source.masks.end());
    }
    for (const ExtraRow& row : scan_.extra)
        masks.insert(row.mask);
    std::uint32_t lowest_bits = 0;
    for (const std::uint32_t mask : masks) {
        const std::uint32_t lowest = mask & (~mask + 1);
        if (!masks_are_kept && mask != lowest) return false;
        if ((lowest_bits & lowest) != 0) return false;
        lowest_bits |= lowest;
    }
    return true;
}

/// The scan of the rows themselves, without units.
Scan AttachedScan::rows() const {
    Scan rows;
    rows.unit = UnitKind::kNone;
    rows.filters = scan_.filters;
    rows.people = scan_.people;
    rows.cells = scan_.cells;
    rows.numbers = scan_.numbers;
    rows.values = scan_.values;
    rows.want_persons = true;
    rows.want_acting = true;
    rows.stop = scan_.stop;
    return rows;
}

Result<ScanCost> AttachedScan::run(Sources sources, const ScanCost& searched,
                                   std::span<Sink* const> sinks) {
    const Scan rows = this->rows();
    const TapeShape shape{true, true, rows.cells.size(), rows.numbers.size()};
    ScanContext context{rows, *input_.frames, std::move(sources), shape, true, searched};
    return scan_.ordered ? run_in_order(context, sinks) : run_spread(context, sinks);
}

/// Rows that are no events. How many there were.
std::uint64_t AttachedScan::add_extra(const Attachments& attachments, Sink& sink) const {
    AttachingSink attaching(scan_, attachments, sink);
    for (const ExtraRow& row : scan_.extra)
        attaching.add_extra(row);
    attaching.finish({});
    return attaching.told().pushed;
}

Result<ScanCost> AttachedScan::run_spread(ScanContext& context, std::span<Sink* const> sinks) {
    const auto shared = cache_.get(input_.frames, *scan_.belonging, scan_.unit, scan_.stop);
    const Attachments& attachments = *shared;
    const Block block = all_units(scan_, unit_count());
    Driver driver(context, scan_, attachments, &block, nullptr);
    TF_ASSIGN(ScanCost cost, drive(pool_, context, driver, sinks));
    Sink& first = *driver.begun().front();
    cost.events_kept = driver.told().pushed + add_extra(attachments, first);
    for (Sink* const other : driver.begun().subspan(1))
        first.absorb(*other);
    first.finish(block);
    cost.users_read = attachments.pairs(scan_);
    if (scan_.count_unattached) {
        cost.attached_events = driver.told().attached;
        cost.unattached_events = driver.told().unattached;
    }
    return cost;
}

/// The unit after those that come to `pairs` pairs.
std::uint32_t AttachedScan::unit_after(std::uint64_t pairs) const {
    std::uint32_t first = 0;
    for (std::uint32_t count = unit_count(); count > 0;) {
        const std::uint32_t half = count / 2;
        const model::CustomerOrdinal customer{first + half + 1};
        if (input_.frames->first_edge(customer) < pairs) {
            first += half + 1;
            count -= half + 1;
        } else {
            count = half;
        }
    }
    return std::min(first + 1, unit_count());
}

/// What there is to be put in order, of all units.
RowOrder::Rows AttachedScan::rows_to_order(const Sources& sources) const {
    RowOrder::Rows rows{.first = kEndOfTime,
                        .last = kBeginningOfTime,
                        .mask_bits = static_cast<unsigned>(scan_.filters.size()),
                        .about = sources.wanted_rows()};
    TimeMs from = kEndOfTime;
    TimeMs to = kBeginningOfTime;
    for (const RowFilter& filter : scan_.filters) {
        from = std::min(from, filter.from);
        to = std::max(to, filter.to);
    }
    for (const Source& source : sources.all()) {
        rows.first = std::min(rows.first, std::max(from, source.part->info().min_time));
        rows.last = std::max(rows.last, std::min(to - 1, source.part->info().max_time));
    }
    for (const ExtraRow& row : scan_.extra) {
        rows.first = std::min(rows.first, row.time);
        rows.last = std::max(rows.last, row.time);
        rows.mask_bits = std::max(rows.mask_bits, static_cast<unsigned>(std::bit_width(row.mask)));
    }
    if (rows.first > rows.last) rows.first = rows.last = 0;
    return rows;
}

Result<ScanCost> AttachedScan::run_in_order(ScanContext& context, std::span<Sink* const> sinks) {
    RowOrder::Rows rows = rows_to_order(context.sources);
    const auto shared = cache_.get(input_.frames, *scan_.belonging, scan_.unit, scan_.stop);
    const Attachments& attachments = *shared;
    const std::uint64_t rows_aim = std::uint64_t{scan_.tape_rows_max} * sinks.size();
    const std::uint64_t rounds = rows.about / rows_aim + 1;
    const std::uint64_t pairs = input_.frames->edge_count();
    rows.about /= rounds;
    ScanCost total;
    for (std::uint64_t round = 0; round < rounds; ++round) {
        rows.first_unit = rows.unit_end;
        rows.unit_end =
            round + 1 == rounds ? unit_count() : unit_after(pairs * (round + 1) / rounds);
        if (rows.first_unit >= rows.unit_end) continue;
        TF_TRY(run_units(context, attachments, rows, sinks, total));
    }
    total.users_read = attachments.pairs(scan_);
    return total;
}

/// One round; in two, when the rows are too many because customers are not alike.
Status AttachedScan::run_units(ScanContext& context, const Attachments& attachments,
                               const RowOrder::Rows& rows, std::span<Sink* const> sinks,
                               ScanCost& total) {
    const RowOrder order(rows);
    RowOrder::Room room{.rows_max = std::uint64_t{scan_.tape_rows_max} * kHeldRowsPerTapeRow *
                                    sinks.size()};
    std::vector<std::unique_ptr<RowOrder::Collector>> collectors;
    std::vector<Sink*> pointers;
    for (std::size_t i = 0; i < sinks.size(); ++i) {
        collectors.push_back(std::make_unique<RowOrder::Collector>(order, room));
        pointers.push_back(collectors.back().get());
    }
    context.next = 0;
    Driver driver(context, scan_, attachments, nullptr, &room);
    TF_ASSIGN(const ScanCost cost, drive(pool_, context, driver, pointers));
    add_extra(attachments, *collectors.front());
    if (room.is_full()) {
        collectors.clear();
        return run_halves(context, attachments, rows, sinks, total);
    }
    total.events_kept += room.rows;
    // Each round reads all rows again, and tells of all whom they belong to.
    total.events_read = cost.events_read;
    total.bytes_read = cost.bytes_read;
    if (scan_.count_unattached) {
        total.attached_events = driver.told().attached;
        total.unattached_events = driver.told().unattached;
    }
    return feed_in_order(context, order, collectors, sinks);
}

Status AttachedScan::run_halves(ScanContext& context, const Attachments& attachments,
                                const RowOrder::Rows& rows, std::span<Sink* const> sinks,
                                ScanCost& total) {
    const std::uint32_t units = rows.unit_end - rows.first_unit;
    if (units == 1) {
        return std::unexpected(one_unit_too_large());
    }
    RowOrder::Rows half = rows;
    half.unit_end = rows.first_unit + units / 2;
    TF_TRY(run_units(context, attachments, half, sinks, total));
    half.first_unit = half.unit_end;
    half.unit_end = rows.unit_end;
    return run_units(context, attachments, half, sinks, total);
}

Status AttachedScan::feed_in_order(ScanContext& context, const RowOrder& order,
                                   std::span<const std::unique_ptr<RowOrder::Collector>> collectors,
                                   std::span<Sink* const> sinks) {
    std::atomic<std::uint32_t> next = 0;
    const auto threads = static_cast<unsigned>(sinks.size());
    TF_TRY(run_charged(pool_, threads, context.stopped, [&](unsigned thread) -> Status {
        RowOrder::Sorted sorted;
        for (std::uint32_t range = next.fetch_add(1); range < order.range_count();
             range = next.fetch_add(1)) {
            if (context.cancelled()) return {};
            const std::uint32_t first = order.first_unit(range);
            const std::uint32_t count = order.first_unit(range + 1) - first;
            if (scan_.units != nullptr && !scan_.units->any(first, count)) continue;
            const Block block{
                .unit = scan_.unit, .first = first, .count = count, .units = scan_.units};
            sorted.sort(order, range, collectors);
            sinks[thread]->begin(block);
            sorted.feed(*sinks[thread]);
            sinks[thread]->finish(block);
        }
        return {};
    }));
    if (context.cancelled()) return std::unexpected(stopped_error(*context.scan.stop));
    return {};
}

}  // namespace twofold::engine
