// SPDX-License-Identifier: Apache-2.0
#include "http/router.h"

#include <gtest/gtest.h>

namespace twofold::http {
namespace {

Router sample() {
    Router router;
    const auto none = [](const Request&, const Reply&) {};
    router.add({Method::kGet, "/", none, Runs::kInline, 0, false});
    router.add({Method::kPost, "/v1/batch", none, Runs::kInline, 100, true});
    router.add({Method::kGet, "/v1/customers/<id>", none, Runs::kInline, 0, false});
    router.add({Method::kGet, "/assets/<rest...>", none, Runs::kInline, 0, false});
    return router;
}

TEST(Router, FindsARouteByMethodAndPath) {
    const Router router = sample();
    EXPECT_NE(router.find(Method::kPost, "/v1/batch").route, nullptr);
    EXPECT_EQ(router.find(Method::kGet, "/v1/batch").route, nullptr);
    EXPECT_TRUE(router.find(Method::kGet, "/v1/batch").path_known);
    EXPECT_FALSE(router.find(Method::kGet, "/v1/nothing").path_known);
}

TEST(Router, HeadIsAGetWithoutItsBody) {
    EXPECT_NE(sample().find(Method::kHead, "/").route, nullptr);
}

TEST(Router, SaysWhichMethodsAPathTakes) {
    EXPECT_EQ(sample().methods("/"), "GET, HEAD");
    EXPECT_EQ(sample().methods("/v1/batch"), "POST, OPTIONS");
    EXPECT_EQ(sample().methods("/v1/nothing"), "");
}

TEST(Router, AParameterIsOneWholeSegmentThatIsNotEmpty) {
    const Router router = sample();
    EXPECT_EQ(router.find(Method::kGet, "/v1/customers/acme").parameter, "acme");
    EXPECT_EQ(router.find(Method::kGet, "/v1/customers/acme/users").route, nullptr);
    EXPECT_EQ(router.find(Method::kGet, "/v1/customers/").route, nullptr);
    EXPECT_EQ(router.find(Method::kGet, "/assets/a/b.js").parameter, "a/b.js");
}

TEST(Request, ReadsQueryValuesAndCookies) {
    Request request;
    request.query = "a=1&writeKey=k%20y&b+c=d+e";
    request.headers.add("Cookie", "x=1; twofold_session=abc; y=2");
    EXPECT_EQ(request.query_value("writeKey"), "k y");
    EXPECT_EQ(request.query_value("b c"), "d e");
    EXPECT_EQ(request.query_value("missing"), "");
    EXPECT_EQ(request.cookie("twofold_session"), "abc");
    EXPECT_EQ(request.cookie("session"), "");
}

TEST(PercentDecode, KeepsInvalidEscapesAsTheyAre) {
    EXPECT_EQ(percent_decode("a%2Fb%zz%4"), "a/b%zz%4");
}

}  // namespace
}  // namespace twofold::http
