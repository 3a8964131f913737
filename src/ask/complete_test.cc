// SPDX-License-Identifier: Apache-2.0
#include "ask/complete.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <random>

#include "ask/fake_names.h"
#include "ask/parse.h"
#include "ask/print.h"
#include "ask/random_question.h"

namespace twofold::ask {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

/// What is offered at the end of the text.
std::vector<std::string> offered(std::string_view text) {
    std::vector<std::string> result;
    for (Completion& item : complete(text, text.size(), FakeNames()).items) {
        result.push_back(std::move(item.text));
    }
    return result;
}

TEST(Complete, OffersTheKindsFirst) {
    EXPECT_THAT(offered(""),
                ElementsAre("trend", "count", "list", "funnel", "retention", "sides", "overlap"));
    EXPECT_THAT(offered("  tr"), ElementsAre("trend"));
}

TEST(Complete, OffersWhatTheParserCouldTake) {
    EXPECT_THAT(offered("trend users of use every "),
                ElementsAre("hour", "day", "week", "month", "quarter", "year"));
    EXPECT_THAT(offered("trend users of use relations as of "),
                ElementsAre("event", "now", "ever"));
    EXPECT_THAT(offered("trend "), Not(Contains("days of")));
    EXPECT_THAT(offered("list users "), Contains("sort by"));
    EXPECT_THAT(offered("trend users of use "), Not(Contains("sort by")));
    EXPECT_THAT(offered("trend users of use every week "), Contains("over the last"));
    EXPECT_THAT(offered("retention use "), Contains("then"));
    EXPECT_THAT(offered("retention use then use "),
                AllOf(Contains("every start"), Contains("on or after"), Contains("rolling"),
                      Contains("at least"), Contains("every"), Contains("for")));
    EXPECT_THAT(offered("retention use then use every "), Contains("start"));
    EXPECT_THAT(offered("retention use then use every start "), Not(Contains("every start")));
    EXPECT_THAT(offered("retention use then use for 12 "), Contains("week"));
    EXPECT_THAT(offered("sides "), AllOf(Contains("using"), Contains("flows"), Contains("every"),
                                         Contains("by"), Contains("where")));
    EXPECT_THAT(offered("sides "), Not(Contains("for")));
    EXPECT_THAT(offered("overlap "),
                AllOf(Contains("for"), Contains("every"), Not(Contains("by"))));
    EXPECT_THAT(offered("sides using "), AllOf(Contains("use"), Contains("anything")));
    EXPECT_THAT(offered("sides using use flows "), Not(Contains("flows")));
}

TEST(Complete, OffersNamesWithTheirQuotes) {
    EXPECT_THAT(offered("trend users of si"), ElementsAre("\"Signed Up\""));
    EXPECT_THAT(offered("trend users of \"Si"), ElementsAre("\"Signed Up\""));
    EXPECT_THAT(offered("trend users of \""), Contains("\"Page Viewed\""));
    EXPECT_THAT(offered("trend users of money.tr"), ElementsAre("trial_started", "trial_ended"));
    EXPECT_THAT(offered("trend users of mon"), Contains("money.started"));
    EXPECT_THAT(offered("list users where in segment "),
                ElementsAre("\"Power users\"", "\"Staff\""));
    EXPECT_THAT(offered("list users where related to customer \"ac"), ElementsAre("\"acme\""));
    EXPECT_THAT(offered("trend users of use since release "), ElementsAre("\"3.0\""));
    EXPECT_THAT(offered("count customers where no user with role t"), ElementsAre("\"team lead\""));
    EXPECT_THAT(offered("count customers where no user with role ch"), ElementsAre("champion"));
}

TEST(Complete, OffersThePropertiesOfTheOwner) {
    EXPECT_THAT(offered("list users where user.co"), ElementsAre("country"));
    EXPECT_THAT(offered("list users where customer.p"),
                ElementsAre("plan", "paying", "paying_since", "parent"));
    EXPECT_THAT(offered("list users where customer.traits."),
                ElementsAre("industry", "plan", "size"));
    EXPECT_THAT(offered("trend users of use["), Contains("`Plan Type`"));
    EXPECT_THAT(offered("trend users of use[co"), Contains("country"));
    EXPECT_THAT(offered("list users where us"), Contains("user."));
}

TEST(Complete, SaysWhatTheChoiceReplaces) {
    const Completions word = complete("trend us", 8, FakeNames());
    EXPECT_EQ(word.replace_from, 6U);
    EXPECT_EQ(complete("trend users of \"Si", 18, FakeNames()).replace_from, 15U);
    // What follows is not looked at.
    EXPECT_EQ(complete("trend us of nonsense \"", 8, FakeNames()).items, word.items);
    EXPECT_EQ(complete("trend ", 6'000, FakeNames()).replace_from, 6U);
}

TEST(Complete, OffersNothingWhereWhatStandsBeforeIsWrong) {
    EXPECT_THAT(offered("trend bad bad "), IsEmpty());
    EXPECT_THAT(offered("trend users of use -- in a comm"), IsEmpty());
    EXPECT_THAT(offered("trend users of \"Signed Up\""), IsEmpty());
    EXPECT_THAT(offered("list users where user.x = 2026-02-30 "), IsEmpty());
}

TEST(Complete, ALineBreakEndsAComment) {
    EXPECT_THAT(offered("-- a comment\ntr"), ElementsAre("trend"));
    EXPECT_THAT(offered("trend users of \"--\" every we"), ElementsAre("week"));
}

TEST(Complete, WorksAtEveryPlaceOfEveryQuestion) {
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        SCOPED_TRACE(seed);
        const std::string text = print(random_question(seed)).substr(0, 400);
        for (std::size_t at = 0; at <= text.size(); ++at) {
            const Completions result = complete(text, at, FakeNames());
            EXPECT_LE(result.replace_from, at);
            EXPECT_LE(result.items.size(), kCompletionsMax);
        }
    }
}

TEST(Complete, WhatIsOfferedGoesOn) {
    // A walk that always takes an offer never comes to a place that parses as wrong: if nothing is
    // offered behind a keyword, the keyword should not have been.
    std::mt19937_64 random(3);
    const FakeNames names;
    for (int walk = 0; walk < 500; ++walk) {
        std::string text;
        for (int step = 0; step < 12; ++step) {
            const Completions offer = complete(text, text.size(), names);
            if (offer.items.empty()) {
                break;
            }
            const Completion& item = offer.items[random() % offer.items.size()];
            text = text.substr(0, offer.replace_from) + item.text;
            text += item.text.ends_with('.') ? "" : " ";
        }
        const auto parsed = parse(text);
        SCOPED_TRACE(text);
        if (!parsed) {
            // Only the end may be missing.
            EXPECT_THAT(parsed.error().message, testing::HasSubstr("found the end"));
        }
    }
}

}  // namespace
}  // namespace twofold::ask
