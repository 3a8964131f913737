// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <random>

#include "ask/parse.h"
#include "ask/print.h"
#include "ask/question_json.h"
#include "ask/random_question.h"

namespace twofold::ask {
namespace {

constexpr std::uint64_t kSeeds = 2'500;

TEST(RoundTrip, TheTextOfAQuestionParsesToTheSameQuestion) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        SCOPED_TRACE(seed);
        const Question question = random_question(seed);
        const std::string text = print(question);
        SCOPED_TRACE(text);
        const auto parsed = parse(text);
        ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
        ASSERT_EQ(print(*parsed), text);
        ASSERT_TRUE(*parsed == question) << to_json(*parsed) << '\n' << to_json(question);
    }
}

TEST(RoundTrip, TheJsonOfAQuestionReadsToTheSameQuestion) {
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        SCOPED_TRACE(seed);
        const Question question = random_question(seed);
        const std::string json = to_json(question);
        SCOPED_TRACE(json);
        const auto read = from_json(json);
        ASSERT_TRUE(read.has_value()) << read.error().message;
        ASSERT_TRUE(*read == question) << print(*read);
        ASSERT_EQ(to_json(*read), json);
    }
}

/// Changes, removes, inserts, repeats and swaps bytes.
std::string mutate(std::string text, std::mt19937_64& random) {
    const auto below = [&random](std::size_t bound) { return random() % bound; };
    for (std::size_t edits = 1 + below(4); edits > 0 && !text.empty(); --edits) {
        const std::size_t at = below(text.size());
        switch (below(5)) {
            case 0:
                text[at] = static_cast<char>(below(256));
                break;
            case 1:
                text.erase(at, 1 + below(5));
                break;
            case 2:
                text.insert(at, 1, "()[]\"`<>=,.-*/%\\ 0e"[below(19)]);
                break;
            case 3:
                text.insert(below(text.size()), text.substr(at, 1 + below(12)));
                break;
            default:
                std::swap(text[at], text[below(text.size())]);
        }
    }
    return text;
}

TEST(RoundTrip, MutatedTextsGiveAQuestionOrAnErrorWithItsPlace) {
    std::mt19937_64 random(7);
    std::size_t errors = 0;
    std::size_t questions = 0;
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        SCOPED_TRACE(seed);
        const std::string text = mutate(print(random_question(seed)), random);
        const auto parsed = parse(text);
        if (parsed) {
            ++questions;
            const auto again = parse(print(*parsed));
            ASSERT_TRUE(again.has_value()) << text << '\n' << again.error().message;
            ASSERT_TRUE(*again == *parsed) << text;
        } else {
            ++errors;
            EXPECT_FALSE(parsed.error().message.empty());
        }
    }
    EXPECT_GT(errors, kSeeds / 10);
    EXPECT_GT(questions, kSeeds / 100);
}

TEST(RoundTrip, MutatedJsonGivesAQuestionOrAnError) {
    std::mt19937_64 random(8);
    for (std::uint64_t seed = 0; seed < kSeeds; ++seed) {
        SCOPED_TRACE(seed);
        const auto read = from_json(mutate(to_json(random_question(seed)), random));
        if (read) {
            EXPECT_TRUE(parse(print(*read)).has_value());
        }
    }
}

}  // namespace
}  // namespace twofold::ask
