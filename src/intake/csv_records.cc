// SPDX-License-Identifier: Apache-2.0
#include "intake/csv_records.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <sodium.h>

#include "base/spelling.h"
#include "base/text.h"
#include "intake/csv_cell.h"
#include "intake/lines.h"
#include "model/json.h"

namespace twofold::intake {

namespace {

constexpr std::size_t kColumnsShown = 20;
// Of one chunk; a file in which nothing is right is told piece by piece.
constexpr std::size_t kRefusedMax = 1'000;

std::unexpected<Error> no_column(const std::vector<std::string>& header, const CsvField& field) {
    std::vector<std::string> shown;
    for (const std::string& name : header) {
        if (shown.size() < kColumnsShown) shown.push_back(quoted(name));
    }
    const auto near = nearest(field.source, header);
    Error error{
        ErrorCode::kInvalid,
        fmt::format("the file has no column {} (for {}); it has {}{}", quoted(field.source),
                    field.name, fmt::join(shown, ", "), header.size() > shown.size() ? ", …" : ""),
        std::nullopt, near ? fmt::format("did you mean {}?", quoted(*near)) : std::string()};
    return std::unexpected(std::move(error));
}

std::unexpected<Error> column_twice(std::string_view name) {
    return fail(ErrorCode::kInvalid,
                fmt::format("the file has two columns of this name; rename one: {}", quoted(name)));
}

// Whether a refusal's words, without the value at their end, are about this field: it stands at
// their beginning or end, or between two words that name fields.
bool speaks_of(std::string_view message, const CsvField& field) {
    // Of properties and traits it has the name in quotes, at its end.
    if (field.value == CsvValue::kAny) return message.find(quoted(field.member)) != message.npos;
    const std::string_view head = message.substr(0, message.find(": "));
    const std::string& name = field.name;
    if (head.starts_with(name + " ") || head.ends_with(" " + name)) return true;
    for (const std::string_view before : {"neither ", " nor ", " times "}) {
        if (head.find(std::string(before) + name + " ") != head.npos) return true;
    }
    return head.starts_with("the time ") && (name == "timestamp" || name == "time");
}

Refusal in_column(Refusal refusal, std::string_view column) {
    refusal.message += fmt::format(" (column {})", quoted(column));
    return refusal;
}

}  // namespace

Result<CsvRecords> CsvRecords::open(ByteSource& source, CsvMap map, std::optional<char> delimiter) {
    CsvRecords records(CsvReader(source, delimiter), std::move(map));
    TF_ASSIGN(const std::vector<std::string> header, records.reader_.header());
    records.column_count_ = header.size();
    TF_TRY(records.bind(header));
    return records;
}

Result<std::size_t> CsvRecords::find_column(const std::vector<std::string>& header,
                                            const CsvField& field) const {
    const auto found = std::ranges::find(header, field.source);
    if (found == header.end()) return no_column(header, field);
    if (std::find(found + 1, header.end(), field.source) != header.end()) {
        return column_twice(field.source);
    }
    return static_cast<std::size_t>(found - header.begin());
}

Status CsvRecords::bind(const std::vector<std::string>& header) {
    for (const CsvField& field : map_.fields()) {
        Bound bound{field, std::nullopt};
        if (field.how != CsvHow::kConstant) {
            TF_ASSIGN(bound.column, find_column(header, field));
        }
        bound_.push_back(std::move(bound));
    }
    if (!map_.rest().empty()) TF_TRY(bind_rest(header));
    for (std::size_t i = 0; i < bound_.size(); ++i) {
        if (bound_[i].field.name == "currency") currency_ = i;
    }
    return {};
}

// Columns that no field of the map is taken from, under their own names; those without a name have
// none to be kept under.
Status CsvRecords::bind_rest(const std::vector<std::string>& header) {
    std::vector<bool> used(header.size(), false);
    for (const Bound& bound : bound_) {
        if (bound.column) used[*bound.column] = true;
    }
    std::vector<Bound> rest;
    for (std::size_t i = 0; i < header.size(); ++i) {
        if (used[i] || header[i].empty()) continue;
        CsvField field;
        field.object = map_.rest();
        field.member = header[i];
        field.name = field.object + "." + field.member;
        field.value = CsvValue::kAny;
        field.source = header[i];
        TF_TRY(find_column(header, field));
        const bool said = std::ranges::any_of(
            bound_, [&](const Bound& bound) { return bound.field.name == field.name; });
        if (!said) rest.push_back({std::move(field), i});
    }
    // Fields of one object stand together.
    const auto after = std::ranges::find_if(
        bound_, [&](const Bound& bound) { return bound.field.object > map_.rest(); });
    bound_.insert(after, std::make_move_iterator(rest.begin()),
                  std::make_move_iterator(rest.end()));
    return {};
}

std::string_view CsvRecords::cell_of(const Bound& bound) const {
    return bound.column ? row_.field(*bound.column) : std::string_view(bound.field.source);
}

// An empty cell says nothing.
Checked<void> CsvRecords::append_record(std::string& out) const {
    if (row_.size() != column_count_) {
        return refuse(RejectionCode::kMalformedCsv,
                      fmt::format("the row has {} fields and the header {} columns", row_.size(),
                                  column_count_));
    }
    const std::string_view currency = currency_ ? cell_of(bound_[*currency_]) : "";
    out += "{\"type\":";
    model::append_json_string(out, map_.type());
    std::string_view object;
    for (const Bound& bound : bound_) {
        const std::string_view cell = cell_of(bound);
        if (cell.empty()) continue;
        const CsvField& field = bound.field;
        if (!is_valid_utf8(cell)) {
            return std::unexpected(
                in_column({RejectionCode::kInvalidUtf8,
                           fmt::format("{} is not UTF-8 text; save the file as UTF-8: {}",
                                       field.name, quoted(cell))},
                          field.source));
        }
        if (cell.find('\0') != cell.npos) {
            return std::unexpected(
                in_column({RejectionCode::kBadField,
                           fmt::format("{} has a zero byte in it: {}", field.name, quoted(cell))},
                          field.source));
        }
        if (object != field.object) {
            if (!object.empty()) out += '}';
            object = field.object;
            out += ',';
            model::append_json_string(out, object);
            out += ":{";
        } else {
            out += ',';
        }
        model::append_json_string(out, field.member);
        out += ':';
        if (auto done = append_csv_cell(out, field, cell, currency); !done) {
            return std::unexpected(bound.column ? in_column(std::move(done).error(), field.source)
                                                : std::move(done).error());
        }
    }
    out += object.empty() ? "}" : "}}";
    return {};
}

Result<bool> CsvRecords::next(LineChunk& out) {
    out.bytes.clear();
    out.line_count = 0;
    refused_.clear();
    while (out.bytes.size() < kChunkBytes && refused_.size() < kRefusedMax) {
        if (!row_waits_) {
            TF_ASSIGN(const bool some, reader_.next(row_));
            if (!some) break;
        }
        row_waits_ = false;
        if (out.line_count == 0) out.first_line = row_.line;
        // Blank lines for those of the file on which no row begins, as far as they fit: a chunk of
        // nothing else would be one of its own.
        const std::uint64_t gap = row_.line - (out.first_line + out.line_count);
        if (gap > kChunkBytes - out.bytes.size()) {
            row_waits_ = true;
            break;
        }
        out.bytes.append(gap, '\n');
        out.line_count += gap;
        const std::size_t before = out.bytes.size();
        auto made =
            row_.fault ? Checked<void>(std::unexpected(*row_.fault)) : append_record(out.bytes);
        if (!made) {
            out.bytes.resize(before);
            refused_.push_back(
                {row_.line - 1, row_.line, made.error().code, std::move(made.error().message)});
        }
        out.bytes += '\n';
        ++out.line_count;
    }
    return out.line_count > 0;
}

std::string CsvRecords::with_columns(std::string message) const {
    std::vector<std::string> columns;
    for (const Bound& bound : bound_) {
        if (!bound.column || !speaks_of(message, bound.field)) continue;
        columns.push_back(quoted(bound.field.source));
    }
    if (columns.empty()) return message;
    return fmt::format("{} (column{} {})", message, columns.size() > 1 ? "s" : "",
                       fmt::join(columns, ", "));
}

std::uint64_t csv_file_id(std::uint64_t content, const CsvMap& map, char delimiter) {
    const std::string text =
        fmt::format("csv\n{:016x}\n{}\n{}", content, delimiter, map.canonical());
    std::array<unsigned char, crypto_generichash_BYTES_MIN> digest{};
    crypto_generichash(digest.data(), digest.size(),
                       reinterpret_cast<const unsigned char*>(text.data()), text.size(), nullptr,
                       0);
    std::uint64_t id = 0;
    for (std::size_t i = 0; i < sizeof(id); ++i)
        id |= std::uint64_t{digest[i]} << (8 * i);
    return std::max<std::uint64_t>(id, 1);
}

}  // namespace twofold::intake
