// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "frame/edges.h"
#include "model/types.h"

namespace twofold::frame {

/// A customer's parents, their parents and so on: further ones are refused.
inline constexpr std::size_t kParentLevelsMax = 64;

/// Which customer each customer is part of, up to the top, and when: departments, rolled up.
///
/// The root of a customer at a moment is found by going from parent to parent as they are at that
/// moment. Customers that lead back to themselves are a *ring*: while they do, each of them is a
/// root, and what hangs below a ring belongs to the one of it that is reached first. So it follows
/// from the dates alone, whatever came first.
///
/// As of event and ever: by the parents of each moment. Now: by those of `at`, at all moments.
/// Parents dated after `at` are hidden. Immutable; any thread.
class Roots {
public:
    struct Stretch {
        Span span;
        std::uint32_t root = 0;
    };
    struct Member {
        std::uint32_t customer = 0;
        Span span;
    };

    /// Errors: kTooLarge beyond kParentLevelsMax, naming the customer.
    static Result<Roots> find(const Snapshot& frames, Mode mode, TimeMs at);

    /// REQUIRES: canonical, here and below.
    model::CustomerOrdinal of(model::CustomerOrdinal customer, TimeMs time) const noexcept;
    /// The roots of a customer over all of time, in order; empty: always itself.
    std::span<const Stretch> stretches(model::CustomerOrdinal customer) const noexcept;
    /// Each customer that was ever part of another, or had such parts, with all that it is made of
    /// and when; itself too, while it is its own root.
    const std::map<std::uint32_t, std::vector<Member>>& members() const noexcept {
        return members_;
    }
    /// Who is in a ring of two or more at some moment, ascending.
    const std::vector<model::CustomerOrdinal>& ringed() const noexcept { return ringed_; }

private:
    class Finder;

    std::unordered_map<std::uint32_t, std::vector<Stretch>> stretches_;  // of who has others
    std::map<std::uint32_t, std::vector<Member>> members_;
    std::vector<model::CustomerOrdinal> ringed_;
};

}  // namespace twofold::frame
