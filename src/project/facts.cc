// SPDX-License-Identifier: Apache-2.0
#include "project/facts.h"

#include <cmath>

namespace twofold::project {

namespace {

using model::Field;
using model::RecordView;
using model::Section;
using model::Value;

std::string_view text_of(const RecordView& record, std::string_view name) {
    return record.find(Section::kRecord, name).text;
}

std::int64_t number_of(const RecordView& record, std::string_view name, std::int64_t missing) {
    const Value value = record.find(Section::kRecord, name);
    return value.is_null() ? missing : value.integer;
}

void append_customer_traits(const RecordView& record, model::CustomerOrdinal customer, TimeMs time,
                            model::Sequence sequence, std::vector<ledger::Fact>& out) {
    for (const Field& field : record.fields()) {
        if (field.section != Section::kTrait) continue;
        out.push_back(ledger::CustomerTrait{customer, ledger::CustomerField::kTrait, field.name,
                                            field.value, time, sequence});
    }
}

void append_group(const RecordView& record, const directory::Applied& applied,
                  model::Sequence sequence, std::vector<ledger::Fact>& out) {
    if (!applied.customer) return;
    append_customer_traits(record, *applied.customer, applied.time, sequence, out);
    if (!applied.user) return;
    const std::string_view role = text_of(record, "role");
    out.push_back(ledger::ImpliedRelation{*applied.user, *applied.customer,
                                          role.empty() ? "user" : role, applied.time,
                                          ledger::ImpliedBy::kGroup});
    out.push_back(ledger::Choice{*applied.user, *applied.customer, applied.time, sequence});
}

void append_customer(const RecordView& record, const directory::Applied& applied,
                     model::Sequence sequence, std::vector<ledger::Fact>& out) {
    if (!applied.customer) return;
    append_customer_traits(record, *applied.customer, applied.time, sequence, out);
    const auto add = [&](ledger::CustomerField field, const Value& value) {
        out.push_back(
            ledger::CustomerTrait{*applied.customer, field, {}, value, applied.time, sequence});
    };
    for (const Field& field : record.fields()) {
        if (field.section != Section::kRecord) continue;
        if (field.name == "kind") add(ledger::CustomerField::kKind, field.value);
        if (field.name == "ownerId") add(ledger::CustomerField::kOwner, field.value);
        if (field.name == "parentId") {
            add(ledger::CustomerField::kParent,
                applied.parent ? Value::of_int(model::index(*applied.parent)) : Value::null());
        }
    }
}

// "discountPercent" in parts of money::kDiscountWhole; intake has held it to 0 to 100.
std::int64_t discount_of(const RecordView& record) {
    const Value percent = record.find(Section::kRecord, "discountPercent");
    return percent.is_null() ? 0 : std::llround(percent.number() * money::kDiscountWhole / 100);
}

void append_subscription(const RecordView& record, const directory::Applied& applied,
                         model::Sequence sequence, std::vector<ledger::Fact>& out) {
    if (!applied.customer) return;
    money::Segment segment;
    segment.id = record.name();
    segment.item = text_of(record, "item");
    segment.plan = text_of(record, "plan");
    segment.product = text_of(record, "product");
    segment.currency = text_of(record, "currency");
    segment.status = text_of(record, "status");
    segment.end_reason = text_of(record, "endReason");
    segment.amount = number_of(record, "amount", 0);
    segment.every = {static_cast<std::int32_t>(number_of(record, "every.months", 0)),
                     static_cast<std::int32_t>(number_of(record, "every.days", 0))};
    segment.quantity = number_of(record, "quantity", 1);
    segment.discount = discount_of(record);
    segment.amount_off = number_of(record, "amountOff", 0);
    segment.metered = record.find(Section::kRecord, "metered").boolean();
    segment.from = number_of(record, "from", 0);
    segment.until = number_of(record, "until", kEndOfTime);
    segment.trial_until = number_of(record, "trialUntil", kBeginningOfTime);
    segment.term_months = static_cast<std::int32_t>(number_of(record, "term.months", 0));
    segment.term_days = static_cast<std::int32_t>(number_of(record, "term.days", 0));
    segment.renews_at = number_of(record, "renewsAt", kBeginningOfTime);
    out.push_back(ledger::SubscriptionSegment{*applied.customer, segment, applied.time, sequence});
}

void append_payment(const RecordView& record, const directory::Applied& applied,
                    model::Sequence sequence, std::vector<ledger::Fact>& out) {
    if (!applied.customer) return;
    const money::Payment payment{record.name(),
                                 text_of(record, "currency"),
                                 text_of(record, "subscriptionId"),
                                 number_of(record, "amount", 0),
                                 record.time(),
                                 money::payment_kind_named(text_of(record, "kind"))
                                     .value_or(money::PaymentKind::kRecurring)};
    out.push_back(ledger::CustomerPayment{*applied.customer, payment, sequence});
}

void append_identify(const RecordView& record, const directory::Applied& applied,
                     model::Sequence sequence, std::vector<ledger::Fact>& out) {
    if (!applied.user) return;
    for (const Field& field : record.fields()) {
        if (field.section != Section::kTrait) continue;
        out.push_back(
            ledger::UserTrait{*applied.user, field.name, field.value, applied.time, sequence});
    }
}

}  // namespace

void append_facts(const RecordView& record, const directory::Applied& applied,
                  model::Sequence sequence, std::vector<ledger::Fact>& out) {
    switch (record.type()) {
        case model::RecordType::kTrack:
            if (applied.user && applied.customer) {
                out.push_back(ledger::ImpliedRelation{*applied.user, *applied.customer, "guest",
                                                      applied.time, ledger::ImpliedBy::kNaming});
            }
            return;
        case model::RecordType::kIdentify:
            append_identify(record, applied, sequence, out);
            return;
        case model::RecordType::kAlias:
            return;  // the directory's alone
        case model::RecordType::kGroup:
            append_group(record, applied, sequence, out);
            return;
        case model::RecordType::kRelation:
            if (applied.user && applied.customer) {
                out.push_back(ledger::StatedRelation{
                    *applied.user, *applied.customer, text_of(record, "role"),
                    number_of(record, "from", 0), number_of(record, "until", kEndOfTime),
                    record.has(model::RecordFlag::kRemoved)});
            }
            return;
        case model::RecordType::kCustomer:
            append_customer(record, applied, sequence, out);
            return;
        case model::RecordType::kSubscription:
            append_subscription(record, applied, sequence, out);
            return;
        case model::RecordType::kPayment:
            append_payment(record, applied, sequence, out);
            return;
    }
}

}  // namespace twofold::project
