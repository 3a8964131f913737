// SPDX-License-Identifier: Apache-2.0
#include "model/json.h"

#include <fstream>
#include <gtest/gtest.h>
#include <limits>
#include <string>

#include "model/record_samples.h"

namespace twofold::model {
namespace {

std::string json_of(const Value& value) {
    std::string out;
    append_json(out, value);
    return out;
}

TEST(Json, ValuesReadBackAsTheSameType) {
    EXPECT_EQ(json_of(Value::null()), "null");
    EXPECT_EQ(json_of(Value::of_bool(false)), "false");
    EXPECT_EQ(json_of(Value::of_int(std::numeric_limits<std::int64_t>::min())),
              "-9223372036854775808");
    EXPECT_EQ(json_of(Value::of_double(10)), "10.0");
    EXPECT_EQ(json_of(Value::of_double(-0.0)), "-0.0");
    EXPECT_EQ(json_of(Value::of_double(0.1)), "0.1");
    EXPECT_EQ(json_of(Value::of_double(1e300)), "1e+300");
    EXPECT_EQ(json_of(Value::of_double(5e-324)), "5e-324");
    EXPECT_EQ(json_of(Value::of_string("a\"\\\n\x01 ø")), R"("a\"\\\n\u0001 ø")");
    EXPECT_EQ(json_of(Value::of_list("[1]")), "[1]");
}

TEST(Json, LinesAreThoseOfTheGoldenFile) {
    std::string made;
    for (const RecordBuilder& sample : sample_records()) {
        const auto bytes = sample.bytes();
        const auto record = RecordView::parse(bytes);
        ASSERT_TRUE(record);
        append_json_line(made, *record);
        made += '\n';
    }
    const std::string golden = TWOFOLD_SOURCE_DIR "/src/model/testdata/records.v1.jsonl";
    std::ifstream file(golden);
    const std::string kept{std::istreambuf_iterator<char>(file), {}};
    if (made != kept) {
        const std::string beside = testing::TempDir() + "records.v1.jsonl";
        std::ofstream(beside) << made;
        FAIL() << "differs from " << golden << "; what is written now: " << beside;
    }
}

TEST(Json, AnyRecordThatParsesCanBeWritten) {
    RecordBuilder odd(RecordType::kRelation);
    odd.time(std::numeric_limits<TimeMs>::max()).received(std::numeric_limits<TimeMs>::min());
    odd.own("from", Value::of_string("x")).own("keys.", Value::of_int(1));
    odd.own("term.", Value::null());
    const auto bytes = odd.bytes();
    const auto record = RecordView::parse(bytes);
    ASSERT_TRUE(record);
    EXPECT_FALSE(to_json_line(*record).empty());
}

}  // namespace
}  // namespace twofold::model
