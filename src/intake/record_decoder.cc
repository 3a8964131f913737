// SPDX-License-Identifier: Apache-2.0
#include "intake/record_decoder.h"

#include <charconv>
#include <fmt/format.h>

#include "base/text.h"
#include "intake/key_table.h"
#include "model/json.h"

namespace twofold::intake {

namespace {

using model::RecordFlag;
using model::RecordType;
using model::Section;
using model::Value;

// In the order of Member.
constexpr KeyTable<kMemberCount> kMembers{{{
    "type",
    "userId",
    "anonymousId",
    "event",
    "name",
    "category",
    "timestamp",
    "originalTimestamp",
    "sentAt",
    "time",
    "messageId",
    "context",
    "properties",
    "traits",
    "groupId",
    "previousId",
    "previousCustomerId",
    "customerId",
    "role",
    "from",
    "until",
    "removed",
    "undo",
    "historical",
    "kind",
    "parentId",
    "ownerId",
    "keys",
    "id",
    "item",
    "plan",
    "product",
    "amount",
    "amountOff",
    "currency",
    "every",
    "quantity",
    "discountPercent",
    "metered",
    "trialUntil",
    "term",
    "renewsAt",
    "endReason",
    "status",
    "subscriptionId",
}}};

// In the order of ContextMember.
constexpr KeyTable<kContextMemberCount> kContextMembers{{{
    "groupId",
    "automatic",
    "sessionId",
    "page",
    "campaign",
    "locale",
    "timezone",
    "os",
    "device",
    "browser",
    "traits",
}}};

// In the order of WireType.
constexpr KeyTable<kWireTypeCount> kWireTypes{{{
    "track",
    "identify",
    "page",
    "screen",
    "group",
    "alias",
    "relation",
    "customer",
    "subscription",
    "payment",
    "cost",
    "release",
    "rate",
    "consent",
}}};

// Of context.page; all others of a page are not kept.
constexpr std::array<std::string_view, 5> kPageFields{"url", "path", "title", "referrer", "search"};

// Of context.campaign, as the links have them. The campaign's own name is utm_campaign.
struct CampaignField {
    std::string_view member;
    std::string_view property;
};
constexpr std::array<CampaignField, 6> kCampaignFields{{
    {"source", "utm_source"},
    {"medium", "utm_medium"},
    {"name", "utm_campaign"},
    {"term", "utm_term"},
    {"content", "utm_content"},
    {"id", "utm_id"},
}};

// Clients send "" for what they do not know.
bool says_something(JsonValue value) noexcept {
    if (value.is(JsonType::kString)) return !value.text().empty();
    return !value.is_absent() && !value.is(JsonType::kObject) && !value.is(JsonType::kArray);
}

template <typename T>
bool parse_hex(std::string_view digits, T& value) noexcept {
    const auto [stopped, fault] = std::from_chars(digits.begin(), digits.end(), value, 16);
    return fault == std::errc() && stopped == digits.end();
}

// 24 hex digits after kMessageHashPrefix.
std::optional<model::MessageHash> parse_hash(std::string_view text) noexcept {
    constexpr std::size_t kHighDigits = 8;
    constexpr std::size_t kDigits = 24;
    if (!text.starts_with(model::kMessageHashPrefix)) return std::nullopt;
    text.remove_prefix(model::kMessageHashPrefix.size());
    model::MessageHash hash;
    const bool sound = text.size() == kDigits &&
                       parse_hex(text.substr(0, kHighDigits), hash.high) &&
                       parse_hex(text.substr(kHighDigits), hash.low);
    return sound ? std::optional(hash) : std::nullopt;
}

}  // namespace

Checked<void> RecordDecoder::decode(JsonValue record, const Scope& scope, model::Origin origin,
                                    Decoded& out) {
    scope_ = &scope;
    fields_.clear();
    numbers_.clear();
    if (!record.is(JsonType::kObject)) {
        return refuse(RejectionCode::kNotAnObject, "a record is an object in braces");
    }
    TF_TRY(read_members(record));
    if (scope.type) {
        wire_type_ = *scope.type;
    } else {
        TF_ASSIGN(wire_type_, read_type());
    }
    TF_TRY(build(wire_type_));
    TF_TRY(take_message_id());
    TF_TRY(take_times());
    TF_ASSIGN(const bool historical, read_flag(member(Member::kHistorical), "historical"));
    builder_.flag(RecordFlag::kHistorical, scope.historical || (historical && scope.own_records));
    builder_.origin(origin);
    fields_.write_to(builder_);
    if (builder_.byte_count() > model::kRecordBytesMax) {
        return refuse(RejectionCode::kEventTooLarge,
                      fmt::format("the record has {} bytes, more than {} KiB",
                                  builder_.byte_count(), model::kRecordBytesMax / 1024));
    }
    builder_.append_to(out.arena);
    return {};
}

// A member that comes twice counts as it came last.
Checked<void> RecordDecoder::read_members(JsonValue record) {
    members_.fill(JsonValue());
    context_.fill(JsonValue());
    for (JsonValue key = record.inside(); !key.is_end();) {
        const JsonValue value = key.next();
        const std::size_t place = kMembers.find(key.text());
        if (place < kMemberCount) members_[place] = value;
        key = value.next();
    }
    const JsonValue context = member(Member::kContext);
    if (!context.is_absent() && !context.is(JsonType::kObject)) {
        return refuse(RejectionCode::kNotAnObject, "context is not an object");
    }
    read_context(scope_->envelope_context);
    read_context(context);
    return {};
}

void RecordDecoder::read_context(JsonValue context) {
    if (!context.is(JsonType::kObject)) return;
    for (JsonValue key = context.inside(); !key.is_end();) {
        const JsonValue value = key.next();
        const std::size_t place = kContextMembers.find(key.text());
        if (place < kContextMemberCount) context_[place] = value;
        key = value.next();
    }
}

Checked<WireType> RecordDecoder::read_type() const {
    const JsonValue type = member(Member::kType);
    if (!type.is(JsonType::kString)) {
        return refuse(RejectionCode::kUnknownType, "the record has no type");
    }
    const std::size_t place = kWireTypes.find(type.text());
    if (place == kWireTypeCount) {
        return refuse(RejectionCode::kUnknownType,
                      fmt::format("no such type of record: {}", quoted(type.text())));
    }
    return static_cast<WireType>(place);
}

Checked<void> RecordDecoder::build(WireType type) {
    const auto own = [&](Checked<void> (RecordDecoder::*build_it)()) -> Checked<void> {
        if (scope_->own_records) return (this->*build_it)();
        return refuse(RejectionCode::kNotAllowed,
                      "records of this type come by /v1/records or import, with a secret key");
    };
    switch (type) {
        case WireType::kTrack: {
            TF_ASSIGN(const auto name,
                      read_name(member(Member::kEvent), "event", RejectionCode::kMissingEvent));
            if (!name) return refuse(RejectionCode::kMissingEvent, "event has no name");
            return build_track(*name);
        }
        case WireType::kPage:
            return build_page("Page Viewed");
        case WireType::kScreen:
            return build_page("Screen Viewed");
        case WireType::kIdentify:
            return build_identify();
        case WireType::kGroup:
            return build_group();
        case WireType::kAlias:
            return build_alias();
        case WireType::kRelation:
            return own(&RecordDecoder::build_relation);
        case WireType::kCustomer:
            return own(&RecordDecoder::build_customer);
        case WireType::kSubscription:
            return own(&RecordDecoder::build_subscription);
        case WireType::kPayment:
            return own(&RecordDecoder::build_payment);
        case WireType::kCost:
        case WireType::kRelease:
        case WireType::kRate:
        case WireType::kConsent:
            break;
    }
    return refuse(RejectionCode::kUnsupportedType,
                  fmt::format("records of this type are not kept yet: {}",
                              quoted(member(Member::kType).text())));
}

Checked<void> RecordDecoder::build_track(std::string_view name) {
    builder_.reset(RecordType::kTrack);
    TF_TRY(take_person(true));
    builder_.name(name);
    TF_ASSIGN(const auto customer,
              read_id(context_member(ContextMember::kGroupId), "context.groupId", numbers_));
    builder_.customer_id(customer);
    const NameSet* automatic = scope_->context->automatic_names;
    builder_.flag(RecordFlag::kAutomatic,
                  context_member(ContextMember::kAutomatic).is(JsonType::kTrue) ||
                      (automatic != nullptr && automatic->contains(name)));
    const JsonValue session = context_member(ContextMember::kSessionId);
    if (session.is(JsonType::kString) || session.is(JsonType::kInt)) {
        TF_TRY(fields_.add(Section::kContext, "sessionId", session, FieldList::Where::kReplace));
    }
    TF_TRY(take_object(Member::kProperties, "properties", Section::kProperty));
    return fold_context();
}

Checked<void> RecordDecoder::build_page(std::string_view name) {
    TF_TRY(build_track(name));
    TF_TRY(fold("name", member(Member::kName)));
    return fold("category", member(Member::kCategory));
}

Checked<void> RecordDecoder::build_identify() {
    builder_.reset(RecordType::kIdentify);
    TF_TRY(take_person(true));
    TF_TRY(take_object(Member::kTraits, "traits", Section::kTrait));
    // One of RudderStack's clients has them here alone, another in both places.
    const JsonValue traits = context_member(ContextMember::kTraits);
    if (!traits.is(JsonType::kObject)) return {};
    return fields_.add_object(Section::kTrait, traits, FieldList::Where::kIfAbsent);
}

Checked<void> RecordDecoder::build_alias() {
    builder_.reset(RecordType::kAlias);
    TF_ASSIGN(const bool undo, read_flag(member(Member::kUndo), "undo"));
    const bool of_customers = !member(Member::kPreviousCustomerId).is_absent();
    if ((undo || of_customers) && !scope_->own_records) {
        return refuse(RejectionCode::kNotAllowed,
                      "an alias of customers, or its undoing, comes by /v1/records or import");
    }
    builder_.flag(RecordFlag::kUndo, undo);
    const Member before = of_customers ? Member::kPreviousCustomerId : Member::kPreviousId;
    const std::string_view before_name = of_customers ? "previousCustomerId" : "previousId";
    TF_ASSIGN(const auto previous, read_id(member(before), before_name, numbers_));
    if (previous.empty()) {
        return refuse(RejectionCode::kMissingId, fmt::format("{} is missing", before_name));
    }
    put(before_name, Value::of_string(previous));
    if (of_customers) return take_customer(Member::kCustomerId, "customerId");
    TF_ASSIGN(const auto user, read_id(member(Member::kUserId), "userId", numbers_));
    if (user.empty()) return refuse(RejectionCode::kMissingId, "userId is missing");
    builder_.user_id(user);
    return {};
}

Checked<void> RecordDecoder::build_group() {
    builder_.reset(RecordType::kGroup);
    TF_TRY(take_person(false));
    TF_TRY(take_customer(Member::kGroupId, "groupId"));
    TF_TRY(take_role());
    return take_object(Member::kTraits, "traits", Section::kTrait);
}

Checked<void> RecordDecoder::take_person(bool required) {
    TF_ASSIGN(const auto user, read_id(member(Member::kUserId), "userId", numbers_));
    TF_ASSIGN(const auto anonymous, read_id(member(Member::kAnonymousId), "anonymousId", numbers_));
    if (required && user.empty() && anonymous.empty()) {
        return refuse(RejectionCode::kMissingId, "neither userId nor anonymousId is there");
    }
    builder_.user_id(user).anonymous_id(anonymous);
    return {};
}

Checked<void> RecordDecoder::take_customer(Member which, std::string_view name) {
    TF_ASSIGN(const auto customer, read_id(member(which), name, numbers_));
    if (customer.empty()) {
        return refuse(RejectionCode::kMissingGroup, fmt::format("{} is missing", name));
    }
    builder_.customer_id(customer);
    return {};
}

Checked<void> RecordDecoder::take_object(Member which, std::string_view name, Section section) {
    const JsonValue object = member(which);
    if (object.is_absent()) return {};
    if (!object.is(JsonType::kObject)) {
        return refuse(RejectionCode::kNotAnObject, fmt::format("{} is not an object", name));
    }
    return fields_.add_object(section, object, FieldList::Where::kReplace);
}

Checked<void> RecordDecoder::fold(std::string_view name, JsonValue value) {
    if (!says_something(value)) return {};
    return fields_.add(Section::kProperty, name, value, FieldList::Where::kIfAbsent);
}

// What the listed context fields say becomes a property where the event has none of that name.
Checked<void> RecordDecoder::fold_context() {
    const JsonValue page = context_member(ContextMember::kPage);
    if (page.is(JsonType::kObject)) {
        for (const std::string_view name : kPageFields)
            TF_TRY(fold(name, page.member(name)));
    }
    const JsonValue campaign = context_member(ContextMember::kCampaign);
    if (campaign.is(JsonType::kObject)) {
        for (const CampaignField& field : kCampaignFields) {
            TF_TRY(fold(field.property, campaign.member(field.member)));
        }
    }
    TF_TRY(fold("locale", context_member(ContextMember::kLocale)));
    TF_TRY(fold("timezone", context_member(ContextMember::kTimezone)));
    // A text, or as Segment's clients for telephones have them an object.
    struct Described {
        std::string_view name;
        ContextMember member;
        std::string_view part;
    };
    for (const Described& it : {Described{"os", ContextMember::kOs, "name"},
                                Described{"device", ContextMember::kDevice, "type"},
                                Described{"browser", ContextMember::kBrowser, "name"}}) {
        const JsonValue value = context_member(it.member);
        TF_TRY(fold(it.name, value.is(JsonType::kObject) ? value.member(it.part) : value));
    }
    return {};
}

Checked<void> RecordDecoder::take_message_id() {
    TF_ASSIGN(const auto id, read_id(member(Member::kMessageId), "messageId", numbers_));
    if (id.empty()) return {};
    // Only who holds a secret key may say the hash itself.
    const auto given = scope_->own_records ? parse_hash(id) : std::nullopt;
    builder_.message_hash(given ? *given : hash_message_id(scope_->context->message_key, id));
    return {};
}

Checked<void> RecordDecoder::take_times() {
    const Context& context = *scope_->context;
    builder_.received(context.received);
    std::optional<TimeMs> time;
    for (const auto& [which, name] :
         {std::pair{wire_type_ == WireType::kPayment ? Member::kTime : Member::kTimestamp,
                    wire_type_ == WireType::kPayment ? "time" : "timestamp"},
          std::pair{Member::kTimestamp, "timestamp"},
          std::pair{Member::kOriginalTimestamp, "originalTimestamp"}}) {
        if (!time) {
            TF_ASSIGN(time, read_time(member(which), name, context.zone));
        }
    }
    if (time && (*time < kYear2000Ms || *time > context.received + kFutureMax)) {
        return refuse(RejectionCode::kTimeOutOfRange,
                      fmt::format("the time is before 2000 or more than a day after its receipt: "
                                  "{} ms since 1970",
                                  *time));
    }
    if (time) builder_.time(*time);
    // An unreadable sentAt costs the correction of a clock, not the event.
    const auto sent = read_time(member(Member::kSentAt), "sentAt", context.zone);
    builder_.sent(sent && *sent ? **sent : scope_->envelope_sent);
    return {};
}

}  // namespace twofold::intake
