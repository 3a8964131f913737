// SPDX-License-Identifier: Apache-2.0
// Events as Segment's clients send them: what becomes of each member.
#include "intake/test_decode.h"

namespace twofold::intake {
namespace {

using model::RecordFlag;
using model::RecordType;
using model::Section;
using model::Value;
using testing::Test;

// The only record of a body that has to be taken.
class Event : public Test {
protected:
    model::RecordView take(std::string_view body, Route route = Route::kBatch) {
        return take_with(test_context(route), body);
    }
    model::RecordView take_with(const Context& context, std::string_view body) {
        outcome_ = decode_with(context, body);
        EXPECT_EQ(outcome_.error, "");
        EXPECT_EQ(outcome_.rejected.size(), 0U)
            << (outcome_.rejected.empty() ? "" : outcome_.rejected[0].message);
        return outcome_.record(0);
    }
    std::string properties_of(std::string_view properties) {
        const std::string body = R"({"type":"track","userId":"u","event":"E","timestamp":)"
                                 R"("2026-03-01T10:00:00Z","properties":)" +
                                 std::string(properties) + "}";
        take(body);
        const std::string& line = outcome_.lines.at(0);
        const std::size_t start = line.find(R"(,"properties":)");
        if (start == std::string::npos) return "";
        return line.substr(start + 14, line.rfind(R"(,"timestamp")") - start - 14);
    }
    Outcome outcome_;
};

TEST_F(Event, TrackKeepsWhoWhatAndWhen) {
    const auto record = take(
        R"({"type":"track","userId":"u1","anonymousId":"a-9","event":"Report Exported",
            "timestamp":"2026-03-01T10:00:00.123Z","sentAt":"2026-03-01T11:59:59Z",
            "properties":{"format":"pdf"},"context":{"groupId":"acme","sessionId":"s-7"}})");
    EXPECT_EQ(record.type(), RecordType::kTrack);
    EXPECT_EQ(record.user_id(), "u1");
    EXPECT_EQ(record.anonymous_id(), "a-9");
    EXPECT_EQ(record.name(), "Report Exported");
    EXPECT_EQ(record.customer_id(), "acme");
    EXPECT_EQ(record.time(), 1'772'359'200'123);
    EXPECT_EQ(record.sent(), kTestReceived - 1'000);
    EXPECT_EQ(record.received(), kTestReceived);
    EXPECT_TRUE(record.has(RecordFlag::kHasTime));
    EXPECT_FALSE(record.has(RecordFlag::kHasMessageId));
    EXPECT_FALSE(record.has(RecordFlag::kAutomatic));
    EXPECT_FALSE(record.has(RecordFlag::kHistorical));
    EXPECT_EQ(record.find(Section::kProperty, "format"), Value::of_string("pdf"));
    EXPECT_EQ(record.find(Section::kContext, "sessionId"), Value::of_string("s-7"));
}

TEST_F(Event, NullEmptyAndMissingIdsMeanAnonymousAndNumbersAreText) {
    for (const char* user : {"null", R"("")"}) {
        const auto record = take(R"({"type":"track","event":"E","anonymousId":"a","userId":)" +
                                 std::string(user) + "}");
        EXPECT_EQ(record.user_id(), "");
        EXPECT_EQ(record.anonymous_id(), "a");
    }
    EXPECT_EQ(take(R"({"type":"track","event":"E","userId":12345})").user_id(), "12345");
    EXPECT_EQ(take(R"({"type":"track","event":"E","userId":-1})").user_id(), "-1");
    EXPECT_EQ(take(R"({"type":"track","event":"E","userId":18446744073709551615})").user_id(),
              "18446744073709551615");
}

TEST_F(Event, TimeIsTimestampElseOriginalTimestampElseReceipt) {
    const std::string start = R"({"type":"track","userId":"u","event":"E")";
    EXPECT_EQ(take(start + R"(,"timestamp":"2026-03-01T10:00:00Z",
                              "originalTimestamp":"2026-02-01T10:00:00Z"})")
                  .time(),
              1'772'359'200'000);
    EXPECT_EQ(take(start + R"(,"originalTimestamp":"2026-03-01T11:00:00+01:00"})").time(),
              1'772'359'200'000);
    EXPECT_EQ(take(start + R"(,"timestamp":1772359200000})").time(), 1'772'359'200'000);
    for (const char* none : {"}", R"(,"timestamp":null})", R"(,"timestamp":""})"}) {
        const auto record = take(start + none);
        EXPECT_EQ(record.time(), kTestReceived);
        EXPECT_FALSE(record.has(RecordFlag::kHasTime));
    }
}

TEST_F(Event, BareDateIsTheStartOfThatDayInTheProjectsZone) {
    Context context = test_context(Route::kBatch);
    const auto zone = Zone::find("Europe/Oslo");
    ASSERT_TRUE(zone);
    context.zone = *zone;
    const auto record =
        take_with(context, R"({"type":"track","userId":"u","event":"E","timestamp":"2026-03-01"})");
    EXPECT_EQ(record.time(), 1'772'319'600'000);  // 2026-02-28T23:00Z
}

TEST_F(Event, SentTimeIsTheEventsElseTheEnvelopes) {
    const std::string body =
        R"({"sentAt":"2026-03-01T11:59:00Z","batch":[
            {"type":"track","userId":"u","event":"E","sentAt":"2026-03-01T11:58:00Z"},
            {"type":"track","userId":"u","event":"E"},
            {"type":"track","userId":"u","event":"E","sentAt":"yesterday"}]})";
    take(body);
    EXPECT_EQ(outcome_.record(0).sent(), kTestReceived - 120'000);
    EXPECT_EQ(outcome_.record(1).sent(), kTestReceived - 60'000);
    EXPECT_EQ(outcome_.record(2).sent(), kTestReceived - 60'000);
}

TEST_F(Event, PropertiesAreFlattenedByDots) {
    EXPECT_EQ(properties_of(R"({"a":{"b":{"c":1},"d":"x"},"e":{}})"), R"({"a.b.c":1,"a.d":"x"})");
    EXPECT_EQ(properties_of(R"({"a":[1,2.50,"x",null,{"b":[]},true],"n":[]})"),
              R"({"a":[1,2.5,"x",null,{"b":[]},true],"n":[]})");
    EXPECT_EQ(properties_of(R"({"gone":null,"also":{"gone":null}})"), "");
    EXPECT_EQ(properties_of("{}"), "");
    EXPECT_EQ(properties_of("null"), "");
}

TEST_F(Event, LastOfRepeatedNamesCounts) {
    EXPECT_EQ(properties_of(R"({"a":1,"b":2,"a":"x"})"), R"({"a":"x","b":2})");
    EXPECT_EQ(properties_of(R"({"a":{"b":1},"a.b":2})"), R"({"a.b":2})");
    EXPECT_EQ(properties_of(R"({"a.b":2,"a":{"b":1,"b":3}})"), R"({"a.b":3})");
    EXPECT_EQ(properties_of(R"({"a":1,"a":null})"), "");
    const auto record =
        take(R"({"type":"track","event":"A","userId":"u","event":"B","userId":"v"})");
    EXPECT_EQ(record.name(), "B");
    EXPECT_EQ(record.user_id(), "v");
}

TEST_F(Event, NumbersKeepTheirTypeExactly) {
    EXPECT_EQ(properties_of(R"({"a":9223372036854775807,"b":-9223372036854775808})"),
              R"({"a":9223372036854775807,"b":-9223372036854775808})");
    EXPECT_EQ(properties_of(R"({"a":9007199254740993,"b":10,"c":10.0,"d":1e2,"e":-0.0})"),
              R"({"a":9007199254740993,"b":10,"c":10.0,"d":100.0,"e":-0.0})");
}

TEST_F(Event, LoneSurrogatesAndNulBecomeTheReplacementCharacter) {
    EXPECT_EQ(properties_of(R"({"a":"x\ud83dy","b":"\udc00","c":"\ud83d\ude00","d":"\u0000"})"),
              "{\"a\":\"x\xEF\xBF\xBDy\",\"b\":\"\xEF\xBF\xBD\",\"c\":\"\xF0\x9F\x98\x80\","
              "\"d\":\"\xEF\xBF\xBD\"}");
    // An escaped backslash before u is no escape of a character.
    EXPECT_EQ(properties_of(R"({"a":"\\u0000","b":"\\\ud800"})"),
              "{\"a\":\"\\\\u0000\",\"b\":\"\\\\\xEF\xBF\xBD\"}");
}

TEST_F(Event, PageAndScreenAreEventsWithNameAndCategory) {
    const auto page = take(R"({"type":"page","anonymousId":"a","name":"Pricing","category":"Docs",
                               "properties":{"url":"https://x.example/pricing"}})");
    EXPECT_EQ(page.type(), RecordType::kTrack);
    EXPECT_EQ(page.name(), "Page Viewed");
    EXPECT_EQ(page.find(Section::kProperty, "name"), Value::of_string("Pricing"));
    EXPECT_EQ(page.find(Section::kProperty, "category"), Value::of_string("Docs"));
    const auto screen = take(R"({"type":"screen","userId":"u","name":"Home",
                                 "properties":{"name":"kept"}})");
    EXPECT_EQ(screen.name(), "Screen Viewed");
    EXPECT_EQ(screen.find(Section::kProperty, "name"), Value::of_string("kept"));
}

TEST_F(Event, ListedContextBecomesPropertiesWhereMissingAndNothingElseIsKept) {
    const auto record = take(
        R"({"type":"page","anonymousId":"a","properties":{"path":"/mine","title":null},"context":{
            "ip":"203.0.113.7","userAgent":"UA/1.0","library":{"name":"x"},
            "page":{"url":"https://x/a","path":"/a","title":"T","referrer":"","tab":"no"},
            "campaign":{"source":"news","name":"spring","x":1},"locale":"nb-NO",
            "timezone":"Europe/Oslo","os":{"name":"Linux","version":"6"},
            "device":{"type":"android"},"browser":"Firefox"}})");
    EXPECT_EQ(outcome_.lines[0],
              R"({"type":"track","anonymousId":"a","event":"Page Viewed","properties":{)"
              R"("path":"/mine","title":"T","url":"https://x/a","utm_source":"news",)"
              R"("utm_campaign":"spring","locale":"nb-NO","timezone":"Europe/Oslo","os":"Linux",)"
              R"("device":"android","browser":"Firefox"},)"
              R"("timestamp":"2026-03-01T12:00:00.000Z"})");
    for (const model::Field& field : record.fields()) {
        EXPECT_NE(field.value.text, "203.0.113.7");
    }
}

TEST_F(Event, EnvelopesContextStandsInForWhatTheEventLacks) {
    take(R"({"context":{"groupId":"acme","locale":"nb-NO"},"batch":[
             {"type":"track","userId":"u","event":"E"},
             {"type":"track","userId":"u","event":"E","context":{"groupId":"other"}}]})");
    EXPECT_EQ(outcome_.record(0).customer_id(), "acme");
    EXPECT_EQ(outcome_.record(1).customer_id(), "other");
    EXPECT_EQ(outcome_.record(1).find(Section::kProperty, "locale"), Value::of_string("nb-NO"));
}

TEST_F(Event, AutomaticByItsContextOrByItsName) {
    const NameSet names{"Digest Sent", "Page Viewed"};
    Context context = test_context(Route::kBatch);
    context.automatic_names = &names;
    const auto automatic = [&](std::string_view body) {
        return take_with(context, body).has(RecordFlag::kAutomatic);
    };
    EXPECT_TRUE(automatic(R"({"type":"track","userId":"u","event":"Digest Sent"})"));
    EXPECT_TRUE(automatic(R"({"type":"page","userId":"u"})"));
    EXPECT_FALSE(automatic(R"({"type":"track","userId":"u","event":"Digest Opened"})"));
    EXPECT_TRUE(
        automatic(R"({"type":"track","userId":"u","event":"E","context":{"automatic":true}})"));
    EXPECT_FALSE(
        automatic(R"({"type":"track","userId":"u","event":"E","context":{"automatic":"yes"}})"));
}

TEST_F(Event, IdentifyTakesTraitsFromBothPlacesAndKeepsRemovals) {
    take(R"({"type":"identify","userId":"u","traits":{"a":1,"b":null,"address":{"city":"Oslo"}},
             "context":{"traits":{"a":2,"b":3,"c":4}},"timestamp":"2026-03-01T10:00:00Z"})");
    EXPECT_EQ(outcome_.lines[0],
              R"({"type":"identify","userId":"u","traits":{"a":1,"b":null,"address.city":"Oslo",)"
              R"("c":4},"timestamp":"2026-03-01T10:00:00.000Z"})");
}

TEST_F(Event, GroupNamesTheCustomerWithOrWithoutAUser) {
    const auto record = take(R"({"type":"group","userId":"u","groupId":42,"role":"admin",
                                 "traits":{"name":"Acme"}})");
    EXPECT_EQ(record.type(), RecordType::kGroup);
    EXPECT_EQ(record.customer_id(), "42");
    EXPECT_EQ(record.find(Section::kRecord, "role"), Value::of_string("admin"));
    EXPECT_EQ(record.find(Section::kTrait, "name"), Value::of_string("Acme"));
    const auto alone = take(R"({"type":"group","groupId":"acme"})");
    EXPECT_EQ(alone.user_id(), "");
    EXPECT_EQ(alone.find(Section::kRecord, "role"), Value::of_string("user"));
}

TEST_F(Event, AliasNamesBothIds) {
    const auto record = take(R"({"type":"alias","previousId":"a-9","userId":"u1"})");
    EXPECT_EQ(record.type(), RecordType::kAlias);
    EXPECT_EQ(record.user_id(), "u1");
    EXPECT_EQ(record.find(Section::kRecord, "previousId"), Value::of_string("a-9"));
}

TEST_F(Event, SingleRouteSaysTheTypeAndAnArrayItsMembers) {
    EXPECT_EQ(take(R"({"userId":"u","event":"E"})", Route::kTrack).type(), RecordType::kTrack);
    EXPECT_EQ(take(R"({"type":"track","userId":"u"})", Route::kIdentify).type(),
              RecordType::kIdentify);
    EXPECT_EQ(take(R"([{"type":"identify","userId":"u"}])", Route::kTrack).type(),
              RecordType::kIdentify);
    EXPECT_EQ(take(R"({"batch":[{"type":"page","userId":"u"}]})", Route::kTrack).name(),
              "Page Viewed");
}

TEST_F(Event, ImportIsHistorical) {
    const std::string body = R"({"batch":[{"type":"page","userId":"u"}]})";
    EXPECT_TRUE(take(body, Route::kImport).has(RecordFlag::kHistorical));
    // Only who holds the secret key may say so for a single record.
    const std::string said = R"({"type":"page","userId":"u","historical":true})";
    EXPECT_FALSE(take(said, Route::kBatch).has(RecordFlag::kHistorical));
    EXPECT_TRUE(take(said, Route::kRecords).has(RecordFlag::kHistorical));
}

TEST_F(Event, MessageIdIsHashedUnderTheProjectsKey) {
    const std::string body = R"({"type":"page","userId":"u","messageId":"m-1"})";
    Context context = test_context(Route::kBatch);
    const auto record = take_with(context, body);
    ASSERT_TRUE(record.has(RecordFlag::kHasMessageId));
    const model::MessageHash hash = record.message_hash();
    // SipHash-2-4 of 128 bits, cut to 96: kept by directories, so it never changes.
    EXPECT_EQ(hash, (model::MessageHash{0x41f638097d1391b1ULL, 0xd4a02c24U}));
    EXPECT_EQ(hash, hash_message_id(context.message_key, "m-1"));
    context.message_key.fill(std::byte{8});
    EXPECT_NE(take_with(context, body).message_hash(), hash);
    const auto again = take(R"({"type":"page","userId":"v","messageId":"m-1"})");
    EXPECT_EQ(again.message_hash(), hash);
}

TEST_F(Event, HashItselfIsTakenFromASecretKeyOnly) {
    const std::string body =
        R"({"type":"page","userId":"u","messageId":"twofold:fedcba980123456789abcdef"})";
    const model::MessageHash said{0x0123456789abcdefULL, 0xfedcba98U};
    EXPECT_EQ(take(body, Route::kRecords).message_hash(), said);
    EXPECT_NE(take(body, Route::kBatch).message_hash(), said);
    EXPECT_NE(take(R"({"type":"page","userId":"u","messageId":"twofold:fedcba980123456789abcdeg"})",
                   Route::kRecords)
                  .message_hash(),
              said);
}

}  // namespace
}  // namespace twofold::intake
