// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/record.h"

/// Records and values as JSON text. Nothing here reads JSON: intake does.
namespace twofold::model {

/// Appends `text` in quotes, escaped as JSON needs and no more. REQUIRES: UTF-8.
void append_json_string(std::string& out, std::string_view text);
/// Appends the shortest text that reads back as the same double, and as a double: 10.0 keeps its
/// point. REQUIRES: finite.
void append_json_double(std::string& out, double value);
void append_json_int(std::string& out, std::int64_t value);
/// Appends null, true, 1, 1.5, "text" or the list.
void append_json(std::string& out, const Value& value);

/// What a message id must begin with to be taken as a hash already made: 24 hex digits follow.
/// Export writes it (the id itself is not kept); /v1/records and import read it.
inline constexpr std::string_view kMessageHashPrefix = "twofold:";

/// Appends the record as one JSON line of the wire, without the line break. Importing the line
/// (with /v1/records or `twofold import`) gives the same record again, but for what its receipt
/// decides: sequence, time of receipt and origin.
void append_json_line(std::string& out, const RecordView& record);
std::string to_json_line(const RecordView& record);

}  // namespace twofold::model
