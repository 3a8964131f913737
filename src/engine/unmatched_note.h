// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/locked.h"
#include "base/time.h"
#include "frame/snapshot.h"
#include "frame/unmatched.h"

namespace twofold::engine {

/// What answers that cross sides say while much of MRR is of payers without users. Adding it up
/// reads all customers, so the last sum is kept: questions of one snapshot at moments between which
/// no MRR changes share it. Any thread.
class UnmatchedNote {
public:
    /// Appends "4.1 % of MRR (205.00 USD) is of 3 payers …" where it is above
    /// frame::kUnmatchedPercentMax at `at`.
    void append_to(std::vector<std::string>& notes,
                   const std::shared_ptr<const frame::Snapshot>& frames, TimeMs at) const;

private:
    struct Last {
        std::weak_ptr<const frame::Snapshot> frames;
        frame::UnmatchedMoney money;
    };
    frame::UnmatchedMoney money_of(const std::shared_ptr<const frame::Snapshot>& frames,
                                   TimeMs at) const;

    mutable Locked<Last> last_;
};

}  // namespace twofold::engine
