// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/check.h"
#include "base/text.h"
#include "intake/csv_records.h"
#include "intake/csv_test_source.h"
#include "intake/describe.h"

namespace twofold::intake {

/// For the fuzzer and its deterministic test: reads any bytes as a CSV file (and as a map) in many
/// ways, and stops the process when something is not as it must be for whatever they are.
class CsvCheck {
public:
    CsvCheck() { context_.received = 1'772'366'400'000; }

    /// Returns how many records were taken by all ways together.
    std::size_t run(std::string_view bytes) {
        const auto any = CsvMap::parse(bytes);
        TF_CHECK(any || !any.error().message.empty());
        std::size_t taken = 0;
        for (const std::string_view map : kMaps) {
            taken += read(bytes, map, std::nullopt, 1U << 20U);
            TF_CHECK(read(bytes, map, ',', 1U << 20U) == read(bytes, map, ',', 7));
        }
        return taken;
    }

private:
    // Of columns that the seeds have.
    static constexpr std::array<std::string_view, 4> kMaps{
        "identify userId=a traits=*",
        "relation userId=a customerId=b from=date(%d.%m.%Y@Europe/Oslo):c until=const:2027-01-01",
        "track event=const:Seen userId=a timestamp=b properties.n=number:c",
        "payment id=a customerId=b amount=money:c currency=const:usd time=const:2026-01-01"};

    std::size_t read(std::string_view bytes, std::string_view map, std::optional<char> delimiter,
                     std::size_t piece) {
        CsvTestSource source(std::string(bytes), piece);
        auto rows = CsvRecords::open(source, *CsvMap::parse(map), delimiter);
        if (!rows) {
            TF_CHECK(is_valid_utf8(rows.error().message));
            return 0;
        }
        LineChunk chunk;
        std::size_t taken = 0;
        std::uint64_t line = 1;
        for (auto more = rows->next(chunk); more && *more; more = rows->next(chunk)) {
            TF_CHECK(chunk.first_line >= line);
            line = chunk.first_line + chunk.line_count;
            for (const Rejection& one : rows->refused()) {
                TF_CHECK(one.line >= chunk.first_line && one.line < line);
                TF_CHECK(is_valid_utf8(one.message));
            }
            taken += decode(chunk, *rows);
        }
        return taken;
    }

    std::size_t decode(const LineChunk& chunk, const CsvRecords& rows) {
        Decoded decoded;
        decoder_.decode_lines(chunk, context_, decoded);
        std::size_t lines = 0;
        for (std::size_t at = 0; at < chunk.bytes.size(); at = chunk.bytes.find('\n', at) + 1)
            lines += chunk.bytes[at] == '\n' ? 0 : 1;
        // Each row that became a line has one outcome, and none is broken JSON.
        TF_CHECK(lines == decoded.records.size() + decoded.rejected.size());
        for (const Rejection& one : decoded.rejected) {
            TF_CHECK(one.code != RejectionCode::kMalformedJson);
            TF_CHECK(one.code != RejectionCode::kInvalidUtf8);
            TF_CHECK(is_valid_utf8(rows.with_columns(one.message)));
        }
        for (const Decoded::Placed& placed : decoded.records) {
            const auto record = model::RecordView::parse(decoded.bytes(placed));
            TF_CHECK(record.has_value());
            TF_CHECK(is_valid_utf8(describe(*record, Zone::utc())));
        }
        return decoded.records.size();
    }

    Context context_;
    Decoder decoder_;
};

}  // namespace twofold::intake
