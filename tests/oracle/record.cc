// SPDX-License-Identifier: Apache-2.0
#include "oracle/record.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/check.h"

namespace twofold::oracle {
namespace {

using Json = nlohmann::json;

std::string string_of(const Json& object, const char* name) {
    const auto found = object.find(name);
    if (found == object.end() || found->is_null()) return {};
    return found->is_string() ? found->get<std::string>() : found->dump();
}

std::int64_t integer_of(const Json& object, const char* name, std::int64_t otherwise) {
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? otherwise : found->get<std::int64_t>();
}

bool truth_of(const Json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_boolean() && found->get<bool>();
}

TimeMs time_of(const Json& object, const char* name, const Zone& zone, TimeMs otherwise) {
    const std::string text = string_of(object, name);
    if (text.empty()) return otherwise;
    if (const auto date = parse_date(text)) return zone.day_start(*date);
    const auto instant = parse_instant(text);
    TF_CHECK(instant.has_value());
    return *instant;
}

Value value_of(const Json& json) {
    if (json.is_boolean()) return {json.get<bool>()};
    if (json.is_number_integer()) return {json.get<std::int64_t>()};
    if (json.is_number()) return {json.get<double>()};
    if (json.is_string()) return {json.get<std::string>()};
    if (json.is_array()) {
        Values list;
        for (const Json& element : json)
            list.push_back(value_of(element));
        return {list};
    }
    return {};
}

void flatten(const Json& object, const std::string& prefix, std::map<std::string, Value>& into) {
    for (const auto& [name, value] : object.items()) {
        if (value.is_object()) {
            flatten(value, prefix + name + ".", into);
        } else {
            into[prefix + name] = value_of(value);
        }
    }
}

double months_of(const Json& object) {
    const auto every = object.find("every");
    if (every == object.end()) return 0;
    if (every->is_object()) return every->at("months").get<double>();
    const auto name = every->get<std::string>();
    return name == "month" ? 1 : name == "quarter" ? 3 : name == "year" ? 12 : 0;
}

RecordType type_of(const std::string& name) {
    static const std::map<std::string, RecordType> types = {
        {"track", RecordType::kEvent},
        {"page", RecordType::kEvent},
        {"screen", RecordType::kEvent},
        {"identify", RecordType::kIdentify},
        {"alias", RecordType::kAlias},
        {"group", RecordType::kGroup},
        {"relation", RecordType::kRelation},
        {"customer", RecordType::kCustomer},
        {"subscription", RecordType::kSubscription},
        {"payment", RecordType::kPayment}};
    const auto found = types.find(name);
    TF_CHECK(found != types.end());
    return found->second;
}

void read_event(const Json& json, const Settings& settings, Record& record) {
    const std::string type = string_of(json, "type");
    if (json.contains("properties")) flatten(json["properties"], "", record.values);
    record.name = string_of(json, "event");
    if (type != "track") {
        record.name = type == "page" ? "Page Viewed" : "Screen Viewed";
        for (const char* own : {"name", "category"}) {
            if (json.contains(own)) record.values[own] = value_of(json[own]);
        }
    }
    if (json.contains("context")) {
        record.customer = string_of(json["context"], "groupId");
        record.automatic = truth_of(json["context"], "automatic");
    }
    record.automatic =
        record.automatic || std::ranges::count(settings.automatic_events, record.name) > 0;
}

void read_subscription(const Json& json, const Zone& zone, Record& record) {
    record.name = string_of(json, "id");
    record.item = json.contains("item") ? string_of(json, "item") : "default";
    record.plan = string_of(json, "plan");
    record.time = time_of(json, "from", zone, 0);
    record.until = time_of(json, "until", zone, kEndOfTime);
    record.trial_until = time_of(json, "trialUntil", zone, kBeginningOfTime);
    record.quantity = integer_of(json, "quantity", 1);
    record.months = months_of(json);
    record.amount_off = integer_of(json, "amountOff", 0);
    if (json.contains("discountPercent")) record.discount_percent = json["discountPercent"];
}

void read_own(const Json& json, const Zone& zone, Record& record) {
    record.amount = integer_of(json, "amount", 0);
    record.currency = string_of(json, "currency");
    record.kind = string_of(json, "kind");
    record.parent = string_of(json, "parentId");
    record.says_parent = json.contains("parentId");
    if (record.type == RecordType::kRelation) {
        record.time = time_of(json, "from", zone, 0);
        record.until = time_of(json, "until", zone, kEndOfTime);
        record.removed = truth_of(json, "removed");
    } else if (record.type == RecordType::kSubscription) {
        read_subscription(json, zone, record);
    } else if (record.type == RecordType::kPayment) {
        record.name = string_of(json, "id");
        record.time = time_of(json, "time", zone, record.time);
        const bool of_subscription = !string_of(json, "subscriptionId").empty();
        if (record.kind.empty()) record.kind = of_subscription ? "recurring" : "one_off";
    }
}

}  // namespace

Record read_record(std::string_view line, const Settings& settings) {
    const Json json = Json::parse(line, nullptr, false);
    TF_CHECK(json.is_object());
    const auto zone = Zone::find(settings.zone);
    TF_CHECK(zone.has_value());
    Record record;
    record.type = type_of(string_of(json, "type"));
    record.user = string_of(json, "userId");
    record.anonymous = string_of(json, "anonymousId");
    record.previous = string_of(json, "previousId");
    record.previous_customer = string_of(json, "previousCustomerId");
    record.customer = string_of(json, "customerId") + string_of(json, "groupId");
    record.role = string_of(json, "role");
    if (record.role.empty()) record.role = "user";
    record.message = string_of(json, "messageId");
    record.undo = truth_of(json, "undo");
    record.time = time_of(json, "timestamp", *zone, settings.now);
    if (record.type == RecordType::kEvent) read_event(json, settings, record);
    read_own(json, *zone, record);
    if (json.contains("traits")) flatten(json["traits"], "", record.values);
    if (json.contains("keys")) {
        for (const auto& [system, id] : json["keys"].items()) {
            if (id.is_string()) record.keys[system] = id.get<std::string>();
        }
    }
    return record;
}

}  // namespace twofold::oracle
