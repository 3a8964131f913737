// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "intake/csv_map.h"
#include "intake/refusal.h"

namespace twofold::intake {

/// Appends the cell as the JSON value that a record has there. What is not as the field wants it is
/// appended as text, so that the decoder refuses it by its own rule; what the map itself asks for
/// (number:, bool:, money:, date(…):) is refused here. `currency` is the row's, for money.
/// REQUIRES: UTF-8, not empty. Refusals: kBadField, kBadAmount, kBadCurrency, kBadTime; then
/// nothing was appended.
Checked<void> append_csv_cell(std::string& out, const CsvField& field, std::string_view cell,
                              std::string_view currency);

}  // namespace twofold::intake
