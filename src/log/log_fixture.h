// SPDX-License-Identifier: Apache-2.0
#pragma once

// What the tests of the log share.

#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "log/log.h"

namespace twofold::log {

inline Batch batch_of(const std::vector<std::string>& texts) {
    Batch batch;
    for (const std::string& text : texts)
        batch.add(as_bytes(text));
    return batch;
}

/// Appends and waits; the ticket's first number, or 0 if it failed.
inline Sequence store_all(Log& log, const std::vector<std::string>& texts) {
    const auto ticket = log.append(batch_of(texts));
    return ticket && log.wait(*ticket) ? ticket->first() : 0;
}

/// Every record from `from` on; the numbers must follow on each other.
inline Result<std::vector<std::string>> replay_all(Log& log, Sequence from = 1) {
    std::vector<std::string> texts;
    Sequence expected = from;
    TF_TRY(log.replay(from, [&](Sequence sequence, Bytes bytes) -> Status {
        EXPECT_EQ(sequence, expected++);
        texts.emplace_back(as_text(bytes));
        return {};
    }));
    return texts;
}

inline std::unique_ptr<Log> open_log(io::Env& env, Options options = {}) {
    auto log = Log::open(env, "log", options);
    EXPECT_TRUE(log) << (log ? "" : log.error().message);
    return log ? *std::move(log) : nullptr;
}

}  // namespace twofold::log
