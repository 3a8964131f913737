// SPDX-License-Identifier: Apache-2.0
// The records that are Twofold's own: relations, customers and money.
#include <algorithm>
#include <fmt/format.h>

#include "base/text.h"
#include "intake/record_decoder.h"

namespace twofold::intake {

namespace {

using model::RecordFlag;
using model::RecordType;
using model::Section;
using model::Value;

constexpr std::int64_t kQuantityMax = 1'000'000'000;
constexpr std::array<std::string_view, 4> kPaymentKinds{"recurring", "one_off", "refund",
                                                        "dispute"};

}  // namespace

Checked<void> RecordDecoder::build_relation() {
    builder_.reset(RecordType::kRelation);
    TF_ASSIGN(const auto user, read_id(member(Member::kUserId), "userId", numbers_));
    if (user.empty()) return refuse(RejectionCode::kMissingId, "userId is missing");
    builder_.user_id(user);
    TF_TRY(take_customer(Member::kCustomerId, "customerId"));
    TF_TRY(take_role());
    TF_TRY(take_dates());
    TF_ASSIGN(const bool removed, read_flag(member(Member::kRemoved), "removed"));
    builder_.flag(RecordFlag::kRemoved, removed);
    return {};
}

Checked<void> RecordDecoder::build_customer() {
    builder_.reset(RecordType::kCustomer);
    TF_TRY(take_customer(Member::kCustomerId, "customerId"));
    TF_ASSIGN(const auto kind, read_name(member(Member::kKind), "kind", RejectionCode::kBadKind));
    if (kind) put("kind", Value::of_string(*kind));
    TF_TRY(take_link(Member::kParentId, "parentId"));
    TF_TRY(take_link(Member::kOwnerId, "ownerId"));
    TF_TRY(take_keys());
    return take_object(Member::kTraits, "traits", Section::kTrait);
}

// An id, null for "none any more", or missing for "as it was".
Checked<void> RecordDecoder::take_link(Member which, std::string_view name) {
    const JsonValue value = member(which);
    if (value.is(JsonType::kMissing)) return {};
    TF_ASSIGN(const auto id, read_id(value, name, numbers_));
    put(name, id.empty() ? Value::null() : Value::of_string(id));
    return {};
}

// {"stripe": "cus_1", "crm": null}: the ids that other systems have for this customer.
Checked<void> RecordDecoder::take_keys() {
    const JsonValue keys = member(Member::kKeys);
    if (keys.is_absent()) return {};
    if (!keys.is(JsonType::kObject)) {
        return refuse(RejectionCode::kNotAnObject, "keys is not an object");
    }
    for (JsonValue system = keys.inside(); !system.is_end();) {
        const JsonValue id = system.next();
        // A colon would make `system:id` readable in two ways.
        const std::string_view name = system.text();
        if (name.empty() || name.find_first_of(":.") != std::string_view::npos) {
            return refuse(
                RejectionCode::kBadField,
                fmt::format("a key's system is empty or has : or . in it: {}", quoted(name)));
        }
        const bool is_text = id.is(JsonType::kString) && !id.text().empty();
        if (!is_text && !id.is(JsonType::kNull)) {
            return refuse(
                RejectionCode::kBadId,
                fmt::format("a customer's key is neither text nor null: {}", quoted(name)));
        }
        TF_TRY(read_id(id, "a customer's key", numbers_));
        system = id.next();
    }
    return fields_.add(Section::kRecord, "keys", keys, FieldList::Where::kReplace);
}

Checked<void> RecordDecoder::take_role() {
    TF_ASSIGN(const auto role, read_name(member(Member::kRole), "role", RejectionCode::kBadRole));
    put("role", Value::of_string(role.value_or("user")));
    return {};
}

Checked<void> RecordDecoder::take_date(Member which, std::string_view name) {
    TF_ASSIGN(const auto date, read_date(member(which), name, scope_->context->zone));
    if (date) put(name, Value::of_int(*date));
    return {};
}

// [from, until): from must be there.
Checked<void> RecordDecoder::take_dates() {
    const Zone& zone = scope_->context->zone;
    TF_ASSIGN(const auto from, read_date(member(Member::kFrom), "from", zone));
    if (!from) return refuse(RejectionCode::kMissingField, "from is missing");
    TF_ASSIGN(const auto until, read_date(member(Member::kUntil), "until", zone));
    if (until && *until <= *from) {
        return refuse(RejectionCode::kEndsBeforeStart,
                      fmt::format("until is not after from: {}", format_utc(*until)));
    }
    put("from", Value::of_int(*from));
    if (until) put("until", Value::of_int(*until));
    return {};
}

Checked<void> RecordDecoder::take_text(Member which, std::string_view name) {
    TF_ASSIGN(const auto text, read_name(member(which), name));
    if (text) put(name, Value::of_string(*text));
    return {};
}

Checked<void> RecordDecoder::take_own_id() {
    TF_ASSIGN(const auto id, read_id(member(Member::kId), "id", numbers_));
    if (id.empty()) return refuse(RejectionCode::kMissingId, "id is missing");
    builder_.name(id);
    return take_customer(Member::kCustomerId, "customerId");
}

Checked<void> RecordDecoder::take_money(bool amount_required) {
    TF_ASSIGN(const auto amount, read_amount(member(Member::kAmount), "amount"));
    if (!amount && amount_required) return refuse(RejectionCode::kBadAmount, "amount is missing");
    put("amount", Value::of_int(amount.value_or(0)));
    TF_ASSIGN(currency_, read_currency(member(Member::kCurrency)));
    put("currency", Value::of_string({currency_.data(), currency_.size()}));
    return {};
}

Checked<void> RecordDecoder::build_subscription() {
    builder_.reset(RecordType::kSubscription);
    TF_TRY(take_own_id());
    TF_ASSIGN(const auto item, read_name(member(Member::kItem), "item"));
    put("item", Value::of_string(item.value_or("default")));
    TF_TRY(take_text(Member::kPlan, "plan"));
    TF_TRY(take_text(Member::kProduct, "product"));
    TF_TRY(take_price());
    TF_TRY(take_dates());
    TF_TRY(take_date(Member::kTrialUntil, "trialUntil"));
    TF_TRY(take_date(Member::kRenewsAt, "renewsAt"));
    TF_TRY(take_period(Member::kTerm, "term", {"term.months", "term.days", ""}));
    TF_TRY(take_text(Member::kEndReason, "endReason"));
    return take_text(Member::kStatus, "status");
}

Checked<void> RecordDecoder::take_price() {
    TF_ASSIGN(const bool metered, read_flag(member(Member::kMetered), "metered"));
    TF_TRY(take_money(!metered));
    if (member(Member::kEvery).is_absent()) {
        return refuse(RejectionCode::kBadInterval, "every is missing");
    }
    TF_TRY(take_period(Member::kEvery, "every", {"every.months", "every.days", "every.once"}));
    TF_ASSIGN(const auto quantity, read_quantity(member(Member::kQuantity), kQuantityMax));
    put("quantity", Value::of_int(quantity.value_or(1)));
    // Divided, since the product may not fit.
    const std::int64_t most = kAmountMax / std::max<std::int64_t>(quantity.value_or(1), 1);
    TF_ASSIGN(const auto amount, read_amount(member(Member::kAmount), "amount"));
    if (amount.value_or(0) > most) {
        return refuse(RejectionCode::kBadAmount,
                      fmt::format("amount times quantity is beyond {}: {}", kAmountMax, *amount));
    }
    TF_ASSIGN(const auto percent,
              read_percent(member(Member::kDiscountPercent), "discountPercent"));
    if (percent) put("discountPercent", Value::of_double(*percent));
    TF_ASSIGN(const auto off, read_amount(member(Member::kAmountOff), "amountOff"));
    if (off) put("amountOff", Value::of_int(*off));
    put("metered", Value::of_bool(metered));
    return {};
}

Checked<void> RecordDecoder::take_period(Member which, std::string_view name,
                                         const PeriodNames& names) {
    TF_ASSIGN(const auto period, read_period(member(which), name));
    if (!period) return {};
    const std::string_view field = names[static_cast<std::size_t>(period->unit)];
    if (field.empty()) {
        return refuse(RejectionCode::kBadInterval, fmt::format("{} cannot be once", name));
    }
    put(field,
        period->unit == Period::Unit::kOnce ? Value::of_bool(true) : Value::of_int(period->count));
    return {};
}

Checked<void> RecordDecoder::build_payment() {
    builder_.reset(RecordType::kPayment);
    TF_TRY(take_own_id());
    TF_TRY(take_money(true));
    TF_ASSIGN(const auto subscription,
              read_id(member(Member::kSubscriptionId), "subscriptionId", numbers_));
    TF_ASSIGN(const auto kind, read_name(member(Member::kKind), "kind", RejectionCode::kBadKind));
    const std::string_view said = kind.value_or(subscription.empty() ? "one_off" : "recurring");
    if (std::find(kPaymentKinds.begin(), kPaymentKinds.end(), said) == kPaymentKinds.end()) {
        return refuse(
            RejectionCode::kBadKind,
            fmt::format("kind is not recurring, one_off, refund or dispute: {}", quoted(said)));
    }
    put("kind", Value::of_string(said));
    if (!subscription.empty()) put("subscriptionId", Value::of_string(subscription));
    return {};
}

}  // namespace twofold::intake
