// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "intake/csv_map.h"
#include "intake/csv_reader.h"
#include "intake/decode.h"

namespace twofold::intake {

/// Makes a line of JSON, the record, of each row of a CSV file. The line has the number of the line
/// of the file where its row begins: lines that no record begins on are blank. So the decoder's
/// outcomes, and what is remembered of imported files, speak of the file's own lines.
class CsvRecords {
public:
    /// Reads the header. `source` is borrowed. Errors: as CsvReader::header; kInvalid for a column
    /// that the file does not have or has twice, with what there is.
    static Result<CsvRecords> open(ByteSource& source, CsvMap map,
                                   std::optional<char> delimiter = std::nullopt);

    /// The next lines, and why other rows became none; false at the end. Either may be empty.
    /// Errors: as CsvReader::next.
    Result<bool> next(LineChunk& out);
    /// Of the last next(), by line.
    const std::vector<Rejection>& refused() const noexcept { return refused_; }

    /// The decoder's words about a record, with the columns that its fields came from.
    std::string with_columns(std::string message) const;

    char delimiter() const noexcept { return reader_.delimiter(); }
    std::uint64_t bytes_read() const noexcept { return reader_.bytes_read(); }

private:
    CsvRecords(CsvReader reader, CsvMap map) : reader_(std::move(reader)), map_(std::move(map)) {}

    struct Bound {
        CsvField field;
        std::optional<std::size_t> column;  // nothing: a constant
    };
    Status bind(const std::vector<std::string>& header);
    Status bind_rest(const std::vector<std::string>& header);
    Result<std::size_t> find_column(const std::vector<std::string>& header,
                                    const CsvField& field) const;
    std::string_view cell_of(const Bound& bound) const;
    Checked<void> append_record(std::string& out) const;

    CsvReader reader_;
    CsvMap map_;
    std::vector<Bound> bound_;
    std::optional<std::size_t> currency_;  // in bound_
    std::size_t column_count_ = 0;
    CsvRow row_;
    bool row_waits_ = false;  // it was read and is the next chunk's
    std::vector<Rejection> refused_;
};

/// Id of a file's content under a map, for Context::file: another map makes other records of it.
/// `content` is the file's hash_content(). Never 0.
std::uint64_t csv_file_id(std::uint64_t content, const CsvMap& map, char delimiter);

}  // namespace twofold::intake
