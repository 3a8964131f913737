// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "intake/plain_bytes.h"
#include "intake/refusal.h"

/// Files of comma-separated values (RFC 4180), plain or gzip. docs/csv.md has the rules.
namespace twofold::intake {

/// Of a file; a header with more is refused.
inline constexpr std::size_t kCsvColumnsMax = 10'000;

/// One row. Reused for the next one; its fields are borrowed from it.
class CsvRow {
public:
    std::uint64_t line = 0;        ///< Of the file, where it begins; from 1.
    std::uint64_t line_count = 0;  ///< More than one where a field holds line breaks.
    /// Why it cannot be read; then it is one line long, and reading goes on with the next line.
    std::optional<Refusal> fault;

    /// How many fields there are; those from kCsvColumnsMax on are counted and not kept.
    std::size_t size() const noexcept { return count_; }
    /// Without its quotes. REQUIRES: below size() and kCsvColumnsMax.
    std::string_view field(std::size_t place) const noexcept {
        const std::size_t begin = place == 0 ? 0 : ends_[place - 1];
        return std::string_view(text_).substr(begin, ends_[place] - begin);
    }

private:
    friend class CsvReader;
    void clear();
    void add(std::string_view field);

    std::string text_;
    std::vector<std::size_t> ends_;
    std::size_t count_ = 0;
};

/// Reads rows by libcsv, in its strict mode. A field in quotes may hold delimiters, line breaks and
/// doubled quotes; blanks around a field are no part of it unless they are in quotes; rows end with
/// LF or CRLF; blank lines are nothing. Holds a row of at most kRecordJsonBytesMax, and a chunk.
class CsvReader {
public:
    /// `source` is borrowed. Without a delimiter it is the one of , ; and tab that gives the header
    /// the most columns; of equals the first of these.
    explicit CsvReader(ByteSource& source, std::optional<char> delimiter = std::nullopt);
    ~CsvReader();
    CsvReader(CsvReader&&) noexcept;
    CsvReader& operator=(CsvReader&&) noexcept;

    /// The names of the columns: the first row that is not blank. Before the first next().
    /// Errors: the source's; kInvalid for a file without a row, a header that is no CSV or not
    /// UTF-8, and lines that end with CR alone; kTooLarge beyond kCsvColumnsMax.
    Result<std::vector<std::string>> header();

    /// The next row; false at the end. Errors: the source's; kCorrupt for damaged gzip.
    Result<bool> next(CsvRow& row);

    /// Known after header().
    char delimiter() const noexcept;
    /// Bytes taken from the source.
    std::uint64_t bytes_read() const noexcept;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace twofold::intake
