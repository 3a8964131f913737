// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "base/result.h"
#include "engine/behaviour.h"
#include "engine/facts.h"
#include "engine/points.h"
#include "engine/run.h"
#include "kernel/bit_set.h"
#include "model/types.h"
#include "plan/condition.h"

namespace twofold::engine {

/// Judges conditions and computes numbers for many units at once: what is cheap first, what reads
/// events only for those who are left. One thread; belongs to one run.
class Judge {
public:
    explicit Judge(Run& run) : run_(run), facts_(run), behaviour_(run, *this) {}

    /// Which points fulfil the condition. REQUIRES: it speaks of no event.
    /// Errors: those of Run::scan; kTooLarge beyond the bounds of behaviour.h.
    Result<kernel::BitSet> holds(const plan::Condition& condition, const Points& points);

    /// The value of each point; kNull when missing. Times and money as in facts.h. Texts live as
    /// long as the judge.
    Result<std::vector<model::Value>> values(const plan::Expression& expression,
                                             const Points& points);

    /// By ordinal, everyone who fulfils it at the plan's moment. Kept for the same condition.
    Result<std::shared_ptr<const kernel::BitSet>> everyone(const plan::Condition& condition,
                                                           Points::Side side);

    const Run& run() const { return run_; }
    const FactReader& facts() const { return facts_; }
    const frame::Snapshot& frames() const { return run_.frames(); }

    /// The pairs of each customer that a lift over it speaks of (also when the lift is not there: a
    /// question about relations), and for each pair the point it came from.
    struct Pairs {
        Points points;
        std::vector<std::uint32_t> owners;
    };
    /// Users inside each point's customer, or in the roles that are asked for. One point per
    /// relation where `by_relation`.
    Result<Pairs> users_of(const Points& points, const Roles& roles, bool by_relation,
                           bool ever) const;
    /// Likewise the customers of each point's user, or of its event.
    Result<Pairs> customers_of(const Points& points, const Roles& roles, bool by_relation) const;

private:
    Result<kernel::BitSet> all_hold(const std::vector<plan::Condition>& parts,
                                    const Points& points);
    Result<kernel::BitSet> any_holds(const std::vector<plan::Condition>& parts,
                                     const Points& points);
    Result<kernel::BitSet> test_holds(const plan::FactTest& test, const Points& points);
    Result<kernel::BitSet> compare_holds(const plan::Compare& compare, const Points& points);
    Result<kernel::BitSet> near_holds(const plan::NearMoment& near, const Points& points);
    Result<kernel::BitSet> did_holds(const plan::Did& did, const Points& points);
    Result<kernel::BitSet> lift_holds(const plan::Lift& lift, const Points& points);
    Result<kernel::BitSet> lower_holds(const plan::Lower& lower, const Points& points);
    bool seen_by_directory(const plan::Fact& fact, const Points& points) const;
    template <typename Test>
    Result<kernel::BitSet> each_holds(const Points& points, const Test& test) const;
    Result<Pairs> customers_of_events(const Points& points, const Roles& roles,
                                      bool by_relation) const;
    Result<kernel::BitSet> trait_holds(const plan::FactTest& test, const frame::TraitColumn* column,
                                       const Points& points) const;
    At at(const Points& points, std::uint32_t i) const;

    Run& run_;
    FactReader facts_;
    Behaviour behaviour_;
    std::vector<std::pair<const plan::Condition*, std::shared_ptr<const kernel::BitSet>>> everyone_;
};

}  // namespace twofold::engine
