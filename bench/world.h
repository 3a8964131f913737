// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace twofold::bench {

struct Options {
    std::uint64_t seed = 1;
    std::uint64_t events = 20'000'000;
};

/// A year of events that is awkward on purpose: activity per user is log-normal, a fifth of the
/// users have an anonymous id before they have another, a tenth of the rows arrive a month late and
/// out of order, users belong to customers by dated relations, some to several; 40 event names with
/// skewed shares, six properties. The same seed gives the same world.
class World {
public:
    explicit World(const Options& options);

    /// What happened, as it is to be counted: one entry an event.
    struct Event {
        std::uint32_t user = 0;
        std::uint32_t second = 0;  ///< since `from()`
        std::uint8_t name = 0;
    };
    static constexpr std::uint8_t kNames = 40;
    static std::string name(std::uint8_t code);
    TimeMs from() const noexcept { return from_; }
    TimeMs to() const noexcept { return to_; }  ///< The moment that counts as now, less 1 ms.
    std::uint32_t users() const noexcept { return users_; }
    std::uint32_t customers() const noexcept { return customers_; }

    /// JSON lines in the order of arrival, by the megabyte; every event also goes to `keep`.
    Status each_batch(const std::function<Status(std::string_view)>& take,
                      std::vector<Event>& keep) const;

    /// Customers who pay at to(), and their MRR in cents.
    std::vector<std::pair<std::uint32_t, std::int64_t>> paying() const;
    /// The customers of a user, by number.
    std::vector<std::uint32_t> customers_of(std::uint32_t user) const;

private:
    Options options_;
    TimeMs from_ = 0;
    TimeMs to_ = 0;
    std::uint32_t users_ = 0;
    std::uint32_t customers_ = 0;
    std::vector<double> activity_;  // cumulative, per user
};

}  // namespace twofold::bench
