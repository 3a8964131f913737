// SPDX-License-Identifier: Apache-2.0
#include "world.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <random>

#include "base/calendar.h"
#include "dice.h"

namespace twofold::bench {
namespace {

constexpr std::uint32_t kEventsPerUser = 50;
constexpr std::uint32_t kUsersPerCustomer = 100;
// The largest customers are there for good.
constexpr std::uint32_t kSteadyCustomers = 10;
constexpr DurationMs kYear = World::kDays * kDayMs;
constexpr double kVisitEvents = 4;
constexpr std::uint32_t kVisitEventsMax = 40;
constexpr double kPauseMs = 40'000;

// What dice are thrown for.
enum What : std::uint64_t { kVisit, kEvent, kUser, kIds, kRelation, kCustomer, kMoney };

constexpr std::array<std::string_view, 40> kCountries = {
    "US", "DE", "GB", "FR", "IN", "BR", "CA", "NL", "ES", "IT", "AU", "SE", "PL", "NO",
    "JP", "CH", "DK", "AT", "BE", "FI", "MX", "PT", "IE", "CZ", "KR", "SG", "ZA", "IL",
    "NZ", "GR", "RO", "HU", "UA", "TR", "AR", "CL", "CO", "ID", "TH", "VN"};
constexpr std::array<std::string_view, 12> kLanguages = {"en-US", "en-GB", "de-DE", "fr-FR",
                                                         "es-ES", "pt-BR", "it-IT", "nl-NL",
                                                         "pl-PL", "ja-JP", "nb-NO", "sv-SE"};
constexpr std::array<std::string_view, 6> kBrowsers = {"Chrome", "Safari", "Firefox",
                                                       "Edge",   "Opera",  "Samsung Internet"};
constexpr std::array<std::string_view, 3> kDevices = {"desktop", "mobile", "tablet"};
constexpr std::array<std::string_view, 4> kPlans = {"free", "team", "pro", "enterprise"};
constexpr std::array<std::string_view, 6> kSections = {"docs", "blog", "app",
                                                       "shop", "help", "pricing"};

template <std::size_t kCount>
std::string_view skewed_of(const std::array<std::string_view, kCount>& from, Dice& dice) {
    return from[dice.skewed(kCount)];
}

}  // namespace

// What stays the same in all visits of a user.
struct World::User {
    std::string_view country, language, browser, device, plan, plan_before;
    TimeMs plan_since = 0;
    bool beta = false;
};

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
    // A steep curve: the first name is a fifth of all events, the last one in a few hundred.
    double sum = 0;
    for (std::size_t i = 0; i < kNames; ++i)
        name_shares_[i] = sum += 1.0 / std::pow(static_cast<double>(i) + 1.5, 1.1);
    for (double& share : name_shares_)
        share /= sum;
    for (std::size_t i = 0; i < 10'000; ++i)
        paths_.push_back(fmt::format("/{}/page-{:04}", kSections[i % kSections.size()], i));
    for (int i = 0; i < 300; ++i)
        referrers_.push_back(i == 0 ? "direct" : fmt::format("https://site-{:03}.example/", i));
    for (int i = 0; i < 20; ++i)
        coupons_.push_back(fmt::format("WELCOME-{:02}", i));
    for (int i = 0; i < 12; ++i)
        versions_.push_back(fmt::format("3.{}", i));
}

std::string World::name(std::uint8_t code) {
    return fmt::format("Event {:02}", code);
}

std::uint32_t World::pick_user(double share) const {
    const auto found = std::ranges::lower_bound(activity_, share) - activity_.begin();
    return std::min(users_ - 1, static_cast<std::uint32_t>(found));
}

std::uint8_t World::pick_name(double share) const {
    const auto found = std::ranges::lower_bound(name_shares_, share) - name_shares_.begin();
    return static_cast<std::uint8_t>(std::min<std::ptrdiff_t>(kNames - 1, found));
}

TimeMs World::within_year(double share) const {
    return from_ + static_cast<DurationMs>(share * static_cast<double>(kYear));
}

World::User World::user(std::uint32_t number) const {
    Dice dice(options_.seed, kUser, number);
    User user;
    user.country = skewed_of(kCountries, dice);
    user.language = skewed_of(kLanguages, dice);
    user.browser = skewed_of(kBrowsers, dice);
    user.device = skewed_of(kDevices, dice);
    user.plan_before = "free";
    user.plan = dice.percent(40) ? kPlans[1 + dice.below(3)] : "free";
    user.plan_since = within_year(dice.unit());
    user.beta = dice.percent(30);
    return user;
}

void World::fill(Event& event, const User& user, std::string_view referrer,
                 std::uint64_t number) const {
    Dice dice(options_.seed, kEvent, number);
    event.name = pick_name(dice.unit());
    Properties& all = event.properties;
    all.path = paths_[dice.skewed(static_cast<std::uint32_t>(paths_.size()))];
    all.referrer = referrer;
    all.country = user.country;
    all.language = user.language;
    all.browser = user.browser;
    all.device = user.device;
    all.plan = event.time < user.plan_since ? user.plan_before : user.plan;
    const auto month = static_cast<double>(event.time - from_) / static_cast<double>(kYear) * 12;
    all.version = versions_[static_cast<std::size_t>(month)];
    all.coupon =
        dice.one_in(200)
            ? std::string_view(coupons_[dice.skewed(static_cast<std::uint32_t>(coupons_.size()))])
            : std::string_view();
    all.cents = 1 + dice.below(10'000);
    all.seconds = static_cast<std::uint32_t>(std::min(3'600.0, dice.waiting(45)));
    all.beta = user.beta;
    event.late = event.late || dice.percent(2);
}

Status World::each_event(const std::function<Status(const Event&)>& take) const {
    std::uint64_t number = 0;
    for (std::uint64_t visit = 0; number < options_.events; ++visit) {
        Dice dice(options_.seed, kVisit, visit);
        Event event;
        event.user = pick_user(dice.unit());
        event.time = within_year((static_cast<double>(number) + dice.unit()) /
                                 static_cast<double>(options_.events));
        const User who = user(event.user);
        const std::string_view referrer =
            referrers_[dice.percent(40)
                           ? 0
                           : dice.skewed(static_cast<std::uint32_t>(referrers_.size()))];
        const bool late = dice.percent(8);
        const auto count = static_cast<std::uint64_t>(
            std::min<double>(kVisitEventsMax, 1 + dice.waiting(kVisitEvents - 0.5)));
        const std::uint64_t end = std::min(options_.events, number + count);
        for (; number < end; ++number) {
            event.time = std::min(event.time, to_ - 1);
            event.late = late;
            fill(event, who, referrer, number);
            TF_TRY(take(event));
            if (!dice.one_in(30)) event.time += 1 + static_cast<DurationMs>(dice.waiting(kPauseMs));
        }
    }
    return {};
}

World::Ids World::ids_of(std::uint32_t user) const {
    Dice dice(options_.seed, kIds, user);
    if (!dice.percent(20)) return Ids::kOne;
    return dice.percent(50) ? Ids::kClaimed : Ids::kJoined;
}

bool World::is_empty(std::uint32_t customer) const {
    return customer >= kSteadyCustomers && Dice(options_.seed, kCustomer, customer).percent(4);
}

TimeMs World::end_of(std::uint32_t customer) const {
    Dice dice(options_.seed, kCustomer, customer);
    dice.next();  // is_empty()
    if (customer < kSteadyCustomers || !dice.percent(10)) return kEndOfTime;
    return within_year(0.3 + 0.65 * dice.unit());
}

std::vector<World::Relation> World::relations_of(std::uint32_t user) const {
    Dice dice(options_.seed, kRelation, user);
    std::vector<Relation> all;
    if (dice.percent(15)) return all;
    const auto add = [&](TimeMs from, TimeMs until) {
        const std::uint32_t customer = dice.skewed(customers_);
        const bool admin = dice.percent(10);
        until = std::min(until, end_of(customer));
        const auto same = [&](const Relation& one) { return one.customer == customer; };
        if (is_empty(customer) || from >= until || std::ranges::any_of(all, same)) return;
        all.push_back({user, customer, admin, from, until});
    };
    const TimeMs start = dice.percent(70)
                             ? from_ - (10 + dice.below(600)) * kDayMs - dice.below(kDayMs)
                             : within_year(0.8 * dice.unit());
    const TimeMs earliest = std::max(start, from_) + kDayMs;
    const TimeMs moved =
        earliest + static_cast<DurationMs>(dice.unit() * static_cast<double>(to_ - earliest));
    const std::uint32_t story = dice.below(100);
    add(start, story < 10 ? moved : kEndOfTime);
    if (story < 18) add(moved, kEndOfTime);
    return all;
}

std::optional<World::Subscription> World::subscription_of(std::uint32_t customer) const {
    Dice dice(options_.seed, kMoney, customer);
    if (!dice.one_in(3)) return std::nullopt;
    Subscription made;
    made.customer = customer;
    made.cents = 1'000 + 100 * static_cast<std::int64_t>(dice.below(100));
    made.from =
        dice.percent(70) ? from_ - (10 + dice.below(300)) * kDayMs : within_year(0.7 * dice.unit());
    if (dice.percent(15)) made.until = within_year(0.75 + 0.2 * dice.unit());
    return made;
}

}  // namespace twofold::bench
