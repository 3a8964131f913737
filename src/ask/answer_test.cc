// SPDX-License-Identifier: Apache-2.0
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <limits>
#include <nlohmann/json.hpp>

#include "ask/answer_print.h"

namespace twofold::ask {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

Answer funnel_answer() {
    Answer answer;
    answer.kind = "funnel";
    answer.columns = {
        {"step", CellType::kInteger, ""},       {"event", CellType::kText, ""},
        {"count", CellType::kInteger, "users"}, {"of_previous", CellType::kNumber, "share"},
        {"mrr", CellType::kMoney, "USD"},       {"since", CellType::kTime, ""}};
    answer.rows = {{std::int64_t{1},
                    std::string("Signed Up"),
                    std::int64_t{2400},
                    {},
                    Money{1'482'000, "USD"},
                    TimeLabel{"2026-01-05"}},
                   {std::int64_t{2},
                    std::string("=cmd()|,\"x\"\n"),
                    std::int64_t{0},
                    0.42,
                    Money{-5, "JPY"},
                    {}}};
    answer.totals = {{}, {}, std::int64_t{2400}, {}, Money{1'482'000, "USD"}, {}};
    answer.rule = "Users who did step 1 in the range.";
    answer.range = {1'767'222'000'000, 1'767'308'400'000, "UTC"};
    answer.mode = "event";
    answer.unit = "users";
    answer.notes = {"3 users are anonymous."};
    answer.cost = {0.0125, 1'000, 20, 4'096, 7};
    answer.position = 99;
    return answer;
}

TEST(Answer, JsonHoldsTheWholeTable) {
    const std::string text = format_answer(funnel_answer(), AnswerFormat::kJson);
    EXPECT_THAT(text, HasSubstr("14820.00"));
    EXPECT_EQ(text.find('\n'), std::string::npos);
    const json answer = json::parse(text);
    EXPECT_EQ(answer["kind"], "funnel");
    EXPECT_EQ(answer["columns"][4], (json{{"name", "mrr"}, {"type", "money"}, {"unit", "USD"}}));
    EXPECT_EQ(answer["rows"][0], (json{1, "Signed Up", 2400, nullptr, 14820.0, "2026-01-05"}));
    EXPECT_EQ(answer["rows"][1][3], 0.42);
    EXPECT_EQ(answer["rows"][1][4], (json{{"amount", -5}, {"currency", "JPY"}}));
    EXPECT_EQ(answer["totals"][2], 2400);
    EXPECT_EQ(answer["range"], (json{{"from", "2025-12-31T23:00:00.000+00:00"},
                                     {"to", "2026-01-01T23:00:00.000+00:00"},
                                     {"zone", "UTC"}}));
    EXPECT_EQ(answer["cost"]["unattached_events"], 7);
    EXPECT_EQ(answer["cost"]["seconds"], 0.0125);
    EXPECT_EQ(answer["position"], 99);
    EXPECT_EQ(answer["row_count"], 2);
    EXPECT_EQ(answer["notes"][0], "3 users are anonymous.");
}

TEST(Answer, JsonOfAnEmptyAnswerIsWhole) {
    const json answer = json::parse(format_answer(Answer{}, AnswerFormat::kJson));
    EXPECT_EQ(answer["rows"], json::array());
    EXPECT_EQ(answer["totals"], nullptr);
}

TEST(Answer, JsonSurvivesTextThatIsNoUtf8AndNumbersThatAreNone) {
    Answer answer;
    answer.columns = {{"a", CellType::kText, ""}, {"b", CellType::kNumber, ""}};
    answer.rows = {{std::string("\xff"), std::numeric_limits<double>::quiet_NaN()}};
    const json read = json::parse(format_answer(answer, AnswerFormat::kJson));
    EXPECT_EQ(read["rows"][0][1], nullptr);
}

TEST(Answer, CsvIsSafeForSpreadsheets) {
    EXPECT_EQ(format_answer(funnel_answer(), AnswerFormat::kCsv),
              "step,event,count,of_previous,mrr,since\r\n"
              "1,Signed Up,2400,,14820.00,2026-01-05\r\n"
              "2,\"'=cmd()|,\"\"x\"\"\n\",0,0.42,-5 JPY,\r\n");
    for (const std::string_view start : {"=", "+", "-", "@", "\t", "\r"}) {
        Answer answer;
        answer.columns = {{std::string(start) + "name", CellType::kText, ""}};
        answer.rows = {{std::string(start) + "1"}};
        const std::string csv = format_answer(answer, AnswerFormat::kCsv);
        EXPECT_TRUE(csv.starts_with('\'') || csv.starts_with("\"'")) << csv;
        EXPECT_THAT(csv, testing::AnyOf(HasSubstr("\n'"), HasSubstr("\n\"'"))) << csv;
    }
}

TEST(Answer, NdjsonHasOneObjectARow) {
    const std::string text = format_answer(funnel_answer(), AnswerFormat::kNdjson);
    const std::size_t end = text.find('\n');
    const json row = json::parse(text.substr(0, end));
    EXPECT_EQ(row["event"], "Signed Up");
    EXPECT_EQ(row["of_previous"], nullptr);
    EXPECT_EQ(std::ranges::count(text, '\n'), 2);
}

TEST(Answer, TheTableIsAlignedWithADashForNoNumber) {
    EXPECT_EQ(format_answer(funnel_answer(), AnswerFormat::kTable),
              "step  event         count  of_previous   mrr USD  since\n"
              "----  ------------  -----  -----------  --------  ----------\n"
              "   1  Signed Up      2400            -  14820.00  2026-01-05\n"
              "   2  =cmd()|,\"x\"       0        42.0%    -5 JPY  -\n"
              "----  ------------  -----  -----------  --------  ----------\n"
              "   -                 2400            -  14820.00\n"
              "\n"
              "Users who did step 1 in the range.\n"
              "From 2025-12-31T23:00:00.000+00:00 until 2026-01-01T23:00:00.000+00:00, UTC.\n"
              "Note: 3 users are anonymous.\n"
              "0.013 s, 1000 events and 20 users read, 7 events without a customer left out, "
              "position 99.\n");
}

TEST(Answer, ATableSaysThatItIsAPage) {
    Answer answer = funnel_answer();
    answer.row_count = 1'000;
    EXPECT_THAT(format_answer(answer, AnswerFormat::kTable), HasSubstr("2 of 1000 rows."));
}

TEST(Answer, NamesCannotSteerATerminal) {
    Answer answer;
    answer.columns = {{"a\x1b[31m", CellType::kText, ""}};
    answer.rows = {
        {std::string("x\x1b]0;title\x07\xc2\x9b"
                     "31m\r\ny")}};
    const std::string table = format_answer(answer, AnswerFormat::kTable);
    for (const std::string_view byte : {"\x1b", "\x07", "\r", "\xc2\x9b"}) {
        EXPECT_THAT(table, Not(HasSubstr(byte)));
    }
}

TEST(Answer, MarkdownKeepsItsCells) {
    const std::string text = format_answer(funnel_answer(), AnswerFormat::kMarkdown);
    EXPECT_THAT(text, HasSubstr("| step | event | count | of\\_previous | mrr USD | since |\n"
                                "| ---: | --- | ---: | ---: | ---: | --- |\n"));
    EXPECT_THAT(text, HasSubstr("| 2 | =cmd()\\|,\"x\"  | 0 | 42.0% | -5 JPY | - |\n"));
    EXPECT_THAT(text, HasSubstr("\nNote: 3 users are anonymous.\n"));
}

TEST(Answer, AmountsAreExactInTheDigitsOfTheirCurrency) {
    EXPECT_EQ(format_amount({1'482'000, "USD"}), "14820.00");
    EXPECT_EQ(format_amount({-5, "EUR"}), "-0.05");
    EXPECT_EQ(format_amount({1'200, "JPY"}), "1200");
    EXPECT_EQ(format_amount({1'234, "KWD"}), "1.234");
    EXPECT_EQ(format_amount({std::numeric_limits<std::int64_t>::min(), "USD"}),
              "-92233720368547758.08");
}

TEST(Problem, CarriesPlaceAndSuggestion) {
    const json problem =
        json::parse(problem_json({ErrorCode::kInvalid, "no event \"x\"", Place{2, 7}, "\"X\""}));
    EXPECT_EQ(problem, (json{{"error",
                              {{"code", "invalid"},
                               {"message", "no event \"x\""},
                               {"at", {{"line", 2}, {"column", 7}}},
                               {"suggestion", "\"X\""}}}}));
}

TEST(Problem, LeavesOutWhatIsNotThere) {
    const json problem = json::parse(problem_json({ErrorCode::kNotFound, "no", {}, ""}));
    EXPECT_EQ(problem, (json{{"error", {{"code", "not_found"}, {"message", "no"}}}}));
}

TEST(Problem, KeepsWhatIsInsideInside) {
    const std::string text = problem_json({ErrorCode::kIo, "/secret/path: no space", {}, ""});
    EXPECT_THAT(text, Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace twofold::ask
