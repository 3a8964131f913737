// SPDX-License-Identifier: Apache-2.0
#include "project/events.h"

#include <algorithm>
#include <memory>
#include <string>

#include "column/block.h"
#include "column/presence.h"
#include "column/property_column.h"
#include "store/part.h"

namespace twofold::project {

namespace {

using column::kBlockRows;

/// Reads rows of one part, column by column, a block at a time.
class RowReader {
public:
    static Result<RowReader> open(const store::Part& part, const store::Names& names) {
        RowReader reader(part, names);
        TF_TRY(part.verify_directory());
        for (const model::ColumnCode code : part.columns()) {
            TF_ASSIGN(const column::PropertyColumn* column, part.column(code));
            reader.columns_.push_back(std::make_unique<Column>(column, names.column(code)));
        }
        TF_ASSIGN(const column::PropertyColumn* acting, part.acting());
        if (acting != nullptr) {
            reader.acting_ = std::make_unique<Column>(acting, store::PropertyName{});
        }
        return reader;
    }

    /// Fills `out`, whose texts live until the next call.
    Status read(std::uint32_t row, Event& out) {
        TF_TRY(part_->verify_rows({row, row + 1}));
        const std::uint32_t local =
            part_->wide_codes() ? part_->codes16()[row] : part_->codes8()[row];
        const store::EventName name = names_->event(part_->names()[local]);
        out.time = part_->time_at(row);
        out.name = name.text;
        out.automatic = name.automatic;
        out.acting.reset();
        out.properties.clear();
        if (acting_) {
            TF_TRY(acting_->load(row));
            if (const std::uint32_t code = acting_->codes[row % kBlockRows]; code != 0) {
                out.acting = model::CustomerOrdinal{code - 1};
            }
        }
        for (const auto& column : columns_) {
            TF_TRY(column->load(row));
            const model::Value value = column->value(row % kBlockRows);
            if (!value.is_null()) out.properties.push_back({column->name.text, value});
        }
        return {};
    }

private:
    struct Column {
        Column(const column::PropertyColumn* source, store::PropertyName named)
            : column(source), name(named) {}

        Status load(std::uint32_t row) {
            const std::uint32_t wanted = row / kBlockRows;
            if (wanted == block) return {};
            const std::uint32_t rows = column->rows_in(wanted);
            switch (column->kind()) {
                case column::ColumnKind::kCodes:
                    codes.resize(rows);
                    TF_TRY(column->decode_codes(wanted, codes));
                    break;
                case column::ColumnKind::kInts:
                    ints.resize(rows);
                    TF_TRY(column->decode_ints(wanted, ints, presence));
                    break;
                case column::ColumnKind::kDoubles:
                    doubles.resize(rows);
                    TF_TRY(column->decode_doubles(wanted, doubles, presence));
                    break;
            }
            block = wanted;
            return {};
        }

        model::Value value(std::uint32_t in_block) {
            switch (column->kind()) {
                case column::ColumnKind::kCodes:
                    return codes[in_block] == 0 ? model::Value::null() : entry(codes[in_block]);
                case column::ColumnKind::kInts:
                    return presence.test(in_block) ? model::Value::of_int(ints[in_block])
                                                   : model::Value::null();
                case column::ColumnKind::kDoubles:
                    return presence.test(in_block) ? model::Value::of_double(doubles[in_block])
                                                   : model::Value::null();
            }
            return model::Value::null();
        }

        model::Value entry(std::uint32_t code) {
            const std::string_view text = column->entry(code, scratch);
            switch (name.type) {
                case model::ValueType::kBool:
                    return model::Value::of_bool(text == "true");
                case model::ValueType::kList:
                    return model::Value::of_list(text);
                case model::ValueType::kString:
                case model::ValueType::kInt:
                case model::ValueType::kDouble:
                case model::ValueType::kNull:
                    return model::Value::of_string(text);
            }
            return model::Value::of_string(text);
        }

        const column::PropertyColumn* column;
        store::PropertyName name;
        std::uint32_t block = 0xffff'ffff;
        std::vector<std::uint32_t> codes;
        std::vector<std::int64_t> ints;
        std::vector<double> doubles;
        column::Presence presence;
        std::string scratch;
    };

    RowReader(const store::Part& part, const store::Names& names) : part_(&part), names_(&names) {}

    const store::Part* part_;
    const store::Names* names_;
    std::vector<std::unique_ptr<Column>> columns_;
    std::unique_ptr<Column> acting_;
};

struct RowPlace {
    TimeMs time = 0;
    std::size_t part = 0;
    std::uint32_t row = 0;
    model::UserOrdinal user{};
    auto operator<=>(const RowPlace&) const = default;
};

}  // namespace

Status each_recent_event(const World& world, model::UserOrdinal user, std::size_t limit,
                         const OnEvent& each) {
    const auto& parts = world.events->parts;
    std::vector<RowPlace> places;
    for (std::size_t p = 0; p < parts.size(); ++p) {
        TF_TRY(parts[p]->verify_directory());
        for (const model::UserOrdinal member : world.frames->directory().members(user)) {
            const store::RowRange rows = parts[p]->rows_of(member);
            const std::uint32_t kept = std::min<std::uint32_t>(
                rows.size(), static_cast<std::uint32_t>(std::min(limit, kRecentEventsMax)));
            TF_TRY(parts[p]->verify_rows({rows.end - kept, rows.end}));
            for (std::uint32_t row = rows.end - kept; row < rows.end; ++row) {
                places.push_back({parts[p]->time_at(row), p, row, member});
            }
        }
    }
    std::ranges::sort(places, std::greater<>{});
    places.resize(std::min({places.size(), limit, kRecentEventsMax}));
    std::vector<std::optional<RowReader>> readers(parts.size());
    Event event;
    for (const RowPlace& place : places) {
        if (!readers[place.part]) {
            TF_ASSIGN(readers[place.part],
                      RowReader::open(*parts[place.part], *world.events->names));
        }
        TF_TRY(readers[place.part]->read(place.row, event));
        event.user = place.user;
        TF_TRY(each(event));
    }
    return {};
}

Status each_event(const World& world, const OnEvent& each) {
    Event event;
    for (const auto& part : world.events->parts) {
        TF_ASSIGN(RowReader reader, RowReader::open(*part, *world.events->names));
        const auto ordinals = part->ordinals();
        const auto first_rows = part->first_rows();
        for (std::size_t i = 0; i < ordinals.size(); ++i) {
            event.user = model::UserOrdinal{ordinals[i]};
            for (std::uint32_t row = first_rows[i]; row < first_rows[i + 1]; ++row) {
                TF_TRY(reader.read(row, event));
                TF_TRY(each(event));
            }
        }
    }
    return {};
}

}  // namespace twofold::project
