// SPDX-License-Identifier: Apache-2.0
#include "engine/unmatched_note.h"

#include <fmt/format.h>

#include "ask/answer.h"

namespace twofold::engine {

frame::UnmatchedMoney UnmatchedNote::money_of(const std::shared_ptr<const frame::Snapshot>& frames,
                                              TimeMs at) const {
    return last_.with([&](Last& last) {
        const bool holds =
            last.frames.lock() == frames && last.money.from <= at && at < last.money.until;
        if (!holds) last = {frames, frame::unmatched_money(*frames, at)};
        return last.money;
    });
}

void UnmatchedNote::append_to(std::vector<std::string>& notes,
                              const std::shared_ptr<const frame::Snapshot>& frames,
                              TimeMs at) const {
    const frame::UnmatchedMoney money = money_of(frames, at);
    if (!money.much) return;
    notes.push_back(fmt::format(
        "{:.1f} % of MRR ({} {}) is of {} without a customer that users belong to: match {} on the "
        "Match page.",
        100 * money.share, ask::format_amount({money.mrr, frames->currency()}), frames->currency(),
        money.payers == 1 ? "1 payer" : fmt::format("{} payers", money.payers),
        money.payers == 1 ? "it" : "them"));
}

}  // namespace twofold::engine
