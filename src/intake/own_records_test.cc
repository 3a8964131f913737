// SPDX-License-Identifier: Apache-2.0
// Relations, customers and money: what they become, and that what comes out goes in again.
#include "intake/test_decode.h"
#include "model/record_samples.h"

namespace twofold::intake {
namespace {

using model::RecordFlag;
using model::Section;
using model::Value;

std::string line_of(std::string_view body) {
    const Outcome outcome = decode_body(Route::kRecords, body);
    EXPECT_EQ(outcome.error, "");
    if (!outcome.rejected.empty()) return outcome.rejected[0].message;
    return outcome.lines.at(0);
}

constexpr std::string_view kStamp = R"(,"timestamp":"2026-03-01T12:00:00.000Z"})";

TEST(OwnRecords, RelationHasItsRoleAndItsDates) {
    EXPECT_EQ(line_of(R"({"type":"relation","userId":"u1","customerId":"acme","role":"admin",
                          "from":"2026-01-01","until":null})"),
              R"({"type":"relation","userId":"u1","customerId":"acme","role":"admin",)"
              R"("from":"2026-01-01T00:00:00.000Z")" +
                  std::string(kStamp));
    EXPECT_EQ(line_of(R"({"type":"relation","userId":"u1","customerId":7,"removed":true,
                          "from":"2026-01-01T10:00:00+02:00","until":"2026-02-01"})"),
              R"({"type":"relation","userId":"u1","customerId":"7","role":"user",)"
              R"("from":"2026-01-01T08:00:00.000Z","until":"2026-02-01T00:00:00.000Z",)"
              R"("removed":true)" +
                  std::string(kStamp));
}

TEST(OwnRecords, BareDatesOfRelationsAreDaysOfTheProjectsZone) {
    Context context = test_context(Route::kRecords);
    const auto zone = Zone::find("America/New_York");
    ASSERT_TRUE(zone);
    context.zone = *zone;
    const Outcome outcome = decode_with(
        context, R"({"type":"relation","userId":"u","customerId":"c","from":"2026-07-01"})");
    EXPECT_EQ(outcome.record(0).find(Section::kRecord, "from"),
              Value::of_int(1'782'878'400'000));  // 2026-07-01T04:00Z
}

TEST(OwnRecords, CustomerKeepsNullsOfItsLinksAndKeys) {
    EXPECT_EQ(line_of(R"({"type":"customer","customerId":"acme","kind":"organisation",
                          "parentId":null,"ownerId":"o1","keys":{"stripe":"cus_1","crm":null},
                          "traits":{"name":"Acme","size":null}})"),
              R"({"type":"customer","customerId":"acme","kind":"organisation","parentId":null,)"
              R"("ownerId":"o1","keys":{"stripe":"cus_1","crm":null},)"
              R"("traits":{"name":"Acme","size":null})" +
                  std::string(kStamp));
}

TEST(OwnRecords, SubscriptionOfTheWireIsTaken) {
    const Outcome outcome = decode_body(
        Route::kRecords,
        R"({"type":"subscription","id":"sub_1","customerId":"acme","item":"seat","plan":"Pro",
            "product":"App","amount":9900,"currency":"usd","every":"month","quantity":3,
            "discountPercent":0,"metered":false,"from":"2026-01-15T00:00:00Z","until":null,
            "trialUntil":null,"term":{"months":12},"renewsAt":null,"endReason":null})");
    ASSERT_EQ(outcome.lines.size(), 1U) << testing::PrintToString(outcome.refusals());
    const auto record = outcome.record(0);
    EXPECT_EQ(record.name(), "sub_1");
    EXPECT_EQ(record.customer_id(), "acme");
    const auto own = [&](std::string_view name) { return record.find(Section::kRecord, name); };
    EXPECT_EQ(own("item"), Value::of_string("seat"));
    EXPECT_EQ(own("plan"), Value::of_string("Pro"));
    EXPECT_EQ(own("product"), Value::of_string("App"));
    EXPECT_EQ(own("amount"), Value::of_int(9'900));
    EXPECT_EQ(own("currency"), Value::of_string("USD"));
    EXPECT_EQ(own("every.months"), Value::of_int(1));
    EXPECT_EQ(own("quantity"), Value::of_int(3));
    EXPECT_EQ(own("discountPercent"), Value::of_double(0));
    EXPECT_EQ(own("metered"), Value::of_bool(false));
    EXPECT_EQ(own("from"), Value::of_int(1'768'435'200'000));
    EXPECT_EQ(own("term.months"), Value::of_int(12));
    for (const char* absent : {"until", "trialUntil", "renewsAt", "endReason", "status"}) {
        EXPECT_TRUE(own(absent).is_null()) << absent;
    }
}

TEST(OwnRecords, EveryIsMonthsDaysOrOnce) {
    struct Case {
        const char* every;
        const char* written;
    };
    for (const Case& c :
         {Case{R"("month")", R"({"months":1})"}, Case{R"("year")", R"({"months":12})"},
          Case{R"("quarter")", R"({"months":3})"}, Case{R"("week")", R"({"days":7})"},
          Case{R"("day")", R"({"days":1})"}, Case{R"("once")", R"("once")"},
          Case{R"({"months":6})", R"({"months":6})"}, Case{R"({"years":2})", R"({"months":24})"},
          Case{R"({"weeks":2})", R"({"days":14})"}}) {
        const std::string line = line_of(
            R"({"type":"subscription","id":"s","customerId":"c","amount":1,"currency":"EUR",)"
            R"("from":"2026-01-01","every":)" +
            std::string(c.every) + "}");
        EXPECT_NE(line.find(R"("every":)" + std::string(c.written) + ","), std::string::npos)
            << c.every << ": " << line;
    }
}

TEST(OwnRecords, PaymentsKindIsSaidOrFollowsFromTheSubscription) {
    EXPECT_EQ(line_of(R"({"type":"payment","id":"ch_1","customerId":"acme","amount":29700,
                          "currency":"USD","time":"2026-02-01T00:00:00Z","kind":"refund",
                          "subscriptionId":"sub_1"})"),
              R"({"type":"payment","id":"ch_1","customerId":"acme","amount":29700,)"
              R"("currency":"USD","kind":"refund","subscriptionId":"sub_1",)"
              R"("time":"2026-02-01T00:00:00.000Z"})");
    const auto kind_of = [](std::string_view rest) {
        const std::string body = R"({"type":"payment","id":"p","customerId":"c","amount":1,)"
                                 R"("currency":"USD")" +
                                 std::string(rest) + "}";
        return std::string(
            decode_body(Route::kRecords, body).record(0).find(Section::kRecord, "kind").text);
    };
    EXPECT_EQ(kind_of(""), "one_off");
    EXPECT_EQ(kind_of(R"(,"subscriptionId":"s")"), "recurring");
}

TEST(OwnRecords, PaymentWithoutTimeMayHaveATimestamp) {
    const Outcome outcome =
        decode_body(Route::kRecords, R"({"type":"payment","id":"p","customerId":"c","amount":1,
                             "currency":"USD","timestamp":"2026-02-01T00:00:00Z"})");
    EXPECT_EQ(outcome.record(0).time(), 1'769'904'000'000);
}

TEST(OwnRecords, AliasJoinsCustomersAndCanBeUndone) {
    EXPECT_EQ(line_of(R"({"type":"alias","previousCustomerId":"stripe:cus_1",
                          "customerId":"acme","undo":true})"),
              R"({"type":"alias","customerId":"acme","previousCustomerId":"stripe:cus_1",)"
              R"("undo":true)" +
                  std::string(kStamp));
}

TEST(OwnRecords, ComeAsArrayLinesOrOneObject) {
    const std::string one = R"({"type":"identify","userId":"u1"})";
    const std::string two = R"({"type":"customer","customerId":"acme"})";
    EXPECT_EQ(decode_body(Route::kRecords, one).lines.size(), 1U);
    const auto expected = decode_body(Route::kRecords, "[" + one + "," + two + "]").lines;
    ASSERT_EQ(expected.size(), 2U);
    EXPECT_EQ(decode_body(Route::kRecords, one + "\n" + two).lines, expected);
    EXPECT_EQ(decode_body(Route::kRecords, one + "\r\n\n  \n" + two + "\n").lines, expected);
    EXPECT_EQ(decode_body(Route::kRecords, R"({"batch":[)" + one + "," + two + "]}").lines,
              expected);
}

TEST(OwnRecords, LineOfABodyThatIsMalformedCostsNoOther) {
    const Outcome outcome = decode_body(Route::kRecords,
                                        "{\"type\":\"identify\",\"userId\":\"u1\"}\n"
                                        "{\"type\":\"identify\",\n"
                                        "\n"
                                        "{\"type\":\"identify\",\"userId\":\"u2\"}\n"
                                        "17\n");
    EXPECT_EQ(outcome.lines.size(), 2U);
    EXPECT_EQ(outcome.decoded.records[1].index, 3U);
    EXPECT_EQ(outcome.refusals(),
              (std::vector<std::string>{"1:malformed_json", "4:not_an_object"}));
}

// The line that export writes must make the very same bytes, but for its receipt.
TEST(OwnRecords, ExportedLinesComeInAsTheSameRecords) {
    std::string body;
    std::vector<std::vector<std::byte>> sent;
    for (const model::RecordBuilder& sample : model::sample_records()) {
        sent.push_back(sample.bytes());
        model::append_json_line(body, *model::RecordView::parse(sent.back()));
        body += '\n';
    }
    Context context = test_context(Route::kRecords);
    context.received = model::RecordView::parse(sent[0])->received();
    const Outcome outcome = decode_with(context, body);
    EXPECT_TRUE(outcome.refusals().empty()) << testing::PrintToString(outcome.refusals());
    ASSERT_EQ(outcome.decoded.records.size(), sent.size());
    for (std::size_t i = 0; i < sent.size(); ++i) {
        const auto before = *model::RecordView::parse(sent[i]);
        const auto after = outcome.record(i);
        EXPECT_EQ(model::to_json_line(after), model::to_json_line(before));
        EXPECT_EQ(after.type(), before.type());
        EXPECT_EQ(after.flags(), before.flags());
        EXPECT_EQ(after.time(), before.time());
        EXPECT_EQ(after.sent(), before.sent());
        EXPECT_EQ(after.message_hash(), before.message_hash());
        EXPECT_EQ(after.user_id(), before.user_id());
        EXPECT_EQ(after.anonymous_id(), before.anonymous_id());
        EXPECT_EQ(after.name(), before.name());
        EXPECT_EQ(after.customer_id(), before.customer_id());
        EXPECT_EQ(after.field_count(), before.field_count());
        for (const model::Field& field : before.fields()) {
            EXPECT_EQ(after.find(field.section, field.name), field.value) << field.name;
        }
    }
}

}  // namespace
}  // namespace twofold::intake
