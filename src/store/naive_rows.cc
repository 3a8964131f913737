// SPDX-License-Identifier: Apache-2.0
#include "store/naive_rows.h"

#include <algorithm>
#include <array>
#include <gtest/gtest.h>
#include <ostream>
#include <tuple>

namespace twofold::store {
namespace {

using column::kBlockRows;

std::string text_of(const model::Value& value) {
    switch (value.type) {
        case model::ValueType::kNull:
            return "null";
        case model::ValueType::kBool:
            return value.boolean() ? "true" : "false";
        case model::ValueType::kInt:
            return std::to_string(value.integer);
        case model::ValueType::kDouble:
            return std::to_string(value.real);
        case model::ValueType::kString:
        case model::ValueType::kList:
            return std::string(value.text);
    }
    return {};
}

void put(NaiveRow& row, const std::string& name, const model::Value& value) {
    row.properties[{name, value.type}] = model::OwnedValue(value);
}

// Reads one property column into the rows.
Status read_column(const Part& part, const column::PropertyColumn& column, PropertyName name,
                   std::vector<NaiveRow>& rows) {
    const std::pair<std::string, model::ValueType> key(name.text, name.type);
    std::vector<std::uint32_t> codes(kBlockRows);
    std::vector<std::int64_t> ints(kBlockRows);
    std::vector<double> doubles(kBlockRows);
    column::Presence presence;
    std::string scratch;
    for (std::uint32_t block = 0; block < part.block_count(); ++block) {
        switch (column.kind()) {
            case column::ColumnKind::kCodes:
                TF_TRY(column.decode_codes(block, codes));
                break;
            case column::ColumnKind::kInts:
                TF_TRY(column.decode_ints(block, ints, presence));
                break;
            case column::ColumnKind::kDoubles:
                TF_TRY(column.decode_doubles(block, doubles, presence));
                break;
        }
        std::uint32_t present = 0;
        for (std::uint32_t i = 0; i < column.rows_in(block); ++i) {
            model::Value value;
            if (column.kind() == column::ColumnKind::kCodes) {
                if (codes[i] == 0) continue;
                const std::string_view entry = column.entry(codes[i], scratch);
                if (name.type == model::ValueType::kBool) {
                    value = model::Value::of_bool(entry == "true");
                } else if (name.type == model::ValueType::kString) {
                    value = model::Value::of_string(entry);
                } else {
                    value = model::Value::of_list(entry);
                }
            } else {
                if (!presence.test(i)) continue;
                value = column.kind() == column::ColumnKind::kInts
                            ? model::Value::of_int(ints[i])
                            : model::Value::of_double(doubles[i]);
            }
            ++present;
            rows[block * kBlockRows + i].properties[key] = model::OwnedValue(value);
        }
        EXPECT_EQ(column.stats(block).present, present);
    }
    return {};
}

Status read_extras(const Part& part, std::vector<NaiveRow>& rows) {
    TF_ASSIGN(const column::PropertyColumn* acting, part.acting());
    TF_ASSIGN(const column::PropertyColumn* sequences, part.sequences());
    EXPECT_NE(sequences, nullptr);
    std::vector<std::uint32_t> codes(kBlockRows);
    std::vector<std::int64_t> ints(kBlockRows);
    column::Presence presence;
    for (std::uint32_t block = 0; block < part.block_count(); ++block) {
        if (acting != nullptr) TF_TRY(acting->decode_codes(block, codes));
        TF_TRY(sequences->decode_ints(block, ints, presence));
        for (std::uint32_t i = 0; i < sequences->rows_in(block); ++i) {
            NaiveRow& row = rows[block * kBlockRows + i];
            if (acting != nullptr && codes[i] != 0) row.acting = codes[i] - 1;
            row.sequence = static_cast<model::Sequence>(ints[i]);
        }
    }
    return {};
}

void expect_info(const Part& part, const std::vector<NaiveRow>& rows) {
    const PartInfo& info = part.info();
    const auto by_time = [](const NaiveRow& a, const NaiveRow& b) { return a.time < b.time; };
    const auto by_sequence = [](const NaiveRow& a, const NaiveRow& b) {
        return a.sequence < b.sequence;
    };
    const auto times = std::minmax_element(rows.begin(), rows.end(), by_time);
    const auto sequences = std::minmax_element(rows.begin(), rows.end(), by_sequence);
    EXPECT_EQ(info.rows, rows.size());
    EXPECT_EQ(info.min_time, times.first->time);
    EXPECT_EQ(info.max_time, times.second->time);
    EXPECT_EQ(info.first_sequence, sequences.first->sequence);
    EXPECT_EQ(info.last_sequence, sequences.second->sequence);
    EXPECT_EQ(info.min_ordinal, rows.front().ordinal);
    EXPECT_EQ(info.max_ordinal, rows.back().ordinal);
    EXPECT_GE(info.min_time, month_start(info.month_begin));
    EXPECT_LT(info.max_time, month_start(info.month_end));
    const bool ordered = std::is_sorted(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
        return std::tie(a.ordinal, a.time, a.sequence) < std::tie(b.ordinal, b.time, b.sequence);
    });
    EXPECT_TRUE(ordered);
}

}  // namespace

void PrintTo(const NaiveRow& row, std::ostream* out) {
    *out << "#" << row.sequence << " user " << row.ordinal << " at " << row.time << " \""
         << row.event << "\"" << (row.automatic ? " automatic" : "");
    if (row.acting) *out << " for " << *row.acting;
    for (const auto& [key, value] : row.properties) {
        *out << " " << key.first << "=" << text_of(value.view());
    }
}

NaiveRow random_row(std::mt19937_64& random, model::Sequence sequence, const Variety& variety) {
    NaiveRow row;
    row.ordinal = static_cast<std::uint32_t>(random() % variety.persons);
    if (random() % 5 == 0) row.ordinal /= 10;
    const auto steps = static_cast<std::uint64_t>(variety.span);
    const std::uint64_t step = variety.few_times ? std::max<std::uint64_t>(steps / 7, 1) : 1;
    row.time = variety.from + static_cast<TimeMs>(random() % steps / step * step);
    row.event = "Event " + std::to_string(random() % variety.events);
    row.automatic = random() % 20 == 0;
    if (random() % 4 == 0) row.acting = static_cast<std::uint32_t>(random() % 50);
    row.sequence = sequence;
    put(row, "plan", model::Value::of_string(row.ordinal % 3 == 0 ? "pro" : "free"));
    if (row.event < "Event 3") {
        put(row, "price", model::Value::of_double(static_cast<double>(random() % 10'000) / 100));
        put(row, "seats", model::Value::of_int(static_cast<std::int64_t>(random() % 50) - 5));
    }
    if (random() % 3 == 0) {
        const std::string url = "https://example.com/" + std::to_string(random() % 900);
        put(row, "url", model::Value::of_string(url));
    }
    if (random() % 9 == 0) put(row, "beta", model::Value::of_bool(random() % 2 == 0));
    if (random() % 30 == 0) put(row, "tags", model::Value::of_list("[\"a\",\"b\"]"));
    if (random() % 40 == 0) {
        put(row, "rare " + std::to_string(random() % 20), model::Value::of_string(""));
        put(row, "seats", model::Value::of_string("many"));
        put(row, "big", model::Value::of_int(static_cast<std::int64_t>(random())));
        put(row, "ratio", model::Value::of_double(1.0 / static_cast<double>(1 + random() % 99)));
    }
    return row;
}

Status append(Store& store, const NaiveRow& naive) {
    std::vector<Property> properties;
    for (const auto& [key, value] : naive.properties)
        properties.push_back({key.first, value.view()});
    Row row;
    row.user = model::UserOrdinal{naive.ordinal};
    row.time = naive.time;
    row.event = naive.event;
    row.automatic = naive.automatic;
    if (naive.acting) row.acting = model::CustomerOrdinal{*naive.acting};
    row.sequence = naive.sequence;
    row.properties = properties;
    return store.append(row);
}

Result<std::vector<NaiveRow>> read_part(const Part& part, const Names& names) {
    TF_TRY(part.verify_directory());
    TF_TRY(part.verify_rows({0, part.row_count()}));
    std::vector<NaiveRow> rows(part.row_count());
    std::vector<std::uint32_t> name_rows(part.names().size());
    for (std::size_t place = 0; place < part.ordinals().size(); ++place) {
        for (std::uint32_t row = part.first_rows()[place]; row < part.first_rows()[place + 1];
             ++row) {
            const std::uint32_t local =
                part.wide_codes() ? part.codes16()[row] : part.codes8()[row];
            const EventName name = names.event(part.names()[local]);
            ++name_rows[local];
            rows[row].ordinal = part.ordinals()[place];
            rows[row].time = part.time_at(row);
            rows[row].event = name.text;
            rows[row].automatic = name.automatic;
        }
    }
    EXPECT_TRUE(std::equal(name_rows.begin(), name_rows.end(), part.name_rows().begin(),
                           part.name_rows().end()));
    for (const model::ColumnCode code : part.columns()) {
        TF_ASSIGN(const column::PropertyColumn* column, part.column(code));
        TF_TRY(read_column(part, *column, names.column(code), rows));
    }
    TF_TRY(read_extras(part, rows));
    expect_info(part, rows);
    return rows;
}

Result<std::vector<NaiveRow>> read_snapshot(const Snapshot& snapshot) {
    std::vector<NaiveRow> rows;
    for (const auto& part : snapshot.parts) {
        TF_ASSIGN(std::vector<NaiveRow> of_part, read_part(*part, *snapshot.names));
        rows.insert(rows.end(), of_part.begin(), of_part.end());
    }
    EXPECT_EQ(snapshot.rows, rows.size());
    std::sort(rows.begin(), rows.end(),
              [](const auto& a, const auto& b) { return a.sequence < b.sequence; });
    return rows;
}

}  // namespace twofold::store
