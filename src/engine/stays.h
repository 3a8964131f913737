// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "engine/facts.h"
#include "engine/run.h"
#include "frame/edges.h"
#include "kernel/bit_set.h"
#include "plan/timeline.h"

namespace twofold::engine {

/// Which known users are inside which customers, looked at at some moments.
class Stays {
public:
    /// A user is inside a customer at the moments [first, end).
    struct Stay {
        std::uint32_t customer = 0;
        std::uint32_t user = 0;
        std::uint32_t first = 0;
        std::uint32_t end = 0;
        bool shared = false;  ///< The user has other customers too, at these moments or at others.

        bool holds(std::uint32_t moment) const noexcept { return first <= moment && moment < end; }
    };

    /// `moments` rise. Relations are looked at as the question says. Who does not exist yet is
    /// nowhere. Errors: as Run::check_cancelled().
    static Result<Stays> read(const Run& run, const FactReader& facts,
                              std::span<const plan::Moment> moments);

    /// By customer.
    const std::vector<Stay>& all() const noexcept { return stays_; }
    /// By ordinal: known users that exist at the moment and are inside no customer.
    Result<kernel::BitSet> free_users(const Run& run, std::uint32_t moment) const;
    /// Likewise: all who are that at some moment, and perhaps others who are inside one customer
    /// after the other.
    Result<kernel::BitSet> perhaps_free(const Run& run) const;

private:
    struct Person {
        std::uint32_t user = 0;
        std::uint32_t first = 0;  // the moment from which on it exists
    };
    void add(const Run& run, const FactReader& facts, const frame::CustomerEdges& edges,
             std::uint32_t i);
    std::uint32_t first_from(TimeMs time) const;

    std::vector<plan::Moment> moments_;
    std::vector<Stay> stays_;
    std::vector<Person> people_;
};

}  // namespace twofold::engine
