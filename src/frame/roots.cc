// SPDX-License-Identifier: Apache-2.0
#include "frame/roots.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "frame/customer_facts.h"
#include "frame/snapshot.h"

namespace twofold::frame {

using model::CustomerOrdinal;

/// Goes from parent to parent.
class Roots::Finder {
public:
    Finder(const Snapshot& frames, TimeMs at) : frames_(frames), at_(at) {}

    struct Found {
        std::uint32_t root = 0;
        TimeMs until = kEndOfTime;  ///< The same up to here at the least.
    };
    Result<Found> root(std::uint32_t customer, TimeMs time) {
        Found found;
        way_.assign(1, customer);
        while (true) {
            const auto parent = parent_of(way_.back(), time, found.until);
            if (!parent) break;
            const auto before = std::ranges::find(way_, *parent);
            if (before != way_.end()) {
                note_ring(before);
                // Outside of the ring: the first of it that was reached.
                found.root = *before;
                return found;
            }
            if (way_.size() > kParentLevelsMax) return too_deep(customer);
            way_.push_back(*parent);
        }
        found.root = way_.back();
        return found;
    }

    const std::set<std::uint32_t>& ringed() const { return ringed_; }

private:
    /// `until` is moved to where the parent changes, if that is earlier.
    std::optional<std::uint32_t> parent_of(std::uint32_t customer, TimeMs time,
                                           TimeMs& until) const {
        const auto history = frames_.trait_history(CustomerOrdinal{customer}, kParentField);
        const auto next = std::ranges::upper_bound(history, time, {}, &DatedValue::time);
        if (next != history.end() && next->time <= at_) until = std::min(until, next->time);
        if (next == history.begin()) return std::nullopt;
        const model::Value value = std::prev(next)->value.view();
        if (value.type != model::ValueType::kInt) return std::nullopt;
        const CustomerOrdinal named{static_cast<std::uint32_t>(value.integer)};
        return model::index(frames_.canonical(named));
    }

    void note_ring(std::vector<std::uint32_t>::const_iterator begin) {
        // Who names itself has no parent, and that is all.
        if (way_.cend() - begin > 1) ringed_.insert(begin, way_.cend());
    }

    std::unexpected<Error> too_deep(std::uint32_t customer) const {
        return fail(ErrorCode::kTooLarge,
                    "rolled up goes through at most " + std::to_string(kParentLevelsMax) +
                        " parents of parents, and there are more above customer: " +
                        std::string(frames_.directory().id(CustomerOrdinal{customer})));
    }

    const Snapshot& frames_;
    TimeMs at_;
    std::vector<std::uint32_t> way_;
    std::set<std::uint32_t> ringed_;
};

Result<Roots> Roots::find(const Snapshot& frames, Mode mode, TimeMs at) {
    Roots roots;
    Finder finder(frames, at);
    for (std::uint32_t customer = 0; customer < frames.customer_count(); ++customer) {
        const CustomerOrdinal ordinal{customer};
        if (frames.trait_history(ordinal, kParentField).empty()) continue;
        std::vector<Stretch> stretches;
        TimeMs from = kBeginningOfTime;
        while (from < kEndOfTime) {
            TF_ASSIGN(Finder::Found found, finder.root(customer, mode == Mode::kNow ? at : from));
            if (mode == Mode::kNow) found.until = kEndOfTime;
            if (!stretches.empty() && stretches.back().root == found.root) {
                stretches.back().span.until = found.until;
            } else {
                stretches.push_back({{from, found.until}, found.root});
            }
            from = found.until;
        }
        if (stretches.size() == 1 && stretches.front().root == customer) continue;
        for (const Stretch& stretch : stretches)
            roots.members_[stretch.root].push_back({customer, stretch.span});
        roots.members_.try_emplace(customer);
        roots.stretches_.emplace(customer, std::move(stretches));
    }
    // Whoever has never been part of another is always part of itself.
    for (auto& [root, members] : roots.members_) {
        if (!roots.stretches_.contains(root)) {
            members.push_back({root, {kBeginningOfTime, kEndOfTime}});
        }
    }
    for (const std::uint32_t customer : finder.ringed())
        roots.ringed_.push_back(CustomerOrdinal{customer});
    return roots;
}

std::span<const Roots::Stretch> Roots::stretches(CustomerOrdinal customer) const noexcept {
    const auto found = stretches_.find(model::index(customer));
    return found == stretches_.end() ? std::span<const Stretch>() : std::span(found->second);
}

CustomerOrdinal Roots::of(CustomerOrdinal customer, TimeMs time) const noexcept {
    if (stretches_.empty()) return customer;
    const auto own = stretches(customer);
    if (own.empty()) return customer;
    const auto after =
        std::ranges::upper_bound(own, time, {}, [](const Stretch& one) { return one.span.from; });
    return after == own.begin() ? customer : CustomerOrdinal{std::prev(after)->root};
}

}  // namespace twofold::frame
