// SPDX-License-Identifier: Apache-2.0
// What nobody would save from a spreadsheet: a row is taken or refused, and nothing else happens.
#include <gtest/gtest.h>
#include <random>

#include "intake/csv_check.h"

namespace twofold::intake {
namespace {

const std::vector<std::string>& csv_seeds() {
    static const std::vector<std::string> all{
        "a,b,c\nana,acme,01.03.2026\nbo,acme,1.5\n",
        "a,b,c\nana,2026-03-01,7\nbo,,\n",
        "a;b;c\r\n\"ana\";\"ac;me\";\"9,5\"\r\n\r\n\"b\"\"o\";\"x\ny\";01.03.2026\r\n",
        "\xEF\xBB\xBF"
        "a\tb\tc\td e\nana\tacme\t12\ttrue\n",
        "identify userId=a traits.\"b c\"=number:\"d e\" timestamp=date(%d.%m.%Y@Europe/Oslo):f",
    };
    return all;
}

const std::vector<std::string>& csv_pieces() {
    static const std::vector<std::string> all{"\"",
                                              "\"\"",
                                              "\"\n",
                                              ",\"",
                                              "\",",
                                              ",",
                                              ";",
                                              "\t",
                                              "\n",
                                              "\r\n",
                                              "\r",
                                              "a,b,c\n",
                                              std::string(1, '\0'),
                                              "\xff",
                                              "\xFF\xFE",
                                              "\xEF\xBB\xBF",
                                              "\x1f\x8b",
                                              "99999999999999999999",
                                              "-1.5e308",
                                              "31.02.2026",
                                              "01.01.0001",
                                              "31.12.9999",
                                              "2026-03-01",
                                              "userId=",
                                              "date(",
                                              "):",
                                              "const:",
                                              "=*",
                                              std::string(300, 'x'),
                                              " ",
                                              "\xC3\xA9"};
    return all;
}

std::string mutated_csv(std::mt19937& random) {
    const auto& seeds = csv_seeds();
    const auto& pieces = csv_pieces();
    std::string text = seeds[random() % seeds.size()];
    for (auto left = 1 + random() % 5; left > 0 && !text.empty(); --left) {
        const std::size_t at = random() % text.size();
        const std::size_t length = std::min<std::size_t>(1 + random() % 20, text.size() - at);
        switch (random() % 4) {
            case 0:
                text[at] = static_cast<char>(random());
                break;
            case 1:
                text.erase(at, length);
                break;
            case 2:
                text.insert(at, text.substr(at, length));
                break;
            default:
                text.insert(at, pieces[random() % pieces.size()]);
                break;
        }
    }
    return text;
}

TEST(CsvHostile, AnyBytesAreTakenOrRefusedSoundly) {
    CsvCheck check;
    std::mt19937 random(11);
    std::size_t taken = 0;
    for (int round = 0; round < 1'500; ++round)
        taken += check.run(mutated_csv(random));
    EXPECT_GT(taken, 700U);  // so that not all were broken in their header
}

TEST(CsvHostile, EveryTruncationIsTakenOrRefusedSoundly) {
    CsvCheck check;
    for (const std::string& seed : csv_seeds()) {
        for (std::size_t length = 0; length <= seed.size(); ++length)
            check.run(std::string_view(seed).substr(0, length));
    }
}

// A row is looked at once more only where its quotes were wrong, so no file makes it slow.
TEST(CsvHostile, QuotesWithoutEndCostNoMoreThanTheirBytes) {
    for (const std::string_view row :
         {"\"", "a,\"\n", "\"a\n", "\"\"\"\n", "\"a\"b\n", "a\"b,\"\n"}) {
        std::string text = "a,b,c\n";
        while (text.size() < kMebibyte)
            text += row;
        CsvTestSource source(text);
        auto rows = CsvRecords::open(source, *CsvMap::parse("identify userId=a"));
        ASSERT_TRUE(rows);
        LineChunk chunk;
        std::size_t refused = 0;
        for (auto more = rows->next(chunk); more && *more; more = rows->next(chunk))
            refused += rows->refused().size();
        EXPECT_GT(refused, 0U);
    }
}

}  // namespace
}  // namespace twofold::intake
