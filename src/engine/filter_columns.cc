// SPDX-License-Identifier: Apache-2.0
#include "engine/filter_columns.h"

namespace twofold::engine {

Status ColumnReader::decode(const column::PropertyColumn& column, std::uint32_t block) {
    column_ = nullptr;
    kind_ = column.kind();
    const std::uint32_t rows = column.rows_in(block);
    const std::uint32_t present = column.stats(block).present;
    empty_ = present == 0;
    full_ = present == rows;
    if (!empty_) {
        switch (kind_) {
            case column::ColumnKind::kCodes:
                codes_.resize(column::kBlockRows);
                TF_TRY(column.decode_codes(block, std::span(codes_).first(rows)));
                bytes_ += rows * sizeof(std::uint32_t);
                break;
            case column::ColumnKind::kInts:
                ints_.resize(column::kBlockRows);
                TF_TRY(column.decode_ints(block, std::span(ints_).first(rows), presence_));
                bytes_ += rows * sizeof(std::int64_t);
                break;
            case column::ColumnKind::kDoubles:
                doubles_.resize(column::kBlockRows);
                TF_TRY(column.decode_doubles(block, std::span(doubles_).first(rows), presence_));
                bytes_ += rows * sizeof(double);
                break;
        }
    }
    column_ = &column;
    block_ = block;
    return {};
}

model::Value BoundColumn::entry(std::uint32_t code, std::string& scratch) const {
    return value(code, column->entry(code, scratch));
}

model::Value BoundColumn::value(std::uint32_t code, std::string_view text) const {
    // Codes 1 and 2 of a column of booleans are false and true.
    if (type == model::ValueType::kBool) return model::Value::of_bool(code == 2);
    return type == model::ValueType::kList ? model::Value::of_list(text)
                                           : model::Value::of_string(text);
}

}  // namespace twofold::engine
