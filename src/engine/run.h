// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
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
    /// All are borrowed. `cancelled` may be null.
    Run(const World& world, const plan::Plan& plan, Scanner& scanner,
        const std::atomic<bool>* cancelled);

    const World& world() const { return world_; }
    const plan::Plan& plan() const { return plan_; }
    const frame::Snapshot& frames() const { return *world_.input.frames; }
    /// Who belongs to whom in this question.
    const frame::Belonging& belonging() const { return belonging_; }
    /// What is dated at or after this is hidden.
    TimeMs hidden_from() const { return plan_.at + 1; }

    /// Runs a scan into one sink per thread; adds its cost. Fills in what is the same for every
    /// scan of the question (belonging, hidden events, cancelling). Errors: as Scanner::run.
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
    /// kUnavailable once the question was cancelled: for long work outside scans.
    Status check_cancelled() const;

private:
    Status run_scan(Scan scan, std::span<Sink* const> sinks);

    const World& world_;
    const plan::Plan& plan_;
    Scanner& scanner_;
    const std::atomic<bool>* cancelled_;
    frame::Belonging belonging_;
    ScanCost cost_;
};

/// How many numbers a kind of unit has in these frames.
std::uint32_t unit_count(UnitKind kind, const frame::Snapshot& frames);

}  // namespace twofold::engine
