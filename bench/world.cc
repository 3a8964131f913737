// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <random>

#include "base/calendar.h"

namespace twofold::bench {

namespace {

constexpr std::size_t kBatchBytes = 1 << 20;
constexpr std::uint32_t kEventsPerUser = 50;
constexpr std::uint32_t kUsersPerCustomer = 20;
constexpr DurationMs kYear = 365 * kDayMs;
constexpr std::array kCountries = {"NO", "SE", "DE", "FR", "US", "BR", "IN", "JP", "GB", "PL"};

std::uint64_t mix(std::uint64_t x) {
    x += 0x9e37'79b9'7f4a'7c15ULL;
    x = (x ^ (x >> 30)) * 0xbf58'476d'1ce4'e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d0'49bb'1331'11ebULL;
    return x ^ (x >> 31);
}
double unit(std::uint64_t x) {
    return static_cast<double>(mix(x) >> 11) * 0x1.0p-53;
}

bool has_two_ids(std::uint32_t user) {
    return mix(user) % 5 == 0;
}
bool pays(std::uint32_t customer) {
    return mix(customer + 7'000'000) % 3 == 0;
}
std::int64_t cents(std::uint32_t customer) {
    return 1'000 + static_cast<std::int64_t>(mix(customer) % 100) * 100;
}
// One in 25 customers has no user at all: shelfware.
bool is_empty(std::uint32_t customer) {
    return mix(customer + 9'000'000) % 25 == 0;
}

}  // namespace

World::World(const Options& options) : options_(options) {
    to_ = Zone::utc().day_start({2026, 1, 1});
    from_ = to_ - kYear;
    users_ =
        std::max<std::uint32_t>(1'000, static_cast<std::uint32_t>(options.events / kEventsPerUser));
    customers_ = std::max<std::uint32_t>(50, users_ / kUsersPerCustomer);
    std::mt19937_64 random(options.seed);
    std::lognormal_distribution<double> busy(0, 1.4);
    double total = 0;
    for (std::uint32_t user = 0; user < users_; ++user)
        activity_.push_back(total += busy(random));
    for (double& share : activity_)
        share /= total;
}

std::string World::name(std::uint8_t code) {
    return fmt::format("Event {:02}", code);
}

std::vector<std::uint32_t> World::customers_of(std::uint32_t user) const {
    std::vector<std::uint32_t> all;
    const auto add = [&](std::uint64_t from) {
        const auto customer = static_cast<std::uint32_t>(mix(from) % customers_);
        if (!is_empty(customer) && std::ranges::find(all, customer) == all.end()) {
            all.push_back(customer);
        }
    };
    add(std::uint64_t{user} + 1'000'000'000);
    if (mix(user + 5) % 20 == 0) add(std::uint64_t{user} + 2'000'000'000);
    return all;
}

std::vector<std::pair<std::uint32_t, std::int64_t>> World::paying() const {
    std::vector<std::pair<std::uint32_t, std::int64_t>> all;
    for (std::uint32_t customer = 0; customer < customers_; ++customer) {
        if (pays(customer)) all.emplace_back(customer, cents(customer));
    }
    return all;
}

Status World::each_batch(const std::function<Status(std::string_view)>& take,
                         std::vector<Event>& keep) const {
    std::string lines;
    lines.reserve(kBatchBytes + 4096);
    const auto flush_if = [&](std::size_t bytes) -> Status {
        if (lines.size() < bytes || lines.empty()) return {};
        TF_TRY(take(lines));
        lines.clear();
        return {};
    };
    const std::string from = format_utc(from_ - 40 * kDayMs);
    for (std::uint32_t user = 0; user < users_; ++user) {
        for (const std::uint32_t customer : customers_of(user)) {
            fmt::format_to(std::back_inserter(lines),
                           "{{\"type\":\"relation\",\"userId\":\"u{}\",\"customerId\":\"c{}\","
                           "\"role\":\"user\",\"from\":\"{}\"}}\n",
                           user, customer, from);
        }
        TF_TRY(flush_if(kBatchBytes));
    }
    for (const auto& [customer, amount] : paying()) {
        fmt::format_to(std::back_inserter(lines),
                       "{{\"type\":\"subscription\",\"id\":\"s{0}\",\"customerId\":\"c{0}\","
                       "\"plan\":\"Pro\",\"amount\":{1},\"currency\":\"USD\",\"every\":\"month\","
                       "\"from\":\"{2}\"}}\n",
                       customer, amount, from);
        TF_TRY(flush_if(kBatchBytes));
    }
    // Names by a steep curve: the first is a fifth of all, the last one in a thousand.
    std::vector<double> shares;
    double sum = 0;
    for (int i = 0; i < kNames; ++i)
        shares.push_back(sum += 1.0 / std::pow(i + 1.5, 1.1));
    for (double& share : shares)
        share /= sum;
    std::vector<bool> seen(users_);
    for (std::uint64_t i = 0; i < options_.events; ++i) {
        const std::uint64_t dice = options_.seed * 0x1000'0000'0000ULL + i * 8;
        const auto user = static_cast<std::uint32_t>(
            std::ranges::lower_bound(activity_, unit(dice)) - activity_.begin());
        Event event;
        event.user = std::min(user, users_ - 1);
        event.name = static_cast<std::uint8_t>(std::min<std::ptrdiff_t>(
            std::ranges::lower_bound(shares, unit(dice + 1)) - shares.begin(), kNames - 1));
        // Time goes on with arrival, give or take a minute; a tenth happened up to 30 days before.
        double at = (static_cast<double>(i) + unit(dice + 2)) /
                    static_cast<double>(options_.events) *
                    static_cast<double>(kYear / kSecondMs - 120);
        if (mix(dice + 3) % 10 == 0) at = std::max(0.0, at - unit(dice + 4) * 30 * 86'400);
        event.second = static_cast<std::uint32_t>(at);
        keep.push_back(event);
        const std::uint64_t rest = mix(dice + 5);
        std::string who = fmt::format("\"userId\":\"u{}\"", event.user);
        if (has_two_ids(event.user)) {
            // Anonymous until the person says who it is, with the third of its events or so.
            if (!seen[event.user] && rest % 3 != 0) {
                who = fmt::format("\"anonymousId\":\"a{}\"", event.user);
            } else if (!seen[event.user]) {
                seen[event.user] = true;
                who += fmt::format(",\"anonymousId\":\"a{}\"", event.user);
            }
        }
        fmt::format_to(std::back_inserter(lines),
                       "{{\"type\":\"track\",{},\"event\":\"Event {:02}\",\"timestamp\":\"{}\","
                       "\"properties\":{{\"path\":\"/page/{}\",\"country\":\"{}\",\"plan\":\"{}\","
                       "\"amount\":{},\"seconds\":{}.5,\"beta\":{}}}}}\n",
                       who, event.name, format_utc(from_ + TimeMs{event.second} * kSecondMs),
                       rest % 10'000, kCountries[event.user % kCountries.size()],
                       (rest >> 8) % 3 == 0 ? "pro" : "free", (rest >> 16) % 10'000,
                       (rest >> 24) % 600, (rest >> 32) % 2 == 0 ? "true" : "false");
        TF_TRY(flush_if(kBatchBytes));
    }
    // Who never said who it is does so now: everybody with two ids is one person in the end.
    for (std::uint32_t user = 0; user < users_; ++user) {
        if (!has_two_ids(user) || seen[user]) continue;
        fmt::format_to(std::back_inserter(lines),
                       "{{\"type\":\"identify\",\"userId\":\"u{0}\",\"anonymousId\":\"a{0}\","
                       "\"timestamp\":\"{1}\"}}\n",
                       user, format_utc(to_ - kSecondMs));
        TF_TRY(flush_if(kBatchBytes));
    }
    return flush_if(1);
}

}  // namespace twofold::bench
