// SPDX-License-Identifier: Apache-2.0
#include "engine/small_world.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <span>
#include <variant>

#include "ask/parse.h"
#include "base/check.h"
#include "store/work.h"

namespace twofold::engine {
namespace {

using model::RecordBuilder;
using model::RecordFlag;
using model::RecordType;
using model::Section;
using model::Value;

TimeMs parse_time(const std::string& text) {
    const std::string full = text.size() == 10 ? text + "T00:00:00Z" : text + "Z";
    const auto time = parse_instant(full);
    TF_CHECK(time.has_value());
    return *time;
}

std::string cell_text(const ask::Cell& cell) {
    if (std::holds_alternative<std::monostate>(cell)) return "-";
    if (const auto* boolean = std::get_if<bool>(&cell)) return *boolean ? "true" : "false";
    if (const auto* whole = std::get_if<std::int64_t>(&cell)) return fmt::format("{}", *whole);
    if (const auto* real = std::get_if<double>(&cell)) return fmt::format("{:.6g}", *real);
    if (const auto* text = std::get_if<std::string>(&cell)) return *text;
    if (const auto* label = std::get_if<ask::TimeLabel>(&cell)) return label->text;
    const auto& money = std::get<ask::Money>(cell);
    return ask::format_amount(money) + " " + money.currency;
}

/// Ids of `track` may carry an anonymous person: "?a-9".
void set_person(RecordBuilder& record, const std::string& id) {
    if (id.starts_with("?")) {
        record.anonymous_id(std::string_view(id).substr(1));
    } else {
        record.user_id(id);
    }
}

RecordBuilder dated(RecordType type, const std::string& time) {
    RecordBuilder record(type);
    const TimeMs when = parse_time(time);
    record.time(when).received(when);
    return record;
}

}  // namespace

SmallWorld::SmallWorld() : builder_(frame::Rules{}), engine_(*this, scanner_, Clock::real()) {
    settings.now = parse_time("2026-04-01");
    TF_CHECK(env_.make_folders("directory").has_value());
    TF_CHECK(env_.make_folders("store").has_value());
    auto directory = directory::Directory::open(env_, "directory", {}, {});
    TF_CHECK(directory.has_value());
    directory_ = *std::move(directory);
    auto store = store::Store::open(env_, "store", {});
    TF_CHECK(store.has_value());
    store_ = *std::move(store);
}

SmallWorld::~SmallWorld() = default;

void SmallWorld::apply(const RecordBuilder& builder) {
    auto bytes = builder.bytes();
    model::set_sequence(bytes, ++sequence_);
    const auto record = *model::RecordView::parse(bytes);
    const auto applied = *directory_->apply(record);
    changed_ = true;
    const auto time = applied.time;
    const auto number = [&](std::string_view name, std::int64_t missing) {
        const Value value = record.find(Section::kRecord, name);
        return value.is_null() ? missing : value.integer;
    };
    const auto text = [&](std::string_view name) {
        return record.find(Section::kRecord, name).text;
    };
    const auto each_trait = [&](const auto& take) {
        for (const model::Field& field : record.fields())
            if (field.section == Section::kTrait) take(field);
    };
    if (record.type() == RecordType::kTrack) {
        std::vector<store::Property> properties;
        for (const model::Field& field : record.fields())
            if (field.section == Section::kProperty)
                properties.push_back({field.name, field.value});
        TF_CHECK(
            store_
                ->append({*applied.user, time, record.name(), record.has(RecordFlag::kAutomatic),
                          applied.customer, sequence_, properties})
                .has_value());
        if (applied.customer) {
            builder_.add(ledger::ImpliedRelation{*applied.user, *applied.customer, "guest", time,
                                                 ledger::ImpliedBy::kNaming});
        }
    } else if (record.type() == RecordType::kIdentify) {
        each_trait([&](const model::Field& field) {
            builder_.add(
                ledger::UserTrait{*applied.user, field.name, field.value, time, sequence_});
        });
    } else if (record.type() == RecordType::kGroup) {
        builder_.add(ledger::ImpliedRelation{*applied.user, *applied.customer, text("role"), time,
                                             ledger::ImpliedBy::kGroup});
        builder_.add(ledger::Choice{*applied.user, *applied.customer, time, sequence_});
    } else if (record.type() == RecordType::kRelation) {
        builder_.add(ledger::StatedRelation{*applied.user, *applied.customer, text("role"),
                                            number("from", 0), number("until", kEndOfTime), false});
    } else if (record.type() == RecordType::kCustomer) {
        each_trait([&](const model::Field& field) {
            builder_.add(ledger::CustomerTrait{*applied.customer, ledger::CustomerField::kTrait,
                                               field.name, field.value, time, sequence_});
        });
    } else if (record.type() == RecordType::kSubscription) {
        money::Segment segment;
        segment.id = record.name();
        segment.item = "default";
        segment.plan = text("plan");
        segment.currency = "USD";
        segment.amount = number("amount", 0);
        segment.quantity = number("quantity", 1);
        segment.from = number("from", 0);
        segment.until = number("until", kEndOfTime);
        builder_.add(ledger::SubscriptionSegment{*applied.customer, segment, time, sequence_});
    } else if (record.type() == RecordType::kPayment) {
        builder_.add(ledger::CustomerPayment{*applied.customer,
                                             money::Payment{record.name(),
                                                            "USD",
                                                            {},
                                                            number("amount", 0),
                                                            record.time(),
                                                            money::PaymentKind::kOneOff},
                                             sequence_});
    }
}

void SmallWorld::track(const std::string& user, const std::string& time, const std::string& event,
                       const Properties& properties, const std::string& acting) {
    RecordBuilder record = dated(RecordType::kTrack, time);
    set_person(record, user);
    record.name(event).customer_id(acting);
    for (const auto& [name, value] : properties)
        record.property(name, value);
    apply(record);
}

void SmallWorld::automatic(const std::string& user, const std::string& time,
                           const std::string& event) {
    RecordBuilder record = dated(RecordType::kTrack, time);
    set_person(record, user);
    apply(record.name(event).flag(RecordFlag::kAutomatic));
}

void SmallWorld::anonymous(const std::string& id, const std::string& time,
                           const std::string& event) {
    track("?" + id, time, event);
}

void SmallWorld::claim(const std::string& user, const std::string& anonymous,
                       const std::string& time) {
    apply(dated(RecordType::kIdentify, time).user_id(user).anonymous_id(anonymous));
}

void SmallWorld::identify(const std::string& user, const std::string& time,
                          const Properties& traits) {
    RecordBuilder record = dated(RecordType::kIdentify, time);
    record.user_id(user);
    for (const auto& [name, value] : traits)
        record.trait(name, value);
    apply(record);
}

void SmallWorld::group(const std::string& user, const std::string& customer,
                       const std::string& time, const std::string& role) {
    RecordBuilder record = dated(RecordType::kGroup, time);
    apply(record.user_id(user).customer_id(customer).own("role", Value::of_string(role)));
}

void SmallWorld::relation(const std::string& user, const std::string& customer,
                          const std::string& role, const std::string& from,
                          const std::string& until) {
    RecordBuilder record = dated(RecordType::kRelation, from);
    record.user_id(user).customer_id(customer).own("role", Value::of_string(role));
    record.own("from", Value::of_int(parse_time(from)));
    if (!until.empty()) record.own("until", Value::of_int(parse_time(until)));
    apply(record);
}

void SmallWorld::customer(const std::string& id, const std::string& time,
                          const Properties& traits) {
    RecordBuilder record = dated(RecordType::kCustomer, time);
    record.customer_id(id);
    for (const auto& [name, value] : traits)
        record.trait(name, value);
    apply(record);
}

void SmallWorld::subscription(const std::string& customer, const std::string& id,
                              std::int64_t amount, const std::string& from,
                              const std::string& until, const std::string& plan,
                              std::int64_t quantity) {
    RecordBuilder record = dated(RecordType::kSubscription, from);
    record.customer_id(customer).name(id).own("amount", Value::of_int(amount));
    record.own("plan", Value::of_string(plan)).own("quantity", Value::of_int(quantity));
    record.own("from", Value::of_int(parse_time(from)));
    if (!until.empty()) record.own("until", Value::of_int(parse_time(until)));
    apply(record);
}

void SmallWorld::payment(const std::string& customer, const std::string& id, std::int64_t amount,
                         const std::string& time) {
    RecordBuilder record = dated(RecordType::kPayment, time);
    apply(record.customer_id(customer).name(id).own("amount", Value::of_int(amount)));
}

void SmallWorld::publish() {
    if (!changed_) return;
    changed_ = false;
    store_->publish(sequence_);
    frames_ = builder_.publish(directory_->publish(), sequence_);
}

void SmallWorld::seal() {
    publish();
    const auto work = store_->next_seal();
    TF_CHECK(work != nullptr);
    TF_CHECK(store_->install(work->run()).has_value());
}

Result<World> SmallWorld::world(std::optional<model::Sequence> /*position*/) const {
    World world;
    world.input = {store_->snapshot(), frames_};
    world.settings = std::make_shared<const plan::Settings>(settings);
    world.position = sequence_;
    return world;
}

Result<ask::Answer> SmallWorld::try_ask(const std::string& text, const std::string& open) {
    publish();
    TF_ASSIGN(const ask::Question question, ask::parse(text));
    ask::AskOptions options;
    options.open = open;
    return engine_.answer(question, options);
}

ask::Answer SmallWorld::ask(const std::string& text, const std::string& open) {
    auto answer = try_ask(text, open);
    if (!answer) {
        ADD_FAILURE() << text << ": " << answer.error().message;
        return {};
    }
    return *std::move(answer);
}

std::string SmallWorld::rows(const std::string& text, const std::string& open) {
    std::string lines;
    for (const auto& row : ask(text, open).rows) {
        for (std::size_t i = 0; i < row.size(); ++i)
            lines += (i == 0 ? "" : " | ") + cell_text(row[i]);
        lines += '\n';
    }
    return lines;
}

std::string SmallWorld::names(const std::string& text, const std::string& open) {
    std::string line;
    for (const auto& row : ask(text, open).rows)
        line += (line.empty() ? "" : " ") + cell_text(row[0]);
    return line;
}

std::string SmallWorld::error(const std::string& text, const std::string& open) {
    const auto answer = try_ask(text, open);
    return answer ? "no error" : answer.error().message;
}

}  // namespace twofold::engine
