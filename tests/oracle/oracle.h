// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ask/answer.h"
#include "ask/question.h"
#include "oracle/record.h"

/// Answers questions by the words of ask.md and wire.md, over plain records, without any of the
/// engine: slow, obvious code that the engine is held against. It shares with it the parser of
/// questions, the calendar, and nothing else.
namespace twofold::oracle {

/// The records so far, in the order in which they were taken in.
class Oracle {
public:
    Oracle(const std::vector<std::string>& lines, Settings settings);

    /// Columns (by name), rows and totals of the answer; the rest stays empty. Nothing when the
    /// question says something that this oracle does not know: then the hand-written expectation
    /// stands alone.
    std::optional<ask::Answer> answer(const ask::Question& question) const;

private:
    Settings settings_;
    std::vector<Record> records_;
};

}  // namespace twofold::oracle
