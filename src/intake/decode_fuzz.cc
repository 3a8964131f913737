// SPDX-License-Identifier: Apache-2.0
// libFuzzer's entry. Built with -DTWOFOLD_FUZZ=ON and clang; seeds: testdata/*.json.
#include <cstddef>
#include <cstdint>

#include "intake/decode_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static twofold::intake::DecodeCheck check;
    check.run({reinterpret_cast<const char*>(data), size});
    return 0;
}
