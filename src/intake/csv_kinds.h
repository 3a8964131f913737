// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "intake/csv_map.h"

/// What a row of a CSV file can become, and which fields each kind of record has. Names and meaning
/// are those of docs/records.md.
namespace twofold::intake {

struct CsvKindField {
    std::string_view name;  ///< "userId"; "traits." stands for every name that begins so.
    CsvValue value = CsvValue::kText;
};

struct CsvKind {
    std::string_view type;
    std::span<const CsvKindField> fields;
    /// Each must be in a map, one of the names that are parted by a bar.
    std::span<const std::string_view> needed;
};

/// All of them.
std::span<const CsvKind> csv_kinds() noexcept;

}  // namespace twofold::intake
