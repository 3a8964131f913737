// SPDX-License-Identifier: Apache-2.0
// libFuzzer's entry. Built with -DTWOFOLD_FUZZ=ON and clang; seeds: the questions of
// docs/questions.md, one a file.
#include <cstddef>
#include <cstdint>

#include "ask/check.h"
#include "ask/complete.h"
#include "ask/fake_names.h"
#include "ask/parse.h"
#include "ask/print.h"
#include "ask/question_json.h"
#include "base/check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace twofold;
    static const ask::FakeNames names;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)ask::complete(text, size, names);
    if (const auto question = ask::parse(text)) {
        const auto again = ask::parse(ask::print(*question));
        TF_CHECK(again.has_value() && *again == *question);
        const auto from_json = ask::from_json(ask::to_json(*question));
        TF_CHECK(from_json.has_value() && *from_json == *question);
        (void)ask::check(*question, names);
    }
    (void)ask::from_json(text);
    return 0;
}
