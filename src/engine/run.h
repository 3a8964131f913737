// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "base/stop.h"
#include "engine/scan.h"
#include "engine/world.h"
#include "frame/edges.h"
#include "frame/snapshot.h"
#include "plan/plan.h"

namespace twofold::engine {

/// What answering one question carries along: the world it reads, the plan, and what it cost so
/// far. One thread; what it hands out for reading may be used by the sinks of its scans.
class Run {
public:
    /// All are borrowed. `stop` may be null.
    Run(const World& world, const plan::Plan& plan, Scanner& scanner, const Stop* stop);

    const World& world() const { return world_; }
    const plan::Plan& plan() const { return plan_; }
    const frame::Snapshot& frames() const { return *world_.input.frames; }
    /// Who belongs to whom in this question.
    const frame::Belonging& belonging() const { return belonging_; }
    /// What is dated at or after this is hidden.
    TimeMs hidden_from() const { return plan_.at + 1; }

    /// Runs a scan into one sink per thread; adds its cost. Fills in what is the same for every
    /// scan of the question (belonging, hidden events, stopping). Errors: as Scanner::run.
    template <typename S, typename Make>
    Result<std::vector<std::unique_ptr<S>>> scan(Scan scan, const Make& make) {
        std::vector<std::unique_ptr<S>> sinks;
        std::vector<Sink*> pointers;
        for (unsigned i = 0; i < scanner_.threads(); ++i) {
            sinks.push_back(make());
            pointers.push_back(sinks.back().get());
        }
        TF_TRY(run_scan(std::move(scan), pointers));
        return sinks;
    }

    const ScanCost& cost() const { return cost_; }
    /// Errors: once the question is to end, as stopped_error(): for long work outside scans.
    Status check_cancelled() const;
    /// Calls each(i) for i in [0, count) and looks whether to end every now and then: for work of
    /// up to a microsecond a time.
    template <typename Each>
    Status for_each(std::size_t count, const Each& each) const {
        constexpr std::size_t kAtOnce = 1 << 14;
        for (std::size_t begin = 0; begin < count; begin += kAtOnce) {
            TF_TRY(check_cancelled());
            for (std::size_t i = begin; i < std::min(count, begin + kAtOnce); ++i)
                each(i);
        }
        return {};
    }

private:
    Status run_scan(Scan scan, std::span<Sink* const> sinks);

    const World& world_;
    const plan::Plan& plan_;
    Scanner& scanner_;
    const Stop* stop_;
    frame::Belonging belonging_;
    ScanCost cost_;
};

/// The same in the frame's words.
frame::Mode frame_mode(ask::RelationsAsOf relations);

/// How many numbers a kind of unit has in these frames.
std::uint32_t unit_count(UnitKind kind, const frame::Snapshot& frames);

}  // namespace twofold::engine
