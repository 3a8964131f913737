// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/calendar.h"
#include "base/result.h"

namespace twofold::intake {

/// How a column writes dates or times: "%d.%m.%Y", "%m/%d/%Y %I:%M %p@America/New_York", "unix",
/// "unix_ms".
class CsvDate {
public:
    /// Directives: %Y %y %m %d %b %H %I %M %S %p %z and %%; after an @ the zone of the clock on the
    /// wall. Errors: kInvalid for another directive, one that comes twice, none that says the year,
    /// month or day, or an unknown zone.
    static Result<CsvDate> parse(std::string_view text);

    /// The cell as a record has it: an instant, or a bare date where neither a time of day nor a
    /// zone is told, so that it is the start of that day in the project's zone. A time of day
    /// without a zone is UTC. Nothing when the cell is written otherwise or no such day exists.
    std::optional<std::string> read(std::string_view cell) const;

    const std::string& text() const noexcept { return text_; }

private:
    std::optional<std::string> read_seconds(std::string_view cell) const;

    std::string text_;
    std::string format_;  // for strptime
    std::optional<Zone> zone_;
    std::int64_t unix_per_second_ = 0;  // 1 or 1,000; 0 where there is a format
    bool has_time_ = false;
    bool has_offset_ = false;
};

}  // namespace twofold::intake
