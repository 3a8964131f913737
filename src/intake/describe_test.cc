// SPDX-License-Identifier: Apache-2.0
#include "intake/describe.h"

#include "intake/test_decode.h"

namespace twofold::intake {
namespace {

std::string told(std::string_view json, const char* zone = "Europe/Oslo") {
    Context context = test_context(Route::kRecords);
    context.zone = *Zone::find(zone);
    const Outcome outcome = decode_with(context, json);
    if (outcome.lines.size() != 1) return "refused";
    return describe(outcome.record(0), context.zone);
}

TEST(Describe, SaysWhatEachRecordDoes) {
    EXPECT_EQ(told(R"({"type":"relation","userId":"ana","customerId":"acme","role":"admin",)"
                   R"("from":"2026-01-01"})"),
              "state relation ana -> acme, role admin, from 2026-01-01 until …");
    EXPECT_EQ(told(R"({"type":"relation","userId":"ana b","customerId":"acme","removed":true,)"
                   R"("from":"2026-01-01T10:00:00Z","until":"2026-02-01"})"),
              "remove relation \"ana b\" -> acme, role user, from 2026-01-01T11:00:00.000+01:00 "
              "until 2026-02-01");
    EXPECT_EQ(
        told(R"({"type":"identify","userId":"u","anonymousId":"a","traits":{"n":1,"p":"x"}})"),
        "set traits of user u (and visitor a): n 1, p \"x\"");
    EXPECT_EQ(told(R"({"type":"alias","previousId":"a","userId":"u"})"),
              "say that a and u are one person");
    EXPECT_EQ(told(R"({"type":"alias","previousCustomerId":"a","customerId":"b","undo":true})"),
              "undo that a and b are one customer");
    EXPECT_EQ(told(R"({"type":"group","userId":"u","groupId":"acme","timestamp":"2026-01-01"})"),
              "let u belong to acme, role user, from 2026-01-01");
    EXPECT_EQ(told(R"({"type":"group","groupId":"acme","traits":{"a":true}})"),
              "set traits of customer acme: a true");
    EXPECT_EQ(told(R"({"type":"customer","customerId":"acme","keys":{"stripe":"cus_1"},)"
                   R"("ownerId":null,"traits":{"a":null}})"),
              "state customer acme: ownerId null, keys.stripe \"cus_1\": a null");
    EXPECT_EQ(told(R"({"type":"subscription","id":"s","customerId":"c","amount":9900,)"
                   R"("currency":"USD","every":"month","from":"2026-01-01","plan":"Pro"})"),
              "state subscription s of customer c from 2026-01-01: item \"default\", plan \"Pro\", "
              "amount 9900, currency \"USD\", every.months 1, quantity 1");
    EXPECT_EQ(told(R"({"type":"payment","id":"p","customerId":"c","amount":9900,)"
                   R"("currency":"USD","time":"2026-01-01"})"),
              "add payment p of customer c at 2026-01-01: amount 9900, currency \"USD\", kind "
              "\"one_off\"");
    EXPECT_EQ(told(R"({"type":"track","userId":"u","event":"Report Exported",)"
                   R"("timestamp":"2026-01-01","context":{"groupId":"acme"},)"
                   R"("properties":{"tags":["a","b"]}})"),
              "add event \"Report Exported\" of u for customer acme at 2026-01-01: tags "
              R"(["a","b"])");
    EXPECT_EQ(told(R"({"type":"page","anonymousId":"a","timestamp":"2026-01-01"})"),
              "add event \"Page Viewed\" of visitor a at 2026-01-01");
}

TEST(Describe, IsShortWhateverTheRecord) {
    std::string traits;
    for (int i = 0; i < 500; ++i)
        traits +=
            (i == 0 ? "\"t" : ",\"t") + std::to_string(i) + "\":\"" + std::string(400, 'x') + "\"";
    const std::string words = told(R"({"type":"identify","userId":")" + std::string(500, 'u') +
                                   R"(","traits":{)" + traits + "}}");
    EXPECT_LT(words.size(), 1'200U);
    EXPECT_TRUE(words.ends_with("… and 492 more") || words.ends_with("\" and 492 more")) << words;
}

}  // namespace
}  // namespace twofold::intake
