// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "ask/answer.h"
#include "oracle/judge.h"

// One function for each kind of question, and what they share.

namespace twofold::oracle {

struct Range {
    TimeMs from = 0;
    TimeMs to = 0;
};
/// What the question's clause means at the world's moment.
Range range_of(const ask::Question& question, const Judge& judge);
WeekStart week_start(const ask::Question& question);

/// One interval of the calendar, as far as it lies in the question's range.
struct Period {
    std::string label;
    Range range;
    TimeMs moment = 0;     ///< Its end, or the world's moment where that is earlier.
    bool included = true;  ///< Whether what happens at that very instant is seen.
};
std::vector<Period> periods_of(const ask::Question& question, const Judge& judge, Interval every);

/// A question with the world it is asked of.
struct Asked {
    const ask::Question& question;
    const World& world;
    const Judge& judge;
};

std::optional<ask::Answer> trend(const Asked& asked);
std::optional<ask::Answer> count(const Asked& asked);
std::optional<ask::Answer> list(const Asked& asked);
std::optional<ask::Answer> funnel(const Asked& asked);
std::optional<ask::Answer> retention(const Asked& asked);
std::optional<ask::Answer> sides(const Asked& asked);
std::optional<ask::Answer> overlap(const Asked& asked);

/// The users (known ones) or customers that exist by then and that satisfy the condition.
std::vector<Subject> counted(const Asked& asked, bool customers, TimeMs moment, bool included,
                             const ask::Predicate* where);

void add_column(ask::Answer& answer, std::string name, std::string unit = "");
void add_by_columns(ask::Answer& answer, const ask::Question& question);
ask::Cell cell(const Value& value);
ask::Cell cell(std::optional<double> number);
ask::Cell whole(std::size_t count);

}  // namespace twofold::oracle
