// SPDX-License-Identifier: Apache-2.0
#include "engine/filter_bound.h"

#include <algorithm>

#include "engine/customer_truth.h"

namespace twofold::engine {
namespace {

constexpr std::uint32_t kAccepted = 1;
constexpr std::uint32_t kRefused = 2;

/// Dictionaries of up to so many entries, and one more for so many rows, are judged before the
/// scan: that takes less than looking at the rows.
constexpr std::uint32_t kEntriesAlwaysTold = 64;
constexpr std::uint32_t kRowsPerEntryTold = 256;

AcceptedCodes accepted_codes(const RowCondition& condition, const BoundColumn& column) {
    AcceptedCodes accepted;
    accepted.codes.assign(std::size_t{column.column->entry_count()} + 1, 0);
    accepted.codes[0] = condition.missing ? 1 : 0;
    accepted.least = 1;
    column.column->each_entry([&](std::uint32_t code, std::string_view text) {
        if (!condition.accepts(column.value(code, text))) return;
        accepted.codes[code] = 1;
        accepted.places |= std::uint64_t{1} << (code % 64);
        if (accepted.most == 0) accepted.least = code;
        accepted.most = code;
    });
    return accepted;
}

bool holds_anywhere(const RowCondition& condition, bool (*here)(const RowCondition&)) {
    return here(condition) ||
           std::ranges::any_of(condition.parts, [here](const RowCondition& part) {
               return holds_anywhere(part, here);
           });
}

}  // namespace

bool needs_acting(const RowCondition& condition) {
    return holds_anywhere(condition, [](const RowCondition& here) { return here.needs_acting; });
}

bool needs_row_facts(const RowCondition& condition) {
    return holds_anywhere(condition, [](const RowCondition& here) {
        return here.kind == RowCondition::Kind::kRow || here.kind == RowCondition::Kind::kSpans;
    });
}

Result<std::vector<BoundColumn>> ColumnSlots::bind(std::span<const model::ColumnCode> codes) {
    std::vector<BoundColumn> bound;
    for (const model::ColumnCode code : codes) {
        TF_ASSIGN(const column::PropertyColumn* column, part_.column(code));
        if (column == nullptr) continue;
        const auto known = std::ranges::find(codes_, code);
        // Slot 0 is the acting customer.
        const auto slot = static_cast<std::uint32_t>(known - codes_.begin()) + 1;
        if (known == codes_.end()) codes_.push_back(code);
        bound.push_back({column, names_.column(code).type, slot});
    }
    return bound;
}

Result<BoundCondition> BoundCondition::bind(const RowCondition& condition, ColumnSlots& slots) {
    BoundCondition bound;
    bound.condition_ = &condition;
    for (const RowCondition& part : condition.parts) {
        TF_ASSIGN(BoundCondition bound_part, bind(part, slots));
        bound.parts_.push_back(std::move(bound_part));
    }
    if (condition.kind != RowCondition::Kind::kProperty) return bound;
    TF_ASSIGN(bound.columns_, slots.bind(condition.columns));
    for (const BoundColumn& column : bound.columns_) {
        const bool codes = column.column->kind() == column::ColumnKind::kCodes;
        bound.notes_.push_back(codes ? std::make_unique<EntryNotes>(column.column->entry_count())
                                     : nullptr);
        const bool small = column.column->entry_count() <=
                           kEntriesAlwaysTold + column.column->row_count() / kRowsPerEntryTold;
        bound.accepted_.push_back(codes && small ? std::optional(accepted_codes(condition, column))
                                                 : std::nullopt);
    }
    return bound;
}

Status BoundCondition::test(const RowBatch& batch, std::span<const std::uint32_t> places,
                            std::span<ColumnReader> readers,
                            std::vector<std::uint8_t>& result) const {
    switch (condition_->kind) {
        case RowCondition::Kind::kAll:
        case RowCondition::Kind::kAny:
            return test_parts(batch, places, readers, result);
        case RowCondition::Kind::kNot:
            TF_TRY(parts_.front().test(batch, places, readers, result));
            for (std::uint8_t& truth : result)
                truth ^= 1;
            return {};
        case RowCondition::Kind::kProperty:
            return test_property(batch, places, readers, result);
        case RowCondition::Kind::kRow:
            test_rows(batch, places, result);
            return {};
        case RowCondition::Kind::kSpans:
            test_spans(batch, places, result);
            return {};
    }
    return {};
}

Status BoundCondition::test_parts(const RowBatch& batch, std::span<const std::uint32_t> places,
                                  std::span<ColumnReader> readers,
                                  std::vector<std::uint8_t>& result) const {
    const bool all = condition_->kind == RowCondition::Kind::kAll;
    result.assign(places.size(), all ? 1 : 0);
    std::vector<std::uint8_t> truth;
    for (const BoundCondition& part : parts_) {
        TF_TRY(part.test(batch, places, readers, truth));
        for (std::size_t i = 0; i < truth.size(); ++i) {
            result[i] =
                static_cast<std::uint8_t>(all ? result[i] & truth[i] : result[i] | truth[i]);
        }
    }
    return {};
}

/// Rows of one block of a column that has values.
void BoundCondition::test_block(std::size_t column, std::span<const std::uint32_t> rows,
                                std::span<const std::uint32_t> places, const ColumnReader& reader,
                                std::uint8_t* result) const {
    const BoundColumn& bound = columns_[column];
    const auto& accepts = condition_->accepts;
    const auto each = [&](auto&& holds) {
        for (std::size_t i = 0; i < places.size(); ++i) {
            const std::uint32_t row = rows[places[i]];
            if (reader.has(row)) result[i] = holds(row) ? 1 : 0;
        }
    };
    switch (bound.column->kind()) {
        case column::ColumnKind::kCodes: {
            std::string scratch;
            const EntryNotes& notes = *notes_[column];
            for (std::size_t i = 0; i < places.size(); ++i) {
                const std::uint32_t code = reader.code(rows[places[i]]);
                if (code == 0) continue;
                const std::uint32_t note = notes.get(code, [&] {
                    return accepts(bound.entry(code, scratch)) ? kAccepted : kRefused;
                });
                result[i] = note == kAccepted ? 1 : 0;
            }
            return;
        }
        case column::ColumnKind::kInts:
            return each([&](std::uint32_t row) {
                return accepts(model::Value::of_int(reader.integer(row)));
            });
        case column::ColumnKind::kDoubles:
            return each([&](std::uint32_t row) {
                return accepts(model::Value::of_double(reader.real(row)));
            });
    }
}

/// A row has a value in one of the columns at most.
Status BoundCondition::test_property(const RowBatch& batch, std::span<const std::uint32_t> places,
                                     std::span<ColumnReader> readers,
                                     std::vector<std::uint8_t>& result) const {
    result.assign(places.size(), condition_->missing ? 1 : 0);
    for (std::size_t column = 0; column < columns_.size(); ++column) {
        ColumnReader& reader = readers[columns_[column].slot];
        for (std::size_t begin = 0; begin < places.size();) {
            const std::uint32_t row = batch.rows[places[begin]];
            TF_TRY(reader.load(*columns_[column].column, row));
            std::size_t end = begin + 1;
            while (end < places.size() &&
                   batch.rows[places[end]] / column::kBlockRows == row / column::kBlockRows)
                ++end;
            if (!reader.empty()) {
                test_block(column, batch.rows, places.subspan(begin, end - begin), reader,
                           result.data() + begin);
            }
            begin = end;
        }
    }
    return {};
}

void BoundCondition::test_rows(const RowBatch& batch, std::span<const std::uint32_t> places,
                               std::vector<std::uint8_t>& result) const {
    result.resize(places.size());
    const store::Part& part = *batch.part;
    const bool wide = part.wide_codes();
    for (std::size_t i = 0; i < places.size(); ++i) {
        const std::uint32_t place = places[i];
        const std::uint32_t row = batch.rows[place];
        RowFacts facts;
        facts.person = model::UserOrdinal{batch.persons[place]};
        facts.time = batch.times[place];
        facts.name = part.names()[wide ? part.codes16()[row] : part.codes8()[row]];
        if (condition_->needs_acting && batch.acting[place] != 0) {
            facts.acting = model::CustomerOrdinal{batch.acting[place] - 1};
        }
        result[i] = condition_->row_accepts(facts) ? 1 : 0;
    }
}

void BoundCondition::test_spans(const RowBatch& batch, std::span<const std::uint32_t> places,
                                std::vector<std::uint8_t>& result) const {
    result.resize(places.size());
    const RowSpans& spans = condition_->spans;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const std::uint32_t place = places[i];
        const std::uint32_t acting = batch.acting[place];
        const TimeMs time = batch.times[place];
        const bool within = acting != 0 ? spans.of_customer->holds(acting - 1, time)
                                        : spans.of_user->holds(batch.persons[place], time);
        result[i] = within == spans.inside ? 1 : 0;
    }
}

}  // namespace twofold::engine
