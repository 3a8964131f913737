// SPDX-License-Identifier: Apache-2.0
#include "frame/unmatched.h"

#include <algorithm>
#include <iterator>
#include <limits>

namespace twofold::frame {

namespace {

using model::CustomerOrdinal;

__extension__ typedef __int128 WideMrr;  // a million customers' sums may pass 64 bits

/// The MRR at `at`, and in `result` no longer a time than it holds for.
money::Mrr mrr_at(const money::CustomerMoney& money, TimeMs at, UnmatchedMoney& result) {
    const auto next = std::ranges::upper_bound(money.steps, at, {}, &money::Step::from);
    if (next != money.steps.end()) result.until = std::min(result.until, next->from);
    if (next == money.steps.begin()) return 0;
    result.from = std::max(result.from, std::prev(next)->from);
    return std::prev(next)->mrr;
}

}  // namespace

bool is_kept(const Snapshot& frames, CustomerOrdinal customer) {
    // What people decided counts at every moment, also in a project whose now is fixed.
    const auto kept = frames.customer_trait(kKeptTrait);
    return kept && frames.trait(customer, *kept, kEndOfTime) == model::Value::of_bool(true);
}

bool is_unmatched(const Snapshot& frames, CustomerOrdinal customer) {
    if (frames.directory().known(customer)) return false;
    if (frames.money(customer).first_fact == kEndOfTime) return false;
    const CustomerEdges edges = frames.edges_of(customer);
    for (std::uint32_t i = 0; i < edges.size(); ++i) {
        if (!edges.inside(i).empty()) return false;
    }
    return !is_kept(frames, customer);
}

std::vector<CustomerOrdinal> unmatched_payers(const Snapshot& frames) {
    std::vector<CustomerOrdinal> payers;
    for (std::uint32_t i = 0; i < frames.customer_count(); ++i) {
        const CustomerOrdinal customer{i};
        if (frames.canonical(customer) != customer) continue;
        if (is_unmatched(frames, customer)) payers.push_back(customer);
    }
    return payers;
}

UnmatchedMoney unmatched_money(const Snapshot& frames, TimeMs at) {
    UnmatchedMoney result;
    const std::vector<CustomerOrdinal> payers = unmatched_payers(frames);
    if (payers.empty()) return result;
    WideMrr unmatched = 0;
    for (const CustomerOrdinal payer : payers) {
        const money::Mrr mrr = mrr_at(frames.money(payer), at, result);
        if (mrr > 0) ++result.payers;
        unmatched += mrr;
    }
    WideMrr all = 0;
    for (std::uint32_t i = 0; i < frames.customer_count(); ++i) {
        const CustomerOrdinal customer{i};
        if (frames.canonical(customer) != customer) continue;
        all += mrr_at(frames.money(customer), at, result);
    }
    if (all == 0) return result;
    result.share = static_cast<double>(unmatched) / static_cast<double>(all);
    result.much = unmatched * 100 > all * kUnmatchedPercentMax;
    result.mrr = money::to_minor_units(static_cast<money::Mrr>(
        std::min(unmatched, static_cast<WideMrr>(std::numeric_limits<money::Mrr>::max()))));
    return result;
}

}  // namespace twofold::frame
