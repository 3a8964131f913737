// SPDX-License-Identifier: Apache-2.0
// Stripe's events and objects, in both layouts of its API, as records.
#include "intake/stripe.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <random>
#include <regex>

#include "intake/stripe_moment.h"
#include "intake/stripe_signature.h"
#include "intake/test_decode.h"

namespace twofold::intake {
namespace {

constexpr TimeMs kSecondOfEvents = 1'795'294'054'000;  // of the recordings

Context stripe_context() {
    Context context = test_context(Route::kRecords);
    context.received = kSecondOfEvents + kDayMs;
    return context;
}

std::vector<std::string> recorded(const std::string& name) {
    std::ifstream file(TWOFOLD_SOURCE_DIR "/src/intake/testdata/" + name);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);)
        lines.push_back(line);
    return lines;
}

struct Taken {
    StripeDecoded decoded;
    std::vector<std::string> lines;
    std::string error;
};

void read_records(Taken& taken) {
    for (const Decoded::Placed& placed : taken.decoded.records.records) {
        const auto record = model::RecordView::parse(taken.decoded.records.bytes(placed));
        ASSERT_TRUE(record);
        EXPECT_TRUE(record->has(model::RecordFlag::kHistorical));
        EXPECT_TRUE(record->has(model::RecordFlag::kHasMessageId));
        EXPECT_EQ(record->origin(), model::Origin{});
        // Hashes and the mark of history are the same for all and would only be in the way.
        std::string line = model::to_json_line(*record);
        line =
            std::regex_replace(line, std::regex(R"(,"messageId":"[^"]*"|,"historical":true)"), "");
        taken.lines.push_back(line);
    }
}

Taken take_event(const std::string& body) {
    Taken taken;
    StripeDecoder decoder;
    const Status status = decoder.decode_event(body, stripe_context(), taken.decoded);
    if (!status) taken.error = status.error().message;
    read_records(taken);
    return taken;
}

Taken take_objects(const std::string& lines) {
    Taken taken;
    StripeDecoder decoder;
    LineChunk chunk;
    chunk.bytes = lines;
    decoder.decode_objects(chunk, stripe_context(), taken.decoded);
    read_records(taken);
    return taken;
}

std::string all_of(const std::vector<std::string>& events) {
    std::string all;
    for (const std::string& event : events) {
        const Taken taken = take_event(event);
        EXPECT_EQ(taken.error, "");
        EXPECT_TRUE(taken.decoded.records.rejected.empty())
            << taken.decoded.records.rejected[0].message;
        EXPECT_TRUE(taken.decoded.notes.empty());
        for (const std::string& line : taken.lines)
            all += line + "\n";
    }
    return all;
}

TEST(Stripe, RecordedEventsBecomeTheRecordsBesideThem) {
    std::string expected;
    for (const std::string& line : recorded("stripe-old-api.expected.jsonl"))
        expected += line + "\n";
    EXPECT_EQ(all_of(recorded("stripe-old-api.jsonl")), expected);
}

TEST(Stripe, BothLayoutsOfTheApiBecomeTheSame) {
    // The place within the second follows from the event's id, which is another one.
    const std::regex place(R"("timestamp":"([^"]*)\.\d\d\dZ")");
    const auto without_place = [&](const std::string& text) {
        return std::regex_replace(text, place, R"("timestamp":"$1")");
    };
    const std::string before = all_of(recorded("stripe-old-api.jsonl"));
    const std::string after = all_of(recorded("stripe-new-api.jsonl"));
    EXPECT_EQ(std::ranges::count(before, '\n'), 12);
    EXPECT_EQ(without_place(before), without_place(after));
}

std::string event(const std::string& type, const std::string& object,
                  const std::string& previous = "") {
    return R"({"id":"evt_1","object":"event","created":1795294054,"type":")" + type +
           R"(","data":{"object":)" + object +
           (previous.empty() ? "" : R"(,"previous_attributes":)" + previous) + "}}";
}

std::string customer(const std::string& rest) {
    return R"({"id":"cus_1","object":"customer","created":1795294000,"name":"Acme")" + rest + "}";
}

std::string subscription(const std::string& status, const std::string& rest = "",
                         const std::string& items =
                             R"({"id":"si_1","quantity":2,"price":{)"
                             R"("id":"p","unit_amount":100,"currency":"eur",)"
                             R"("recurring":{"interval":"month"}}})") {
    return R"({"id":"sub_1","object":"subscription","customer":"cus_1","created":1795000000,)"
           R"("start_date":1795000000,"status":")" +
           status + R"(","items":{"data":[)" + items + "]}" + rest + "}";
}

bool has(const std::string& line, const std::string& part) {
    return line.find(part) != std::string::npos;
}

TEST(Stripe, ACustomerIsThatOfItsMetadataOrOneOfItsOwn) {
    const auto line = [](const std::string& rest) {
        return take_event(event("customer.updated", customer(rest))).lines.at(0);
    };
    EXPECT_TRUE(has(line(""), R"("customerId":"stripe:cus_1","traits":{"billing_name":"Acme"})"));
    const std::string known = line(R"(,"metadata":{"groupId":"late","account_id":42})");
    EXPECT_TRUE(has(known, R"("customerId":"42","keys":{"stripe":"cus_1"},"traits":{)"
                           R"("billing_name":"Acme"})"))
        << known;
    // What is gone is removed; what a new customer has not is not said.
    EXPECT_TRUE(has(line(R"(,"email":null)"), R"("billing_email":null)"));
    EXPECT_FALSE(has(take_event(event("customer.created", customer(R"(,"email":null)"))).lines[0],
                     "billing_email"));
}

TEST(Stripe, WhatElseMetadataSaysIsKeptToBeProposedBy) {
    const auto line = [](const std::string& type, const std::string& metadata) {
        return take_event(event(type, customer(R"(,"metadata":)" + metadata))).lines.at(0);
    };
    const std::string of_org =
        line("customer.updated", R"({"org":"acme","seats":3,"note":"an old friend","a=b":"c"})");
    EXPECT_TRUE(has(of_org, R"("billing_metadata":["org=acme","seats=3"])")) << of_org;
    EXPECT_TRUE(has(line("customer.updated", "{}"), R"("billing_metadata":null)"));
    EXPECT_FALSE(has(line("customer.created", "{}"), "billing_metadata"));
    EXPECT_FALSE(has(line("customer.updated", R"({"org":"x","account_id":"acme"})"), "metadata"))
        << "it is joined already";
}

TEST(Stripe, WhoPaysForItselfIsAPersonRelatedToItself) {
    const Taken taken =
        take_event(event("customer.created", customer(R"(,"metadata":{"user_id":"u7"})")));
    ASSERT_EQ(taken.lines.size(), 2U);
    EXPECT_TRUE(has(taken.lines[0], R"("customerId":"stripe:cus_1","kind":"person")"));
    EXPECT_TRUE(has(taken.lines[1], R"("userId":"u7","customerId":"stripe:cus_1","role":"self",)"
                                    R"("from":"2026-11-21T20:46:40.000Z")"))
        << taken.lines[1];
}

TEST(Stripe, AnUpdateHoldsFromItsTimeAndTheFirstFromItsStart) {
    const std::string updated =
        take_event(event("customer.subscription.updated", subscription("active"))).lines.at(0);
    EXPECT_TRUE(has(updated, R"("from":"2026-11-21T20:47:34.000Z","status":"active")")) << updated;
    const std::string created =
        take_event(event("customer.subscription.created", subscription("active"))).lines.at(0);
    EXPECT_TRUE(has(created, R"("from":"2026-11-18T11:06:40.000Z")")) << created;
}

TEST(Stripe, APausedCollectionOwesNothing) {
    const auto status = [](const std::string& said, const std::string& rest) {
        const std::string line =
            take_event(event("customer.subscription.updated", subscription(said, rest)))
                .lines.at(0);
        return std::regex_replace(line, std::regex(R"re(.*"status":"(\w+)".*)re"), "$1");
    };
    EXPECT_EQ(status("active", R"(,"pause_collection":{"behavior":"void"})"), "paused");
    EXPECT_EQ(status("active", R"(,"pause_collection":null)"), "active");
    EXPECT_EQ(status("canceled", R"(,"pause_collection":{"behavior":"void"})"), "canceled");
}

TEST(Stripe, AnItemThatIsGoneEnds) {
    const std::string old_items =
        R"({"items":{"data":[{"id":"si_1","price":{"id":"p","recurring":{"interval":"month"}}},)"
        R"({"id":"si_2","quantity":1,"price":{"id":"q","unit_amount":5,"currency":"eur",)"
        R"("recurring":{"interval":"year"}}}]}})";
    const Taken taken =
        take_event(event("customer.subscription.updated", subscription("active"), old_items));
    ASSERT_EQ(taken.lines.size(), 2U);
    EXPECT_TRUE(has(taken.lines[0], R"("item":"si_1")") && has(taken.lines[0], R"("active")"));
    EXPECT_TRUE(has(taken.lines[1], R"("item":"si_2")") && has(taken.lines[1], R"("canceled")"));
}

TEST(Stripe, OnlyAPaidInvoiceIsAPaymentAndOneOfASubscriptionRecurs) {
    const auto invoice = [](const std::string& rest) {
        return take_event(event("invoice.updated", R"({"id":"in_1","object":"invoice",)"
                                                   R"("customer":"cus_1","currency":"usd")" +
                                                       rest + "}"));
    };
    const Taken paid = invoice(R"(,"status":"paid","amount_paid":500,)"
                               R"("status_transitions":{"paid_at":1795294000})");
    ASSERT_EQ(paid.lines.size(), 1U);
    EXPECT_TRUE(has(paid.lines[0], R"("id":"in_1","customerId":"stripe:cus_1","amount":500,)"
                                   R"("currency":"USD","kind":"one_off",)"
                                   R"("time":"2026-11-21T20:46:40.000Z")"))
        << paid.lines[0];
    for (const char* rest : {R"(,"status":"open","amount_paid":500)",
                             R"(,"status":"paid","amount_paid":0)", R"(,"status":"draft")"}) {
        EXPECT_TRUE(invoice(rest).lines.empty()) << rest;
        EXPECT_EQ(invoice(rest).decoded.ignored, 1U) << rest;
    }
    const std::string payment = R"(,"status":"paid","amount_paid":5)";
    EXPECT_TRUE(has(invoice(payment + R"(,"subscription":{"id":"sub_9"})").lines.at(0),
                    R"("kind":"recurring","subscriptionId":"sub_9")"));
}

TEST(Stripe, EachRefundOfAChargeIsOnePayment) {
    const auto refund = [](int sum, const std::string& previous) {
        return take_event(event("charge.refunded",
                                R"({"id":"ch_1","object":"charge","customer":"cus_1",)"
                                R"("currency":"eur","amount_refunded":)" +
                                    std::to_string(sum) + "}",
                                previous));
    };
    EXPECT_TRUE(has(refund(1000, R"({"amount_refunded":0})").lines.at(0),
                    R"("id":"ch_1:refunded:1000","customerId":"stripe:cus_1","amount":1000,)"
                    R"("currency":"EUR","kind":"refund")"));
    EXPECT_TRUE(has(refund(2500, R"({"amount_refunded":1000})").lines.at(0),
                    R"("id":"ch_1:refunded:2500","customerId":"stripe:cus_1","amount":1500,)"));
    EXPECT_TRUE(refund(1000, R"({"amount_refunded":1000})").lines.empty());
}

TEST(Stripe, OtherEventsAreIgnoredAndCounted) {
    for (const std::string& body :
         {event("price.updated", R"({"id":"p","object":"price"})"),
          event("customer.discount.created", R"({"id":"d","object":"discount"})"),
          event("invoice_payment.paid", R"({"id":"x","object":"invoice_payment"})"),
          event("charge.succeeded", R"({"id":"ch","object":"charge"})"),
          std::string(R"({"id":"evt","object":"v2.core.event","type":"v1.billing.x"})")}) {
        const Taken taken = take_event(body);
        EXPECT_EQ(taken.error, "");
        EXPECT_TRUE(taken.lines.empty());
        EXPECT_EQ(taken.decoded.ignored, 1U) << body;
        EXPECT_TRUE(taken.decoded.records.rejected.empty());
    }
}

TEST(Stripe, WhatIsNoEventIsAnErrorAndWhatCannotBeKeptIsRejectedByName) {
    for (const char* body : {"", "[]", "{", "null", R"({"id":"cus_1","object":"customer"})"})
        EXPECT_NE(take_event(body).error, "") << body;
    const auto codes = [](const std::string& body) {
        std::string all;
        for (const Rejection& one : take_event(body).decoded.records.rejected)
            all += std::string(rejection_info(one.code).name) + " ";
        return all;
    };
    EXPECT_EQ(codes(event("charge.refunded", R"({"id":"c","object":"charge",)"
                                             R"("amount_refunded":5,"customer":null})")),
              "missing_group ");
    EXPECT_EQ(codes(event("customer.updated", R"({"object":"customer"})")), "missing_id ");
    EXPECT_EQ(codes(R"({"id":"e","object":"event","type":"customer.updated",)"
                    R"("data":{"object":{"id":"c","object":"customer"}}})"),
              "bad_time ");
    EXPECT_EQ(codes(event("customer.subscription.updated",
                          subscription("active", "",
                                       R"({"id":"si","quantity":-1,"price":{"currency":"eur",)"
                                       R"("unit_amount":1,"recurring":{"interval":"month"}}})"))),
              "bad_quantity ");
}

TEST(Stripe, WhatCannotBeToldIsNoted) {
    const auto notes = [](const std::string& rest, const std::string& items) {
        return take_event(
                   event("customer.subscription.updated", subscription("active", rest, items)))
            .decoded.notes;
    };
    const std::string tiered = R"({"id":"si","price":{"id":"p","billing_scheme":"tiered",)"
                               R"("currency":"eur","recurring":{"interval":"month"}}})";
    ASSERT_EQ(notes("", tiered).size(), 1U);
    EXPECT_TRUE(has(notes("", tiered)[0], "sub_1: a price has tiers"));
    EXPECT_TRUE(has(notes(R"(,"discounts":["di_1"])", tiered)[0], "a discount is told by its id"));
    EXPECT_TRUE(has(notes("", R"({"id":"si","price":{"id":"p"}})")[0], "no recurring price"));
}

TEST(Stripe, AnExportedSubscriptionIsTakenToHaveBeenSoFromItsStart) {
    const auto lines = [](const std::string& status, const std::string& rest) {
        return take_objects(subscription(status, rest)).lines;
    };
    const auto active = lines("active", R"(,"trial_end":1795100000)");
    ASSERT_EQ(active.size(), 1U);
    EXPECT_TRUE(has(active[0], R"("from":"2026-11-18T11:06:40.000Z","trialUntil":"2026-11-19T14:)"))
        << active[0];
    const auto canceled = lines("canceled", R"(,"ended_at":1795200000)");
    EXPECT_TRUE(has(canceled.at(0), R"("until":"2026-11-20T18:40:00.000Z")")) << canceled[0];
    EXPECT_TRUE(has(canceled[0], R"("status":"active")"));
    const auto unpaid = lines("unpaid", R"(,"current_period_start":1795200000)");
    ASSERT_EQ(unpaid.size(), 2U);
    EXPECT_TRUE(has(unpaid[0], R"("from":"2026-11-18T11:06:40.000Z","status":"active")"));
    EXPECT_TRUE(has(unpaid[1], R"("from":"2026-11-20T18:40:00.000Z","status":"unpaid")"));
    EXPECT_TRUE(has(lines("incomplete_expired", "").at(0), R"("status":"incomplete_expired")"));
}

TEST(Stripe, ObjectsOfAFileStandByThemselves) {
    const Taken taken =
        take_objects(customer("") + "\n{\"broken\n" + subscription("active") + "\n" +
                     R"({"id":"p","object":"price"})" + "\n" + R"({"id":"x"})" + "\n7\n");
    EXPECT_EQ(taken.lines.size(), 2U);
    EXPECT_EQ(taken.decoded.ignored, 1U);
    ASSERT_EQ(taken.decoded.records.rejected.size(), 3U);
    EXPECT_EQ(taken.decoded.records.rejected[0].line, 2U);
    EXPECT_EQ(taken.decoded.records.rejected[1].code, RejectionCode::kUnknownType);
    EXPECT_EQ(taken.decoded.records.rejected[2].code, RejectionCode::kNotAnObject);
    EXPECT_EQ(taken.decoded.records.records[1].index, 2U);
}

TEST(Stripe, AnObjectThatChangedIsAnotherMessageAndTheSameOneIsNot) {
    const auto hash = [](const std::string& object) {
        const Taken taken = take_objects(object);
        return model::RecordView::parse(
                   taken.decoded.records.bytes(taken.decoded.records.records.at(0)))
            ->message_hash();
    };
    EXPECT_EQ(hash(customer("")), hash(customer("")));
    EXPECT_FALSE(hash(customer("")) == hash(customer(R"(,"email":"a@b.example")")));
}

TEST(Stripe, WithinASecondTheOrderFollowsFromTheEventsThemselves) {
    const auto time = [](const char* type, const char* status, const char* id) {
        return stripe_moment(1'000, type, status, id).time;
    };
    const std::vector<TimeMs> times{
        time("x.created", "incomplete", "e1"), time("x.updated", "incomplete", "e2"),
        time("x.updated", "trialing", "e3"),   time("x.updated", "active", "e4"),
        time("x.resumed", "past_due", "e5"),   time("x.updated", "unpaid", "e6"),
        time("x.paused", "paused", "e7"),      time("x.updated", "canceled", "e8"),
        time("x.deleted", "canceled", "e9")};
    EXPECT_TRUE(std::ranges::is_sorted(times, std::less_equal<>()));
    EXPECT_GT(times.front(), 1'000);
    EXPECT_LT(times.back(), 2'000);
}

// Never more than a refusal, whatever is cut off or changed.
TEST(Stripe, DamagedEventsAreRefusedAndNothingElse) {
    const auto events = recorded("stripe-new-api.jsonl");
    std::mt19937 random(7);
    StripeDecoder decoder;
    const Context context = stripe_context();
    for (const std::string& body : events) {
        for (int i = 0; i < 300; ++i) {
            std::string damaged = body;
            if (i % 3 == 0) damaged.resize(random() % damaged.size());
            for (unsigned changes = random() % 4; changes > 0 && !damaged.empty(); --changes) {
                constexpr std::string_view kBytes = "{}[]\",:0-9e.\\nulltrue";
                damaged[random() % damaged.size()] = kBytes[random() % kBytes.size()];
            }
            StripeDecoded out;
            const Status status = decoder.decode_event(damaged, context, out);
            EXPECT_TRUE(status || out.records.records.empty());
        }
    }
}

// -- signatures; made by the npm package stripe 23.1.0

constexpr std::string_view kSecret = "whsec_test_secret_of_twofold";
const std::string kSigned = "{\"id\":\"evt_1\",\"name\":\"Ünïcode ✓\"}";
const std::string kRight = "44b2a475f1c53a495cc5c875dfc634274120472e0c9fcba10e3e0c6c9ccb780a";
constexpr TimeMs kSignedAt = 1'795'294'055'000;

bool fits(const std::string& header, const std::string& body = kSigned, TimeMs received = kSignedAt,
          std::string_view secret = kSecret) {
    return check_stripe_signature(body, header, secret, received).has_value();
}

TEST(StripeSignature, WhatStripesOwnPackageSignsFits) {
    const std::string time = "t=1795294055,";
    EXPECT_TRUE(fits(time + "v1=" + kRight));
    EXPECT_TRUE(fits(time + "v1=" + std::string(64, 'a') + ",v1=" + kRight)) << "a secret rolled";
    EXPECT_TRUE(fits(time + "v1=" + kRight + ",v0=" + std::string(64, 'b')));
    EXPECT_TRUE(fits("t=1795294055, v1=" + kRight));
    std::string upper = kRight;
    std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return std::toupper(c); });
    EXPECT_TRUE(fits(time + "v1=" + upper));
}

TEST(StripeSignature, AnythingElseDoesNot) {
    const std::string header = "t=1795294055,v1=" + kRight;
    EXPECT_FALSE(fits(header, kSigned + " "));
    EXPECT_FALSE(fits(header, kSigned, kSignedAt, "whsec_other"));
    EXPECT_FALSE(fits(header, kSigned, kSignedAt, "test_secret_of_twofold"));
    EXPECT_FALSE(fits("t=1795294056,v1=" + kRight));
    for (const std::string& bad :
         {std::string(), "v1=" + kRight, "t=,v1=" + kRight, "t=17952940x5,v1=" + kRight,
          std::string("t=1795294055"), "t=1795294055,v0=" + kRight, std::string("t=1795294055,v1="),
          "t=1795294055,v1=" + kRight.substr(1), "t=1795294055,v1=zz" + kRight.substr(2),
          "t=1795294055,v1=" + std::string(64, '0'), "t=99999999999999999999,v1=" + kRight}) {
        EXPECT_FALSE(fits(bad)) << bad;
    }
}

TEST(StripeSignature, TheTimeIsWithinFiveMinutesOfNowOnBothSides) {
    const std::string header = "t=1795294055,v1=" + kRight;
    EXPECT_TRUE(fits(header, kSigned, kSignedAt + kStripeToleranceMs));
    EXPECT_TRUE(fits(header, kSigned, kSignedAt - kStripeToleranceMs));
    EXPECT_FALSE(fits(header, kSigned, kSignedAt + kStripeToleranceMs + 1));
    EXPECT_FALSE(fits(header, kSigned, kSignedAt - kStripeToleranceMs - 1));
}

}  // namespace
}  // namespace twofold::intake
