// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "ask/answer.h"
#include "ask/question.h"
#include "base/result.h"
#include "base/stop.h"
#include "base/time.h"

namespace twofold::ask {

/// How a question is asked, beside what it asks.
struct AskOptions {
    /// The moment that counts as now; wins over the project's, not over the question's own `at`.
    std::optional<TimeMs> now;
    /// Opens a cell instead of giving the number: a JSON object as in ask.md, "Opening a number",
    /// e.g. {"step":2,"dropped":true}. Empty: answer the question itself.
    std::string open;
    /// A page of a list, applied after the question's own `limit`. Counts stay those of the whole.
    std::uint64_t offset = 0;
    std::optional<std::uint64_t> limit;
    /// The position of the log to answer from, as an earlier Answer named it; the newest otherwise.
    std::optional<std::uint64_t> position;
    /// Ends the work early; borrowed until answer() returns; may be null.
    const Stop* stop = nullptr;
};

/// Answers questions. Safe to call from any number of threads.
class Backend {
public:
    virtual ~Backend() = default;

    /// Errors: kInvalid for a question that makes no sense here (with position and suggestion),
    /// kNotFound for a position or cell that is not there, kTooLarge beyond a limit, the time of
    /// `stop` and the bytes of the thread's MemoryAccount among them, kUnavailable when stopped or
    /// shutting down, kCorrupt and kIo from below.
    virtual Result<Answer> answer(const Question& question, const AskOptions& options) = 0;
};

}  // namespace twofold::ask
