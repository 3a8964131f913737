// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace twofold::intake {

/// Why one record was refused while the others of its request were kept. A closed list: the names
/// are documented (docs/records.md), counted as metrics and answered to the sender.
enum class RejectionCode : std::uint8_t {
    kMalformedJson,
    kNotAnObject,
    kUnknownType,
    kUnsupportedType,
    kNotAllowed,
    kMissingId,
    kMissingEvent,
    kMissingGroup,
    kMissingField,
    kBadId,
    kBadTime,
    kTimeOutOfRange,
    kBadDate,
    kEndsBeforeStart,
    kEventTooLarge,
    kNameTooLong,
    kIdTooLong,
    kTooDeep,
    kTooManyProperties,
    kNumberTooLarge,
    kInvalidUtf8,
    kBadAmount,
    kBadCurrency,
    kBadInterval,
    kBadQuantity,
    kBadRole,
    kBadKind,
    kBadField,
    kMalformedCsv,  ///< Of a CSV file's rows alone.
    kErased,        ///< Given by the project, not by intake: its user or customer was erased.
};

struct RejectionInfo {
    RejectionCode code;
    std::string_view name;  ///< "malformed_json", …
    std::string_view rule;  ///< One sentence: what a record must be like.
};

/// All of them, in the order of the enum.
std::span<const RejectionInfo> rejections() noexcept;
const RejectionInfo& rejection_info(RejectionCode code) noexcept;

/// The outcome of one record that was not taken.
struct Rejection {
    /// Which record, from 0: place in the array, or line of a body of JSON lines (blank ones are
    /// counted, so index + 1 is the line). For a file the line itself is `line`.
    std::uint64_t index = 0;
    std::uint64_t line = 0;  ///< Of an imported file, from 1; 0 = not from a file.
    RejectionCode code = RejectionCode::kMalformedJson;
    std::string message;  ///< One sentence with the offending value, shortened, at its end.
};

}  // namespace twofold::intake
