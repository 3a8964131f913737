// SPDX-License-Identifier: Apache-2.0
#include "ask/parse.h"

#include <functional>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ask/print.h"

namespace twofold::ask {
namespace {

using testing::HasSubstr;

Question parsed(std::string_view text) {
    auto question = parse(text);
    EXPECT_TRUE(question.has_value()) << text << '\n' << question.error().message;
    return question.value_or(Question{});
}

Error error_of(std::string_view text) {
    const auto question = parse(text);
    EXPECT_FALSE(question.has_value()) << text << '\n' << print(*question);
    return question ? Error{} : question.error();
}

Predicate where(std::string_view condition) {
    const Question question = parsed("list users where " + std::string(condition));
    EXPECT_TRUE(question.where.has_value());
    return question.where.value_or(Predicate{});
}

template <typename Node>
Node where_node(std::string_view condition) {
    const Predicate predicate = where(condition);
    EXPECT_TRUE(std::holds_alternative<Node>(predicate.node)) << print(predicate);
    const Node* node = std::get_if<Node>(&predicate.node);
    return node != nullptr ? *node : Node{};
}

/// Text and the canonical text of the same question.
struct Canonical {
    std::string_view text;
    std::string_view canonical;
};

TEST(Parse, TheExamplesOfTheLanguageKeepTheirText) {
    for (
        const std::string_view text : {
            R"(trend users of use every week over the last 12 weeks)",
            R"(funnel "Signed Up" > "Project Created" > money.started within 30 days for customers)",
            R"(retention first "Signed Up" then "Document Edited" every week for 12 weeks by customer.plan)",
            R"(sides using "Document Edited" every month over the last 12 months)",
            R"(overlap for customers every month over the last 12 months rolled up)",
            R"(count customers, sum(customer.mrr) where paying and no user did use in the last 30 days)",
            R"(list customers where customer.seats >= 50 and users of use in the last 30 days < 0.2 * customer.seats)",
            R"(list users where customer.plan = "pro" and role is admin and did "Exported" at least 3 times in the last 14 days)",
            R"(count customers, sum(customer.mrr) where paying and no user did anything in the last 30 days)",
            R"(funnel relation.ended[role = "champion"] > money.churned within 90 days entries only for customers)",
            R"(list customers where paying and did relation.ended[role = "champion"] in the last 60 days and no user with role champion)",
            R"(funnel "Signed Up" > "Project Created" within 1 day since release "3.0" against the previous period)",
            R"(funnel money.due > money.renewed within 30 days for customers by any user did "Report Exported" in the last 30 days)",
            R"(list customers where customer.status = "free" and at least 10 users did use in the last 30 days and did "Limit Reached" at least 3 times in the last 30 days)",
            R"(funnel relation.ended[role = "champion"] > relation.started > money.started within 180 days)",
            R"(list customers show users of use in the last 30 days as active)",
            R"(count customers where at least 40% of users did "Exported" in the last 30 days)",
        }) {
        EXPECT_EQ(print(parsed(text)), text);
    }
}

TEST(Parse, OtherWaysToWriteItGiveTheCanonicalText) {
    for (const auto& [text, canonical] : std::initializer_list<Canonical>{
             {R"(trend sum(event.amount) of "Order Completed" by event.country top 5 every day)",
              R"(trend sum(event.amount) of "Order Completed" every day by event.country top 5)"},
             {"trend\n  users of use -- people\n  over the last 7d",
              "trend users of use over the last 7 days"},
             {"trend users of use over the last month", "trend users of use over the last 1 month"},
             {R"(funnel "A" > "B" within 7d)", R"(funnel "A" > "B" within 7 days)"},
             {R"(funnel "A" > "B" within 1 hours)", R"(funnel "A" > "B" within 1 hour)"},
             {"list users where customer.paying", "list users where paying"},
             {"list users where ((user.known))", "list users where user.known"},
             {"list users where relation.role = \"x\"", "list users where role = \"x\""},
             {"list users where role is not admin", "list users where not role is admin"},
             {"list users where not (not user.known)", "list users where not not user.known"},
             {"count customers where any users did use", "count customers where any user did use"},
             {"list users where did use ever", "list users where did use"},
             {"list users where did use exactly 1 times",
              "list users where did use exactly 1 time"},
             {"trend events of (\"A\")", "trend events of \"A\""},
             {"trend events of \"A\"[event.x = 1]", "trend events of \"A\"[x = 1]"},
             {"trend events of \"A\"[`Plan Type` = 1]", "trend events of \"A\"[`Plan Type` = 1]"},
             {"trend events of use from 2026-01-31T06:00:00.000+02:00 to 2026-02-01T00:00Z",
              "trend events of use from 2026-01-31T04:00Z to 2026-02-01T00:00Z"},
             {"list users sort by user.id asc, \"n\" desc",
              "list users sort by user.id, n descending"},
             {"count users among paying", "count users among users where paying"},
             {"list users where 1 + (2 * 3) - (4 - 5) > 0",
              "list users where 1 + 2 * 3 - (4 - 5) > 0"},
         }) {
        EXPECT_EQ(print(parsed(text)), canonical) << text;
    }
}

TEST(Parse, SelectorsAreReadInAllTheirForms) {
    const auto selector = [](std::string_view text) {
        auto result = parse_selector(text);
        EXPECT_TRUE(result.has_value()) << text << '\n' << result.error().message;
        return result.value_or(Selector{});
    };
    EXPECT_EQ(selector("anything").kind, Selector::Kind::kAnything);
    EXPECT_EQ(selector("use").kind, Selector::Kind::kUse);
    EXPECT_EQ(selector("\"use\"").kind, Selector::Kind::kNamed);
    EXPECT_EQ(selector("money.trial_started").name, "money.trial_started");
    EXPECT_EQ(selector("first \"A\"").first, Selector::First::kFirst);
    const Selector matching = selector("first matching \"A\"[plan = \"pro\" and amount > 3]");
    EXPECT_EQ(matching.first, Selector::First::kFirstMatching);
    ASSERT_TRUE(matching.where);
    EXPECT_EQ(std::get<And>(matching.where->node).parts.size(), 2U);
    const Selector either = selector("first (\"A\" or \"B\"[x is set] or use)[y = 1]");
    EXPECT_EQ(either.kind, Selector::Kind::kEither);
    EXPECT_EQ(either.either.size(), 3U);
    EXPECT_TRUE(either.either[1].where);
    EXPECT_TRUE(either.where);
    EXPECT_EQ(either.first, Selector::First::kFirst);
}

TEST(Parse, FramesAreReadInAllTheirForms) {
    for (const auto& [text, kind] : std::initializer_list<std::pair<std::string_view, Frame::Kind>>{
             {"did use", Frame::Kind::kEver},
             {"did use in the range", Frame::Kind::kInTheRange},
             {"did use in the last 90 minutes", Frame::Kind::kInTheLast},
             {"did use in the 7 days before the last 7 days", Frame::Kind::kBeforeTheLast},
             {"did use in the first 4 seconds", Frame::Kind::kInTheFirst},
             {"did use within 2 weeks after \"A\"", Frame::Kind::kWithinAfter},
             {"did use within 2 weeks before \"A\"[x = 1]", Frame::Kind::kWithinBefore},
             {"did use after \"A\"", Frame::Kind::kAfter},
             {"did use before money.churned", Frame::Kind::kBefore},
             {"did use since release \"3.0\"", Frame::Kind::kSince},
             {"did use from 2026-01-01 to 2026-01-31", Frame::Kind::kFromTo},
         }) {
        EXPECT_EQ(where_node<Did>(text).frame.kind, kind) << text;
        EXPECT_EQ(print(where(text)), text);
    }
}

TEST(Parse, ChainsHaveAWindowAndAFrame) {
    const Did chain =
        where_node<Did>("did not \"A\" > \"B\" > use within 7 days in the last 30 days");
    EXPECT_TRUE(chain.negated);
    EXPECT_EQ(chain.steps.size(), 3U);
    EXPECT_EQ(chain.within->ms(), 7 * kDayMs);
    EXPECT_EQ(chain.frame.kind, Frame::Kind::kInTheLast);
    // `within D after S` is a frame of the chain, not its window.
    const Did framed = where_node<Did>("did \"A\" > \"B\" within 7 days after \"C\"");
    EXPECT_FALSE(framed.within);
    EXPECT_EQ(framed.frame.kind, Frame::Kind::kWithinAfter);
}

TEST(Parse, PredicatesAreReadInAllTheirForms) {
    for (const std::string_view text : {
             R"(user.country = "NO")",
             R"(user.country != "NO")",
             R"(user.age >= -3.5 and user.age < 40 or not user.known)",
             R"(user.country in ("NO", "SE", 3, true, 2026-01-01))",
             R"(user.country not in ("NO"))",
             R"(user.email contains "@")",
             R"(user.email starts with "a")",
             R"(user.email ends with ".no")",
             R"(user.email matches "^a.*\\.no$")",
             R"(user.email is set)",
             R"(user.email is not set)",
             R"(customer.renews_on in the next 60 days)",
             R"(user.first_seen in the last 30 days)",
             R"(user.first_seen before 2026-01-31)",
             R"(user.first_seen after release "3.0")",
             R"(in segment "Power users")",
             R"(role is admin)",
             R"(role is "team lead")",
             R"(related to customer "acme")",
             R"(answered "NPS" <= 6)",
             R"(paying)",
             R"(customer.traits.plan = "pro" and event.properties.name = "x")",
             R"(any customer customer.plan = "pro")",
             R"(every customer with role admin (paying and customer.seats > 3))",
             R"(no customer)",
             R"(last time of use ever in the last 7 days)",
             R"(first time of "A" before 2026-01-31)",
             R"(sum(event.amount) of "A" in the last 7 days / events of "A" > 3)",
             R"(distinct(event.x) of use since 2026-01-01 > average(event.y) of "B")",
             R"(days of use in the last 28 days > 3)",
         }) {
        EXPECT_EQ(print(where(text)), text);
    }
}

TEST(Parse, LiftsNameTheirRule) {
    const auto lift = [](std::string_view text) {
        const Question question = parsed("count customers where " + std::string(text));
        EXPECT_EQ(print(*question.where), text);
        return std::get<Lift>(question.where->node);
    };
    EXPECT_EQ(lift("any user").quantifier, Quantifier::kAny);
    EXPECT_FALSE(lift("any user").condition);
    EXPECT_EQ(lift("every user did use").quantifier, Quantifier::kEvery);
    EXPECT_EQ(lift("no user ever related did use").ever_related, true);
    EXPECT_EQ(lift("at least 3 users did use").count, 3);
    EXPECT_EQ(lift("at least 12.5% of users did use").percent, 12.5);
    EXPECT_EQ(lift("no user with role admin or \"team lead\" or user did use").roles,
              (std::vector<std::string>{"admin", "team lead", "user"}));
    EXPECT_TRUE(lift("any user (did use and user.known)").condition);
}

TEST(Parse, ALiftTakesOneConditionAndNoMore) {
    const auto both = where_node<And>("no user did \"X\" and paying");
    ASSERT_EQ(both.parts.size(), 2U);
    EXPECT_TRUE(std::holds_alternative<Lift>(both.parts[0].node));
    EXPECT_TRUE(std::holds_alternative<IsTrue>(both.parts[1].node));
    const auto same_user = where_node<Lift>("no user (did \"X\" and user.known)");
    EXPECT_TRUE(std::holds_alternative<And>(same_user.condition->node));
}

TEST(Parse, AnOrBehindARoleJoinsConditionsWhereNoRoleCanStand) {
    EXPECT_EQ(where_node<Lift>("any user with role admin or owner").roles.size(), 2U);
    EXPECT_EQ(where_node<Or>("any user with role admin or paying").parts.size(), 2U);
    EXPECT_EQ(where_node<Or>("any user with role admin or user.known").parts.size(), 2U);
    EXPECT_EQ(where_node<Or>("any user with role admin or users of use > 3").parts.size(), 2U);
    EXPECT_EQ(where_node<Or>("any user with role admin or role is owner").parts.size(), 2U);
}

TEST(Parse, AFrameTakesWhatFollowsItAndClausesDoNot) {
    const Question question =
        parsed("list users from 2026-01-01 to 2026-02-01 where did use since 2026-01-05");
    EXPECT_TRUE(std::holds_alternative<FromTo>(question.range->value));
    EXPECT_EQ(std::get<Did>(question.where->node).frame.kind, Frame::Kind::kSince);
    // A date behind `before` compares, a selector is a frame.
    EXPECT_TRUE(
        std::holds_alternative<DateSide>(where("first time of use before 2026-01-01").node));
    EXPECT_TRUE(std::holds_alternative<IsSet>(where("first time of use before \"A\" is set").node));
}

TEST(Parse, AllClausesAreReadInAnyOrder) {
    const Question question = parsed(
        R"(trend users of use, events of "A" / users of "A" rolling 7 days, users of use cumulative )"
        R"(including everyone judged at the end against from 2025-01-01 to 2025-01-31 )"
        R"(at 2026-02-01T12:00Z weeks from sunday in zone "Europe/Oslo" facts as of now )"
        R"(relations as of ever from 2026-01-01 to 2026-01-31 every week for customers rolled up )"
        R"(by customer.plan, customer.seats in bins of 10 top 5 where paying)");
    const auto& trend = std::get<Trend>(question.kind);
    ASSERT_EQ(trend.measures.size(), 3U);
    EXPECT_EQ(trend.measures[1].rolling_days, 7);
    EXPECT_TRUE(trend.measures[1].divided_by);
    EXPECT_EQ(trend.measures[2].smoothing, Smoothing::kCumulative);
    EXPECT_TRUE(question.including_everyone);
    EXPECT_EQ(question.judged, Judged::kEnd);
    EXPECT_TRUE(std::holds_alternative<FromTo>(question.against->value));
    EXPECT_TRUE(std::holds_alternative<TimeMs>(question.at->value));
    EXPECT_EQ(question.weeks_from, WeekStart::kSunday);
    EXPECT_EQ(question.zone, "Europe/Oslo");
    EXPECT_EQ(question.facts, FactsAsOf::kNow);
    EXPECT_EQ(question.relations, RelationsAsOf::kEver);
    EXPECT_EQ(*question.every, Every(Interval::kWeek));
    EXPECT_EQ(question.unit->kind, Unit::Kind::kCustomers);
    EXPECT_TRUE(question.rolled_up);
    ASSERT_EQ(question.by->items.size(), 2U);
    EXPECT_EQ(question.by->items[1].bins->width, 10);
    EXPECT_EQ(question.by->top, 5);
    EXPECT_TRUE(question.where.has_value());
}

TEST(Parse, BreakdownsAreReadInAllTheirForms) {
    for (const std::string_view by : {
             R"(event.country)",
             R"(user, customer top 3)",
             R"(role last touch)",
             R"(segments "A", "B", customer.plan)",
             R"(did use in the last 7 days step 2)",
             R"(customer.mrr / customer.seats in 5 bins first touch)",
             R"(paying every value)",
         }) {
        const std::string text = R"(funnel "A" > "B" by )" + std::string(by);
        EXPECT_EQ(print(parsed(text)), text);
    }
}

TEST(Parse, FunnelClausesAreReadInAllTheirForms) {
    const std::string text =
        R"(funnel "A" > "B" > use within 2 weeks strict excluding "X" excluding "Y"[z = 1] between 1 )"
        R"(and 2 ending the attempt entries only holding event.id times from 1 to 3 entering every )"
        R"(week for each event.cart)";
    const Question question = parsed(text);
    EXPECT_EQ(print(question), text);
    const auto& funnel = std::get<Funnel>(question.kind);
    EXPECT_EQ(funnel.order, FunnelOrder::kStrict);
    ASSERT_EQ(funnel.excluding.size(), 2U);
    EXPECT_FALSE(funnel.excluding[0].ends_attempt);
    EXPECT_TRUE(funnel.excluding[1].ends_attempt);
    EXPECT_EQ(std::get<Funnel>(parsed("funnel \"A\" > \"B\" in any order").kind).order,
              FunnelOrder::kAny);
}

TEST(Parse, SidesClausesAreReadInAllTheirForms) {
    const std::string text =
        R"(sides using ("A" or use) flows every month over the last 12 months where paying)";
    const Question question = parsed(text);
    EXPECT_EQ(print(question), text);
    const auto& sides = std::get<Sides>(question.kind);
    ASSERT_TRUE(sides.used.has_value());
    EXPECT_EQ(sides.used->kind, Selector::Kind::kEither);
    EXPECT_TRUE(sides.flows);
    EXPECT_EQ(print(parsed(R"(sides every month where paying flows over the last 12 months )"
                           R"(using ("A" or use))")),
              text);
    EXPECT_EQ(std::get<Sides>(parsed("sides").kind), Sides{});
}

TEST(Parse, RetentionClausesAreReadInAllTheirForms) {
    const std::string text =
        R"(retention first "A" then ("B" or use) at least 3 times on or after rolling every start )"
        R"(for customers every week since 2026-01-01 where paying for 12 weeks by customer.plan top 3)";
    const Question question = parsed(text);
    EXPECT_EQ(print(question), text);
    const auto& retention = std::get<Retention>(question.kind);
    EXPECT_EQ(retention.start.first, Selector::First::kFirst);
    EXPECT_EQ(retention.back.kind, Selector::Kind::kEither);
    EXPECT_EQ(retention.times, 3);
    EXPECT_TRUE(retention.on_or_after);
    EXPECT_TRUE(retention.rolling);
    EXPECT_TRUE(retention.every_start);
    EXPECT_EQ(retention.periods, (Periods{12, Interval::kWeek, {}}));
    EXPECT_EQ(question.unit->kind, Unit::Kind::kCustomers);
    // In any order; the two `for` and the two `every` are told apart by what follows.
    EXPECT_EQ(print(parsed(R"(retention first "A" then ("B" or use) by customer.plan top 3 )"
                           R"(for 12w every start every week for customers rolling on or after )"
                           R"(at least 3 times since 2026-01-01 where paying)")),
              text);
    EXPECT_FALSE(std::get<Retention>(parsed(R"(retention "A" then "B")").kind).periods);
    EXPECT_EQ(print(parsed(R"(retention "A" then "B" at least 1 times at 2026-01-01 for 1 day)")),
              R"(retention "A" then "B" at least 1 time for 1 day at 2026-01-01)");
}

TEST(Parse, SpansPointAtTheText) {
    const std::string text = "trend users of use\n  where user.country = \"NO\"";
    const Question question = parsed(text);
    const auto& comparison = std::get<Comparison>(question.where->node);
    EXPECT_EQ(comparison.left.span.at, (Place{2, 9}));
    EXPECT_EQ(text.substr(comparison.left.span.begin,
                          comparison.left.span.end - comparison.left.span.begin),
              "user.country");
    // Columns count characters.
    EXPECT_EQ(error_of("list users where user.`größe` ? 3").at, (Place{1, 31}));
}

/// A wrong text, where it is wrong, and a part of what is said about it.
struct WrongText {
    std::string_view text;
    std::uint32_t column;
    std::string_view message;
    std::string_view suggestion = "";
};

TEST(Parse, ErrorsSayWhereAndWhatCouldStandThere) {
    for (const WrongText& wrong : std::initializer_list<WrongText>{
             {"", 1,
              "expected trend, count, list, funnel, retention, sides or overlap, found the end"},
             {"trnd users of use", 1, "did you mean trend?", "trend"},
             {"money movements", 1,
              "this version answers trend, count, list, funnel, retention, sides and overlap: "
              "found \"money\""},
             {"retention \"A\"", 14, "or then, found the end"},
             {"retention \"A\" than \"B\"", 15, "did you mean then?", "then"},
             {"retention \"A\" then \"B\" every star", 30, "did you mean start?", "start"},
             {"retention \"A\" then \"B\" every start every start", 36,
              "given before: every start"},
             {"retention \"A\" then \"B\" at least 0 times", 33, "at least 1"},
             {"retention \"A\" then \"B\" at least 3", 34, "expected times"},
             {"retention \"A\" then \"B\" at lest 3 times", 27, "did you mean least?", "least"},
             {"retention \"A\" then \"B\" for 0 weeks", 28, "at least 1"},
             {"retention \"A\" then \"B\" for 3 apples", 30, "expected hour, day, week"},
             {"retention \"A\" then \"B\" for 3 weeks for 4 weeks", 36, "given before: for 4"},
             {"retention \"A\" then \"B\" for five", 28,
              "a number of periods such as 12 weeks, users, customers"},
             {"retention \"A\" then \"B\" within 3 days", 24,
              "within is a clause of funnel, not of retention"},
             {"trend users of use on or after", 20, "on is a clause of retention, not of trend"},
             {"trend usrs of use", 7, "found \"usrs\"; did you mean users?", "users"},
             {"trend users", 12, "expected of, found the end"},
             {"trend users of Signed", 16, "double quotes", "\"Signed\""},
             {"trend users of money.strted", 22, "did you mean started?", "started"},
             {"trend users of use every weak", 26, "found \"weak\"; did you mean week?", "week"},
             {"trend users of use every week every day", 31, "given before: every"},
             {"trend users of use over the lst 3 days", 29, "did you mean last?", "last"},
             {"trend users of use show user.id", 20, "show is a clause of list, not of trend"},
             {"count users for customers", 13,
              "for is a clause of trend, funnel, retention and overlap"},
             {"trend users of use by", 22, "expected user, customer"},
             {"trend users of use where 3", 27, "found the end"},
             {"trend users of use where (user.age > 3", 39, "\")\", found the end"},
             {"count users where country = \"NO\"", 19, "whose it is", "user.country"},
             {"count users where user.country = 'NO'", 34, "straight double quotes", "\""},
             {"count users where user.country = “NO”", 34, "straight double quotes", "\""},
             {"count users where user.country = \"NO", 34, "no closing \""},
             {"count users where user.größe = 1", 26, "backquotes"},
             {"count users where user.x = 99999999999999999999", 28, "too large"},
             {"count users where user.x = 1e999", 28, "too large"},
             {"count users where user.x = 7dd", 28, "neither a number nor a duration"},
             {"count users at 2026-02-30", 16, "no date \"2026-02-30\""},
             {"count users at 2026-02-03T06:00", 16, "ends with Z", "2026-02-03T06:00Z"},
             {"count users at 2026-02-03T25:00Z", 16, "no instant"},
             {"funnel \"A\"", 11, "\">\", found the end"},
             {"funnel \"A\" > \"B\" within -3 days", 25, "longer than nothing"},
             {"funnel \"A\" > \"B\" within 0 days", 25, "longer than nothing"},
             {"funnel \"A\" > \"B\" within 3 months", 27, "elapsed time", "90 days"},
             {"funnel \"A\" > \"B\" within 5 apples", 27, "expected seconds"},
             {"funnel \"A\" > \"B\" strict in any order", 25, "given before"},
             {"count users where did use at least 3", 37, "expected times"},
             {"count users where at least 2.5 users did use", 28, "a share ends with %"},
             {"list users limit 0", 18, "at least 1"},
             {"trend users of use by user.age in bins of 0", 43, "wider than nothing"},
             {"trend users of first first \"A\"", 22, "expected matching, use, anything",
              "\"first\""},
             {"trend users of \"\"", 16, "an event has a name"},
             {"trend users of use ; drop", 20, "nothing starts with \";\""},
             {"count users, sum(customer.mrr) of use", 32, "found \"of\""},
             {"list users where (user.age > 3) + 1 > 2", 33, "found \"+\""},
             {"trend users of use rolling 2 hours", 28, "whole days"},
         }) {
        const Error error = error_of(wrong.text);
        EXPECT_EQ(error.code, ErrorCode::kInvalid) << wrong.text;
        EXPECT_THAT(error.message, HasSubstr(wrong.message)) << wrong.text;
        EXPECT_EQ(error.suggestion, wrong.suggestion) << wrong.text << '\n' << error.message;
        ASSERT_TRUE(error.at.has_value()) << wrong.text;
        EXPECT_EQ(*error.at, (Place{1, wrong.column})) << wrong.text << '\n' << error.message;
    }
}

std::string repeat(std::string_view text, std::size_t times) {
    std::string result;
    for (std::size_t i = 0; i < times; ++i) {
        result += text;
    }
    return result;
}

/// Parses with `inside` items and is refused as too large with one more.
void expect_bound(std::size_t inside, const std::function<std::string(std::size_t)>& text) {
    const auto fits = parse(text(inside));
    EXPECT_TRUE(fits.has_value()) << fits.error().message;
    const auto beyond = parse(text(inside + 1));
    ASSERT_FALSE(beyond.has_value()) << text(inside + 1).substr(0, 200);
    EXPECT_EQ(beyond.error().code, ErrorCode::kTooLarge) << beyond.error().message;
}

TEST(Parse, EveryBoundHoldsAtAndBeyond) {
    expect_bound(kTextBytesMax, [](std::size_t n) {
        const std::string text = "trend users of use";
        return text + std::string(n - text.size(), ' ');
    });
    expect_bound(kStepsMax, [](std::size_t n) { return "funnel use" + repeat(" > use", n - 1); });
    expect_bound(kStepsMax, [](std::size_t n) {
        return "list users where did use" + repeat(" > use", n - 1);
    });
    expect_bound(kListMax, [](std::size_t n) {
        return "list users where user.x in (1" + repeat(",1", n - 1) + ")";
    });
    expect_bound(kListMax, [](std::size_t n) {
        return "list users where paying" + repeat(" or paying", n - 1);
    });
    expect_bound(kListMax, [](std::size_t n) {
        return "trend users of (use" + repeat(" or use", n - 1) + ")";
    });
    expect_bound(kMeasuresMax, [](std::size_t n) {
        return "trend users of use" + repeat(", users of use", n - 1);
    });
    expect_bound(kPeriodsMax, [](std::size_t n) {
        return "retention use then use for " + std::to_string(n) + " days";
    });
    expect_bound(kColumnsMax, [](std::size_t n) {
        return "list users show user.id" + repeat(", user.id", n - 1);
    });
    expect_bound(kSortKeysMax, [](std::size_t n) {
        return "list users sort by user.id" + repeat(", user.id", n - 1);
    });
    expect_bound(kBreakdownsMax, [](std::size_t n) {
        return "trend users of use by user" + repeat(", user", n - 1);
    });
    expect_bound(kSegmentsMax, [](std::size_t n) {
        return "trend users of use by segments \"A\"" + repeat(", \"A\"", n - 1);
    });
    expect_bound(kRolesMax, [](std::size_t n) {
        return "count customers where any user with role a" + repeat(" or a", n - 1);
    });
    expect_bound(kExclusionsMax,
                 [](std::size_t n) { return "funnel use > use" + repeat(" excluding use", n); });
    expect_bound(kNameBytesMax,
                 [](std::size_t n) { return "trend users of \"" + std::string(n, 'a') + "\""; });
    expect_bound(static_cast<std::size_t>(kTopMax), [](std::size_t n) {
        return "trend users of use by user top " + std::to_string(n);
    });
    expect_bound(static_cast<std::size_t>(kIntervalsMax), [](std::size_t n) {
        return "trend users of use over the last " + std::to_string(n) + " days";
    });
    expect_bound(static_cast<std::size_t>(kDurationMaxMs / kDayMs), [](std::size_t n) {
        return "funnel use > use within " + std::to_string(n) + " days";
    });
}

TEST(Parse, WhatIsAcceptedHasACanonicalTextThatIsAcceptedToo) {
    // Each grows when it is written out: in length, and in depth.
    for (const std::size_t count : {10'000U, 11'000U, 12'000U}) {
        const std::string text =
            "trend users of use[" + repeat("a=a and (a=a) or ", count / 17) + "a]";
        if (const auto question = parse(text)) {
            EXPECT_TRUE(parse(print(*question)).has_value());
        }
    }
    for (std::size_t depth = kDepthMax - 5; depth <= kDepthMax; ++depth) {
        const std::string text =
            "count customers where " + repeat("not ", depth) + "any customer with role a or paying";
        if (const auto question = parse(text)) {
            EXPECT_TRUE(parse(print(*question)).has_value()) << depth;
        } else {
            EXPECT_EQ(question.error().code, ErrorCode::kTooLarge);
        }
    }
}

TEST(Parse, DepthIsBoundedInEveryWayToNest) {
    const std::string list = "list users where ";
    expect_bound(kDepthMax - 1, [&](std::size_t n) { return list + repeat("not ", n) + "paying"; });
    expect_bound(kDepthMax - 1,
                 [&](std::size_t n) { return list + repeat("(", n) + "paying" + repeat(")", n); });
    expect_bound(kDepthMax - 1, [&](std::size_t n) {
        return "count customers where " + repeat("any user ", n) + "paying";
    });
    expect_bound(kDepthMax - 1,
                 [&](std::size_t n) { return list + "1" + repeat(" + 1", n) + " > 0"; });
    expect_bound(kDepthMax - 1,
                 [&](std::size_t n) { return list + "1" + repeat(" * 1", n) + " > 0"; });
    expect_bound(kDepthMax / 2 - 1, [&](std::size_t n) {
        return "trend users of use" + repeat("[did use", n) + repeat("]", n);
    });
    for (const std::string_view open : {"(", "not ", "any user ", "use[did ", "did use after "}) {
        EXPECT_FALSE(parse(list + repeat(open, 6'000)).has_value());
        EXPECT_FALSE(parse("trend users of " + repeat(open, 6'000)).has_value());
    }
}

}  // namespace
}  // namespace twofold::ask
