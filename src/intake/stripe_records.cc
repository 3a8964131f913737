// SPDX-License-Identifier: Apache-2.0
#include "intake/stripe_records.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>
#include <vector>

#include "base/text.h"
#include "intake/stripe_json.h"
#include "intake/stripe_lines.h"
#include "intake/stripe_moment.h"
#include "intake/stripe_price.h"

namespace twofold::intake {

namespace {

// Of a Stripe customer's metadata, in this order: the id that the product has for it.
constexpr std::array<std::string_view, 7> kCustomerNames{
    "customer_id", "account_id",      "accountId",   "group_id",
    "groupId",     "organization_id", "workspace_id"};

// Of the rest, what is kept to be proposed by.
constexpr std::size_t kMetadataIdsMax = 20;
constexpr std::size_t kMetadataIdBytesMax = 128;

// Of an unknown status as much as of these: nothing is owed (money::status_counts).
bool owes(std::string_view status) {
    return status == "active" || status == "past_due";
}

std::string metadata_id(JsonValue customer, std::string_view name) {
    const JsonValue value = customer.member("metadata").member(name);
    if (const auto number = stripe_integer(value)) return fmt::format("{}", *number);
    return std::string(stripe_text(value));
}

/// Writes the records of one object as it was at one moment.
class Mapping {
public:
    Mapping(StripeRecords& out, StripeMoment moment, std::string source)
        : out_(out), lines_(out.lines, std::move(source)), moment_(moment) {}

    Checked<void> customer(JsonValue object, bool deleted);
    Checked<void> subscription(JsonValue object, JsonValue previous);
    Checked<void> invoice(JsonValue object);
    Checked<void> refund(JsonValue charge, JsonValue previous);

    std::size_t count() const noexcept { return lines_.count(); }

private:
    /// A stretch of a subscription's items.
    struct Stretch {
        TimeMs from = 0;
        std::optional<TimeMs> until;
        std::string_view status;
        std::optional<TimeMs> trial_until;
    };

    Checked<void> take_payer(JsonValue object);
    void begin_money(std::string_view type, std::string_view id);
    void take_amount(std::int64_t amount, std::string_view currency) {
        lines_.number("amount", stripe_minor_units(amount, currency)).text("currency", currency);
    }
    void trait(std::string_view name, JsonValue value);
    void metadata(JsonValue customer);
    void self_relation(const std::string& user, JsonValue object);
    void stretch(JsonValue object, const Stretch& stretch);
    void exported(JsonValue object, std::string_view status);
    void item(JsonValue object, JsonValue item, const StripePrice& price, const Stretch& stretch);
    void removed_items(JsonValue object, JsonValue previous);
    void note(std::string_view id, std::string_view what) {
        out_.notes.push_back(fmt::format("{}: {}", id, what));
    }

    StripeRecords& out_;
    StripeLines lines_;
    StripeMoment moment_;
    std::string payer_;  // "stripe:cus_1"
};

Checked<std::string_view> own_id(JsonValue object) {
    const std::string_view id = stripe_text(object.member("id"));
    if (id.empty()) return refuse(RejectionCode::kMissingId, "the object has no id");
    return id;
}

Checked<void> Mapping::take_payer(JsonValue object) {
    const std::string_view id = stripe_id(object.member("customer"));
    if (id.empty()) {
        return refuse(RejectionCode::kMissingGroup,
                      fmt::format("it is of no customer: {}", quoted(stripe_id(object))));
    }
    payer_ = fmt::format("stripe:{}", id);
    return {};
}

void Mapping::begin_money(std::string_view type, std::string_view id) {
    lines_.begin(type, moment_.time);
    lines_.text("id", id).text("customerId", payer_);
}

// What an event says is not there any more is removed; a new object says nothing by it.
void Mapping::trait(std::string_view name, JsonValue value) {
    if (value.is(JsonType::kString)) {
        lines_.text(name, value.text());
    } else if (value.is(JsonType::kTrue) || value.is(JsonType::kFalse)) {
        lines_.flag(name, value.is(JsonType::kTrue));
    } else if (value.is(JsonType::kNull) && !moment_.first && !moment_.exported) {
        lines_.null(name);
    }
}

Checked<void> Mapping::customer(JsonValue object, bool deleted) {
    TF_ASSIGN(const std::string_view id, own_id(object));
    payer_ = fmt::format("stripe:{}", id);
    std::string known;
    for (const std::string_view name : kCustomerNames) {
        if (known.empty()) known = metadata_id(object, name);
    }
    const std::string user = known.empty() ? metadata_id(object, "user_id") : std::string();
    lines_.begin("customer", moment_.time);
    lines_.text("customerId", known.empty() ? payer_ : known);
    if (!known.empty()) lines_.open("keys").text("stripe", id).close();
    if (!user.empty()) lines_.text("kind", "person");
    lines_.open("traits");
    // Not `name`: the product's own is not Stripe's to change, now or once the two are joined.
    trait("billing_name", object.member("name"));
    trait("billing_email", object.member("email"));
    trait("billing_country", object.member("address").member("country"));
    trait("delinquent", object.member("delinquent"));
    if (deleted) lines_.flag("billing_deleted", true);
    if (known.empty() && user.empty()) metadata(object);
    lines_.close().end();
    if (!user.empty()) self_relation(user, object);
    return {};
}

// The product's id may stand under any name: who looks for the payer's customer is shown what could
// be one.
void Mapping::metadata(JsonValue customer) {
    const JsonValue object = customer.member("metadata");
    if (!object.is(JsonType::kObject)) return;
    std::vector<std::string> entries;
    for (JsonValue name = object.inside(); !name.is_end(); name = name.next().next()) {
        const std::string id = metadata_id(customer, name.text());
        const bool may_be_one = !id.empty() && id.size() <= kMetadataIdBytesMax &&
                                id.find(' ') == std::string::npos &&
                                name.text().find('=') == std::string_view::npos;
        if (may_be_one && entries.size() < kMetadataIdsMax) {
            entries.push_back(fmt::format("{}={}", name.text(), id));
        }
    }
    if (!entries.empty()) {
        lines_.texts("billing_metadata", entries);
    } else if (!moment_.first && !moment_.exported) {
        lines_.null("billing_metadata");
    }
}

// People who pay for themselves.
void Mapping::self_relation(const std::string& user, JsonValue object) {
    lines_.begin("relation", moment_.time);
    lines_.text("userId", user).text("customerId", payer_).text("role", "self");
    lines_.number("from", stripe_time(object.member("created")).value_or(moment_.from));
    lines_.end();
}

Checked<void> Mapping::subscription(JsonValue object, JsonValue previous) {
    TF_ASSIGN(const std::string_view id, own_id(object));
    TF_TRY(take_payer(object));
    std::string_view status = stripe_text(object.member("status"));
    if (owes(status) && !object.member("pause_collection").is_absent()) status = "paused";
    if (object.member("items").member("has_more").is(JsonType::kTrue)) {
        note(id, "it has more items than are told; the others are left out");
    }
    if (moment_.exported) {
        exported(object, status);
        return {};
    }
    Stretch now{.from = moment_.from, .until = {}, .status = status, .trial_until = {}};
    if (moment_.first) {
        // It may have been made with a start in the past.
        now.from = std::min(now.from, stripe_time(object.member("start_date")).value_or(now.from));
    }
    if (status == "trialing") now.trial_until = stripe_time(object.member("trial_end"));
    stretch(object, now);
    removed_items(object, previous);
    return {};
}

TimeMs period_start(JsonValue subscription, TimeMs missing) {
    auto start = stripe_time(subscription.member("current_period_start"));
    const JsonValue items = subscription.member("items").member("data");
    if (!start && items.is(JsonType::kArray) && !items.inside().is_end()) {
        start = stripe_time(items.inside().member("current_period_start"));
    }
    return start.value_or(missing);
}

// How it is now is taken to be how it was from its start, as far as it tells nothing else: a trial
// has its end, one that has ended was active until then, and one that owes nothing now (unpaid,
// paused) has done so since its period began.
void Mapping::exported(JsonValue object, std::string_view status) {
    Stretch all{.from = stripe_time(object.member("start_date")).value_or(moment_.from),
                .until = {},
                .status = status,
                .trial_until = stripe_time(object.member("trial_end"))};
    const auto ended = stripe_time(object.member("ended_at"));
    if (status == "canceled" && ended && *ended > all.from) {
        all.status = "active";
        all.until = ended;
    }
    const TimeMs since = period_start(object, all.from);
    if ((status == "unpaid" || status == "paused") && since > all.from) {
        Stretch before = all;
        before.status = "active";
        stretch(object, before);
        all.from = since;
    }
    stretch(object, all);
}

void Mapping::stretch(JsonValue object, const Stretch& stretch) {
    const std::string_view id = stripe_id(object);
    const StripeDiscounts discounts = read_stripe_discounts(object);
    if (discounts.some_unknown) {
        note(id, "a discount is told by its id alone; it is left out");
    }
    const auto prices = read_stripe_prices(object, discounts);
    JsonValue at = object.member("items").member("data");
    if (!prices.empty()) at = at.inside();
    for (const std::optional<StripePrice>& price : prices) {
        if (!price) {
            note(id, "an item has no recurring price; it is left out");
        } else {
            if (price->tiers_unknown) note(id, "a price has tiers, not told; its MRR is 0");
            item(object, at, *price, stretch);
        }
        at = at.next();
    }
}

std::string_view plan_of(JsonValue price) {
    for (const std::string_view name : {"nickname", "lookup_key", "id"}) {
        const std::string_view text = stripe_text(price.member(name));
        if (!text.empty()) return text;
    }
    return {};
}

std::string_view product_of(JsonValue price) {
    const JsonValue product = price.member("product");
    if (!product.is(JsonType::kObject)) return stripe_text(product);
    const std::string_view name = stripe_text(product.member("name"));
    return name.empty() ? stripe_id(product) : name;
}

std::string_view end_reason_of(JsonValue subscription) {
    const JsonValue details = subscription.member("cancellation_details");
    const std::string_view feedback = stripe_text(details.member("feedback"));
    return feedback.empty() ? stripe_text(details.member("reason")) : feedback;
}

void Mapping::item(JsonValue object, JsonValue item, const StripePrice& price,
                   const Stretch& stretch) {
    const JsonValue said =
        item.member("price").is(JsonType::kObject) ? item.member("price") : item.member("plan");
    begin_money("subscription", stripe_id(object));
    lines_.name("item", stripe_id(item));
    lines_.name("plan", plan_of(said)).name("product", product_of(said));
    if (price.metered) {
        lines_.flag("metered", true);
    } else {
        lines_.number("amount", price.amount).number("quantity", price.quantity);
        if (price.percent_off > 0) lines_.real("discountPercent", price.percent_off);
        if (price.amount_off > 0) lines_.number("amountOff", price.amount_off);
    }
    lines_.text("currency", price.currency);
    lines_.open("every").number(fmt::format("{}s", price.unit), price.count).close();
    lines_.number("from", stretch.from);
    if (stretch.until) lines_.number("until", *stretch.until);
    if (stretch.trial_until) lines_.number("trialUntil", *stretch.trial_until);
    auto renews = stripe_time(object.member("current_period_end"));
    if (!renews) renews = stripe_time(item.member("current_period_end"));
    if (renews) lines_.number("renewsAt", *renews);
    lines_.name("endReason", end_reason_of(object)).name("status", stretch.status);
    lines_.end();
}

// An update tells all items that there are and, where they changed, all that there were: what is
// only among these has ended.
void Mapping::removed_items(JsonValue object, JsonValue previous) {
    const JsonValue before = previous.member("items").member("data");
    const JsonValue now = object.member("items").member("data");
    if (!before.is(JsonType::kArray) || !now.is(JsonType::kArray)) return;
    for (JsonValue was = before.inside(); !was.is_end(); was = was.next()) {
        const std::string_view id = stripe_id(was);
        bool is_there = false;
        for (JsonValue one = now.inside(); !one.is_end(); one = one.next())
            is_there = is_there || stripe_id(one) == id;
        const auto price = read_stripe_price(was, stripe_text(object.member("currency")));
        if (is_there || !price) continue;
        item(object, was, *price,
             {.from = moment_.from, .until = {}, .status = "canceled", .trial_until = {}});
    }
}

// Until 2025 the invoice names its subscription itself.
std::string_view subscription_of(JsonValue invoice) {
    const std::string_view before = stripe_id(invoice.member("subscription"));
    if (!before.empty()) return before;
    return stripe_id(
        invoice.member("parent").member("subscription_details").member("subscription"));
}

Checked<void> Mapping::invoice(JsonValue object) {
    const std::int64_t amount = stripe_integer(object.member("amount_paid")).value_or(0);
    const bool paid = stripe_text(object.member("status")) == "paid";
    if (!paid || amount <= 0) return {};
    TF_ASSIGN(const std::string_view id, own_id(object));
    TF_TRY(take_payer(object));
    begin_money("payment", id);
    const auto paid_at = stripe_time(object.member("status_transitions").member("paid_at"));
    lines_.number("time", paid_at.value_or(moment_.from));
    take_amount(amount, stripe_text(object.member("currency")));
    lines_.text("subscriptionId", subscription_of(object));
    lines_.end();
    return {};
}

// A charge says what was refunded of it so far, and the event what it was before: the difference is
// this refund, and the sum names it, so that it is the same however often and late it is told.
Checked<void> Mapping::refund(JsonValue charge, JsonValue previous) {
    TF_ASSIGN(const std::string_view id, own_id(charge));
    const std::int64_t sum = stripe_integer(charge.member("amount_refunded")).value_or(0);
    const std::int64_t before = stripe_integer(previous.member("amount_refunded")).value_or(0);
    if (sum <= before) return {};
    TF_TRY(take_payer(charge));
    begin_money("payment", fmt::format("{}:refunded:{}", id, sum));
    lines_.number("time", moment_.from).text("kind", "refund");
    take_amount(sum - before, stripe_text(charge.member("currency")));
    lines_.end();
    return {};
}

Checked<void> map_event(JsonValue event, StripeRecords& out) {
    TF_ASSIGN(const std::string_view id, own_id(event));
    const std::string_view type = stripe_text(event.member("type"));
    if (type.empty()) return refuse(RejectionCode::kUnknownType, "the event has no type");
    const JsonValue data = event.member("data");
    const JsonValue object = data.member("object");
    const JsonValue previous = data.member("previous_attributes");
    const std::string_view kind = stripe_text(object.member("object"));
    const bool refunded = type == "charge.refunded" && kind == "charge";
    const bool invoice = type.starts_with("invoice.") && kind == "invoice";
    const bool subscription = type.starts_with("customer.subscription.") && kind == "subscription";
    const bool customer = type.starts_with("customer.") && kind == "customer";
    if (!refunded && !invoice && !subscription && !customer) {
        out.ignored = true;
        return {};
    }
    const auto created = stripe_time(event.member("created"));
    if (!created) {
        return refuse(RejectionCode::kBadTime,
                      fmt::format("the event has no time: {}", quoted(id)));
    }
    const std::string_view status =
        subscription ? stripe_text(object.member("status")) : std::string_view();
    Mapping mapping(out, stripe_moment(*created, type, status, id), fmt::format("stripe:{}", id));
    if (customer) {
        TF_TRY(mapping.customer(object, type == "customer.deleted"));
    } else if (subscription) {
        TF_TRY(mapping.subscription(object, previous));
    } else if (invoice) {
        TF_TRY(mapping.invoice(object));
    } else {
        TF_TRY(mapping.refund(object, previous));
    }
    out.count += mapping.count();
    out.ignored = mapping.count() == 0;
    return {};
}

Checked<void> map_object(JsonValue object, std::string_view kind, std::uint64_t fingerprint,
                         StripeRecords& out) {
    TF_ASSIGN(const std::string_view id, own_id(object));
    const bool deleted = object.member("deleted").is(JsonType::kTrue);
    const auto created = stripe_time(object.member("created"));
    if (!created && !deleted) {
        return refuse(RejectionCode::kBadTime,
                      fmt::format("the object has no time: {}", quoted(id)));
    }
    if (!created) {  // a deleted customer is its id alone
        out.ignored = true;
        return {};
    }
    Mapping mapping(out, {*created, *created, false, true},
                    fmt::format("stripe:{}:{:016x}", id, fingerprint));
    if (kind == "customer") {
        TF_TRY(mapping.customer(object, deleted));
    } else if (kind == "subscription") {
        TF_TRY(mapping.subscription(object, JsonValue()));
    } else {
        TF_TRY(mapping.invoice(object));
    }
    out.count += mapping.count();
    out.ignored = mapping.count() == 0;
    return {};
}

}  // namespace

Checked<void> append_stripe_records(JsonValue object, std::uint64_t fingerprint,
                                    StripeRecords& out) {
    if (!object.is(JsonType::kObject)) {
        return refuse(RejectionCode::kNotAnObject, "an object of Stripe's is in braces");
    }
    const std::string_view kind = stripe_text(object.member("object"));
    if (kind == "event" || kind.ends_with(".event")) return map_event(object, out);
    if (kind == "customer" || kind == "subscription" || kind == "invoice") {
        return map_object(object, kind, fingerprint, out);
    }
    if (kind.empty()) {
        return refuse(RejectionCode::kUnknownType,
                      "it does not say by \"object\" what of Stripe's it is");
    }
    out.ignored = true;
    return {};
}

}  // namespace twofold::intake
