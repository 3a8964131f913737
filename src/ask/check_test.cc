// SPDX-License-Identifier: Apache-2.0
#include "ask/check.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ask/fake_names.h"
#include "ask/parse.h"
#include "ask/print.h"
#include "ask/question_json.h"
#include "ask/random_question.h"

namespace twofold::ask {
namespace {

using testing::HasSubstr;

Status checked(std::string_view text) {
    const auto question = parse(text);
    EXPECT_TRUE(question.has_value()) << text << '\n' << question.error().message;
    return question ? check(*question, FakeNames()) : Status{};
}

TEST(Check, QuestionsThatMakeSensePass) {
    for (
        const std::string_view text : {
            R"(trend users of use every week over the last 12 weeks)",
            R"(trend sum(event.amount) of "Order Completed" by event.country top 5 every day)",
            R"(trend sum(event.amount) of money.paid by event.plan, event.currency)",
            R"(trend events of ("Exported" or money.started)[plan = "pro"])",
            R"(trend customers of use where at least 40% of users did "Exported")",
            R"(trend events of use where user.country = "NO" and event.hour < 6 for customers)",
            R"(trend events of use by user.age in bins of 10, customer.mrr in 5 bins)",
            R"(trend users of use rolling 7 days)",
            R"(trend users of use by event.`Plan Type`, event.beta where event.beta)",
            R"(funnel "Signed Up" > "Project Created" > money.started within 30 days for customers)",
            R"(funnel relation.ended[role = "champion"] > money.churned within 90 days for customers)",
            R"(funnel "Signed Up" > "Exported" since release "3.0" against the previous period)",
            R"(funnel money.due > money.renewed for customers by any user did "Report Exported")",
            R"(funnel "Signed Up" > "Exported" by event.country step 2 times from 1 to 2)",
            R"(retention first "Signed Up" then use every week for 12 weeks by customer.plan)",
            R"(retention money.started then money.renewed every month for customers where paying)",
            R"(retention use[country = "NO"] then use where event.country = "NO" by event.country)",
            R"(sides)",
            R"(overlap every month where customer.plan = "pro" rolled up)",
            R"(overlap for users where user.country = "NO")",
            R"(sides using "Exported" every month where customer.seats > 10 by customer.plan)",
            R"(sides using money.paid flows every week where event.amount > 10)",
            R"(count customers, sum(customer.mrr) where paying and no user did use in the last 30 days)",
            R"(count customers, average(users of use in the last 30 days / customer.seats))",
            R"(count users where did "Exported" every week over the last 4 weeks)",
            R"(count users where any customer (any user did "Exported"))",
            R"(count customers where paying among customers where customer.status != "past")",
            R"(list customers where customer.seats >= 50 and users of use in the last 30 days < 0.2 * customer.seats)",
            R"(list users where customer.plan = "pro" and role is admin and did "Exported" at least 3 times)",
            R"(list customers where customer.renews_on in the next 60 days and customer.industry is set)",
            R"(list customers where customer.traits.plan in ("pro", "team") against 2026-01-01)",
            R"(list users where user.birthday before 2000-01-01 and last time of use after release "3.0")",
            R"(list users where user.age = "30" or user.country = 47)",
            R"(list users where in segment "Staff" or related to customer "acme" or answered "NPS" <= 6)",
            R"(list customers where no user with role "team lead" or guest)",
            R"(list events where event.name = "Exported" and event.country matches "^N" sort by event.time)",
            R"(list relations where relation.since in the last 7 days and customer.mrr > 100)",
            R"(list users show first(event.country) of "Page Viewed" as country sort by country)",
            R"(list users where did "Page Viewed"[tags = "a" and tags contains "b"])",
        }) {
        const Status status = checked(text);
        EXPECT_TRUE(status.has_value()) << text << '\n' << status.error().message;
    }
}

struct Wrong {
    std::string_view text;
    std::uint32_t column;
    std::string_view message;
    std::string_view suggestion = "";
};

void expect_refused(std::initializer_list<Wrong> all) {
    for (const Wrong& wrong : all) {
        const Status status = checked(wrong.text);
        ASSERT_FALSE(status.has_value()) << wrong.text;
        EXPECT_EQ(status.error().code, ErrorCode::kInvalid);
        EXPECT_THAT(status.error().message, HasSubstr(wrong.message)) << wrong.text;
        EXPECT_EQ(status.error().suggestion, wrong.suggestion) << wrong.text << '\n'
                                                               << status.error().message;
        EXPECT_EQ(status.error().at, (Place{1, wrong.column})) << wrong.text << '\n'
                                                               << status.error().message;
        // What is suggested as a whole question is one.
        if (wrong.suggestion.starts_with("count ")) {
            EXPECT_TRUE(checked(wrong.suggestion).has_value()) << wrong.suggestion;
        }
    }
}

TEST(Check, UnknownNamesComeWithTheNearestKnownOne) {
    expect_refused({
        {R"(trend users of "Sign Up")", 16, R"(no event "Sign Up"; did you mean "Signed Up"?)",
         R"("Signed Up")"},
        {R"(trend users of "Zumba")", 16, R"(no event "Zumba")"},
        {R"(funnel use > ("Exported" or "Exportd"))", 29, "did you mean \"Exported\"?",
         R"("Exported")"},
        {R"(list users where did use after "Signedup")", 32, "no event", R"("Signed Up")"},
        {R"(list users where user.contry = "NO")", 18, "no property user.contry", "user.country"},
        {R"(list users where user.industry = "x")", 18, "no property user.industry",
         "customer.industry"},
        {R"(trend events of use[plan_type = 1])", 21, "no property event.plan_type", "`Plan Type`"},
        {R"(trend events of money.paid[amont > 3])", 28, "no property event.amont", "amount"},
        {R"(trend events of money.paid[country = "NO"])", 28, "no property event.country",
         "user.country"},
        {R"(list relations where relation.form is set)", 22, "no property relation.form"},
        {R"(list users where customer.traits.mrr > 3)", 18, "no property customer.traits.mrr"},
        {R"(list users where role is admn)", 18, "no role", "admin"},
        {R"(list users where in segment "Staf")", 18, "no segment", "\"Staff\""},
        {R"(list users where related to customer "acm")", 18, "no customer", "\"acme\""},
        {R"(list users where answered "NSP" > 3)", 18, "no survey", "\"NPS\""},
        {R"(trend users of use since release "3.1")", 26, "no release", "\"3.0\""},
        {R"(trend users of use in zone "Europe/Olso")", 20, "Europe/Olso"},
        {R"(list customers sort by mrr)", 24, "no column \"mrr\"", "customer.mrr"},
        {R"(list users show user.age as years sort by year)", 43, "no column \"year\"",
         "\"years\""},
    });
}

TEST(Check, MoneySummedOverUsersIsRefusedWithTheQuestionToAsk) {
    expect_refused({
        {R"(count users, sum(customer.mrr))", 18, "money belongs to customers",
         "count customers, sum(customer.mrr)"},
        {R"(count users, average(customer.mrr / customer.seats) where did "Exported")", 22,
         "money belongs to customers",
         R"(count customers, average(customer.mrr / customer.seats) where any user did "Exported")"},
        {R"(count users, sum(customer.mrr) where did "Exported" and user.known and customer.plan = "pro")",
         18, "money belongs to customers",
         R"(count customers, sum(customer.mrr) where customer.plan = "pro" and any user (did "Exported" and user.known))"},
        {R"(count sessions, sum(customer.seats))", 21, "belongs to customers",
         "count customers, sum(customer.seats)"},
    });
}

TEST(Check, ConditionsSpeakOfWhatIsThere) {
    expect_refused({
        {R"(count customers where user.country = "NO")", 23, "a customer has many users",
         R"(any user user.country = "NO")"},
        {R"(count customers where paying and (user.age > 3 or paying))", 35,
         "a customer has many users", "any user user.age > 3"},
        {R"(count users where event.country = "NO")", 19, "within the brackets",
         R"(did anything[country = "NO"])"},
        {R"(count users where any user did use)", 19, "the question is about users here",
         "any customer (any user did use)"},
        {R"(count customers where any user (any user did use))", 33, "about users here",
         "any customer (any user did use)"},
        {R"(count customers where any customer paying)", 23, "about customers here", "paying"},
        {R"(trend users of use rolled up)", 20, "counts no customers", "for customers rolled up"},
        {R"(list users show event.country)", 17, "within the brackets"},
    });
}

TEST(Check, ValuesFitWhatTheyAreComparedWith) {
    expect_refused({
        {R"(count users where user.country < 3)", 19, "user.country holds text"},
        {R"(count users where user.age < "x")", 30, "\"x\" holds text"},
        {R"(count users where user.age = true)", 30, "never compares"},
        {R"(count users where user.known in ("yes"))", 34, "never compares"},
        {R"(count users where user.first_seen < 3)", 37, "never compares"},
        {R"(count users where user.first_seen < "2026-01-31")", 37, "without quotes", "2026-01-31"},
        {R"(count users where user.country)", 19, "no condition alone", "user.country is set"},
        {R"(count users where user.age contains "3")", 19, "only text is searched"},
        {R"(count users where user.country matches "a(")", 19, "not a pattern"},
        {R"(count users where user.age in the last 3 days)", 19, "no dates"},
        {R"(count users where user.known before 2026-01-01)", 19, "no dates"},
        {R"(count users where user.country + 1 > 2)", 19, "a number is needed"},
        {R"(count users where sum(event.country) of use > 2)", 23, "sum takes numbers"},
        {R"(count users where sum(user.age) of use > 2)", 23, "a property of the event"},
        {R"(count users, sum(user.country))", 18, "a number is needed"},
        {R"(trend sum(event.plan) of money.started)", 11, "sum takes numbers"},
        {R"(trend events of use by event.country in bins of 5)", 24, "bins are made of numbers"},
    });
}

TEST(Check, ImpossibleClausesAreRefused) {
    expect_refused({
        {R"(count customers where at least 140% of users did use)", 23, "at most 100%: 140%"},
        {R"(count customers where at least 0% of users did use)", 23, "above 0%"},
        {R"(count customers where at least 0 users did use)", 23, "always true", "at least 1 user"},
        {R"(count users where did use at least 0 times)", 19, "always true", "at least 1 time"},
        {R"(trend days of use)", 7, "a trend counts"},
        {R"(trend last(event.country) of use)", 7, "a trend counts"},
        {R"(trend users of use rolling 7 days every week)", 35, "every day", "every day"},
        {R"(trend users of use cumulative in total)", 31, "in total has none"},
        {R"(trend users of use from 2026-02-01 to 2026-01-01)", 20, "ends after it begins",
         "from 2026-01-01 to 2026-02-01"},
        {R"(trend users of use against 2026-01-01)", 20, "only a list",
         "against the previous period"},
        {R"(list users against the previous period)", 12, "compared with a moment"},
        {R"(list users show user.id as a, user.age as a)", 17, "one name"},
        {R"(trend users of use by event.country step 2)", 37, "only a funnel has steps"},
        {R"(funnel use > use by event.country step 3)", 35, "this funnel has 2 steps: step 3"},
        {R"(funnel use > use excluding "Exported" between 2 and 3)", 18, "2 steps"},
        {R"(funnel use > use excluding "Exported" between 2 and 2)", 18, "2 steps"},
        {R"(funnel use > use times from 1 to 3)", 18, "2 steps"},
        {R"(funnel use > use holding user.id)", 26, "property of their events"},
        {R"(funnel use > use for each user.id)", 27, "property of events"},
        {R"(retention "Signed Up" then "Exportd")", 28, "did you mean \"Exported\"?",
         R"("Exported")"},
        {R"(retention use then use in total)", 24, "in total has none", "every week"},
        {R"(retention use then use every week for 12 months)", 35, "here the week: for 12 months",
         "for 12 weeks"},
        {R"(retention use then use by event.country last touch)", 41, "once, at the start"},
        {R"(retention use then use by event.country step 2)", 41, "once, at the start"},
        {R"(retention use then use rolled up)", 24, "counts no customers",
         "for customers rolled up"},
        {R"(overlap for sessions)", 9, "counts users and customers", "for users"},
        {R"(overlap for users rolled up)", 19, "counts no customers", "for customers rolled up"},
        {R"(sides using "Exportd")", 13, "did you mean \"Exported\"?", R"("Exported")"},
        {R"(sides flows in total)", 13, "from one period to the next", "every month"},
        {R"(sides flows by customer.plan)", 16, "flows have no `by`"},
        {R"(sides by customer.plan last touch)", 24, "once, at the end of each period"},
    });
}

TEST(Check, AQuestionFromJsonIsRefusedWithoutAPlace) {
    const auto question = parse(R"(trend users of "Sign Up")");
    const Status status = check(*from_json(to_json(*question)), FakeNames());
    ASSERT_FALSE(status.has_value());
    EXPECT_FALSE(status.error().at.has_value());
}

TEST(Check, RandomQuestionsAreCheckedWithoutEnd) {
    for (std::uint64_t seed = 0; seed < 2'000; ++seed) {
        SCOPED_TRACE(seed);
        const Status status = check(random_question(seed), FakeNames());
        EXPECT_TRUE(status || !status.error().message.empty());
    }
}

}  // namespace
}  // namespace twofold::ask
