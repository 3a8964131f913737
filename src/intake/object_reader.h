// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "intake/lines.h"
#include "intake/plain_bytes.h"

namespace twofold::intake {

/// Reads the objects of a file, plain or gzip, whatever holds them: an array, a list as an API
/// gives it ({"object": "list", "data": […]}), arrays of such lists, several of them one after the
/// other, or JSON lines; however they are broken into lines. Gives each on a line of its own, in
/// chunks as LineReader does.
///
/// Objects are found by brackets, quotes and commas alone, and each is read by itself later. A file
/// whose first line is a whole object is JSON lines: there a broken line costs itself. Holds at
/// most kChunkBytes and one object; what is longer than kRecordJsonBytesMax is cut just beyond it,
/// so the decoder refuses it.
class ObjectReader {
public:
    /// `source` is borrowed.
    explicit ObjectReader(ByteSource& source) : bytes_(source) {}
    ObjectReader(const ObjectReader&) = delete;
    ObjectReader& operator=(const ObjectReader&) = delete;

    /// The next objects; first_line is the number of the first, from 1. False at the end.
    /// Errors: the source's; kCorrupt for damaged gzip, and kInvalid when the file ends inside a
    /// list; objects before that have been given.
    Result<bool> next(LineChunk& out);

    std::uint64_t bytes_read() const noexcept { return bytes_.bytes_read(); }

private:
    /// What is around the value that comes next.
    enum class Around : char { kArray, kList };

    void take(char c, LineChunk& out);
    void take_between(char c, LineChunk& out);
    void take_in_value(char c, LineChunk& out);
    void take_rest_of_list(char c);
    void begin_value(char c);
    void follow(char c);
    void keep(char c);
    void end_value(LineChunk& out);
    void break_line(LineChunk& out);
    bool opens_list(char c) const;

    PlainBytes bytes_;
    std::string_view plain_;
    std::uint64_t objects_ = 0;

    std::string around_;  // innermost last, of Around; kept as text: small and without limit

    std::string value_;
    std::size_t depth_ = 0;  // of brackets in the value, or in the rest of a list
    bool in_value_ = false;
    bool in_rest_ = false;  // of a list, after its data
    bool in_string_ = false;
    bool escaped_ = false;
    bool scalar_ = false;  // the value is no object and no array
    std::size_t string_start_ = 0;
    bool data_key_ = false;    // the last string at depth 1 was "data"
    bool data_colon_ = false;  // … and its colon has come

    bool one_line_ = false;  // the value that ended last at the top stood on one line
    bool broken_ = false;    // the value under way has a line break in it
    bool lines_ = false;
};

}  // namespace twofold::intake
