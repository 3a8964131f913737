// SPDX-License-Identifier: Apache-2.0
#include "intake/csv_records.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "intake/csv_test_source.h"
#include "intake/test_decode.h"

namespace twofold::intake {
namespace {

struct RowsRead {
    std::string json;                   // lines as they are handed to the decoder
    std::string error;                  // of the file
    std::vector<std::string> refusals;  // "line code: message", of rows and of the decoder
    std::vector<std::string> records;   // "line record"
};

RowsRead read_rows(std::string_view map_text, std::string text,
                   std::optional<char> delimiter = std::nullopt) {
    RowsRead all;
    const auto map = CsvMap::parse(map_text);
    if (!map) {
        all.error = map.error().message;
        return all;
    }
    CsvTestSource source(std::move(text));
    auto rows = CsvRecords::open(source, *map, delimiter);
    if (!rows) {
        all.error = rows.error().message + " / " + rows.error().suggestion;
        return all;
    }
    Decoder decoder;
    Context context = test_context(Route::kRecords);
    context.file = 5;
    const auto refuse_all = [&](const std::vector<Rejection>& rejected) {
        for (const Rejection& one : rejected) {
            all.refusals.push_back(fmt::format("{} {}: {}", one.line, rejection_info(one.code).name,
                                               rows->with_columns(one.message)));
        }
    };
    LineChunk chunk;
    while (rows->next(chunk).value()) {
        EXPECT_EQ(static_cast<std::uint64_t>(std::ranges::count(chunk.bytes, '\n')),
                  chunk.line_count);
        EXPECT_LE(chunk.bytes.size(), kBodyBytesMax);
        all.json += chunk.bytes;
        for (const Rejection& one : rows->refused()) {
            all.refusals.push_back(
                fmt::format("{} {}: {}", one.line, rejection_info(one.code).name, one.message));
        }
        Decoded decoded;
        decoder.decode_lines(chunk, context, decoded);
        refuse_all(decoded.rejected);
        for (const Decoded::Placed& placed : decoded.records) {
            const auto record = model::RecordView::parse(decoded.bytes(placed));
            EXPECT_EQ(record->origin().file, 5U);
            all.records.push_back(
                fmt::format("{} {}", record->origin().line, model::to_json_line(*record)));
        }
    }
    return all;
}

std::string json_of(std::string_view map, std::string text) {
    const RowsRead read = read_rows(map, std::move(text));
    return read.json + read.error;
}

TEST(CsvRecords, EachRowBecomesItsRecord) {
    EXPECT_EQ(json_of("relation userId=u customerId=c role=const:admin from=f until=t",
                      "u,c,f,t\nana,acme,2026-01-01,\n12,acme,2026-01-01,2026-02-01\n"),
              R"({"type":"relation","customerId":"acme","from":"2026-01-01","role":"admin",)"
              R"("userId":"ana"})"
              "\n"
              R"({"type":"relation","customerId":"acme","from":"2026-01-01","role":"admin",)"
              R"("until":"2026-02-01","userId":"12"})"
              "\n");
    EXPECT_EQ(json_of("customer customerId=id keys.stripe=s traits.plan=p traits.\"in e\"=e",
                      "id;s;p;e\na;cus_1;Pro;x\nb;;;y\nc;;;\n"),
              R"({"type":"customer","customerId":"a","keys":{"stripe":"cus_1"},)"
              R"("traits":{"in e":"x","plan":"Pro"}})"
              "\n"
              R"({"type":"customer","customerId":"b","traits":{"in e":"y"}})"
              "\n"
              R"({"type":"customer","customerId":"c"})"
              "\n");
    EXPECT_EQ(json_of("track event=e userId=u context.groupId=g context.automatic=a timestamp=t "
                      "properties=*",
                      "u,e,g,a,t,n,\"the, note\",\nu1,Done,acme,Yes,2026-03-01,4,\"a\nb\",x\n"),
              R"({"type":"track","event":"Done","timestamp":"2026-03-01","userId":"u1",)"
              R"("context":{"automatic":true,"groupId":"acme"},)"
              R"("properties":{"n":4,"the, note":"a\nb"}})"
              "\n");
}

TEST(CsvRecords, CellsOfPropertiesAreNumbersWhereNothingIsLost) {
    const auto value = [](const std::string& cell) {
        const std::string json =
            json_of("identify userId=u traits.x=x", "u,x\n1,\"" + cell + "\"\n");
        const std::size_t at = json.find("\"x\":");
        return at == json.npos ? "" : json.substr(at + 4, json.size() - at - 7);
    };
    for (const char* number : {"1", "0", "-1", "10.5", "10.0", "9223372036854775807", "-0.25"})
        EXPECT_EQ(value(number), number);
    for (const char* text :
         {"01", "1.10", "+1", "-0", "1e3", "1,5", "0x10", "9223372036854775808", "1.", ".5", "1 ",
          "nan", "inf", "TRUE", "1-2", "0.1000000000000000055"}) {
        EXPECT_EQ(value(text), fmt::format("\"{}\"", text));
    }
    EXPECT_EQ(value("true"), "true");
    EXPECT_EQ(value("false"), "false");
    EXPECT_EQ(value(""), "");
}

TEST(CsvRecords, AMapMaySayHowACellIsRead) {
    EXPECT_EQ(json_of("identify userId=u traits.a=text:a traits.b=number:b traits.c=bool:c "
                      "traits.d=date(%d.%m.%Y):d timestamp=date(unix):t",
                      "u,a,b,c,d,t\n7,1,1.10,yes,1.3.2026,1772366400\n"),
              R"({"type":"identify","timestamp":"2026-03-01T12:00:00.000Z","userId":"7",)"
              R"("traits":{"a":"1","b":1.10,"c":true,"d":"2026-03-01"}})"
              "\n");
    const RowsRead bad = read_rows(
        "identify userId=u traits.b=number:b traits.c=bool:c "
        "timestamp=date(%d.%m.%Y):\"The day\"",
        "u,b,c,The day\n1,x,,\n2,,maybe,\n3,,,2026-03-01\n4,5,no,\n");
    EXPECT_THAT(bad.refusals,
                testing::ElementsAre(
                    R"(2 bad_field: traits.b is no number like 1234.5: "x" (column "b"))",
                    R"(3 bad_field: traits.c is not true or false: "maybe" (column "c"))",
                    R"(4 bad_time: timestamp is no date or time as %d.%m.%Y: "2026-03-01" )"
                    R"((column "The day"))"));
    EXPECT_EQ(bad.records.size(), 1U);
}

TEST(CsvRecords, MoneyIsInTheMinorUnitOfItsCurrency) {
    const auto amount = [](const std::string& cell, const std::string& currency) {
        const RowsRead read =
            read_rows("payment id=i customerId=c amount=money:a currency=cur time=const:2026-01-01",
                      "i,c,a,cur\np,c," + cell + "," + currency + "\n");
        const std::size_t at = read.json.find("\"amount\":");
        if (at == read.json.npos)
            return read.refusals.empty() ? "" : read.refusals[0].substr(2, 12);
        return read.json.substr(at + 9, read.json.find(',', at) - at - 9);
    };
    EXPECT_EQ(amount("99", "USD"), "9900");
    EXPECT_EQ(amount("99.5", "usd"), "9950");
    EXPECT_EQ(amount("0.05", "EUR"), "5");
    EXPECT_EQ(amount("1200", "JPY"), "1200");
    EXPECT_EQ(amount("1.234", "KWD"), "1234");
    for (const char* bad : {"99.999", "-1", "$5", "1.", ".5", "1 000", "99999999999999999999"})
        EXPECT_EQ(amount(bad, "USD"), "bad_amount: ") << bad;
    EXPECT_EQ(amount("1.5", "JPY"), "bad_amount: ");
    EXPECT_EQ(amount("1", "DOLLAR"), "bad_currency");
    EXPECT_EQ(amount("1", ""), "bad_currency");
}

TEST(CsvRecords, AMapMaySayThatACommaIsThePoint) {
    const auto number = [](const std::string& cell) {
        const RowsRead read = read_rows("identify userId=u traits.x=number(,):x", "u;x\n1;" + cell);
        const std::size_t at = read.json.find("\"x\":");
        return at == read.json.npos ? "" : read.json.substr(at + 4, read.json.size() - at - 7);
    };
    EXPECT_EQ(number("1,5"), "1.5");
    EXPECT_EQ(number("1.234,50"), "1234.50");
    EXPECT_EQ(number("-1.234.567"), "-1234567");
    EXPECT_EQ(number("1234"), "1234");
    EXPECT_EQ(number("0,05"), "0.05");
    for (const char* bad : {"1.5", "1.2345", "1234.567", ".123", "1,", ",5", "1,5,5", "1.,5",
                            "1..234", "1,2.345", "-.123", "1.23a"}) {
        EXPECT_EQ(number(bad), "") << bad;
    }
    const RowsRead money =
        read_rows("payment id=i customerId=c amount=money(,):a currency=const:EUR",
                  "i;c;a\np;c;1.234,5\nq;c;0,99\nr;c;1.5\ns;c;1,234\n");
    EXPECT_NE(money.json.find("\"amount\":123450,"), std::string::npos);
    EXPECT_NE(money.json.find("\"amount\":99,"), std::string::npos);
    ASSERT_EQ(money.refusals.size(), 2U);
    EXPECT_EQ(money.refusals[0],
              "4 bad_amount: amount is no money like 1234,5 with at most 2 digits after the comma: "
              "\"1.5\" (column \"a\")");
}

TEST(CsvRecords, SubscriptionsAreTakenAsTheyAreSold) {
    const RowsRead read = read_rows(
        "subscription id=i customerId=c plan=p amount=a currency=const:USD every=e quantity=q "
        "from=f until=u term=t metered=m",
        "i,c,p,a,e,q,f,u,t,m\ns,acme,Pro,9900,month,3,2026-01-15,,6 months,no\n"
        "s2,acme,Pro,9900,2 weeks,,2026-01-15,,,\ns3,acme,Pro,99.00,month,,2026-01-15,,,\n"
        "s4,acme,Pro,9900,sometimes,,2026-01-15,,,\ns5,acme,Pro,9900,month,x,2026-01-15,,,\n");
    ASSERT_EQ(read.records.size(), 2U);
    EXPECT_NE(read.records[0].find(R"("every":{"months":1})"), std::string::npos);
    EXPECT_NE(read.records[0].find(R"("term":{"months":6})"), std::string::npos);
    EXPECT_NE(read.records[1].find(R"("every":{"days":14})"), std::string::npos);
    ASSERT_EQ(read.refusals.size(), 3U);
    EXPECT_EQ(
        read.refusals[0],
        "4 bad_amount: amount is not an integer in minor units, from 0 to 10,000,000,000,000: "
        "99 (column \"a\")");
    EXPECT_TRUE(read.refusals[1].starts_with("5 bad_interval: every is not")) << read.refusals[1];
    EXPECT_TRUE(read.refusals[2].ends_with("\"x\" (column \"q\")")) << read.refusals[2];
}

TEST(CsvRecords, RefusalsNameTheLineAndTheColumns) {
    const RowsRead read = read_rows(
        "relation userId=Who customerId=c role=r from=Start until=End",
        "Who,c,r,Start,End\n\"a\nb\",acme,,2026-01-02,2026-01-01\n,acme,,2026-01-01,\n"
        "u,acme,,,\nu,acme,,01.02.2026,\nu,acme\nu,acme,,2026-01-01,,extra\n\"u,acme,,2026-01-01,\n"
        "ok,acme,,2026-01-01,\nu\xFF,acme,,2026-01-01,\n" +
            std::string("u\0,acme,,2026-01-01,\n", 21) + "ok2,acme,,2026-01-01,\n");
    EXPECT_THAT(
        read.refusals,
        testing::UnorderedElementsAre(
            "2 ends_before_start: until is not after from: 2026-01-01T00:00:00.000Z (columns "
            "\"Start\", \"End\")",
            "4 missing_id: userId is missing (column \"Who\")",
            "5 missing_field: from is missing (column \"Start\")",
            "6 bad_date: from is not a date like 2026-03-01 from 1970 to 2199: \"01.02.2026\" "
            "(column \"Start\")",
            "7 malformed_csv: the row has 2 fields and the header 5 columns",
            "8 malformed_csv: the row has 6 fields and the header 5 columns",
            "9 malformed_csv: a quote that opens in this line is never closed",
            "11 invalid_utf8: userId is not UTF-8 text; save the file as UTF-8: \"u\\xFF\" (column "
            "\"Who\")",
            "12 bad_field: userId has a zero byte in it: \"u\\u0000\" (column \"Who\")"));
    ASSERT_EQ(read.records.size(), 2U);
    EXPECT_TRUE(read.records[0].starts_with("10 ")) << read.records[0];
    EXPECT_TRUE(read.records[1].starts_with("13 ")) << read.records[1];
}

TEST(CsvRecords, AColumnThatIsNotThereIsNamedWithWhatThereIs) {
    const std::string map = "identify userId=email traits.plan=Plan";
    EXPECT_EQ(read_rows(map, "emial,Plan\n").error,
              "the file has no column \"email\" (for userId); it has \"emial\", \"Plan\" / did you "
              "mean \"emial\"?");
    EXPECT_EQ(read_rows(map, "email,plan\n").error,
              "the file has no column \"Plan\" (for traits.plan); it has \"email\", \"plan\" / did "
              "you mean \"plan\"?");
    EXPECT_EQ(read_rows(map, "email,Plan,Plan\n").error,
              "the file has two columns of this name; rename one: \"Plan\" / ");
    EXPECT_EQ(read_rows(map, "email,Plan,other,other\n").error, "");
    EXPECT_EQ(read_rows("identify userId=email traits=*", "email,Plan,other,other\n").error,
              "the file has two columns of this name; rename one: \"other\" / ");
    EXPECT_NE(read_rows(map, "").error.find("no row"), std::string::npos);
}

// What is said by name is not said again by the star.
TEST(CsvRecords, TheStarTakesTheColumnsThatAreLeft) {
    EXPECT_EQ(json_of("identify userId=u traits.b=a traits=*", "u,a,b,c\n1,2,3,4\n"),
              R"({"type":"identify","userId":"1","traits":{"b":2,"c":4}})"
              "\n");
}

TEST(CsvRecords, ManyRowsComeInChunksWithTheirOwnLines) {
    std::string text = "u,x\n";
    constexpr int kRows = 60'000;
    for (int i = 0; i < kRows; ++i)
        text += i % 3 == 0 ? fmt::format("\n\"user\n{}\",{}\n", i, i) : fmt::format("u{},1\n", i);
    const RowsRead read = read_rows("identify userId=u traits.x=x", text);
    EXPECT_EQ(read.records.size(), static_cast<std::size_t>(kRows));
    EXPECT_TRUE(read.refusals.empty());
    std::uint64_t line = 2;
    for (int i = 0; i < kRows; ++i) {
        if (i % 3 == 0) ++line;
        ASSERT_TRUE(read.records[static_cast<std::size_t>(i)].starts_with(fmt::format("{} ", line)))
            << i;
        line += i % 3 == 0 ? 2 : 1;
    }
}

TEST(CsvRecords, AFileInWhichNothingIsRightIsToldPieceByPiece) {
    std::string text = "u,x\n";
    for (int i = 0; i < 5'000; ++i)
        text += "alone\n";
    const RowsRead read = read_rows("identify userId=u", text);
    EXPECT_EQ(read.refusals.size(), 5'000U);
    EXPECT_EQ(read.json.size(), 5'000U) << "blank lines alone";
}

TEST(CsvRecords, TheLimitsOfRecordsHold) {
    const RowsRead read =
        read_rows("identify userId=u traits.x=x", "u,x\n" + std::string(600, 'i') + ",1\n1," +
                                                      std::string(70'000, 'y') + "\n2,3\n");
    ASSERT_EQ(read.refusals.size(), 2U);
    EXPECT_TRUE(read.refusals[0].starts_with("2 id_too_long: userId has")) << read.refusals[0];
    EXPECT_EQ(read.refusals[1], "3 event_too_large: more than 64 KiB in \"x\" (column \"x\")");
    EXPECT_EQ(read.records.size(), 1U);
}

TEST(CsvRecords, AnotherMapOrDelimiterIsAnotherFile) {
    const CsvMap one = *CsvMap::parse("identify userId=u traits.x=x");
    const CsvMap same = *CsvMap::parse("identify  traits.x=\"x\" userId=u");
    const CsvMap other = *CsvMap::parse("identify userId=u traits.y=x");
    EXPECT_EQ(csv_file_id(7, one, ','), csv_file_id(7, same, ','));
    EXPECT_NE(csv_file_id(7, one, ','), csv_file_id(7, other, ','));
    EXPECT_NE(csv_file_id(7, one, ','), csv_file_id(7, one, ';'));
    EXPECT_NE(csv_file_id(7, one, ','), csv_file_id(8, one, ','));
}

}  // namespace
}  // namespace twofold::intake
