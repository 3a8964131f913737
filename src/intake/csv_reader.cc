// SPDX-License-Identifier: Apache-2.0
#include "intake/csv_reader.h"

#include <array>
#include <csv.h>
#include <fmt/format.h>

#include "base/check.h"
#include "base/text.h"
#include "intake/decode.h"
#include "intake/lines.h"

namespace twofold::intake {

namespace {

constexpr std::array<char, 3> kDelimiters{',', ';', '\t'};
constexpr std::size_t kFieldGrowth = std::size_t{64} * 1024;

// CRLF ends a row because CR counts as a blank there, which no field has at its ends.
int is_csv_blank(unsigned char c) {
    return c == ' ' || c == '\r' ? 1 : 0;
}
int is_csv_break(unsigned char c) {
    return c == '\n' ? 1 : 0;
}

// libcsv's parser and its memory.
class CsvParser {
public:
    CsvParser() {
        // Without blank lines it could not be told whether a line ended inside quotes.
        TF_CHECK(csv_init(&parser_, CSV_STRICT | CSV_REPALL_NL) == 0);
        csv_set_space_func(&parser_, is_csv_blank);
        csv_set_term_func(&parser_, is_csv_break);
        csv_set_blk_size(&parser_, kFieldGrowth);
    }
    ~CsvParser() { csv_free(&parser_); }
    CsvParser(const CsvParser&) = delete;
    CsvParser& operator=(const CsvParser&) = delete;

    void begin(char delimiter) {
        csv_fini(&parser_, nullptr, nullptr, nullptr);
        csv_set_delim(&parser_, static_cast<unsigned char>(delimiter));
    }
    using OnField = void (*)(void* field, std::size_t bytes, void* to);
    using OnRow = void (*)(int last, void* to);
    // How many bytes fit the rules.
    std::size_t feed(std::string_view bytes, OnField on_field, OnRow on_row, void* to) {
        return csv_parse(&parser_, bytes.data(), bytes.size(), on_field, on_row, to);
    }
    bool out_of_memory() { return csv_error(&parser_) == CSV_ENOMEM; }

private:
    csv_parser parser_{};
};

Refusal malformed(std::string message) {
    return {RejectionCode::kMalformedCsv, std::move(message)};
}

Refusal too_long(std::uint64_t line_count) {
    const auto limit = kRecordJsonBytesMax / kMebibyte;
    if (line_count == 1) {
        return {RejectionCode::kEventTooLarge, fmt::format("the row has more than {} MiB", limit)};
    }
    return {RejectionCode::kEventTooLarge,
            fmt::format("the row does not end within {} MiB; a quote that opens in it may not be "
                        "closed",
                        limit)};
}

bool has_lone_cr(std::string_view text) {
    for (std::size_t at = text.find('\r'); at != text.npos; at = text.find('\r', at + 1)) {
        if (at + 1 == text.size() || text[at + 1] != '\n') return true;
    }
    return false;
}

}  // namespace

void CsvRow::clear() {
    fault.reset();
    text_.clear();
    ends_.clear();
    count_ = 0;
}

void CsvRow::add(std::string_view field) {
    if (++count_ > kCsvColumnsMax) return;
    text_ += field;
    ends_.push_back(text_.size());
}

struct CsvReader::State {
    State(ByteSource& source, std::optional<char> asked)
        : lines(source), delimiter(asked.value_or(kDelimiters[0])), detect(!asked) {}

    Result<bool> more();
    Result<bool> read(CsvRow& row);
    Status detect_delimiter(CsvRow& row);

    LineReader lines;
    LineChunk chunk;
    std::string text;    // whole lines; those from `at` on are still to be read
    std::size_t at = 0;  // where the next row begins
    std::uint64_t line = 1;
    CsvParser parser;
    char delimiter;
    bool detect;

    // Of the row that was read last.
    CsvRow* row = nullptr;
    bool row_ended = false;
    std::size_t row_bytes = 0;
};

// More lines at the end of the text; false at the end of the file.
Result<bool> CsvReader::State::more() {
    TF_ASSIGN(const bool some, lines.next(chunk));
    if (!some) return false;
    text.erase(0, at);
    at = 0;
    text += chunk.bytes;
    return true;
}

// Reads the row at `at` without moving on: what cannot be read as a row of several lines costs its
// first line only, so the others must still be there. False at the end of the file.
Result<bool> CsvReader::State::read(CsvRow& into) {
    into.clear();
    into.line = line;
    into.line_count = 0;
    row = &into;
    row_ended = false;
    row_bytes = 0;
    std::size_t first_bytes = 0;
    parser.begin(delimiter);
    while (!row_ended && !into.fault) {
        if (at + row_bytes == text.size()) {
            TF_ASSIGN(const bool some, more());
            if (!some && row_bytes == 0) return false;
            if (!some) {
                into.fault = malformed("a quote that opens in this line is never closed");
                break;
            }
        }
        const std::size_t begin = at + row_bytes;
        const std::string_view piece =
            std::string_view(text).substr(begin, text.find('\n', begin) + 1 - begin);
        row_bytes += piece.size();
        ++into.line_count;
        if (into.line_count == 1) first_bytes = piece.size();
        if (row_bytes > kRecordJsonBytesMax) {
            into.fault = too_long(into.line_count);
            break;
        }
        const std::size_t read = parser.feed(
            piece,
            [](void* field, std::size_t bytes, void* state) {
                static_cast<State*>(state)->row->add({static_cast<const char*>(field), bytes});
            },
            [](int, void* state) { static_cast<State*>(state)->row_ended = true; }, this);
        if (read == piece.size()) continue;
        if (parser.out_of_memory()) return fail(ErrorCode::kUnavailable, "out of memory");
        const std::string_view before = piece.substr(0, read);
        into.fault = malformed(fmt::format(
            "in line {} a quote stands where none can: a field with quotes is quoted as a whole "
            "and has its quotes doubled: {}",
            line + into.line_count - 1,
            quoted(before.substr(before.size() - std::min<std::size_t>(before.size(), 20)))));
    }
    if (into.fault) {
        row_bytes = first_bytes;
        into.line_count = 1;
    }
    return true;
}

Status CsvReader::State::detect_delimiter(CsvRow& into) {
    std::size_t most = 0;
    char best = kDelimiters[0];
    for (const char candidate : kDelimiters) {
        delimiter = candidate;
        TF_TRY(read(into));
        if (into.fault || into.size() <= most) continue;
        most = into.size();
        best = candidate;
    }
    delimiter = best;
    return {};
}

CsvReader::CsvReader(ByteSource& source, std::optional<char> delimiter)
    : state_(std::make_unique<State>(source, delimiter)) {}
CsvReader::~CsvReader() = default;
CsvReader::CsvReader(CsvReader&&) noexcept = default;
CsvReader& CsvReader::operator=(CsvReader&&) noexcept = default;

char CsvReader::delimiter() const noexcept {
    return state_->delimiter;
}

std::uint64_t CsvReader::bytes_read() const noexcept {
    return state_->lines.bytes_read();
}

Result<bool> CsvReader::next(CsvRow& row) {
    State& state = *state_;
    while (true) {
        TF_ASSIGN(const bool some, state.read(row));
        if (!some) return false;
        state.at += state.row_bytes;
        state.line += row.line_count;
        if (row.fault || row.size() > 0) return true;
    }
}

Result<std::vector<std::string>> CsvReader::header() {
    State& state = *state_;
    CsvRow row;
    // Blank lines before it.
    while (true) {
        TF_ASSIGN(const bool some, state.read(row));
        if (!some) {
            return fail(ErrorCode::kInvalid,
                        "the file has no row; its first one must name the columns");
        }
        if (row.fault || row.size() > 0) break;
        state.at += state.row_bytes;
        state.line += row.line_count;
    }
    if (state.detect) TF_TRY(state.detect_delimiter(row));
    TF_TRY(next(row));
    const std::string_view text(row.text_);
    if (!is_valid_utf8(text) || text.find('\0') != text.npos) {
        return fail(ErrorCode::kInvalid,
                    "the header is no UTF-8 text; save the file as UTF-8 (\"CSV UTF-8\" where "
                    "there is a choice)");
    }
    if (has_lone_cr(text)) {
        return fail(ErrorCode::kInvalid,
                    "the lines end with CR alone; save the file with LF or CRLF at their ends");
    }
    if (row.fault) {
        return fail(ErrorCode::kInvalid, fmt::format("the header cannot be read (line {}): {}",
                                                     row.line, row.fault->message));
    }
    if (row.size() > kCsvColumnsMax) {
        return fail(ErrorCode::kTooLarge, fmt::format("the header has {} columns, more than {}",
                                                      row.size(), kCsvColumnsMax));
    }
    std::vector<std::string> names;
    for (std::size_t i = 0; i < row.size(); ++i)
        names.emplace_back(row.field(i));
    return names;
}

}  // namespace twofold::intake
