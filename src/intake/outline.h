// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

/// Where the records of a body lie, found by its brackets, quotes and commas alone. Each is then
/// parsed by itself: one that is malformed, not UTF-8 or holds an impossible number costs nobody
/// else, the parser's memory is that of one record and not of the body, and an array needs no other
/// way through the room than lines do.
namespace twofold::intake {

/// A piece of the body.
struct Slice {
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
};

enum class BodyForm : std::uint8_t {
    kSingle,    ///< One object: the record.
    kArray,     ///< An array of records.
    kEnvelope,  ///< An object whose "batch" is an array of records.
    kLines,     ///< JSON lines; the slices are the lines, blank ones have length 0.
};

struct Outline {
    BodyForm form = BodyForm::kSingle;
    std::vector<Slice> records;
    /// Of kEnvelope: the object with [] in place of the batch.
    std::string envelope;
};

/// REQUIRES: `json` is at most kBodyBytesMax; starts with { or [, after white space.
/// With `lines`, an object that is followed by more is the first of JSON lines.
/// Errors: kInvalid with the place, when brackets or quotes do not close, or something stands where
/// a comma or the end should be; kTooLarge beyond kRecordsPerRequestMax, or for an envelope over
/// kEnvelopeBytesMax.
Result<Outline> outline(std::string_view json, bool lines);

/// Line and column, in characters, of a byte of the text. O(offset).
Place place_of(std::string_view text, std::size_t offset) noexcept;

}  // namespace twofold::intake
