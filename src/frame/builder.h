// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/time.h"
#include "directory/directory.h"
#include "frame/snapshot.h"
#include "ledger/facts.h"
#include "ledger/join_rule.h"
#include "model/types.h"

namespace twofold::frame {

/// What a project sets about relations and money (ledger/settings.h has them as settings).
struct Rules {
    std::vector<std::string> outside_roles = {"guest", "audience", "partner"};
    std::vector<std::string> buying_roles = {"buyer", "billing", "decision_maker"};
    bool naming_makes_guests = true;
    DurationMs first_relation_ms = 30 * kDayMs;
    DurationMs payment_counts_ms = 90 * kDayMs;
    std::vector<ledger::JoinRule> join_rules;
    bool self_customers = false;  ///< Every known user has a customer of the same id.
    std::string currency;         ///< Empty: the one most prices and payments are in.
    bool operator==(const Rules&) const = default;
};

/// Keeps the frame current: takes the same facts as the ledger, in the same order, and makes
/// snapshots. One thread.
class Builder {
public:
    explicit Builder(Rules rules);
    ~Builder();

    /// Texts are copied. Cost: some 100 ns. Facts that come again change nothing.
    void add(const ledger::Fact& fact);

    /// Derives what changed, and shares the rest with the snapshot before. `publication` is what
    /// the directory published at the same position, and each of the directory's publications is
    /// given once: REQUIRES that it knows all ordinals that facts have named. Cost: some µs for
    /// each user and customer that changed, 1 ms at least with millions of users.
    std::shared_ptr<const Snapshot> publish(const directory::Publication& publication,
                                            model::Sequence position);

    /// Other rules from the next publish on; derives everything anew then.
    void set_rules(Rules rules);

    /// Bytes on the heap, about.
    std::uint64_t memory_bytes() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace twofold::frame
