// SPDX-License-Identifier: Apache-2.0
#include "intake/test_decode.h"

namespace twofold::intake {
namespace {
TEST(Probe, X) {
    const auto o = decode_body(Route::kBatch, R"({"batch":[{"type":"track","userId":"u","event":"E","properties":{"a":{"b":1,"c":[1,2.0,"x"]},"d":null}},5,{"type":"track","userId":"u","event":"E","properties":{"x":1e400}}],"writeKey":"k"})");
    for (auto& l : o.lines) std::cout << l << "\n";
    for (auto& l : o.rejected) std::cout << l.index << rejection_info(l.code).name << l.message << "\n";
    std::cout << o.key << o.error;
}
}  // namespace
}  // namespace twofold::intake
