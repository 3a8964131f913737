// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace twofold::bench {

struct Options {
    std::uint64_t seed = 1;
    std::uint64_t events = 20'000'000;
    /// Twofold gets six of the properties only: path, country, plan, amount, seconds, beta.
    bool lean = false;
};

/// A year of events that is awkward on purpose, the same for the same options. Per 100 M events:
///
/// - 2 M users, their activity log-normal; a fifth of them with two ids;
/// - visits of four events on average, minutes long; one event in thirty at the very millisecond of
///   the one before;
/// - 40 event names and 10,000 paths, both with skewed shares; 12 properties, of which `coupon`
///   comes with one event in 200 and each other one with every event;
/// - one row in ten arrives when all others are there already: whole visits, and single events;
/// - 20,000 customers of skewed size. Of the users 15 % have none, 10 % went from one to another
///   within the year, 8 % have two at once. Some customers have no users, or none any more;
/// - a third of the customers pay, some from a day within the year, some until one.
///
/// Smaller worlds have as many fewer users and customers.
class World {
public:
    explicit World(const Options& options);

    static constexpr std::uint8_t kNames = 40;
    static std::string name(std::uint8_t code);
    static constexpr int kDays = 365;

    const Options& options() const noexcept { return options_; }
    TimeMs from() const noexcept { return from_; }
    TimeMs to() const noexcept { return to_; }  ///< The moment that counts as now, and 1 ms.
    std::uint32_t users() const noexcept { return users_; }
    std::uint32_t customers() const noexcept { return customers_; }

    /// Texts live as long as the world. The amount is in hundredths.
    struct Properties {
        std::string_view path, referrer, country, language, browser, device, plan, version;
        std::string_view coupon;  ///< Empty: none.
        std::uint32_t cents = 0;
        std::uint32_t seconds = 0;
        bool beta = false;
    };
    struct Event {
        std::uint32_t user = 0;
        TimeMs time = 0;  ///< In [from(), to()).
        std::uint8_t name = 0;
        bool late = false;  ///< Arrives after all that are not.
        Properties properties;
    };
    /// Visit after visit, in the order of their beginnings, each visit in the order of time.
    Status each_event(const std::function<Status(const Event&)>& take) const;

    /// How a user comes to have a second id, `anonymousId`.
    enum class Ids : std::uint8_t {
        kOne,
        kClaimed,  ///< Without a name at first, then with it.
        kJoined,   ///< With a name on one device and without on another, until it gives it there.
    };
    Ids ids_of(std::uint32_t user) const;

    struct Relation {
        std::uint32_t user = 0;
        std::uint32_t customer = 0;
        bool admin = false;
        TimeMs from = 0;
        TimeMs until = kEndOfTime;
    };
    std::vector<Relation> relations_of(std::uint32_t user) const;

    struct Subscription {
        std::uint32_t customer = 0;
        std::int64_t cents = 0;  ///< A month.
        TimeMs from = 0;
        TimeMs until = kEndOfTime;
    };
    std::optional<Subscription> subscription_of(std::uint32_t customer) const;

private:
    struct User;
    User user(std::uint32_t number) const;
    std::uint32_t pick_user(double share) const;
    std::uint8_t pick_name(double share) const;
    void fill(Event& event, const User& user, std::string_view referrer,
              std::uint64_t number) const;
    TimeMs within_year(double share) const;
    bool is_empty(std::uint32_t customer) const;
    TimeMs end_of(std::uint32_t customer) const;

    Options options_;
    TimeMs from_ = 0;
    TimeMs to_ = 0;
    std::uint32_t users_ = 0;
    std::uint32_t customers_ = 0;
    std::vector<double> activity_;              // cumulative, per user
    std::array<double, kNames> name_shares_{};  // cumulative
    std::vector<std::string> paths_, referrers_, coupons_, versions_;
};

}  // namespace twofold::bench
