// SPDX-License-Identifier: Apache-2.0
#include "plan/value.h"

#include <gtest/gtest.h>

#include "base/calendar.h"

namespace twofold::plan {
namespace {

using model::OwnedValue;
using model::Value;

ValueTest equals(const Value& value) {
    return ValueTest::compare(ask::CompareOp::kEqual, OwnedValue(value));
}

TEST(Values, CompareWithinATypeAndANumberEqualsTheStringThatPrintsIt) {
    EXPECT_TRUE(equals(Value::of_int(5)).accepts(Value::of_string("5")));
    EXPECT_TRUE(equals(Value::of_string("5")).accepts(Value::of_int(5)));
    EXPECT_FALSE(equals(Value::of_int(5)).accepts(Value::of_string("05")));
    EXPECT_FALSE(equals(Value::of_int(5)).accepts(Value::of_string("5 ")));
    EXPECT_TRUE(equals(Value::of_double(1.5)).accepts(Value::of_string("1.5")));
    EXPECT_TRUE(equals(Value::of_string("10")).accepts(Value::of_double(10.0)));
    EXPECT_TRUE(equals(Value::of_string("10.0")).accepts(Value::of_double(10.0)));
    EXPECT_FALSE(equals(Value::of_string("10.0")).accepts(Value::of_int(10)));
    EXPECT_TRUE(equals(Value::of_int(10)).accepts(Value::of_double(10.0)));
    EXPECT_FALSE(equals(Value::of_string("true")).accepts(Value::of_bool(true)));
    EXPECT_FALSE(equals(Value::of_string("Pro")).accepts(Value::of_string("pro")));
    // Both are the same double.
    EXPECT_FALSE(
        equals(Value::of_int(9'007'199'254'740'993)).accepts(Value::of_double(9007199254740992.0)));
}

TEST(Values, NotEqualIsTrueWhenMissingAndNothingElseIs) {
    const auto compare = [](ask::CompareOp op) {
        return ValueTest::compare(op, OwnedValue(Value::of_int(3))).accepts_missing();
    };
    EXPECT_TRUE(compare(ask::CompareOp::kNotEqual));
    EXPECT_FALSE(compare(ask::CompareOp::kEqual));
    EXPECT_FALSE(compare(ask::CompareOp::kLess));
    EXPECT_FALSE(compare(ask::CompareOp::kGreaterEqual));
    EXPECT_FALSE(ValueTest::is_set(false).accepts_missing());
    EXPECT_TRUE(ValueTest::is_set(true).accepts_missing());
    EXPECT_FALSE(ValueTest::is_true().accepts_missing());
    EXPECT_FALSE(ValueTest::time_within(kBeginningOfTime, kEndOfTime).accepts_missing());
}

TEST(Values, OrderTakesNumbersOnly) {
    const ValueTest less = ValueTest::compare(ask::CompareOp::kLess, OwnedValue(Value::of_int(7)));
    EXPECT_TRUE(less.accepts(Value::of_int(6)));
    EXPECT_TRUE(less.accepts(Value::of_double(6.9)));
    EXPECT_FALSE(less.accepts(Value::of_int(7)));
    EXPECT_FALSE(less.accepts(Value::of_string("6")));
}

TEST(Values, AListMatchesIfAnElementDoes) {
    const Value list =
        Value::of_list(R"(["a","b \"q\" \u00e9\ud83d\ude00",3,2.5,true,["x"],{"k":1}])");
    EXPECT_TRUE(equals(Value::of_string("a")).accepts(list));
    EXPECT_TRUE(equals(Value::of_string("b \"q\" é😀")).accepts(list));
    EXPECT_TRUE(equals(Value::of_string("3")).accepts(list));
    EXPECT_TRUE(equals(Value::of_bool(true)).accepts(list));
    EXPECT_FALSE(equals(Value::of_string("x")).accepts(list));
    EXPECT_FALSE(ValueTest::compare(ask::CompareOp::kNotEqual, OwnedValue(Value::of_string("a")))
                     .accepts(list));
    EXPECT_TRUE(ValueTest::compare(ask::CompareOp::kGreater, OwnedValue(Value::of_double(2.9)))
                    .accepts(list));
    EXPECT_FALSE(equals(Value::of_string("a")).accepts(Value::of_list("[]")));
}

TEST(Values, TextIsComparedByBytes) {
    const auto test = [](ask::TextOp op, const char* pattern, const char* text) {
        return ValueTest::text(op, pattern)->accepts(Value::of_string(text));
    };
    EXPECT_TRUE(test(ask::TextOp::kContains, "and", "Sandy"));
    EXPECT_FALSE(test(ask::TextOp::kContains, "AND", "Sandy"));
    EXPECT_TRUE(test(ask::TextOp::kStartsWith, "/docs/", "/docs/a"));
    EXPECT_TRUE(test(ask::TextOp::kEndsWith, ".pdf", "x.pdf"));
    EXPECT_TRUE(test(ask::TextOp::kMatches, "^a.*z$", "abcz"));
    EXPECT_FALSE(test(ask::TextOp::kMatches, "^b", "abcz"));
    EXPECT_FALSE(ValueTest::text(ask::TextOp::kContains, "1")->accepts(Value::of_int(1)));
    const auto broken = ValueTest::text(ask::TextOp::kMatches, "(");
    ASSERT_FALSE(broken);
    EXPECT_EQ(broken.error().code, ErrorCode::kInvalid);
}

TEST(Values, InTakesAnyOfItsValues) {
    std::vector<OwnedValue> values;
    values.emplace_back(Value::of_string("pro"));
    values.emplace_back(Value::of_int(2));
    const ValueTest in = ValueTest::in(values, false);
    EXPECT_TRUE(in.accepts(Value::of_string("pro")));
    EXPECT_TRUE(in.accepts(Value::of_string("2")));
    EXPECT_FALSE(in.accepts(Value::of_string("free")));
    EXPECT_FALSE(in.accepts_missing());
    const ValueTest out = ValueTest::in(values, true);
    EXPECT_FALSE(out.accepts(Value::of_string("pro")));
    EXPECT_TRUE(out.accepts_missing());
}

TEST(Values, TimesAreIntervalsAndTextThatReadsAsOneCounts) {
    const TimeMs noon = *parse_instant("2026-03-01T12:00:00Z");
    const ValueTest test = ValueTest::time_within(noon, noon + kHourMs);
    EXPECT_TRUE(test.accepts(Value::of_int(noon)));
    EXPECT_FALSE(test.accepts(Value::of_int(noon + kHourMs)));
    EXPECT_TRUE(test.accepts(Value::of_string("2026-03-01T12:30:00Z")));
    EXPECT_FALSE(test.accepts(Value::of_string("2026-03-01")));
    EXPECT_FALSE(test.accepts(Value::of_string("soon")));
}

TEST(Values, TestsOfOrderTellTheirBound) {
    const auto bound_of = [](ask::CompareOp op, const Value& value) {
        return ValueTest::compare(op, model::OwnedValue(value)).order();
    };
    const auto order = bound_of(ask::CompareOp::kLessEqual, Value::of_double(2.5));
    ASSERT_TRUE(order.has_value());
    EXPECT_EQ(order->op, ask::CompareOp::kLessEqual);
    EXPECT_EQ(order->bound, Value::of_double(2.5));
    EXPECT_FALSE(bound_of(ask::CompareOp::kEqual, Value::of_int(2)));
    EXPECT_FALSE(bound_of(ask::CompareOp::kNotEqual, Value::of_int(2)));
    EXPECT_FALSE(bound_of(ask::CompareOp::kLess, Value::of_string("2")));
    EXPECT_FALSE(ValueTest::is_set(false).order());
}

}  // namespace
}  // namespace twofold::plan
