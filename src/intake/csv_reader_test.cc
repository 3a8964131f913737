// SPDX-License-Identifier: Apache-2.0
#include "intake/csv_reader.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <random>

#include "base/text.h"
#include "intake/csv_test_source.h"
#include "intake/decode.h"

namespace twofold::intake {
namespace {

// The header, then each row as "line: field|field" or "line! code", each on a line of its own.
std::string read_csv(std::string text, std::optional<char> delimiter = std::nullopt,
                     std::size_t piece = 1U << 20U) {
    CsvTestSource source(std::move(text), piece);
    CsvReader reader(source, delimiter);
    const auto header = reader.header();
    if (!header) return header.error().message;
    std::string all = fmt::format("{}", fmt::join(*header, "|"));
    CsvRow row;
    while (true) {
        const auto more = reader.next(row);
        if (!more) return all + "\n" + more.error().message;
        if (!*more) return all;
        if (row.fault) {
            all += fmt::format("\n{}! {}", row.line, rejection_info(row.fault->code).name);
            continue;
        }
        all += fmt::format("\n{}:", row.line);
        for (std::size_t i = 0; i < row.size(); ++i)
            all += (i == 0 ? " " : "|") + std::string(row.field(i));
    }
}

TEST(CsvReader, ReadsWhatRfc4180Says) {
    EXPECT_EQ(read_csv("a,b\n1,2\n"), "a|b\n2: 1|2");
    EXPECT_EQ(read_csv("a,b\r\n1,2\r\n"), "a|b\n2: 1|2");
    EXPECT_EQ(read_csv("a,b\n1,2"), "a|b\n2: 1|2");
    EXPECT_EQ(read_csv("a,b\n,\n\"\",x\n"), "a|b\n2: |\n3: |x");
    EXPECT_EQ(read_csv("a,b\n\"x, y\",\"say \"\"hi\"\"\"\n"), "a|b\n2: x, y|say \"hi\"");
    EXPECT_EQ(read_csv("a,b\r\n\"x\r\ny\",2\r\n3,4\r\n"), "a|b\n2: x\r\ny|2\n4: 3|4");
    EXPECT_EQ(read_csv("\xEF\xBB\xBF\"a\",b\n1,2\n"), "a|b\n2: 1|2");
}

TEST(CsvReader, LeavesOutBlanksAroundFieldsAndBlankLines) {
    EXPECT_EQ(read_csv("a , b\n x y ,\" z \" \n"), "a|b\n2: x y| z ");
    EXPECT_EQ(read_csv("\n\na,b\n\n1,2\n   \n\r\n3,4\n\n"), "a|b\n5: 1|2\n8: 3|4");
}

TEST(CsvReader, TakesTheDelimiterThatGivesTheHeaderMostColumns) {
    EXPECT_EQ(read_csv("a;b\n1,5;2\n"), "a|b\n2: 1,5|2");
    EXPECT_EQ(read_csv("a\tb\n1\t\t2\n"), "a|b\n2: 1||2");
    EXPECT_EQ(read_csv("\"a,b,c\";d\n1;2\n"), "a,b,c|d\n2: 1|2");
    EXPECT_EQ(read_csv("a,b;c\n1,2\n"), "a|b;c\n2: 1|2") << "of equals the comma";
    EXPECT_EQ(read_csv("a,b;c\n1,2;3\n", ';'), "a,b|c\n2: 1,2|3");
    EXPECT_EQ(read_csv("alone\n1\n"), "alone\n2: 1");
}

TEST(CsvReader, AFileWithoutRowsHasNone) {
    EXPECT_EQ(read_csv("a,b"), "a|b");
    EXPECT_EQ(read_csv("a,b\r\n"), "a|b");
    EXPECT_NE(read_csv("").find("the file has no row"), std::string::npos);
    EXPECT_NE(read_csv("\n \n\r\n").find("the file has no row"), std::string::npos);
}

TEST(CsvReader, AHeaderThatIsNoTextIsAnErrorThatSaysWhatToDo) {
    EXPECT_NE(read_csv("na\xEFve,b\n1,2\n").find("UTF-8"), std::string::npos);
    EXPECT_NE(read_csv(std::string("\xFF\xFE"
                                   "a\0,\0b\0\n\0",
                                   10))
                  .find("UTF-8"),
              std::string::npos);
    EXPECT_NE(read_csv(std::string("a\0,\0b\0\n\0", 8)).find("UTF-8"), std::string::npos);
    EXPECT_NE(read_csv("a,b\r1,2\r3,4\r").find("CR alone"), std::string::npos);
    EXPECT_NE(read_csv("a,\"b\n1,2\n").find("the header cannot be read (line 1)"),
              std::string::npos);
}

TEST(CsvReader, ABadRowLosesNoOther) {
    EXPECT_EQ(read_csv("a,b\n\"x,1\n2,3\n4,5\n"), "a|b\n2! malformed_csv\n3: 2|3\n4: 4|5");
    EXPECT_EQ(read_csv("a,b\n\"x\"y,1\n2,3\n"), "a|b\n2! malformed_csv\n3: 2|3");
    EXPECT_EQ(read_csv("a,b\n5\" pipe,1\n2,3\n"), "a|b\n2! malformed_csv\n3: 2|3");
    // The quote that is left open in line 2 ends in line 4, where a letter follows it.
    EXPECT_EQ(read_csv("a,b\n\"x,1\n2,3\n\"y\",4\n5,6\n"),
              "a|b\n2! malformed_csv\n3: 2|3\n4: y|4\n5: 5|6");
    EXPECT_EQ(read_csv("a,b\n1,\"\n"), "a|b\n2! malformed_csv");
}

TEST(CsvReader, AHugeFieldLosesNoOtherRow) {
    const std::string huge(100 * kMebibyte, 'x');
    EXPECT_EQ(read_csv("a,b\n1," + huge + "\n2,3\n"), "a|b\n2! event_too_large\n3: 2|3");
    EXPECT_EQ(read_csv("a,b\n1,\"" + huge + "\"\n2,3\n"), "a|b\n2! event_too_large\n3: 2|3");
    std::string rows = "a,b\n\"1,2\n";
    for (int i = 0; i < 600'000; ++i)
        rows += "3,4\n";
    const std::string all = read_csv(rows);
    EXPECT_TRUE(all.starts_with("a|b\n2! event_too_large\n3: 3|4\n")) << all.substr(0, 60);
    EXPECT_TRUE(all.ends_with("\n600002: 3|4"));
}

TEST(CsvReader, TheMostThatIsAllowedIsRead) {
    const std::string most(kRecordJsonBytesMax - 4, 'x');
    EXPECT_EQ(read_csv("a,b\n1," + most + "\n").size(), 8 + most.size() + 1);
    EXPECT_EQ(read_csv("a,b\n1," + most + "xx\n"), "a|b\n2! event_too_large");
    std::string header(kCsvColumnsMax - 1, ',');
    EXPECT_EQ(read_csv(header + "\n").size(), header.size());
    EXPECT_NE(read_csv(header + ",\n").find("10001 columns, more than 10000"), std::string::npos);
}

TEST(CsvReader, RowsHaveAsManyFieldsAsTheyHave) {
    EXPECT_EQ(read_csv("a,b\n1\n1,2,3\n"), "a|b\n2: 1\n3: 1|2|3");
}

TEST(CsvReader, PiecesChangeNothing) {
    const std::string text = "a,b\r\n\"x\r\ny\",\"\"\"\"\r\n\r\n\"open,1\r\n3,4\r\n";
    const std::string whole = read_csv(text);
    EXPECT_EQ(whole, "a|b\n2: x\r\ny|\"\n5! malformed_csv\n6: 3|4");
    for (std::size_t piece = 1; piece < 20; ++piece)
        EXPECT_EQ(read_csv(text, std::nullopt, piece), whole) << piece;
}

// Rows of random texts, quoted where they must be and sometimes where they need not.
TEST(CsvReader, WhatIsQuotedComesBack) {
    std::mt19937 random(7);
    const std::string letters = "ab,;\t\"\n\r \xC3\xA9";
    for (int round = 0; round < 2000; ++round) {
        std::string text = "c1,c2,c3\n";
        std::string expected = "c1|c2|c3";
        std::uint64_t line = 2;
        for (int r = 0; r < 4; ++r) {
            std::string told = fmt::format("\n{}:", line);
            for (int f = 0; f < 3; ++f) {
                std::string field;
                for (auto left = random() % 6; left > 0; --left)
                    field += letters[random() % (letters.size() - 2)];
                std::string quoted_field = "\"";
                for (const char c : field) {
                    quoted_field += c;
                    if (c == '"') quoted_field += '"';
                    if (c == '\n') ++line;
                }
                text += (f == 0 ? "" : ",") + quoted_field + "\"";
                told += (f == 0 ? " " : "|") + field;
            }
            text += random() % 2 == 0 ? "\n" : "\r\n";
            ++line;
            expected += told;
        }
        ASSERT_EQ(read_csv(text, std::nullopt, 1 + random() % 30), expected) << quoted(text);
    }
}

}  // namespace
}  // namespace twofold::intake
