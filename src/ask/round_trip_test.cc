// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <random>

#include "ask/list_parts.h"
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

std::string column_text(const ListParts::Column& column) {
    return column.text + (column.name.empty() ? "" : " as " + quote(column.name));
}

std::string put_together(const ListParts& parts) {
    const auto joined = [](const auto& list, std::string_view between, auto text) {
        std::vector<std::string> texts;
        std::ranges::transform(list, std::back_inserter(texts), text);
        return fmt::format("{}", fmt::join(texts, between));
    };
    std::string text = parts.head;
    if (!parts.show.empty()) text += " show " + joined(parts.show, ", ", column_text);
    if (!parts.where.empty()) text += " where " + joined(parts.where, " and ", std::identity());
    if (parts.sort.empty()) return text;
    return text + " sort by " + joined(parts.sort, ", ", [](const ListParts::Key& key) {
               return key.text + (key.descending ? " descending" : "");
           });
}

TEST(RoundTrip, AListPutTogetherFromItsPartsIsTheSameQuestion) {
    int lists = 0;
    int named = 0;
    for (std::uint64_t seed = 0; seed < 4 * kSeeds; ++seed) {
        Question question = random_question(seed);
        auto* list = std::get_if<List>(&question.kind);
        const auto parts = list_parts(question);
        ASSERT_EQ(parts.has_value(), list != nullptr);
        if (list == nullptr) continue;
        ++lists;
        // A key that names a column is told as that column's value.
        for (SortKey& key : list->sort) {
            const auto* name = std::get_if<std::string>(&key.by);
            if (name == nullptr) continue;
            const auto column = std::ranges::find(list->show, *name, &Column::name);
            if (column == list->show.end()) continue;
            ++named;
            key.by = Expression(column->value);
        }
        const std::string text = put_together(*parts);
        SCOPED_TRACE(text);
        const auto parsed = parse(text);
        ASSERT_TRUE(parsed.has_value()) << parsed.error().message;
        ASSERT_EQ(print(*parsed), print(question));
    }
    EXPECT_GT(lists, 500);
    EXPECT_GT(named, 20);
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
