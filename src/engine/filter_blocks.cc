// SPDX-License-Identifier: Apache-2.0
//
// Conditions on columns, judged block by block.
#include <algorithm>
#include <array>
#include <iterator>

#include "engine/filter_bound.h"

namespace twofold::engine {

bool BoundCondition::looks_at_columns_alone() const {
    using Kind = RowCondition::Kind;
    if (condition_->kind == Kind::kRow || condition_->kind == Kind::kSpans) return false;
    return std::ranges::all_of(parts_, &BoundCondition::looks_at_columns_alone);
}

BoundCondition::Conjuncts BoundCondition::conjuncts() const {
    Conjuncts found;
    add_conjuncts(found);
    return found;
}

void BoundCondition::add_conjuncts(Conjuncts& found) const {
    if (condition_->kind == RowCondition::Kind::kAll) {
        for (const BoundCondition& part : parts_)
            part.add_conjuncts(found);
    } else if (condition_->kind == RowCondition::Kind::kSpans) {
        found.spans.push_back(this);
    } else if (looks_at_columns_alone()) {
        found.columns.push_back(this);
    } else {
        found.others = true;
    }
}

std::optional<std::size_t> BoundCondition::only_column(std::uint32_t block) const {
    std::optional<std::size_t> only;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        if (columns_[i].column->stats(block).present == 0) continue;
        if (only) return std::nullopt;
        only = i;
    }
    return only;
}

std::optional<std::size_t> BoundCondition::only_codes(std::uint32_t block) const {
    const std::optional<std::size_t> only = only_column(block);
    return only && accepted_[*only] ? only : std::nullopt;
}

BoundCondition::Verdict BoundCondition::values_verdict(std::size_t column,
                                                       const column::BlockStats& stats) const {
    const auto of_ends = [](bool least, bool most) {
        if (least != most) return Verdict::kSome;
        return least ? Verdict::kAll : Verdict::kNone;
    };
    if (const auto& accepted = accepted_[column]) {
        if (accepted->none_in(stats)) return Verdict::kNone;
        if (stats.min_code != stats.max_code) return Verdict::kSome;
        return accepted->codes[stats.min_code] != 0 ? Verdict::kAll : Verdict::kNone;
    }
    // What lies between two numbers is on the same side of a bound when they are.
    if (!condition_->order) return Verdict::kSome;
    const auto& accepts = condition_->accepts;
    switch (columns_[column].column->kind()) {
        case column::ColumnKind::kInts:
            return of_ends(accepts(model::Value::of_int(stats.min_int)),
                           accepts(model::Value::of_int(stats.max_int)));
        case column::ColumnKind::kDoubles:
            return of_ends(accepts(model::Value::of_double(stats.min_double)),
                           accepts(model::Value::of_double(stats.max_double)));
        case column::ColumnKind::kCodes:
            break;
    }
    return Verdict::kSome;
}

BoundCondition::Verdict BoundCondition::property_verdict(std::uint32_t block) const {
    std::uint32_t with_values = 0;
    bool none = !condition_->missing;
    bool all = true;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        const column::BlockStats stats = columns_[i].column->stats(block);
        if (stats.present == 0) continue;
        ++with_values;
        const Verdict of_values = values_verdict(i, stats);
        none = none && of_values == Verdict::kNone;
        all = stats.present == stats.rows && of_values == Verdict::kAll;
    }
    if (with_values == 0) return condition_->missing ? Verdict::kAll : Verdict::kNone;
    if (none) return Verdict::kNone;
    return all && with_values == 1 ? Verdict::kAll : Verdict::kSome;
}

BoundCondition::Verdict BoundCondition::verdict(std::uint32_t block) const {
    using Kind = RowCondition::Kind;
    const bool any = condition_->kind == Kind::kAny;
    switch (condition_->kind) {
        case Kind::kProperty:
            return property_verdict(block);
        case Kind::kNot: {
            const Verdict part = parts_.front().verdict(block);
            if (part == Verdict::kSome) return part;
            return part == Verdict::kAll ? Verdict::kNone : Verdict::kAll;
        }
        case Kind::kAll:
        case Kind::kAny:
            break;
        case Kind::kRow:
        case Kind::kSpans:
            return Verdict::kSome;
    }
    // What one part decides for all, and what is left when none leaves a doubt.
    const Verdict decisive = any ? Verdict::kAll : Verdict::kNone;
    Verdict left = any ? Verdict::kNone : Verdict::kAll;
    for (const BoundCondition& part : parts_) {
        const Verdict one = part.verdict(block);
        if (one == decisive) return one;
        if (one == Verdict::kSome) left = one;
    }
    return left;
}

std::optional<std::uint32_t> BoundCondition::rows_max(std::uint32_t block) const {
    if (condition_->kind != RowCondition::Kind::kProperty || condition_->missing) {
        return std::nullopt;
    }
    const std::optional<std::size_t> only = only_codes(block);
    if (!only) return std::nullopt;
    return columns_[*only].column->stats(block).present;
}

Status BoundCondition::find(std::uint32_t block, std::vector<std::uint32_t>& places) const {
    const std::size_t only = *only_codes(block);
    const std::vector<std::uint8_t>& accepted = accepted_[only]->codes;
    std::array<std::uint64_t, column::kBlockRows> codes;
    column::Presence presence;
    TF_TRY(columns_[only].column->decode_present(block, codes, presence));
    places.clear();
    std::size_t next = 0;
    presence.each([&](std::uint32_t place) {
        if (accepted[codes[next++]] != 0) places.push_back(place);
    });
    return {};
}

std::size_t BoundCondition::keep_codes(std::size_t column, const std::uint32_t* codes,
                                       std::span<std::uint32_t> places) const {
    const std::uint8_t* const accepted = accepted_[column]->codes.data();
    std::size_t kept = 0;
    for (const std::uint32_t place : places) {
        places[kept] = place;
        kept += accepted[codes[place]];
    }
    return kept;
}

/// REQUIRES: order, and the block of a column of numbers read.
std::size_t BoundCondition::keep_numbers(std::uint32_t first, const ColumnReader& reader,
                                         std::span<std::uint32_t> places) const {
    const std::uint32_t in_block = first % column::kBlockRows;
    std::size_t kept = 0;
    const auto keep_if = [&](const auto* numbers, auto&& holds) {
        for (const std::uint32_t place : places) {
            const bool has = reader.full() || reader.presence().test(in_block + place);
            places[kept] = place;
            kept += (has ? holds(numbers[in_block + place]) : condition_->missing) ? 1 : 0;
        }
    };
    const auto compare = [&](const auto* numbers, auto bound) {
        switch (condition_->order->op) {
            case ask::CompareOp::kLess:
                return keep_if(numbers, [bound](auto one) { return one < bound; });
            case ask::CompareOp::kLessEqual:
                return keep_if(numbers, [bound](auto one) { return one <= bound; });
            case ask::CompareOp::kGreater:
                return keep_if(numbers, [bound](auto one) { return one > bound; });
            case ask::CompareOp::kGreaterEqual:
                return keep_if(numbers, [bound](auto one) { return one >= bound; });
            case ask::CompareOp::kEqual:
            case ask::CompareOp::kNotEqual:
                break;
        }
    };
    const model::Value& bound = condition_->order->bound;
    if (!reader.has_integers()) {
        compare(reader.reals(), bound.number());
    } else if (bound.type == model::ValueType::kInt) {
        compare(reader.integers(), bound.integer);
    } else {
        keep_if(reader.integers(), [this](std::int64_t one) {
            return condition_->accepts(model::Value::of_int(one));
        });
    }
    return kept;
}

Result<std::size_t> BoundCondition::keep(const store::Part& part, std::uint32_t first,
                                         std::span<std::uint32_t> places,
                                         std::span<ColumnReader> readers,
                                         std::vector<std::uint8_t>& truths) const {
    if (places.empty()) return std::size_t{0};
    const std::optional<std::size_t> only = condition_->kind == RowCondition::Kind::kProperty
                                                ? only_column(first / column::kBlockRows)
                                                : std::nullopt;
    if (only) {
        const column::PropertyColumn& column = *columns_[*only].column;
        const bool codes = column.kind() == column::ColumnKind::kCodes;
        if (codes ? accepted_[*only].has_value() : condition_->order.has_value()) {
            ColumnReader& reader = readers[columns_[*only].slot];
            TF_TRY(reader.load(column, first));
            return codes ? keep_codes(*only, reader.codes() + first % column::kBlockRows, places)
                         : keep_numbers(first, reader, places);
        }
    }
    std::array<std::uint32_t, column::kBlockRows> rows;
    std::array<std::uint32_t, column::kBlockRows> all;
    for (std::uint32_t i = 0; i < places.size(); ++i) {
        rows[i] = first + places[i];
        all[i] = i;
    }
    RowBatch batch;
    batch.part = &part;
    batch.rows = std::span(rows).first(places.size());
    TF_TRY(test(batch, std::span(all).first(places.size()), readers, truths));
    std::size_t kept = 0;
    for (std::size_t i = 0; i < truths.size(); ++i) {
        places[kept] = places[i];
        kept += truths[i];
    }
    return kept;
}

}  // namespace twofold::engine
