// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "world.h"

namespace twofold::bench {

/// The records of a world as they come to Twofold: JSON lines, by the megabyte.
///
/// A user with two ids sends what comes before its claim without a name, and a user who joins goes
/// on with both ids afterwards. Whoever never came to claim does so after the last line of the
/// bulk.
class Arrival {
public:
    using Take = std::function<Status(std::string_view lines)>;

    /// Borrowed; must outlive it.
    explicit Arrival(const World& world) : world_(world), named_(world.users()) {}

    /// Relations, money, nine of ten events, claims.
    Status bulk(const Take& take);
    /// The late events. After bulk().
    Status late(const Take& take);

private:
    Status add_events(bool late, const Take& take);
    void add(const World::Event& event);
    void add_relations(std::uint32_t user);
    void add_subscription(std::uint32_t customer);
    void add_who(const World::Event& event);
    void add_claim(std::uint32_t user);
    Status give(const Take& take, std::size_t bytes_least);

    const World& world_;
    std::string lines_;
    std::vector<bool> named_;  // users whose second id is known to be theirs
};

}  // namespace twofold::bench
