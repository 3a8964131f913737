// SPDX-License-Identifier: Apache-2.0
// Each reason to refuse a record: what brings it about, and that it costs no other record.
#include <algorithm>
#include <fstream>
#include <iterator>
#include <set>

#include "intake/test_decode.h"

namespace twofold::intake {
namespace {

struct Case {
    std::string code;
    std::string record;
    Route route = Route::kRecords;
};

std::string event_with(const std::string& rest) {
    return R"({"type":"track","userId":"u","event":"E",)" + rest + "}";
}
std::string subscription_with(const std::string& rest) {
    return R"({"type":"subscription","id":"s","customerId":"c",)" + rest + "}";
}
const std::string kPrice = R"("amount":1,"currency":"USD","every":"month")";
const std::string kFrom = R"("from":"2026-01-01")";

std::string nested(std::size_t levels) {
    std::string text;
    for (std::size_t i = 0; i < levels; ++i)
        text += R"({"a":)";
    return text + "1" + std::string(levels, '}');
}

std::string properties(std::size_t count) {
    std::string text = R"("properties":{)";
    for (std::size_t i = 0; i < count; ++i) {
        text += (i > 0 ? ",\"p" : "\"p") + std::to_string(i) + "\":1";
    }
    return text + "}";
}

std::vector<Case> cases() {
    const std::string long_id(kIdBytesMax + 1, 'x');
    const std::string long_name(kNameBytesMax + 1, 'x');
    const std::string long_text(kStringBytesMax + 1, 'x');
    std::string texts = R"("properties":{"a":1)";
    for (int i = 0; i < 5; ++i) {
        texts += ",\"t" + std::to_string(i) + "\":\"" + std::string(60'000, 'x') + "\"";
    }
    texts += "}";
    return {
        {"malformed_json", R"({"type":"track" "userId":"u"})"},
        {"malformed_json", R"({"type":"track","a":01})"},
        {"malformed_json", R"({"type":"track","a":NaN})"},
        {"malformed_json", R"({"type":"track","a":"\x"})"},
        {"malformed_json", std::string("{\"type\":\"tr\0ack\"}", 17)},
        {"not_an_object", "17"},
        {"not_an_object", "null"},
        {"not_an_object", R"("text")"},
        {"not_an_object", "[]"},
        {"not_an_object", event_with(R"("properties":[1])")},
        {"not_an_object", event_with(R"("context":"x")")},
        {"not_an_object", R"({"type":"identify","userId":"u","traits":5})"},
        {"not_an_object", R"({"type":"customer","customerId":"c","keys":[]})"},
        {"unknown_type", "{}"},
        {"unknown_type", R"({"type":5})"},
        {"unknown_type", R"({"type":"Track"})"},
        {"unsupported_type", R"({"type":"cost","customerId":"c"})"},
        {"unsupported_type", R"({"type":"release"})"},
        {"unsupported_type", R"({"type":"rate"})"},
        {"unsupported_type", R"({"type":"consent"})"},
        {"not_allowed", R"({"type":"relation"})", Route::kBatch},
        {"not_allowed", R"({"type":"payment"})", Route::kImport},
        {"not_allowed", R"({"type":"alias","userId":"u","previousId":"v","undo":true})",
         Route::kBatch},
        {"not_allowed", R"({"type":"alias","customerId":"u","previousCustomerId":"v"})",
         Route::kBatch},
        {"missing_id", R"({"type":"track","event":"E"})"},
        {"missing_id", R"({"type":"page","userId":null,"anonymousId":""})"},
        {"missing_id", R"({"type":"identify"})"},
        {"missing_id", R"({"type":"alias","userId":"u"})"},
        {"missing_id", R"({"type":"alias","previousId":"u"})"},
        {"missing_id", R"({"type":"relation","customerId":"c",)" + kFrom + "}"},
        {"missing_id", R"({"type":"payment","customerId":"c"})"},
        {"missing_event", R"({"type":"track","userId":"u"})"},
        {"missing_event", R"({"type":"track","userId":"u","event":""})"},
        {"missing_event", R"({"type":"track","userId":"u","event":5})"},
        {"missing_group", R"({"type":"group","userId":"u"})"},
        {"missing_group", R"({"type":"relation","userId":"u"})"},
        {"missing_group", R"({"type":"customer","customerId":""})"},
        {"missing_group", R"({"type":"payment","id":"p"})"},
        {"missing_group", R"({"type":"alias","previousCustomerId":"c"})"},
        {"missing_field", R"({"type":"relation","userId":"u","customerId":"c"})"},
        {"missing_field", subscription_with(kPrice)},
        {"bad_id", R"({"type":"identify","userId":{"a":1}})"},
        {"bad_id", R"({"type":"identify","userId":1.5})"},
        {"bad_id", R"({"type":"identify","userId":true})"},
        {"bad_id", event_with(R"("messageId":[])")},
        {"bad_id", event_with(R"("context":{"groupId":false})")},
        {"bad_id", R"({"type":"customer","customerId":"c","keys":{"crm":5}})"},
        {"bad_id", R"({"type":"customer","customerId":"c","keys":{"crm":{"a":"b"}}})"},
        {"bad_time", event_with(R"("timestamp":"yesterday")")},
        {"bad_time", event_with(R"("timestamp":"2026-02-30T00:00:00Z")")},
        {"bad_time", event_with(R"("timestamp":"2026-02-30")")},
        {"bad_time", event_with(R"("timestamp":1.5)")},
        {"bad_time", event_with(R"("timestamp":{})")},
        {"time_out_of_range", event_with(R"("timestamp":"0001-01-01T00:00:00Z")")},
        {"time_out_of_range", event_with(R"("timestamp":"1999-12-31T23:59:59.999Z")")},
        {"time_out_of_range", event_with(R"("timestamp":"99999-01-01T00:00:00Z")")},
        {"time_out_of_range", event_with(R"("timestamp":"+099999-01-01T00:00:00Z")")},
        {"time_out_of_range", event_with(R"("timestamp":"2026-03-02T12:00:00.001Z")")},
        {"time_out_of_range", event_with(R"("timestamp":1772359200)")},
        {"bad_date", R"({"type":"relation","userId":"u","customerId":"c","from":"soon"})"},
        {"bad_date", R"({"type":"relation","userId":"u","customerId":"c","from":"1969-12-31"})"},
        {"bad_date",
         R"({"type":"relation","userId":"u","customerId":"c","from":"2026-01-01","until":"2200-01-01"})"},
        {"bad_date", subscription_with(kPrice + "," + kFrom + R"(,"trialUntil":true)")},
        {"ends_before_start",
         R"({"type":"relation","userId":"u","customerId":"c","from":"2026-01-01","until":"2025-12-31"})"},
        {"ends_before_start",
         R"({"type":"relation","userId":"u","customerId":"c","from":"2026-01-01","until":"2026-01-01"})"},
        {"event_too_large", event_with(R"("properties":{"a":")" + long_text + R"("})")},
        {"event_too_large", event_with(R"("properties":{"a":[")" + long_text + R"("]})")},
        {"event_too_large", event_with(texts)},
        {"event_too_large",
         event_with(R"("ignored":")" + std::string(kRecordJsonBytesMax, 'x') + R"(")")},
        {"name_too_long", R"({"type":"track","userId":"u","event":")" + long_name + R"("})"},
        {"name_too_long", event_with(R"("properties":{")" + long_name + R"(":1})")},
        {"name_too_long", event_with(R"("properties":{"a":{")" + long_name.substr(2) + R"(":1}})")},
        {"name_too_long",
         R"({"type":"group","userId":"u","groupId":"c","role":")" + long_name + R"("})"},
        {"id_too_long", R"({"type":"identify","userId":")" + long_id + R"("})"},
        {"id_too_long", event_with(R"("messageId":")" + long_id + R"(")")},
        {"id_too_long",
         R"({"type":"customer","customerId":"c","keys":{"crm":")" + long_id + R"("}})"},
        {"too_deep", event_with(R"("properties":)" + nested(kDepthMax))},
        {"too_deep", event_with(R"("properties":{"a":)" + std::string(kDepthMax, '[') +
                                std::string(kDepthMax, ']') + "}")},
        {"too_deep", event_with(R"("properties":)" + nested(2'000))},
        {"too_deep", event_with(R"("properties":{"a":)" + std::string(100'000, '[') +
                                std::string(100'000, ']') + "}")},
        {"too_many_properties", event_with(properties(kFieldsMax + 1))},
        {"number_too_large", event_with(R"("properties":{"a":9223372036854775808})")},
        {"number_too_large", event_with(R"("properties":{"a":-9223372036854775809})")},
        {"number_too_large", event_with(R"("properties":{"a":[18446744073709551615]})")},
        {"number_too_large", event_with(R"("properties":{"a":123456789012345678901234})")},
        {"number_too_large", event_with(R"("properties":{"a":1e400})")},
        {"invalid_utf8", event_with("\"properties\":{\"a\":\"\xff\"}")},
        {"invalid_utf8", event_with("\"properties\":{\"a\":\"\xed\xa0\x80\"}")},
        {"invalid_utf8", event_with("\"properties\":{\"a\":\"\xc3\"}")},
        {"bad_amount", R"({"type":"payment","id":"p","customerId":"c","currency":"USD"})"},
        {"bad_amount",
         R"({"type":"payment","id":"p","customerId":"c","amount":-1,"currency":"USD"})"},
        {"bad_amount",
         R"({"type":"payment","id":"p","customerId":"c","amount":1.5,"currency":"USD"})"},
        {"bad_amount",
         R"({"type":"payment","id":"p","customerId":"c","amount":"1","currency":"USD"})"},
        {"bad_amount", subscription_with(R"("currency":"USD","every":"month",)" + kFrom)},
        {"bad_amount", subscription_with(R"("amount":10000000000001,"currency":"USD",)"
                                         R"("every":"month",)" +
                                         kFrom)},
        {"bad_amount", subscription_with(R"("amount":5000000000001,"quantity":2,"currency":)"
                                         R"("USD","every":"month",)" +
                                         kFrom)},
        {"bad_amount", subscription_with(kPrice + "," + kFrom + R"(,"discountPercent":101)")},
        {"bad_amount", subscription_with(kPrice + "," + kFrom + R"(,"amountOff":-1)")},
        {"bad_currency", R"({"type":"payment","id":"p","customerId":"c","amount":1})"},
        {"bad_currency",
         R"({"type":"payment","id":"p","customerId":"c","amount":1,"currency":"US1"})"},
        {"bad_currency",
         R"({"type":"payment","id":"p","customerId":"c","amount":1,"currency":"USDT"})"},
        {"bad_interval", subscription_with(R"("amount":1,"currency":"USD",)" + kFrom)},
        {"bad_interval",
         subscription_with(R"("amount":1,"currency":"USD","every":"fortnight",)" + kFrom)},
        {"bad_interval",
         subscription_with(R"("amount":1,"currency":"USD","every":{"months":0},)" + kFrom)},
        {"bad_interval",
         subscription_with(R"("amount":1,"currency":"USD","every":{"months":1,"days":1},)" +
                           kFrom)},
        {"bad_interval", subscription_with(kPrice + "," + kFrom + R"(,"term":"once")")},
        {"bad_quantity", subscription_with(kPrice + "," + kFrom + R"(,"quantity":-1)")},
        {"bad_quantity", subscription_with(kPrice + "," + kFrom + R"(,"quantity":2.5)")},
        {"bad_quantity", subscription_with(kPrice + "," + kFrom + R"(,"quantity":1000000001)")},
        {"bad_role", R"({"type":"group","userId":"u","groupId":"c","role":["admin"]})"},
        {"bad_kind",
         R"({"type":"payment","id":"p","customerId":"c","amount":1,"currency":"USD","kind":"tip"})"},
        {"bad_kind", R"({"type":"customer","customerId":"c","kind":5})"},
        {"bad_field", subscription_with(kPrice + "," + kFrom + R"(,"metered":"yes")")},
        {"bad_field", subscription_with(kPrice + "," + kFrom + R"(,"plan":5)")},
        {"bad_field",
         R"({"type":"relation","userId":"u","customerId":"c","from":"2026-01-01","removed":1})"},
        {"bad_field", R"({"type":"customer","customerId":"c","keys":{"a:b":"x"}})"},
        {"bad_field", R"({"type":"customer","customerId":"c","keys":{"":"x"}})"},
    };
}

TEST(Rejection, NamesItsRecordAndCostsNoOther) {
    const std::string good = R"({"type":"track","userId":"u","event":"Kept"})";
    for (const Case& c : cases()) {
        SCOPED_TRACE(c.record.substr(0, 120));
        const std::string body = "[" + good + "," + c.record + "," + good + "]";
        const Outcome outcome = decode_body(c.route, body);
        EXPECT_EQ(outcome.error, "");
        EXPECT_EQ(outcome.lines.size(), 2U);
        ASSERT_EQ(outcome.refusals(), std::vector<std::string>{"1:" + c.code});
        EXPECT_FALSE(outcome.rejected[0].message.empty());
        EXPECT_LT(outcome.rejected[0].message.size(), 600U);
    }
}

TEST(Rejection, IsTheSameForALineOfAFile) {
    for (const Case& c : cases()) {
        if (c.route != Route::kRecords) continue;
        SCOPED_TRACE(c.record.substr(0, 120));
        Decoder decoder;
        Decoded decoded;
        decoder.decode_lines({c.record + "\n", 41, 1}, test_context(Route::kRecords), decoded);
        ASSERT_EQ(decoded.rejected.size(), 1U);
        EXPECT_EQ(rejection_info(decoded.rejected[0].code).name, c.code);
        EXPECT_EQ(decoded.rejected[0].line, 41U);
        EXPECT_EQ(decoded.rejected[0].index, 40U);
    }
}

TEST(Rejection, EveryReasonButErasedHasACase) {
    std::set<std::string> seen{"erased", "malformed_csv"};  // csv_records_test.cc has its own
    for (const Case& c : cases())
        seen.insert(c.code);
    for (const RejectionInfo& info : rejections()) {
        EXPECT_TRUE(seen.contains(std::string(info.name))) << info.name;
        EXPECT_EQ(rejection_info(info.code).name, info.name);
    }
    EXPECT_EQ(seen.size(), rejections().size());
}

TEST(Rejection, EveryReasonIsDocumented) {
    std::ifstream file(TWOFOLD_SOURCE_DIR "/docs/records.md");
    const std::string docs{std::istreambuf_iterator<char>(file), {}};
    for (const RejectionInfo& info : rejections()) {
        EXPECT_NE(docs.find("`" + std::string(info.name) + "`"), std::string::npos) << info.name;
    }
}

// At each limit, where one more is refused above.
TEST(Rejection, TheMostThatIsAllowedIsTaken) {
    const std::string deep = nested(kDepthMax - 1);
    const std::string lists =
        R"({"a":)" + std::string(kDepthMax - 2, '[') + std::string(kDepthMax - 2, ']') + "}";
    for (const std::string& record :
         {event_with(properties(kFieldsMax)),
          event_with(R"("properties":{"a":")" + std::string(kStringBytesMax, 'x') + R"("})"),
          event_with(R"("properties":{")" + std::string(kNameBytesMax, 'x') + R"(":1})"),
          event_with(R"("properties":)" + deep), event_with(R"("properties":)" + lists),
          R"({"type":"identify","userId":")" + std::string(kIdBytesMax, 'x') + R"("})",
          event_with(R"("timestamp":"2000-01-01T00:00:00Z")"),
          event_with(R"("timestamp":"2026-03-02T12:00:00Z")"),
          subscription_with(R"("amount":5000000000000,"quantity":2,"currency":"USD",)"
                            R"("every":"month",)" +
                            kFrom),
          subscription_with(kPrice + "," + kFrom + R"(,"quantity":0,"metered":true)")}) {
        SCOPED_TRACE(record.substr(0, 120));
        const Outcome outcome = decode_body(Route::kRecords, record);
        EXPECT_EQ(outcome.lines.size(), 1U) << testing::PrintToString(outcome.refusals());
    }
}

TEST(Rejection, MessagesAreValidTextWhateverWasSent) {
    const Outcome outcome = decode_body(
        Route::kBatch, R"([{"type":"a\u0001\ud800 )" + std::string(5'000, 'z') + R"("}])");
    ASSERT_EQ(outcome.rejected.size(), 1U);
    EXPECT_LT(outcome.rejected[0].message.size(), 300U);
    EXPECT_EQ(std::count_if(outcome.rejected[0].message.begin(), outcome.rejected[0].message.end(),
                            [](char c) { return static_cast<unsigned char>(c) < 0x20; }),
              0);
}

}  // namespace
}  // namespace twofold::intake
