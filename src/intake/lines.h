// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "base/result.h"
#include "intake/decode.h"
#include "intake/plain_bytes.h"

/// Files of JSON lines, plain or gzip, read in chunks of whole lines.
namespace twofold::intake {

/// A chunk is given once it has this many bytes.
inline constexpr std::size_t kChunkBytes = kMebibyte;

/// Reads lines; gzip is recognised by its bytes, several members one after the other are one file.
/// A byte order mark before the first line is skipped. Holds at most kChunkBytes and one line; a
/// line longer than kRecordJsonBytesMax is cut just beyond it, so the decoder refuses it.
class LineReader {
public:
    /// `source` is borrowed.
    explicit LineReader(ByteSource& source);
    ~LineReader();
    LineReader(const LineReader&) = delete;
    LineReader& operator=(const LineReader&) = delete;

    /// The next lines; false at the end. A last line needs no break at its end.
    /// Errors: the source's; kCorrupt for damaged gzip, with the line after which it is.
    Result<bool> next(LineChunk& out);

    /// To resume: lines before `line` (from 1) are read but not given. Before the first next().
    void start_at(std::uint64_t line) noexcept;

    /// Bytes taken from the source: for a progress bar against the file's size.
    std::uint64_t bytes_read() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Id of a file's content for Origin and Context::file: a 64-bit hash of its raw bytes, never 0.
/// Errors: the source's.
Result<std::uint64_t> hash_content(ByteSource& source);

}  // namespace twofold::intake
