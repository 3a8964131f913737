// SPDX-License-Identifier: Apache-2.0
// libFuzzer's entry for CSV files and maps. Built with -DTWOFOLD_FUZZ=ON and clang.
#include <cstddef>
#include <cstdint>

#include "intake/csv_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static twofold::intake::CsvCheck check;
    check.run({reinterpret_cast<const char*>(data), size});
    return 0;
}
