// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace twofold::questions {

/// Words of a line: blanks part them, double quotes hold them together (and are kept), `#` begins
/// a comment.
std::vector<std::string> words_of(std::string_view line);
/// Without the quotes around it.
std::string unquoted(const std::string& word);

/// Turns the rows of one table (`events`, `group`, …) into JSON lines. Remembers the date, which
/// holds until the next row that names one.
class RecordTable {
public:
    static bool is_name(std::string_view name);
    explicit RecordTable(std::string name) : name_(std::move(name)) {}

    /// Errors: kInvalid with what cannot be read.
    Result<std::string> line(const std::vector<std::string>& words);

private:
    std::string name_;
    std::string date_;
};

/// "2026-03-01" with "09:00" (UTC unless it says an offset) as RFC 3339.
std::string instant_text(const std::string& date, const std::string& time);

}  // namespace twofold::questions
