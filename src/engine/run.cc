// SPDX-License-Identifier: Apache-2.0
#include "engine/run.h"

#include <algorithm>
#include <utility>

namespace twofold::engine {

frame::Mode frame_mode(ask::RelationsAsOf relations) {
    switch (relations) {
        case ask::RelationsAsOf::kEvent:
            return frame::Mode::kAsOfEvent;
        case ask::RelationsAsOf::kNow:
            return frame::Mode::kNow;
        case ask::RelationsAsOf::kEver:
            return frame::Mode::kEver;
    }
    return frame::Mode::kAsOfEvent;
}

Run::Run(const World& world, const plan::Plan& plan, Scanner& scanner, const Stop* stop)
    : world_(world),
      plan_(plan),
      scanner_(scanner),
      stop_(stop),
      belonging_(*world.input.frames, frame_mode(plan.relations), plan.at) {}

Status Run::check_cancelled() const {
    if (stop_ == nullptr || !stop_->wanted()) return {};
    return std::unexpected(stopped_error(*stop_));
}

Status Run::run_scan(Scan scan, std::span<Sink* const> sinks) {
    if (scan.filters.size() > kFiltersMax) {
        return fail(ErrorCode::kTooLarge, "a question may name at most " +
                                              std::to_string(kFiltersMax) +
                                              " kinds of events at once");
    }
    scan.belonging = &belonging_;
    scan.stop = stop_;
    for (RowFilter& filter : scan.filters)
        filter.to = std::min(filter.to, hidden_from());
    TF_ASSIGN(const ScanCost cost, scanner_.run(world_.input, scan, sinks));
    cost_ += cost;
    return {};
}

std::uint32_t unit_count(UnitKind kind, const frame::Snapshot& frames) {
    switch (kind) {
        case UnitKind::kNone:
            return 1;
        case UnitKind::kUser:
            return frames.user_count();
        case UnitKind::kCustomer:
            return frames.customer_count();
        case UnitKind::kEdge:
            return frames.edge_count();
    }
    return 0;
}

}  // namespace twofold::engine
