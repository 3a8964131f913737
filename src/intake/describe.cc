// SPDX-License-Identifier: Apache-2.0
#include "intake/describe.h"

#include <algorithm>
#include <fmt/format.h>
#include <initializer_list>
#include <iterator>

#include "base/text.h"
#include "model/json.h"

namespace twofold::intake {

namespace {

using model::RecordFlag;
using model::RecordType;
using model::RecordView;
using model::Section;
using model::Value;
using model::ValueType;

constexpr std::size_t kFieldsTold = 8;

std::string told_time(TimeMs time, const Zone& zone) {
    const Date date = zone.date_of(time);
    const bool midnight = date.year >= 1 && zone.day_start(date) == time;
    return midnight ? zone.label(Interval::kDay, time) : zone.format(time);
}

// Ids and names as they are, unless that could be misread.
std::string told_id(std::string_view id) {
    const bool plain = !id.empty() && id.size() <= 40 &&
                       id.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                           "0123456789_-.:@+") == id.npos;
    return plain ? std::string(id) : quoted(id);
}

bool holds_time(std::string_view name) {
    return name == "from" || name == "until" || name == "trialUntil" || name == "renewsAt";
}

std::string told_value(std::string_view name, const Value& value, const Zone& zone) {
    if (value.type == ValueType::kString) return quoted(value.text);
    if (value.type == ValueType::kInt && holds_time(name)) return told_time(value.integer, zone);
    if (value.type == ValueType::kList) return std::string(truncate_utf8(value.text, 80));
    std::string text;
    model::append_json(text, value);
    return text;
}

// ": a 1, b "x"": those of a section, without the ones that the sentence has told.
std::string told_fields(const RecordView& record, Section section, const Zone& zone,
                        std::initializer_list<std::string_view> but = {}) {
    std::string text;
    std::size_t count = 0;
    for (const model::Field& field : record.fields()) {
        if (field.section != section || std::ranges::find(but, field.name) != but.end()) continue;
        if (++count > kFieldsTold) continue;
        fmt::format_to(std::back_inserter(text), "{}{} {}", count == 1 ? ": " : ", ", field.name,
                       told_value(field.name, field.value, zone));
    }
    if (count > kFieldsTold) text += fmt::format(" and {} more", count - kFieldsTold);
    return text;
}

std::string own_text(const RecordView& record, std::string_view name) {
    return told_id(record.find(Section::kRecord, name).text);
}

// Who is known by both ids from then on.
std::string told_person(const RecordView& record) {
    if (record.user_id().empty()) return "visitor " + told_id(record.anonymous_id());
    if (record.anonymous_id().empty()) return told_id(record.user_id());
    return fmt::format("{} (and visitor {})", told_id(record.user_id()),
                       told_id(record.anonymous_id()));
}

std::string told_relation(const RecordView& record, const Zone& zone) {
    const Value until = record.find(Section::kRecord, "until");
    return fmt::format("{} relation {} -> {}, role {}, from {} until {}",
                       record.has(RecordFlag::kRemoved) ? "remove" : "state",
                       told_id(record.user_id()), told_id(record.customer_id()),
                       own_text(record, "role"),
                       told_time(record.find(Section::kRecord, "from").integer, zone),
                       until.is_null() ? "…" : told_time(until.integer, zone));
}

std::string told_alias(const RecordView& record) {
    const bool customers = record.user_id().empty();
    return fmt::format("{} that {} and {} are one {}",
                       record.has(RecordFlag::kUndo) ? "undo" : "say",
                       own_text(record, customers ? "previousCustomerId" : "previousId"),
                       told_id(customers ? record.customer_id() : record.user_id()),
                       customers ? "customer" : "person");
}

std::string told_group(const RecordView& record, const Zone& zone) {
    const std::string traits = told_fields(record, Section::kTrait, zone);
    const bool person = !record.user_id().empty() || !record.anonymous_id().empty();
    if (!person)
        return fmt::format("set traits of customer {}{}", told_id(record.customer_id()), traits);
    return fmt::format("let {} belong to {}, role {}, from {}{}{}", told_person(record),
                       told_id(record.customer_id()), own_text(record, "role"),
                       told_time(record.time(), zone), traits.empty() ? "" : ", and set its traits",
                       traits);
}

std::string told_event(const RecordView& record, const Zone& zone) {
    return fmt::format(
        "add event {} of {}{} at {}{}", quoted(record.name()), told_person(record),
        record.customer_id().empty() ? "" : " for customer " + told_id(record.customer_id()),
        told_time(record.time(), zone), told_fields(record, Section::kProperty, zone));
}

}  // namespace

std::string describe(const RecordView& record, const Zone& zone) {
    switch (record.type()) {
        case RecordType::kTrack:
            return told_event(record, zone);
        case RecordType::kIdentify:
            return fmt::format("set traits of user {}{}", told_person(record),
                               told_fields(record, Section::kTrait, zone));
        case RecordType::kAlias:
            return told_alias(record);
        case RecordType::kGroup:
            return told_group(record, zone);
        case RecordType::kRelation:
            return told_relation(record, zone);
        case RecordType::kCustomer:
            return fmt::format("state customer {}{}{}", told_id(record.customer_id()),
                               told_fields(record, Section::kRecord, zone),
                               told_fields(record, Section::kTrait, zone));
        case RecordType::kSubscription:
            return fmt::format("state subscription {} of customer {} from {}{}",
                               told_id(record.name()), told_id(record.customer_id()),
                               told_time(record.find(Section::kRecord, "from").integer, zone),
                               told_fields(record, Section::kRecord, zone, {"from", "metered"}));
        case RecordType::kPayment:
            return fmt::format("add payment {} of customer {} at {}{}", told_id(record.name()),
                               told_id(record.customer_id()), told_time(record.time(), zone),
                               told_fields(record, Section::kRecord, zone));
    }
    return "nothing";
}

}  // namespace twofold::intake
