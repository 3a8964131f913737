// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

#include "ask/check.h"
#include "ask/fake_names.h"
#include "ask/parse.h"
#include "ask/print.h"
#include "ask/question_json.h"

namespace twofold::ask {
namespace {

/// The lines of docs/questions.md between ```<language> and ```, one text a block.
std::vector<std::string> blocks(const std::string& language) {
    std::ifstream file(TWOFOLD_SOURCE_DIR "/docs/questions.md");
    EXPECT_TRUE(file.good());
    std::vector<std::string> result;
    bool inside = false;
    for (std::string line; std::getline(file, line);) {
        if (inside && line == "```") {
            inside = false;
        } else if (inside) {
            result.back() += line + '\n';
        } else if (line == "```" + language) {
            inside = true;
            result.emplace_back();
        }
    }
    return result;
}

TEST(Docs, EveryQuestionInTheDocsParsesAndMakesSense) {
    std::size_t count = 0;
    for (const std::string& block : blocks("ask")) {
        std::istringstream lines(block);
        for (std::string line; std::getline(lines, line); ++count) {
            const auto question = parse(line);
            ASSERT_TRUE(question.has_value()) << line << '\n' << question.error().message;
            const Status status = check(*question, FakeNames());
            EXPECT_TRUE(status.has_value()) << line << '\n' << status.error().message;
            EXPECT_EQ(*parse(print(*question)), *question) << line;
        }
    }
    EXPECT_GT(count, 40U);
}

TEST(Docs, TheJsonInTheDocsIsTheQuestionBelowIt) {
    const auto jsons = blocks("json");
    ASSERT_EQ(jsons.size(), 1U);
    const auto question = from_json(jsons[0]);
    ASSERT_TRUE(question.has_value()) << question.error().message;
    EXPECT_EQ(print(*question) + '\n', blocks("ask").back());
}

}  // namespace
}  // namespace twofold::ask
