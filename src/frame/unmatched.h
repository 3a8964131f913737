// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "frame/snapshot.h"
#include "model/types.h"
#include "money/mrr.h"

namespace twofold::frame {

/// While more than this share of MRR is unmatched, answers that cross sides say so.
inline constexpr int kUnmatchedPercentMax = 2;

/// The trait that keeps a payer as a customer of its own: `true` says that somebody looked, and
/// that it is no customer that users belong to.
inline constexpr std::string_view kKeptTrait = "match_kept";

/// Whether kKeptTrait says so, whenever it was told.
bool is_kept(const Snapshot& frames, model::CustomerOrdinal customer);

/// A payer that no users are known of: it has money, came under keys of other systems alone
/// ("stripe:cus_1"), nobody was ever inside it, and it was not kept. An id of its own, which a
/// record gave it, says that somebody knows it: then it is a customer without users. REQUIRES:
/// canonical.
bool is_unmatched(const Snapshot& frames, model::CustomerOrdinal customer);

/// All of them, ascending. O(customers), but some ns for each that has an id of its own.
std::vector<model::CustomerOrdinal> unmatched_payers(const Snapshot& frames);

/// What is paid a month by unmatched payers at some time. The same from `from` until `until`.
struct UnmatchedMoney {
    std::uint32_t payers = 0;  ///< Of those, the ones with MRR above zero.
    money::Amount mrr = 0;     ///< Theirs, in minor units.
    double share = 0;          ///< Of all MRR; 0 where there is none.
    bool much = false;         ///< Above kUnmatchedPercentMax, exactly.
    TimeMs from = kBeginningOfTime;
    TimeMs until = kEndOfTime;
};
/// O(customers) where there are unmatched payers, else as unmatched_payers().
UnmatchedMoney unmatched_money(const Snapshot& frames, TimeMs at);

}  // namespace twofold::frame
