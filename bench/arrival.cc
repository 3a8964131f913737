// SPDX-License-Identifier: Apache-2.0
#include "arrival.h"

#include <fmt/format.h>
#include <iterator>

#include "base/calendar.h"
#include "dice.h"

namespace twofold::bench {
namespace {

constexpr std::size_t kBatchBytes = 1 << 20;

}  // namespace

Status Arrival::give(const Take& take, std::size_t bytes_least) {
    if (lines_.size() < bytes_least || lines_.empty()) return {};
    TF_TRY(take(lines_));
    lines_.clear();
    return {};
}

void Arrival::add_relations(std::uint32_t user) {
    for (const World::Relation& relation : world_.relations_of(user)) {
        fmt::format_to(std::back_inserter(lines_),
                       "{{\"type\":\"relation\",\"userId\":\"u{}\",\"customerId\":\"c{}\","
                       "\"role\":\"{}\",\"from\":{}",
                       user, relation.customer, relation.admin ? "admin" : "user", relation.from);
        if (relation.until != kEndOfTime) {
            fmt::format_to(std::back_inserter(lines_), ",\"until\":{}", relation.until);
        }
        lines_ += "}\n";
    }
}

void Arrival::add_subscription(std::uint32_t customer) {
    const auto subscription = world_.subscription_of(customer);
    if (!subscription) return;
    fmt::format_to(std::back_inserter(lines_),
                   "{{\"type\":\"subscription\",\"id\":\"s{0}\",\"customerId\":\"c{0}\","
                   "\"plan\":\"Pro\",\"amount\":{1},\"currency\":\"USD\",\"every\":\"month\","
                   "\"from\":{2}",
                   customer, subscription->cents, subscription->from);
    if (subscription->until != kEndOfTime) {
        fmt::format_to(std::back_inserter(lines_), ",\"until\":{}", subscription->until);
    }
    lines_ += "}\n";
}

void Arrival::add_claim(std::uint32_t user) {
    fmt::format_to(std::back_inserter(lines_),
                   "{{\"type\":\"identify\",\"userId\":\"u{0}\",\"anonymousId\":\"a{0}\","
                   "\"timestamp\":\"{1}\"}}\n",
                   user, format_utc(world_.to() - 1));
}

void Arrival::add_who(const World::Event& event) {
    const World::Ids ids = world_.ids_of(event.user);
    const auto out = std::back_inserter(lines_);
    if (ids == World::Ids::kOne) {
        fmt::format_to(out, "\"userId\":\"u{}\"", event.user);
        return;
    }
    Dice dice(0, event.user, static_cast<std::uint64_t>(event.time / kHourMs));
    const bool unnamed_device = dice.one_in(2);
    if (!named_[event.user] && dice.one_in(4)) {
        named_[event.user] = true;
        fmt::format_to(out, "\"userId\":\"u{0}\",\"anonymousId\":\"a{0}\"", event.user);
    } else if (ids == World::Ids::kClaimed ? !named_[event.user] : unnamed_device) {
        fmt::format_to(out, "\"anonymousId\":\"a{}\"", event.user);
    } else {
        fmt::format_to(out, "\"userId\":\"u{}\"", event.user);
    }
}

void Arrival::add(const World::Event& event) {
    const auto out = std::back_inserter(lines_);
    const World::Properties& all = event.properties;
    lines_ += R"({"type":"track",)";
    add_who(event);
    fmt::format_to(out, R"(,"event":"Event {:02}","timestamp":"{}","properties":{{)", event.name,
                   format_utc(event.time));
    fmt::format_to(out, R"("path":"{}","country":"{}","plan":"{}",)", all.path, all.country,
                   all.plan);
    if (!world_.options().lean) {
        fmt::format_to(out, R"("referrer":"{}","language":"{}","browser":"{}",)", all.referrer,
                       all.language, all.browser);
        fmt::format_to(out, R"("device":"{}","version":"{}",)", all.device, all.version);
        if (!all.coupon.empty()) fmt::format_to(out, R"("coupon":"{}",)", all.coupon);
    }
    fmt::format_to(out, "\"amount\":{}.{:02},\"seconds\":{},\"beta\":{}}}}}\n", all.cents / 100,
                   all.cents % 100, all.seconds, all.beta);
}

Status Arrival::add_events(bool late, const Take& take) {
    return world_.each_event([&](const World::Event& event) -> Status {
        if (event.late != late) return {};
        add(event);
        return give(take, kBatchBytes);
    });
}

Status Arrival::bulk(const Take& take) {
    lines_.reserve(kBatchBytes + 4096);
    for (std::uint32_t user = 0; user < world_.users(); ++user) {
        add_relations(user);
        TF_TRY(give(take, kBatchBytes));
    }
    for (std::uint32_t customer = 0; customer < world_.customers(); ++customer) {
        add_subscription(customer);
        TF_TRY(give(take, kBatchBytes));
    }
    TF_TRY(add_events(false, take));
    for (std::uint32_t user = 0; user < world_.users(); ++user) {
        if (named_[user] || world_.ids_of(user) == World::Ids::kOne) continue;
        add_claim(user);
        named_[user] = true;
        TF_TRY(give(take, kBatchBytes));
    }
    return give(take, 1);
}

Status Arrival::late(const Take& take) {
    TF_TRY(add_events(true, take));
    return give(take, 1);
}

}  // namespace twofold::bench
