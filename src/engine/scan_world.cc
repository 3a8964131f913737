// SPDX-License-Identifier: Apache-2.0
#include "engine/scan_world.h"

#include <fmt/format.h>

#include "base/check.h"
#include "store/work.h"

namespace twofold::engine {
namespace {

using model::RecordBuilder;
using model::RecordFlag;
using model::RecordType;
using model::Value;

constexpr std::string_view kCountries[] = {"NO", "SE", "DK", "DE", ""};
constexpr std::string_view kLists[] = {R"(["a"])", R"(["a","b"])", "[1]"};

}  // namespace

ScanWorld::ScanWorld(std::uint32_t seed, const Size& size) {
    TF_CHECK(env_.make_folders("directory").has_value());
    TF_CHECK(env_.make_folders("store").has_value());
    auto directory = directory::Directory::open(env_, "directory", {}, {});
    TF_CHECK(directory.has_value());
    directory_ = *std::move(directory);
    store::Options options;
    options.mini_rows = 64;
    auto store = store::Store::open(env_, "store", {}, options);
    TF_CHECK(store.has_value());
    store_ = *std::move(store);

    Random random(seed);
    for (std::uint32_t i = 0; i < size.events; ++i) {
        tell_event(random, size);
        if (random() % 40 == 0) tell_of_customers(random, size);
        if (random() % 60 == 0) join(random, size);
        if (random() % 150 == 0) seal(random() % 2 == 0);
    }
    store_->publish(sequence_);
    input_.events = store_->snapshot();
    input_.frames = builder_.publish(directory_->publish(), sequence_);
}

ScanWorld::~ScanWorld() = default;

/// Most persons have an anonymous id first; some devices are never claimed.
void ScanWorld::set_person(RecordBuilder& record, Random& random, std::uint32_t person) {
    if (person % 2 == 0 && random() % 2 == 0) {
        person_id_ = fmt::format("a{}", person);
        record.anonymous_id(person_id_);
    } else {
        person_id_ = fmt::format("u{}", person);
        record.user_id(person_id_);
    }
}

directory::Applied ScanWorld::apply(const RecordBuilder& builder) {
    auto bytes = builder.bytes();
    model::set_sequence(bytes, ++sequence_);
    const auto applied = directory_->apply(*model::RecordView::parse(bytes));
    TF_CHECK(applied.has_value());
    return *applied;
}

void ScanWorld::tell_event(Random& random, const Size& size) {
    RecordBuilder record(RecordType::kTrack);
    // Squared: a few persons do most. Hours and days coincide often.
    const std::uint32_t person = random() % size.persons * (random() % size.persons) / size.persons;
    set_person(record, random, person);
    const TimeMs grain = random() % 2 == 0 ? 6 * kHourMs : 7;
    const auto offset =
        static_cast<std::uint64_t>(random()) * 1'000 % static_cast<std::uint64_t>(size.span_ms);
    const TimeMs time = kStart + static_cast<TimeMs>(offset) / grain * grain;
    record.time(time).received(time);
    ToldEvent event;
    event.name = fmt::format("event {}", random() % 6);
    event.automatic = random() % 10 == 0;
    record.name(event.name).flag(RecordFlag::kAutomatic, event.automatic);
    std::string customer;
    if (random() % 4 == 0) {
        customer = fmt::format("c{}", random() % size.customers);
        record.customer_id(customer);
    }
    const auto applied = apply(record);
    event.user = *applied.user;
    event.time = applied.time;
    event.acting = applied.customer;
    event.sequence = sequence_;
    const auto put = [&](std::string_view name, const Value& value) {
        event.properties.emplace_back(name, model::OwnedValue(value));
    };
    put("home", Value::of_string(kCountries[person % 3]));  // lies in runs
    if (random() % 3 != 0) put("country", Value::of_string(kCountries[random() % 5]));
    if (random() % 3 == 0)
        put("amount", Value::of_int(random() % 5));
    else if (random() % 3 == 0)
        put("amount", Value::of_double(random() % 8 * 0.25));
    else if (random() % 5 == 0)
        put("amount", Value::of_string("3"));
    if (random() % 4 == 0) put("paid", Value::of_bool(random() % 2 == 0));
    if (random() % 6 == 0) put("tags", Value::of_list(kLists[random() % 3]));
    if (random() % 70 == 0) put("coupon", Value::of_string(random() % 2 == 0 ? "W-1" : "W-2"));
    std::vector<store::Property> properties;
    for (const auto& [name, value] : event.properties)
        properties.push_back({name, value.view()});
    TF_CHECK(store_
                 ->append({event.user, event.time, event.name, event.automatic, event.acting,
                           sequence_, properties})
                 .has_value());
    if (event.acting) {
        builder_.add(ledger::ImpliedRelation{event.user, *event.acting, "guest", event.time,
                                             ledger::ImpliedBy::kNaming});
    }
    events_.push_back(std::move(event));
}

void ScanWorld::tell_of_customers(Random& random, const Size& size) {
    const bool stated = random() % 2 == 0;
    RecordBuilder record(stated ? RecordType::kRelation : RecordType::kGroup);
    const std::string user = fmt::format("u{}", random() % size.persons);
    const std::string customer = fmt::format("c{}", random() % size.customers);
    const TimeMs time = kStart + static_cast<TimeMs>(random() % 90) * kDayMs;
    record.user_id(user).customer_id(customer).time(time).received(time);
    const auto applied = apply(record);
    if (stated) {
        const TimeMs until = random() % 2 == 0 ? kEndOfTime : time + 20 * kDayMs;
        builder_.add(
            ledger::StatedRelation{*applied.user, *applied.customer, "user", time, until, false});
        return;
    }
    builder_.add(ledger::ImpliedRelation{*applied.user, *applied.customer, "user", time,
                                         ledger::ImpliedBy::kGroup});
    builder_.add(ledger::Choice{*applied.user, *applied.customer, time, sequence_});
}

/// A device is claimed: a join when both had been seen.
void ScanWorld::join(Random& random, const Size& size) {
    const std::uint32_t person = random() % size.persons / 2 * 2;
    const std::string user = fmt::format("u{}", person);
    const std::string device = fmt::format("a{}", person);
    RecordBuilder record(RecordType::kIdentify);
    record.user_id(user).anonymous_id(device).time(kStart).received(kStart);
    apply(record);
}

void ScanWorld::seal(bool merge) {
    store_->publish(sequence_);
    const auto work = store_->next_seal();
    if (work != nullptr) TF_CHECK(store_->install(work->run()).has_value());
    if (!merge) return;
    while (const auto next = store_->next_merge(kStart + 400 * kDayMs, true)) {
        TF_CHECK(store_->install(next->run()).has_value());
    }
}

}  // namespace twofold::engine
